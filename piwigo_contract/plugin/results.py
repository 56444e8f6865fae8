"""From what checks found to what a run says: outcomes gathered, rolled up, written, and the exit code."""

from __future__ import annotations

import datetime
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from piwigo_contract.command_line import write_file
from piwigo_contract.commands.sweep import by_kind
from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.waivers import stale
from piwigo_contract.options import only_lists
from piwigo_contract.plugin import html_page, junit, summary, terminal
from piwigo_contract.plugin.repeatable import seed_of
from piwigo_contract.provision.target import Target
from piwigo_contract.report.ci import step_summary, workflow_commands
from piwigo_contract.report.job_page import append_summary, on_github
from piwigo_contract.report.model import SCRIPT, SCRIPTS, script_name
from piwigo_contract.report.page import render_page
from piwigo_contract.report.words import overall_sentence
from piwigo_contract.results.compare import Change, got_worse
from piwigo_contract.results.document import compliance_document, write_document
from piwigo_contract.results.escaping import on_one_line
from piwigo_contract.results.har.file import Archive, write_har
from piwigo_contract.results.har.pack import Spool
from piwigo_contract.results.outcomes import BROKEN, CheckResult, Cost, roll_up
from piwigo_contract.results.verdicts import Exit, TargetResult, exit_of

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun


