"""Runs of the contract in processes of their own, forked from one that has imported and collected everything.

That saves two seconds a run. It takes an operating system that can fork.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from piwigo_contract import cli
from piwigo_contract.client.trust import system_trust
from piwigo_contract.generation.hypothesis_profiles import make_ready
from piwigo_contract.plugin.item import NotJudged, clause_of
from piwigo_contract.plugin.run import EMBEDDED, ContractRun
from piwigo_contract.reference import Reference
from piwigo_contract.results.document import suite_commit
from piwigo_contract.results.reasons import Reason

PATIENCE = 1800
"""Seconds after which a run is ended."""

NOTES = "notes"
"""File in the folder of a run."""


@dataclass(frozen=True)
class Job:
    """One run to make.

    name: for the output. clauses: ids of those whose checks run, None for all. arguments: more of pytest's.
    plugins: functions without arguments, each of which makes an object with pytest hooks. number: free for the caller.
    every_check: also those of a clause that is red already.
    """

    name: str
    reference: Reference
    clauses: frozenset[str] | None = None
    arguments: tuple[str, ...] = ()
    plugins: tuple[Callable[[], object], ...] = ()
    number: int = 0
    every_check: bool = False


@dataclass(frozen=True)
class Run:
    """A run that is over.

    code: its exit code, negative for the signal that ended it. seconds: by the clock; cpu: of computing.
    document: what its compliance.json holds, None where it wrote none. output: what it printed.
    notes: lines that a plugin of the job wrote to the file NOTES.
    """

    job: Job
    code: int
    seconds: float
    cpu: float
    document: Mapping[str, Any] | None
    output: str = field(repr=False)
    notes: tuple[str, ...] = ()

    def outcomes(self) -> dict[str, str]:
        """The outcome of each clause, by id."""
        return {row["id"]: row["outcome"] for row in self.clauses()}

    def reasons(self) -> dict[str, str]:
        """Why, by the clause's id."""
        return {row["id"]: row["reason"] for row in self.clauses()}

    def clauses(self) -> list[dict[str, Any]]:
        """The rows of the clauses, as compliance.json has them."""
        return self.document["targets"][0]["clauses"] if self.document else []


