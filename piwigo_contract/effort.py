"""How much a run spends (`--effort`): every clause is assessed in each, by fewer of its examples in a quick one."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

QUICK, STANDARD, DEEP = "quick", "standard", "deep"
EFFORTS = (QUICK, STANDARD, DEEP)
"""Values of `--effort`; hypothesis' profiles of the same names go with them."""


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
