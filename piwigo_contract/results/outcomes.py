"""The one place that decides an outcome: what a check makes of its clause, and what all checks make of all clauses.

Nothing is a pass by default. A clause passes when one of its checks ran, sent a request and made its claim,
none broke, and nothing that it depends on is broken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from piwigo_contract.contract.clauses import ACCESS, Clause, Contract, Level
from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.contract.waivers import Waiver, waiver_of

Found = Literal["pass", "fail", "not-applicable", "not-assessed", "error"]
"""What one check finds."""

Outcome = Found | Literal["warning", "waived"]
"""What becomes of a clause."""

ORDER: tuple[Outcome, ...] = ("fail", "error", "warning", "waived", "not-assessed", "not-applicable", "pass")
"""Outcomes as a reader needs them: what is broken first."""

BROKEN: frozenset[str] = frozenset({"fail", "warning", "waived"})
"""Outcomes of a clause that the target does not keep, whatever follows from that."""


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    nodeid: under `suite/`, whatever the installation. message: why; for a pass what it left out, if anything.
    curl: reproduces the exchange that decided, or None where none was sent.
    """

    nodeid: str
    clause: str
    outcome: Found
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


def outcome_of(found: Found, level: Level, *, waived: bool = False) -> Outcome:
    """What a check, or the worst of several, makes of a clause of this level by itself."""
    if found != "fail":
        return found
    if waived:
        return "waived"
    return "fail" if level == "MUST" else "warning"


def blocker(contract: Contract, clause_id: str, broken: Collection[str]) -> str | None:
    """The broken clause that this one stands on and can't be judged without; of several, the one nearest the root."""
    above = [needed for needed in contract.prerequisites(clause_id) if needed in broken]
    # what has a broken prerequisite can't be judged either
    return next((each for each in reversed(above) if not _stands_on_one(contract, each, broken)), None)


def _stands_on_one(contract: Contract, clause_id: str, broken: Collection[str]) -> bool:
    return any(needed in broken for needed in contract.prerequisites(clause_id))


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
    broken = {clause_id for clause_id, result in own.items() if result.outcome in BROKEN}
    return [_in_the_end(contract, result, broken, waivers) for result in own.values()]


def _own_outcome(
    clause: Clause,
    profile: ReleaseProfile,
    checks: Sequence[CheckResult],
    access: frozenset[str],
    stopped: str | None,
    interrupted: bool,
) -> tuple[Outcome, str]:
    """What becomes of a clause were it not for the others."""
    if profile.release not in clause.releases:
        return "not-applicable", f"no promise of {profile.release}"
    if stopped is not None:
        return "not-assessed", stopped
    worst: Mapping[Found, CheckResult] = {check.outcome: check for check in reversed(checks)}
    for found in ("fail", "error"):
        if found in worst:
            return outcome_of(found, clause.level), worst[found].message
    if missing := [need for need in clause.access if need not in access]:
        return "not-assessed", f"needs {ACCESS[missing[0]]}"
    if not checks:
        return "not-assessed", "the run was interrupted" if interrupted else "not selected in this run"
    if "not-assessed" in worst:
        return "not-assessed", worst["not-assessed"].message
    if "pass" in worst:
        return "pass", "; ".join(
            dict.fromkeys(check.message for check in checks if check.outcome == "pass" and check.message)
        )
    return "not-assessed", "none of its checks could be made"


def _in_the_end(
    contract: Contract, result: ClauseResult, broken: Collection[str], waivers: Sequence[Waiver]
) -> ClauseResult:
    """What becomes of a clause beside the others, and with the waivers given."""
    if (by := _blocked_by(contract, result, broken)) is not None:
        reason = f"blocked by {by}, which is broken"
        checks = tuple(replace(c, outcome="not-assessed", message=reason, curl=None) for c in result.checks)
        return replace(result, outcome="not-assessed", reason=reason, checks=checks)
    waiver = waiver_of(result.clause.id, waivers)
    if waiver is not None and result.outcome in BROKEN:
        outcome = outcome_of("fail", result.clause.level, waived=True)
        return replace(result, outcome=outcome, reason=f"{waiver.told} ({result.reason})")
    return result


def _blocked_by(contract: Contract, result: ClauseResult, broken: Collection[str]) -> str | None:
    """The broken clause that keeps this one from being judged."""
    if result.outcome == "not-applicable":
        return None
    if (above := blocker(contract, result.clause.id, broken)) is not None:
        return above
    # whoever promised the control that failed is to blame, or else what that promise stands on
    blamed = [
        check.promised_by
        if check.promised_by is None or check.promised_by in broken
        else blocker(contract, check.promised_by, broken)
        for check in result.checks
        if check.outcome == "fail"
    ]
    return next(iter(blamed), None) if all(blamed) else None
