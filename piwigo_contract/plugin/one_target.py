"""A run on one gallery of a fleet, in a process of its own: whatever becomes of it is the others' no matter."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path
from typing import Any

import pytest

from piwigo_contract.contract.resources import SUITE
from piwigo_contract.options import own_arguments
from piwigo_contract.report.model import SCRIPTS
from piwigo_contract.results.folder import ARCHIVE, LOG, PAGE, RESULT

SUITE_HERE = "{suite}"
"""Stands for the folder of the checks, which each host has elsewhere."""

WARM = ["pytest", "piwigo_contract.plugin.warm"]
"""Modules that the process is forked with: importing them takes longer than many a gallery."""


_WITHOUT = [
    *("-p", "no:html", "-p", "no:cacheprovider", "-p", "no:unraisableexception"),
    *("-W", "ignore:Module already imported so cannot be rewritten:pytest.PytestAssertRewriteWarning"),
]
"""What such a run has no use for. The third looks for garbage for a tenth of its time; what is told by the last is so
by design: see WARM.
"""


@dataclass(frozen=True)
class Job:
    """What there is to be done on one gallery, in plain data: it may be done on another host.

    url: its root. row: the fields of its targets_file.Row. options: those of the run that are not the default.
    environment: the PIWIGO_ variables of who started it. paths: what of the suite was asked for. plugins: what was
    given with -p. page, archive: whether its page is made, and whether its archive has every exchange.
    """

    url: str
    row: tuple[str, dict[str, tuple[str, str]]] = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    paths: Sequence[str] = ()
    plugins: Sequence[str] = ()
    page: bool = True
    archive: bool = False


JOB = pytest.StashKey[Job]()
"""In a config's stash: the run is one of a fleet's, on this gallery."""


@dataclass(frozen=True)
class Ended:
    """How a run on one gallery ended. code: as that of a process, below 0 where a signal ended it. files: what it
    wrote; nothing where it did not come so far.
    """

    code: int
    files: Mapping[str, bytes]


def judge(job: Job) -> Ended:
    """Make the run. It takes away what it made, and ends, where this process is interrupted or gone."""
    context = context_of_processes()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(job, sender))
    process.start()
    sender.close()
    try:
        with suppress(EOFError):
            return Ended(*receiver.recv())
        process.join()
        return Ended(process.exitcode or 0, {})
    except KeyboardInterrupt:
        process.terminate()
        with suppress(EOFError):
            receiver.recv()
        raise
    finally:
        process.join()
        receiver.close()


def context_of_processes() -> SpawnContext | ForkServerContext:
    """How its process begins: forked from one that is warm, where that can be."""
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(WARM)
    return context


def _run(job: Job, sender: Connection) -> None:
    """All of the process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # whoever started it told what is to be known of its variables; the page of a job is told of all galleries together
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "PIWIGO_"))]:
        del os.environ[name]
    os.environ.update(job.environment)
    with tempfile.TemporaryDirectory(prefix="piwigo-contract-") as folder:
        log = os.open(Path(folder, LOG), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for number in (1, 2):
            os.dup2(log, number)
        os.close(log)
        plugins = [word for plugin in job.plugins for word in ("-p", plugin)]
        paths = [path.replace(SUITE_HERE, str(SUITE), 1) for path in job.paths]
        arguments = own_arguments([*plugins, *_WITHOUT, *paths])
        code = int(pytest.main(arguments, plugins=[_Given(job, Path(folder))]))
        sys.stdout.flush()
        written = [Path(folder, LOG), *(Path(folder, name) for name in (RESULT, PAGE, ARCHIVE))]
        written += Path(folder, SCRIPTS).glob("*.sh")
        with suppress(OSError):  # nobody waits for it any more
            sender.send((code, {str(p.relative_to(folder)): p.read_bytes() for p in written if p.exists()}))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


class _Given:
    """A plugin of pytest that says what the command line of this run would."""

    def __init__(self, job: Job, folder: Path) -> None:
        self._job = job
        self._folder = folder

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> Generator[None, object, object]:
        vars(config.option).update(self._job.options)
        config.option.compliance_json = str(self._folder / RESULT)
        config.option.har = str(self._folder / ARCHIVE)
        config.stash[JOB] = self._job
        return (yield)
