"""The journeys as data: read from `specs/journeys/`, one file a client."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.resources import SPECS, load
from piwigo_contract.errors import NotInUse, UsageError
from piwigo_contract.journeys.values import named_in

By = Literal["client", "webmaster", "visitor"]
"""Who sends a step; all but the client only look at what came of it."""
Owner = Literal["webmaster", "normal"]

GIVEN = frozenset(
    {
        *("home", "top", "album", "tag", "photo.md5", "photo.name", "part.md5", "part.data"),
        *("key.id", "key.secret", "owner.name", "owner.status", "owner.id"),
    }
)
"""What stands for something from the first step on; journey.schema.json says what."""


@dataclass(frozen=True)
class Step:
    """One request, and what is read of its answer: see journey.schema.json.

    format: None where it is not told. sends: key, cookie. file: the field that the photo's file, or a part of it, goes
    into. tells: what is found in the result, by path.
    """

    name: str
    by: By
    call: str | None
    load: str | None
    verb: str
    format: str | None
    format_in: str
    method_in: str
    sends: tuple[str, ...]
    params: Mapping[str, str]
    part: int | None
    file: str | None
    reads: Mapping[str, str]
    has: tuple[str, ...]
    tells: Mapping[str, str | None]
    refused: bool
    gone: bool

    @property
    def needs(self) -> frozenset[str]:
        """What must be known before it can be sent."""
        return frozenset(named_in(*self.params.values(), self.load or ""))

    @property
    def mentions(self) -> frozenset[str]:
        """What must be known before its answer can be read."""
        wanted = [value for value in self.tells.values() if value is not None]
        return self.needs | frozenset(named_in(*self.reads.values(), *self.has, *self.tells, *wanted))


@dataclass(frozen=True)
class Journey:
    """What one client sends. releases: those in which it supports keys. photos: how many there are at its start.
    parts: how many parts its file is sent in. once_ended: what others then see, where its key ended `ends_before` a
    step.
    """

    name: str
    client: str
    releases: frozenset[str]
    owner: Owner
    home: Literal["public", "private"]
    photos: int
    headers: Mapping[str, str]
    steps: tuple[Step, ...]
    ends_before: int
    once_ended: tuple[Step, ...]
    parts: int = field(default=1)

    def without(self, closed: Collection[str]) -> tuple[Journey, Step | None]:
        """The journey up to the first step that calls one of these methods, and that step.

        Raises NotInUse where that is before it is any journey: where it has not come to the step before which keys end.
        """
        for number, step in enumerate(self.steps):
            if step.by == "client" and step.call in closed:
                if number <= self.ends_before:
                    raise NotInUse(f"this gallery forbids {step.call} to keys")
                return replace(self, steps=self.steps[:number]), step
        return self, None


@cache
def journeys(folder: Path = SPECS / "journeys") -> Mapping[str, Journey]:
    """Every client's journey, by the name of its file. Raises UsageError, naming file and step, for anything amiss."""
    return {path.stem: _journey(path, load(path, "journey")) for path in sorted(folder.glob("*.yaml"))}


@cache
def called_by_clients() -> frozenset[str]:
    """Names of the methods that clients call in any of the journeys."""
    return frozenset(step.call for journey in journeys().values() for step in journey.steps if step.call)


def _journey(path: Path, data: Mapping[str, Any]) -> Journey:
    steps = tuple(_step(row, data) for row in data["steps"])
    once_ended = tuple(_step(row, data) for row in data["once_ended"])
    names = [step.name for step in steps]
    if data["ends_before"] not in names:
        raise UsageError(f"{path}: ends_before {data['ends_before']!r}: no step has that name")
    ends_before = names.index(data["ends_before"])
    for fault in (*_faults(steps, GIVEN), *_faults(once_ended, _known_after(steps[:ends_before]))):
        raise UsageError(f"{path}: {fault}")
    if steps[ends_before].by != "client":
        raise UsageError(f"{path}: ends_before {data['ends_before']!r}: is no step of the client's")
    return Journey(
        name=path.stem,
        client=data["client"],
        releases=_releases(path, data["releases"]),
        owner=data["owner"],
        home=data["home"],
        photos=data.get("photos", 0),
        headers=data.get("headers", {}),
        steps=steps,
        ends_before=ends_before,
        once_ended=once_ended,
        parts=1 + max((step.part for step in steps if step.part is not None), default=0),
    )


def _step(row: Mapping[str, Any], journey: Mapping[str, Any]) -> Step:
    own = {name: journey[name] for name in ("verb", "format", "format_in", "method_in", "sends") if name in journey}
    told = {**own, **row} if row.get("by", "client") == "client" else row
    wanted = told.get("format", "json")
    return Step(
        name=row["step"],
        by=row.get("by", "client"),
        call=row.get("call"),
        load=row.get("load"),
        verb=told.get("verb", "POST"),
        format=None if wanted == "none" else wanted,
        format_in=told.get("format_in", "query"),
        method_in=told.get("method_in", "body"),
        sends=tuple(told.get("sends", ())),
        params={name: str(value) for name, value in row.get("params", {}).items()},
        part=row.get("part"),
        file=row.get("file"),
        reads=row.get("reads", {}),
        has=tuple(row.get("has", ())),
        tells={path: None if value is None else str(value) for path, value in row.get("tells", {}).items()},
        refused=row.get("refused", False),
        gone=row.get("gone", False),
    )


def _faults(steps: tuple[Step, ...], known: frozenset[str]) -> Iterator[str]:
    for step in steps:
        if (step.call is None) == (step.load is None):
            yield f"{step.name!r}: a step has either call or load"
        if unknown := sorted(step.mentions - known):
            yield f"{step.name!r}: {{{unknown[0]}}} is given by no step before it"
        known = known | frozenset(step.reads)


def _known_after(steps: tuple[Step, ...]) -> frozenset[str]:
    return GIVEN | frozenset(name for step in steps for name in step.reads)


def _releases(path: Path, wanted: str) -> frozenset[str]:
    known = list(profiles())
    edge = known[0] if wanted == "all" else wanted.removeprefix("since ")
    if edge not in known:
        raise UsageError(f"{path}: releases is {wanted!r}, but {edge} is none of {', '.join(known)}")
    return frozenset(known[known.index(edge) :])
