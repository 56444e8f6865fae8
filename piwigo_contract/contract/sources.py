"""Whose contracts a run has: this project's, those that installed packages bring, and those of `--contract`.

A contract is a folder with `specs/contract/*.yaml` (its chapters) and `suite/test_*.py` (their checks); it may have
`specs/methods/*.yaml` (what its own methods do) and `reference.py` (how the embedded reference serves these, and the
mutants that the checks must catch). docs/extending.md has the rules.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from piwigo_contract.contract.resources import SPECS, SUITE
from piwigo_contract.errors import UsageError

ENTRY_POINTS = "piwigo_contract.contracts"
"""The group of entry points by which an installed package says where its contract is: each names a package."""


@dataclass(frozen=True)
class Source:
    """Where a contract lies. name: what its checks are called by in reports, before `/suite/`; empty for our own."""

    name: str
    specs: Path
    suite: Path

    @property
    def is_own(self) -> bool:
        """Whether it is this project's."""
        return not self.name

    @property
    def folder(self) -> Path:
        """Where `reference.py` is, if there is one."""
        return self.suite.parent

    def where(self, path: Path) -> str:
        """A module of checks, the same in a checkout and in an installed package."""
        return Path(self.name, "suite", path.relative_to(self.suite)).as_posix()


OWN = Source("", SPECS, SUITE)

_others: tuple[Source, ...] = ()


def sources() -> tuple[Source, ...]:
    """This project's contract, and then those that were chosen by `use`."""
    return (OWN, *_others)


def use(folders: Sequence[str]) -> None:
    """Choose the contracts of this process: in these folders, and of packages that are installed.

    Raises UsageError for a folder that holds none, and for two of one name.
    """
    global _others
    found = [_of_package(point) for point in entry_points(group=ENTRY_POINTS)]
    found += [_of_folder("--contract", Path(folder)) for folder in folders]
    unique = list(dict.fromkeys(found))
    names = [source.name for source in unique]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"--contract: two contracts are called {twice!r}: rename the folder of one")
    _others = tuple(unique)


def _of_folder(origin: str, folder: Path) -> Source:
    source = Source(folder.resolve().name, folder.resolve() / "specs", folder.resolve() / "suite")
    if not folder.is_dir():
        raise UsageError(f"{origin}: there is no folder {folder}")
    if not list((source.specs / "contract").glob("*.yaml")):
        raise UsageError(f"{origin}: {folder} holds no chapter: there is none as {folder}/specs/contract/NAME.yaml")
    if not list(source.suite.glob("test_*.py")):
        raise UsageError(f"{origin}: {folder} holds no checks: there is no {folder}/suite/test_NAME.py")
    return source


def _of_package(point: EntryPoint) -> Source:
    # the package is found and not imported: it may be a plugin of pytest's, too
    spec = importlib.util.find_spec(point.value)
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(f"entry point {point.name!r} of {ENTRY_POINTS}: {point.value} is no package that can be found")
    return _of_folder(f"entry point {point.name!r}", Path(spec.submodule_search_locations[0]))
