"""What a run makes on the target, users and keys, and how all of it is taken away again.

Everything carries the run's prefix, is entered in the ledger before it is made, and is removed in reverse
order at the end, whatever happened in between.
"""

from __future__ import annotations

import datetime
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from piwigo_contract.claims.broken import not_listed
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.clock import parse_time
from piwigo_contract.client.credentials import Account, ApiKey, Session, User
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.sessions import session_login, session_of, web_login, with_token
from piwigo_contract.client.vault import Number, Text
from piwigo_contract.errors import PiwigoContractError, SuiteError

KEY_DAYS = 30
"""Validity of the keys made: more than seven days, as a key that ends sooner has its owner sent a mail
(include/functions_user.inc.php, auth_key_login)."""


PROFILE = ("username", "email", "status", "level")
"""What pwg.users.getList shows of a user that pwg.users.setInfo can change."""


@dataclass(frozen=True)
class Person:
    """Somebody who is to become a user. label: what the user is called in evidence, such as USER_1."""

    name: str
    password: Text = field(repr=False)
    label: str


@dataclass(frozen=True)
class Group:
    """A group of users that this run made; it has no members."""

    id: int
    name: str


LISTED = (
    *("auth_key", "apikey_name", "apikey_secret", "created_on", "duration", "expired_on", "is_expired"),
    *("last_used_on", "revoked_on"),
)
"""Fields of a listed key that say what it is; the others say how long ago that was, or say it in words."""


