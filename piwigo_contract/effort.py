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
        self._turns: dict[tuple[str, ...], int] = {}

    def __call__(
        self,
        things: Iterable[T],
        few: int = 6,
        sharp: Callable[[T], bool] = lambda thing: False,
        usual: int | None = None,
    ) -> list[T]:
        """The things: `few` of them in a quick run, `usual` in a standard one where that is given, else all.

        Those that are sharp go before others, and up to MOST of them beyond that number.
        """
        every, most = list(things), {QUICK: few, STANDARD: usual}.get(self._effort)
        if most is None:
            return every
        sharp_ones = [number for number, thing in enumerate(every) if sharp(thing)]
        others = [number for number in range(len(every)) if number not in sharp_ones]
        kept = spread(sharp_ones, max(most, MOST), self._clause)
        return [every[number] for number in sorted(kept + spread(others, max(most - len(kept), 0), self._clause))]

    def times(self, usual: int, few: int) -> int:
        """How often: as usual, or a few times."""
        return few if self._effort == QUICK else usual

    def in_turn(self, ways: tuple[str, ...]) -> tuple[str, ...]:
        """All ways the first time, in a deep run each time; else the next of them. Clauses begin with other ones."""
        if self._effort == DEEP or ways not in self._turns:
            self._turns[ways] = zlib.crc32(self._clause.encode())
            return ways
        self._turns[ways] += 1
        return (ways[self._turns[ways] % len(ways)],)
