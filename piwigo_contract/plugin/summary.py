"""The last lines of a run on the terminal: the verdict, the reason, and where to read on."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from piwigo_contract.plugin.terminal import LABELS
from piwigo_contract.report.ci import out_of_reach
from piwigo_contract.report.words import counts_in_words, particular_first, since_the_baseline, verdict_sentence
from piwigo_contract.results.escaping import escape_ci_commands, on_one_line
from piwigo_contract.results.verdicts import VERDICTS, Exit

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

SHOWN_LINES = 30
"""Lines that several targets together may take, at most; where there are more of them each has its verdict alone."""

LOG_WIDTH = 160
"""Characters of a line where nobody says how wide the terminal is."""

LEAST = 5
"""With fewer lines than this for a target only its verdict is printed."""

Line = tuple[str, dict[str, bool]]
"""A line and its markup."""


def summary(reporter: pytest.TerminalReporter, run: ContractRun, ends: Exit) -> None:
    """The verdict, what is broken, what was not assessed and how to get it, where the reports are, and the exit code.

    Nothing is cut: long lines are wrapped. With `-q` it is no more than the verdict, what is broken, and the end.
    """
    document = run.results.document()
    terse = reporter.verbosity < 0
    if not terse:
        reporter.section("Piwigo API contract")
    lines = list(_targets(document["targets"], terse=terse))
    if run.baseline is not None:
        lines += [(text, _SINCE.get(kind, {})) for kind, text in since_the_baseline(document, run.baseline)]
    lines += [(f"note: {on_one_line(note)}", {"yellow": True}) for note in run.results.notes()]
    lines += [(line, {}) for line in run.results.kept()]
    lines += [(f"report: {shown_path(run.page)}", {})] if run.page is not None else []
    if not terse and any(run.results.scripts()):
        lines.append((f"scripts: {shown_path(run.results.scripts_folder)}/ID.sh does again what broke a clause", {}))
    lines.append((f"result: {run.settings.compliance_json}", {}))
    lines += [(f"archive: {run.settings.har}", {})] if run.settings.har is not None else []
    lines.append((on_one_line(ends.sentence), {"bold": True}))
    width = reporter._tw.fullwidth if reporter.isatty() or "COLUMNS" in os.environ else LOG_WIDTH
    for text, markup in lines:
        for line in wrapped(text, width):
            reporter.write_line(escape_ci_commands(line), **markup)
    for command in run.results.annotations(ends):
        reporter.write_line(command)


def wrapped(text: str, width: int) -> list[str]:
    """A line in as many as it takes, what follows two blanks deeper; a word that is longer, such as a URL, is whole."""
    indent = text[: len(text) - len(text.lstrip())]
    return textwrap.wrap(
        text, width, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False
    ) or [text]


_SINCE: Mapping[str, dict[str, bool]] = {"worse": {"red": True}, "better": {"green": True}}


def _targets(targets: Sequence[Mapping[str, Any]], *, terse: bool) -> Iterator[Line]:
    """Of each target all; of too many their verdicts, the worst first, and as many as fit."""
    several = len(targets) > 1
    if not several or LEAST * len(targets) <= SHOWN_LINES:
        for target in targets:
            yield _verdict(target, several=several)
            yield from _findings(target, terse=terse)
        return
    worst = sorted(targets, key=lambda target: VERDICTS.index(target["verdict"]))
    shown = worst if len(worst) <= SHOWN_LINES else worst[:SHOWN_LINES]
    yield from (_verdict(target, several=True) for target in shown)
    if len(shown) < len(worst):
        yield f"and {len(worst) - len(shown)} more: {' '.join(target['url'] for target in worst[len(shown) :])}", {}


def _verdict(target: Mapping[str, Any], *, several: bool) -> Line:
    colour = {"pass": "green", "not-fully-verified": "yellow"}.get(target["verdict"], "red")
    where = f"{target['url']}: " if several else ""
    return f"{where}{on_one_line(verdict_sentence(target))}", {colour: True, "bold": True}


def _findings(target: Mapping[str, Any], *, terse: bool) -> Iterator[Line]:
    """What was found on one target."""
    if target["verdict"] == "no-verdict" and not _judged(target):
        return
    if not terse:
        told = f"Piwigo {target['reported_version'] or '?'}, contract of {target['release']}, {counts_in_words(target)}"
        yield f"  {on_one_line(told)}; {target['requests']} requests", {}
    yield from _broken(target, "fail", "error", "warning")
    if not terse:
        yield from ((f"  {told}", {"yellow": True}) for told in out_of_reach(target))


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


def shown_path(path: Path) -> str:
    """A path as the user would type it: from here, where it is below here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
