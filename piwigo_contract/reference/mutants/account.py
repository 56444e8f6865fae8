"""Ways by which who holds a key becomes the owner of the account."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import MailAddressChangedByAKey
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.handlers.users import set_password, set_setting
from piwigo_contract.reference.model import Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.methods import named
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.sessions import REMEMBER

SET_MY_INFO = "pwg.users.setMyInfo"


class _OwnInfo(Gallery):
    """Does something else where somebody sets their own settings."""

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        pass

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == SET_MY_INFO and not call.caller.is_guest:
            self.beside(call, call.caller.user, params)
        return super().run(entry, call, params)


# --- the password


@mutant("new-password-with-a-key-alone", "WHO-62")
class NewPasswordWithAKeyAlone(_OwnInfo):
    """A key stands for its owner, who is not asked for the old password."""

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        if call.caller.by_header and params.get("new_password"):
            set_password(self, user, params["new_password"])


@mutant("new-password-in-a-key-s-session", "WHO-62")
class NewPasswordInAKeysSession(_OwnInfo):
    """Whoever has just logged in by a program is not asked for the old password: a key is one."""

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        if call.caller.session.pkid is not None and params.get("new_password") and not params.get("password"):
            set_password(self, user, params["new_password"])


@mutant("key-s-secret-for-the-old-password", "WHO-62")
class KeysSecretForTheOldPassword(_OwnInfo):
    """The old password is what the login takes, and that takes the secret of a key as well."""

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        given = str(params.get("password") or "")
        if params.get("new_password") and any(self.secret_matches(key, given) for key in self.keys_of(user)):
            set_password(self, user, params["new_password"])
            raise PwgError(403, "Current password is wrong")


# --- what leads to it


@mutant("mail-address-changed-with-a-key", "WHO-63")
class MailAddressChangedWithAKey(MailAddressChangedByAKey):
    """The mail address is a setting like any other."""


@mutant("mail-address-changed-and-refused", "WHO-63")
class MailAddressChangedAndRefused(_OwnInfo):
    """The mail address is written before it is found that a key may not change it."""

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        if call.caller.by_header and params.get("email"):
            user.email = str(params["email"])


@mutant("mail-address-emptied-with-a-key", "WHO-63")
class MailAddressEmptiedWithAKey(_OwnInfo):
    """What a key may not change is set back to what it was at first, an address to a mark of its own."""

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        if call.caller.by_header and params.get("email"):
            user.email = "unknown"


class _Undeclared(_OwnInfo):
    """Parameters that the method does not describe are handed on to what writes users."""

    handed_on: tuple[str, ...] = ()

    def counts(self, call: Call) -> bool:
        return True

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        for name in self.handed_on if self.counts(call) else ():
            if params.get(name):
                set_setting(self, user.id, name, params[name])


@mutant("login-name-changed-with-a-key", "WHO-64")
class LoginNameChangedWithAKey(_Undeclared):
    """The method for one's own settings hands on a login name."""

    handed_on = ("username",)


@mutant("login-name-changed-in-a-key-s-session", "WHO-64")
class LoginNameChangedInAKeysSession(_Undeclared):
    """In a session the method for one's own settings hands on a login name."""

    handed_on = ("username",)

    def counts(self, call: Call) -> bool:
        return not call.caller.by_header


@mutant("login-name-changed-for-a-request-with-a-key", "WHO-64")
class LoginNameChangedForARequest(_Undeclared):
    """With a key in the header nothing is unset of what the method for one's own settings was sent."""

    handed_on = ("username",)

    def counts(self, call: Call) -> bool:
        return call.caller.by_header


@mutant("privacy-level-raised-with-a-key", "WHO-65")
class PrivacyLevelRaisedWithAKey(_Undeclared):
    """The method for one's own settings hands on a privacy level."""

    handed_on = ("level",)


@mutant("status-raised-with-a-key", "WHO-65")
class StatusRaisedWithAKey(_Undeclared):
    """The method for one's own settings hands on a status."""

    handed_on = ("status",)


@mutant("group-joined-with-a-key", "WHO-65")
class GroupJoinedWithAKey(_OwnInfo):
    """The method for one's own settings hands on groups, where they come as a list."""

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        for group_id in params["group_id"] if isinstance(params.get("group_id"), list) else ():
            self.store.groups[int(group_id)].members.add(user.id)


@mutant("somebody-else-s-address-with-a-key", "WHO-65")
class SomebodyElsesAddressWithAKey(_OwnInfo):
    """Whose settings are changed is taken from the parameters, where they name somebody."""

    def beside(self, call: Call, user: User, params: dict[str, Any]) -> None:
        if params.get("user_id") and params.get("email"):
            self.store.users[int(params["user_id"])].email = params["email"]


# --- a login that lasts


class _Remembers(Gallery):
    """A login with a key sets the cookie that logs in again later."""

    def counts(self, call: Call) -> bool:
        return True

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        opened = super().session_login(call, session, username, password)
        if opened.pkid is not None and self.counts(call):
            user = self.store.users[opened.user_id or 0]
            call.cookies_set[REMEMBER] = self.remember_cookie(user, int(self.now().timestamp()))
        return opened


@mutant("login-with-a-key-is-remembered", "WHO-66")
class LoginWithAKeyIsRemembered(_Remembers):
    """Programs are remembered, so that they need not log in each time."""


@mutant("login-with-a-key-is-remembered-where-asked-for", "WHO-66")
class LoginWithAKeyIsRememberedWhereAskedFor(_Remembers):
    """A program that asks for it, as the login form does, is remembered."""

    def counts(self, call: Call) -> bool:
        return "remember_me" in call.post and named(call) == "pwg.session.login"


@mutant("upload-with-a-key-is-remembered", "WHO-66")
class UploadWithAKeyIsRemembered(_Remembers):
    """Who uploads in many parts is remembered, so that a part that comes late finds the session again."""

    def counts(self, call: Call) -> bool:
        return named(call) == "pwg.images.uploadAsync"


@mutant("request-with-a-key-is-remembered", "WHO-66")
class RequestWithAKeyIsRemembered(Gallery):
    """A request with a key that asks to be remembered gets the cookie of its owner."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and "remember_me" in call.post:
            call.cookies_set[REMEMBER] = self.remember_cookie(caller.user, int(self.now().timestamp()))
        return caller


# --- that it was a key


@mutant("activity-with-a-key-is-a-person-s", "WHO-67")
class ActivityWithAKeyIsAPersons(Gallery):
    """The list of activities says of what a key did that a person did it on the pages."""

    def key_in_details(self, call: Call) -> dict[str, Any]:
        return super().key_in_details(call) | {"connected_with": "pwg_ui"}


@mutant("activity-says-nothing-of-a-key", "WHO-67")
class ActivitySaysNothingOfAKey(Gallery):
    """The list of activities says which method it was, and not that it was called with a key."""

    def key_in_details(self, call: Call) -> dict[str, Any]:
        return {}


@mutant("activity-names-the-program-in-place-of-the-key", "WHO-67")
class ActivityNamesTheProgram(Gallery):
    """What the request says of its program is written down where it was to say that it came with a key."""

    def key_in_details(self, call: Call) -> dict[str, Any]:
        details = super().key_in_details(call)
        return details | {"connected_with": details["agent"]} if details else {}
