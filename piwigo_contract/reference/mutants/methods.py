"""Methods that are described wrongly, let in whom they should not, or read something else for a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import fatal
from piwigo_contract.reference.encoders import Items
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Parameter, Signature, methods

# --- described


def changed(gallery: Gallery, name: str, **fields: Any) -> Mapping[str, Signature]:
    """The release's methods, with one of them changed."""
    known = methods(gallery.release)
    return {**known, name: replace(known[name], **fields)}


@mutant("method-listed-but-not-described", "METH-01")
class MethodNotDescribed(Gallery):
    """One method is listed, but its description is an error."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if params.get("methodName") == "pwg.images.exist":
            raise PwgError(1003, "Requested method does not exist")
        return super().run(entry, call, params)


@mutant("method-gone", "METH-02", also=("WHO-02", "WHO-03", "METH-03", "WRITE-08", "WRITE-09"))
class MethodGone(Gallery):
    """One method of the release is not there any more."""

    def methods(self) -> Mapping[str, Signature]:
        return {name: found for name, found in super().methods().items() if name != "pwg.caddie.add"}


class _LeftOutOfTheList(Gallery):
    """A method can be called, and is described, and is not in the list of methods."""

    left_out: ClassVar[str]

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == "reflection.getMethodList":
            result["methods"] = Items([name for name in result["methods"] if name != self.left_out], "method")
        return result


@mutant("revocation-not-listed", "METH-02")
class RevocationNotListed(_LeftOutOfTheList):
    """By the list of methods no key can be revoked: an app concludes that the gallery has no keys."""

    left_out = "pwg.users.api_key.revoke"


@mutant("revocation-not-listed-to-a-key", "JRN-22", also=("JRN-23", "JRN-24", "WHO-02"))
class RevocationNotListedToAKey(_LeftOutOfTheList):
    """A key's list of methods has none that manages keys, as a key may call none of them."""

    left_out = "pwg.users.api_key.revoke"

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        return super().run(entry, call, params) if call.caller.by_header else Gallery.run(self, entry, call, params)


@mutant("upload-not-listed", "METH-02")
class UploadNotListed(_LeftOutOfTheList):
    """By the list of methods nothing can be uploaded in chunks."""

    left_out = "pwg.images.uploadAsync"


@mutant("admin-flag-lost", "METH-02", also=("WHO-02",))
class AdminFlagLost(Gallery):
    """A method for administrators has lost the flag that says so: everybody may call it."""

    def methods(self) -> Mapping[str, Signature]:
        return changed(self, "pwg.categories.getAdminList", options={})


@mutant("post-flag-lost", "METH-02")
class PostFlagLost(Gallery):
    """A method for POST alone has lost the flag that says so."""

    def methods(self) -> Mapping[str, Signature]:
        return changed(self, "pwg.images.delete", options={"admin_only": True})


@mutant("parameter-renamed", "METH-03")
class ParameterRenamed(Gallery):
    """A parameter has another name than in the release."""

    def methods(self) -> Mapping[str, Signature]:
        known = super().methods()["pwg.categories.getList"]
        renamed = tuple(replace(p, name="deep") if p.name == "recursive" else p for p in known.params)
        return changed(self, known.name, params=renamed)


@mutant("parameter-required", "METH-03")
class ParameterRequired(Gallery):
    """A new parameter must be given, so that clients of the release are refused."""

    def methods(self) -> Mapping[str, Signature]:
        known = super().methods()["pwg.tags.getList"]
        return changed(self, known.name, params=(*known.params, Parameter("language")))


@mutant("page-limit-lowered", "METH-03")
class PageLimitLowered(Gallery):
    """A page holds 50 photos at most, not the release's 500."""

    def methods(self) -> Mapping[str, Signature]:
        known = super().methods()["pwg.categories.getImages"]
        lowered = tuple(replace(p, max=50, default=50) if p.name == "per_page" else p for p in known.params)
        return changed(self, known.name, params=lowered)


# --- who gets in


def is_plain_guest(call: Call) -> bool:
    return call.caller.is_guest and not call.cookies


@mutant("stranger-is-administrator-of-one-method", "METH-04")
class StrangerIsAdministrator(Gallery):
    """One method for administrators lets somebody without any credential in."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if not (signature.name == "pwg.groups.getList" and is_plain_guest(call)):
            super().gate_admin(call, signature)


@mutant("visitor-is-administrator-of-one-method", "METH-05")
class VisitorIsAdministrator(Gallery):
    """One method for administrators lets a visitor's cookie in."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if not (signature.name == "pwg.caddie.add" and call.caller.is_guest and call.cookies):
            super().gate_admin(call, signature)


