"""Methods that a key may not call: lists that are incomplete, or asked in the wrong way, too late, of the wrong one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import ForbiddenMethodHidden
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, PwgError
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.signatures import Signature

# --- the list


@mutant("one-method-missing-on-the-list", "FORB-01", also=("DER-14", "DER-15"))
class OneMethodMissingOnTheList(Gallery):
    """A method that came late was not put on the list."""

    def forbidden_methods(self) -> tuple[str, ...]:
        return tuple(name for name in super().forbidden_methods() if name != "pwg.extensions.update")


@mutant("keys-may-only-ask-who-they-are", "METH-10", also=("METH-09",))
class KeysMayOnlyAskWhoTheyAre(Gallery):
    """The list was turned round: a key may call what stands on it, and nothing else."""

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        return self.acts_by_key(caller) and name != "pwg.session.getStatus"


@mutant("webmasters-keys-may-only-ask-who-they-are", "METH-09")
class WebmastersKeysMayOnlyAskWhoTheyAre(Gallery):
    """The same, for webmasters' keys alone."""

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        if caller.user.status == "webmaster":
            return self.acts_by_key(caller) and name != "pwg.session.getStatus"
        return super().is_forbidden(name, caller)


@mutant("list-empty-for-webmasters", "FORB-01", also=("DER-14", "DER-15"))
class ListEmptyForWebmasters(Gallery):
    """A webmaster may do anything, with a key as well."""

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        return super().is_forbidden(name, caller) and caller.user.status != "webmaster"


@mutant("list-asked-on-posts-alone", "FORB-02", also=("DER-14", "DER-15", "METH-13"))
class ListAskedOnPostsAlone(Gallery):
    """By GET the list is not asked, and the forbidden methods that are not for POST alone are run."""

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        if self.is_post(call):
            super().gate_forbidden(call, signature)

    def gate_post(self, call: Call, signature: Signature) -> None:
        if signature.name not in self.forbidden_methods():
            super().gate_post(call, signature)


@mutant("list-asked-for-json-and-xml-alone", "FORB-03")
class ListAskedForJsonAndXmlAlone(Gallery):
    """PHP's own format has a way of its own through the code, without the list."""

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        if call.format != "php":
            super().gate_forbidden(call, signature)


@mutant("denied-in-json-whatever-the-format", "FORB-03")
class DeniedInJsonWhateverTheFormat(Gallery):
    """What is denied by the list is answered in JSON, whatever format was asked for."""

    def answer(self, call: Call, result: Any) -> Any:
        listed = call.requested("method") in self.forbidden_methods()
        if listed and isinstance(result, PwgError) and call.format in ("rest", "xmlrpc", "php"):
            call.get["format"] = "json"
        return super().answer(call, result)


@mutant("run-before-the-format-is-found-unknown", "FORB-03")
class RunBeforeTheFormatIsFoundUnknown(Gallery):
    """In a format that is not known the list finds no encoder for its refusal, and the method is run."""

    def check_format(self, call: Call) -> None:
        """Told when it is too late."""

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        if call.format in ("json", "rest", "xmlrpc", "php"):
            super().gate_forbidden(call, signature)


# --- how the method is named


class _NameRead(Gallery):
    """The name is made fit for the look-up of the method, and compared with the list as it came."""

    def fit(self, name: str) -> str:
        return name

    def method_name(self, call: Call) -> str:
        name = super().method_name(call)
        return name if name in self.methods() else self.fit(name)

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        return super().method_name(call)


@mutant("name-looked-up-in-any-case", "FORB-04")
class NameLookedUpInAnyCase(_NameRead):
    """PHP's functions have names in any case: the method is found so, and the list is compared exactly."""

    def fit(self, name: str) -> str:
        return next((known for known in self.methods() if known.lower() == name.lower()), name)


@mutant("name-trimmed-before-the-look-up", "FORB-05")
class NameTrimmedBeforeTheLookUp(_NameRead):
    """The method's name is trimmed of blanks, after the list was asked."""

    def fit(self, name: str) -> str:
        return name.strip()


