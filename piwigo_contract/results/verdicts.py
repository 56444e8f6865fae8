"""From what checks did to what may be said of a target: clause outcomes, verdict, exit code.

Nothing is a pass by default. A clause passes when one of its checks ran, sent a request and made its claim,
none broke, and nothing that it depends on is broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from piwigo_contract.contract.clauses import ACCESS, Clause, Contract
from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.contract.waivers import Waiver

Outcome = Literal["pass", "fail", "warning", "waived", "not-applicable", "not-assessed", "error"]
Verdict = Literal["pass", "fail", "not-fully-verified", "no-verdict"]

BROKEN: frozenset[Outcome] = frozenset({"fail", "warning", "waived"})


@dataclass(frozen=True)
class CheckResult:
    """What one check found. `outcome` is pass, fail, not-applicable, not-assessed or error.

    nodeid: under `suite/`, whatever the installation. message: why; for a pass what it left out, if anything.
    curl: reproduces the exchange that decided, or None where none was sent.
    """

    nodeid: str
    clause: str
    outcome: Outcome
    message: str = ""
    curl: str | None = None
    traceback: str = ""
    """Where the suite failed, for an error that is a mistake of its own."""
    promised_by: str | None = None
    """For a failed positive control: the clause that promises it, which then takes the blame."""
    same_example: str | None = None
    """For a generated example: hypothesis' decorator that makes it again, on any target."""


@dataclass(frozen=True)
class ClauseResult:
    clause: Clause
    outcome: Outcome
    reason: str
    checks: tuple[CheckResult, ...]
    known: str | None


@dataclass
class TargetResult:
    """Everything about one target. `stopped` says why there can be no verdict, or is None."""

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

    @property
    def verdict(self) -> Verdict:
        outcomes = {result.outcome for result in self.clauses}
        if "fail" in outcomes:
            return "fail"
        if self.no_verdict_because is not None:
            return "no-verdict"
        return "not-fully-verified" if "not-assessed" in outcomes else "pass"

    @property
    def no_verdict_because(self) -> str | None:
        """Why nothing may be said of the target, or None."""
        if self.stopped is not None:
            return self.stopped
        if self.interrupted:
            return "the run was interrupted"
        if failed := [result.clause.id for result in self.clauses if result.outcome == "error"]:
            return f"the suite failed on {', '.join(failed)}"
        if self.credentials_given and not self.key_accepted:
            return "credentials were given, but no key was ever accepted"
        return None


def roll_up(
    contract: Contract,
    profile: ReleaseProfile,
    results: Iterable[CheckResult],
    *,
    access: frozenset[str],
    waivers: Sequence[Waiver],
    stopped: str | None,
    interrupted: bool = False,
) -> list[ClauseResult]:
    """One result for every clause of the contract, in its order.

    access: what is within reach, keys of `contract.ACCESS`. waivers: those that speak of this target.
    """
    by_clause: dict[str, list[CheckResult]] = {}
    for result in results:
        by_clause.setdefault(result.clause, []).append(result)
    own: dict[str, ClauseResult] = {}
    for clause in contract.clauses.values():
        checks = tuple(sorted(by_clause.get(clause.id, ()), key=lambda check: check.nodeid))
        known = profile.known_deviations.get(clause.id)
        outcome, reason = _own_outcome(clause, profile, checks, access, stopped, interrupted)
        own[clause.id] = ClauseResult(clause, outcome, reason, checks, known.upstream if known else None)
    blocked = {clause_id: _blocker(contract, own, clause_id) for clause_id in own}
    return [
        _waived(_blocked(result, blocker), waivers) if (blocker := blocked[clause_id]) else _waived(result, waivers)
        for clause_id, result in own.items()
    ]


def _own_outcome(
    clause: Clause,
    profile: ReleaseProfile,
    checks: Sequence[CheckResult],
    access: frozenset[str],
    stopped: str | None,
    interrupted: bool,
) -> tuple[Outcome, str]:
    if profile.release not in clause.releases:
        return "not-applicable", f"no promise of {profile.release}"
    if stopped is not None:
        return "not-assessed", stopped
    worst = {check.outcome: check for check in reversed(checks)}
    if "fail" in worst:
        return ("fail" if clause.level == "MUST" else "warning"), worst["fail"].message
    if "error" in worst:
        return "error", worst["error"].message
    if missing := [need for need in clause.access if need not in access]:
        return "not-assessed", f"needs {ACCESS[missing[0]]}"
    if not checks:
        return "not-assessed", "the run was interrupted" if interrupted else "not selected in this run"
    if "not-assessed" in worst:
        return "not-assessed", worst["not-assessed"].message
    if any(check.outcome == "pass" for check in checks):
        return "pass", "; ".join(
            dict.fromkeys(check.message for check in checks if check.outcome == "pass" and check.message)
        )
    return "not-assessed", "none of its checks could be made"


def _blocker(contract: Contract, own: Mapping[str, ClauseResult], clause_id: str) -> str | None:
    """The broken clause that keeps this one from being judged; the one nearest to the root of the trouble."""
    if own[clause_id].outcome == "not-applicable":
        return None
    if (broken := _broken_prerequisite(contract, own, clause_id)) is not None:
        return broken
    failed = [check for check in own[clause_id].checks if check.outcome == "fail"]
    # whoever promised the control that failed is to blame, or else what that promise stands on
    blamed = [
        check.promised_by
        if check.promised_by is None or _is_broken(own, check.promised_by)
        else _broken_prerequisite(contract, own, check.promised_by)
        for check in failed
    ]
    return next(iter(blamed), None) if all(blamed) else None


def _broken_prerequisite(contract: Contract, own: Mapping[str, ClauseResult], clause_id: str) -> str | None:
    """The broken clause that this one stands on; of several, the one nearest to the root."""
    broken = [needed for needed in contract.prerequisites(clause_id) if _is_broken(own, needed)]
    # what has a broken prerequisite can't be judged either
    return next(
        (each for each in reversed(broken) if not any(_is_broken(own, n) for n in contract.prerequisites(each))), None
    )


def _is_broken(own: Mapping[str, ClauseResult], clause_id: str) -> bool:
    return own[clause_id].outcome in BROKEN


def _blocked(result: ClauseResult, blocker: str) -> ClauseResult:
    reason = f"blocked by {blocker}, which is broken"
    checks = tuple(replace(c, outcome="not-assessed", message=reason, curl=None) for c in result.checks)
    return replace(result, outcome="not-assessed", reason=reason, checks=checks)


def _waived(result: ClauseResult, waivers: Sequence[Waiver]) -> ClauseResult:
    waiver = next((w for w in waivers if w.clause == result.clause.id and not w.expired), None)
    if waiver is None or result.outcome not in ("fail", "warning"):
        return result
    return replace(result, outcome="waived", reason=f"{waiver.told} ({result.reason})")


def exit_code(
    targets: Sequence[TargetResult],
    gate: str = "standard",
    *,
    worse: bool = False,
    stale: bool = False,
) -> int:
    """0, 1 or 2 as the design fixes them: what fails the gate before no verdict before all is well.

    A broken clause fails the gate `standard`; a warning, or a clause that was not assessed, `strict` too; what got
    worse, and no more, `regression`. A stale waiver fails each of them.
    """
    outcomes = {result.outcome for target in targets for result in target.clauses if target.stopped is None}
    fails = {"standard": {"fail"}, "strict": {"fail", "warning", "not-assessed"}, "regression": set()}[gate]
    if outcomes & fails or stale or (gate == "regression" and worse):
        return 1
    return 2 if any(target.no_verdict_because is not None for target in targets) else 0
