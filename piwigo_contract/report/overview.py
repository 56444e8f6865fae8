"""Many galleries on one page: each has a line, each clause its counts, and a letter says what became of one on another.

Nothing but that is kept of a gallery, so that a thousand of them take little memory, and the page stays small.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from piwigo_contract.report.matrix_model import PARTS, part_of
from piwigo_contract.report.words import counts, verdict_sentence
from piwigo_contract.results.escaping import on_one_line
from piwigo_contract.results.folder import FOLDER, PAGE, folder_of

Target = Mapping[str, Any]
"""One of compliance.json."""

SHOWN_WHOLE = 10
"""With more galleries than this a page has no clauses of each, and an overview in their place."""

LETTERS = {
    "pass": "p",
    "fail": "f",
    "warning": "w",
    "waived": "v",
    "error": "e",
    "not-assessed": "n",
    "not-applicable": "x",
    None: "-",
}
"""What stands for each outcome of a clause; None: the result lacks the clause."""

_OUTCOMES = {letter: outcome for outcome, letter in LETTERS.items()}

NAMED = 5
"""Galleries, or clauses, that are named where something is told of more."""


@dataclass(frozen=True)
class Line:
    """One gallery. cells: the letter of each clause, in the order of `Overview.clauses`. broken: ids of its clauses."""

    url: str
    verdict: str
    sentence: str
    version: str
    release: str
    counts: Mapping[str, int]
    broken: Sequence[str]
    page: str | None
    cells: str


@dataclass(frozen=True)
class ClauseLine:
    """One clause on all galleries. number: its place among all clauses. counts: galleries by outcome. odd: the first of
    those that are otherwise than most.
    """

    number: int
    id: str
    statement: str
    counts: Mapping[str | None, int]
    odd: Sequence[Line]
    odd_ones: int


class Overview:
    """Galleries side by side, added one after another. page_of: the address of a gallery's own page, or None."""

    def __init__(self, page_of: Callable[[Target], str | None]) -> None:
        self._page_of = page_of
        self._lines: list[Line] = []
        self.clauses: dict[str, str] = {}
        """statement by id, in the order of the first result that has them"""

    def add(self, target: Target) -> None:
        """Add a gallery."""
        letters = {row["id"]: LETTERS[row["outcome"]] for row in target["clauses"]}
        for row in target["clauses"]:
            self.clauses.setdefault(row["id"], on_one_line(row["statement"]))
        self._lines.append(
            Line(
                on_one_line(target["url"]),
                target["verdict"],
                on_one_line(verdict_sentence(target)),
                on_one_line(target["reported_version"] or "?"),
                str(target["release"]),
                counts(target),
                [row["id"] for row in target["clauses"] if row["outcome"] in ("fail", "error")],
                self._page_of(target),
                "".join(letters.get(clause, LETTERS[None]) for clause in self.clauses),
            )
        )

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def lines(self) -> Sequence[Line]:
        """The galleries, in the order in which they were added."""
        return self._lines

    @property
    def verdicts(self) -> list[Target]:
        """Of each gallery no more than its verdict."""
        return [{"verdict": line.verdict} for line in self._lines]

    def cells(self) -> list[str]:
        """Of each gallery the letters of all clauses."""
        return [line.cells.ljust(len(self.clauses), LETTERS[None]) for line in self._lines]

    def parts(self) -> list[tuple[str, list[ClauseLine]]]:
        """The clauses by heading, what differs first, and of that where most galleries are otherwise than the rest."""
        found: dict[str, list[ClauseLine]] = {title: [] for title in PARTS}
        cells = self.cells()
        # of what nothing is known, or is promised, says nothing of a clause
        judged = [line.verdict != "no-verdict" for line in self._lines]
        for number, (clause, statement) in enumerate(self.clauses.items()):
            letters = Counter(row[number] for row in cells)
            told = Counter(row[number] for row, known in zip(cells, judged, strict=True) if known)
            told.pop(LETTERS["not-applicable"], None)
            usual = told.most_common(1)[0][0] if told else None
            odd = [
                line
                for line, row, known in zip(self._lines, cells, judged, strict=True)
                if known and row[number] not in (usual, LETTERS["not-applicable"])
            ]
            outcomes = {_OUTCOMES[letter]: times for letter, times in letters.most_common()}
            row = ClauseLine(number, clause, statement, outcomes, odd[:NAMED], len(odd))
            found[part_of({_OUTCOMES[letter] for letter in told or letters})].append(row)
        found[PARTS[0]].sort(key=lambda line: (-line.counts.get("fail", 0), -line.odd_ones))
        return [(title, lines) for title, lines in found.items() if lines]

    def filters(self) -> Mapping[str, Sequence[str]]:
        """What there is to choose from: verdicts, releases and versions."""
        return {
            "verdict": _several(line.verdict for line in self._lines),
            "version": _several(line.version for line in self._lines),
        }


def _several(values: Iterator[str]) -> Sequence[str]:
    return sorted(set(values))


def pages_beside(result: Path, page: Path) -> Callable[[Target], str | None]:
    """Where the page of each gallery of a result is, as seen from a page; None for one that is not there."""
    folder = result.absolute().parent / FOLDER

    def page_of(target: Target) -> str | None:
        own = folder / folder_of(target["url"]) / PAGE
        return Path(os.path.relpath(own, page.absolute().parent)).as_posix() if own.exists() else None

    return page_of