class Ledger:
    """What was made, and how each is undone; the last made is the first undone."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, Callable[[], None]]] = []

    def enter(self, what: str, undo: Callable[[], None]) -> None:
        """Write down what is about to be made."""
        self._entries.append((what, undo))

    def undo_all(self) -> list[str]:
        """Undo everything; what could not be undone is returned, a line each."""
        left = []
        while self._entries:
            what, undo = self._entries.pop()
            try:
                undo()
            except PiwigoContractError as error:
                left.append(f"{what}: {error}")
        return left


class Workshop:
    """Makes users and keys on one target.

    gallery: the target. account: the ordinary user that was given, or None. webmaster: the webmaster's
    session, or None. One of the two is needed to make keys, the webmaster to make users.
    """

    def __init__(self, gallery: Gallery, *, account: Account | None, webmaster: Account | None) -> None:
        self.gallery = self._gallery = gallery
        self._vault = gallery.vault
        self._prefix = f"pc-{secrets.token_hex(4)}"
        self.webmaster = webmaster
        self._account = account
        self.ledger = Ledger()
        self._users: list[Account] = []
        self._persons = 0
        self._keys = 0
        self._names = 0
        self._sessions = 0
        self._groups = 0
        self._others = 0
        self._numbers: dict[tuple[str, int], Number] = {}

    # ------------------------------------------------------------------ users

    def account(self) -> Account:
        """The ordinary user that owns this run's keys: the one that was given, or one made by the webmaster."""
        if self._account is None:
            self._account = self.new_user()
        return self._account

    def new_owner(self) -> Account:
        """Somebody to own keys, whose sessions no other check uses where there is a webmaster to make such a user."""
        return self.account() if self.webmaster is None else self.new_user()

    def new_user(self, status: str = "normal") -> Account:
        """Make a throw-away user of that status, without an e-mail address, and log it in."""
        return self._added(self.new_person(), status)

    def _added(self, person: Person, status: str = "normal") -> Account:
        name, password = person.name, person.password
        made = self.as_webmaster("pwg.users.add", username=name, password=password, password_confirm=password)
        user_id = self._number(f"{person.label}_ID", made["users"][0]["id"])
        if status != "normal":
            self.as_webmaster("pwg.users.setInfo", user_id=user_id, status=status)
        return self.enrolled(person, user_id)

    def new_person(self) -> Person:
        """Name and password of a throw-away user about to be made, entered in the ledger."""
        self._persons += 1
        name = f"{self._prefix}-{self._persons}"
        label = f"USER_{self._persons}"
        self._vault.mask(name, f"user-{self._persons}")
        # all kinds of characters, as a gallery may ask for them
        password = self._vault.secret(f"PIWIGO_{label}_PASSWORD", "Aa1-" + secrets.token_urlsafe(18))
        self.ledger.enter(f"user {name}", lambda: self._delete_user(name))
        return Person(name, password.text, label)

    def enrolled(self, person: Person, user_id: int | None = None) -> Account:
        """The throw-away user that has been made of a person, logged in through the web form."""
        session = web_login(self._gallery, person.name, person.password, person.label)
        account = Account(User(person.name, session.user.status), session, user_id, person.password)
        self._users.append(account)
        return account

    def id_of(self, account: Account) -> int:
        """The number of any user, as the webmaster is told it."""
        if account.id is not None:
            return account.id
        for row in self.as_webmaster("pwg.users.getList", username=account.user.name)["users"]:
            if row.get("username") == account.user.name:
                return int(row["id"])
        raise SuiteError(f"pwg.users.getList does not show {account.user.name}")

    def set_status(self, account: Account, status: str) -> None:
        """Give a throw-away user another status (pwg.users.setInfo, as the webmaster)."""
        self.as_webmaster("pwg.users.setInfo", user_id=self._id_of(account), status=status)

    def set_another_password(self, account: Account) -> None:
        """Give a throw-away user another password (pwg.users.setInfo, as the webmaster)."""
        password = self._vault.secret(f"PIWIGO_{self._session_label()}_PASSWORD", "Aa1-" + secrets.token_urlsafe(18))
        self.as_webmaster("pwg.users.setInfo", user_id=self._id_of(account), password=password.text)

    def set_another_name(self, account: Account) -> User:
        """Give a throw-away user another name (pwg.users.setInfo, as the webmaster); who that is now."""
        name, _ = self.name_of_a_user()
        self.as_webmaster("pwg.users.setInfo", user_id=self._id_of(account), username=name)
        return User(name, account.user.status)

    def new_namesake(self, gone: Account) -> Account:
        """Make a user of the name and with the password of a throw-away one that was deleted, and log it in."""
        if gone.password is None:
            raise SuiteError(f"the password of {gone.user.name} is not known")
        return self._added(Person(gone.user.name, gone.password, f"USER_NAMESAKE_{self._session_label()}"))

    def delete_user(self, account: Account) -> None:
        """Delete a throw-away user before the end of the run."""
        self.as_webmaster("pwg.users.delete", user_id=self._id_of(account))

    def profile_of(self, account: Account) -> Mapping[str, Any]:
        """What the webmaster sees of a throw-away user: name, mail address, status and level."""
        rows = self.as_webmaster("pwg.users.getList", user_id=self._id_of(account), display=",".join(PROFILE))["users"]
        if len(rows) != 1:
            raise SuiteError(f"pwg.users.getList shows {len(rows)} users of one id")
        return {name: rows[0].get(name) for name in PROFILE}

    def preferences(self, account: Account) -> Mapping[str, Any]:
        """A throw-away user's own preferences, as their web session sees them."""
        self._id_of(account)
        # no method reads preferences: the one that writes them answers with all of them
        kept = done(
            self._gallery.call("pwg.users.preferences.set", account.session, param="read_back", value="1"),
            "pwg.users.preferences.set",
        )
        return kept if isinstance(kept, dict) else {}

    def link_key(self, account: Account) -> Answer:
        """Ask, as the webmaster, for a key that goes into links in mails (pwg.users.getAuthKey)."""
        assert self.webmaster is not None
        token = self.webmaster.session.token
        params: dict[str, Text | str | int] = {"user_id": self._id_of(account)}
        if token is not None:
            params["pwg_token"] = token.text
        return self._gallery.call("pwg.users.getAuthKey", self.webmaster.session, params=params)

    # ------------------------------------------------------------------ albums

    def new_private_album(self, *admitted: Account) -> str:
        """Make an empty private album that is opened to these throw-away users; returns its name."""
        self._names += 1
        name = f"{self._prefix} album {self._names}"
        self._vault.mask(name, f"album {self._names}")
        self.ledger.enter(f"album {name!r}", lambda: self._delete_album(name))
        made = self.as_webmaster("pwg.categories.add", name=name, status="private")
        for account in admitted:
            self.as_webmaster("pwg.permissions.add", cat_id=int(made["id"]), user_id=self._id_of(account))
        return name

    def _delete_album(self, name: str) -> None:
        for row in self.as_webmaster("pwg.categories.getAdminList", search=name)["categories"]:
            if row["name"] == name:
                self.as_webmaster("pwg.categories.delete", category_id=row["id"], photo_deletion_mode="no_delete")

    def new_label(self, kind: str) -> str:
        """A name for something about to be made, such as a tag, shown in evidence as `tag 1`."""
        self._names += 1
        label = f"{self._prefix} {kind} {self._names}"
        self._vault.mask(label, f"{kind} {self._names}")
        return label

    def _number(self, name: str, value: int | str) -> Number:
        """The number of something that this run made, which evidence shows by this name."""
        made = Number(name, int(value))
        self._numbers[name.partition("_")[0], made] = made
        return made

    def known_number(self, kind: str, value: int) -> int:
        """A number that the target tells of a USER or a GROUP, by its name where this run made that."""
        return self._numbers.get((kind, value), value)

    def _id_of(self, account: Account) -> int:
        if account.id is None or not any(account is user for user in self._users):
            raise SuiteError(f"{account.user.name} was not made by this run")
        return account.id

    def _delete_user(self, name: str) -> None:
        found = self.as_webmaster("pwg.users.getList", username=name)
        ids = [row["id"] for row in found["users"] if row.get("username") == name]
        if ids:
            self.as_webmaster("pwg.users.delete", user_id=int(ids[0]))

    def as_webmaster(self, method: str, **params: Text | str | int) -> Any:
        """The result of a call in the webmaster's session, with its token. Raises SuiteError where it is not done."""
        return done(self.ask(method, **params), method)

    def ask(self, method: str, **params: Text | str | int) -> Answer:
        """The answer to a call in the webmaster's session, with its token."""
        if self.webmaster is None or self.webmaster.session.token is None:
            raise SuiteError(f"{method} was called without a webmaster's session")
        session, token = self.webmaster.session, self.webmaster.session.token
        return self._gallery.call(method, session, params={"pwg_token": token.text, **params})

    def mask(self, value: str, shown: str) -> None:
        """Have evidence show something that this run made up by a neutral word."""
        self._vault.mask(value, shown)

    def number_of_a_user(self, made: Mapping[str, Any]) -> Number:
        """The number of the user, named by `name_of_a_user`, that this result of pwg.users.add tells of."""
        return self._number(f"USER_OTHER_{self._others}_ID", made["users"][0]["id"])

    def name_of_a_user(self) -> tuple[str, Text]:
        """Name and password for a user about to be made; whoever has the name is deleted at the end."""
        self._others += 1
        name = f"{self._prefix}-other-{self._others}"
        self._vault.mask(name, f"other-{self._others}")
        self.ledger.enter(f"user {name}", lambda: self._delete_user(name))
        password = self._vault.secret(f"PIWIGO_OTHER_{self._others}_PASSWORD", "Aa1-" + secrets.token_urlsafe(18))
        return name, password.text

    # ------------------------------------------------------------------ sessions that are no person's

    def program_session(self, user: Text | str, password: Text) -> Session:
        """A session opened by `pwg.session.login`. Raises SuiteError where the target refuses it."""
        label = self._session_label()
        answer, session = session_login(self._gallery, Text.of(user), password, label)
        done(answer, "pwg.session.login")
        return self._known(session, label)

    def second_session(self, account: Account) -> Session:
        """Another session of a throw-away user, opened through the web form."""
        if account.password is None:
            raise SuiteError(f"the password of {account.user.name} is not known")
        return web_login(self._gallery, account.user.name, account.password, self._session_label())

    def guest_session(self) -> Session:
        """A session that nobody logged in to, with the pwg_token that the gallery gives to guests."""
        label = self._session_label()
        session = self._known(session_of(self._gallery, self._gallery.page("identification.php"), label), label)
        self.ledger.enter("keys of a guest", lambda: self._revoke_guests_keys(session))
        return session

    def _revoke_guests_keys(self, session: Session) -> None:
        """Nothing, as a rule: a guest may have no keys and may not list them."""
        listed = self._gallery.manage("get", session).envelope
        for row in (listed.result or ()) if listed and listed.ok else ():
            if str(row["apikey_name"]).startswith(self._prefix) and not row.get("revoked_on"):
                done(self._gallery.manage("revoke", session, pkid=row["auth_key"]), "pwg.users.api_key.revoke")

    def _session_label(self) -> str:
        self._sessions += 1
        return f"SESSION_{self._sessions}"

    def _known(self, session: Session, label: str) -> Session:
        answer = self._gallery.whoami(session)
        if answer.caller is None:
            raise SuiteError(f"pwg.session.getStatus in a session: HTTP {answer.status}")
        return with_token(self._gallery, session, answer, label)

    # ------------------------------------------------------------------ groups

    def new_group(self) -> Group:
        """Make a group without members, for a write that can be seen and hurts nobody."""
        made: list[int] = []
        name = self.name_of_a_group(made)
        made.append(int(self.as_webmaster("pwg.groups.add", name=name)["groups"][0]["id"]))
        return Group(self._number(f"GROUP_{self._groups}_ID", made[0]), name)

    def name_of_a_group(self, made: list[int] | None = None) -> str:
        """A name for a group about to be made; whatever group has it, or was made under it, is deleted at the end."""
        self._groups += 1
        name = f"{self._prefix} group {self._groups}"
        self._vault.mask(name, f"group {self._groups}")
        self.ledger.enter(f"group {name!r}", lambda: self._delete_group(name, [] if made is None else made))
        return name

    def name_of(self, group: Group) -> str:
        """The name that the webmaster sees the group have now."""
        found = self.as_webmaster("pwg.groups.getList", group_id=group.id)
        return str(found["groups"][0]["name"])

    def _delete_group(self, name: str, made: list[int]) -> None:
        """Delete the group, by its number where that is known: a check may have given it another name."""
        listed: dict[str, Any] = {"group_id": made[0]} if made else {"name": name}
        # Piwigo ends in a fatal error where there is no such group
        for row in self.as_webmaster("pwg.groups.getList", **listed)["groups"]:
            self.as_webmaster("pwg.groups.delete", group_id=int(row["id"]))

    # ------------------------------------------------------------------ keys

    def new_key(self, owner: Account | None = None, days: int = KEY_DAYS) -> ApiKey:
        """Make a key through the owner's web session; without an owner, for the run's ordinary user."""
        owner = owner or self.account()
        name = self.new_name(owner)
        return self.as_key(self.manage(owner, "create", key_name=name, duration=days), owner)

    def new_name(self, owner: Account) -> str:
        """A name for a key about to be made, entered in the ledger.

        Any key whose name is this one, or begins with it, is revoked at the end.
        """
        self._names += 1
        name = f"{self._prefix} key {self._names}"
        self._vault.mask(name, f"key {self._names}")
        self.ledger.enter(f"key {name!r} of {owner.user.name}", lambda: self._revoke_by_name(owner, name))
        return name

    def no_name(self, owner: Account, blanks: str = "") -> str:
        """The empty name, or one of blanks, for a key that must not be made: should it be, it is revoked at the end."""
        known = {row["auth_key"] for row in self.manage(owner, "get") or ()}
        self.ledger.enter(f"key without a name of {owner.user.name}", lambda: self._revoke_nameless(owner, known))
        return blanks

    def as_key(self, made: Mapping[str, Any], owner: Account) -> ApiKey:
        """The key that an answer of `pwg.users.api_key.create` gives, its secret from now on never shown."""
        self._keys += 1
        label = "PIWIGO_API_KEY" if self._keys == 1 else f"PIWIGO_API_KEY_{self._keys}"
        return ApiKey(self._vault.key(label, f"{made['auth_key']}:{made['apikey_secret']}"), owner.user)

    def revoke(self, key: ApiKey) -> None:
        """Revoke a key through its owner's web session."""
        self.manage(self.owner_of(key), "revoke", pkid=key.pkid)

    def rename(self, key: ApiKey, name: str) -> None:
        """Rename a key through its owner's web session."""
        self.manage(self.owner_of(key), "edit", pkid=key.pkid, key_name=name)

    def listed(self, key: ApiKey) -> Mapping[str, Any]:
        """The key's row in its owner's list. Raises ContractBroken, for LIFE-50, where it is not listed."""
        answer = self._gallery.manage("get", self.owner_of(key).session)
        for row in done(answer, "pwg.users.api_key.get") or ():
            if row["auth_key"] == key.pkid.reveal():
                return row  # type: ignore[no-any-return]
        raise not_listed(self._gallery.transcript.exchange_of(answer))

    def is_listed(self, key: ApiKey) -> bool:
        """Whether the key is in its owner's list; a revoked one should be (LIFE-15)."""
        return key.pkid.reveal() in self.rows(self.owner_of(key))

    def rows(self, owner: Account) -> dict[str, Mapping[str, Any]]:
        """All keys of somebody's list by their id: of each what the contract speaks of."""
        return {
            row["auth_key"]: {name: row[name] for name in LISTED if name in row}
            for row in self.manage(owner, "get") or ()
        }

    def last_use(self, key: ApiKey) -> datetime.datetime | None:
        """When a key was last used, as its owner is told in the web session; None where it never was."""
        told = self.listed(key)["last_used_on"]
        return parse_time(told) if told else None

    def count_named(self, owner: Account, name: str) -> int:
        """How many keys of that name the owner's list shows."""
        return sum(row["apikey_name"] == name for row in self.manage(owner, "get") or ())

    def manage(self, owner: Account, action: str, **params: Text | str | int) -> Any:
        """Call `pwg.users.api_key.ACTION` in the owner's web session and return its result.

        Raises SuiteError when the target does not do it.
        """
        token = owner.session.token
        if token is None:
            raise SuiteError(f"the session of {owner.user.name} has no pwg_token")
        method = f"pwg.users.api_key.{action}"
        return done(self._gallery.call(method, owner.session, params={"pwg_token": token.text, **params}), method)

    def _revoke_by_name(self, owner: Account, name: str) -> None:
        if any(owner is user for user in self._users):
            return  # a throw-away user's keys go with it
        for row in self.manage(owner, "get") or ():
            if re.match(rf"{re.escape(name)}(?!\d)", str(row["apikey_name"])) and not row.get("revoked_on"):
                self.manage(owner, "revoke", pkid=row["auth_key"])

    def _revoke_nameless(self, owner: Account, known: set[str]) -> None:
        if any(owner is user for user in self._users):
            return
        for row in self.manage(owner, "get") or ():
            if not str(row["apikey_name"] or "").strip() and row["auth_key"] not in known:
                self.manage(owner, "revoke", pkid=row["auth_key"])

    def owner_of(self, key: ApiKey) -> Account:
        """The account, with its web session, that a key of this run belongs to."""
        for account in (*self._users, self._account, self.webmaster):
            if account is not None and account.user == key.owner:
                return account
        raise SuiteError(f"no session for the owner of a key, {key.owner.name}")


