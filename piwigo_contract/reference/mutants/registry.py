"""What a mutant is, and where all of them are kept, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from piwigo_contract.contract.releases import EMBEDDED_RELEASE
from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.errors import UsageError
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.proxy import Proxy

Layer = type[Gallery] | type[Proxy]
L = TypeVar("L", bound=Layer)


@dataclass(frozen=True)
class Mutant:
    """One fault.

    name: the fault in a few words, joined by hyphens. fault: a sentence about it.
    clauses: ids of those that must turn red. also: of those that may turn red as well, by chance or by consequence.
    layer: a class that is put before Gallery and overrides a hook or two, or a proxy that is put in front of it.
    release: the release in which it is tried. site_list: the list of forbidden methods that it is tried with,
    None for the one that the embedded reference has anyway. profile: of hypothesis, if it takes more examples than
    those of the fewest to find it.
    """

    name: str
    fault: str
    clauses: tuple[str, ...]
    layer: Layer
    release: str = EMBEDDED_RELEASE
    site_list: SiteList | None = None
    also: tuple[str, ...] = ()
    profile: str | None = None


MUTANTS: dict[str, Mutant] = {}


def mutant(
    name: str,
    *clauses: str,
    also: tuple[str, ...] = (),
    release: str = EMBEDDED_RELEASE,
    site_list: SiteList | None = None,
    profile: str | None = None,
) -> Callable[[L], L]:
    """Register a class as a mutant; its docstring is the sentence that says what is wrong.

    Raises UsageError for a name in use, no clause, or no docstring.
    """

    def register(faulty: L) -> L:
        fault = " ".join((faulty.__doc__ or "").split())
        if name in MUTANTS or not clauses or not fault:
            raise UsageError(
                f"mutant {name}: has a name of its own, names clauses, and says in a docstring what is wrong"
            )
        MUTANTS[name] = Mutant(name, fault, clauses, faulty, release, site_list, also, profile)
        return faulty

    return register
