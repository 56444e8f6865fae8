"""Keys: made, listed, renamed, ended through their owner's web session; those in force are revoked at the end."""

from __future__ import annotations

import datetime
import re
import shlex
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from piwigo_contract.claims.broken import not_listed
from piwigo_contract.claims.last_use import LastUse
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.clock import Clock, parse_time
from piwigo_contract.client.credentials import Account, ApiKey
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import OutOfReach, SuiteError
from piwigo_contract.provision.ledger import Ledger
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.undoing import fingerprint
from piwigo_contract.provision.users import Users
from piwigo_contract.provision.webmaster import required_result

KEY_DAYS = 30
"""Validity of the keys made: more than seven days, as a key that ends sooner has its owner sent a mail
(include/functions_user.inc.php, auth_key_login)."""

LISTED = (
    *("auth_key", "apikey_name", "apikey_secret", "created_on", "duration", "expired_on", "is_expired"),
    *("last_used_on", "revoked_on"),
)
"""Fields of a listed key that identify it; the others are derived from these or are times in words."""

_ID = re.compile(r"pkid-\d{8}-[A-Za-z0-9]{1,100}", re.ASCII)
"""The id of a key (upstream: create_api_key in include/functions_user.inc.php), and nothing that a program, or a shell
or database that it calls, reads otherwise.
"""

COMMAND_TIMEOUT = 60.0
"""Seconds that `--expire-command` may take."""


class CommandFailed(SuiteError):
    """`--expire-command` could not be run, took too long, or ended with another exit code than 0."""


