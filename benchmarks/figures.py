"""What is measured: each figure's meaning and aim; what its rounds come to."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio. aim: what it should be, at most or (`at_least`) at least. own: whether it says nothing of a target."""

    about: str
    aim: float
    at_least: bool = False
    own: bool = False


FIGURES = {
    "waiting": Figure("a whole run / the time in which it waited for the target", 1.15),
    "bare": Figure("checks of methods / bare httpx that sends the same requests", 1.15),
    "workers": Figure("a whole run with -n 2 / in series", 0.7),
    "archive": Figure("a whole run with --har / without", 1.15),
    "keys": Figure("malformed keys a second / those of bare httpx", 0.8, at_least=True),
    "start": Figure("start-up until the first request / an empty test", 1.3, own=True),
    "listing": Figure('piwigo-contract --list-clauses / python -c "import argparse"', 4.0, own=True),
    "reds": Figure("a whole run on the release as it is / on one that keeps its promises", 1.3, own=True),
    "memory": Figure("peak memory after all malformed keys / after 1,000", 1.05, own=True),
    "targets": Figure("time of each further target / of the first", 1.0, own=True),
}


@dataclass(frozen=True)
class Spent:
    """What something took: seconds on the clock, and of processors (its children's too). megabytes: its peak."""

    wall: float
    cpu: float
    megabytes: float = 0.0

    @classmethod
    def so_far(cls) -> Spent:
        """The clock, and what this process took of processors."""
        return cls(time.perf_counter(), time.process_time())

    def and_since(self, began: Spent) -> Spent:
        """This, and what was spent since then."""
        now = Spent.so_far()
        return Spent(self.wall + now.wall - began.wall, self.cpu + now.cpu - began.cpu)

    def over(self, other: Spent) -> Round:
        """How many times as much as the other."""
        return Round(self.wall / other.wall, self.cpu / other.cpu)


@dataclass(frozen=True)
class Round:
    """A ratio as one round found it, and that of the processor time alone, where that says something."""

    ratio: float
    cpu: float | None = None


@dataclass(frozen=True)
class Spread:
    """The least, the middle and the most of several."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """None of no values."""
        return cls(min(values), statistics.median(values), max(values)) if values else None


@dataclass(frozen=True)
class Found:
    """What the rounds of a figure come to."""

    ratio: Spread
    cpu: Spread | None
    rounds: int

    @classmethod
    def of(cls, rounds: Iterable[Round]) -> Found:
        every = list(rounds)
        ratio = Spread.of([each.ratio for each in every])
        if ratio is None:
            raise ValueError("no round was measured")
        return cls(ratio, Spread.of([each.cpu for each in every if each.cpu is not None]), len(every))


def is_met(figure: Figure, found: Found) -> bool:
    """Whether the median reaches the aim."""
    return found.ratio.median >= figure.aim if figure.at_least else found.ratio.median <= figure.aim


def covered(intervals: Iterable[tuple[float, float]]) -> float:
    """How long at least one of the intervals (begin, end) lasts; they may overlap."""
    seconds, until = 0.0, float("-inf")
    for begin, end in sorted(intervals):
        seconds += max(0.0, end - max(begin, until))
        until = max(until, end)
    return seconds
