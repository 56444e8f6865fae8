"""Whole runs of `piwigo-contract`, as a user would start them, and what they leave behind."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from piwigo_contract.contract.clauses import Contract
from piwigo_contract.contract.resources import SUITE

ROOT = Path(__file__).resolve().parent.parent
QUICK = [str(SUITE / "test_header.py"), str(SUITE / "test_rejection.py")]
"""The chapters that take no time, for tests in which it does not matter which ones run."""

FEW_CHECKS = [*QUICK, "--effort", "quick"]
"""A few checks of each of their clauses: for tests in which it does not matter what checks find, either."""

REFERENCE = [sys.executable, "-m", "piwigo_contract.reference.cli"]
"""`piwigo-reference`, as a user would start it."""


@contextmanager
def reference_command(*arguments: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """`piwigo-reference` with what its first line says; interrupted at the end, where the test has not ended it."""
    process = subprocess.Popen([*REFERENCE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline() or "{}"), process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)


TABLES = {"HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis")}
"""Has hypothesis read its table of characters, and the constants in modules, where it keeps those of these tests: it
takes each process that has them not 3 s to find them. For processes that get ready, and runs without generated checks.
"""

PATIENCE = float(os.environ.get("PATIENCE", "240"))
"""Seconds that a run may take before its test fails."""


@dataclass(frozen=True)
class Run:
    """A finished run. `folder` is where it was started, and where its reports are. megabytes: the most that it held."""

    code: int
    out: str
    err: str
    folder: Path
    megabytes: int = 0

    @cached_property
    def document(self) -> dict[str, Any]:
        return json.loads((self.folder / "reports" / "compliance.json").read_text(encoding="utf-8"))

    @property
    def page(self) -> str:
        return (self.folder / "reports" / "compliance.html").read_text(encoding="utf-8")

    def target(self, number: int = 0) -> dict[str, Any]:
        return self.document["targets"][number]

    def clause(self, clause_id: str, number: int = 0) -> dict[str, Any]:
        return next(clause for clause in self.target(number)["clauses"] if clause["id"] == clause_id)

    def outcomes(self, number: int = 0) -> dict[str, str]:
        return {clause["id"]: clause["outcome"] for clause in self.target(number)["clauses"]}

    def with_outcome(self, *outcomes: str, number: int = 0) -> set[str]:
        return {clause_id for clause_id, outcome in self.outcomes(number).items() if outcome in outcomes}

    def files(self) -> dict[Path, bytes]:
        """Everything that the run wrote."""
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@dataclass
class Started:
    """A run that is under way. `pid` is also the number of its process group."""

    pid: int
    folder: Path
    server: ForkServer

    def interrupt(self, with_signal: signal.Signals) -> None:
        """What Ctrl-C in a terminal (SIGINT) or `timeout` (SIGTERM) does: the signal goes to the whole group."""
        os.killpg(self.pid, with_signal)

    def finish(self) -> Run:
        code, megabytes = self.server.how_it_ended(self.pid)
        out, err = (self.folder.parent / f"{self.folder.name}.{name}" for name in ("out", "err"))
        return Run(code, out.read_text("utf-8", "replace"), err.read_text("utf-8", "replace"), self.folder, megabytes)


class ForkServer:
    """Starts runs, each in a process of its own."""

    def __init__(self) -> None:
        environment = {**clean_environment(), **TABLES, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("forkserver.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # what a buffer holds is nothing that select() would tell of
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        self._ended: dict[int, tuple[int, int]] = {}
        """By pid, the exit code and megabytes of each run that is over and was not asked about yet."""

    def start(self, folder: Path, *arguments: str, plain: bool = False, **environment: str) -> Started:
        """Start `piwigo-contract ARGUMENTS` in `folder`; or, for `plain`, pytest with this plugin."""
        folder.mkdir(parents=True, exist_ok=True)
        request = {
            "folder": str(folder),
            "arguments": [*(("-p", "piwigo_contract.plugin") if plain else ()), *arguments],
            "plain": plain,
            "environment": {**clean_environment(), "PYTHONPATH": str(ROOT), **environment},
            **{name: str(folder.parent / f"{folder.name}.{name}") for name in ("out", "err")},
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        while (begun := self._next_of_those_begun()) is None:
            pass
        return Started(begun, folder, self)

    def how_it_ended(self, pid: int) -> tuple[int, int]:
        """The exit code of a run, and its megabytes, once it is over; one that takes too long is ended."""
        while pid not in self._ended:
            self._next_of_those_begun(pid)
        return self._ended.pop(pid)

    def _next_of_those_begun(self, waited_for: int | None = None) -> int | None:
        """The pid that the server's next answer tells of a run that begins; None where it tells of one that ended."""
        answers = self._process.stdout
        assert answers is not None
        if not select.select([answers], [], [], PATIENCE)[0]:
            if waited_for is not None:
                os.killpg(waited_for, signal.SIGKILL)
            raise TimeoutError(f"no answer after {PATIENCE} s")
        pid, *ended = [int(number) for number in answers.readline().split()]
        if not ended:
            return pid
        self._ended[pid] = ended[0], ended[1]
        return None

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


def by_browser(contract: Contract) -> set[str]:
    """The clauses that take a browser, which runs of tests have not: see clean_environment."""
    return {clause.id for clause in contract.clauses.values() if "browser" in clause.access}


def clean_environment() -> dict[str, str]:
    """This process's environment without what would steer a run."""
    steering = ("PIWIGO_", "PYTEST_", "HYPOTHESIS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering) and name != "CI"}
    # with or without a browser on this machine, a run does the same
    return {**kept, "COLUMNS": "200", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "PIWIGO_BROWSER_PATH": "none"}
