"""How much a run spends (`--effort`): every clause is assessed in each, by fewer of its examples the less it is."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

QUICK, STANDARD, DEEP = "quick", "standard", "deep"
EFFORTS = (QUICK, STANDARD, DEEP)
"""Values of `--effort`; hypothesis' profiles of the same names go with them."""


MOST = 40
"""Of what is sharp where not all is taken: a gallery with many plugins has hundreds of methods."""


def spread(things: Iterable[T], most: int, turn: str) -> list[T]:
    """At most so many of the things, in their order, evenly spread over them.

    turn: says where to begin, so that what one clause leaves out another one takes. The same each time.
    """
    every = list(things)
    if len(every) <= most:
        return every
    first = zlib.crc32(turn.encode()) % len(every)
    chosen = {(first + number * len(every) // most) % len(every) for number in range(most)}
    return [every[place] for place in sorted(chosen)]


class Some:
    """Chooses among the examples of a clause, by the effort of the run: in a deep one all of them.

    clause: its id, as each clause takes other ones.
    """

    def __init__(self, clause: str = "", effort: str = DEEP) -> None:
        self._clause = clause
        self._effort = effort
        self._tried: set[tuple[str, ...]] = set()

    def __call__(
        self,
        things: Iterable[T],
        few: int = 6,
        sharp: Callable[[T], bool] = lambda thing: False,
        usual: int | None = None,
    ) -> list[T]:
        """The things: `few` of them in a quick run, `usual` in a standard one where that is given, else all.

        Those that are sharp go before others, and up to MOST of them beyond that number. What a quick run takes, a
        standard one takes, too.
        """
        every = list(things)
        if self._effort == DEEP or (self._effort == STANDARD and usual is None):
            return every
        sharp_ones = [number for number, thing in enumerate(every) if sharp(thing)]
        taken = spread(sharp_ones, max(few, MOST), self._clause)
        for most in (few,) if self._effort == QUICK else (few, usual or 0):
            others = [number for number in range(len(every)) if number not in (*sharp_ones, *taken)]
            taken += spread(others, max(most - len(taken), 0), self._clause)
        return [every[number] for number in sorted(taken)]

    def times(self, usual: int, few: int) -> int:
        """How often: as usual, or a few times."""
        return few if self._effort == QUICK else usual

    def one_of(self, ways: tuple[str, ...], what: str) -> tuple[str, ...]:
        """All ways the first time, and in a deep run; else one of them by `what`, another one in the next clause."""
        if self._effort == DEEP or ways not in self._tried:
            self._tried.add(ways)
            return ways
        turn = zlib.crc32(what.encode()) + int(self._clause.rpartition("-")[2] or 0)
        return (ways[turn % len(ways)],)
