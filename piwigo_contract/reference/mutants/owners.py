"""Faults of a key that depends on more of its owner, or of its user's program, than who that is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, Session, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.proxy import Proxy, body_of
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature
from piwigo_contract.reference.store import GUEST_ID, WEBMASTER_ID

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# --- what the owner does


@mutant("password-change-ends-the-keys", "WHO-37")
class PasswordChangeEndsTheKeys(Gallery):
    """A new password ends all links that log its user in, and the keys are in the same table."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.requested("method") == "pwg.users.setInfo" and params.get("password"):
            for user_id in params["user_id"]:
                for key in self.keys_of(self.store.users[user_id]):
                    self.revoke_key(key, self.now())
        return result


class _KeysExpire(Gallery):
    """A new password of somebody's lets their keys expire."""

    method: ClassVar[str]

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == self.method and (params.get("password") or params.get("new_password")):
            for user_id in params.get("user_id", [call.caller.user.id]):
                for key in self.keys_of(self.store.users[user_id]):
                    key.expired_on = min(key.expired_on, self.now())
        return result


@mutant("password-change-lets-the-keys-expire", "WHO-37")
class PasswordChangeLetsTheKeysExpire(_KeysExpire):
    """A new password lets all links that log its user in expire now, and the keys are in the same table."""

    method = "pwg.users.setInfo"


@mutant("own-password-change-lets-the-keys-expire", "WHO-37")
class OwnPasswordChangeLetsTheKeysExpire(_KeysExpire):
    """Whoever gives themselves a new password has all that logs them in expire."""

    method = "pwg.users.setMyInfo"


class _OfItsFirstName(Gallery):
    """`names` holds the owner's name by the key's identifier, as it was at the key's creation."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.names: dict[str, str] = {}

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        key, secret = super().create_key(owner, name, days)
        self.names[key.pkid] = owner.username
        return key, secret


@mutant("key-lost-when-its-owner-is-renamed", "WHO-38")
class KeyLostWhenItsOwnerIsRenamed(_OfItsFirstName):
    """Keys are kept under their owner's name, which a rename does not change there."""

    def owner_of(self, key: ApiKey) -> User | None:
        owner = super().owner_of(key)
        kept = self.names.get(key.pkid)
        return owner if owner is None or kept is None or owner.username == kept else None


@mutant("key-shows-its-owner-s-old-name", "WHO-38")
class KeyShowsItsOwnersOldName(_OfItsFirstName):
    """A key keeps the name of its owner beside the number, and answers show that one."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        named = dataclasses.replace(owner, username=self.names.get(key.pkid, owner.username))
        return super().caller_with_key(named, key, session)


@mutant("logout-of-the-pages-ends-the-keys", "WHO-39")
class LogoutOfThePagesEndsTheKeys(Gallery):
    """Logging out by the pages ends everything that is open in the user's name, keys too."""

    def leave(self, call: Call) -> Response:
        session = self.session_caller(self.open_session(call))
        for key in self.keys_of(session.user):
            self.revoke_key(key, self.now())
        return super().leave(call)


@mutant("logout-by-the-api-ends-the-keys", "WHO-39")
class LogoutByTheApiEndsTheKeys(Gallery):
    """pwg.session.logout in a person's session ends the keys of that person."""

    def log_out(self, call: Call, session: Session) -> None:
        if call.requested("method") == "pwg.session.logout" and session.connected_with == "pwg_ui":
            for key in self.keys_of(self.store.users[session.user_id or 0]):
                self.revoke_key(key, self.now())
        super().log_out(call, session)


@mutant("key-falls-to-a-namesake", "WHO-40")
class KeyFallsToANamesake(_OfItsFirstName):
    """Keys are kept under their owner's name and stay when the owner is deleted: whoever gets the name has them."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._kept: dict[str, ApiKey] = {}

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        key, secret = super().create_key(owner, name, days)
        self._kept[key.pkid] = key
        return key, secret

    def find_key(self, pkid: str) -> ApiKey | None:
        return super().find_key(pkid) or self._kept.get(pkid)

    def owner_of(self, key: ApiKey) -> User | None:
        return super().owner_of(key) or self.store.user_named(self.names.get(key.pkid, ""))


@mutant("activity-with-a-key-is-the-webmaster-s", "WHO-41")
class ActivityWithAKeyIsTheWebmasters(Gallery):
    """The list of activities takes the user from the session, and the main user where there is none."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        before = len(self.store.events)
        result = super().run(entry, call, params)
        if call.caller.by_header:
            done = self.store.events[before:]
            self.store.events[before:] = [dataclasses.replace(event, user_id=WEBMASTER_ID) for event in done]
        return result


