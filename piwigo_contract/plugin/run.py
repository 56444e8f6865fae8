"""One run of the contract inside one pytest session: preflight, collection, outcomes, results.

Serially this object does everything. In a distributed run the controller's does the preflight and the
results, and each worker's the checks; what a worker found travels in its reports.
"""

from __future__ import annotations

import dataclasses
import datetime
import logging
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from _pytest.outcomes import Skipped

from piwigo_contract.claims import ContractBroken, Expect, no_answer_is_broken
from piwigo_contract.contract import Contract, in_dependency_order, load_contract
from piwigo_contract.document import compliance_document, write_document
from piwigo_contract.errors import PiwigoContractError, SuiteError, UsageError
from piwigo_contract.exchange import Cleaner, Transcript
from piwigo_contract.gallery import NoAnswer
from piwigo_contract.options import Settings, read_settings
from piwigo_contract.plugin import html_page, terminal
from piwigo_contract.releases import EMBEDDED_RELEASE, ReleaseProfile, choose, profiles
from piwigo_contract.resources import SUITE
from piwigo_contract.site_list import SiteList
from piwigo_contract.suite_index import check_bijection
from piwigo_contract.target import OutOfReach, Plan, Target
from piwigo_contract.vault import Vault
from piwigo_contract.verdicts import CheckResult, Outcome, TargetResult, exit_code, roll_up
from piwigo_contract.waivers import Waiver, load_waivers

TARGET = pytest.StashKey[Target]()
EXPECT = pytest.StashKey[Expect]()
TRANSCRIPT = pytest.StashKey[Transcript]()
TARGET_NUMBER = pytest.StashKey[int]()


SHOWN_EXCHANGES = 20
"""Exchanges of a check that are kept as evidence: the last ones, which led to the break."""


EMBEDDED_SITE_LIST = SiteList(added=("pwg.images.delete",), removed=("pwg.extensions.ignoreUpdate",))
"""The embedded reference is a gallery with a list of its own, so that such a list is tried out as well."""


