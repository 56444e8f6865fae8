"""The end of a run, whatever brings it about: what was made on its targets is taken away, and sessions are ended."""

from __future__ import annotations

import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.errors import Hindered, UsageError
from piwigo_contract.provision.ledger import Entry, Ledger, by_target, entries_in
from piwigo_contract.provision.ledger_file import LedgerFile, ledgers
from piwigo_contract.provision.target import Target
from piwigo_contract.provision.undoing import Undoing

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

ENDS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that end a run: of Ctrl-C, of CI and `timeout`, of a terminal that is closed."""

ENOUGH = 3
"""How many times Ctrl-C is pressed, in all, by who does not want to wait for the end."""

PATIENCE = 20.0
"""Seconds to wait for a worker's process to be gone."""

Left = tuple[int, str]
"""The number of a target, and a line on what could not be taken away."""


class Ending:
    """The hooks at the end of a run, and what signals do to it."""

    def __init__(self, run: ContractRun) -> None:
        self._run = run
        self._before: dict[int, Any] = {}
        self._presses = 0
        self._is_ending = self._has_ended = False
        self._of_workers: list[tuple[str, list[Left]]] = []
        self.interrupted = False
        """Whether a signal asked for the end of the run."""
        self.left_behind: list[Left] = []
        """What could not be taken away."""
        self.kept: defaultdict[int, list[Entry]] = defaultdict(list)
        """What was left for `--keep`, by the number of its target."""
        self.privileged_for: defaultdict[int, list[float]] = defaultdict(list)
        """For how many seconds each throw-away user with the rights of an administrator was there, by target."""

    # ------------------------------------------------------------------ signals

    def watch(self) -> None:
        """Have signals interrupt the run, once, and no more than that: what was made is taken away by then."""
        if threading.current_thread() is threading.main_thread():
            # under nohup a terminal that is closed is to end nothing
            ends = [each for each in ENDS if each == signal.SIGINT or signal.getsignal(each) != signal.SIG_IGN]
            self._before = {number: signal.signal(number, self._on_signal) for number in ends}

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self._presses += number == signal.SIGINT
        self.interrupted = True
        if not self._is_ending:
            self._is_ending = True
            raise KeyboardInterrupt
        if self._run.worker is not None or self._has_ended:
            return
        enough = self._presses >= ENOUGH
        with suppress(OSError):  # the terminal may be gone
            told = "what the run made is left to --sweep" if enough else "taking away what the run made, please wait"
            print(f"\n{told}", file=sys.stderr, flush=True)
        if enough:
            self._has_ended = True
            raise KeyboardInterrupt

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        if self.interrupted:  # and whatever ran at that moment swallowed it
            raise KeyboardInterrupt

    # ------------------------------------------------------------------ the end

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """After the last check's teardown, and after the workers are gone; before anything is reported."""
        self._end()
        worker_output = getattr(self._run.config, "workeroutput", None)
        if worker_output is not None:
            worker_output["piwigo"] = self._told_by_worker()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        told = getattr(node, "workeroutput", {}).get("piwigo")
        if told is not None:
            self._run.results.add_told_by_worker(told)
            self._of_workers.append((told["ledger"], told["left_behind"]))
            for number, seconds in enumerate(told["privileged_for"]):
                self.privileged_for[number] += seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self) -> None:
        """Where the session did not come to its end."""
        try:
            self._end()
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)

    @property
    def _keeps(self) -> bool:
        """Whether what is made is left there: what ends with this process never is."""
        return self._run.settings.keep and self._run.file is not None

    def clean_up(self) -> None:
        """Take away what was made on each target, where that is not to be kept; failures become notes."""
        for number in () if self._keeps else range(len(self._run.targets)):
            with self._run.recorded(number, "clean-up"):
                self.take_away(number)

    def take_away(self, number: int) -> None:
        """Take away what was made on a target so far."""
        self._leave_behind(number, self._run.targets[number].take_away(interrupted=self.interrupted))

    def _end(self) -> None:
        if self._has_ended:
            return
        self._is_ending = True
        run = self._run
        self.clean_up()
        if run.worker is None:
            self._end_workers_work()
        for number, target in enumerate(run.targets):
            if self._keeps:
                self._keep(number, target.ledger.entries)
            self.privileged_for[number] += target.ledger.privileged_for
            with run.recorded(number, "clean-up"), suppress(NoAnswer, Hindered):
                target.log_out()
        if run.file is not None:
            run.file.close(all_gone=not any(target.ledger.entries for target in run.targets))
        self._has_ended = True

    def _end_workers_work(self) -> None:
        """Take away what workers made that crashed, or that could not do it themselves."""
        own = self._run.file
        here = [path for path in ledgers(self._run.folder, own.run) if path != own.path] if own is not None else []
        for path in here:
            self._take_over(path)
        for where, left in self._of_workers:
            if where not in map(str, here):  # the worker is on another machine
                self.left_behind += left

    def _take_over(self, path: Path) -> None:
        run = self._run
        file = LedgerFile.taken_over(path, patience=PATIENCE)
        if file is None:
            if path.exists():
                run.notes.append(f"a worker did not end in time; {path.name} says what it made, --sweep removes that")
            return
        try:
            found = entries_in(path)
        except UsageError as error:
            run.notes.append(str(error))
            return
        all_gone = True
        for url, entries in by_target(found):
            number, target = next((n, each) for n, each in enumerate(run.targets) if each.preflight.url == url)
            left = self._undo(number, target, entries, file)
            all_gone = all_gone and not left
        file.close(all_gone=all_gone)

    def _undo(self, number: int, target: Target, entries: list[Entry], file: LedgerFile) -> Sequence[object]:
        """What is left of these."""
        if self._keeps:
            self._keep(number, entries)
            return entries
        with self._run.recorded(number, "clean-up"):
            ledger, undo = Ledger.of_another(target.preflight.url, file, entries), Undoing(target, at_once=entries)
            left = ledger.undo_all(undo, undo.come_back)
        self._leave_behind(number, left)
        return left

    # ------------------------------------------------------------------ what there is to be told

    def _leave_behind(self, number: int, left: Iterable[tuple[Entry, str]]) -> None:
        """Have told what could not be taken away from a target: by the names that the gallery knows."""
        self.left_behind += [(number, f"{entry.in_words}: {self._run.vault.clean(why)}") for entry, why in left]

    def _keep(self, number: int, entries: Iterable[Entry]) -> None:
        """Have told what is left on a target because that was asked for."""
        self.kept[number] += [entry for entry in entries if entry.can_be_kept]

    def _told_by_worker(self) -> dict[str, Any]:
        """What a worker tells its controller once it has taken away what it made."""
        run = self._run
        return {
            "requests": [run.judging.requests_since(number) for number in range(len(run.targets))],
            "records": run.drained_records(),
            "left_behind": self.left_behind,
            "privileged_for": [target.ledger.privileged_for for target in run.targets],
            "ledger": str(run.file.path) if run.file else "",
        }
