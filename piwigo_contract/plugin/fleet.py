"""A fleet: the galleries of `--targets-file`, each judged by a run of its own, which pytest sees as one item.

So pytest-xdist distributes galleries, on this machine and on others (`--tx`), memory does not grow with checks, and
what becomes of one gallery is no matter of the others. What is known of one is on disk at once (`results.folder`).
"""

from __future__ import annotations

import dataclasses
import os
import signal
import zlib
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from piwigo_contract import __version__
from piwigo_contract.commands.sweep import left_by_earlier_runs, sweep
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.contract.sources import sources
from piwigo_contract.options import only_lists
from piwigo_contract.plugin.ending import ENDS
from piwigo_contract.plugin.fleet_results import FleetResults
from piwigo_contract.plugin.one_target import SUITE_HERE, Ended, Job, judge
from piwigo_contract.plugin.repeatable import seed_of
from piwigo_contract.provision.speed import quick_first
from piwigo_contract.results.document import suite_commit
from piwigo_contract.results.escaping import escape_ci_commands, escape_unprintable
from piwigo_contract.results.folder import LOG, RESULT, Judged

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

JOBS = "piwigo_fleet"
"""In a worker's input: what there is to be done."""

WORKER = ["-p", "piwigo_contract.plugin", "-p", "no:cacheprovider", "-p", "no:html", f"-c{os.devnull}", "--rootdir=."]
"""The command line of a worker."""

_NOT_PASSED_ON = {
    "baseline", "basetemp", "capture", "collectonly", "compliance_json", "confcutdir", "debug", "dist", "distload",
    "file_or_dir", "gate", "har", "help", "htmlpath", "importmode", "inifilename", "junitprefix", "loadgroup",
    "log_file", "looponfail", "maxfail", "maxprocesses", "maxschedchunk", "maxworkerrestart", "numprocesses",
    "override_ini", "plugins", "px", "report_log", "reportchars", "resume", "rootdir", "rsyncdir", "rsyncignore",
    "secrets_file", "self_contained_html", "sweep", "target", "targets_file", "tbstyle", "testrunuid", "tx", "usepdb",
    "version", "xmlpath"
}  # fmt: skip
"""Options that are the whole run's; all others are those of the run on each gallery, too."""

_OWN_VARIABLES = frozenset(
    f"PIWIGO_{name}"
    for name in ("BASELINE", "GATE", "HAR", "RESUME", "SECRETS_FILE", "SWEEP", "TARGET", "TARGETS_FILE")
)
"""Variables likewise."""


class Gallery(pytest.Item):
    """One gallery, as an item of pytest's."""

    def __init__(self, *, job: Job, **more: Any) -> None:
        super().__init__(**more)
        self.job = job
        self.ended: Ended | None = None

    def runtest(self) -> None:
        self.ended = judge(self.job)
        if self.ended.code:
            raise NotInOrder(self.ended.code)

    def reportinfo(self) -> tuple[Path, None, str]:
        return Path("galleries"), None, ""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, NotInOrder) else super().repr_failure(excinfo)


class NotInOrder(Exception):
    """The run on a gallery ended with another code than 0."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the run on it ended with {'exit code' if code > 0 else 'signal'} {abs(code)}")


class Galleries:
    """The hooks of whatever process judges galleries: a worker, or the only one."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        _watch()

    def pytest_collection(self, session: pytest.Session) -> bool:
        session.items = [
            Gallery.from_parent(session, name=job.url, nodeid=f"galleries::{job.url}", job=job) for job in self._jobs
        ]
        session.testscollected = len(session.items)
        session.config.hook.pytest_collection_finish(session=session)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "call" and isinstance(item, Gallery) and item.ended is not None:
            report.__dict__["piwigo_gallery"] = {
                "url": item.job.url,
                "code": item.ended.code,
                "files": {name: zlib.compress(content, 1) for name, content in item.ended.files.items()},
            }
        return report


