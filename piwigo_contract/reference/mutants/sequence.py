"""Faults that take several events in a row, and one that takes time."""

from __future__ import annotations

import time
from datetime import datetime

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.store import matches


@mutant("renamed-key-is-not-revoked", "SEQ-01")
class RenamedKeyIsNotRevoked(Gallery):
    """A revocation looks for the key's first name: one that was renamed is listed as revoked, and goes on working."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._renamed: set[str] = set()

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        if key.revoked_on is None:
            self._renamed.add(key.pkid)

    def is_revoked(self, key: ApiKey) -> bool:
        return super().is_revoked(key) and key.pkid not in self._renamed


@mutant("revocation-takes-the-key-renamed-last-along", "SEQ-01", also=("LIFE-16",))
class RevocationTakesTheKeyRenamedLastAlong(Gallery):
    """A revocation takes the key that was renamed last along with it."""

    _renamed: ApiKey | None = None

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        self._renamed = key

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        super().revoke_key(key, now)
        other = self._renamed
        if other is not None and other is not key and other.user_id == key.user_id:
            super().revoke_key(other, now)


@mutant("hash-only-where-the-identifier-exists", "TIME-01")
class HashOnlyWhereTheIdentifierExists(Gallery):
    """A slow hash is computed only where there is one to compare with: the time tells which identifiers exist."""

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        time.sleep(0.02)
        return matches(key.secret, secret)
