"""Waivers: known deviations that a gate has been told to live with, each with a reason and an end.

A TOML or YAML file with a list `waivers`; each entry has `clause` and `reason`, and may have `link`,
`expires` (a date, the last day on which it counts), `target` (a URL), `release`, and `found`, a regular expression
or several: what is to be found in whatever is wrong.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from piwigo_contract.contract.clauses import Contract
from piwigo_contract.contract.releases import ReleaseProfile, explains, profiles
from piwigo_contract.contract.resources import load
from piwigo_contract.errors import UsageError
from piwigo_contract.urls import gallery_root


@dataclass(frozen=True)
class Waiver:
    """One clause that need not hold, on one target or release or on all."""

    clause: str
    reason: str
    link: str | None = None
    expires: datetime.date | None = None
    target: str | None = None
    release: str | None = None
    found: tuple[str, ...] = ()
    """Regular expressions: it excuses only what one of them is found in; all, where there are none."""
    shipped: bool = False
    """True for the project's own list: an entry that nothing needs is not stale there, as a site's front server may
    have fixed the deviation.
    """

    @property
    def explanation(self) -> str:
        """Why, until when, and where that was decided."""
        more = [f"until {self.expires}"] if self.expires else []
        more += [self.link] if self.link else []
        return f"{self.reason} [{', '.join(more)}]" if more else self.reason

    @property
    def expired(self) -> bool:
        """Whether its last day is over, by the date of this machine."""
        return self.expires is not None and datetime.date.today() > self.expires

    def speaks_of(self, url: str, release: str) -> bool:
        """Whether the waiver covers this target."""
        return self.target in (None, url) and self.release in (None, release)


def waiver_of(clause_id: str, waivers: Sequence[Waiver], causes: Sequence[str]) -> Waiver | None:
    """The waiver that excuses a clause today for being broken as the causes say, of those that speak of its target."""
    return next(
        (
            waiver
            for waiver in waivers
            if waiver.clause == clause_id and not waiver.expired and explains(waiver.found, causes)
        ),
        None,
    )


def stale(waivers: Sequence[Waiver], judged: Sequence[tuple[str, str, Mapping[str, str]]]) -> list[str]:
    """One line for each stale waiver.

    judged: (URL, release, outcome by clause id) of each target with a verdict. A waiver is stale if it has expired, or
    if its clause passed or does not apply on every target that it covers. It is kept if it covers no target of this
    run, or if its clause was not assessed on one. Waivers of the project's own list are never stale.
    """
    told = []
    for waiver in waivers:
        outcomes = {found.get(waiver.clause) for url, release, found in judged if waiver.speaks_of(url, release)}
        if waiver.shipped or not outcomes:
            continue
        if waiver.expired:
            told.append(f"stale waiver: that of {waiver.clause} ended on {waiver.expires}")
        elif outcomes <= {"pass", "not-applicable"}:
            why = "it is no promise of the release" if outcomes == {"not-applicable"} else "the clause holds"
            told.append(f"stale waiver: that of {waiver.clause} is not needed, {why}")
    return list(dict.fromkeys(told))


def load_waivers(name: str, contract: Contract) -> Sequence[Waiver]:
    """The waivers of a file, or those of the releases' known deviations for the name `known`.

    A deviation that some installations alone have, by a setting of theirs, is for a waiver of their own.

    Raises UsageError, in one line, for a file that can't be read or an entry that makes no sense.
    """
    if name == "known":
        return [waiver for profile in profiles().values() for waiver in _known(profile)]
    path = Path(name)
    return [_waiver(f"{path}: {row['clause']}", row, contract) for row in load(path, "waivers")["waivers"]]


def _known(profile: ReleaseProfile) -> Sequence[Waiver]:
    return [
        Waiver(
            deviation.clause,
            f"known deviation of {profile.release}: {deviation.summary}",
            deviation.upstream,
            release=profile.release,
            found=deviation.found,
            shipped=True,
        )
        for deviation in profile.known_deviations.values()
        if deviation.only_where is None
    ]


def _waiver(here: str, row: Mapping[str, Any], contract: Contract) -> Waiver:
    if row["clause"] not in contract.clauses:
        raise UsageError(f"{here}: no such clause (--list-clauses shows them)")
    release = row.get("release")
    if release is not None and release not in profiles():
        raise UsageError(f"{here}: release is one of {', '.join(profiles())}, not {release!r}")
    expires = row.get("expires")
    target = row.get("target")
    return Waiver(
        row["clause"],
        row["reason"],
        row.get("link"),
        None if expires is None else datetime.date.fromisoformat(expires),
        None if target is None else gallery_root(target),
        release,
        _patterns(here, row.get("found", ())),
    )


def _patterns(here: str, found: str | Sequence[str]) -> tuple[str, ...]:
    patterns = (found,) if isinstance(found, str) else tuple(found)
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(f"{here}: found is a regular expression, which {pattern!r} is not: {error}") from error
    return patterns
