"""Decides outcomes: of each check for its clause, and of all clauses together.

Nothing is a pass by default. A clause passes when one of its checks ran, sent a request and made its claim,
none broke, and nothing that it depends on is broken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from piwigo_contract.contract.clauses import Clause, Contract, Level
from piwigo_contract.contract.releases import KnownDeviation, ReleaseProfile
from piwigo_contract.contract.waivers import Waiver, waiver_of
from piwigo_contract.results.reasons import Reason, sentence

Found = Literal["pass", "fail", "not-applicable", "not-assessed", "error"]
"""What one check finds."""

Outcome = Found | Literal["warning", "waived"]
"""What becomes of a clause."""

ORDER: tuple[Outcome, ...] = ("fail", "error", "warning", "waived", "not-assessed", "not-applicable", "pass")
"""Outcomes as a reader needs them: what is broken first."""

BROKEN: frozenset[str] = frozenset({"fail", "warning", "waived"})
"""Outcomes of a clause that the target breaks, whether that is waived or not."""


@dataclass(frozen=True)
class CheckResult:
    """What one check found, as plain data once it travels.

    nodeid: under `suite/`, whatever the installation. message: how it broke its clause; for a pass what it left out,
    if anything. reason: why it did not judge. curl: reproduces the exchange that decided, or None where none was sent.
    """

    nodeid: str
    clause: str
    outcome: Found
    message: str = ""
    reason: Reason | None = None
    curl: str | None = None
    traceback: str = ""
    """Where the suite failed, for an error that is a mistake of its own."""
    promised_by: str | None = None
    """For a failed positive control: the clause that promises it, which then takes the blame."""
    same_example: str | None = None
    """For a generated example: hypothesis' decorator that makes it again, on any target."""
    causes: tuple[str, ...] = ()
    """How it broke its clause, once for each cause."""

    def __post_init__(self) -> None:
        if (self.reason is None) != (self.outcome in ("pass", "fail")):
            raise ValueError(f"{self.nodeid}: {self.outcome}, and why: {self.reason}")

    @property
    def explanation(self) -> str:
        """What there is to be said of it, in words."""
        return self.message if self.reason is None else sentence(self.reason)

    def as_plain(self) -> dict[str, Any]:
        """As JSON data; `of_plain` reads it back."""
        return asdict(self)

    @classmethod
    def of_plain(cls, data: Mapping[str, Any]) -> CheckResult:
        """The reverse of `as_plain`."""
        return cls(**{**data, "reason": data["reason"] and Reason(**data["reason"]), "causes": tuple(data["causes"])})


@dataclass(frozen=True)
class Cost:
    """What checks took in set-up, call and teardown. keyed_requests: those that named a key that exists."""

    requests: int = 0
    keyed_requests: int = 0
    seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.requests + other.requests,
            self.keyed_requests + other.keyed_requests,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True)
class ClauseResult:
    """What became of a clause.

    found: how it is broken; for a pass what was left out. why: it was not judged. deviation: what the release is known
    for, whatever became of the clause here. cost: of all its checks.
    """

    clause: Clause
    outcome: Outcome
    found: str = ""
    why: Reason | None = None
    checks: tuple[CheckResult, ...] = ()
    deviation: KnownDeviation | None = None
    cost: Cost = Cost()

    @property
    def known(self) -> str | None:
        """Link of the upstream issue."""
        return None if self.deviation is None else self.deviation.upstream

    @property
    def causes(self) -> tuple[str, ...]:
        """How its checks broke it, once for each cause."""
        return tuple(dict.fromkeys(cause for check in self.checks for cause in check.causes))

    @property
    def stock(self) -> bool:
        """Whether it is broken as the release itself is known to break it, and in no other way."""
        return self.deviation is not None and self.outcome in BROKEN and self.deviation.explains(self.causes)

    @property
    def hindered(self) -> bool:
        """Whether the way to the gallery kept one of its checks from being judged."""
        return (
            self.why is not None
            and self.why.kind == "environment"
            and any(check.outcome == "not-assessed" for check in self.checks)
        )

    @property
    def reason(self) -> str:
        """Why the outcome is what it is, in words."""
        return self.found if self.why is None else sentence(self.why)


