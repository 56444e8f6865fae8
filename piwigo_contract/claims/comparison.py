"""Where two results of the API differ, and which of these differences matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any


def exactly(one: Any, other: Any) -> bool:
    """The same value of the same type; a boolean is not a number."""
    return type(one) is type(other) and one == other


def as_text(one: Any, other: Any) -> bool:
    """As `exactly`, but 10 and "10" are equal, as they are to PHP."""
    return exactly(one, other) or (_is_number(one) and _is_number(other) and str(one) == str(other))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def differences(
    one: Any, other: Any, *, same: Callable[[Any, Any], bool] = exactly, path: str = "result"
) -> Iterator[str]:
    """Paths at which two results differ, such as `result.images[0].name`; two lists of different length differ as a
    whole, at their own path.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        for name in [*one, *(name for name in other if name not in one)]:
            here = f"{path}.{name}"
            if name not in one or name not in other:
                yield here
            else:
                yield from differences(one[name], other[name], same=same, path=here)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, same=same, path=f"{path}[{number}]")
    elif not same(one, other):
        yield path


def without_indexes(path: str) -> str:
    """A path without the numbers of items in lists: `result.images[].name`."""
    return re.sub(r"\[\d+\]", "[]", path)


def is_significant(path: str, volatile: Collection[str]) -> bool:
    """Whether a difference at this path matters: neither the path nor a parent of it is volatile."""
    whole = without_indexes(path)
    return not any(whole == each or whole.startswith((f"{each}.", f"{each}[")) for each in volatile)
