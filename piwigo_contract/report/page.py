"""The compliance page: one self-contained file, made from compliance.json, a HAR file and the contract's data alone."""

from __future__ import annotations

import base64
import datetime
import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from piwigo_contract.contract.clauses import Contract, load_contract
from piwigo_contract.contract.sources import OWN
from piwigo_contract.report.evidence import evidence_of
from piwigo_contract.report.matrix_model import Matrix, columns_of, matrix_of
from piwigo_contract.report.model import SCRIPTS, all_notes, all_scripts, how_it_ended, page_of_clauses, target_parts
from piwigo_contract.report.overview import LETTERS, Overview
from piwigo_contract.report.words import VERDICT_WORDS, WORDS, overall_sentence, overall_verdict
from piwigo_contract.results.compare import Change, changes
from piwigo_contract.results.har.file import Archive
from piwigo_contract.results.outcomes import ORDER
from piwigo_contract.results.verdicts import VERDICTS
from piwigo_contract.templating import templates

HEADINGS = {
    "fail": "Broken",
    "error": "Suite errors",
    "warning": "Warnings",
    "waived": "Waived",
    "not-assessed": "Not assessed",
    "not-applicable": "Not applicable",
    "pass": "Passed",
}
"""Words of the page, by outcome or role (with EXPLANATIONS, ROLES)."""

EXPLANATIONS = {
    "fail": "A promise that must hold does not. First what is particular to this gallery, then what is known of its "
    "release; by chapter, what keeps most other clauses from being judged first.",
    "error": "The suite itself failed, so that nothing is known of these clauses.",
    "warning": "A promise that should hold does not: clients rely on it, or it hardens the gallery.",
    "waived": "Broken, and the waivers that were given say that the gate may live with it. That is no pass.",
    "not-assessed": "Nothing is known of these clauses: the reason says what would bring them within reach.",
    "not-applicable": "No promise of the release that the gallery is held to.",
    "pass": "At least one check asked the gallery, made its claim, and found nothing else.",
}

ROLES = {
    "control": ("Control", "what must work, and differs in one thing"),
    "probe": ("Probe", "what the clause is about"),
    "request": ("In between", "what led to it"),
}


def render_page(
    document: Mapping[str, Any], archive: Archive, contract: Contract, *, baseline: Mapping[str, Any] | None = None
) -> str:
    """The page, as HTML. The same arguments give the same page, byte for byte."""
    targets = target_parts(document, evidence_of(archive), contract, all_scripts(archive.about))
    chapters = {row["chapter"]: None for target in document["targets"] for row in target["clauses"]}
    outcomes = {outcome for target in targets for outcome in target.counts}
    several = len(targets) > 1
    contract_page = page_of_clauses(archive.about)
    matrix = matrix_of(columns_of(document, linked=True)) if several else None
    return _rendered(
        "page.html",
        document=document,
        targets=targets,
        sentence=overall_sentence(document["targets"]),
        verdict=overall_verdict(document["targets"]),
        chapters=[(name, contract.titles.get(name, name)) for name in chapters],
        outcomes=[outcome for outcome in ORDER if outcome in outcomes],
        notes=all_notes(archive.about),
        ends=how_it_ended(archive.about),
        scripts=SCRIPTS,
        contract_page=contract_page,
        own=load_contract(OWN).clauses if contract_page else (),
        pytest_page=archive.about.get("pytest_html"),
        comparison=_comparison(document, baseline) if baseline is not None else None,
        matrix=matrix,
    )


def render_matrix(matrix: Matrix) -> str:
    """The page of several results side by side."""
    return _rendered("matrix.html", matrix=matrix)


def render_overview(
    overview: Overview, head: Mapping[str, Any] | None = None, about: Mapping[str, Any] | None = None
) -> str:
    """The page of many galleries. head: the result without its targets; about: what an archive says of its run."""
    order = sorted(range(len(overview)), key=lambda number: VERDICTS.index(overview.lines[number].verdict))
    cells = overview.cells()
    return _rendered(
        "overview.html",
        "overview.js",
        overview=overview,
        head=head,
        lines=[overview.lines[number] for number in order],
        parts=overview.parts(),
        filters=overview.filters(),
        sentence=overall_sentence(overview.verdicts),
        verdict=overall_verdict(overview.verdicts),
        verdicts=VERDICT_WORDS,
        notes=all_notes(about or {}),
        ends=how_it_ended(about or {}),
        letters=[(letter, outcome) for outcome, letter in LETTERS.items() if outcome],
        letter_of=LETTERS,
        data={
            "cells": [cells[number] for number in order],
            "outcomes": {letter: outcome for outcome, letter in LETTERS.items()},
            "words": {letter: WORDS[outcome] for outcome, letter in LETTERS.items() if outcome},
        },
    )


def _comparison(document: Mapping[str, Any], baseline: Mapping[str, Any]) -> Mapping[str, Any]:
    found = changes(document, baseline)
    return {
        "about": f"{_moment(baseline['started'])}, piwigo-contract {baseline['suite']['version']}",
        "changed": any(change.kind != "other" for change in found),
        "kinds": [
            {"title": title, "rows": [_changed(change, document) for change in found if change.kind == kind]}
            for kind, title in (("worse", "Worse"), ("better", "Better"), ("other", "Otherwise changed"))
        ],
    }


def _changed(change: Change, document: Mapping[str, Any]) -> Mapping[str, Any]:
    target = document["targets"][change.target]
    row = next(row for row in target["clauses"] if row["id"] == change.clause)
    where = f" on {target['url']}" if len(document["targets"]) > 1 else ""
    before = "not known" if change.before is None else WORDS[change.before]
    return {
        **row,
        "now": change.now,
        "anchor": change.clause if change.target == 0 else f"{change.clause}-{change.target + 1}",
        "words": f"was {before}, now {WORDS[change.now]}{where}",
    }


def _rendered(template: str, program: str = "page.js", **values: Any) -> str:
    environment = _environment()
    style, script = (_file(name) for name in ("page.css", program))
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    )
    page = environment.get_template(template).render(
        style=style, script=script, policy=policy, words=WORDS, headings=HEADINGS,
        explanations=EXPLANATIONS, roles=ROLES, outcomes_by_good=tuple(reversed(ORDER)), **values,
    )  # fmt: skip
    return page.rstrip() + "\n"


def compile_templates() -> None:
    """Do now what the first page would begin with."""
    _environment().get_template("page.html")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = templates("piwigo_contract.report")
    environment.filters.update(capital=_capital, moment=_moment, duration=_duration)
    return environment


def _file(name: str) -> str:
    return Path(__file__).with_name("templates").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """How a content security policy names the one style or script that may be used."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _moment(started: str) -> str:
    return f"{datetime.datetime.fromisoformat(started).astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest or round(seconds, 1)} s"
