"""Secrets and identifiers that are compared in the wrong way."""

from __future__ import annotations

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.store import matches


@mutant("secret-compared-case-insensitively", "REJ-06")
class SecretComparedCaseInsensitively(Gallery):
    """The secret is compared without regard to case."""

    def new_secret(self) -> str:
        return super().new_secret().lower()

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        return matches(key.secret, secret.lower())
