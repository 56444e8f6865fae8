"""Several results side by side: clauses down, targets across, what differs first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from piwigo_contract.report.words import WORDS
from piwigo_contract.results.escaping import on_one_line
from piwigo_contract.results.outcomes import BROKEN

_CELLS = {**WORDS, "warning": "warning", "error": "suite error"}


PARTS = ("Differs", "Broken alike", "Not assessed anywhere", "The same everywhere")
"""Headings of the matrix, in order."""


@dataclass(frozen=True)
class Column:
    """One target. number: of the target on the page that has its clauses; None for a page without them."""

    title: str
    about: str
    outcomes: Mapping[str, Mapping[str, Any]]
    number: int | None = None


@dataclass(frozen=True)
class Cell:
    """One clause on one target. outcome: None where the result lacks the clause; anchor: of the clause on the page, or
    None.
    """

    outcome: str | None
    word: str
    anchor: str | None


@dataclass(frozen=True)
class Row:
    """One clause on all targets."""

    id: str
    statement: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Part:
    """Rows under one heading."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Matrix:
    """The columns, and their rows by heading."""

    columns: Sequence[Column]
    parts: Sequence[Part]

    @property
    def sentence(self) -> str:
        """What there is to see."""
        verbs = {"Differs": "differ"}
        told = ", ".join(f"{len(part.rows)} {verbs.get(part.title, part.title.lower())}" for part in self.parts)
        return f"Of {sum(len(part.rows) for part in self.parts)} clauses {told}."


def columns_of(document: Mapping[str, Any], *, linked: bool = False) -> list[Column]:
    """A column for each target of a result. linked: whether the page has their clauses."""
    return [
        Column(
            on_one_line(target["url"]),
            on_one_line(f"Piwigo {target['reported_version'] or '?'}, contract of {target['release']}"),
            {row["id"]: row for row in target["clauses"]},
            number if linked else None,
        )
        for number, target in enumerate(document["targets"], 1)
    ]


def matrix_of(columns: Sequence[Column]) -> Matrix:
    """The columns side by side. Clauses keep the order of the first result that has them."""
    clauses: dict[str, Mapping[str, Any]] = {}
    for column in columns:
        for clause_id, row in column.outcomes.items():
            clauses.setdefault(clause_id, row)
    parts: dict[str, list[Row]] = {title: [] for title in PARTS}
    for clause_id, clause in clauses.items():
        rows = [column.outcomes.get(clause_id) for column in columns]
        outcomes = {None if row is None else row["outcome"] for row in rows}
        line = Row(clause_id, on_one_line(clause["statement"]), [_cell(column, clause_id) for column in columns])
        parts[part_of(outcomes)].append(line)
    return Matrix(columns, [Part(title, rows) for title, rows in parts.items() if rows])


def part_of(outcomes: set[str | None]) -> str:
    """The heading under which a clause with these outcomes comes."""
    if len(outcomes) > 1:
        return "Differs"
    if outcomes <= BROKEN | {"error"}:
        return "Broken alike"
    return "Not assessed anywhere" if outcomes == {"not-assessed"} else "The same everywhere"


def _cell(column: Column, clause_id: str) -> Cell:
    row = column.outcomes.get(clause_id)
    if row is None:
        return Cell(None, "not in this result", None)
    anchor = None
    if column.number is not None:
        anchor = clause_id if column.number == 1 else f"{clause_id}-{column.number}"
    return Cell(row["outcome"], _CELLS[row["outcome"]], anchor)
