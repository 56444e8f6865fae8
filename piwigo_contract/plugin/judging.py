"""The course of one check: whether it may run, and its outcome."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from _pytest.outcomes import Skipped
from hypothesis.errors import FlakyStrategyDefinition

from piwigo_contract.claims import no_answer_is_broken
from piwigo_contract.client.exchange import Cleaner, Exchange, request_in_words
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.reproduction import Script
from piwigo_contract.client.reproduction_past import Past
from piwigo_contract.contract.waivers import waiver_of
from piwigo_contract.errors import (
    ContractBroken,
    Hindered,
    LacksMethod,
    NoMoreAsked,
    NotInUse,
    NoVerdict,
    OutOfReach,
    PiwigoContractError,
    SuiteError,
    TargetGone,
)
from piwigo_contract.plugin import junit, standing, terminal, widespread
from piwigo_contract.plugin.item import (
    EXPECT,
    RECORD,
    TARGET,
    TARGET_NUMBER,
    VISIT,
    NotJudged,
    clause_of,
    stable_nodeid,
)
from piwigo_contract.plugin.repeatable import rng, without_times
from piwigo_contract.provision.ledger import UNDOING_FAILS
from piwigo_contract.results.escaping import on_one_line
from piwigo_contract.results.outcomes import CheckResult, Cost, Found, blocker, outcome_of
from piwigo_contract.results.reasons import Reason

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

E = TypeVar("E", bound=BaseException)

QUOTED_EXCHANGES = 20
"""How many of the last exchanges are used to clean a message: it may quote values from them."""


class Judging:
    """The hooks around each check. What it found travels in pytest's report, from a worker too."""

    def __init__(self, run: ContractRun) -> None:
        self._run = run
        self._counted: dict[int, int] = {}
        self._total_reported = False
        """Whether the controller was told how many checks there are."""
        self._log: defaultdict[int, Past] = defaultdict(Past)
        """By target, what a script that does a check again may rest on."""
        self._shown: set[tuple[int, str]] = set()
        """Targets and clauses of which a check was seen to be broken, and its evidence told."""
        self._seconds = 0.0
        """What the phases of the check took so far."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if not clause_of(item):
            return
        target = item.stash[TARGET]
        clause = self._run.contract[clause_of(item)]
        number = item.stash[TARGET_NUMBER]
        about = {"clause": clause.id, "check": stable_nodeid(item)}
        record = item.stash[RECORD] = self._run.new_record(number, stable_nodeid(item), about)
        target.gallery.transcript = record.transcript
        target.gallery.rng = rng(item.config, stable_nodeid(item))
        if target.preflight.release not in clause.releases:
            raise NotJudged("not-applicable", Reason("not-promised", detail=target.preflight.release))
        if target.gone is not None:
            raise TargetGone(target.gone)
        if (broken := blocker(self._run.contract, clause.id, self._run.results.broken[number])) is not None:
            raise NotJudged("not-assessed", Reason("blocked", (broken,)))
        try:
            for need in clause.access:
                target.require(need)
        except OutOfReach as error:
            raise _not_assessed(item, error) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        if not clause_of(item):
            return (yield)
        transcript = item.stash[RECORD].transcript
        transcript.phase = "call"
        try:
            yield
        except NoAnswer as error:
            item.stash[TARGET].must_be_there()
            raise no_answer_is_broken(error) from error
        except ContractBroken as broken:
            prepared = (each for each in transcript.exchanges if each.role == "request")
            for exchange in (broken.exchange, *prepared):  # a claim may rest on what no claim was made of
                if (method := item.stash[TARGET].lacks(exchange)) is not None:
                    raise _not_assessed(item, LacksMethod(method)) from None
            raise
        except OutOfReach as error:
            raise _not_assessed(item, error) from None
        except NotInUse as off:
            raise NotJudged("not-applicable", Reason("settings", detail=str(off))) from None
        finally:
            transcript.phase = "teardown"
        expect = item.stash.get(EXPECT, None)
        if expect is None:
            raise SuiteError("the check claimed nothing")
        try:
            expect.assert_all()
        except OutOfReach as error:
            raise _not_assessed(item, error) from None
        if not transcript.made_by_the_check():
            raise SuiteError("the check sent no request")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
        """Nobody has more rights than the next check needs; at the end they are deleted, whatever comes of this.

        After a target's last check it is asked once more who nobody is, as checks may never have asked.
        """
        try:
            return (yield)
        finally:
            target = item.stash.get(TARGET, None)
            if target is not None and target.gone is None:
                same = nextitem is not None and nextitem.stash.get(TARGET, None) is target
                with suppress(*UNDOING_FAILS):
                    target.stand_down(getattr(nextitem, "fixturenames", ()) if same else ())
                    if not same:
                        with target.gallery.transcript.aside():
                            target.gallery.whoami(verb="GET")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        if not clause_of(item):
            return (yield)
        # pytest's own text of a failure gives way to the result's, and would have it parse whole modules
        item.repr_failure = item._repr_failure_py = _in_a_line  # type: ignore[method-assign, assignment]
        report = yield
        number = item.stash[TARGET_NUMBER]
        found: dict[str, Any] = {
            "target": number,
            "clause": clause_of(item),
            "requests": self.requests_since(number),
        }
        if remarks := self._run.targets[number].gallery.remarks:
            found["remarks"] = remarks
        if self._run.worker is not None and not self._total_reported:
            self._total_reported = True
            found["collected"] = dict(self._run.collection.by_chapter)
        judged = self._judge(item, call, report)
        if judged is not None:
            result, deciding = judged
            record = item.stash[RECORD]
            if result.outcome == "fail" and deciding is not None and (visit := item.stash.get(VISIT, None)) is not None:
                deciding.picture = visit.picture()
            evidence = record.show(deciding) if result.outcome in ("fail", "error") else []
            expect = item.stash.get(EXPECT, None)
            target = item.stash[TARGET]
            if expect is not None and expect.key_accepted:
                target.key_accepted = True
            may_ask = result.outcome != "error" and not (
                result.reason and result.reason.kind in ("environment", "skipped")
            )
            found["accepted"] = target.identities.accepts_a_key() if may_ask else bool(target.key_accepted)
            found["result"] = result.as_plain()
            if result.clause != clause_of(item):  # what this check was to judge stays open
                found["also"] = CheckResult(
                    result.nodeid, clause_of(item), "not-assessed", reason=Reason("blocked", (result.clause,))
                ).as_plain()
            if first := result.outcome == "fail" and (number, result.clause) not in self._shown:
                self._shown.add((number, result.clause))
                found["script"] = self._script(item, result, deciding) if deciding is not None else None
            found["environment"] = [self._fit_to_be_told(item, line) for line in expect.environment] if expect else []
            if result.outcome == "not-applicable" and result.reason and result.reason.kind == "environment":
                found["environment"].append(result.explanation)
            clause = self._run.contract[result.clause]
            waiver = waiver_of(clause.id, self._run.waivers_of(number), result.causes)
            outcome = found["outcome"] = outcome_of(result.outcome, clause.level, waived=waiver is not None)
            item.user_properties += self._properties(number, result)
            gate = self._run.settings.gate
            # once is enough: of further checks of a clause the terminal tells what they found
            known = target.profile.known_for(clause.id, result.causes) if first else None
            told = evidence if first or outcome == "error" else []
            terminal.apply_result(report, result, outcome, told, clause, waiver, gate, known)
        self._seconds = call.duration + (0.0 if call.when == "setup" else self._seconds)
        if call.when == "teardown":
            transcript = item.stash[RECORD].transcript
            found["cost"] = dataclasses.asdict(Cost(transcript.requests, transcript.keyed_requests, self._seconds))
            self.keep(number, transcript.exchanges)
            found["records"] = self._run.drained_records(item.stash[RECORD])
            found["not_implemented"] = sorted(item.stash[TARGET].not_implemented())
            transcript.drop()  # pytest keeps each item to the end
            if EXPECT in item.stash:
                del item.stash[EXPECT]
        report.user_properties = [(name, self._cleaned_value(value)) for name, value in item.user_properties]
        report.sections = [(name, self._run.vault.clean(text)) for name, text in report.sections]
        report.__dict__["piwigo"] = found  # travels with the report, from a worker too
        return report

    def keep(self, number: int, exchanges: Iterable[Exchange]) -> None:
        """Remember what was done on a target as far as later checks may rest on it."""
        self._log[number].add(exchanges)

    def _script(self, item: pytest.Item, result: CheckResult, deciding: Exchange) -> str:
        """The script that does it again."""
        target, clause = item.stash[TARGET], self._run.contract[result.clause]
        own = item.stash[RECORD].transcript.exchanges
        about = [f"{clause.id} ({clause.level}) {clause.statement}", f"Found: {result.message}"]
        if (known := target.profile.known_for(clause.id, result.causes)) is not None:
            about += [f"What helps: {known.remedy}"]
        about += ["Needs bash and curl. Exit code 1: the gallery does it again, 0: it does not, 2: it can't be asked."]
        return Script(target.preflight.url, self._run.vault, self._log[item.stash[TARGET_NUMBER]], own, deciding).text(
            about
        )

    def _judge(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
    ) -> tuple[CheckResult, Exchange | None] | None:
        """What a phase of a check amounts to, and the exchange that decided; None where nothing was decided."""
        error = self._or_the_target_s_end(item, call.excinfo.value if call.excinfo else None)
        expect = item.stash.get(EXPECT, None)
        claimed = expect.last_claimed if expect else None
        outcome: Found
        message, exchange = "; ".join(expect.remarks) if expect else "", claimed
        reason: Reason | None = None
        clause, broken = clause_of(item), _first_of(error, ContractBroken)
        root = self._root(item, broken) if broken and call.when != "teardown" else None
        if error is None:
            if call.when != "call":
                return None
            outcome = "pass"
            if hasattr(report, "wasxfail"):
                outcome, reason = "error", Reason("suite", detail="a check can't be expected to fail: use a waiver")
        elif hindrance := _first_of(error, Hindered):
            outcome, reason = "not-assessed", Reason("environment", detail=str(hindrance))
            report.outcome = "skipped"
        elif root is not None and root[0] in self._run.results.broken[item.stash[TARGET_NUMBER]]:
            outcome, reason, broken = "not-assessed", Reason("blocked", root[:1]), None
            report.outcome = "skipped"
        elif root is not None:
            clause, broken = root
            outcome, message, exchange = "fail", _told(broken), broken.exchange
        elif broken and call.when == "call":
            outcome, message, exchange = "fail", _told(broken), broken.exchange
        elif broken and call.when == "setup":  # what is made ready for a check is not what it claims
            needed = OutOfReach(detail=f"{broken.promised}: {broken.found}")
            outcome, reason = "not-assessed", _not_assessed(item, needed).reason
            report.outcome = "skipped"
        elif isinstance(error, FlakyStrategyDefinition):  # what may come next in a sequence depends on the answers
            changed = "the target answered otherwise when the same was asked once more"
            outcome, reason = "not-assessed", Reason("environment", detail=changed)
            report.outcome = "skipped"
        elif isinstance(error, NotJudged):
            outcome, reason = error.outcome, error.reason
        elif isinstance(error, OutOfReach):
            outcome, reason = "not-assessed", _not_assessed(item, error).reason
            report.outcome = "skipped"
        elif isinstance(error, NotInUse):
            outcome, reason = "not-applicable", Reason("settings", detail=str(error))
            report.outcome = "skipped"
        elif isinstance(error, Skipped):
            outcome, reason = "not-assessed", Reason("skipped", detail=str(error))
        else:
            told = f"in {call.when}: {error}" if isinstance(error, PiwigoContractError) else _named(error)
            # no answer where none is claimed, as from a fixture's call
            elsewhere = isinstance(error, NoAnswer | NoVerdict)
            outcome, reason = "error", Reason("environment" if elsewhere else "suite", detail=told)
        causes = broken.causes if broken and outcome == "fail" else ()
        result = CheckResult(
            nodeid=stable_nodeid(item),
            clause=clause,
            outcome=outcome,
            message=self._fit_to_be_told(item, message) if reason is None else "",
            reason=reason and dataclasses.replace(reason, detail=self._fit_to_be_told(item, reason.detail)),
            curl=exchange.curl(self._run.vault) if exchange is not None else None,
            traceback=self._traceback(item, call) if outcome == "error" else "",
            promised_by=broken.promised_by if broken else None,
            same_example=_same_example(error) if broken and error else None,
            causes=tuple(self._fit_to_be_told(item, cause) for cause in causes),
        )
        return result, exchange

    def _root(self, item: pytest.Item, broken: ContractBroken) -> tuple[str, ContractBroken] | None:
        """The clause, and its break, that a break of another one is a consequence of: see `standing`, `widespread`."""
        if not self._run.contract.clauses.keys() >= {standing.KEY, standing.SESSION}:
            return None  # a contract of somebody's own, without Piwigo's
        target, exchanges = item.stash[TARGET], item.stash[RECORD].transcript.exchanges
        root = (
            standing.good_no_more(target, broken, exchanges)
            or widespread.untold_by_the_status(target, broken)
            or widespread.all_denied(target, broken)
            or standing.sessions_end_with_keys(target, exchanges)
        )
        return None if root is not None and root[0] == clause_of(item) else root

    def _or_the_target_s_end(self, item: pytest.Item, error: BaseException | None) -> BaseException | None:
        """The error itself, or TargetGone where that is what it may come from, and does."""
        broken = _first_of(error, ContractBroken)
        if broken is None:
            may_be = isinstance(error, NoAnswer | SuiteError | NoVerdict | TargetGone | NoMoreAsked)
        else:
            answer = broken.exchange and broken.exchange.answer
            may_be = broken.exchange is not None and (answer is None or answer.envelope is None)
        if may_be:
            try:
                item.stash[TARGET].must_be_there()
            except Hindered as hindrance:
                return hindrance
        return error

    def _fit_to_be_told(self, item: pytest.Item, text: str) -> str:
        return without_times(on_one_line(self._cleaned(item, text)))

    def _cleaned_value(self, value: object) -> object:
        return self._run.vault.clean(value) if isinstance(value, str) else value

    def _cleaned(self, item: pytest.Item, text: str) -> str:
        """A text that may quote the target, which may quote what it was sent."""
        return (
            Cleaner(item.stash[RECORD].transcript.exchanges[-QUOTED_EXCHANGES:], self._run.vault)(text)
            if text
            else text
        )

    def _traceback(self, item: pytest.Item, call: pytest.CallInfo[None]) -> str:
        """Where the suite itself failed; nothing for an error that says all in its one line."""
        if call.excinfo is None or isinstance(call.excinfo.value, PiwigoContractError):
            return ""
        return self._cleaned(item, str(call.excinfo.getrepr(style="short", chain=False)))

    def requests_since(self, number: int) -> int:
        """Requests sent to a target since the last call."""
        sent = self._run.targets[number].gallery.requests_sent
        since = sent - self._counted.get(number, 0)
        self._counted[number] = sent
        return since

    def _properties(self, number: int, result: CheckResult) -> list[tuple[str, object]]:
        target, clause = self._run.targets[number], self._run.contract[result.clause]
        known = target.profile.known_deviations.get(clause.id)
        upstream = known.upstream if known is not None else None
        return junit.properties(result, clause, self._run.contract, target.preflight.url, upstream)


def _in_a_line(excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
    return excinfo.exconly()


def _told(broken: ContractBroken) -> str:
    """What was promised and found, and the request that showed it."""
    asked = request_in_words(broken.exchange) if broken.exchange is not None else ""
    return f"{broken}; asked: {asked}" if asked else str(broken)


def _first_of(error: BaseException | None, kind: type[E]) -> E | None:
    """The error of this kind that an exception is, or that is the first in the group hypothesis makes of several or
    flaky ones.
    """
    if isinstance(error, BaseExceptionGroup):
        return next((found for each in error.exceptions if (found := _first_of(each, kind))), None)
    return error if isinstance(error, kind) else None


def _same_example(error: BaseException) -> str | None:
    """The decorator that hypothesis notes (`print_blob`) of the first failing example that it tells of."""
    notes = "\n".join(getattr(error, "__notes__", ()))
    if found := re.search(r"@reproduce_failure\(.+?\)(?= as a decorator)", notes):
        return found[0]
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return next(filter(None, map(_same_example, inner)), None)


def _not_assessed(item: pytest.Item, error: OutOfReach) -> NotJudged:
    if isinstance(error, LacksMethod):
        item.stash[TARGET].lacking.add(error.method)
    return NotJudged("not-assessed", Reason.of(error))


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