class Keys:
    """Makes keys on one target. expire_command: `--expire-command`, or None where none was given."""

    def __init__(
        self, gallery: Gallery, names: Names, ledger: Ledger, users: Users, clock: Clock, expire_command: str | None
    ) -> None:
        self._gallery = gallery
        self._names = names
        self._ledger = ledger
        self._users = users
        self._clock = clock
        self._expire_command = expire_command
        self._usual: dict[str, str] = {}
        """A name for keys, by their owner's."""
        self._left: list[ApiKey] = []
        """Keys that earlier checks had, and that may be in force still."""
        self._lent: list[ApiKey] = []
        """Those of the check whose transcript this is:"""
        self._lent_to: Transcript | None = None

    # ------------------------------------------------------------------ making them

    def new(self, owner: Account | None = None, days: int = KEY_DAYS) -> ApiKey:
        """Make a key through the owner's web session; without an owner, for the run's ordinary user."""
        owner = owner or self._users.ordinary()
        name = self.new_name(owner)
        return self.as_key(self.manage(owner, "create", key_name=name, duration=days), owner)

    def live(self, owner: Account | None = None) -> ApiKey:
        """A key in force to use, rename or end: one that an earlier check left, where its owner's list and an answer
        to it show that it is in force; else a new one. An account has each key in its list for good.
        """
        owner = owner or self._users.ordinary()
        self._take_back()
        for key in [key for key in self._left if key.owner == owner.user]:
            self._left.remove(key)
            if self._is_in_force(key, owner):
                break
        else:
            key = self.new(owner)
        self.leave(key)
        return key

    def leave(self, key: ApiKey) -> None:
        """Have `live` give this key to a later check, where it is in force then."""
        self._take_back()
        self._lent.append(key)

    def _take_back(self) -> None:
        """What earlier checks had may be given to the one that is made now."""
        if self._lent_to is not self._gallery.transcript:
            self._left, self._lent, self._lent_to = [*self._left, *self._lent], [], self._gallery.transcript

    def _is_in_force(self, key: ApiKey, owner: Account) -> bool:
        with self._gallery.transcript.aside(), suppress(OutOfReach):
            row = self.rows(owner).get(key.pkid.reveal())
            if row and not row.get("revoked_on") and not row.get("is_expired"):
                caller = self._gallery.whoami(key).caller
                return caller is not None and caller.user == key.owner
        return False

    def new_watched(self, owner: Account | None = None) -> tuple[ApiKey, LastUse]:
        """As `new`: the key, and its last use from now on, as its owner is told it in the web session."""
        key = self.new(owner)
        self.leave(key)
        return key, LastUse(lambda: self.last_use(key), self._clock)

    def new_name(self, owner: Account) -> str:
        """A name for a key about to be made, entered in the ledger.

        Any key whose name is this one, or begins with it, is revoked at the end.
        """
        name = self._names.new("key")
        self._ledger.enter("key", name, of=owner.user.name)
        return name

    def usual_name(self, owner: Account) -> str:
        """As `new_name`, the same each time: for calls that other calls are held against."""
        if owner.user.name not in self._usual:
            self._usual[owner.user.name] = self.new_name(owner)
        return self._usual[owner.user.name]

    def no_name(self, owner: Account, blanks: str = "") -> str:
        """The empty name, or one of blanks, for a key that must not be made: should it be, it is revoked at the end."""
        known = sorted(map(fingerprint, self.rows(owner)))
        self._ledger.enter("keys", "without a name", of=owner.user.name, known=known)
        return blanks

    def as_key(self, made: Mapping[str, Any], owner: Account) -> ApiKey:
        """The key that an answer of `pwg.users.api_key.create` gives, its secret from now on never shown."""
        number = self._names.next_number("as key")
        label = "PIWIGO_API_KEY" if number == 1 else f"PIWIGO_API_KEY_{number}"
        return ApiKey(self._gallery.vault.key(label, f"{made['auth_key']}:{made['apikey_secret']}"), owner.user)

    # ------------------------------------------------------------------ what becomes of them

    def revoke(self, key: ApiKey) -> None:
        """Revoke a key through its owner's web session."""
        self.manage(self.owner_of(key), "revoke", pkid=key.pkid)

    def rename(self, key: ApiKey, name: str) -> None:
        """Rename a key through its owner's web session."""
        self.manage(self.owner_of(key), "edit", pkid=key.pkid, key_name=name)

    def expire(self, key: ApiKey) -> None:
        """Make a key expire by `--expire-command`, and wait out the second in which it does.

        Raises CommandFailed when the command fails.
        """
        self.run_expire_command(key)
        # the second of expired_on itself still counts as valid (auth_key_login)
        self._clock.pass_by(parse_time(self.row(key).get("expired_on")))

    def run_expire_command(self, key: ApiKey) -> None:
        """Run `--expire-command` on a key, whatever comes of it. Raises CommandFailed when it fails."""
        words = self.expire_command_for(key)
        try:
            ended = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_TIMEOUT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CommandFailed(f"--expire-command: {type(error).__name__}: {words[0]}") from error
        if ended.returncode:
            said = self._gallery.vault.clean(" ".join((ended.stderr or ended.stdout).split()))[:200]
            raise CommandFailed(f"--expire-command ended with exit code {ended.returncode}: {said}")

    def expire_command_for(self, key: ApiKey) -> list[str]:
        """The words of `--expire-command` for a key. Raises OutOfReach where its id can be no key's."""
        if self._expire_command is None:
            raise SuiteError("a key was to expire without --expire-command")
        pkid = key.pkid.reveal()
        if not _ID.fullmatch(pkid):
            raise OutOfReach(detail=f"an id of a key that --expire-command can be given, not {pkid[:50]!r}")
        return [word.replace("{pkid}", pkid) for word in shlex.split(self._expire_command)]

    # ------------------------------------------------------------------ looking at them

    def owner_of(self, key: ApiKey) -> Account:
        """The account, with its web session, that a key of this run belongs to."""
        account = self._users.find(key.owner)
        if account is None:
            raise SuiteError(f"no session for the owner of a key, {key.owner.name}")
        return account

    def row(self, key: ApiKey) -> Mapping[str, Any]:
        """The key's row in its owner's list. Raises ContractBroken, for LIFE-50, where it is not listed."""
        answer = self._ask(self.owner_of(key), "get")
        for row in required_result(answer, "pwg.users.api_key.get") or ():
            if row["auth_key"] == key.pkid.reveal():
                return row  # type: ignore[no-any-return]
        raise not_listed(answer.exchange)

    def is_listed(self, key: ApiKey) -> bool:
        """Whether the key is in its owner's list; a revoked one should be (LIFE-15)."""
        return key.pkid.reveal() in self.rows(self.owner_of(key))

    def rows(self, owner: Account) -> dict[str, Mapping[str, Any]]:
        """The keys of an account's list, by id: of each row the fields that the contract is about.

        Those that other workers, who share the given account, make and use meanwhile are left out.
        """
        return {
            row["auth_key"]: {name: row[name] for name in LISTED if name in row}
            for row in self.manage(owner, "get") or ()
            if not self._names.is_anothers(str(row["apikey_name"]))
        }

    def last_use(self, key: ApiKey) -> datetime.datetime | None:
        """When a key was last used, by its owner's list; None where it never was."""
        told = self.row(key).get("last_used_on")
        return parse_time(told) if told else None

    def count_named(self, owner: Account, name: str) -> int:
        """How many keys of that name the owner's list shows."""
        return sum(row["apikey_name"] == name for row in self.manage(owner, "get") or ())

    def manage(self, owner: Account, action: str, **params: Text | str | int) -> Any:
        """Call `pwg.users.api_key.ACTION` in the owner's web session and return its result.

        Raises as `required_result` does.
        """
        return required_result(self._ask(owner, action, **params), f"pwg.users.api_key.{action}")

    def _ask(self, owner: Account, action: str, **params: Text | str | int) -> Answer:
        if owner.session.token is None:
            raise OutOfReach(detail=f"a pwg_token in the session of {owner.user.name}")
        given = {"pwg_token": owner.session.token.text, **params}
        return self._gallery.call(f"pwg.users.api_key.{action}", owner.session, params=given)