@dataclass(frozen=True)
class SetInfo:
    """`pwg.users.setInfo` on a throw-away user, with arguments that give it another level and mail address.

    before: what the webmaster saw of the user. wanted: what would be seen if the call were made.
    """

    method: ClassVar[str] = "pwg.users.setInfo"
    params: Mapping[str, Text | str]
    before: Mapping[str, Any]
    wanted: Mapping[str, Any]
    _user: Account
    _workshop: Workshop

    @classmethod
    def against(cls, user: Account, by: Account, workshop: Workshop) -> SetInfo:
        """Arguments other than what `user` has now, with the pwg_token of `by`."""
        before = workshop.profile_of(user)
        level = "1" if str(before["level"]) != "1" else "2"
        email = f"{user.user.name}-{level}@example.org"
        assert by.session.token is not None
        token: dict[str, Text | str] = {"pwg_token": by.session.token.text}
        assert user.id is not None
        params = {**token, "user_id": Text.of(user.id), "level": level, "email": email}
        return cls(params, before, {**before, "level": level, "email": email}, user, workshop)

    def now(self) -> Mapping[str, Any]:
        """What the webmaster sees of the user now."""
        return self._workshop.profile_of(self._user)


def done(answer: Answer, what: str) -> Any:
    """The result of a call that must succeed for a check to be made at all. Raises SuiteError otherwise."""
    envelope = answer.envelope
    if envelope is None:
        raise SuiteError(f"{what}: HTTP {answer.status} with no envelope of the API")
    if not envelope.ok:
        # whoever calls has read the token in the same session a moment ago
        hint = ": does something in front of the target answer from a cache?" if envelope.err == 403 else ""
        raise SuiteError(f"{what}: HTTP {answer.status}, err {envelope.err} {envelope.message!r}{hint}")
    return envelope.result