def _watch() -> None:
    """Have signals interrupt the run, as in any other: what is known by then is written."""
    for number in ENDS:
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:  # under nohup some are to end nothing
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Fleet:
    """The hooks in the process that the user started."""

    def __init__(self, run: ContractRun) -> None:
        self._run = run
        self._config = run.config
        self._judged = Judged(Path(run.folder, run.settings.compliance_json).parent)
        self._results = FleetResults(run, self._judged)
        self._jobs: list[Job] = []

    @property
    def _writes(self) -> bool:
        return not (only_lists(self._config) or self._run.settings.dry_run)

    def register(self) -> None:
        """Have pytest call these hooks. Raises UsageError where what is to be resumed was made in another way."""
        option = self._config.option
        if self._writes:
            (self._judged.resume if self._run.settings.resume else self._judged.begin)(self._made())
        missing = [url for url in self._run.settings.fleet if url not in self._judged.urls]
        self._jobs = [self._job(url) for url in missing]
        option.htmlpath = None  # a table of checks, of which there are none
        option.tbstyle = "no"
        option.reportchars = option.reportchars.replace("f", "").replace("E", "")
        if not missing and getattr(option, "dist", "no") != "no":
            option.dist, option.tx = "no", []
        if getattr(option, "dist", "no") == "no":
            self._config.pluginmanager.register(Galleries(self._jobs), "piwigo-contract-galleries")
        else:
            # one at a time, so that none waits behind a slow one while others have nothing to do
            option.maxschedchunk = option.maxschedchunk or 1
            # a worker is told all it has to know; a path of this machine may be none of its own
            self._config.invocation_params = pytest.Config.InvocationParams(
                args=WORKER, plugins=None, dir=self._config.invocation_params.dir
            )
        self._config.pluginmanager.register(self, "piwigo-contract-fleet")

    def _made(self) -> dict[str, str]:
        """How the run is made, in words: what a run that goes on with it must have in common."""
        settings, option = self._run.settings, self._config.option
        told = {
            "version": f"{__version__} {suite_commit() or ''}".strip(),
            "-k": option.keyword,
            "-m": option.markexpr,
            "checks": " ".join(self._paths()),
            "--contract": " ".join(str(each.folder) for each in sources() if not each.is_own),
            "--release": settings.release,
            "--effort": settings.effort,
            "--wire": " ".join(sorted(settings.wire)),
            "--waivers": settings.waivers or "",
            "--hypothesis-seed": seed_of(self._config) or "",
            "--hypothesis-profile": self._config.getoption("--hypothesis-profile", default=None) or "",
            "access": " ".join(settings.access()),
        }
        return {name: text for name, text in told.items() if text}

    def _paths(self) -> list[str]:
        """What of the suite was asked for, as any host has it."""
        if self._config.args_source == pytest.Config.ArgsSource.TESTPATHS:
            return []
        here = Path(self._config.invocation_params.dir)
        named = [argument.partition("::") for argument in self._config.args]
        return [
            str((here / path).resolve()).replace(str(SUITE), SUITE_HERE, 1) + mark + name for path, mark, name in named
        ]

    def _job(self, url: str) -> Job:
        settings, row = self._run.settings, self._run.settings.fleet[url]
        options = {
            name: value
            for name, value in vars(self._config.option).items()
            if name not in _NOT_PASSED_ON and _is_plain(value)
        }
        if settings.dry_run:
            options["verbose"] = -2  # all that there is to be told is what would be done
        gate = "standard" if settings.gate == "regression" else settings.gate
        variables = {name: value for name, value in os.environ.items() if name.startswith("PIWIGO_")}
        return Job(
            url,
            (row.url, dict(row.given)),
            {**options, "gate": gate},
            {name: value for name, value in variables.items() if name not in _OWN_VARIABLES},
            self._paths(),
            [name for name in self._config.option.plugins if name != "piwigo_contract.plugin"],
            page=self._run.page is not None,
            archive=settings.har is not None,
        )

    # ------------------------------------------------------------------ before the first gallery

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        _watch()
        settings = self._run.settings
        if not self._writes:
            return
        if settings.resume and not settings.read_only:
            for url in left_by_earlier_runs(self._run.folder, settings.targets):
                sweep(dataclasses.replace(settings, targets=(url,), sweep="yes"), self._run.folder)
        quick = quick_first([job.url for job in self._jobs], settings.trust())
        self._jobs.sort(key=lambda job: quick.index(job.url))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[JOBS] = [dataclasses.asdict(job) for job in self._jobs]

    def pytest_report_header(self) -> list[str]:
        told = len(self._run.settings.fleet)
        stand = f", of which {told - len(self._jobs)} are judged already" if self._judged.urls else ""
        return [f"piwigo-contract {__version__}", f"  {told} galleries, each judged by itself{stand}"]

    # ------------------------------------------------------------------ as each ends

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = report.__dict__.pop("piwigo_gallery", None)
        if found is None:
            return
        files = {name: zlib.decompress(content) for name, content in found["files"].items()}
        if self._writes and RESULT in files:
            self._results.keep(found["url"], files)
            return
        if found["code"] == pytest.ExitCode.NO_TESTS_COLLECTED:
            self._results.nothing_selected(found["url"])
        if LOG in files:
            self._tell(files[LOG].decode("utf-8", "replace"))

    def _tell(self, log: str) -> None:
        """What a run said that left no result."""
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            for line in log.splitlines():
                reporter.write_line(escape_ci_commands(escape_unprintable(line)))

    # ------------------------------------------------------------------ the end

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Once the workers are gone, and before anything is told on the terminal."""
        yield
        if self._writes and session.exitstatus != pytest.ExitCode.USAGE_ERROR:
            session.exitstatus = self._results.write(int(session.exitstatus)).code

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None]:
        yield
        if self._results.ends is not None:
            self._results.tell(terminalreporter)


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float)


def register_in_worker(config: pytest.Config, jobs: Sequence[Mapping[str, Any]]) -> None:
    """Have a worker judge galleries, and do nothing else."""
    config.pluginmanager.register(Galleries([Job(**job) for job in jobs]), "piwigo-contract-galleries")