@mutant("user-is-administrator-of-one-method", "METH-06")
class UserIsAdministrator(Gallery):
    """One method for administrators lets any logged-in user in."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if not (signature.name == "pwg.users.getList" and call.caller.connected_with == "pwg_ui"):
            super().gate_admin(call, signature)


@mutant("key-is-administrator-of-one-method", "METH-07")
class KeyIsAdministrator(Gallery):
    """One method for administrators lets any key in."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if not (signature.name == "pwg.images.setPrivacyLevel" and call.caller.by_header):
            super().gate_admin(call, signature)


@mutant("webmaster-kept-out-of-one-method", "METH-08")
class WebmasterKeptOut(Gallery):
    """One method lets nobody in, not even a webmaster."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if signature.name == "pwg.permissions.getList":
            raise PwgError(401, "Access denied")
        super().gate_admin(call, signature)


@mutant("one-more-method-forbidden-to-keys", "METH-09")
class OneMoreForbidden(Gallery):
    """A method that is not on the list is denied to keys."""

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        return super().is_forbidden(name, caller) or (name == "pwg.images.syncMetadata" and caller.by_header)


@mutant("plugin-method-denied-to-keys", "METH-09")
class PluginMethodDenied(Gallery):
    """A plugin has added a method, and keys are let into Piwigo's own alone."""

    def methods(self) -> Mapping[str, Signature]:
        return with_plugin(super().methods(), "plugin.things.get")

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        return [] if "plugin" in self.method_name(call) else super().run(entry, call, params)

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        return super().is_forbidden(name, caller) or (caller.by_header and not name.startswith(("pwg.", "reflection.")))


@mutant("plugin-method-for-anybody", "METH-04", "METH-06", also=("METH-05",))
class PluginMethodForAnybody(Gallery):
    """A plugin has added a method for administrators, and the check for that knows Piwigo's own methods alone."""

    def methods(self) -> Mapping[str, Signature]:
        return with_plugin(super().methods(), "plugin.settings.set", Parameter("value"))

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if signature.name in methods(self.release):
            super().gate_admin(call, signature)


def with_plugin(known: Mapping[str, Signature], name: str, *params: Parameter) -> Mapping[str, Signature]:
    return {**known, name: Signature(name, {"admin_only": True}, params)}


@mutant("users-key-denied-one-method", "METH-10")
class UsersKeyDenied(Gallery):
    """A method for everybody is denied to ordinary users' keys."""

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        if signature.name == "pwg.users.favorites.add" and call.caller.by_header and not call.caller.user.is_admin:
            raise PwgError(401, "Access denied")
        super().gate_forbidden(call, signature)


def named(call: Call) -> str:
    return str(call.post.get("method") or call.get.get("method"))


@mutant("revoked-key-heard-by-one-method", "METH-11")
class RevokedKeyHeard(Gallery):
    """One method, which is thought to be harmless, is not asked whether the key is revoked."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        self._asked_for = named(call)
        return super().header_caller(call, session)

    def is_revoked(self, key: ApiKey) -> bool:
        return super().is_revoked(key) and self._asked_for != "pwg.tags.getList"


@mutant("malformed-key-is-none-for-one-method", "METH-12")
class MalformedKeyIsNone(Gallery):
    """One method takes a key of the wrong form for none, and answers as to a guest."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        value = self.read_key_header(call)
        if named(call) == "pwg.images.search" and value and self.parse_key(value) is None:
            return None
        return super().header_caller(call, session)


@mutant("one-post-method-run-by-get", "METH-13")
class PostMethodByGet(Gallery):
    """With a key a method for POST alone is run by GET too."""

    def gate_post(self, call: Call, signature: Signature) -> None:
        if not (signature.name == "pwg.categories.delete" and call.caller.by_header):
            super().gate_post(call, signature)


# --- what a later release closed, or describes


class _HistoryIsOpen(Gallery):
    """The history, which a later release closed, lets somebody in who is no administrator."""

    def is_open_to(self, caller: Caller) -> bool:
        return True

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if signature.name != "pwg.history.search" or not self.is_open_to(call.caller):
            super().gate_admin(call, signature)


@mutant("history-for-everybody", "METH-33", also=("METH-04", "METH-05", "METH-06", "METH-07"))
class HistoryForEverybody(_HistoryIsOpen):
    """The history of visits is told to everybody, though its description says otherwise."""


@mutant("history-for-everybody-and-described-so", "METH-33", "METH-02")
class HistoryForEverybodyAndDescribedSo(_HistoryIsOpen):
    """The history of visits has lost the flag that says that it is for administrators."""

    def methods(self) -> Mapping[str, Signature]:
        return changed(self, "pwg.history.search", options={})


