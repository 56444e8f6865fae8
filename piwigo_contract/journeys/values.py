"""What a journey knows: names in braces that stand for it, and paths that say where in a result it is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from piwigo_contract.client.vault import Text

_NAME = re.compile(r"\{([a-z_]+(?:\.[a-z0-9_]+)*)\}")
_STEP = re.compile(r"\[(\d+)\]|\[([^=\]]*)=([^\]]*)\]|([^.\[\]]+)")


def named_in(*templates: str) -> Iterator[str]:
    """The names in braces."""
    for template in templates:
        yield from _NAME.findall(template)


class Values:
    """What is known by name: a text, or a function that makes it when it is first asked for."""

    def __init__(self) -> None:
        self._known: dict[str, Text | Callable[[], Text]] = {}

    def __setitem__(self, name: str, value: Text | Callable[[], Text]) -> None:
        self._known[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self._known

    @property
    def names(self) -> frozenset[str]:
        """All that something is known of."""
        return frozenset(self._known)

    def __getitem__(self, name: str) -> Text:
        value = self._known[name]
        return value if isinstance(value, Text) else value()

    def fill(self, template: str) -> Text:
        """The template with what its names stand for. Raises KeyError for a name that nothing is known of."""
        filled = Text()
        for number, part in enumerate(_NAME.split(template)):
            filled = filled + (self[part] if number % 2 else part)
        return filled


def found_at(path: str, result: Any) -> Any:
    """What stands at a path such as `categories[id=3].name` or `methods[=pwg.getVersion]` in a result; None where
    nothing does.

    A number and the same number as a text are equal.
    """
    for step in _STEP.finditer(path):
        index, name, value, field = step.groups()
        if name is not None:
            rows = result if isinstance(result, list) else ()
            result = next((row for row in rows if value == str(_named(row, name))), None)
        elif index is not None:
            result = result[int(index)] if isinstance(result, list) and int(index) < len(result) else None
        else:
            result = result.get(field) if isinstance(result, dict) else None
    return result


def listed_in(path: str) -> str | None:
    """The method that a path looks for in the list of all methods, or None."""
    found = re.fullmatch(r"methods\[=([^\]]+)\]", path)
    return found[1] if found is not None else None


def _named(row: Any, name: str) -> Any:
    """A field of a row; the row itself where the name is empty."""
    return row if not name else row.get(name) if isinstance(row, dict) else None
