"""The reference with one fault: proof that the suite catches it.

A mutant is a subclass of Gallery that overrides a hook or two. The registry is found by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey
from piwigo_contract.reference.store import matches


@dataclass(frozen=True)
class Mutant:
    """One fault. `apply` gives the class to put before Gallery; `clauses` are those that must turn red."""

    name: str
    fault: str
    clauses: tuple[str, ...]
    apply: Callable[[], type[Gallery]]


MUTANTS: dict[str, Mutant] = {}


def mutant(name: str, *clauses: str) -> Callable[[type[Gallery]], type[Gallery]]:
    """Register a class as a mutant; its docstring is the sentence that says what is wrong."""

    def register(faulty: type[Gallery]) -> type[Gallery]:
        fault = " ".join((faulty.__doc__ or "").split())
        MUTANTS[name] = Mutant(name, fault, clauses, lambda: faulty)
        return faulty

    return register


@mutant("revoked-key-accepted")
class RevokedKeyAccepted(Gallery):
    """A revoked key goes on working."""

    def is_revoked(self, key: ApiKey) -> bool:
        return False


@mutant("secret-compared-case-insensitively")
class SecretComparedCaseInsensitively(Gallery):
    """The secret is compared without regard to case."""

    def new_secret(self) -> str:
        return super().new_secret().lower()

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        return matches(key.secret, secret.lower())


@mutant("header-of-the-other-release-too")
class HeaderOfTheOtherReleaseToo(Gallery):
    """A key is taken from the header of another release as well."""

    def key_headers(self) -> tuple[str, ...]:
        return (*super().key_headers(), self.profile.other_header)