class NotJudged(Skipped):
    """Ends a check before it is made; `outcome` says whether it is not assessed or not applicable."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


class ContractRun:
    """The hooks of a run that may collect the contract. If it turns out not to, they leave no trace."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        self.vault = Vault()
        self.settings = Settings()
        self.contract = Contract({}, {})
        self.waivers: list[Waiver] = []
        self.targets: list[Target] = []
        self.results: list[list[CheckResult]] = []
        self.notes: list[str] = []
        self.collected = 0
        self.interrupted = False
        self._embedded: Any = None
        self._sigterm: Any = None
        self._broken: set[tuple[int, str]] = set()
        self._accepted: set[int] = set()
        self._remote_requests: dict[int, int] = {}
        self._counted: dict[int, int] = {}
        self._results: list[TargetResult] | None = None
        self._began = time.monotonic()
        self._started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")

    # ------------------------------------------------------------------ before the first check

    def prepare(self) -> None:
        """Read contract, options and waivers. Raises pytest.UsageError, before anything is sent or written."""
        try:
            self.contract = load_contract()
            check_bijection(self.contract)
            self.settings = read_settings(self.config)
            if self.settings.waivers:
                self.waivers = list(load_waivers(self.settings.waivers, self.contract))
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        for name in ("httpx", "httpcore"):  # at lower levels they log URLs and headers, and so keys
            logging.getLogger(name).setLevel(logging.WARNING)
        # CI and `timeout` end a run so; it must clean up behind itself as after Ctrl-C
        if threading.current_thread() is threading.main_thread():
            self._sigterm = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self._set_up_targets()
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
        self.results = [[] for _ in self.targets]
        if self.targets and all(target.plan.stopped for target in self.targets):
            self._stop(session)

    def _set_up_targets(self) -> None:
        if self.worker is not None:
            share = int(self.worker["workercount"])
            for row, credentials in self.worker["piwigo_targets"]:
                settings = self._own_settings(credentials)
                plan = Plan(**row)
                self.targets.append(Target(plan.url, settings, self.vault, plan, share=share))
            return
        if self.config.option.collectonly:
            release = choose(None, self.settings.release).profile.release
            urls = self.settings.targets or ("http://embedded.invalid/",)
            settings = dataclasses.replace(
                self.settings, site_list=self.settings.site_list if self.settings.targets else self._site_list
            )
            self.targets = [Target(url, settings, self.vault, Plan(url, release)) for url in urls]
            return
        if self.settings.targets:
            self.targets = [Target(url, self.settings, self.vault) for url in self.settings.targets]
        else:
            self.targets = [self._embedded_target()]
        for target in self.targets:
            target.inspect()

    def _embedded_target(self) -> Target:
        from piwigo_contract.reference import Reference, start

        release = EMBEDDED_RELEASE if self.settings.release == "auto" else self.settings.release
        self._embedded = start(Reference(release=release, site_list=self._site_list), port=0)
        target = Target(self._embedded.url, self._own_settings(self._embedded.banner), self.vault)
        target.plan.lines.append("no --target: testing the embedded reference server")
        return target

    def _own_settings(self, banner: dict[str, str] | None) -> Settings:
        """The settings for the embedded reference, which come with credentials of its own."""
        if banner is None:
            return self.settings
        user, _, password = banner["webmaster"].partition(":")
        return dataclasses.replace(
            self.settings,
            webmaster=(user, password),
            api_key=banner["api_key"],
            expired_key=banner["expired_key"],
            revoked_key=banner["revoked_key"],
            expire_command=banner["expire_command"],
            site_list=self._site_list,
        )

    @property
    def _site_list(self) -> SiteList:
        """What the embedded reference forbids to keys besides its release, and does not."""
        return self.settings.site_list or EMBEDDED_SITE_LIST

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the plans, and the embedded reference's credentials, to a worker."""
        banner = self._embedded.banner if self._embedded else None
        node.workerinput["piwigo_targets"] = [(dataclasses.asdict(target.plan), banner) for target in self.targets]

    def _stop(self, session: pytest.Session) -> None:
        """No target can be judged: say so in the reports, and end."""
        self._write(session)
        html_page.write_now(self.config, session)
        reason = "; ".join(str(target.plan.stopped) for target in self.targets)
        # pytest itself says the reason on stderr; its terminal reporter would say it a second time
        self.config.pluginmanager.unregister(name="terminalreporter")
        pytest.exit(f"no verdict: {reason}", returncode=2)

    def pytest_report_header(self) -> list[str]:
        return terminal.header(self.targets) if self.worker is None and not self.config.option.collectonly else []

    # ------------------------------------------------------------------ collection

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if len(self.targets) > 1 and metafunc.definition.get_closest_marker("clause"):
            metafunc.fixturenames.append("target_number")
            numbers = [number for number, target in enumerate(self.targets) if not target.plan.stopped]
            metafunc.parametrize("target_number", numbers, ids=[f"target{n + 1}" for n in numbers])
        for fixture in _LISTS:
            if fixture in metafunc.fixturenames:
                methods = dict.fromkeys(method for target in self.targets for method in _methods(fixture, target))
                metafunc.parametrize(fixture, list(methods), ids=str, indirect=True)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        ours = [item for item in items if _clause_of(item)]
        for item in ours:
            if _clause_of(item) not in self.contract.clauses:
                raise pytest.UsageError(f"{item.nodeid}: {_clause_of(item)} is no clause of the contract")
            callspec = getattr(item, "callspec", None)
            number = callspec.params.get("target_number") if callspec else None
            item.stash[TARGET_NUMBER] = self._only_target() if number is None else number
            item.stash[TARGET] = self.targets[item.stash[TARGET_NUMBER]]
        ours = [item for item in ours if _is_of_its_target(item)]
        self.collected = len(ours)
        order = in_dependency_order(self.contract, self.contract.clauses)
        ours.sort(key=lambda item: (item.stash[TARGET_NUMBER], order.index(_clause_of(item))))
        items[:] = [item for item in items if not _clause_of(item)] + ours

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        try:
            return (yield)
        except BaseException:
            html_page.withdraw(self.config)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            # by the time of pytest_sessionfinish it would be too late for a plugin to leave
            if not self.judged_something:
                html_page.withdraw(self.config)

    def _only_target(self) -> int:
        return next((n for n, target in enumerate(self.targets) if not target.plan.stopped), 0)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self.collected = max(self.collected, len(ids))

    # ------------------------------------------------------------------ one check

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if not _clause_of(item):
            return
        target = item.stash[TARGET]
        item.stash[TRANSCRIPT] = target.gallery.transcript = Transcript()
        clause = self.contract[_clause_of(item)]
        if target.plan.release not in clause.releases:
            raise NotJudged("not-applicable", f"no promise of {target.plan.release}")
        if target.gone is not None:
            raise SuiteError(target.gone)
        number = item.stash[TARGET_NUMBER]
        for needed in self.contract.prerequisites(clause.id):
            if (number, needed) in self._broken:
                raise NotJudged("not-assessed", f"blocked by {needed}, which is broken")
        try:
            for need in clause.access:
                target._needs(need)
        except OutOfReach as error:
            raise NotJudged("not-assessed", str(error)) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        if not _clause_of(item):
            return (yield)
        transcript = item.stash[TRANSCRIPT]
        transcript.phase = "call"
        try:
            yield
        except NoAnswer as error:
            if item.stash[TARGET].still_there():
                raise no_answer_is_broken(error) from error
            raise SuiteError(str(item.stash[TARGET].gone)) from error
        except OutOfReach as error:
            raise NotJudged("not-assessed", str(error)) from None
        finally:
            transcript.phase = "teardown"
        expect = item.stash.get(EXPECT, None)
        if expect is None:
            raise SuiteError("the check claimed nothing")
        expect.settle()
        if not transcript.sent_by_the_check():
            raise SuiteError("the check sent no request")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if not _clause_of(item):
            return report
        number = item.stash[TARGET_NUMBER]
        found: dict[str, Any] = {"target": number, "requests": self._requests_since(number), "notes": self._drained()}
        result = self._judge(item, call, report)
        if result is not None:
            found["accepted"] = bool((expect := item.stash.get(EXPECT, None)) and expect.key_accepted)
            if result.outcome == "error":
                result = dataclasses.replace(result, traceback=self._traceback(item, call))
            found["result"] = dataclasses.asdict(result)
            terminal.dress(
                report, result, self.contract[result.clause], self._waiver_for(number, result), self.settings
            )
        report.sections = [(name, self.vault.clean(text)) for name, text in report.sections]
        report.__dict__["piwigo"] = found  # travels with the report, from a worker too
        return report

    def _judge(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> CheckResult | None:
        """What a phase of a check amounts to; None for a phase in which nothing was decided."""
        error = call.excinfo.value if call.excinfo else None
        expect = item.stash.get(EXPECT, None)
        claimed = expect.last_claimed if expect else None
        outcome: Outcome
        message, exchange, broken = "; ".join(expect.remarks) if expect else "", claimed, None
        if error is None:
            if call.when != "call":
                return None
            outcome = "pass"
            if hasattr(report, "wasxfail"):
                outcome, message = "error", "a check can't be expected to fail: use a waiver"
        elif (broken := _contract_broken(error)) and call.when == "call":
            outcome, message, exchange = "fail", str(broken), broken.exchange
        elif isinstance(error, NotJudged):
            outcome, message = error.outcome, str(error)
        elif isinstance(error, OutOfReach):
            outcome, message = "not-assessed", str(error)
            report.outcome = "skipped"
        elif isinstance(error, Skipped):
            outcome, message = "not-assessed", str(error)
        else:
            outcome = "error"
            message = f"in {call.when}: {error}" if isinstance(error, PiwigoContractError) else _named(error)
        return CheckResult(
            nodeid=_neutral_nodeid(item),
            clause=_clause_of(item),
            outcome=outcome,
            message=self._cleaned(item, message),
            curl=exchange.curl(self.vault) if exchange is not None else None,
            evidence=self._evidence(item) if outcome in ("fail", "error") else (),
            promised_by=broken.promised_by if broken else None,
        )

    def _cleaned(self, item: pytest.Item, text: str) -> str:
        """A text that may quote the target, which may quote what it was sent."""
        return Cleaner(item.stash[TRANSCRIPT].exchanges[-SHOWN_EXCHANGES:], self.vault)(text) if text else text

    def _evidence(self, item: pytest.Item) -> list[dict[str, Any]]:
        made = [exchange for exchange in item.stash[TRANSCRIPT].exchanges if exchange.made_during == "call"]
        return [exchange.evidence(self.vault) for exchange in made[-SHOWN_EXCHANGES:]]

    def _traceback(self, item: pytest.Item, call: pytest.CallInfo[None]) -> str:
        """Where the suite itself failed; nothing for an error that says all in its one line."""
        if call.excinfo is None or isinstance(call.excinfo.value, PiwigoContractError):
            return ""
        return self._cleaned(item, str(call.excinfo.getrepr(style="short", chain=False)))

    def _requests_since(self, number: int) -> int:
        sent = self.targets[number].gallery.requests_sent
        since = sent - self._counted.get(number, 0)
        self._counted[number] = sent
        return since

    def _drained(self) -> list[str]:
        drained, self.notes = (self.notes, []) if self.worker is not None else ([], self.notes)
        return drained

    def _waiver_for(self, number: int, result: CheckResult) -> Waiver | None:
        return next((w for w in self._waivers_of(number) if w.clause == result.clause and not w.expired), None)

    def _waivers_of(self, number: int) -> list[Waiver]:
        plan = self.targets[number].plan
        return [waiver for waiver in self.waivers if waiver.speaks_of(plan.url, plan.release)]

    # ------------------------------------------------------------------ results

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = getattr(report, "piwigo", None)
        if found is None:
            return
        number = found["target"]
        if hasattr(report, "node"):
            self._remote_requests[number] = self._remote_requests.get(number, 0) + found["requests"]
            self.notes += found["notes"]
        if found.get("accepted"):
            self._accepted.add(number)
        if "result" in found:
            result = CheckResult(**found["result"])
            earlier = [each for each in self.results[number] if each.nodeid == result.nodeid]
            if earlier and result.outcome == "error":  # a teardown that failed after its check was judged
                self.results[number].remove(earlier[0])
            self.results[number].append(result)
            if result.outcome == "fail":
                self._broken.add((number, result.clause))

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, Any] | None:
        return terminal.status(report)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.interrupted = isinstance(excinfo.value, KeyboardInterrupt)

    def target_results(self) -> list[TargetResult]:
        """The results so far, rolled up; the same object each time, once the checks are over."""
        if self._results is None:
            self._results = [self._target_result(number, target) for number, target in enumerate(self.targets)]
        return self._results

    def _target_result(self, number: int, target: Target) -> TargetResult:
        plan, settings = target.plan, target.settings
        return TargetResult(
            url=plan.url,
            reported_version=plan.reported_version,
            release=plan.release,
            access=settings.access(),
            clauses=roll_up(
                self.contract,
                profiles()[plan.release],
                self.results[number] if self.results else (),
                access=settings.within_reach(),
                waivers=self._waivers_of(number),
                stopped=plan.stopped,
                interrupted=self.interrupted,
            ),
            stopped=plan.stopped,
            interrupted=self.interrupted,
            credentials_given=settings.gives_credentials,
            key_accepted=number in self._accepted,
            requests=target.gallery.requests_sent + self._remote_requests.get(number, 0),
        )

    def document(self) -> dict[str, Any]:
        return compliance_document(
            self.target_results(),
            seed=_seed(self.config),
            started=self._started,
            seconds=time.monotonic() - self._began,
        )

    @property
    def judged_something(self) -> bool:
        return self.worker is None and bool(self.collected) and not self.config.option.collectonly

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        if not self.judged_something:
            return (yield)
        yield
        self._write(session)
        foreign_failure = session.exitstatus == 1 and any(
            not hasattr(report, "piwigo") for report in terminal.failures(self.config)
        )
        if session.exitstatus in (0, 1, 5):
            code = exit_code(self.target_results(), strict=self.settings.strict)
            session.exitstatus = code or (1 if foreign_failure else 0)
        elif session.exitstatus == 3:
            session.exitstatus = 2

    def _write(self, session: pytest.Session) -> None:
        write_document(self.document(), Path(self.config.invocation_params.dir, self.settings.compliance_json))

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        report.title = "Piwigo API compliance"

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        prefix.append(html_page.compliance_section(self.target_results(), self.contract, self.document()))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.judged_something:
            terminal.summary(terminalreporter, self)

    # ------------------------------------------------------------------ the end

    def clean_up(self) -> None:
        for target in self.targets:
            target.gallery.transcript = Transcript()
            self.notes += [f"left behind on {target.plan.url}: {self.vault.clean(line)}" for line in target.clean_up()]

    def pytest_unconfigure(self) -> None:
        if self._sigterm is not None:
            signal.signal(signal.SIGTERM, self._sigterm)
        for target in self.targets:
            target.gallery.close()
        if self._embedded is not None:
            self._embedded.stop()


