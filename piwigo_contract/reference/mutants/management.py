"""Making, listing, renaming and revoking keys: by the wrong one, of the wrong key, or with the wrong outcome."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.store import digest, random_text

# --- what a key is made of


@mutant("new-key-works-after-a-while", "LIFE-01", "HDR-01")
class NewKeyWorksAfterAWhile(Gallery):
    """Keys are read from a copy of the database, which hears of a new one some seconds later."""

    def is_good(self, key: ApiKey, secret: str, now: datetime) -> bool:
        return super().is_good(key, secret, now) and now - key.created_on > timedelta(seconds=20)


@mutant("keys-with-some-characters-never-work", "LIFE-01", also=("HDR-01",))
class KeysWithSomeCharactersNeverWork(Gallery):
    """Keys with a hyphen or an underscore in their secret are made, and refused for their form."""

    def new_secret(self) -> str:
        # by turns, not by chance
        return super().new_secret() if len(self.store.keys) % 4 else "-_" + super().new_secret()[2:]

    def is_good(self, key: ApiKey, secret: str, now: datetime) -> bool:
        return super().is_good(key, secret, now) and not secret.startswith("-_")


@mutant("identifier-with-the-day-of-its-end", "LIFE-02")
class IdentifierWithTheDayOfItsEnd(Gallery):
    """The date in an identifier is that of the key's end."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        now, secret = self.now(), self.new_secret()
        end = self.expiry(now, days)
        shown = min(end, datetime(9999, 12, 31))
        return self.store.add_key(owner, self.new_pkid(shown), secret, name, now, end), secret


@mutant("secret-follows-from-the-identifier", "LIFE-03", also=("LIFE-04", "LIFE-06", "LIFE-07"))
class SecretFollowsFromTheIdentifier(Gallery):
    """Identifier and secret are cut from the same random text."""

    _latest = ""

    def new_secret(self) -> str:
        self._latest = super().new_secret()
        return self._latest

    def new_pkid(self, now: datetime) -> str:
        return f"pkid-{now:%Y%m%d}-{self._latest[:20]}"


@mutant("secrets-from-a-slow-generator", "LIFE-03")
class SecretsFromASlowGenerator(Gallery):
    """The generator is seeded with the time: secrets of the same second begin alike."""

    def new_secret(self) -> str:
        start = f"{self.now():%H%M%d%m}"
        return (start * 3)[:22] + random_text(18)


# --- the list


@mutant("list-of-fifty", "LIFE-50")
class ListOfFifty(Gallery):
    """The list has pages, and nobody can ask for the second."""

    def keys_of(self, user: User) -> list[ApiKey]:
        return super().keys_of(user)[:50]


@mutant("new-key-listed-with-another-duration", "LIFE-10")
class NewKeyListedWithAnotherDuration(Gallery):
    """The duration is read back from the dates, a day short."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        shown = key.duration if key.duration in (1, 999_999) else key.duration - 1
        return super().listed(key, now) | {"duration": str(shown)}


@mutant("creation-listed-in-universal-time", "LIFE-11", "END-23")
class CreationListedInUniversalTime(Gallery):
    """The list shows creations in universal time, an hour behind the gallery's clock."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        hour_ago = key.created_on.replace(hour=(key.created_on.hour + 23) % 24)
        return super().listed(key, now) | {"created_on": stamp(hour_ago)}


@mutant("new-key-listed-as-revoked", "LIFE-12", "END-28")
class NewKeyListedAsRevoked(Gallery):
    """An active key is listed with its end as the date of its revocation."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        return super().listed(key, now) | {"revoked_on": stamp(key.revoked_on or key.expired_on)}


@mutant("list-of-webmaster-has-all-keys", "LIFE-17")
class ListOfWebmasterHasAllKeys(Gallery):
    """A webmaster's list has the keys of everybody."""

    def keys_of(self, user: User) -> list[ApiKey]:
        return list(self.store.keys.values()) if user.status == "webmaster" else super().keys_of(user)


@mutant("list-of-the-user-asked-for", "LIFE-17")
class ListOfTheUserAskedFor(Gallery):
    """`user_id`, which other methods take, lists that user's keys."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        wanted = self.store.users.get(int(str(call.post.get("user_id", "0")) or 0))
        if call.requested("method") == "pwg.users.api_key.get" and wanted is not None:
            super().run(entry, call, params)
            own, theirs = self.keys_of(call.caller.user), self.keys_of(wanted)
            return self.key_list([self.listed(key, self.now()) for key in [*own, *theirs]])
        return super().run(entry, call, params)


# --- rename and revocation


@mutant("rename-makes-the-key-anew", "LIFE-13")
class RenameMakesTheKeyAnew(Gallery):
    """A rename makes the key anew, with another secret and a creation of now."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        key.secret = digest(random_text(40))
        key.created_on = self.now()


@mutant("rename-changes-the-secret", "LIFE-14", also=("SEQ-01",))
class RenameChangesTheSecret(Gallery):
    """A rename writes the row with the name in the place of the hash: the key no longer works."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        if key.last_used_on is not None:
            key.secret = digest(name)


@mutant("revoked-key-leaves-the-list", "LIFE-15", also=("END-28",))
class RevokedKeyLeavesTheList(Gallery):
    """The list shows active keys alone."""

    def keys_of(self, user: User) -> list[ApiKey]:
        return [key for key in super().keys_of(user) if not self.is_revoked(key)]


@mutant("revocation-ends-the-duration", "LIFE-15", "END-27")
class RevocationEndsTheDuration(Gallery):
    """A revocation sets the end of a key to now."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        super().revoke_key(key, now)
        key.expired_on = now - timedelta(seconds=1)


