"""Which clauses look at each promise under which conditions: data of `specs/coverage/`, held to the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from piwigo_contract.contract.clauses import Contract
from piwigo_contract.contract.resources import SPECS, load
from piwigo_contract.errors import UsageError

CONDITIONS: Mapping[str, str] = {
    "who": "who asks",
    "carrier": "carrier",
    "beside": "beside it",
    "method": "method, verb",
    "thing": "thing",
    "when": "before, after",
    "client": "client, format",
}
"""What a promise is looked at under; the value heads its row in docs/coverage.md."""


@dataclass(frozen=True)
class Case:
    """One case of a condition: the clauses that look at it, or else why none does."""

    name: str
    clauses: tuple[str, ...]
    none: str


@dataclass(frozen=True)
class Promise:
    """A promise, where it is made, and its cases by condition (a key of CONDITIONS)."""

    text: str
    source: str
    cases: Mapping[str, tuple[Case, ...]]


def load_coverage(contract: Contract, path: Path = SPECS / "coverage" / "coverage.yaml") -> list[Promise]:
    """Read it. Raises UsageError for an id that is no clause, and for a clause that is nowhere in it."""
    promises = [
        Promise(
            row["promise"],
            row["source"],
            {
                condition: tuple(
                    Case(case["case"], tuple(case.get("clauses", ())), case.get("none", ""))
                    for case in row["conditions"][condition]
                )
                for condition in CONDITIONS
            },
        )
        for row in load(path, "coverage")["promises"]
    ]
    named = {
        each for promise in promises for cases in promise.cases.values() for case in cases for each in case.clauses
    }
    if unknown := sorted(named - set(contract.clauses)):
        raise UsageError(f"{path}: {unknown[0]} is no clause of the contract")
    if missing := [each for each in contract.clauses if each not in named]:
        raise UsageError(f"{path}: no promise has {missing[0]}: put it where it looks")
    return promises
