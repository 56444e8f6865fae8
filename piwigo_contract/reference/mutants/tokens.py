"""pwg_token: asked of keys, or not asked of sessions."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import TokenMustBePresent
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature

# --- with a key


@mutant("token-must-be-there-with-a-key", "TOK-01", "TOK-02", release="16.2")
class TokenMustBeThereWithAKey(TokenMustBePresent):
    """With a key any pwg_token does, but one must be there."""


@mutant("one-method-wants-a-token-of-a-key", "TOK-01")
class OneMethodWantsATokenOfAKey(Gallery):
    """One method checks the token by itself, in code that knows nothing of keys."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        if call.requested("method") != "pwg.permissions.add":
            super().supply_token(call, given)


@mutant("token-wanted-of-a-key-by-get", "TOK-01")
class TokenWantedOfAKeyByGet(Gallery):
    """The token that a key does without is put among the fields of the body, and a GET has none."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        if self.is_post(call):
            super().supply_token(call, given)


@mutant("token-wanted-of-an-ordinary-user-s-key", "TOK-02")
class TokenWantedOfAnOrdinaryUsersKey(Gallery):
    """A key does without a token where its owner is an administrator."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        if call.caller.user.is_admin:
            super().supply_token(call, given)


class _NotDone(Gallery):
    """A rename of a group with a key is answered as if it was done, and undone."""

    def is_undone(self, sent: Mapping[str, Any]) -> bool:
        return False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        names = {group.id: group.name for group in self.store.groups.values()}
        result = super().run(entry, call, params)
        renames = call.caller.by_header and call.requested("method") == "pwg.groups.setInfo"
        if renames and self.is_undone(self.parameters(call)):
            for group in self.store.groups.values():
                group.name = names[group.id]
        return result


@mutant("write-without-a-token-not-done", "TOK-03", also=("WRITE-05",))
class WriteWithoutATokenNotDone(_NotDone):
    """With a key and no token a method answers that all is well, and what it did is rolled back."""

    def is_undone(self, sent: Mapping[str, Any]) -> bool:
        return "pwg_token" not in sent


@mutant("wrong-token-beside-a-key-refused", "TOK-04", "TOK-06", "TOK-05", also=("TOK-14", "TOK-15", "TOK-17"))
class WrongTokenBesideAKeyRefused(Gallery):
    """A token that is sent along with a key is checked, as in a session."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        if "pwg_token" not in given:
            super().supply_token(call, given)


@mutant("wrong-token-beside-a-key-not-done", "TOK-04")
class WrongTokenBesideAKeyNotDone(_NotDone):
    """With a key and a wrong token a method answers that all is well, and what it did is rolled back."""

    def is_undone(self, sent: Mapping[str, Any]) -> bool:
        return sent.get("pwg_token") == 32 * "0"


@mutant("empty-token-beside-a-key-refused", "TOK-05")
class EmptyTokenBesideAKeyRefused(Gallery):
    """An empty token beside a key counts as a parameter that is missing."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        if given.get("pwg_token") != "":
            super().supply_token(call, given)


@mutant("another-session-s-token-beside-a-key-refused", "TOK-06")
class AnotherSessionsTokenBesideAKeyRefused(Gallery):
    """A token beside a key that is some session's, and not a made-up one, is taken for an attack."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        sent = self.parameters(call).get("pwg_token")
        known = any(self.token_for(session) == sent for session in self.store.sessions.values() if session.user_id)
        if call.caller.by_header and known and signature.name == "pwg.groups.setInfo":
            raise PwgError(403, "Invalid security token")
        return super().check_parameters(call, signature, given)


# --- in a session


class _NotDemanded(Gallery):
    """In a session some method does without a token."""

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return False

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        super().supply_token(call, given)
        signature = self.signature(self.method_name(call))
        if not call.caller.by_header and signature.takes_token and self.excused(call, signature, given):
            given["pwg_token"] = self.token_for(call.caller.session)


@mutant("one-admin-s-method-does-without-a-token", "TOK-07")
class OneAdminsMethodDoesWithoutAToken(_NotDemanded):
    """One of the administrators' methods was forgotten: without a token it runs, a wrong one it refuses."""

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return signature.name == "pwg.tags.delete" and "pwg_token" not in given


@mutant("program-s-session-does-without-a-token", "TOK-07", "TOK-08", "TOK-11", "TOK-16")
class ProgramsSessionDoesWithoutAToken(_NotDemanded):
    """A session that a program opened is believed to be safe from foreign pages: without a token it is let through."""

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return call.caller.connected_with != "pwg_ui" and "pwg_token" not in given and not call.caller.is_guest


@mutant("one-user-s-method-does-without-a-token", "TOK-08")
class OneUsersMethodDoesWithoutAToken(_NotDemanded):
    """One of everybody's methods was forgotten: without a token it runs, a wrong one it refuses."""

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return signature.name == "pwg.users.setMyInfo" and "pwg_token" not in given and not call.caller.user.is_admin


