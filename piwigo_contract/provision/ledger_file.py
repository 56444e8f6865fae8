"""The ledger on disk: one file for each run and process, so that what a killed run made can be taken away by another.

Lines of JSON: first what run it is, then what is about to be made, the numbers that the target gave it, and that it is
gone. No secret is in it. It is locked as long as its process lives, and deleted once all is gone.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from piwigo_contract.errors import SuiteError, UsageError

if sys.platform != "win32":
    import fcntl

FOLDER = ".piwigo-contract"
"""Folder of the ledgers, where the run is started."""

FORM = 1
"""Version of the form of a ledger."""

_NAME = re.compile(r"[0-9TZ]+-[0-9a-f]{8}-\w+\.jsonl")

Line = Mapping[str, Any]


def folders(beside: Path) -> list[Path]:
    """Where ledgers may be: beside the run, or in the user's folder of states (XDG Base Directory Specification)."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return [beside / FOLDER, Path(state) / "piwigo-contract"]


def new_run() -> str:
    """The name of a run: when it began, and a random number."""
    return f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%SZ}-{os.urandom(4).hex()}"


class LedgerFile:
    """The ledger of one process. Nothing is on disk before the first line is written.

    beside: the folder that the run was started in. worker: which of the run's processes this is.
    """

    def __init__(self, beside: Path, run: str, worker: str = "main") -> None:
        self.run = run
        self._beside = beside
        self._worker = worker
        self._path: Path | None = None
        self._file: int | None = None

    @property
    def path(self) -> Path | None:
        """Where it is; None while there is none."""
        return self._path

    @classmethod
    def taken_over(cls, path: Path, *, patience: float = 0.0) -> LedgerFile | None:
        """The ledger of a process that is gone; None where the process lives, or another one has taken it over.

        patience: seconds to wait for a process that is about to end.
        """
        try:
            file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        except OSError:
            return None
        until = time.monotonic() + patience
        while not (free := _locked(file)) and time.monotonic() < until:
            time.sleep(0.05)  # no event tells of it
        if not free or not path.exists():
            os.close(file)
            return None
        taken = cls(path.parent.parent, path.name.rpartition("-")[0], path.stem.rpartition("-")[2])
        taken._path, taken._file = path, file
        return taken

    def write(self, line: Line) -> None:
        """Add a line; it is with the system when this returns. Raises SuiteError where that can't be."""
        try:
            if self._file is None:
                self._open()
            assert self._file is not None
            os.write(self._file, _encoded(line))
        except OSError as error:
            raise SuiteError(
                f"the ledger of what is made can't be written ({error.strerror}): nothing is made without it"
            ) from error

    def close(self, *, all_gone: bool) -> None:
        """Give it out of hand. all_gone: nothing that stands in it is there any more, so it is deleted."""
        if self._file is None or self._path is None:
            return
        if all_gone:
            self._path.unlink(missing_ok=True)
            with suppress(OSError):  # others' ledgers are in it
                self._path.parent.rmdir()
        os.close(self._file)
        self._file = None

    def _open(self) -> None:
        name = f"{self.run}-{self._worker}.jsonl"
        folder = _writable(folders(self._beside))
        fresh = folder / f".{name}"
        self._file = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        _locked(self._file)
        began = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        os.write(self._file, _encoded({"ledger": FORM, "run": self.run, "pid": os.getpid(), "began": began}))
        # under its name it is locked from the beginning
        self._path = fresh.rename(folder / name)


def _encoded(line: Line) -> bytes:
    return json.dumps(line).encode() + b"\n"


def _locked(file: int) -> bool:
    """Whether nobody else has the file's lock; from now on this process has it, until it ends."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _writable(among: Sequence[Path]) -> Path:
    """The first of these folders that can be written to, made where it is missing. Raises OSError where none can."""
    for folder in among[:-1]:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
    among[-1].mkdir(mode=0o700, parents=True, exist_ok=True)
    return among[-1]


def ledgers(beside: Path, run: str | None = None) -> list[Path]:
    """The ledgers there are, the oldest first. run: of this run alone."""
    return [
        path
        for folder in folders(beside)
        for path in sorted(folder.glob("*.jsonl"))
        if _NAME.fullmatch(path.name) and (run is None or path.name.startswith(f"{run}-"))
    ]


def is_abandoned(path: Path) -> bool:
    """Whether the process that wrote a ledger is gone, and nobody takes away what it made."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return _locked(file)
    finally:
        os.close(file)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a ledger after the first; one that was not written to its end is left out.

    Raises UsageError for a file that is no ledger of a form known here.
    """
    lines = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError):
            lines.append(json.loads(line))
    if not lines or not all(isinstance(line, dict) for line in lines) or lines[0].get("ledger") != FORM:
        raise UsageError(f"{path} is no ledger that this version reads: look into it, and delete it")
    yield from lines[1:]