@mutant("history-for-users-before-it-was-closed", "METH-33", release="16.2")
class HistoryForUsers(_HistoryIsOpen):
    """A release from before the history was closed is mended for guests, and any user still reads it."""

    def is_open_to(self, caller: Caller) -> bool:
        return not caller.is_guest and not caller.by_header


@mutant("history-for-keys-before-it-was-closed", "METH-33", release="16.2")
class HistoryForKeys(_HistoryIsOpen):
    """A release from before the history was closed is mended for the web, and any user's key still reads it."""

    def is_open_to(self, caller: Caller) -> bool:
        return caller.by_header


class _IntoTheStatement(Gallery):
    """A method puts a parameter that it does not describe into its statement as it came."""

    method: ClassVar[str]
    parameter: ClassVar[str]

    def breaks(self, value: Any) -> bool:
        return not php.is_digits(str(value))

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == self.method and params.get(self.parameter) and self.breaks(params[self.parameter]):
            fatal("Uncaught mysqli_sql_exception: You have an error in your SQL syntax")
        return super().run(entry, call, params)


@mutant("activity-by-an-id-as-it-came", "METH-34", release="16.2")
class ActivityByAnIdAsItCame(_IntoTheStatement):
    """The list of activities takes an id, which a later release describes, and puts it into its statement."""

    method, parameter = "pwg.activity.getList", "id"


@mutant("highest-level-of-users-as-it-came", "METH-34")
class HighestLevelAsItCame(_IntoTheStatement):
    """The list of users takes a highest level, which no release describes, and puts it into its statement."""

    method, parameter = "pwg.users.getList", "max_level"


@mutant("tags-by-a-filter-as-it-came", "METH-34")
class TagsByAFilterAsItCame(_IntoTheStatement):
    """The list of tags takes a filter, as that of users does, and a quote in it ends the statement."""

    method, parameter = "pwg.tags.getList", "filter"

    def breaks(self, value: Any) -> bool:
        return "'" in str(value)


@mutant("list-for-an-undescribed-parameter", "METH-34")
class ListForAnUndescribedParameter(_IntoTheStatement):
    """Photos of an album are taken by an author, who is not described, and a list of them is put together as text."""

    method, parameter = "pwg.categories.getImages", "author"

    def breaks(self, value: Any) -> bool:
        return isinstance(value, list)


# --- what is read


@mutant("key-reads-another-page-size", "METH-14")
class AnotherPageSize(Gallery):
    """With a key lists of photos come in pages of 20, whatever is asked for."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        checked = super().check_parameters(call, signature, given)
        return {**checked, "per_page": 20} if call.caller.by_header and "per_page" in checked else checked


@mutant("key-sees-no-private-photos", "METH-14", "METH-18", also=("WHO-05", "METH-15", "METH-16", "METH-17"))
class NoPrivatePhotos(Gallery):
    """With a key only what a guest may see is seen of albums and photos."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._by_key = call.caller.by_header
        return super().run(entry, call, params)

    def sees_album(self, user: User, album: Album) -> bool:
        return super().sees_album(user, album) and not (self._by_key and album.status == "private")


@mutant("numbers-are-text-for-a-key", "METH-14")
class NumbersAreText(Gallery):
    """With a key the counts of an album come as text."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and isinstance(result, dict) and "infos" in result:
            result["infos"] = [{**row, "value": f" {row['value']}"} for row in result["infos"]]
        return result


@mutant("query-lost-with-a-key", "METH-15", "METH-17", "METH-18")
class QueryLost(Gallery):
    """With a key the parameters in the query are lost."""

    def parameters(self, call: Call) -> dict[str, Any]:
        given = super().parameters(call)
        return given if self.is_post(call) or not call.caller.by_header else {}


@mutant("form-lost-beside-a-query", "METH-16")
class FormLost(Gallery):
    """With a key, where the method is in the query, the parameters are looked for there too, and not in the form."""

    def parameters(self, call: Call) -> dict[str, Any]:
        if call.caller.by_header and "method" in call.get:
            return {name: value for name, value in call.get.items() if name not in ("method", "format")}
        return super().parameters(call)


@mutant("other-default-with-a-key", "METH-19")
class OtherDefault(Gallery):
    """With a key lists of photos have ten on a page where none is asked for, not the hundred that are described."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        few = call.caller.by_header and signature.name == "pwg.tags.getImages" and "per_page" not in given
        return super().check_parameters(call, signature, {**given, "per_page": "10"} if few else given)