def _clause_of(item: pytest.Item) -> str:
    marker = item.get_closest_marker("clause")
    return cast(str, marker.args[0]) if marker else ""


_LISTS: Mapping[str, Callable[[SiteList, ReleaseProfile], Sequence[str]]] = {
    "forbidden_method": lambda site, profile: [m for m in profile.forbidden_methods if m not in site.removed],
    "added_method": SiteList.added_to,
    "removed_method": SiteList.removed_from,
}
"""Fixtures that stand for each method of a list in turn; the lists differ by release and site."""


def _methods(fixture: str, target: Target) -> Sequence[str | None]:
    """What the fixture stands for on this target; None, for the reason to be told, where that is nothing."""
    methods = _LISTS[fixture](target.settings.site_list or SiteList(), profiles()[target.plan.release])
    return list(methods) or [None]


def _is_of_its_target(item: pytest.Item) -> bool:
    """Of several targets' lists together, each target is asked about its own."""
    callspec = getattr(item, "callspec", None)
    params = callspec.params if callspec else {}
    return all(params[fixture] in _methods(fixture, item.stash[TARGET]) for fixture in _LISTS if fixture in params)


def _neutral_nodeid(item: pytest.Item) -> str:
    """The check's id under `suite/`, the same in a checkout and in an installed package."""
    inside = SUITE in item.path.parents
    path = Path("suite", item.path.relative_to(SUITE)).as_posix() if inside else item.nodeid.split("::")[0]
    return "::".join([path, *item.nodeid.split("::")[1:]])


def _contract_broken(error: BaseException | None) -> ContractBroken | None:
    """The break that an exception is, or that is the first in the group hypothesis makes of several or flaky ones."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(_contract_broken, error.exceptions)), None)
    return error if isinstance(error, ContractBroken) else None


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _seed(config: pytest.Config) -> str | None:
    return cast("str | None", config.getoption("--hypothesis-seed", default=None))


def iter_notes(run: ContractRun) -> Iterator[str]:
    """What a person should know besides the outcomes: odd releases, things left behind, stale waivers."""
    for target, result in zip(run.targets, run.target_results(), strict=True):
        if target.plan.note:
            yield target.plan.note
        yield from result.stale_waivers()
    yield from run.notes
