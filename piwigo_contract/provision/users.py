"""Throw-away users: made by the webmaster, without a mail address, and deleted at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ADMINISTRATORS, Account, Session, User
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.login import LoginFailed, web_login
from piwigo_contract.client.vault import NamedId, Text
from piwigo_contract.errors import OutOfReach, SuiteError
from piwigo_contract.provision.ledger import Ledger
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.webmaster import WebmasterApi, required_result

PROFILE = ("username", "email", "status", "level", "enabled_high", "groups")
"""What pwg.users.getList shows of a user that pwg.users.setInfo can change."""


@dataclass(frozen=True)
class PendingUser:
    """Name and password of a user about to be made. label: the name in evidence, such as USER_1."""

    name: str
    password: Text = field(repr=False)
    label: str


def logged_in(gallery: Gallery, name: str, password: Text, label: str) -> Session:
    """The session of the web form of a throw-away user. Raises OutOfReach where the form does not let it in."""
    try:
        return web_login(gallery, name, password, label)
    except LoginFailed as error:
        raise OutOfReach(detail=f"a user that the run made to be let in: {error}") from error


class Users:
    """Makes users on one target, and changes those that it made.

    given: the ordinary user that was given with its password, or None.
    """

    def __init__(
        self, gallery: Gallery, names: Names, ledger: Ledger, webmaster: WebmasterApi, given: Account | None
    ) -> None:
        self._gallery = gallery
        self._names = names
        self._ledger = ledger
        self._webmaster = webmaster
        self._given = given
        self._ordinary: Account | None = None
        self._made: list[Account] = []
        self._privileged: dict[str, tuple[int, str]] = {}
        """Number and status of throw-away users with the rights of an administrator, by name."""
        self._stood_down: dict[str, tuple[int, str]] = {}
        """The same, of those that had them until now."""
        self._needed_by: dict[str, set[str]] = {}

    # ------------------------------------------------------------------ making them

    def ordinary(self) -> Account:
        """The ordinary user that owns the keys of this run: see `new_owner`."""
        if self._ordinary is None:
            self._ordinary = self.new_owner()
        return self._ordinary

    def new(self, status: str = "normal") -> Account:
        """Make a throw-away user of that status, without an e-mail address, and log it in."""
        return self._added(self.pending_user(), status)

    def new_owner(self) -> Account:
        """An owner for keys: a throw-away user, whose list and sessions no other check uses, where the webmaster can
        make one; else the given account.
        """
        if self._given is None:
            return self.new()
        if self._webmaster.account is None:
            return self._given
        try:
            return self.new()
        except OutOfReach:
            return self._given

    def new_namesake(self, gone: Account) -> Account:
        """Make a user of the name and with the password of a throw-away one that was deleted, and log it in."""
        return self._added(
            PendingUser(gone.user.name, gone.password, f"USER_NAMESAKE_{self._names.next_number('namesake')}")
        )

    def pending_user(self, kind: str = "user") -> PendingUser:
        """Name and password of a user about to be made; whoever has the name is deleted at the end."""
        name = self._names.new_login(kind)
        label = f"{kind.upper()}_{name.rpartition('-')[2]}"
        self._ledger.enter("user", name)
        return PendingUser(name, self._names.password(label), label)

    def _added(self, pending: PendingUser, status: str = "normal") -> Account:
        name, password = pending.name, pending.password
        made = self._webmaster("pwg.users.add", username=name, password=password, password_confirm=password)
        user_id = self.number_of(pending, made)
        if status != "normal":
            self._give_status(name, user_id, status)
        return self.log_in(pending, user_id)

    def log_in(self, pending: PendingUser, user_id: int | None = None) -> Account:
        """Log in, by the web form, a user that now exists under this name and password."""
        session = logged_in(self._gallery, pending.name, pending.password, pending.label)
        account = Account(User(pending.name, session.user.status), session, pending.password, user_id)
        self._made.append(account)
        return account

    def number_of(self, pending: PendingUser, made: Mapping[str, Any]) -> NamedId:
        """The id of the user that this result of pwg.users.add contains.

        What is done to a number is done to whoever has it: raises OutOfReach where that is somebody else.
        """
        number = int(made["users"][0]["id"])
        try:
            shown = self._webmaster("pwg.users.getList", user_id=number, display="username")["users"]
        except OutOfReach:  # then the answer itself is all there is
            shown = made["users"]
        if any(int(row["id"]) == number and row.get("username", pending.name) != pending.name for row in shown):
            raise OutOfReach(detail="pwg.users.add to give the number of the new user, not somebody else's")
        return self._names.named_id(f"{pending.label}_ID", number)

    # ------------------------------------------------------------------ changing them, as the webmaster

    def set_status(self, account: Account, status: str) -> None:
        """Give a throw-away user another status (pwg.users.setInfo)."""
        self._give_status(account.user.name, self._id_of(account), status)

    def _give_status(self, name: str, user_id: int, status: str) -> None:
        self._stood_down.pop(name, None)
        if status in ADMINISTRATORS:
            self._ledger.privilege(name)
            self._privileged[name] = user_id, status
        self._webmaster("pwg.users.setInfo", user_id=user_id, status=status)
        if status not in ADMINISTRATORS:
            self._ledger.unprivilege(name)
            self._privileged.pop(name, None)

    def stand_up(self, account: Account, *fixtures: str) -> None:
        """Give a throw-away user back the rights that it had when it was made.

        fixtures: whose checks need it; between two of them it keeps its rights.
        """
        name = account.user.name
        self._needed_by.setdefault(name, set()).update(fixtures)
        if name in self._stood_down:
            with self._gallery.transcript.aside():
                self._give_status(name, *self._stood_down[name])

    def stand_down(self, fixtures: Collection[str]) -> None:
        """Take their rights from the throw-away webmasters and administrators, once a check is done.

        fixtures: of the next check; who is needed for one of these keeps them. Raises as `required_result` does.
        """
        for name, (user_id, status) in list(self._privileged.items()):
            if self._needed_by.get(name, set()).isdisjoint(fixtures):
                del self._privileged[name]  # at the end it is deleted, whatever comes of this
                with self._gallery.transcript.aside():
                    self._give_status(name, user_id, "normal")
                self._stood_down[name] = user_id, status

    def set_level(self, account: Account, level: int) -> None:
        """Give a throw-away user a privacy level (pwg.users.setInfo)."""
        self._webmaster("pwg.users.setInfo", user_id=self._id_of(account), level=level)

    def allow_originals(self, account: Account, allowed: bool) -> None:
        """Let a throw-away user have photos in their full size, or not (pwg.users.setInfo)."""
        enabled = str(allowed).lower()
        self._webmaster("pwg.users.setInfo", user_id=self._id_of(account), enabled_high=enabled)

    def set_password(self, account: Account, password: Text) -> None:
        """Give a throw-away user another password (pwg.users.setInfo)."""
        self._webmaster("pwg.users.setInfo", user_id=self._id_of(account), password=password)

    def new_password(self) -> Text:
        """A password that is nobody's."""
        return self._names.password(f"ANOTHER_{self._names.next_number('another password')}")

    def set_another_name(self, account: Account) -> User:
        """Give a throw-away user another name (pwg.users.setInfo); who that is now."""
        name = self.pending_user("renamed").name
        self._webmaster("pwg.users.setInfo", user_id=self._id_of(account), username=name)
        return User(name, account.user.status)

    def delete(self, account: Account) -> None:
        """Delete a throw-away user before the end of the run."""
        self._webmaster("pwg.users.delete", user_id=self._id_of(account))
        self._ledger.unprivilege(account.user.name)
        self._privileged.pop(account.user.name, None)

    def link_key(self, account: Account) -> Answer:
        """Ask for a key that goes into links in mails to a throw-away user (pwg.users.getAuthKey)."""
        return self._webmaster.ask("pwg.users.getAuthKey", user_id=self._id_of(account))

    # ------------------------------------------------------------------ looking at them

    def find(self, user: User) -> Account | None:
        """The account of a user, where this run made it or was given it."""
        known = (*self._made, self._given, self._webmaster.account)
        return next((account for account in known if account is not None and account.user == user), None)

    def made(self, account: Account) -> bool:
        """Whether this run made the user, whose keys, sessions and settings then go with it."""
        return any(account is each for each in self._made)

    def id_of(self, account: Account) -> int:
        """The id of any user, by the webmaster's list."""
        if account.id is not None:
            return account.id
        for row in self._webmaster("pwg.users.getList", username=account.user.name)["users"]:
            if row.get("username") == account.user.name:
                return int(row["id"])
        raise OutOfReach(detail=f"pwg.users.getList to show {account.user.name}")

    def profile_of(self, account: Account) -> Mapping[str, Any]:
        """What the webmaster sees of a throw-away user: name, mail address, status, level, groups and the like."""
        rows = self._webmaster("pwg.users.getList", user_id=self._id_of(account), display=",".join(PROFILE))["users"]
        if len(rows) != 1:
            raise OutOfReach(detail=f"pwg.users.getList to show one user of an id: it shows {len(rows)}")
        return {name: rows[0].get(name) for name in PROFILE}

    def preferences(self, account: Account) -> Mapping[str, Any]:
        """A throw-away user's own preferences, as their web session sees them."""
        self._id_of(account)
        # no method reads preferences: the one that writes them answers with all of them
        kept = required_result(
            self._gallery.call("pwg.users.preferences.set", account.session, param="read_back", value="1"),
            "pwg.users.preferences.set",
        )
        return kept or {}

    def _id_of(self, account: Account) -> int:
        if account.id is None or not self.made(account):
            raise SuiteError(f"{account.user.name} was not made by this run")
        return account.id
