"""What was found: as a table, as JSON, and as a line of the history."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.figures import FIGURES, Found, Spread, is_met
from benchmarks.processes import ROOT
from piwigo_contract import __version__
from piwigo_contract.command_line import write_file

SETTINGS = ("repeat", "effort", "k", "keys", "connections", "memory_keys", "targets")

WIDTH = 120
"""Columns of the table, in a log, too."""

Results = Mapping[tuple[str, str], Found]
"""By the target's and the figure's names."""


def tell(results: Results, asked: argparse.Namespace) -> None:
    """Print it, write it, and keep it."""
    Console(width=WIDTH).print(table(results))
    document = as_document(results, asked)
    write_file(json.dumps(document, indent=1) + "\n", asked.json)
    asked.history.parent.mkdir(parents=True, exist_ok=True)
    with asked.history.open("a", encoding="utf-8") as history:
        history.write(json.dumps(document) + "\n")


def table(results: Results) -> Table:
    made = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("figure", "ratio", "target", "median (least to most)", "of processor time", "aim", ""):
        made.add_column(heading, no_wrap=heading != "ratio")
    for (place, name), found in sorted(results.items(), key=lambda row: list(FIGURES).index(row[0][1])):
        figure = FIGURES[name]
        aim = f"{'≥' if figure.at_least else '≤'} {figure.aim:g}"
        where = "" if figure.own else place
        met = "met" if is_met(figure, found) else "missed"
        made.add_row(name, figure.about, where, _spoken(found.ratio), _spoken(found.cpu), aim, met)
    return made


def _spoken(spread: Spread | None) -> str:
    return "" if spread is None else f"{spread.median:.2f} ({spread.least:.2f} to {spread.most:.2f})"


def as_document(results: Results, asked: argparse.Namespace) -> dict[str, Any]:
    """What was found when, by what and on what; no address of a target."""
    figures: dict[str, dict[str, Any]] = {}
    for (place, name), found in results.items():
        row = {"aim": FIGURES[name].aim, "met": is_met(FIGURES[name], found), **dataclasses.asdict(found)}
        figures.setdefault(place, {})[name] = row
    return {
        "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "version": __version__,
        "commit": _commit(),
        "machine": {
            "processors": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "system": platform.system(),
        },
        "settings": {name: getattr(asked, name) for name in SETTINGS},
        "figures": figures,
    }


def _commit() -> str | None:
    """Of the checkout, with a plus sign where it was changed since; None where there is no git."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()
