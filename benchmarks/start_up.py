"""Start-up: until the first request comes, beside an empty test under the same plugins; and of `--list-clauses`."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.figures import Round, Spent
from benchmarks.processes import QUIET, SUITE, Failed, ended, environment, spent

PATIENCE = 120.0
"""Seconds in which a request has to come."""


def start(turn: int) -> dict[str, Round]:
    """One round of `start`."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "test_empty.py")
        empty.write_text("def test_empty():\n    pass\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", *QUIET, "--rootdir", folder, str(empty)]
        runs: dict[str, Callable[[], Spent]] = {
            "suite": until_first_request,
            "empty": partial(spent, command, environment()),
        }
        took = {name: runs[name]() for name in sorted(runs, reverse=bool(turn % 2))}
    return {"start": took["suite"].over(took["empty"])}


def until_first_request() -> Spent:
    """What a run takes until it connects to its target; then it is ended."""
    with socket.create_server(("127.0.0.1", 0)) as target, tempfile.TemporaryDirectory() as folder:
        target.settimeout(PATIENCE)
        url = f"http://127.0.0.1:{target.getsockname()[1]}/"
        began = time.perf_counter()
        process = subprocess.Popen(
            [*SUITE, *QUIET, "--target", url], cwd=folder, env=environment(), stdout=subprocess.DEVNULL
        )
        try:
            connection, _ = target.accept()
        except TimeoutError:
            raise Failed(f"no request came within {PATIENCE:g} s") from None
        finally:
            wall = time.perf_counter() - began
            process.kill()
            used = ended(process)
        connection.close()
    return Spent(wall, used.cpu)


def listing(turn: int) -> dict[str, Round]:
    """One round of `listing`, after a first call that keeps byte code and the list."""
    command = str(Path(sys.executable).with_name("piwigo-contract"))
    if not Path(command).exists():
        raise Failed(f"{command} is not there: install the project in this environment")
    commands = {"suite": [command, "--list-clauses"], "python": [sys.executable, "-c", "import argparse"]}
    spent(commands["suite"], environment())
    took = {name: spent(commands[name], environment()) for name in sorted(commands, reverse=bool(turn % 2))}
    return {"listing": took["suite"].over(took["python"])}
