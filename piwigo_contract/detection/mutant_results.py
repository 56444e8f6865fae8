"""What the runs on a mutant amount to: whether the suite caught it, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from piwigo_contract.contract.clauses import Contract
from piwigo_contract.detection.runs import Run
from piwigo_contract.reference.mutants import Mutant
from piwigo_contract.results.outcomes import BROKEN

Fate = Literal["killed", "collateral", "wrong-clause", "survived", "error"]
"""States of a mutant; FATES says what each means."""

FATES: Mapping[Fate, str] = {
    "killed": "each clause named turned red, and no other",
    "collateral": "more turned red than the clauses named, and their dependants",
    "wrong-clause": "something turned red, but not each clause named",
    "survived": "nothing turned red",
    "error": "the suite itself failed, or gave no verdict",
}
"""The possible states of a mutant, from good to bad."""


@dataclass(frozen=True)
class MutantResult:
    """A mutant, the run on it, and what became of it.

    red: the clauses that turned red. missed: those named that did not. surplus: red clauses that were not named.
    blocked: clauses that depend on red ones, so they could not be judged. reasons: why, of each red clause.
    """

    mutant: Mutant
    run: Run
    fate: Fate
    red: Sequence[str] = ()
    missed: Sequence[str] = ()
    surplus: Sequence[str] = ()
    blocked: Sequence[str] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def explanation(self) -> str:
        """What is to be said of it, beyond its fate; empty for one that was killed."""
        parts = []
        if self.fate == "error" or "error" in self.run.outcomes().values():
            parts.append(_why_no_verdict(self.run))
        if self.missed:
            outcomes = self.run.outcomes()
            parts.append("not red: " + ", ".join(f"{name} ({outcomes.get(name, 'unknown')})" for name in self.missed))
        if self.surplus:
            parts.append("red as well: " + ", ".join(self.surplus))
        return "; ".join(parts)


def judge(mutant: Mutant, run: Run) -> MutantResult:
    """What became of a mutant in a run."""
    outcomes = run.outcomes()
    red = [name for name, outcome in outcomes.items() if outcome in BROKEN]
    missed = [name for name in mutant.clauses if name not in red]
    surplus = [name for name in red if name not in (*mutant.clauses, *mutant.also)]
    blocked = [row["id"] for row in run.clauses() if row["reason_kind"] == "blocked"]
    errors = "error" in outcomes.values()
    fate: Fate = "killed"
    if run.code not in (0, 1) or (missed and errors):
        fate = "error"
    elif missed:
        fate = "wrong-clause" if red else "survived"
    elif surplus or errors:
        fate = "collateral"
    reasons = {name: reason for name, reason in run.reasons().items() if name in red}
    return MutantResult(mutant, run, fate, red, missed, surplus, blocked, reasons)


def enough_killed(results: Collection[MutantResult], share: int) -> bool:
    """Whether so many percent of the mutants are killed. None may be an error, whatever the share."""
    killed = sum(each.fate == "killed" for each in results)
    return 100 * killed >= share * len(results) and all(each.fate != "error" for each in results)


def _why_no_verdict(run: Run) -> str:
    failed = [f"{name}: {run.reasons()[name]}" for name, outcome in run.outcomes().items() if outcome == "error"]
    if failed:
        return f"the suite failed on {'; '.join(failed)}"
    last = [line for line in run.output.splitlines() if line.strip()]
    return f"exit code {run.code}: {last[-1] if last else 'it printed nothing'}"


def without_mutant(contract: Contract, mutants: Iterable[Mutant]) -> list[str]:
    """The clauses that no mutant names."""
    named = {clause for mutant in mutants for clause in mutant.clauses}
    return [clause for clause in contract.clauses if clause not in named]


@dataclass(frozen=True)
class FalseAlarm:
    """A good target that the suite found fault with. `explanation` says what."""

    run: Run
    explanation: str


def false_alarm(run: Run, breaks: Collection[str] = ()) -> FalseAlarm | None:
    """What a run on a good target found amiss, or None. breaks: the clauses that it does break."""
    outcomes = run.outcomes()
    odd = [name for name, outcome in outcomes.items() if outcome in BROKEN | {"error"} and name not in breaks]
    missed = [name for name in breaks if outcomes.get(name) == "pass"]
    if odd or missed:
        told = [f"{name}: {run.reasons()[name]}" for name in odd] + [f"not red: {name}" for name in missed]
        return FalseAlarm(run, "; ".join(told))
    red = any(outcomes.get(name) in BROKEN for name in breaks)
    return None if run.code in (0, int(red)) else FalseAlarm(run, _why_no_verdict(run))