@mutant("one-admin-s-method-takes-any-token", "TOK-09")
class OneAdminsMethodTakesAnyToken(_NotDemanded):
    """One of the administrators' methods looks whether there is a token, and not at what it is."""

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return signature.name == "pwg.tags.delete" and bool(given.get("pwg_token"))


@mutant("empty-token-passes-one-admin-s-method", "TOK-09")
class EmptyTokenPassesOneAdminsMethod(_NotDemanded):
    """One of the administrators' methods checks a token where it is not empty."""

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return signature.name == "pwg.groups.merge" and given.get("pwg_token") == ""


@mutant("one-user-s-method-takes-any-token", "TOK-10")
class OneUsersMethodTakesAnyToken(_NotDemanded):
    """One of everybody's methods looks whether there is a token, and not at what it is."""

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return (
            signature.name == "pwg.users.setMyInfo" and bool(given.get("pwg_token")) and not call.caller.user.is_admin
        )


@mutant("write-done-before-its-token-is-checked", "TOK-11")
class WriteDoneBeforeItsTokenIsChecked(Gallery):
    """A group is renamed as soon as its new name is known, and the token is checked afterwards."""

    def invoke(self, call: Call) -> Any:
        wanted = call.post.get("name")
        group = self.store.groups.get(int(str(call.post.get("group_id", "0")) or 0))
        asked = call.requested("method") == "pwg.groups.setInfo" and call.caller.connected_with == "pwg_ui"
        if group is not None and wanted and asked and call.post.get("pwg_token") == "":
            group.name = str(wanted)
        return super().invoke(call)


@mutant("token-of-any-session", "TOK-12", also=("TOK-09", "TOK-10"))
class TokenOfAnySession(Gallery):
    """The token depends on the site alone: that of a guest is as good as anybody's."""

    def token_for(self, session: Session) -> str:
        return hmac.new(self.store.site_secret, b"token", hashlib.md5).hexdigest()


@mutant("token-of-the-user-s-other-session", "TOK-18")
class TokenOfTheUsersOtherSession(Gallery):
    """The token depends on the user and not on the session: one that leaked is good for ever."""

    def token_for(self, session: Session) -> str:
        if session.user_id is None:
            return super().token_for(session)
        return hmac.new(self.store.site_secret, str(session.user_id).encode(), hashlib.md5).hexdigest()


@mutant("key-made-without-a-token", "TOK-13", also=("TOK-09", "TOK-10"))
class KeyMadeWithoutAToken(Gallery):
    """The method that makes keys does not check the token."""

    def check_manager(self, caller: Caller, params: dict[str, Any]) -> None:
        if "duration" in params and self.may_manage_keys(caller):
            return
        super().check_manager(caller, params)


@mutant("header-without-a-key-lifts-the-token", "TOK-14", also=("WHO-30",))
class BadKeyLiftsTheToken(Gallery):
    """Whether there is a key is asked of the header and not of the caller: a bad one lifts the token of the session."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if call.requested("pwg_token") is None or session.user_id is None:
                raise
            return None

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        super().supply_token(call, given)
        if not php.is_empty(self.read_key_header(call) or ""):
            given["pwg_token"] = self.token_for(call.caller.session)


@mutant("empty-header-lifts-the-token", "TOK-15")
class EmptyHeaderLiftsTheToken(Gallery):
    """The token is not asked for where the header is there, and it may be empty."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        super().supply_token(call, given)
        if self.read_key_header(call) is not None:
            given["pwg_token"] = self.token_for(call.caller.session)


@mutant("key-in-the-body-lifts-the-token", "TOK-15")
class KeyInTheBodyLiftsTheToken(Gallery):
    """A key among the fields of the body opens nothing, but it is enough to do without the token."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        super().supply_token(call, given)
        if call.post.get(self.profile.header):
            given["pwg_token"] = self.token_for(call.caller.session)


@mutant("session-of-a-key-does-without-a-token", "TOK-16")
class SessionOfAKeyDoesWithoutAToken(_NotDemanded):
    """A session that was opened with the halves of a key is excused like the key."""

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return call.caller.session.pkid is not None


@mutant(
    "key-lifts-the-token-of-the-session-beside-it", "TOK-17", also=("TOK-07", "TOK-09", "TOK-11", "TOK-12", "TOK-15")
)
class KeyLiftsTheTokenOfTheSessionBesideIt(_NotDemanded):
    """That no token is needed is noted in the session, where it stays when the key is gone."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._excused: set[str] = set()

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and session.user_id is not None:
            self._excused.add(session.id)
        return caller

    def excused(self, call: Call, signature: Signature, given: Mapping[str, Any]) -> bool:
        return call.caller.session.id in self._excused
