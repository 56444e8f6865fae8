"""The list of clauses as a person reads it. Nothing is imported here that takes time."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

FORMS = ("table", "json")
"""Of `--list-clauses`."""

NARROWEST = 80
"""Columns that are taken, whatever the terminal has."""

RELEASES = 16
"""Columns for the releases that a clause applies to, where those are not all."""

Row = Mapping[str, Any]
"""A clause as `--list-clauses=json` has it."""


def listed(text: str, form: str) -> str:
    """The list, which comes as JSON, in one of FORMS."""
    return text if form == "json" else "\n".join(_table(json.loads(text), max(_columns(), NARROWEST)))


def _table(rows: Sequence[Row], columns: int) -> Iterator[str]:
    every = {release for row in rows for release in row["releases"]}
    cells = [[row["id"], row["chapter"], row["level"], row["statement"]] for row in rows]
    cells.insert(0, ["id", "chapter", "level", "promise"])
    *widths, _ = (max(map(len, column)) for column in zip(*cells, strict=True))
    promise = columns - sum(widths) - RELEASES - 8
    for number, (clause_id, chapter, level, statement) in enumerate(cells):
        releases = "releases" if not number else ", ".join(rows[number - 1]["releases"])
        if number and len(rows[number - 1]["releases"]) == len(every):
            releases = "all"
        told, beside = textwrap.wrap(statement, promise), textwrap.wrap(releases, RELEASES)
        first: Sequence[str] = (clause_id, chapter, level)
        for at in range(max(len(told), len(beside))):
            line = [f"{cell:{width}}" for cell, width in zip(first, widths, strict=True)]
            line += [f"{beside[at] if at < len(beside) else '':{RELEASES}}", told[at] if at < len(told) else ""]
            yield "  ".join(line).rstrip()
            first = ("", "", "")
        if not number:
            yield "-" * columns


def _columns() -> int:
    """Of the terminal; 0 where there is none."""
    if (told := os.environ.get("COLUMNS", "")).isdigit():
        return int(told)
    for descriptor in (0, 1, 2):
        try:
            return os.get_terminal_size(descriptor).columns
        except OSError:
            continue
    return 0
