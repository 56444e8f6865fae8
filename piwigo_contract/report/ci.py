"""What CI systems show of a result: GitHub's step summary and annotations, GitLab's code quality report."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from piwigo_contract.report.words import (
    counts_in_words,
    overall_sentence,
    particular_first,
    since_the_baseline,
    verdict_sentence,
)
from piwigo_contract.results.escaping import on_one_line
from piwigo_contract.results.verdicts import STOPPED_BY, Exit

ANNOTATIONS = 10
"""GitHub shows so many of each kind for a step."""

SUMMARY_ROWS = 100
"""Clauses in a step summary; one may have 1 MB."""

TOLD = 300
"""Characters of a reason in a summary or annotation."""

_KINDS = {"fail": "error", "error": "error", "warning": "warning"}
_SEVERITIES = {"fail": "critical", "error": "blocker", "warning": "minor", "waived": "info"}


def step_summary(
    document: Mapping[str, Any],
    ends: str | None = None,
    baseline: Mapping[str, Any] | None = None,
    *,
    of: Sequence[Mapping[str, Any]] | None = None,
) -> str:
    """The result as GitHub's Markdown: the verdict, what is broken, and what would bring the rest within reach.

    ends: the exit code and why it is that one, where it is known. of: the verdicts of all targets, where the document
    has some of them alone.
    """
    every = document["targets"] if of is None else of
    several = len(every) > 1
    lines = [f"## Piwigo API compliance\n\n**{markdown(overall_sentence(every))}**\n"]
    told = [ends] if ends is not None else []
    told += [line for _, line in since_the_baseline(document, baseline)] if baseline is not None else []
    lines += [f"{markdown(line[:1].upper() + line[1:])}\n" for line in told]
    for target in document["targets"]:
        about = (
            f"Piwigo {target['reported_version'] or '?'}, contract of {target['release']}, {counts_in_words(target)}"
        )
        lines.append(f"{markdown(target['url'])}: {markdown(about)}\n")
        if several:
            lines.append(f"{markdown(verdict_sentence(target))}\n")
        rows = list(_broken(target))
        if rows:
            lines.append("| | Clause | Promise | Found |\n|---|---|---|---|")
        for row in rows[:SUMMARY_ROWS]:
            linked = str(row["known"]).startswith("https://github.com/")
            known = "" if not row["stock"] else f" ([known]({row['known']}))" if linked else " (known)"
            cells = (markdown(text) for text in (row["outcome"], row["id"], row["statement"], row["reason"][:TOLD]))
            outcome, clause, statement, reason = cells
            lines.append(f"| {outcome} | {clause}{known} | {statement} | {reason} |")
        if len(rows) > SUMMARY_ROWS:
            lines.append(f"\nand {len(rows) - SUMMARY_ROWS} more, see the report")
        lines.append("")
        lines += [f"- {markdown(line)}" for line in out_of_reach(target)]
        lines.append("")
    if len(document["targets"]) < len(every):
        lines.append(f"and {len(every) - len(document['targets'])} more galleries, see the report")
    return "\n".join(lines) + "\n"


def _broken(target: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The clauses that are not in order, worst first, and of equal ones those that are this gallery's own."""
    for outcome in _SEVERITIES:
        yield from particular_first(row for row in target["clauses"] if row["outcome"] == outcome)


def out_of_reach(target: Mapping[str, Any]) -> Iterator[str]:
    """A line for each reason why clauses were not assessed; those that more access would fix come first."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in target["clauses"]:
        if row["outcome"] == "not-assessed" and target["verdict"] != "no-verdict":
            reasons.setdefault((row["reason_kind"], row["reason"]), []).append(row["id"])
    for (kind, reason), ids in sorted(reasons.items(), key=lambda row: row[0][0] != "out-of-reach"):
        # what was left out on purpose may be most of it
        named = "" if kind == "not-selected" else f": {', '.join(ids)}"
        yield f"{len(ids)} not assessed, {on_one_line(reason)}{named}"


def workflow_commands(
    document: Mapping[str, Any], ends: Exit, gate: str = "standard", worse: Collection[tuple[int, str]] = ()
) -> Iterator[str]:
    """GitHub's workflow commands: how the run ended, and what is broken, the first ANNOTATIONS of each kind.

    What the gate stops for is an error. worse: target (from 0) and clause of what got worse since the baseline: of
    `--gate regression` that alone is told.
    """
    yield annotation("error" if ends.code else "notice", on_one_line(ends.sentence))
    left = {"error": ANNOTATIONS - bool(ends.code), "warning": ANNOTATIONS}
    rows = [
        (target, row)
        for number, target in enumerate(document["targets"])
        for row in _broken(target)
        if row["outcome"] in _KINDS and (gate != "regression" or (number, row["id"]) in worse)
    ]
    # what is any gallery's must not take the place of what is one's own, whichever target it is of
    for target, row in sorted(rows, key=lambda told: bool(told[1]["stock"])):
        stops = gate == "regression" or row["outcome"] in STOPPED_BY[gate]
        kind = "error" if stops else _KINDS[row["outcome"]]
        if left[kind]:
            left[kind] -= 1
            title = f"{row['id']}{' [known]' if row['stock'] else ''} {row['statement']}"
            yield annotation(kind, f"{on_one_line(row['reason'])[:TOLD]} on {target['url']}", title)


def annotation(kind: str, text: str, title: str = "Piwigo API contract") -> str:
    """A workflow command that shows a text on the page of the job. kind: error, warning or notice."""
    return f"::{kind} title={_property(title)}::{_message(text)}"


def code_quality(document: Mapping[str, Any], place: str) -> list[dict[str, Any]]:
    """GitLab's code quality report: an issue for each clause that is broken.

    place: a file of the repository that is merged, which GitLab links to: what is broken is in none of its files.
    """
    return [
        {
            "description": on_one_line(f"{row['id']} {row['statement']} {row['reason'][:TOLD]} on {target['url']}"),
            "check_name": row["id"],
            "fingerprint": hashlib.sha256(f"{target['url']} {row['id']}".encode()).hexdigest(),
            "severity": _SEVERITIES[row["outcome"]],
            "location": {"path": place, "lines": {"begin": 1}},
        }
        for target in document["targets"]
        for row in _broken(target)
    ]


def markdown(text: str) -> str:
    """Text as Markdown that is nothing but text: no markup, link or mention, whatever is in it."""
    return re.sub(r"[^\w ,.()'?-]|(?<=w)\.", lambda match: f"&#{ord(match[0])};", on_one_line(text))


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
