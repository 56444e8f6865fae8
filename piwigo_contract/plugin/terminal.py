"""What a run says on the terminal: the preflight at the start, each break in full, a short verdict at the end.

Standard pytest reports carry it, so that `-q`, `-v`, `-r`, `--color`, JUnit and xdist work as ever.
"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from piwigo_contract import __version__
from piwigo_contract.contract import Clause
from piwigo_contract.har.entry import Entry, about_entry
from piwigo_contract.options import Settings
from piwigo_contract.report.inert import inert, quiet
from piwigo_contract.report.words import WORDS
from piwigo_contract.target import Target
from piwigo_contract.verdicts import CheckResult, ClauseResult, TargetResult
from piwigo_contract.waivers import Waiver

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

SHOWN_LINES = 30
"""Lines of the summary at the end, at most."""

SHOWN_EXCHANGES = 3
"""Controls and probes shown with a break, the last ones; the HTML page has them all."""

VERDICTS = {
    "pass": "every clause holds",
    "fail": "the contract is broken",
    "not-fully-verified": "nothing broken, but not fully verified",
    "no-verdict": "no verdict",
}


def header(targets: Sequence[Target]) -> list[str]:
    """The preflight's findings, a line each."""
    lines = [f"piwigo-contract {__version__}"]
    for target in targets:
        lines += [f"  {line}" for line in target.plan.lines]
        if target.plan.stopped:
            lines.append(f"  no verdict: {target.plan.stopped}")
    return [quiet(inert(line)) for line in lines]


def dress(
    report: pytest.TestReport,
    result: CheckResult,
    evidence: Sequence[Entry],
    clause: Clause,
    waiver: Waiver | None,
    settings: Settings,
) -> None:
    """Give a pytest report the outcome and the words that the check's result deserves."""
    if result.outcome == "pass":
        return
    text = "\n".join(quiet(inert(line)) for line in failure_text(result, evidence, clause))
    if result.outcome == "error":
        report.outcome = "failed"
        report.longrepr = text
        if hasattr(report, "wasxfail"):
            del report.wasxfail
    elif result.outcome == "fail":
        excused = waiver is not None or (clause.level == "SHOULD" and not settings.strict)
        report.outcome = "skipped" if excused else "failed"
        report.longrepr = text
        if waiver is not None:
            report.wasxfail = f"{clause.id} waived: {waiver.reason}"
        elif excused:
            report.longrepr = (*_where(report), f"Skipped: {clause.id} SHOULD, warning: {result.message}")
    else:
        report.longrepr = (*_where(report), f"Skipped: {clause.id} {result.outcome}: {result.message}")


def _where(report: pytest.TestReport) -> tuple[str, int]:
    return report.location[0], (report.location[1] or 0) + 1


def failure_text(result: CheckResult, evidence: Sequence[Entry], clause: Clause) -> Iterator[str]:
    """A break, or an error of the suite, for somebody who has only the terminal."""
    yield f"{clause.id} ({clause.level}) {clause.statement}"
    yield f"  {'suite error' if result.outcome == 'error' else 'broken'}: {result.message}"
    judged = [entry for entry in evidence if about_entry(entry)["role"] != "request"]
    for entry in judged[-SHOWN_EXCHANGES:]:
        request, response = entry["request"], entry["response"]
        yield f"  {about_entry(entry)['role']}:"
        yield f"    > {request['method']} {request['url']}"
        yield from (f"    > {header['name']}: {header['value']}" for header in request["headers"])
        if form := request.get("postData", {}).get("params"):
            yield "    > " + " ".join(f"{field['name']}={field['value']}" for field in form)
        if not response["status"]:
            yield f"    < no answer: {response['comment']}"
        else:
            body = " ".join(response["content"]["text"].split())
            yield f"    < HTTP {response['status']} {body[:300]}{'...' if len(body) > 300 else ''}"
    yield from (f"  {line}" for line in result.traceback.splitlines())
    if result.curl:
        yield f"  reproduce: {result.curl}"


def status(report: pytest.TestReport) -> tuple[str, str, Any] | None:
    """How pytest counts and prints a check whose outcome pytest has no word for."""
    result = getattr(report, "piwigo", {}).get("result")
    if result is None:
        return None
    if result["outcome"] == "error":
        return "error", "E", "ERROR"
    if hasattr(report, "wasxfail"):
        return None
    if result["outcome"] == "fail" and report.outcome == "skipped":
        return "warning", "w", ("WARNING", {"yellow": True})
    if result["outcome"] == "not-assessed":
        return "not assessed", "-", ("NOT ASSESSED", {"yellow": True})
    if result["outcome"] == "not-applicable":
        return "not applicable", "n", "NOT APPLICABLE"
    return None


def failures(config: pytest.Config) -> list[Any]:
    """Reports that pytest counts as failed or in error."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None:
        return []
    return [*reporter.stats.get("failed", ()), *reporter.stats.get("error", ())]


def summary(reporter: pytest.TerminalReporter, run: ContractRun) -> None:
    """The verdict on each target, its breaks a line each, what was not assessed, and where the reports are."""
    reporter.section("Piwigo API contract")
    room = max(4, (SHOWN_LINES - 6) // max(1, len(run.targets)))
    for target in run.results.target_results():
        _target(reporter, target, room)
    for note in run.results.notes():
        reporter.write_line(f"note: {note}", yellow=True)
    reporter.write_line(f"result: {run.settings.compliance_json}")


def _target(reporter: pytest.TerminalReporter, target: TargetResult, room: int) -> None:
    counts = {word: sum(r.outcome == outcome for r in target.clauses) for outcome, word in WORDS.items()}
    colour = {"pass": "green", "not-fully-verified": "yellow"}.get(target.verdict, "red")
    told = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    reporter.write_line(
        f"{target.url} (contract of {target.release}): {VERDICTS[target.verdict]}", **{colour: True, "bold": True}
    )
    if target.verdict == "no-verdict":
        reporter.write_line(f"  because {target.no_verdict_because}", red=True)
    reporter.write_line(f"  {len(target.clauses)} clauses: {told}; {target.requests} requests")
    width = max(60, shutil.get_terminal_size().columns)
    lines = []
    for text, markup in [*_breaks(target), *_out_of_reach(target)]:
        wrapped = textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ")
        lines += [(line, markup) for line in (wrapped[:2] if len(wrapped) > 2 else wrapped)]
    for line, markup in lines[:room]:
        reporter.write_line(line, **markup)
    if len(lines) > room:
        reporter.write_line("  ... and more: see the report")


def _breaks(target: TargetResult) -> Iterator[tuple[str, dict[str, bool]]]:
    for outcome, markup in (("fail", {"red": True}), ("error", {"red": True}), ("warning", {"yellow": True})):
        for result in target.clauses:
            if result.outcome == outcome:
                known = f" [known: {result.known}]" if result.known else ""
                yield f"{outcome.upper()} {result.clause.id}{known} {result.clause.statement}", markup


def _out_of_reach(target: TargetResult) -> Iterator[tuple[str, dict[str, bool]]]:
    by_reason: dict[str, list[ClauseResult]] = {}
    for result in target.clauses:
        if result.outcome == "not-assessed" and target.stopped is None:
            by_reason.setdefault(result.reason, []).append(result)
    for reason, results in by_reason.items():
        ids = ", ".join(result.clause.id for result in results)
        yield f"{len(results)} not assessed, {reason}: {ids}", {"yellow": True}
