"""The result of a detection run, as text for a terminal and as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from piwigo_contract.contract.clauses import Contract
from piwigo_contract.detection.mutant_results import FATES, FalseAlarm, MutantResult
from piwigo_contract.templating import templates

WIDTH = 52
"""Characters of the column with the mutant's name."""


def line(judged: MutantResult) -> str:
    """A row of the table: what became of a mutant."""
    clauses = " ".join(judged.mutant.clauses)
    row = f"{judged.fate:<12} {judged.mutant.name:<{WIDTH}} {clauses}"
    return f"{row}\n{'':<13}{judged.explanation}" if judged.explanation else row


def summary(judged: Sequence[MutantResult], contract: Contract, uncovered: Sequence[str]) -> str:
    """Counts, and what is left to do. uncovered: the clauses without a mutant."""
    fates = Counter(each.fate for each in judged)
    told = [f"{len(judged)} mutants: " + ", ".join(f"{fates[fate]} {fate}" for fate in FATES)]
    if uncovered:
        told.append(f"clauses without a mutant ({len(uncovered)} of {len(contract.clauses)}): {' '.join(uncovered)}")
    return "\n".join(told)


def page(
    judged: Sequence[MutantResult], alarms: Sequence[FalseAlarm], contract: Contract, uncovered: Sequence[str]
) -> str:
    """All of it as one HTML page, the worst first."""
    worst_first = list(FATES)[::-1]
    return (
        templates("piwigo_contract.detection")
        .get_template("detection.html")
        .render(
            judged=sorted(judged, key=lambda each: (worst_first.index(each.fate), each.mutant.name)),
            fates=FATES,
            counts=Counter(each.fate for each in judged),
            alarms=alarms,
            contract=contract,
            uncovered=uncovered,
        )
    )
