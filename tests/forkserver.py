"""Runs pytest in processes of its own, forked from one that has imported everything: that saves 2 s a run.

Reads a line of JSON for each run (see `running.ForkServer`), answers with its pid, and once it is over with that again,
its exit code and the most megabytes that it held.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import multiprocessing
import os
import select
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from forkworkers import fork_workers
from hypothesis.configuration import set_hypothesis_home_dir

SAMPLE = Path(__file__).resolve().parent.parent / "reports" / "sample.json"


def main() -> int:
    answers = os.fdopen(os.dup(1), "w")
    _redirect({"out": os.devnull, "err": os.devnull})
    _warm_up()
    asked, running = os.fdopen(os.dup(0), "rb", buffering=0), dict[int, int]()
    while True:
        for ready in select.select([asked.fileno(), *running], [], [])[0]:
            if ready in running:
                os.close(ready)
                pid, status, used = os.wait4(running.pop(ready), 0)
                _say(answers, pid, os.waitstatus_to_exitcode(status), used.ru_maxrss // 1024)
            elif not (line := asked.readline()):
                return 0
            elif pid := os.fork():
                running[os.pidfd_open(pid)] = pid
                _say(answers, pid)
            else:
                answers.close()
                code = _run(json.loads(line))
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)  # without taking down all that was imported before the fork


def _warm_up() -> None:
    """Import by pytest's own means, so that it rewrites what it always does.

    Away from the checkout, as the runs are: below it the modules of the suite have other names.
    """
    from piwigo_contract import cli
    from piwigo_contract.report.__main__ import main as report

    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        report([str(SAMPLE), "-o", "page.html"])  # compiles the templates
        importlib.import_module("piwigo_contract.reference")  # a run that sends nothing leaves it alone
        cli.main(["--collect-only", "-q", "-p", "no:cacheprovider"])
    from piwigo_contract.client.trust import system_trust
    from piwigo_contract.generation.hypothesis_profiles import make_ready
    from piwigo_contract.results.document import suite_commit

    make_ready()
    suite_commit()
    system_trust()
    sys.stdout.flush()  # else each run says it once more
    gc.freeze()  # what is here now need not be looked through by every run


def _run(asked: dict[str, Any]) -> int:
    os.setsid()  # a signal to the run's group reaches its workers and nobody else
    os.chdir(asked["folder"])
    set_hypothesis_home_dir(".hypothesis")  # else it is where hypothesis was imported
    os.environ.clear()
    os.environ.update(asked["environment"])
    _redirect(asked)
    sys.argv[:] = ["piwigo-contract", *asked["arguments"]]
    if "-n" in asked["arguments"]:
        fork_workers()
    if asked["plain"]:
        return int(pytest.main(asked["arguments"]))
    from piwigo_contract import cli
    from piwigo_contract.plugin import one_target

    # of a fleet, each gallery's process is forked from here: what is warm already need not be made so
    one_target.context_of_processes = lambda: multiprocessing.get_context("fork")

    return cli.main(asked["arguments"])


def _redirect(paths: dict[str, Any]) -> None:
    for number, name in ((1, "out"), (2, "err")):
        with open(paths[name], "ab") as file:
            os.dup2(file.fileno(), number)


def _say(answers: Any, *numbers: int) -> None:
    print(*numbers, file=answers, flush=True)


if __name__ == "__main__":
    sys.exit(main())