@mutant("name-cut-at-a-nul", "FORB-05")
class NameCutAtANul(_NameRead):
    """The look-up goes through a C function, which ends the name at a NUL."""

    def fit(self, name: str) -> str:
        return name.partition("\0")[0]


@mutant("name-without-its-byte-order-mark", "FORB-05")
class NameWithoutItsByteOrderMark(_NameRead):
    """A byte order mark at the start is taken off by the look-up alone."""

    def fit(self, name: str) -> str:
        return name.removeprefix("\ufeff")


@mutant("name-with-a-slash-like-a-path", "FORB-05")
class NameWithASlashLikeAPath(_NameRead):
    """The name is a path to the router, which takes slashes off its ends."""

    def fit(self, name: str) -> str:
        return name.strip("/")


@mutant("name-decoded-twice", "FORB-06")
class NameDecodedTwice(_NameRead):
    """The name is percent-decoded once more before the look-up."""

    def fit(self, name: str) -> str:
        return unquote(name)


# --- where the method is named


@mutant("list-asked-about-the-body-alone", "FORB-07", "FORB-08", also=("FORB-06", "FORB-09"))
class ListAskedAboutTheBodyAlone(Gallery):
    """The list is asked about the method in the body, though a method may be named in the query."""

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        return str(call.post.get("method", "")) if call.post else signature.name


@mutant("list-asked-about-an-empty-name", "FORB-08")
class ListAskedAboutAnEmptyName(ForbiddenMethodHidden):
    """The list is asked about `method` of the body, though an empty one is made good from the URL."""


@mutant("zero-is-no-name-to-the-list", "FORB-08")
class ZeroIsNoNameToTheList(Gallery):
    """An empty method in the body is seen by the list; `0`, which is as empty to PHP, is not."""

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        named = call.post.get("method")
        return signature.name if named in (None, "") else str(named)


class _HeldToAnother(Gallery):
    """The list is asked about another name than that of the method that runs."""

    def other(self, call: Call) -> Any:
        return None

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        return str(self.other(call) or signature.name)


@mutant("list-asked-about-the-query-first", "FORB-09")
class ListAskedAboutTheQueryFirst(_HeldToAnother):
    """The list is asked about the method in the query, where there is one beside that of the body."""

    def other(self, call: Call) -> Any:
        return call.get.get("method") if call.post.get("method") else None


@mutant("list-asked-about-a-cookie", "FORB-09")
class ListAskedAboutACookie(_HeldToAnother):
    """PHP puts cookies into $_REQUEST on this site, and the list is asked about that."""

    def other(self, call: Call) -> Any:
        return call.cookies.get("method")


@mutant("cookie-names-the-method", "FORB-09")
class CookieNamesTheMethod(Gallery):
    """A method named in a cookie goes before that of the body, after the list was asked."""

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        return super().method_name(call)

    def method_name(self, call: Call) -> str:
        named = call.cookies.get("method")
        return named if named is not None and named in self.methods() else super().method_name(call)


@mutant("list-asked-about-the-first-of-two-names", "FORB-09")
class ListAskedAboutTheFirstOfTwoNames(_HeldToAnother):
    """Of a name given twice in the query the list sees the first, and the last is run."""

    def other(self, call: Call) -> Any:
        pairs = [part.partition("=") for part in str(call.environ.get("QUERY_STRING", "")).split("&")]
        return next((unquote(value) for name, _, value in pairs if name == "method"), "")


@mutant("method-of-an-array", "FORB-10")
class MethodOfAnArray(Gallery):
    """Of a method that is an array the last element is run, and the list is asked about `Array`."""

    def _named(self, call: Call) -> Any:
        named = call.requested("method")
        return named[-1] if isinstance(named, list) and named else None

    def method_name(self, call: Call) -> str:
        return str(self._named(call) or super().method_name(call))

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        return "Array" if self._named(call) else signature.name


