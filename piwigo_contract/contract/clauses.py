"""The contract as data: its clauses, read from `specs/contract/` and validated before anything is sent.

One file a chapter. Every problem is a UsageError in one line that names the file and the clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.resources import SPECS, load
from piwigo_contract.contract.sources import Source, sources
from piwigo_contract.errors import UsageError

Level = Literal["MUST", "SHOULD"]
"""MUST or SHOULD (RFC 2119)."""

ACCESS: Mapping[str, str] = {
    "anonymous": "nothing",
    "live-key": "a valid key: give --api-key, --account or --webmaster",
    "key-session": "a valid key that may log in: give --api-key, --account or --webmaster, without --read-only",
    "new-key": "keys of its own making: give --account or --webmaster, without --read-only",
    "new-users": "users of its own making: give --webmaster, without --read-only",
    "revoked-key": "a revoked key beside a valid one: give --account or --webmaster, or --revoked-key with --api-key",
    "expired-key": "an expired key beside a valid one: give --expired-key with --api-key, --account or --webmaster, "
    "or --expire-command with --account or --webmaster",
    "expiring-key": "a key that can be made to expire: give --expire-command with --account or --webmaster, "
    "without --read-only",
    "webmaster": "a webmaster: give --webmaster",
    "site-list": "the gallery's own list, what it adds and takes away: give --forbidden-methods",
    "browser": "a browser: pip install 'piwigo-contract[browser]', and Chromium (on Debian: apt install chromium) or "
    "--browser-path",
    "smuggling": "leave to send requests whose end is ambiguous (request smuggling): give --wire smuggling",
}
"""The kinds of access that a clause can need; the value completes "needs " in reports and says how to give it."""


@dataclass(frozen=True)
class Clause:
    """One promise, so small that one break has one meaning.

    id: stable, never reused.
    chapter: the name of its file.
    statement: the promise, in one sentence.
    level: MUST (promised by the wiki page, a security property that follows from it, what leads to harm where it is
        broken, or what another MUST can't be judged without) or SHOULD (what every release does and clients rely on,
        or hardening).
    why: what goes wrong for somebody when it is broken.
    source: where the promise is written down (wiki section, upstream file or issue, RFC).
    releases: the releases it applies to.
    access: what is needed to assess it, each a key of ACCESS.
    depends: ids of the clauses without which this one can't be judged.
    """

    id: str
    chapter: str
    level: Level
    statement: str
    why: str
    source: tuple[str, ...]
    releases: frozenset[str]
    access: tuple[str, ...]
    depends: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """All clauses, in the order in which the chapters and their clauses are read."""

    clauses: Mapping[str, Clause]
    titles: Mapping[str, str]
    """Chapter name to the title that reports show."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Chapter name to its file."""

    def __getitem__(self, clause_id: str) -> Clause:
        return self.clauses[clause_id]

    def prerequisites(self, clause_id: str) -> tuple[str, ...]:
        """Every clause that this one depends on, directly or through another, the nearest first."""
        found: dict[str, None] = {}
        waiting = list(self.clauses[clause_id].depends)
        while waiting:
            nearest = waiting.pop(0)
            if nearest not in found:
                found[nearest] = None
                waiting.extend(self.clauses[nearest].depends)
        return tuple(found)


def load_contract(*chosen: Source) -> Contract:
    """Read every chapter of these contracts, by default of all that are in use (`sources.use`).

    Raises UsageError, naming file and clause, for anything amiss.
    """
    clauses: dict[str, Clause] = {}
    titles: dict[str, str] = {}
    files: dict[str, Path] = {}
    for source in chosen or sources():
        taken = {clause_id.partition("-")[0] for clause_id in clauses}
        for path, data in _chapters(source.specs / "contract"):
            if data["chapter"] in files:
                raise UsageError(f"{path}: {files[data['chapter']]} is called so, too: choose another name")
            titles[data["chapter"]], files[data["chapter"]] = data["title"], path
            for row in data["clauses"]:
                clause = _clause(f"{path}: {row['id']}", data["chapter"], row)
                if clause.id in clauses:
                    raise UsageError(f"{path}: {clause.id}: this id is in use in chapter {clauses[clause.id].chapter}")
                if (prefix := clause.id.partition("-")[0]) in taken:
                    raise UsageError(f"{path}: {clause.id}: ids that begin with {prefix}- are another contract's")
                clauses[clause.id] = clause
    contract = Contract(clauses, titles, files)
    _check_references(contract)
    return contract


def _chapters(folder: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """The files of a folder with what they hold, in the order of the chapters."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        data = load(path, "contract")
        if data["chapter"] != path.stem:
            raise UsageError(f"{path}: says chapter {data['chapter']!r}, its name says {path.stem!r}")
        found.append((path, data))
    return sorted(found, key=lambda row: row[1]["order"])


def _clause(here: str, chapter: str, row: Mapping[str, Any]) -> Clause:
    return Clause(
        id=row["id"],
        chapter=chapter,
        level=row["level"],
        statement=" ".join(row["statement"].split()),
        why=" ".join(row["why"].split()),
        source=tuple(row["source"]),
        releases=_releases(here, row["releases"]),
        access=tuple(row["access"]),
        depends=tuple(row["depends"]),
    )


def _releases(here: str, wanted: str | list[str]) -> frozenset[str]:
    """`all`, `since 16.1`, `until 16.0`, or a list of releases."""
    known = list(profiles())
    if wanted == "all":
        return frozenset(known)
    rule, _, edge = wanted.partition(" ") if isinstance(wanted, str) else ("", "", "")
    if unknown := [release for release in ([edge] if edge else wanted) if release not in known]:
        raise UsageError(f"{here}: releases is {wanted!r}, but {unknown[0]} is none of {', '.join(known)}")
    if not edge:
        return frozenset(wanted)
    at = known.index(edge)
    return frozenset(known[at:] if rule == "since" else known[: at + 1])


def _check_references(contract: Contract) -> None:
    for clause in contract.clauses.values():
        for needed in clause.depends:
            if needed not in contract.clauses:
                raise UsageError(
                    f"{contract.files[clause.chapter]}: {clause.id}: depends on {needed}, which is no clause"
                )
    for clause in contract.clauses.values():
        if clause.id in contract.prerequisites(clause.id):
            raise UsageError(f"{contract.files[clause.chapter]}: {clause.id}: depends on itself")
    for profile in profiles().values():
        for clause_id in profile.known_deviations:
            if clause_id not in contract.clauses:
                raise UsageError(
                    f"{SPECS / 'releases' / profile.release}.yaml: known deviation from {clause_id}, which is no clause"
                )


def in_dependency_order(contract: Contract, clause_ids: Iterable[str]) -> list[str]:
    """The given clauses, each after those of them that it depends on, otherwise as they came."""
    wanted = list(dict.fromkeys(clause_ids))
    done: dict[str, None] = {}

    def add(clause_id: str) -> None:
        if clause_id not in done:
            for needed in contract[clause_id].depends:
                add(needed)
            done[clause_id] = None

    for clause_id in wanted:
        add(clause_id)
    return [clause_id for clause_id in done if clause_id in set(wanted)]
