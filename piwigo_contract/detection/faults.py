"""Faults of the suite itself: each must end as an error or a failure, and never as a pass.

Each is a pytest plugin that takes something away from every check of a run: its claims, its positive controls, its
requests, one of its fixtures; or the target, in the middle. What passes nevertheless is written to the file NOTES.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from piwigo_contract.claims import Expect
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.transport import Transport
from piwigo_contract.detection.runs import NOTES, Job, Run
from piwigo_contract.plugin import fixtures
from piwigo_contract.plugin.item import EXPECT
from piwigo_contract.plugin.run import ContractRun
from piwigo_contract.reference import Reference
from piwigo_contract.results.outcomes import BROKEN

GONE_AFTER = (0, 1, 5, 20, 60, 150, 400, 1000, 2500)
"""Requests after which the target goes away, the preflight's counted."""

FEW = 8


class AlwaysHolds:
    """Replaces a claim: every method holds, whatever the answer is."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __getattr__(self, name: str) -> Callable[..., Any]:
        envelope = self._answer.envelope
        return lambda *_, **__: envelope.result if envelope is not None else None


class _Fault:
    """Base of the faults. concerns: whether a check that passes under this fault is a defect of the suite."""

    def concerns(self, item: pytest.Item) -> bool:
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.when == "call":
            self._concerned = self.concerns(item)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result = getattr(report, "piwigo", {}).get("result")
        if result is not None and result["outcome"] == "pass" and self._concerned:
            with Path(NOTES).open("a", encoding="utf-8") as file:
                file.write(f"{result['nodeid']} passes\n")

    _concerned = True


class ClaimsRemoved(_Fault):
    """No check claims anything."""

    def pytest_configure(self) -> None:
        Expect.__call__ = lambda self, answer: AlwaysHolds(answer)  # type: ignore[assignment, method-assign, return-value]
        Expect.none_of_these_authenticates = lambda self, exchanges: None  # type: ignore[method-assign]


class ControlsRemoved(_Fault):
    """No check has a positive control. Concerns only checks that claim a refusal; others need none."""

    def pytest_configure(self) -> None:
        Expect.control = lambda self, answer, **_: AlwaysHolds(answer)  # type: ignore[assignment, method-assign]

    def concerns(self, item: pytest.Item) -> bool:
        """Only a check that claims a refusal needs a control."""
        expect = item.stash.get(EXPECT, None)
        return expect is not None and bool(expect._refusals)


class NothingSent(_Fault):
    """The requests of checks are not counted as theirs: claims are made about answers that the check did not
    ask for.
    """

    def pytest_configure(self) -> None:
        add, count = Transcript.add, Transcript.count_only

        @functools.wraps(add)
        def added(self: Transcript, exchange: Any) -> None:
            if self.phase != "call":
                add(self, exchange)

        @functools.wraps(count)
        def counted(self: Transcript, exchanges: Any) -> None:
            if self.phase != "call":
                count(self, exchanges)

        Transcript.add, Transcript.count_only = added, counted  # type: ignore[method-assign]


class FixtureFails(_Fault):
    """One fixture fails wherever it is asked for; the first few checks that do so are made."""

    def __init__(self, name: str) -> None:
        self._name = name

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(_failing(self._name))  # the later of two fixtures of one name counts

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self._name in getattr(item, "fixturenames", ())][:FEW]


def _failing(name: str) -> object:
    """A plugin with nothing but a fixture of that name, which fails."""

    @pytest.fixture(name=name)
    def fails(self: object) -> None:
        raise OSError("this fixture fails")

    return type("Failing", (), {"fails": fails})()


class TargetGoesAway:
    """After so many requests nobody answers any more."""

    def __init__(self, requests: int) -> None:
        self._left = requests

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        take_turn = Transport.take_turn

        def counted(transport: Transport, exchange: Any) -> None:
            take_turn(transport, exchange)
            self._left -= 1
            if self._left == -1:
                run = config.pluginmanager.getplugin("piwigo-contract-run")
                assert isinstance(run, ContractRun)
                run._embedded.stop()

        Transport.take_turn = counted  # type: ignore[assignment, method-assign]


def fault_jobs(
    asked_for: Collection[str], clauses: frozenset[str] | None = None, gone_after: Sequence[int] = GONE_AFTER
) -> Iterator[Job]:
    """All faults, on the checks of these clauses (None: of all). asked_for: names of the fixtures that those use."""
    for fault in (ClaimsRemoved, ControlsRemoved, NothingSent):
        yield Job(f"fault: {fault.__name__}", Reference(), clauses, plugins=(fault,))
    ours = {name for module in fixtures.MODULES for name in vars(module) if not name.startswith("_")}
    for name in sorted(ours & set(asked_for)):
        yield Job(f"fault: fixture {name}", Reference(), clauses, plugins=(functools.partial(FixtureFails, name),))
    for count in gone_after:
        plugin = functools.partial(TargetGoesAway, count)
        yield Job(f"fault: target gone after {count} requests", Reference(), clauses, (), (plugin,), count)


def fault_verdict(run: Run) -> str | None:
    """What is wrong with how a run with a fault ended, or None."""
    outcomes = run.outcomes()
    broken = [name for name, outcome in outcomes.items() if outcome in BROKEN]
    if "target gone" in run.job.name:
        if run.document is not None and run.document["targets"][0]["requests"] <= run.job.number:
            return None  # it was over before
        if run.code != 2:
            return f"exit code {run.code}, where there can be no verdict"
        return f"the target is gone, and these are said to be broken: {' '.join(broken)}" if broken else None
    if run.notes:
        return "; ".join(run.notes)
    if run.code in (2, 5):
        return None
    # a control that is missing is no fault of a check that needs none
    if "ControlsRemoved" in run.job.name and run.document is not None:
        return None
    return f"exit code {run.code}"


def outcome_summary(run: Run) -> str:
    """How the checks of a run ended, and the most frequent reason."""
    outcomes = Counter(check["outcome"] for row in run.clauses() for check in row["checks"])
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "no check was made"
    reasons = Counter(row["reason"] for row in run.clauses() if row["outcome"] == "error")
    return f"{told} ({reasons.most_common(1)[0][0]})" if reasons else told
