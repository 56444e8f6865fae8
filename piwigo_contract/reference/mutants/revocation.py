"""Revoked keys that go on working, and caches that don't hear of it."""

from __future__ import annotations

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey
from piwigo_contract.reference.mutants.registry import mutant


@mutant("revoked-key-accepted", "REJ-09")
class RevokedKeyAccepted(Gallery):
    """A revoked key goes on working."""

    def is_revoked(self, key: ApiKey) -> bool:
        return False
