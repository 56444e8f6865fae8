"""The last lines of a run on the terminal: the verdict, the reason, and where to read on."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from piwigo_contract.plugin.terminal import LABELS, clipped
from piwigo_contract.report.ci import out_of_reach, workflow_commands
from piwigo_contract.report.words import counts_in_words, particular_first, since_the_baseline, verdict_sentence
from piwigo_contract.results.escaping import escape_ci_commands, on_one_line
from piwigo_contract.results.verdicts import VERDICTS, Exit

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

SHOWN_LINES = 30
"""Lines of the summary at the end, at most."""

LOG_WIDTH = 160
"""Characters of a line where nobody says how wide the terminal is."""

SHOWN_NOTES = 4
"""Most notes shown at the end."""
REASON_LINES = 2
"""For each reason why clauses were not assessed."""

REASONS = 3
"""Most reasons shown for a target."""

LEAST = 5
"""With fewer lines than this for a target only its verdict is printed."""

Line = tuple[str, dict[str, bool]]
"""A line and its markup."""


def summary(reporter: pytest.TerminalReporter, run: ContractRun, ends: Exit) -> None:
    """The verdict, what is broken a line each, what was not assessed and how to get it, and where the reports are.

    Together SHOWN_LINES at most; with `-q` no more than the verdict, what is broken, and where to read on.
    """
    document = run.results.document()
    targets = document["targets"]
    terse = reporter.verbosity < 0
    if not terse:
        reporter.section("Piwigo API contract")
    last = [f"report: {shown_path(run.page)}"] if run.page is not None else []
    last.append(f"result: {run.settings.compliance_json}")
    last += [f"archive: {run.settings.har}"] if run.settings.har is not None else []
    notes = [f"note: {note}" for note in map(on_one_line, run.results.notes())]
    if len(notes) > SHOWN_NOTES:
        notes = [*notes[: SHOWN_NOTES - 1], f"note: and {len(notes) - SHOWN_NOTES + 1} more, see the report"]
    width = reporter._tw.fullwidth if reporter.isatty() else LOG_WIDTH
    since = list(since_the_baseline(document, run.baseline)) if run.baseline is not None else []
    lines_left = SHOWN_LINES - 2 - len(last) - len(notes) - len(since)
    for text, markup in _targets(targets, lines_left, width, terse=terse):
        reporter.write_line(clipped(escape_ci_commands(text), width), **markup)
    for kind, text in since:
        reporter.write_line(clipped(escape_ci_commands(text), width), **_SINCE.get(kind, {}))
    for note in notes:
        reporter.write_line(clipped(escape_ci_commands(note), width), yellow=True)
    for line in (*run.results.kept(), *last):
        reporter.write_line(escape_ci_commands(line))
    reporter.write_line(escape_ci_commands(on_one_line(ends.sentence)), bold=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        worse = {(change.target, change.clause) for change in run.results.worse()}
        for command in workflow_commands(document, ends, run.settings.gate, worse):
            reporter.write_line(command)


_SINCE: Mapping[str, dict[str, bool]] = {"worse": {"red": True}, "better": {"green": True}}


def _targets(targets: Sequence[Mapping[str, Any]], lines_left: int, width: int, *, terse: bool) -> Iterator[Line]:
    """At most `lines_left` lines: for each target as many as fit, at least its verdict, the worst target first."""
    several = len(targets) > 1
    if lines_left >= LEAST * len(targets):
        for target in targets:
            yield _verdict(target, several=several)
            yield from _findings(target, lines_left // len(targets) - 1, width, terse=terse)
        return
    worst = sorted(targets, key=lambda target: VERDICTS.index(target["verdict"]))
    shown = worst if len(worst) <= lines_left else worst[: lines_left - 1]
    yield from (_verdict(target, several=True) for target in shown)
    if len(shown) < len(worst):
        yield f"and {len(worst) - len(shown)} more, see the report", {}


def _verdict(target: Mapping[str, Any], *, several: bool) -> Line:
    colour = {"pass": "green", "not-fully-verified": "yellow"}.get(target["verdict"], "red")
    where = f"{target['url']}: " if several else ""
    return f"{where}{on_one_line(verdict_sentence(target))}", {colour: True, "bold": True}


def _findings(target: Mapping[str, Any], lines_left: int, width: int, *, terse: bool) -> Iterator[Line]:
    """What was found on one target; where there is little room warnings give way, and then the last of the others."""
    rest: list[Line] = []
    if target["verdict"] == "no-verdict" and not _judged(target):
        return
    if not terse:
        told = f"Piwigo {target['reported_version'] or '?'}, contract of {target['release']}, {counts_in_words(target)}"
        yield f"  {on_one_line(told)}; {target['requests']} requests", {}
        lines_left -= 1
        rest = list(_reasons(target, width))[: min(REASONS * REASON_LINES, lines_left // 2)]
    lines_left -= len(rest)
    broken, warnings = list(_broken(target, "fail", "error")), list(_broken(target, "warning"))
    if warnings and len(broken) + len(warnings) > lines_left:
        ids = ", ".join(row["id"] for row in target["clauses"] if row["outcome"] == "warning")
        warnings = [(f"  {len(warnings)} warnings: {ids}", LABELS["warning"][1])]
    lines_left -= len(warnings)
    if len(broken) > lines_left:
        broken = [*broken[: lines_left - 1], (f"  and {len(broken) - lines_left + 1} more, see the report", {})]
    yield from (*broken, *warnings, *rest)


def _judged(target: Mapping[str, Any]) -> bool:
    """Whether anything at all is known of it."""
    return any(row["outcome"] not in ("not-assessed", "not-applicable") for row in target["clauses"])


def _broken(target: Mapping[str, Any], *outcomes: str) -> Iterator[Line]:
    for outcome in outcomes:
        label, markup = LABELS[outcome]
        for row in particular_first(target["clauses"]):
            if row["outcome"] == outcome:
                known = " [known]" if row["stock"] else ""
                yield f"  {label} {row['id']}{known} {row['statement']}", markup


def _reasons(target: Mapping[str, Any], width: int) -> Iterator[Line]:
    """Why clauses were not assessed, each reason on two lines at most."""
    for told in out_of_reach(target):
        for line in textwrap.wrap(
            told,
            width,
            initial_indent="  ",
            subsequent_indent="    ",
            max_lines=REASON_LINES,
            placeholder=" ...",
            break_on_hyphens=False,
        ):
            yield line, {"yellow": True}


def shown_path(path: Path) -> str:
    """A path as the user would type it: from here, where it is below here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
