"""The one place that decides what a run amounts to: the verdict on a target, why there is none, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from piwigo_contract.results.outcomes import ClauseResult, Outcome

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


@dataclass(frozen=True)
class Exit:
    """How a run ends: the exit code as the design fixes it, and why it is that one, in words that follow a colon."""

    code: int
    why: str

    @property
    def sentence(self) -> str:
        """Both, on one line."""
        return f"exit code {self.code}: {self.why}"


@dataclass(frozen=True)
class Summed:
    """What of a target decides how a run ends. outcomes: of its clauses, how many have each; none of one that was
    stopped. no_verdict_because: why nothing may be said of it, or None.
    """

    outcomes: Counter[Outcome]
    no_verdict_because: str | None

    @classmethod
    def of(cls, target: TargetResult) -> Summed:
        """Of a result that is at hand as a whole."""
        judged = [] if target.stopped is not None else [result.outcome for result in target.clauses]
        return cls(Counter(judged), target.no_verdict_because)


def exit_of(
    targets: Sequence[TargetResult | Summed],
    gate: str = "standard",
    *,
    worse: Sequence[str] = (),
    stale: Sequence[str] = (),
) -> Exit:
    """What stops the gate (1) before no verdict (2) before all is well (0).

    worse: ids of what got worse since the baseline. stale: a line for each stale waiver, which stops any gate.
    """
    summed = [each if isinstance(each, Summed) else Summed.of(each) for each in targets]
    judged = sum((each.outcomes for each in summed), Counter[Outcome]())
    found = Counter({outcome: number for outcome, number in judged.items() if outcome in STOPPED_BY[gate]})
    causes = [_counted(found[outcome], *words) for outcome, words in _STOPS.items() if found[outcome]]
    if gate == "strict" and set(found) - STOPPED_BY["standard"]:
        causes[-1] += " (--gate strict)"
    if gate == "regression" and worse:
        causes.append(f"{_counted(len(worse), 'clause', ' worse than in the baseline')} ({', '.join(worse)})")
    if told := [*causes, *stale]:
        return Exit(1, "; ".join(told))
    if (why := next(filter(None, (each.no_verdict_because for each in summed)), None)) is not None:
        return Exit(2, f"no verdict: {why}")
    if gate == "regression":
        return Exit(0, "nothing got worse since the baseline, and this gate stops for nothing else")
    holds = "every required clause holds" if gate == "strict" else "every required clause that was assessed holds"
    return Exit(0, f"{holds} or is waived" if "waived" in judged else holds)


_STOPS: Mapping[Outcome, tuple[str, str]] = {
    "fail": ("required clause", " broken"),
    "warning": ("warning", ""),
    "not-assessed": ("clause", " not assessed"),
}
"""What a gate stops for, in words: the thing, and what is the matter with it."""


def _counted(number: int, thing: str, matter: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}{matter}"
