"""Reasons why a check or a clause was not judged, as data; `sentence` puts one into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from piwigo_contract.contract.clauses import ACCESS
from piwigo_contract.errors import LacksMethod, OutOfReach

Kind = Literal[
    "out-of-reach",
    "not-implemented",
    "blocked",
    "not-selected",
    "interrupted",
    "not-promised",
    "settings",
    "environment",
    "skipped",
    "suite",
    "no-verdict",
]
"""What kept somebody from judging; docs/compliance-json.md says what each of them means."""


@dataclass(frozen=True)
class Reason:
    """One reason, and what it points to.

    clauses: ids of those that are broken, for `blocked`. need: the access that is lacking, a key of ACCESS.
    detail: free text; what is lacking, where that is no access; the release, for `not-promised`.
    """

    kind: Kind
    clauses: tuple[str, ...] = ()
    need: str | None = None
    detail: str = ""

    @classmethod
    def of(cls, error: OutOfReach) -> Reason:
        """The reason for an OutOfReach."""
        kind: Kind = "not-implemented" if isinstance(error, LacksMethod) else "out-of-reach"
        return cls(kind, need=error.need, detail=error.detail)


def sentence(reason: Reason) -> str:
    """The reason in words, with no full stop."""
    match reason.kind:
        case "out-of-reach" | "not-implemented":
            return f"needs {reason.detail if reason.need is None else ACCESS[reason.need]}"
        case "blocked":
            return f"blocked by {', '.join(reason.clauses)}, which is broken"
        case "not-promised":
            return f"no promise of {reason.detail}"
        case "not-selected":
            return reason.detail or "not selected in this run"
        case "interrupted":
            return "the run was interrupted"
        case _:
            return reason.detail