@mutant("rename-of-all-keys-of-that-name", "LIFE-16")
class RenameOfAllKeysOfTheOwner(Gallery):
    """The identifier is missing in the statement's condition: all active keys of the owner are renamed."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        for other in self.store.keys.values():
            if other.user_id == key.user_id and not self.is_revoked(other):
                super().rename_key(other, name)


@mutant("anybody-renames-a-key", "LIFE-18", also=("SEQ-01",))
class AnybodyRenamesAKey(Gallery):
    """A rename does not ask whose key it is."""

    _renames = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._renames = call.requested("method") == "pwg.users.api_key.edit"
        try:
            return super().run(entry, call, params)
        finally:
            self._renames = False

    def owns(self, user: User, key: ApiKey) -> bool:
        return self._renames or super().owns(user, key)


@mutant("webmaster-renames-any-key", "LIFE-18")
class WebmasterRenamesAnyKey(AnybodyRenamesAKey):
    """A webmaster renames the keys of everybody."""

    def owns(self, user: User, key: ApiKey) -> bool:
        return super(AnybodyRenamesAKey, self).owns(user, key) or (self._renames and user.status == "webmaster")


@mutant("somebody-else-s-key-renamed-then-refused", "LIFE-18")
class SomebodyElsesKeyRenamedThenRefused(Gallery):
    """Whose key it is is asked after the rename."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        key = self.store.keys.get(str(call.post.get("pkid", "")))
        if (
            call.requested("method") == "pwg.users.api_key.edit"
            and key is not None
            and self.may_manage_keys(call.caller)
        ):
            key.name = str(params["key_name"])
        return super().run(entry, call, params)


@mutant("anybody-revokes-a-key", "LIFE-19", also=("SEQ-01",))
class AnybodyRevokesAKey(Gallery):
    """A revocation does not ask whose key it is."""

    _revokes = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._revokes = call.requested("method") == "pwg.users.api_key.revoke"
        try:
            return super().run(entry, call, params)
        finally:
            self._revokes = False

    def owns(self, user: User, key: ApiKey) -> bool:
        return self._revokes or super().owns(user, key)


@mutant("webmaster-revokes-any-key", "LIFE-19")
class WebmasterRevokesAnyKey(AnybodyRevokesAKey):
    """A webmaster revokes the keys of everybody."""

    def owns(self, user: User, key: ApiKey) -> bool:
        return super(AnybodyRevokesAKey, self).owns(user, key) or (self._revokes and user.status == "webmaster")


# --- identifiers


class _Wrong(Gallery):
    """An identifier that is none finds a key."""

    methods_fooled: tuple[str, ...] = ("pwg.users.api_key.edit", "pwg.users.api_key.revoke")
    _fooled = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._fooled = call.requested("method") in self.methods_fooled
        try:
            return super().run(entry, call, params)
        finally:
            self._fooled = False

    def instead(self, pkid: str, keys: list[ApiKey]) -> ApiKey | None:
        return None

    def owned_key(self, caller: Caller, pkid: str) -> ApiKey:
        found = self.instead(pkid, self.keys_of(caller.user)) if self._fooled else None
        return found or super().owned_key(caller, pkid)


@mutant("identifier-is-a-pattern", "LIFE-35", "LIFE-36")
class IdentifierIsAPattern(_Wrong):
    """The identifier is compared with LIKE: a percent sign stands for anything."""

    def instead(self, pkid: str, keys: list[ApiKey]) -> ApiKey | None:
        pattern = re.escape(pkid).replace("%", ".*")
        return next((key for key in keys if "%" in pkid and re.fullmatch(pattern, key.pkid)), None)


@mutant("identifier-is-a-part-of-the-statement", "LIFE-35")
class IdentifierIsAPartOfTheStatement(_Wrong):
    """A rename puts the identifier between double quotes as it is: it can end them and add a condition."""

    methods_fooled = ("pwg.users.api_key.edit",)

    def instead(self, pkid: str, keys: list[ApiKey]) -> ApiKey | None:
        return keys[-1] if pkid.endswith('" OR "1"="1') else None


@mutant("identifier-with-a-line-end-revoked", "LIFE-36")
class IdentifierWithALineEndRevoked(_Wrong):
    """The pattern for an identifier ends in `$`, before which a line end may stand."""

    methods_fooled = ("pwg.users.api_key.revoke",)

    def instead(self, pkid: str, keys: list[ApiKey]) -> ApiKey | None:
        return next((key for key in keys if key.pkid + "\n" == pkid), None)


@mutant("unknown-identifier-said-to-be-revoked", "LIFE-36")
class UnknownIdentifierSaidToBeRevoked(Gallery):
    """Revoking what is not there is answered as done: the statement changed no row, and nobody counted."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        try:
            return super().run(entry, call, params)
        except PwgError as error:
            revokes = call.requested("method") == "pwg.users.api_key.revoke" and error.message == "API Key not found"
            if revokes and str(params["pkid"]) not in self.store.keys:
                return "API Key has been successfully revoked."
            raise