@mutant("method-of-an-array-in-the-query", "FORB-10")
class MethodOfAnArrayInTheQuery(Gallery):
    """An empty method in the body is made good from an array in the query, which the list does not know."""

    def _named(self, call: Call) -> Any:
        named = call.get.get("method")
        return named[0] if isinstance(named, list) and php.is_empty(call.post.get("method")) else None

    def method_name(self, call: Call) -> str:
        return str(self._named(call) or super().method_name(call))

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        return "" if self._named(call) else signature.name


# --- when it is decided, and what comes of it


@mutant("missing-parameters-told-before-the-list", "FORB-11", also=("FORB-21", "TOK-01", "TOK-02"))
class MissingParametersToldBeforeTheList(Gallery):
    """A forbidden method's missing parameters are told before it is denied."""

    def gates(self) -> tuple[Callable[[Call, Signature], None], ...]:
        def parameters_there(call: Call, signature: Signature) -> None:
            missing = [p.name for p in signature.params if not p.optional and p.name not in self.parameters(call)]
            if call.caller.by_header and [name for name in missing if name != "pwg_token"]:
                raise PwgError(1002, f"Missing parameters: {','.join(missing)}")

        post, admin, forbidden = super().gates()
        return post, admin, parameters_there, forbidden


@mutant("parameters-judged-before-the-list", "FORB-11")
class ParametersJudgedBeforeTheList(Gallery):
    """A forbidden method's parameters are converted, and those of the wrong type told, before it is denied."""

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        given = self.parameters(call)
        if call.caller.by_header and given.get("user_id") == "nobody":
            self.check_parameters(call, signature, given)
        super().gate_forbidden(call, signature)


class _RunThenDenied(Gallery):
    """A forbidden method is run, and denied afterwards. `made` is what came of it, or None."""

    made: Any = None

    def runs(self, call: Call) -> bool:
        return True

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        try:
            super().gate_forbidden(call, signature)
        except PwgError:
            if call.caller.by_header and self.runs(call):
                self.run_nevertheless(call)
            raise

    def run_nevertheless(self, call: Call) -> None:
        """Run the method as if the caller was in a session; what it finds amiss is not told."""
        right = call.caller
        call.caller = Caller(right.user, right.session, "pwg_ui")
        call.post["pwg_token"] = self.token_for(right.session)
        try:
            self.made = super().invoke(call)
        except PwgError:
            self.made = None
        finally:
            call.caller = right


@mutant("forbidden-method-run-then-denied", "FORB-12", "FORB-14", also=("FORB-06", "FORB-09", "FORB-23"))
class ForbiddenMethodRunThenDenied(_RunThenDenied):
    """pwg.users.setInfo does what was asked, and the answer is a refusal."""

    def runs(self, call: Call) -> bool:
        asked = call.requested("method") == "pwg.users.setInfo" and call.post.get("method") is not None
        return bool(asked and call.format == "json" and "nobody" not in call.post.values() and not call.cookies)


@mutant("link-given-with-the-refusal", "FORB-13")
class LinkGivenWithTheRefusal(_RunThenDenied):
    """The refusal of pwg.users.getAuthKey carries what the method had made already."""

    def runs(self, call: Call) -> bool:
        return bool(call.requested("method") == "pwg.users.getAuthKey" and call.caller.user.is_admin)

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        self.made = None
        try:
            super().gate_forbidden(call, signature)
        except PwgError as denied:
            raise PwgError(401, denied.message + (f" {self.made}" if self.made else "")) from denied


