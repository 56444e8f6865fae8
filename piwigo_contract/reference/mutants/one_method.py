"""Methods that do what they should in the one call that everybody tries, and something else beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session
from piwigo_contract.reference.mutants.methods import named
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.mutants.shapes import Changed
from piwigo_contract.reference.registry import Entry, entry_of
from piwigo_contract.reference.signatures import Signature
from piwigo_contract.reference.variations_of_rights import MembersMayUpload

# --- who gets in


@mutant("administrators-methods-open-by-get", "METH-04", "METH-05", "METH-06", "METH-07")
class OpenByGet(Gallery):
    """Who is an administrator is asked where a form comes, and not for what is read by GET."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if call.verb != "GET":
            super().gate_admin(call, signature)


@mutant("members-may-upload-without-a-plugin", "METH-06")
class MembersMayUploadWithoutAPlugin(MembersMayUpload):
    """Ordinary users may call what fills an album, as with the plugin Community, which is not there."""

    plugins = ()


@mutant("plugin-opens-more-than-it-should", "METH-06")
class PluginOpensMore(MembersMayUpload):
    """With the plugin Community ordinary users may read the list of all users, too."""

    methods_of_members = frozenset({"pwg.users.getList"})


@mutant("administrators-method-open-beside-a-query", "METH-07")
class OpenBesideAQuery(Gallery):
    """With the method in the query the check for administrators looks for its flag in the form, and finds none."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if "method" in call.post or not call.caller.by_header:
            super().gate_admin(call, signature)


@mutant("flags-are-those-of-the-exact-name", "METH-20")
class FlagsOfTheExactName(Gallery):
    """Methods are found by their names in any case, but who may call them only by the exact one."""

    def methods(self) -> Mapping[str, Signature]:
        return _InAnyCase(super().methods())

    def is_for_administrators(self, signature: Signature) -> bool:
        return bool(signature.options.get("admin_only"))

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        name = str(call.requested("method"))
        exact = next((known for known in super().methods() if known.lower() == name.lower()), name)
        return super().run(entry_of(exact), call, params)


class _InAnyCase(dict[str, Signature]):
    def get(self, name: str, default: Any = None) -> Any:
        exact = {known.lower(): known for known in self}.get(name.lower())
        if exact is None or exact == name:
            return super().get(name, default)
        return replace(self[exact], options={})


@mutant("revoked-key-heard-by-get", "METH-11", also=("END-01",))
class RevokedKeyHeardByGet(Gallery):
    """Whether a key is revoked is looked up where something may be written, and not for a list read by GET."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        self._listed = call.verb == "GET" and named(call).endswith("getList")
        return super().header_caller(call, session)

    def is_revoked(self, key: ApiKey) -> bool:
        return super().is_revoked(key) and not self._listed


@mutant("malformed-key-is-none-by-get", "METH-12")
class MalformedKeyIsNoneByGet(Gallery):
    """A list that is read by GET takes a key of the wrong form for none, and answers as to a guest."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        value = self.read_key_header(call)
        listed = call.verb == "GET" and named(call).endswith("getList")
        if listed and value and self.parse_key(value) is None:
            return None
        return super().header_caller(call, session)


# --- what is read


@mutant("first-of-a-list-read-with-a-key", "METH-14", also=("METH-16", "METH-18"))
class FirstOfAList(Gallery):
    """With a key only the first of several values of one parameter is read."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        if call.caller.by_header and "method" not in call.get:
            given = {name: value[:1] if isinstance(value, list) else value for name, value in given.items()}
        return super().check_parameters(call, signature, given)


@mutant("empty-list-is-null", "SHAPE-01", "SHAPE-02", "SHAPE-03")
class EmptyListIsNull(Changed):
    """Where a search finds no photo its list is null."""

    def changed(self, name: str, call: Call, result: Any) -> Any:
        if name == "pwg.images.search" and not result["images"]:
            return {**result, "images": None}
        return result


@mutant("not-found-with-status-200-by-one-method", "GEN-01", also=("GEN-02",), profile="standard")
class NotFoundWith200ByOne(Gallery):
    """One method tells err 404 with HTTP 200."""

    def answer(self, call: Call, result: Any) -> Any:
        response = super().answer(call, result)
        if isinstance(result, PwgError) and result.code == 404 and named(call) == "pwg.images.setInfo":
            response.status_code = 200
        return response


# --- what is done


class WithAKey(Gallery):
    """Does something else beside what a key has it do."""

    def beside(self, name: str, params: dict[str, Any], result: Any) -> None:
        pass

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header:
            self.beside(self.method_name(call), params, result)
        return result


@mutant("deletes-what-comes-after", "WRITE-01", "WRITE-04", "WRITE-05", "WRITE-07")
class DeletesWhatComesAfter(WithAKey):
    """With a key whatever was made just after the thing to be deleted goes with it."""

    def beside(self, name: str, params: dict[str, Any], result: Any) -> None:
        for method, parameter, kept in (
            ("pwg.categories.delete", "category_id", self.store.albums),
            ("pwg.tags.delete", "tag_id", self.store.tags),
            ("pwg.groups.delete", "group_id", self.store.groups),
            ("pwg.users.delete", "user_id", self.store.users),
        ):
            if name == method:
                given = params[parameter]
                last = max(int(each) for each in (given if isinstance(given, list) else [given]))
                after = [number for number in kept if number > last]
                kept.pop(min(after, default=0), None)


@mutant("rename-empties-the-rest", "WRITE-01", "WRITE-03")
class RenameEmptiesTheRest(WithAKey):
    """With a key what is not given is emptied where something else is changed."""

    def beside(self, name: str, params: dict[str, Any], result: Any) -> None:
        if name == "pwg.categories.setInfo" and params.get("comment") is None:
            self.store.albums[int(params["category_id"])].comment = ""
        if name == "pwg.images.setInfo" and params.get("comment") is None:
            self.store.photos[int(params["image_id"])].comment = None


@mutant("new-photo-in-another-album", "WRITE-02")
class NewPhotoInAnotherAlbum(WithAKey):
    """A photo that a key sends to an album lies in the gallery's first one."""

    def beside(self, name: str, params: dict[str, Any], result: Any) -> None:
        if name == "pwg.images.add" and params.get("categories"):
            self.store.photos[int(result["image_id"])].albums = [min(self.store.albums)]


@mutant("new-user-is-an-administrator", "WRITE-07")
class NewUserIsAdministrator(WithAKey):
    """A user that an administrator's key adds has the status of the key's owner."""

    def beside(self, name: str, params: dict[str, Any], result: Any) -> None:
        if name == "pwg.users.add":
            added = next(user for user in self.store.users.values() if user.username == params["username"])
            added.status = "admin"


@mutant("album-opened-to-every-group", "WRITE-06")
class OpenedToEveryGroup(WithAKey):
    """With a key an album that is opened to one group is open to all of them."""

    def beside(self, name: str, params: dict[str, Any], result: Any) -> None:
        if name == "pwg.permissions.add":
            for album in params["cat_id"]:
                self.store.albums[int(album)].groups |= set(self.store.groups)