class Results:
    """The hooks that gather results and write them. `broken` has the broken clauses of each target, by its number."""

    def __init__(self, run: ContractRun) -> None:
        self._run = run
        self.broken: defaultdict[int, set[str]] = defaultdict(set)
        self._of_checks: dict[int, list[CheckResult]] = {}
        self._accepted: set[int] = set()
        self._remote_requests: dict[int, int] = {}
        self._scripts: dict[tuple[int, str], tuple[str, str]] = {}
        self._costs: defaultdict[int, dict[str, Cost]] = defaultdict(dict)
        self._environment: defaultdict[int, set[str]] = defaultdict(set)
        self._remarks: defaultdict[int, set[str]] = defaultdict(set)
        self._not_implemented: defaultdict[int, set[str]] = defaultdict(set)
        self._interrupted = False
        self._rolled_up: list[TargetResult] | None = None
        self.spool = Spool()
        self._began = time.monotonic()
        self._started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = getattr(report, "piwigo", None)
        if found is None:
            return
        number = found["target"]
        if "result" in found:
            clause = self._run.contract[found["result"]["clause"]]
            junit.name_by_clause(self._run.config, report, clause)
        for key, packed in found.get("records", ()):
            self.spool.put(key, packed)
        if hasattr(report, "node"):
            self._remote_requests[number] = self._remote_requests.get(number, 0) + found["requests"]
        if found.get("accepted"):
            self._accepted.add(number)
        if "cost" in found:
            costs = self._costs[number]
            costs[found["clause"]] = costs.get(found["clause"], Cost()) + Cost(**found["cost"])
        if script := found.get("script"):
            key = (number, found["result"]["clause"])
            self._scripts[key] = min(self._scripts.get(key, (report.nodeid, script)), (report.nodeid, script))
        self._not_implemented[number].update(found.get("not_implemented", ()))
        self._environment[number].update(found.get("environment", ()))
        self._remarks[number].update(found.get("remarks", ()))
        if "result" in found:
            result = CheckResult.of_plain(found["result"])
            results = self._of_checks.setdefault(number, [])
            if result.outcome == "error":  # of a teardown that failed after its check was judged
                results[:] = [each for each in results if each.nodeid != result.nodeid]
            results.append(result)
            results += [CheckResult.of_plain(found["also"])] if "also" in found else []
            if result.outcome == "fail":
                self.broken[number].add(result.clause)

    def add_told_by_worker(self, told: dict[str, Any]) -> None:
        """What a worker did after its last check."""
        for number, requests in enumerate(told["requests"]):
            self._remote_requests[number] = self._remote_requests.get(number, 0) + requests
        for key, packed in told["records"]:
            self.spool.put(key, packed)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, Any] | None:
        return terminal.status(report, letters=not self._run.progress.takes_over)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self._interrupted = isinstance(excinfo.value, KeyboardInterrupt)

    def target_results(self) -> list[TargetResult]:
        """The results so far; once the checks are over they are computed once."""
        if self._rolled_up is None:
            self._rolled_up = [self._target_result(number, target) for number, target in enumerate(self._run.targets)]
        return self._rolled_up

    def _target_result(self, number: int, target: Target) -> TargetResult:
        preflight, settings = target.preflight, target.settings
        return TargetResult(
            url=preflight.url,
            reported_version=preflight.reported_version,
            release=preflight.release,
            access=settings.access(),
            clauses=roll_up(
                self._run.contract,
                profiles()[preflight.release],
                self._of_checks.get(number, ()),
                access=settings.within_reach(),
                waivers=self._run.waivers_of(number),
                stopped=preflight.stopped,
                interrupted=self._interrupted,
                costs=self._costs[number],
            ),
            stopped=preflight.stopped,
            interrupted=self._interrupted,
            credentials_given=settings.owes_a_key,
            key_accepted=number in self._accepted,
            requests=target.gallery.requests_sent + self._remote_requests.get(number, 0),
            not_implemented=sorted(self._not_implemented[number]),
            environment=sorted(
                self._environment[number].union(
                    [on_one_line(preflight.note)] if preflight.note else [], self._of_target(number)
                )
            ),
            left_behind=[
                *(on_one_line(line) for of, line in self._run.ending.left_behind if of == number),
                *(f"{entry.in_words}: kept, as asked for" for entry in self._run.ending.kept[number]),
            ],
        )

    def _of_target(self, number: int) -> set[str]:
        """What is to be said of a target by what it did here or to a worker: see `Gallery.remarks`."""
        return set(map(on_one_line, self._remarks[number].union(self._run.targets[number].gallery.remarks)))

    def document(self) -> dict[str, Any]:
        """compliance.json of the run so far, as plain data."""
        return compliance_document(
            self.target_results(),
            seed=seed_of(self._run.config),
            effort=self._run.settings.effort,
            started=self._started,
            seconds=time.monotonic() - self._began,
        )

    @property
    def judged_something(self) -> bool:
        """Whether checks were collected, in the process that reports and not with `--collect-only`: only then are
        reports written.
        """
        return (
            self._run.worker is None
            and bool(self._run.collection.collected)
            and not only_lists(self._run.config)
            and not self._run.settings.dry_run
        )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        if not self.judged_something:
            return (yield)
        junit.describe_run(self._run.config, self.document())
        yield
        self._rolled_up = None
        ends = self.ends(session.exitstatus)
        self.write(ends)
        session.exitstatus = ends.code

    def ends(self, status: int) -> Exit:
        """How the run ends. status: what pytest would end it with."""
        if status == pytest.ExitCode.INTERNAL_ERROR:
            return Exit(2, "no verdict: the suite failed outside of any check")
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
            return Exit(int(status), "the run was interrupted")
        worse = [change.clause for change in self.worse()]
        ends = exit_of(self.target_results(), self._run.settings.gate, worse=worse, stale=self.stale_waivers())
        foreign = any(not hasattr(report, "piwigo") for report in terminal.failures(self._run.config))
        return Exit(1, "a test that is none of the contract's failed") if foreign and not ends.code else ends

    def worse(self) -> list[Change]:
        """What got worse since the baseline; nothing where there is none."""
        return got_worse(self.document(), self._run.baseline) if self._run.baseline is not None else []

    def write(self, ends: Exit) -> None:
        """Write the reports, once all checks are over."""
        for key, packed in self._run.drained_records():
            self.spool.put(key, packed)
        started_in, settings = self._run.config.invocation_params.dir, self._run.settings
        document = self.document()
        write_document(document, Path(started_in, settings.compliance_json))
        if settings.har is not None:
            write_har(Path(started_in, settings.har), self.archive(ends))
        self._write_scripts(self.scripts_folder)
        if self._run.page is not None:
            archive = self.archive(ends)
            write_file(render_page(document, archive, self._run.contract, baseline=self._run.baseline), self._run.page)
        try:
            append_summary(step_summary(document, ends.sentence, self._run.baseline))
        except OSError as error:
            self._run.notes.append(f"the step summary can't be written: {error.strerror}")

    def annotations(self, ends: Exit) -> Iterator[str]:
        """What GitHub shows beside the summary; nothing elsewhere."""
        if on_github():
            worse = {(change.target, change.clause) for change in self.worse()}
            yield from workflow_commands(self.document(), ends, self._run.settings.gate, worse)

    def scripts(self) -> Iterator[tuple[str, str]]:
        """The scripts that do again what broke clauses, each with its name."""
        for number, target in enumerate(self.target_results()):
            for result in target.clauses:
                if result.outcome in BROKEN and (number, result.clause.id) in self._scripts:
                    yield script_name(number + 1, result.clause.id), self._scripts[number, result.clause.id][1]

    @property
    def scripts_folder(self) -> Path:
        """Where they are: beside the page, or else beside the result."""
        result = Path(self._run.config.invocation_params.dir, self._run.settings.compliance_json)
        return (self._run.page or result).parent / SCRIPTS

    def _write_scripts(self, folder: Path) -> None:
        """Write the scripts, in place of those of an earlier run."""
        for old in folder.glob("*.sh"):
            if SCRIPT.fullmatch(old.name):
                old.unlink()
        for name, text in self.scripts():
            write_file(text, folder / name)
            (folder / name).chmod(0o755)

    def archive(self, ends: Exit) -> Archive:
        """The exchanges that were kept, and what else the page needs that is no part of compliance.json."""
        page = self._run.page
        about = {
            "notes": [*self.notes(), *self._privileged()],
            "pytest_html": page and html_page.pytest_page_beside(self._run.config, page),
            "scripts": dict(self.scripts()),
            "exit": self._run.vault.clean(ends.sentence),
            **({"contract_page": given} if (given := self._run.settings.contract_page) else {}),
        }
        return Archive(self.spool.entries(_when), about)

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        report.title = "Piwigo API compliance"

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        if self._run.page is not None:
            prefix.append(html_page.summary(overall_sentence(self.document()["targets"]), self._run.page))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> Generator[None]:
        """After pytest's own summary, so that it is the last thing on the screen."""
        yield
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and (keyword := self._run.config.option.keyword):
            terminalreporter.write_line(f"no check matches -k {keyword} (--list-clauses shows the ids)")
        if self.judged_something:
            summary.summary(terminalreporter, self._run, self.ends(exitstatus))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            # by the time of pytest_sessionfinish it would be too late for a plugin to leave
            if not self.judged_something:
                html_page.withdraw(self._run.config)

    def notes(self) -> Iterator[str]:
        """What a person should know besides the outcomes: odd releases, things left behind, stale waivers."""
        yield from (target.preflight.note for target in self._run.targets if target.preflight.note)
        for number in range(len(self._run.targets)):
            yield from sorted(self._of_target(number))
        yield from self.stale_waivers()
        for number, line in self._run.ending.left_behind:
            yield f"left behind on {self._run.targets[number].preflight.url}: {line}"
        yield from self._run.notes

    def kept(self) -> Iterator[str]:
        """What was left for `--keep`, by name."""
        for number, entries in self._run.ending.kept.items():
            if entries:
                url = self._run.targets[number].preflight.url
                yield f"kept on {url}: --target {url} --sweep removes it"
                yield from (f"  {line}" for line in by_kind(entries))

    def _privileged(self) -> Iterator[str]:
        """How many throw-away users with the rights of an administrator there were, and for how long."""
        for number, seconds in self._run.ending.privileged_for.items():
            if seconds:
                url = self._run.targets[number].preflight.url
                yield (
                    f"{len(seconds)} throw-away webmasters and administrators were on {url}, none of them for longer "
                    f"than {max(seconds):.0f} s; they were gone before this was written"
                )

    def stale_waivers(self) -> list[str]:
        """Waivers that fail the gate, as they excuse nothing any more."""
        judged = [
            (target.url, str(target.release), {result.clause.id: result.outcome for result in target.clauses})
            for target in self.target_results()
            if target.stopped is None
        ]
        return stale(self._run.waivers, judged)


def _when(key: tuple[int, str]) -> tuple[int, ...]:
    """Sorts what is kept of a target: preflight, checks, clean-up."""
    target, name = key
    return target, {"preflight": 0, "clean-up": 2}.get(name.split(" ")[0], 1)