@mutant(
    "denied-call-allows-the-next",
    "FORB-14",
    also=("FORB-03", "FORB-06", "FORB-07", "FORB-08", "FORB-09", "FORB-12", "FORB-15", "FORB-23", "TOK-01", "TOK-04"),
)
class DeniedCallAllowsTheNext(Gallery):
    """A refusal is noted for the key, and the note is taken for a permission: the same call passes at once after it."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._denied: dict[str, str] = {}

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        forbidden = super().is_forbidden(name, caller)
        if caller.key is not None and name != "pwg.session.getStatus":
            before = self._denied.get(caller.key.pkid)
            self._denied[caller.key.pkid] = name if forbidden else ""
            return forbidden and before != name
        return forbidden


@mutant("session-beside-the-key-lifts-the-list", "FORB-15")
class SessionBesideTheKeyLiftsTheList(Gallery):
    """Where a session of an administrator comes along, the list is not asked."""

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        return super().is_forbidden(name, caller) and caller.session.connected_with != "pwg_ui"


@mutant("list-asked-for-administrators-alone", "FORB-16", also=("METH-04", "METH-05", "METH-06", "METH-07"))
class ListAskedForAdministratorsAlone(Gallery):
    """An ordinary user is held off by the gate for administrators, it is believed, and the list not asked."""

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        return super().is_forbidden(name, caller) and caller.user.is_admin

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if signature.name != "pwg.users.getAuthKey":
            super().gate_admin(call, signature)


# --- logging in and out


class _Exempt(Gallery):
    """Logging in or out is possible with a key in the header."""

    method = ""

    def invoke(self, call: Call) -> Any:
        if call.caller.by_header and call.requested("method") == self.method:
            call.caller = Caller(call.caller.user, call.caller.session, "api_key")
        return super().invoke(call)


@mutant("login-with-a-key-in-the-header", "FORB-17", "FORB-20")
class LoginWithAKeyInTheHeader(_Exempt):
    """pwg.session.login does not ask whether there is a key in the header."""

    method = "pwg.session.login"


@mutant("logout-with-a-key-in-the-header", "FORB-18", "FORB-19", also=("WHO-29",))
class LogoutWithAKeyInTheHeader(_Exempt):
    """pwg.session.logout does not ask whether there is a key in the header."""

    method = "pwg.session.logout"


@mutant("logout-denied-ends-the-session", "FORB-19", also=("WHO-29",))
class LogoutDeniedEndsTheSession(Gallery):
    """pwg.session.logout is denied to a key, and the session beside it is ended all the same."""

    def invoke(self, call: Call) -> Any:
        session = call.caller.session
        if call.caller.by_header and call.requested("method") == "pwg.session.logout" and session.user_id is not None:
            self.log_out(call, session)
        return super().invoke(call)


@mutant("login-denied-changes-the-session", "FORB-20")
class LoginDeniedChangesTheSession(Gallery):
    """pwg.session.login is denied to a key, after the session beside it was given to the user who logs in."""

    def invoke(self, call: Call) -> Any:
        session = call.caller.session
        if call.caller.by_header and call.requested("method") == "pwg.session.login" and session.user_id is not None:
            user = self.password_login(str(call.post.get("username")), str(call.post.get("password")))
            session.user_id = user.id if user is not None else session.user_id
        return super().invoke(call)


# --- a site's own list


@mutant("site-s-additions-ignored", "FORB-21")
class SitesAdditionsIgnored(Gallery):
    """The list is a constant of the program: what a site adds to it is not read."""

    def forbidden_methods(self) -> tuple[str, ...]:
        return tuple(name for name in super().forbidden_methods() if name not in self.site_list.added)


@mutant("site-s-removals-ignored", "FORB-22", also=("METH-09",))
class SitesRemovalsIgnored(Gallery):
    """What a site takes off the list stays on it: the site's list is added to the default."""

    def forbidden_methods(self) -> tuple[str, ...]:
        return tuple({*super().forbidden_methods(), *self.profile.forbidden_methods})


@mutant("method-taken-off-the-list-wants-a-token", "FORB-22", also=("METH-09",))
class MethodTakenOffTheListWantsAToken(Gallery):
    """A method that keys may not call by default was written for sessions: with a key it finds no token."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        if call.requested("method") not in self.profile.forbidden_methods:
            super().supply_token(call, given)
        elif call.caller.by_header:
            given["pwg_token"] = "none"
