"""How much a run spends (`--effort`): every clause is assessed in each, by fewer of its examples in a quick one."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

QUICK, STANDARD, DEEP = "quick", "standard", "deep"
EFFORTS = (QUICK, STANDARD, DEEP)
"""Values of `--effort`; hypothesis' profiles of the same names go with them."""


MOST = 40
"""Of what is sharp in a quick run: a gallery with many plugins has hundreds of methods."""


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
    """Chooses among the examples of a clause: all of them, or a few where the run is to be quick.

    clause: its id, as each clause takes other ones.
    """

    def __init__(self, clause: str = "", *, quick: bool) -> None:
        self._clause = clause
        self._quick = quick

    def __call__(self, things: Iterable[T], few: int = 6, sharp: Callable[[T], bool] = lambda thing: False) -> list[T]:
        """The things, or `few` of them; those that are sharp before others, and up to MOST of them beyond that."""
        every = list(things)
        if not self._quick:
            return every
        sharp_ones = [number for number, thing in enumerate(every) if sharp(thing)]
        others = [number for number in range(len(every)) if number not in sharp_ones]
        kept = spread(sharp_ones, max(few, MOST), self._clause)
        return [every[number] for number in sorted(kept + spread(others, max(few - len(kept), 0), self._clause))]

    def times(self, usual: int, few: int) -> int:
        """How often: as usual, or a few times."""
        return few if self._quick else usual
