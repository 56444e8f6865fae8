"""The one place that decides what a run amounts to: the verdict on a target, why there is none, and the exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from piwigo_contract.results.outcomes import ClauseResult

Verdict = Literal["fail", "no-verdict", "not-fully-verified", "pass"]

VERDICTS: tuple[Verdict, ...] = ("fail", "no-verdict", "not-fully-verified", "pass")
"""The worst first."""

STOPPED_BY: Mapping[str, frozenset[str]] = {
    "standard": frozenset({"fail"}),
    "strict": frozenset({"fail", "warning", "not-assessed"}),
    "regression": frozenset(),
}
"""The outcomes of a clause that each gate stops for; `regression` goes by what got worse, and no more."""


@dataclass
class TargetResult:
    """Everything about one target. `stopped` says why there can be no verdict, or is None.

    not_implemented: methods of the release that the target does not have. environment: lines on what is in front of it,
    and how it was taken. left_behind: lines on what could not be taken away.
    """

    url: str
    reported_version: str | None
    release: str | None
    access: Sequence[str]
    clauses: Sequence[ClauseResult]
    stopped: str | None = None
    interrupted: bool = False
    credentials_given: bool = False
    key_accepted: bool = False
    requests: int = 0
    not_implemented: Sequence[str] = ()
    environment: Sequence[str] = ()
    left_behind: Sequence[str] = ()

    @property
    def verdict(self) -> Verdict:
        """fail before no-verdict before not-fully-verified before pass; see docs/compliance-json.md."""
        outcomes = {result.outcome for result in self.clauses}
        if "fail" in outcomes:
            return "fail"
        if self.no_verdict_because is not None:
            return "no-verdict"
        return "not-fully-verified" if "not-assessed" in outcomes else "pass"

    @property
    def no_verdict_because(self) -> str | None:
        """Why nothing may be said of the target, or None."""
        return why_no_verdict(
            stopped=self.stopped,
            interrupted=self.interrupted,
            failed=[result.clause.id for result in self.clauses if result.outcome == "error"],
            hindered=[result.reason for result in self.clauses if result.hindered],
            no_key=self.credentials_given and not self.key_accepted,
        )


def why_no_verdict(
    *, stopped: str | None, interrupted: bool, failed: Sequence[str], no_key: bool, hindered: Sequence[str] = ()
) -> str | None:
    """Why nothing may be said of a target, or None.

    stopped: what the preflight found amiss. failed: ids of the clauses on which the suite failed. no_key: credentials
    were given, and no key was accepted. hindered: for each clause that the way to the gallery kept from being judged,
    how.
    """
    if stopped is not None:
        return stopped
    if interrupted:
        return "the run was interrupted"
    if failed:
        return f"the suite failed on {', '.join(failed)}"
    if hindered:
        return f"{hindered[0]} ({len(hindered)} clauses not assessed for such a reason)"
    return "credentials were given, but no key was ever accepted" if no_key else None


def exit_code(
    targets: Sequence[TargetResult],
    gate: str = "standard",
    *,
    worse: bool = False,
    stale: bool = False,
) -> int:
    """0, 1 or 2 as the design fixes them: what stops the gate before no verdict before all is well.

    worse: something got worse since the baseline. A stale waiver stops each gate.
    """
    outcomes = {result.outcome for target in targets for result in target.clauses if target.stopped is None}
    if outcomes & STOPPED_BY[gate] or stale or (gate == "regression" and worse):
        return 1
    return 2 if any(target.no_verdict_because is not None for target in targets) else 0
