"""Progress on the terminal while checks run: each finished chapter, and each broken clause at once.

It replaces pytest's dots; with `-q` there is none of it, with `-v` pytest's lines and the broken clauses.
"""

from __future__ import annotations

import textwrap
import threading
import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from piwigo_contract.options import only_lists
from piwigo_contract.plugin.terminal import LABELS, clipped
from piwigo_contract.report.words import WORDS
from piwigo_contract.results.escaping import escape_ci_commands
from piwigo_contract.results.outcomes import ORDER, CheckResult

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

SILENCE = 30.0
"""Seconds without a word, at most, where a log is all there is."""

ESTIMATED_AFTER = 5.0
"""Seconds after which how long it took so far says something of the rest."""

Group = tuple[int, str]
"""A target's number, from 0, and a chapter."""


class Progress:
    """The hooks that tell it, on the terminal of the process that the user started."""

    def __init__(self, run: ContractRun) -> None:
        self._run = run
        self._total: Counter[Group] = Counter()
        self._done: Counter[Group] = Counter()
        self._found: dict[Group, dict[str, set[str]]] = {}
        self._told: set[tuple[int, str]] = set()
        self._reporter: pytest.TerminalReporter | None = None
        self._live = False
        self._began = self._told_at = time.monotonic()
        self._over = threading.Event()

    @property
    def takes_over(self) -> bool:
        """Whether chapters are told in place of pytest's letters."""
        return self._reporter is not None and self._run.config.option.verbose == 0

    def pytest_sessionstart(self) -> None:
        self._reporter = self._run.config.pluginmanager.getplugin("terminalreporter")
        if self._reporter is not None and self.takes_over and not only_lists(self._run.config):
            self._reporter.showfspath = False
            self._reporter._show_progress_info = False
            self._told_at = self._began = time.monotonic()
            if not self._reporter.isatty():
                threading.Thread(target=self._say_now_and_then, daemon=True).start()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        self._total.update(self._run.collection.by_chapter)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = getattr(report, "piwigo", None)
        if found is None or self._reporter is None or self._run.config.option.verbose < 0:
            return
        if "collected" in found:
            self._total = Counter(found["collected"])
        group = (found["target"], self._run.contract[found["clause"]].chapter)
        if result := found.get("result"):
            self._note(group, found["outcome"], CheckResult.of_plain(result))
        if report.when == "teardown":
            self._done[group] += 1
            if self.takes_over:
                self._tell_progress(group)

    def _note(self, group: Group, outcome: str, result: CheckResult) -> None:
        self._found.setdefault(group, {}).setdefault(outcome, set()).add(result.clause)
        if outcome in LABELS and not result.promised_by:
            self._tell_broken(group[0], outcome, result)

    # ------------------------------------------------------------------ how it is told

    def _tell_broken(self, target: int, outcome: str, result: CheckResult) -> None:
        """The first check that shows a clause to be broken, at once."""
        reporter = self._reporter
        if reporter is None or (target, result.clause) in self._told:
            return
        self._told.add((target, result.clause))
        self._clear()
        label, markup = LABELS[outcome]
        clause = self._run.contract[result.clause]
        stock = self._run.targets[target].profile.known_for(clause.id, result.causes) is not None
        known = " [known]" if stock else ""
        where = f" on {self._run.targets[target].preflight.url}" if len(self._run.targets) > 1 else ""
        self._told_at = time.monotonic()
        reporter.ensure_newline()
        reporter.write_line(f"{label} {clause.id}{known}{where} {clause.statement}", **markup)
        width = max(60, reporter._tw.fullwidth)
        for line in textwrap.wrap(result.explanation, width - 4):
            reporter.write_line(f"    {escape_ci_commands(line)}")

    def _tell_progress(self, group: Group) -> None:
        reporter = self._reporter
        assert reporter is not None
        done, total = sum(self._done.values()), max(sum(self._total.values()), sum(self._done.values()))
        count = f"[{done:{len(str(total))}}/{total}]"
        title = self._run.contract.titles[group[1]]
        if len(self._run.targets) > 1:
            title = f"{self._run.targets[group[0]].preflight.url} {title}"
        if self._done[group] == self._total[group]:
            self._clear()
            told = ", ".join(f"{len(ids)} {word}" for ids, word in self._tally(group))
            reporter.ensure_newline()
            reporter.write_line(f"{count} {title}: {told}")
            self._told_at = time.monotonic()
        elif reporter.isatty():
            broken = len(self._told)
            line = f"{count}{self._left(done, total)} {title}{f', {broken} broken so far' if broken else ''}"
            reporter.rewrite(clipped(line, reporter._tw.fullwidth - 1), erase=True)
            self._live = True

    def _left(self, done: int, total: int) -> str:
        """About how long the rest takes, if it goes on as before; nothing where that is not known yet."""
        since = time.monotonic() - self._began
        if not done or since < ESTIMATED_AFTER:
            return ""
        seconds = since / done * (total - done)
        return f" about {seconds / 60:.0f} min left," if seconds > 90 else f" about {seconds:.0f} s left,"

    def _say_now_and_then(self) -> None:
        """Where no line moves, say how far it is when nothing was said for SILENCE seconds."""
        wait = SILENCE
        while not self._over.wait(wait):
            wait = self._told_at + SILENCE - time.monotonic()
            if wait <= 0:
                done = sum(self._done.values())
                total = max(sum(self._total.values()), done)
                assert self._reporter is not None
                self._reporter.ensure_newline()
                self._reporter.write_line(f"[{done}/{total}]{self._left(done, total)} {len(self._told)} broken so far")
                self._told_at, wait = time.monotonic(), SILENCE

    def _tally(self, group: Group) -> Iterable[tuple[set[str], str]]:
        """Clauses by outcome, each by its worst."""
        counted: set[str] = set()
        for outcome in ORDER:
            ids = self._found.get(group, {}).get(outcome, set()) - counted
            counted |= ids
            if ids:
                yield ids, "in order" if outcome == "pass" else WORDS[outcome]

    def _clear(self) -> None:
        """Take the live line off the screen."""
        if self._live and self._reporter is not None:
            self._reporter.rewrite("", erase=True)
            self._reporter.write("\r")
            self._live = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self._over.set()
        self._clear()
