"""What a run says on the terminal through pytest: the preflight at the start, each break in full.

Standard pytest reports carry it, so that `-q`, `-v`, `-r`, `--color`, JUnit and xdist work as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from piwigo_contract import __version__
from piwigo_contract.contract.clauses import Clause
from piwigo_contract.contract.releases import KnownDeviation
from piwigo_contract.contract.waivers import Waiver
from piwigo_contract.provision.target import Target
from piwigo_contract.report.evidence import truncated
from piwigo_contract.results.escaping import escape_ci_commands, escape_unprintable
from piwigo_contract.results.har.entry import Entry, about_entry
from piwigo_contract.results.outcomes import BROKEN, CheckResult, Outcome
from piwigo_contract.results.verdicts import STOPPED_BY

SHOWN_EXCHANGES = 3
"""Controls and probes shown with a break, the last ones, and what was asked between them; the page shows some more, the
HAR file all.
"""

SHOWN_BODY = 300
"""Characters of a body shown with it."""

LABELS: Mapping[str, tuple[str, dict[str, bool]]] = {
    "fail": ("BROKEN", {"red": True}),
    "error": ("SUITE ERROR", {"red": True}),
    "warning": ("WARNING", {"yellow": True}),
}
"""How a broken clause is announced."""


def header(targets: Sequence[Target], earlier: Sequence[str] = ()) -> list[str]:
    """The preflight's findings, a line each. earlier: lines on runs that did not come to their end."""
    lines = [f"piwigo-contract {__version__}", *(f"  {line}" for line in earlier)]
    for target in targets:
        lines += [f"  {line}" for line in target.preflight.lines]
        if target.preflight.stopped:
            lines.append(f"  no verdict: {target.preflight.stopped}")
    return [escape_ci_commands(escape_unprintable(line)) for line in lines]


def apply_result(
    report: pytest.TestReport,
    result: CheckResult,
    outcome: Outcome,
    evidence: Sequence[Entry],
    clause: Clause,
    waiver: Waiver | None,
    gate: str,
    known: KnownDeviation | None = None,
) -> None:
    """Give a pytest report the words that the check's result deserves, and what pytest counts it as.

    outcome: what the check makes of its clause. known: what the release is known for, where this is that.
    """
    if outcome == "pass":
        return
    text = "\n".join(
        escape_ci_commands(escape_unprintable(line)) for line in failure_text(result, evidence, clause, known)
    )
    if outcome == "error":
        report.outcome = "failed"
        report.longrepr = text
        if hasattr(report, "wasxfail"):
            del report.wasxfail
    elif outcome in BROKEN:
        report.outcome = "failed" if outcome == "fail" or outcome in STOPPED_BY[gate] else "skipped"
        report.longrepr = text
        if waiver is not None:
            report.wasxfail = f"{clause.id} waived: {waiver.reason}"
        elif report.outcome == "skipped":
            report.longrepr = (*_where(report), f"Skipped: {clause.id} SHOULD, warning: {result.explanation}")
    else:
        report.longrepr = (*_where(report), f"Skipped: {clause.id} {outcome}: {result.explanation}")


def _where(report: pytest.TestReport) -> tuple[str, int]:
    return report.location[0], (report.location[1] or 0) + 1


def failure_text(
    result: CheckResult, evidence: Sequence[Entry], clause: Clause, known: KnownDeviation | None = None
) -> Iterator[str]:
    """A break, or an error of the suite, for somebody who has only the terminal."""
    yield f"{clause.id} ({clause.level}) {clause.statement}"
    yield f"  {'suite error' if result.outcome == 'error' else 'broken'}: {result.explanation}"
    if known is not None:
        yield f"  known of the release: {known.summary}"
        yield f"  what helps: {known.remedy}"
    judged = [n for n, entry in enumerate(evidence) if about_entry(entry)["role"] != "request"][-SHOWN_EXCHANGES:]
    for entry in evidence[judged[0] if judged else 0 :]:
        request, response = entry["request"], entry["response"]
        role = about_entry(entry)["role"]
        yield f"  {'in between' if role == 'request' else role}:"
        yield f"    > {request['method']} {request['url']}"
        yield from (f"    > {header['name']}: {header['value']}" for header in request["headers"])
        if form := request.get("postData", {}).get("params"):
            yield "    > " + " ".join(f"{field['name']}={field['value']}" for field in form)
        if not response["status"]:
            yield f"    < no answer: {response['comment']}"
        else:
            body = " ".join(response["content"]["text"].split())
            yield f"    < HTTP {response['status']} {truncated(body, SHOWN_BODY)}"
    yield from (f"  {line}" for line in result.traceback.splitlines())
    if result.curl:
        yield f"  reproduce: {result.curl}"
    if result.same_example:
        function = result.nodeid.rpartition("::")[2].partition("[")[0]
        yield f"  the same examples, on any target: {result.same_example} above {function}"


def status(report: pytest.TestReport, *, letters: bool) -> tuple[str, str, Any] | None:
    """How pytest counts and prints a check. letters: one letter each, as opposed to one line each."""
    if not hasattr(report, "piwigo"):
        return None
    told = _status(report) or _pytests(report)
    return told if letters or told is None else (told[0], "", told[2])


def _pytests(report: pytest.TestReport) -> tuple[str, str, Any] | None:
    """As pytest itself would say it."""
    if hasattr(report, "wasxfail"):
        return ("xfailed", "x", "XFAIL") if report.skipped else ("xpassed", "X", "XPASS")
    if report.passed:
        return ("passed", ".", "PASSED") if report.when == "call" else None
    if report.failed and report.when != "call":
        return "error", "E", "ERROR"
    return ("skipped", "s", "SKIPPED") if report.skipped else ("failed", "F", "FAILED")


def _status(report: pytest.TestReport) -> tuple[str, str, Any] | None:
    """For what pytest has no word for."""
    match report.__dict__["piwigo"].get("outcome"):
        case "error":
            return "error", "E", "ERROR"
        case _ if hasattr(report, "wasxfail"):
            return None
        case "warning" if report.skipped:
            return "warning", "w", ("WARNING", {"yellow": True})
        case "not-assessed":
            return "not assessed", "-", ("NOT ASSESSED", {"yellow": True})
        case "not-applicable":
            return "not applicable", "n", "NOT APPLICABLE"
        case _:
            return None


def failures(config: pytest.Config) -> list[Any]:
    """Reports that pytest counts as failed or in error."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None:
        return []
    return [*reporter.stats.get("failed", ()), *reporter.stats.get("error", ())]


def clipped(line: str, width: int) -> str:
    """A line that is no longer than that."""
    return line if len(line) <= width else line[: width - 3] + "..."
