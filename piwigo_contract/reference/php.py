"""What PHP does to a request before Piwigo sees it, and how its filters read numbers.

Sources: the PHP manual ("Variables From External Sources", `filter_var`, `empty`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

MAX_INT = 2**63 - 1
_NAME = re.compile(r"([^\[]*)((?:\[[^\]]*\])*)")
_INT = re.compile(r"[+-]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_BLANKS = " \t\n\r\v\0"


def fields(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn decoded name-value pairs into PHP's `$_GET` or `$_POST`.

    `a[]=1` appends, `a[k]=1` sets a key, a later scalar replaces an earlier one, dots and blanks in a
    name become underscores. A list is a Python list, a map is a dict.
    """
    result: dict[str, Any] = {}
    for name, value in pairs:
        match = _NAME.match(name.lstrip(" "))
        if match is None or not match[1]:
            continue
        base = re.sub(r"[. ]", "_", match[1])
        keys = re.findall(r"\[([^\]]*)\]", match[2])
        if not keys:
            result[base] = value
            continue
        place = result.get(base)
        if not isinstance(place, dict):
            place = result[base] = {}
        for key in keys[:-1]:
            inner = place.setdefault(key or _next_key(place), {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            place[keys[-1] or _next_key(place)] = value
    return {name: _listed(value) for name, value in result.items()}


def _next_key(place: dict[str, Any]) -> str:
    return str(max((int(key) for key in place if is_digits(key)), default=-1) + 1)


def is_digits(text: str) -> bool:
    """Whether a text is a number for PHP: other scripts have digits too, and Python reads only so many of them."""
    return text.isascii() and text.isdecimal() and len(text) < 20


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    if list(inner) == [str(index) for index in range(len(inner))]:
        return list(inner.values())
    return inner


def is_empty(value: Any) -> bool:
    """PHP's `empty()`: nothing, `""`, `"0"`, 0, false, an empty array."""
    return not value or value == "0"


def to_int(value: Any, minimum: int | None = None) -> int | None:
    """`FILTER_VALIDATE_INT`: decimal, no leading zeros, within 64 bits; None where it is refused."""
    if isinstance(value, bool):
        value = "1" if value else ""
    text = str(value).strip(_BLANKS)
    if not _INT.match(text):
        return None
    number = int(text) if len(text) < 25 else MAX_INT + 1
    if not -MAX_INT - 1 <= number <= MAX_INT or (minimum is not None and number < minimum):
        return None
    return number


def to_float(value: Any) -> float | None:
    """`FILTER_VALIDATE_FLOAT`; None where it is refused."""
    text = str(value).strip(_BLANKS)
    return float(text) if _FLOAT.match(text) else None


def to_bool(value: Any) -> bool | None:
    """`FILTER_VALIDATE_BOOLEAN` with `FILTER_NULL_ON_FAILURE`; None where it is refused."""
    if isinstance(value, bool):
        return value
    text = str(value).strip(_BLANKS).lower()
    if text in ("1", "true", "on", "yes"):
        return True
    if text in ("", "0", "false", "off", "no"):
        return False
    return None