class _JobPlugin:
    """The pytest plugin that applies a job: the embedded target, and the selection of checks.

    Once a clause is red its other checks are skipped, unless the job wants every one; nothing is cleaned up: the
    embedded target ends with the run.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._red: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[EMBEDDED] = self._job.reference

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._job.clauses is not None:
            items[:] = [item for item in items if clause_of(item) in self._job.clauses]

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        run = session.config.pluginmanager.getplugin("piwigo-contract-run")
        assert isinstance(run, ContractRun)
        run.ending.clean_up = lambda: None  # type: ignore[method-assign]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if clause_of(item) in self._red and not self._job.every_check:
            raise NotJudged("not-assessed", Reason("not-selected", detail="its clause is red already"))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        result = getattr(report, "piwigo", {}).get("result")
        if result is not None and result["outcome"] == "fail" and result["promised_by"] is None:
            self._red.add(result["clause"])


class _Index:
    """Where the checks of each clause are, and which fixtures they ask for."""

    def __init__(self) -> None:
        self.modules: dict[str, set[str]] = {}
        self.fixtures: dict[str, set[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            self.modules.setdefault(clause_of(item), set()).add(str(item.path))
            self.fixtures.setdefault(clause_of(item), set()).update(getattr(item, "fixturenames", ()))


class RunPool:
    """Starts runs. Making one imports and collects the suite, which takes a few seconds.

    arguments: pytest's, of each run; those that count when a chapter is imported are no use in a job's own.
    """

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        index = _Index()
        quiet = ["--collect-only", "-q", "-p", "no:cacheprovider", *arguments]
        with (
            _tables_kept_in(Path("reports", ".hypothesis").absolute()),
            Path(os.devnull).open("w") as nowhere,
            contextlib.redirect_stdout(nowhere),
            # pytest gives modules other names where they are below the folder that a run is started in
            tempfile.TemporaryDirectory() as elsewhere,
            contextlib.chdir(elsewhere),
        ):
            code = cli.main(quiet, plugins=[index])
            make_ready()
        if code != 0:
            raise RuntimeError(f"the suite can't be collected: pytest's exit code is {code}")
        self._index = index
        suite_commit()  # kept from here on
        system_trust()
        gc.collect()

    def fixtures(self, clauses: Collection[str] | None) -> set[str]:
        """The names of the fixtures that the checks of these clauses (None: of all) ask for."""
        return {name for clause in clauses or self._index.fixtures for name in self._index.fixtures[clause]}

    def run_all(self, jobs: Iterable[Job], processes: int) -> Iterator[Run]:
        """Make the runs, so many at a time; gives each as soon as it is over."""
        waiting = iter(jobs)
        running: dict[int, tuple[Job, Path, float]] = {}
        with tempfile.TemporaryDirectory(prefix="piwigo-contract-") as folder:
            number = 0
            try:
                while True:
                    while len(running) < processes and (job := next(waiting, None)) is not None:
                        number += 1
                        place = Path(folder, str(number))
                        place.mkdir()
                        running[self._start(job, place)] = job, place, time.monotonic()
                    if not running:
                        return
                    pid, status, used = os.wait3(0)
                    job, place, began = running.pop(pid)
                    took = time.monotonic() - began, used.ru_utime + used.ru_stime
                    yield _result(job, place, os.waitstatus_to_exitcode(status), *took)
            finally:
                for pid in running:
                    os.kill(pid, signal.SIGTERM)
                for pid in running:
                    os.waitpid(pid, 0)

    def _start(self, job: Job, place: Path) -> int:
        """Fork a process that makes the run; gives its id."""
        sys.stdout.flush()
        sys.stderr.flush()
        gc.freeze()  # keeps the garbage collector from scanning what the parent made
        pid = os.fork()
        if pid:
            return pid
        code = 2
        try:
            signal.alarm(PATIENCE)
            code = self._make(job, place)
        finally:  # a child must never return from here, whatever happened
            if sys.exc_info()[1] is not None:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _make(self, job: Job, place: Path) -> int:
        with (place / "output").open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.chdir(place)
        for name in [name for name in os.environ if name.startswith(("PIWIGO_", "PYTEST_ADDOPTS"))]:
            del os.environ[name]
        reference = job.reference
        arguments = ["--release", reference.release, "-q", "--tb=no", "--compliance-json", "compliance.json"]
        # assertion rewriting details are not read here, and cost up to a fifth of a short run
        arguments += ["--assert=plain", "-p", "no:html", "-p", "no:cacheprovider", "-p", "no:xdist"]
        # the same for logs; and the check for unraisable exceptions collects garbage ten times at the end
        arguments += ["-p", "no:logging", "-p", "no:unraisableexception"]
        arguments += [*self._arguments, *job.arguments]
        if job.clauses is not None:
            arguments += sorted({path for clause in job.clauses for path in self._index.modules[clause]})
        return cli.main(arguments, plugins=[_JobPlugin(job), *(make() for make in job.plugins)])


@contextlib.contextmanager
def _tables_kept_in(folder: Path) -> Iterator[None]:
    """Have hypothesis read there, or write, what takes it seconds to find: characters, constants of modules."""
    given = os.environ.get("HYPOTHESIS_STORAGE_DIRECTORY")
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = given or str(folder)
    set_hypothesis_home_dir(os.environ["HYPOTHESIS_STORAGE_DIRECTORY"])
    try:
        yield
    finally:
        if given is None:
            del os.environ["HYPOTHESIS_STORAGE_DIRECTORY"]


def _result(job: Job, place: Path, code: int, seconds: float, cpu: float) -> Run:
    written = place / "compliance.json"
    document = json.loads(written.read_text(encoding="utf-8")) if written.exists() else None
    noted = place / NOTES
    notes = tuple(noted.read_text(encoding="utf-8").splitlines()) if noted.exists() else ()
    return Run(job, code, seconds, cpu, document, (place / "output").read_text("utf-8", "replace"), notes)
