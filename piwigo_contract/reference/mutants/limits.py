"""Galleries that count bad keys, and answer otherwise once there were too many."""

from __future__ import annotations

from collections import Counter

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, PwgError
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


@mutant("wrong-secrets-lock-the-key", "REJ-11", also=("USED-10", "USED-11"))
class WrongSecretsLockTheKey(Gallery):
    """A key is locked after ten wrong secrets."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.wrong: Counter[str] = Counter()

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        right = super().secret_matches(key, secret)
        self.wrong[key.pkid] += not right
        return right and self.wrong[key.pkid] <= ENOUGH // 2
