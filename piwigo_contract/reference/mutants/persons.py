"""Persons who are shut out of their keys, and cookies that mix with a key."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import RegistrationIsNoLogin, RememberMeByTheApi
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.sessions import REMEMBER

# --- who manages keys


@mutant("remembered-login-manages-no-keys", "LIFE-44", "LIFE-45")
class RememberedLoginManagesNoKeys(Gallery):
    """A login remembered by cookie has a name of its own, which the check for managing keys does not know."""

    def remembered_as(self, call: Call) -> str | None:
        return "remember_me"


@mutant("login-remembered-by-the-profile-page-manages-no-keys", "LIFE-44")
class LoginRememberedByTheProfilePageManagesNoKeys(Gallery):
    """The profile page that finds a remembered login is shown, but its session is not made a person's."""

    def remembered_as(self, call: Call) -> str | None:
        return None if call.path == "/profile.php" else super().remembered_as(call)


@mutant("login-remembered-by-the-api-manages-no-keys", "LIFE-45")
class LoginRememberedByTheApiManagesNoKeys(RememberMeByTheApi):
    """A remembered login that the API sees first counts as a program's: every session that begins there does."""


@mutant("remembered-login-revokes-no-keys", "LIFE-44", "LIFE-45")
class RememberedLoginRevokesNoKeys(Gallery):
    """In a remembered session keys are made, listed and renamed; a revocation seems to be done, and is not."""

    def remembered_as(self, call: Call) -> str | None:
        return "remember_me"

    def may_manage_keys(self, caller: Caller) -> bool:
        return super().may_manage_keys(caller) or caller.connected_with == "remember_me"

    def run(self, entry: Any, call: Call, params: dict[str, Any]) -> Any:
        method = call.requested("method")
        if method == "pwg.users.api_key.revoke" and call.caller.connected_with == "remember_me":
            return "API Key has been successfully revoked."
        return super().run(entry, call, params)


@mutant("registered-user-manages-no-keys", "LIFE-46")
class RegisteredUserManagesNoKeys(RegistrationIsNoLogin):
    """Who has just registered is logged in, as somebody who came by the registration and not by the login form."""


# --- a cookie that remembers a login, beside a key


@mutant("remembered-login-before-the-key", "WHO-34", also=("WHO-30",))
class RememberedLoginBeforeTheKey(Gallery):
    """Where a cookie logs somebody in, the header is not looked at any more."""

    def remembers(self, call: Call) -> bool:
        return True

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        by_cookie = session.user_id is not None and call.cookies_set.get(REMEMBER) is not None
        return None if by_cookie else super().header_caller(call, session)


@mutant("remembered-login-opened-beside-the-key", "WHO-34", "WHO-35")
class RememberedLoginOpenedBesideTheKey(Gallery):
    """A cookie that remembers a login opens a session, although a key beside it answers the request."""

    def remembers(self, call: Call) -> bool:
        return True


@mutant("key-ends-the-remembered-login", "WHO-34")
class KeyEndsTheRememberedLogin(Gallery):
    """A request with a key has no session, and every cookie that belongs to one is deleted."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and REMEMBER in call.cookies:
            call.cookies_set[REMEMBER] = None
        return caller


@mutant("bad-key-gives-way-to-the-remembered-login", "WHO-30")
class BadKeyGivesWayToTheRememberedLogin(Gallery):
    """A bad key is refused where nobody is logged in, and overlooked where a cookie remembers somebody."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            user = self.remembered_user(call.cookies.get(REMEMBER, ""))
            if user is None or session.user_id is not None:
                raise
            return Caller(user, session, "pwg_ui")


@mutant("bad-key-ends-the-remembered-login", "WHO-31")
class BadKeyEndsTheRememberedLogin(Gallery):
    """A bad key is taken for an attack: the cookie beside it that remembers a login is deleted."""

    def refuse_key(self) -> PwgError:
        self._refused = True
        return super().refuse_key()

    def answer_cookies(self, call: Call) -> dict[str, str | None]:
        refused, self._refused = self._refused, False
        deleted: dict[str, str | None] = {REMEMBER: None} if refused and REMEMBER in call.cookies else {}
        return {**super().answer_cookies(call), **deleted}

    _refused = False


@mutant("refusal-logs-in-who-is-remembered", "WHO-35")
class RefusalLogsInWhoIsRemembered(Gallery):
    """The cookies are read before the header: a bad key is refused, and a session is open all the same."""

    def remembers(self, call: Call) -> bool:
        return True

    def caller_with_key(self, owner: Any, key: Any, session: Session) -> Caller:
        if session.user_id is not None and session.connected_with == "remembered now":
            session.user_id = session.connected_with = None
        return super().caller_with_key(owner, key, session)

    def remembered_as(self, call: Call) -> str | None:
        return "remembered now" if self.brings_key(call) else super().remembered_as(call)
