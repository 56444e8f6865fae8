"""Processes: the commands that are measured, and the embedded reference in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Spent

ROOT = Path(__file__).resolve().parent.parent

SUITE = [sys.executable, "-m", "piwigo_contract"]
"""`piwigo-contract`."""

QUIET = ["-q", "--tb=no", "-p", "no:cacheprovider"]


class Failed(Exception):
    """Nothing could be measured, in one line."""


@dataclass(frozen=True)
class Place:
    """A target. name: what the table calls it. environment: the variables that give access, and the URL."""

    name: str
    url: str
    environment: dict[str, str]


def environment(**more: str) -> dict[str, str]:
    """This process's without what would steer a run; byte code is kept, as it is for a user."""
    steering = ("PIWIGO_", "PYTEST_", "HYPOTHESIS_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return {**kept, "PYTHONPATH": str(ROOT), "PIWIGO_BROWSER_PATH": "none", **more}


def spent(command: Sequence[str], variables: dict[str, str], codes: Sequence[int] = (0,)) -> Spent:
    """Run a command in an empty folder to its end. Raises Failed where its exit code is none of these."""
    with tempfile.TemporaryDirectory() as folder, open(Path(folder, "out"), "w+b") as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, env=variables, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
        used = ended(process)
        wall = time.perf_counter() - began
        if process.returncode not in codes:
            out.seek(0)
            last = out.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            raise Failed(f"{' '.join(command[:3])} ended with {process.returncode}: {' '.join(last)}")
    return Spent(wall, used.cpu, used.megabytes)


def ended(process: subprocess.Popen[Any]) -> Spent:
    """Wait for a process to end: what it used of processors and memory."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Spent(0.0, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@contextmanager
def first_line_of(*module: str) -> Iterator[Any]:
    """Run a module of Python's in the meantime; what the first line of its output says, which is JSON."""
    command = [sys.executable, "-m", *module]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise Failed(f"{' '.join(module)} does not start")
        yield json.loads(line)
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def reference(release: str = "16.4", *options: str) -> Iterator[Place]:
    """The embedded reference, served by a process of its own. options: of its command line."""
    with first_line_of("piwigo_contract.reference.cli", "--release", release, *options) as banner:
        given = ("webmaster", "account", "api_key", "expired_key", "revoked_key", "expire_command")
        access = {f"PIWIGO_{name.upper()}": banner[name] for name in given}
        yield Place(f"reference {release}", banner["url"], environment(PIWIGO_TARGET=banner["url"], **access))


def given(url: str) -> Place:
    """A target of the user's, with the access that the usual variables give."""
    access = {name: value for name, value in os.environ.items() if name.startswith("PIWIGO_")}
    return Place("target", url, environment(**{**access, "PIWIGO_TARGET": url}))
