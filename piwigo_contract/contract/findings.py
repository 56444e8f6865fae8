"""What real releases do wrong, by cause: data of `specs/findings/`, held to the releases' known deviations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from piwigo_contract.contract.releases import KnownDeviation, profiles
from piwigo_contract.contract.resources import SPECS, load
from piwigo_contract.errors import UsageError


@dataclass(frozen=True)
class Finding:
    """A cause, with all that it breaks.

    id: the name of its page and of its script. clauses: the first says in which releases it is.
    cause: places, each with `file`, `what` and perhaps `function`. remedy: what to change in Piwigo.
    until_then: what hosters and clients can do today. security: what makes it a weakness, with `cvss`, `score` and
    `impact`, or None. tried, until_then_tried: trials of the remedy and of that, with `release`, `date`, `green` and
    perhaps `told`, or None; that of until_then may be without `green`, and have `red`, which is what it breaks.
    blocked: what could not be tried, and why, or None.
    """

    id: str
    title: str
    clauses: tuple[str, ...]
    harm: str
    cause: tuple[Mapping[str, str], ...]
    remedy: tuple[str, ...]
    until_then: str
    security: Mapping[str, str] | None = None
    tried: Mapping[str, Any] | None = None
    until_then_tried: Mapping[str, Any] | None = None
    blocked: str | None = None

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases that have it, oldest first."""
        return tuple(name for name, each in profiles().items() if self.clauses[0] in each.known_deviations)

    @property
    def since(self) -> str:
        """The releases in words."""
        return " to ".join(dict.fromkeys((self.releases[0], self.releases[-1])))

    @property
    def mended_in(self) -> str | None:
        """The first release that is without it, or None."""
        later = list(profiles())[list(profiles()).index(self.releases[-1]) + 1 :]
        return later[0] if later else None

    def deviations(self) -> Iterator[KnownDeviation]:
        """Each of its clauses as the newest release that has the finding is known for it."""
        for clause in self.clauses:
            yield next(
                profiles()[release].known_deviations[clause]
                for release in reversed(self.releases)
                if clause in profiles()[release].known_deviations
            )

    @property
    def severity(self) -> str:
        """The word of CVSS 4.0 for its score; empty where it is no weakness."""
        score = float(self.security["score"]) if self.security else 0.0
        return next((word for least, word in _SEVERITIES if score >= least), "")


_SEVERITIES = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"))
"""CVSS 4.0, "Qualitative Severity Rating Scale"."""


@dataclass(frozen=True)
class Group:
    """Findings that the index shows together."""

    title: str
    told: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Findings:
    """All of them. together: what became of the whole contract with every remedy, or None."""

    groups: tuple[Group, ...]
    together: Mapping[str, Any] | None

    def __iter__(self) -> Iterator[Finding]:
        return (finding for group in self.groups for finding in group.findings)


def load_findings(path: Path = SPECS / "findings" / "findings.yaml") -> Findings:
    """Read them. Raises UsageError for a clause that no release breaks, and for a known deviation without a finding."""
    data = load(path, "findings")
    groups = tuple(
        Group(group["title"], group["told"].strip(), tuple(map(_finding, group["findings"])))
        for group in data["groups"]
    )
    found = Findings(groups, data.get("together"))
    for finding in found:
        if not finding.releases:
            raise UsageError(f"{path}: {finding.id}: no release is known to break {finding.clauses[0]}")
        for clause in finding.clauses:
            if not any(clause in profiles()[release].known_deviations for release in finding.releases):
                raise UsageError(f"{path}: {finding.id}: no release that has it is known to break {clause}")
    for release, profile in profiles().items():
        named = {clause for each in found if release in each.releases for clause in each.clauses}
        if missing := sorted(set(profile.known_deviations) - named):
            raise UsageError(f"{path}: no finding has {missing[0]}, which {release} is known to break")
    return found


def _finding(row: Mapping[str, Any]) -> Finding:
    lists = {name: tuple(row[name]) for name in ("clauses", "cause", "remedy")}
    return Finding(**{**row, **lists, "until_then": row["until_then"].strip()})
