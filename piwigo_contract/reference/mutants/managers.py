"""Keys managed by somebody who may not."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.signatures import Signature
from piwigo_contract.reference.store import WEBMASTER_ID


class _Manages(Gallery):
    """Somebody manages keys who should not, if the parameters are such as `allowed` says."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return False

    def check_manager(self, caller: Caller, params: dict[str, Any]) -> None:
        if not self.allowed(caller, params):
            super().check_manager(caller, params)


@mutant("key-lists-keys", "LIFE-37", "LIFE-38", "USED-06", also=("FMT-16",))
class KeyListsKeys(_Manages):
    """A key lists the keys of its owner: reading is believed to do no harm."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return caller.by_header and "pkid" not in params and "key_name" not in params


@mutant("key-makes-keys", "LIFE-37", "LIFE-38")
class KeyMakesKeys(_Manages):
    """A key makes keys, so that one that leaked is never got rid of."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return caller.by_header and "duration" in params


@mutant("webmaster-s-key-revokes-keys", "LIFE-38")
class WebmastersKeyRevokesKeys(_Manages):
    """A webmaster's key may revoke: whoever has it could do so in the administration anyway, it is believed."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        revokes = "pkid" in params and "key_name" not in params
        return caller.by_header and caller.user.status == "webmaster" and revokes


@mutant("program-s-session-makes-keys", "LIFE-39")
class ProgramsSessionMakesKeys(_Manages):
    """A session that a program opened with the password makes keys, like a person's."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return caller.connected_with == "ws_session_login" and "duration" in params


@mutant("program-s-session-renames-keys", "LIFE-39")
class ProgramsSessionRenamesKeys(_Manages):
    """A session that a program opened with the password renames keys."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        return caller.connected_with == "ws_session_login" and "pkid" in params and "key_name" in params


@mutant("guest-makes-keys", "LIFE-41")
class GuestMakesKeys(_Manages):
    """A guest with a session and its token makes keys, which are those of the user guest."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        token = params.get("pwg_token") == self.token_for(caller.session)
        return caller.is_guest and "duration" in params and token


@mutant("token-without-a-cookie-revokes", "LIFE-41")
class TokenWithoutACookieRevokes(_Manages):
    """The token is enough: whose it is is looked up, and the cookie not asked for."""

    def allowed(self, caller: Caller, params: dict[str, Any]) -> bool:
        for session in list(self.store.sessions.values()):
            person = session.user_id is not None and session.connected_with == "pwg_ui"
            if caller.is_guest and person and self.token_for(session) == params.get("pwg_token"):
                caller.user = self.store.users[session.user_id or WEBMASTER_ID]
                return True
        return False


@mutant("keys-revoked-by-get", "LIFE-42", also=("METH-13",))
class KeysRevokedByGet(Gallery):
    """A key is revoked by GET too: a link in a mail is to do it."""

    def gate_post(self, call: Call, signature: Signature) -> None:
        if signature.name != "pwg.users.api_key.revoke" or call.caller.is_guest or call.caller.by_header:
            super().gate_post(call, signature)


@mutant("keys-made-by-get", "LIFE-42")
class KeysMadeByGet(Gallery):
    """A key is made by GET too: a button of another page is to do it."""

    def gate_post(self, call: Call, signature: Signature) -> None:
        if signature.name != "pwg.users.api_key.create" or call.caller.is_guest or call.caller.by_header:
            super().gate_post(call, signature)


@mutant("keys-listed-by-get", "LIFE-42")
class KeysListedByGet(Gallery):
    """A list is read by GET."""

    def gate_post(self, call: Call, signature: Signature) -> None:
        if signature.name != "pwg.users.api_key.get" or call.caller.is_guest or call.caller.by_header:
            super().gate_post(call, signature)


@mutant("profile-page-without-keys", "LIFE-43")
class ProfilePageWithoutKeys(Gallery):
    """The section on keys was left out of the page."""

    def profile_body(self, caller: Caller) -> str:
        standard = '<link rel="stylesheet" href="themes/standard_pages/css/profile.css">'
        heading = super().profile_body(caller).partition("\n")[0]
        return f'{standard}\n{heading}\n<a href="index.php?act=logout">Logout</a>'
