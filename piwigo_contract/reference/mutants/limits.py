"""Galleries that count keys, bad ones or all, and answer otherwise once there were too many."""

from __future__ import annotations

from collections import Counter

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant

ENOUGH = 20
"""Bad keys after which an address has had enough."""


class _CountsBadKeys(Gallery):
    """Bad keys are counted, whoever sends them: all come from one address."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.bad = 0

    def key_of(self, text: str) -> ApiKey | None:
        found = super().key_of(text)
        self.bad += found is None
        return found


@mutant("bad-keys-told-that-they-are-too-many", "REJ-11")
class BadKeysToldThatTheyAreMany(_CountsBadKeys):
    """Who has tried too many bad keys is told so in place of the refusal."""

    def refuse_key(self) -> PwgError:
        return PwgError(403, "Too many bad keys") if self.bad > ENOUGH else super().refuse_key()


@mutant("bad-keys-shut-the-good-out", "REJ-11")
class BadKeysShutTheGoodOut(_CountsBadKeys):
    """From an address that has tried too many bad keys no key is taken any more."""

    def key_of(self, text: str) -> ApiKey | None:
        found = super().key_of(text)
        return found if self.bad <= ENOUGH else None


@mutant("wrong-secrets-lock-the-key", "REJ-11", also=("HDR-39", "USED-10", "USED-11"))
class WrongSecretsLockTheKey(Gallery):
    """A key is locked after ten wrong secrets."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.wrong: Counter[str] = Counter()

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        right = super().secret_matches(key, secret)
        self.wrong[key.pkid] += not right
        return right and self.wrong[key.pkid] <= ENOUGH // 2


class _CountsUses(Gallery):
    """How often each key was used is counted."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.uses: Counter[str] = Counter()

    def key_of(self, text: str) -> ApiKey | None:
        found = super().key_of(text)
        if found is not None:
            self.uses[found.pkid] += 1
        return found

    def used_too_often(self, key: ApiKey) -> bool:
        return self.uses[key.pkid] > ENOUGH


@mutant("key-used-up", "HDR-39")
class KeyUsedUp(_CountsUses):
    """A key is good for so many uses, which nobody told its owner."""

    def key_of(self, text: str) -> ApiKey | None:
        found = super().key_of(text)
        return None if found is not None and self.used_too_often(found) else found


@mutant("key-used-often-is-a-guest-s", "HDR-39")
class KeyUsedOftenIsAGuests(_CountsUses):
    """Where a key was used too often it is not looked at any more, and the caller is a guest."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        caller = super().caller_with_key(owner, key, session)
        return self.session_caller(session) if self.used_too_often(key) else caller


@mutant("key-used-often-is-forbidden-all", "HDR-39")
class KeyUsedOftenIsForbiddenAll(_CountsUses):
    """A key that was used too often may call nothing more, and is told so."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        if self.used_too_often(key):
            raise PwgError(403, "Too many requests with this key")
        return super().caller_with_key(owner, key, session)
