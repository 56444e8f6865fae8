"""What a fleet amounts to: the results of its galleries made one result, one page, and one exit code."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from piwigo_contract.command_line import write_file
from piwigo_contract.contract.releases import choose_profile, profiles
from piwigo_contract.plugin.fleet_whole import Whole
from piwigo_contract.plugin.repeatable import seed_of
from piwigo_contract.plugin.summary import shown_path, wrapped
from piwigo_contract.report.ci import annotation, step_summary
from piwigo_contract.report.job_page import append_summary, on_github
from piwigo_contract.report.overview import SHOWN_WHOLE, Target, pages_beside
from piwigo_contract.report.page import render_overview, render_page
from piwigo_contract.results.document import compliance_document
from piwigo_contract.results.escaping import escape_ci_commands, on_one_line
from piwigo_contract.results.folder import ARCHIVE, RESULT, Judged
from piwigo_contract.results.har.file import Archive, write_har
from piwigo_contract.results.merge import merged_archive, merged_head
from piwigo_contract.results.outcomes import roll_up
from piwigo_contract.results.stream import Stored, parsed, target_text, write_stream
from piwigo_contract.results.verdicts import Exit, TargetResult

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

LOST = "the process that judged it did not come to its end: nothing is known of it"
UNSELECTED = "the selection (-k, a path) matches none of its checks"

_VERSION = ("version", "commit")
"""What results of one run have in common."""

_TO_THE_END = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
"""What pytest ends a run with that was not interrupted."""


class FleetResults:
    """ends: how the run ended, once that is known."""

    def __init__(self, run: ContractRun, judged: Judged) -> None:
        self._run = run
        self._judged = judged
        self._began = time.monotonic()
        self._started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self._told: list[str] = []
        self._lost: dict[str, str] = {}
        self.ends: Exit | None = None

    def keep(self, url: str, files: Mapping[str, bytes]) -> None:
        """Keep the result of a gallery, as its run wrote it; not that of another version, as another host may have."""
        document = json.loads(files[RESULT])
        other, own = (tuple(each["suite"][name] for name in _VERSION) for each in (document, self._document([])))
        if other == own:
            self._judged.put(url, document["targets"][0]["url"], files)
        else:
            told = [" ".join(filter(None, each)) for each in (other, own)]
            self._lost[url] = f"it was judged by piwigo-contract {told[0]}, and this run is one of {told[1]}"

    def nothing_selected(self, url: str) -> None:
        """Note that the run on a gallery had nothing to do, and so left no result."""
        self._lost[url] = UNSELECTED

    def write(self, status: int) -> Exit:
        """Write the reports, once all is over. status: what pytest would end the run with."""
        run, settings = self._run, self._run.settings
        interrupted = status not in _TO_THE_END
        known = {url: self._judged.result(url) for url in settings.fleet if url in self._judged.urls}
        own = Stored(self._document([]), settings.compliance_json, in_lines=True)
        head = merged_head([own.head, *(each.head for each in known.values())])
        result = Path(run.folder, settings.compliance_json)
        whole = Whole(run, pages_beside(result, run.page or result))

        def texts() -> Iterator[str]:
            for url in settings.fleet:
                there = known.get(url)
                text = next(there.texts()) if there else target_text(self._unknown(url, interrupted))
                whole.add(parsed(text, there or own))
                yield text

        write_stream(head, texts(), result)
        self.ends = Exit(status, "the run was interrupted") if interrupted else whole.ends()
        if settings.har is not None:
            write_har(Path(run.folder, settings.har), merged_archive(self._archives(known)))
        if run.page is not None:
            write_file(self._page(head, whole, self._archives(known)), run.page)
        try:
            append_summary(step_summary({**head, "targets": whole.worst}, self.ends.sentence, of=whole.told))
        except OSError as error:
            whole.notes.append(f"the step summary can't be written: {error.strerror}")
        self._told = list(whole.lines())
        return self.ends

    def _archives(self, known: Collection[str]) -> list[tuple[int, Path | None]]:
        """Of each gallery in turn: that it is one target, and the archive of its run, if there is any."""
        return [(1, self._judged.file(url, ARCHIVE) if url in known else None) for url in self._run.settings.fleet]

    def _page(self, head: Target, whole: Whole, archives: list[tuple[int, Path | None]]) -> str:
        run, ends = self._run, self.ends
        assert ends is not None
        about = {"exit": ends.sentence, "notes": whole.notes}
        if len(whole.verdicts) > SHOWN_WHOLE:
            return render_overview(whole.overview, head, about)
        archive = merged_archive(archives)
        archive = Archive(archive.entries, {**archive.about, **about})
        return render_page({**head, "targets": whole.few}, archive, run.contract, baseline=run.baseline)

    def _document(self, targets: list[TargetResult]) -> dict[str, Any]:
        return compliance_document(
            targets,
            seed=seed_of(self._run.config),
            effort=self._run.settings.effort,
            started=self._started,
            seconds=time.monotonic() - self._began,
        )

    def _unknown(self, url: str, interrupted: bool) -> dict[str, Any]:
        """A gallery of which there is no result: its run, or the whole one, did not come to its end."""
        run = self._run
        settings = run.settings.for_target(run.settings.targets.index(url))
        release = choose_profile(None, settings.release).profile.release
        why = self._lost.get(url, None if interrupted else LOST)
        clauses = roll_up(
            run.contract,
            profiles()[release],
            (),
            access=settings.within_reach(),
            waivers=(),
            stopped=why,
            interrupted=interrupted,
        )
        result = TargetResult(url, None, release, settings.access(), clauses, why, interrupted)
        return dict(self._document([result])["targets"][0])

    # ------------------------------------------------------------------ what is said

    def tell(self, reporter: pytest.TerminalReporter) -> None:
        """The verdicts, the worst first, where the reports are, and the exit code."""
        run, settings = self._run, self._run.settings
        assert self.ends is not None
        lines = [*self._told]
        if run.page is not None:
            lines.append(f"report: {shown_path(run.page)}")
        lines.append(f"of each gallery: {shown_path(self._judged.folder)}")
        lines.append(f"result: {settings.compliance_json}")
        lines += [f"archive: {settings.har}"] if settings.har is not None else []
        if reporter.verbosity >= 0:
            reporter.section("Piwigo API contract")
        for line in [*lines, on_one_line(self.ends.sentence)]:
            for part in wrapped(line, reporter._tw.fullwidth):
                reporter.write_line(escape_ci_commands(part))
        if on_github():
            reporter.write_line(annotation("error" if self.ends.code else "notice", on_one_line(self.ends.sentence)))