@mutant("activity-with-a-key-is-the-session-s", "WHO-41")
class ActivityWithAKeyIsTheSessions(Gallery):
    """The list of activities names the user of the session that is sent along with a key."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        before = len(self.store.events)
        result = super().run(entry, call, params)
        if call.caller.by_header and (user_id := call.caller.session.user_id) is not None:
            done = self.store.events[before:]
            self.store.events[before:] = [dataclasses.replace(event, user_id=user_id) for event in done]
        return result


@mutant("activity-with-a-key-is-nobody-s", "WHO-41", also=("WHO-67",))
class ActivityWithAKeyIsNobodys(Gallery):
    """What is done with a key is put down to the guest, as no session was opened for it."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        before = len(self.store.events)
        result = super().run(entry, call, params)
        if call.caller.by_header:
            done = self.store.events[before:]
            self.store.events[before:] = [dataclasses.replace(event, user_id=GUEST_ID) for event in done]
        return result


# --- where the request comes from


@mutant("curl-kept-out", "HDR-16")
class CurlKeptOut(Proxy):
    """A filter takes curl for a robot that nobody wants."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ.get("HTTP_USER_AGENT", "").startswith("curl/"):
            body_of(environ)
            return Response("Forbidden\n", 403, content_type="text/plain")
        return self.forward(environ)


@mutant("key-bound-to-a-program", "HDR-16")
class KeyBoundToAProgram(Gallery):
    """As sessions are, a key is bound to the User-Agent that it was used by first."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._bound: dict[str, str] = {}

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and caller.key is not None:
            program = call.headers.get("User-Agent", "")
            if self._bound.setdefault(caller.key.pkid, program) != program:
                raise self.refuse_key()
        return caller


@mutant("form-with-a-charset-not-read", "FMT-10")
class FormWithACharsetNotRead(Proxy):
    """A body is a form where its type is exactly that of one, without parameters."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        kind = environ.get("CONTENT_TYPE", "")
        if kind.startswith("application/x-www-form-urlencoded") and ";" in kind:
            environ["CONTENT_TYPE"] = "application/octet-stream"
        return self.forward(environ)


@mutant("key-dropped-where-an-origin-is-told", "HDR-17")
class KeyDroppedWhereAnOriginIsTold(Proxy):
    """A filter against foreign pages takes the key from every request with an origin, the gallery's own as well."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ.get("HTTP_ORIGIN"):
            environ.pop("HTTP_X_PIWIGO_API", None)
        return self.forward(environ)


# --- what else the owner makes


@mutant("new-key-takes-the-place-of-its-namesake", "END-31", also=("SEQ-01", "LIFE-03"))
class NewKeyTakesThePlaceOfItsNamesake(Gallery):
    """A key's name is unique among its owner's: a new one of that name revokes the old one."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        for key in self.keys_of(owner):
            if key.name == name:
                self.revoke_key(key, self.now())
        return super().create_key(owner, name, days)


# --- where the API is


class _AnsweredAtManyAddresses(Gallery):
    """The file ws.php answers, whatever follows its name or however that is spelt."""

    def respond(self, call: Call) -> Response:
        return self.web_service(call) if call.path.startswith("/ws.php/") else super().respond(call)

    def is_the_usual(self, call: Call) -> bool:
        address: str = call.environ["REQUEST_URI"].partition("?")[0]
        return address == self.path + "/ws.php"


@mutant("list-asked-at-the-usual-address-alone", "FORB-23")
class ListAskedAtTheUsualAddressAlone(_AnsweredAtManyAddresses):
    """The list is a rule of the web server, which looks for the usual spelling of the address."""

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        if self.is_the_usual(call):
            super().gate_forbidden(call, signature)


@mutant("revoked-key-alive-at-another-address", "END-30")
class RevokedKeyAliveAtAnotherAddress(_AnsweredAtManyAddresses):
    """A filter in front knows the revoked keys, and looks at requests to the usual spelling of the address."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._usual = True

    def identify(self, call: Call) -> Caller:
        self._usual = self.is_the_usual(call)
        return super().identify(call)

    def is_revoked(self, key: ApiKey) -> bool:
        return self._usual and super().is_revoked(key)


# --- uses that leave no trace


@mutant("upload-s-login-is-no-use", "USED-20")
class UploadsLoginIsNoUse(Gallery):
    """The login of an upload checks a key's halves and does not note that."""

    def upload_caller(self, call: Call, caller: Caller) -> Caller:
        key = self.find_key(str(call.post.get("username", "")))
        before = key.last_used_on if key is not None else None
        try:
            return super().upload_caller(call, caller)
        finally:
            if key is not None:
                key.last_used_on = before


@mutant("use-beside-a-session-not-noted", "USED-21")
class UseBesideASessionNotNoted(Gallery):
    """A request with a session is taken for a person's, and the use of the key in it is not noted."""

    def key_caller(self, value: str, session: Session) -> Caller:
        key = self.find_key(value.partition(":")[0])
        before = key.last_used_on if key is not None else None
        caller = super().key_caller(value, session)
        if key is not None and session.user_id is not None:
            key.last_used_on = before
        return caller