def outcome_of(found: Found, level: Level, *, waived: bool = False) -> Outcome:
    """The outcome of a clause of this level for what a check, or the worst of several, found."""
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
    costs: Mapping[str, Cost] | None = None,
) -> list[ClauseResult]:
    """One result for every clause of the contract, in its order.

    access: what is within reach, keys of `contract.clauses.ACCESS`. waivers: those that speak of this target. costs:
    of the clauses that have any.
    """
    by_clause: dict[str, list[CheckResult]] = {}
    for result in results:
        by_clause.setdefault(result.clause, []).append(result)
    own: dict[str, ClauseResult] = {}
    for clause in contract.clauses.values():
        checks = tuple(sorted(by_clause.get(clause.id, ()), key=lambda check: check.nodeid))
        own[clause.id] = replace(
            _by_itself(clause, profile, checks, access, stopped, interrupted),
            checks=checks,
            deviation=profile.known_deviations.get(clause.id),
            cost=(costs or {}).get(clause.id, Cost()),
        )
    broken = {clause_id for clause_id, result in own.items() if result.outcome in BROKEN}
    return [_in_the_end(contract, result, broken, waivers) for result in own.values()]


def _by_itself(
    clause: Clause,
    profile: ReleaseProfile,
    checks: Sequence[CheckResult],
    access: frozenset[str],
    stopped: str | None,
    interrupted: bool,
) -> ClauseResult:
    """The outcome of a clause by its own checks only."""
    if profile.release not in clause.releases:
        return ClauseResult(clause, "not-applicable", why=Reason("not-promised", detail=profile.release))
    if stopped is not None:
        return ClauseResult(clause, "not-assessed", why=Reason("no-verdict", detail=stopped))
    worst: Mapping[Found, CheckResult] = {check.outcome: check for check in reversed(checks)}
    for found in ("fail", "error"):
        if found in worst:
            return ClauseResult(clause, outcome_of(found, clause.level), worst[found].message, worst[found].reason)
    if missing := [need for need in clause.access if need not in access]:
        return ClauseResult(clause, "not-assessed", why=Reason("out-of-reach", need=missing[0]))
    if not checks:
        return ClauseResult(clause, "not-assessed", why=Reason("interrupted" if interrupted else "not-selected"))
    if "not-assessed" in worst:
        return ClauseResult(clause, "not-assessed", why=worst["not-assessed"].reason)
    if "pass" in worst:
        left_out = dict.fromkeys(check.message for check in checks if check.outcome == "pass" and check.message)
        return ClauseResult(clause, "pass", "; ".join(left_out))
    # all of them are about what is not there
    kinds = [check.reason.kind for check in checks if check.reason is not None]
    return ClauseResult(clause, "not-assessed", why=Reason(kinds[0], detail="none of its checks could be made"))


def _in_the_end(
    contract: Contract, result: ClauseResult, broken: Collection[str], waivers: Sequence[Waiver]
) -> ClauseResult:
    """The final outcome of a clause: blocked by a broken one, or waived, or its own."""
    if (by := _blocked_by(contract, result, broken)) is not None:
        why = Reason("blocked", (by,))
        checks = tuple(replace(c, outcome="not-assessed", reason=why, curl=None) for c in result.checks)
        return replace(result, outcome="not-assessed", why=why, checks=checks)
    if result.outcome not in BROKEN:
        return result
    waiver = waiver_of(result.clause.id, waivers, result.causes)
    if waiver is not None:
        outcome = outcome_of("fail", result.clause.level, waived=True)
        return replace(result, outcome=outcome, found=f"{waiver.explanation} ({result.found})")
    # what nobody knew of goes first
    known = result.deviation.explains if result.deviation is not None else lambda causes: False
    new = next((check for check in result.checks if check.outcome == "fail" and not known(check.causes)), None)
    return result if new is None else replace(result, found=new.message)


def _blocked_by(contract: Contract, result: ClauseResult, broken: Collection[str]) -> str | None:
    """The broken clause that keeps this one from being judged."""
    if result.outcome == "not-applicable":
        return None
    if (above := blocker(contract, result.clause.id, broken)) is not None:
        return above
    # the clause that promised the failed control is to blame, or else one that this clause depends on
    blamed = [
        check.promised_by
        if check.promised_by is None or check.promised_by in broken
        else blocker(contract, check.promised_by, broken)
        for check in result.checks
        if check.outcome == "fail"
    ]
    return next(iter(blamed), None) if all(blamed) else None
