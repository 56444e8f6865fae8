"""The identities that checks use: keys and users of one target, each made when first needed.

What could not be made fails at once the next time, in place of being tried again for every check.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from piwigo_contract.client.credentials import Account, ApiKey, User
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import NoVerdict, OutOfReach, SuiteError
from piwigo_contract.methods.results import unfit
from piwigo_contract.provision.keys import Keys
from piwigo_contract.provision.users import Users

if TYPE_CHECKING:
    from piwigo_contract.provision.target import Target

UNKNOWN_OWNER = User("", "")
"""The owner of an expired or revoked key that was given: the target does not say who it is."""


class Identities:
    """The keys and users of a target. Each raises OutOfReach where the access given is not enough for it."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def live_key(self) -> ApiKey:
        """A valid key: one made for this run where that may be, else the one that was given."""
        if self._target.settings.can_make_keys():
            return self._target.once("live key", self._new_standing)
        return self._target.given_key()

    def accepts_a_key(self) -> bool:
        """Whether the target accepted any key. If no check tried one, this tries the live key, once.

        A verdict rests on it, whatever checks were selected.
        """
        if self._target.key_accepted is None:
            self._target.key_accepted = False
            with suppress(OutOfReach, NoVerdict, SuiteError, NoAnswer):  # then none was
                self._must_be_accepted(key := self.live_key())
                # where anybody is taken for its owner that says nothing of the key
                self._target.key_accepted = key.owner != self._target.gallery.anonymous
        return self._target.key_accepted

    def second_key(self) -> ApiKey:
        """Another valid key of the live key's owner."""
        self._target.require("new-key")
        self.live_key()
        return self._target.once("second key", self._new_standing)

    def key_of_another_user(self) -> ApiKey:
        """A key of another ordinary user, made for this run."""
        self._target.require("new-users")
        self.live_key()
        return self._target.once("other user's key", lambda: self._new_standing(self._users.new()))

    def webmaster_key(self) -> ApiKey:
        """A key of a throw-away webmaster, so that the real one's list of keys stays as it is."""
        self._target.require("new-users")
        self.live_key()
        key = self._target.once("webmaster's key", lambda: self._new_standing(self._users.new("webmaster")))
        self._users.stand_up(self._keys.owner_of(key), "webmaster_key", "sandbox", "key_of")
        return key

    def throw_away_user(self) -> Account:
        """An ordinary user made for this run, with no key of its own."""
        self._target.require("new-users")
        return self._target.once("throw-away user", lambda: self._users.new())

    def key_of(self, status: str) -> ApiKey:
        """A key of a throw-away user of that status: webmaster, admin, normal or generic."""
        standing = {"webmaster": self.webmaster_key, "normal": self.key_of_another_user}
        return standing[status]() if status in standing else self._key_of(status, f"{status}'s key")

    def _key_of(self, status: str, name: str) -> ApiKey:
        self._target.require("new-users")
        self.live_key()
        key = self._target.once(name, lambda: self._new_standing(self._users.new(status)))
        self._users.stand_up(self._keys.owner_of(key), "key_of")
        return key

    def link_key(self) -> Text:
        """A key for links in mails, of a throw-away ordinary user. Raises OutOfReach where none is given out."""
        owner = self._keys.owner_of(self.key_of_another_user())
        answer = self._users.link_key(owner)
        if answer.envelope is None or not answer.envelope.ok or unfit(answer, "pwg.users.getAuthKey"):
            raise OutOfReach(detail="a gallery that gives out link keys ($conf['auth_key_duration'] above 0)")
        return self._target.vault.secret("PIWIGO_LINK_KEY", answer.envelope.result["auth_key"]).text

    def revoked_key(self) -> ApiKey:
        """A key that was accepted and then revoked; or, where none may be made, the one that was given."""
        self._target.require("revoked-key")
        if self._target.settings.can_make_keys():
            return self._target.once("revoked key", self._new_revoked_key)
        return self._given("revoked")

    def revoked_webmaster_key(self) -> ApiKey:
        """A revoked key of the throw-away webmaster, whose rights would be enough for everything."""
        self._target.require("new-users")
        owner = self._keys.owner_of(self.webmaster_key())
        return self._target.once("webmaster's revoked key", lambda: self._new_revoked_key(owner))

    def expired_key(self) -> ApiKey:
        """A key that was accepted and has expired since; or the one that was given."""
        self._target.require("expired-key")
        if self._target.settings.expire_command and self._target.settings.can_make_keys():
            return self._target.once("expired key", self._new_expired_key)
        return self._given("expired")

    def expired_webmaster_key(self) -> ApiKey:
        """An expired key of the throw-away webmaster; where none can be made to expire, the one that was given."""
        self._target.require("expired-key")
        if not self._target.settings.expire_command or not self._target.may_make_users:
            return self.expired_key()
        owner = self._keys.owner_of(self.webmaster_key())
        return self._target.once("webmaster's expired key", lambda: self._new_expired_key(owner))

    def _new_standing(self, owner: Account | None = None) -> ApiKey:
        return self._target.standing(self._keys.new(owner))

    def _new_revoked_key(self, owner: Account | None = None) -> ApiKey:
        key = self._keys.new(owner)
        self._must_be_accepted(key)
        self._keys.revoke(key)
        return key

    def _new_expired_key(self, owner: Account | None = None) -> ApiKey:
        key = self._keys.new(owner)
        self._must_be_accepted(key)
        self._keys.expire(key)
        return key

    def _must_be_accepted(self, key: ApiKey) -> None:
        """Raise unless the key works now: the refusal of a key that never worked proves nothing."""
        caller = self._target.gallery.whoami(key).caller
        if caller is None or caller.user != key.owner:
            raise OutOfReach(detail="a new key to be accepted: else its end can't be seen")

    def made_by_this_run(self, key: ApiKey) -> bool:
        """Whether this run made the key, and so knows what it once opened."""
        return key.owner != UNKNOWN_OWNER

    def given_ended_key(self, how: str) -> ApiKey | None:
        """The key of `--expired-key` or `--revoked-key`, where it was given. how: expired or revoked."""
        given = {"expired": self._target.settings.expired_key, "revoked": self._target.settings.revoked_key}[how]
        return (
            None if given is None else ApiKey(self._target.vault.key(f"PIWIGO_{how.upper()}_KEY", given), UNKNOWN_OWNER)
        )

    def _given(self, how: str) -> ApiKey:
        key = self.given_ended_key(how)
        assert key is not None
        return key

    @property
    def _keys(self) -> Keys:
        return self._target.makers.keys

    @property
    def _users(self) -> Users:
        return self._target.makers.users
