"""What each further gallery of a fleet takes; and that the mutants among them are found, and nothing else."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Round, Spent
from benchmarks.hosting import CLAUSES
from benchmarks.processes import QUIET, SUITE, Failed, environment, first_line_of, spent
from benchmarks.whole_runs import JUDGED

MUTANTS = 0.03
"""The share of galleries that have a fault."""


def measure(count: int, turn: int) -> dict[str, Round]:
    """One round: all galleries in one run, and the first alone. Raises Failed where the wrong ones are broken."""
    with (
        first_line_of("benchmarks.hosting", str(count), str(round(count * MUTANTS))) as hoster,
        tempfile.TemporaryDirectory() as folder,
    ):
        sizes = {"one": hoster["urls"][:1], "all": hoster["urls"]}
        took = {}
        for name in sorted(sizes, reverse=bool(turn % 2)):
            took[name] = _judged(Path(folder, name), sizes[name], hoster)
    one, more = took["one"], count - 1
    return {"targets": Round((took["all"].wall - one.wall) / more / one.wall)}


def _judged(folder: Path, urls: Sequence[str], hoster: Any) -> Spent:
    folder.mkdir()
    targets, result = folder / "targets.csv", folder / "compliance.json"
    targets.write_text("url\n" + "\n".join(urls) + "\n")
    chosen = ["--effort", "quick", "-k", " or ".join(CLAUSES), "--targets-file", str(targets)]
    access = environment(PIWIGO_WEBMASTER=hoster["webmaster"])
    took = spent([*SUITE, *QUIET, *chosen, "--compliance-json", str(result)], access, JUDGED)
    broken = {each["url"] for each in json.loads(result.read_text())["targets"] if each["verdict"] == "fail"}
    if wrong := broken ^ (hoster["mutants"].keys() & set(urls)):
        raise Failed(f"galleries whose verdict is wrong: {' '.join(sorted(wrong))}")
    return took
