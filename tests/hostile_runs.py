"""Whole runs on hostile targets, and the table of what became of them: `python -m tests.hostile_runs [KIND...]`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from piwigo_contract.contract.resources import SUITE
from tests.hostile import KINDS, target_of
from tests.running import ROOT, clean_environment

CHAPTERS = ("header", "rejection", "malformed", "wire", "life")
"""What is judged of a gallery that passes the preflight."""

LONGEST, LARGEST = 90.0, 300
"""Seconds that a run may take where nothing can be used, and megabytes that any may hold."""

_LINE = re.compile(r"ERROR: |Exit: |No verdict: |The contract is broken|Nothing is broken|.*clauses could not be|!+ ")


@dataclass(frozen=True)
class Ended:
    """What became of a run. line: which tells the verdict. said: all of its output. written: the files it left."""

    kind: str
    code: int
    line: str
    seconds: float
    megabytes: int
    said: str
    written: frozenset[str]


def judge(kind: str, folder: Path, *options: str) -> Ended:
    """Run the suite on a target of this kind, in this folder, which is empty."""
    with target_of(kind) as (_, aimed), (folder.parent / "said").open("wb+") as said:
        chapters = [str(SUITE / f"test_{name}.py") for name in CHAPTERS]
        command = [
            sys.executable,
            "-m",
            "piwigo_contract",
            *chapters,
            *aimed,
            *options,
            "--hypothesis-profile",
            "quick",
        ]
        environment = {**clean_environment(), "PYTHONPATH": str(ROOT)}
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    written = frozenset(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return Ended(kind, process.returncode, _verdict(text), seconds, used.ru_maxrss // 1024, text, written)


def _verdict(text: str) -> str:
    lines = [line.strip("! ") for line in text.splitlines() if _LINE.match(line)]
    return lines[-1] if lines else ""


def table(ended: Sequence[Ended]) -> str:
    """In Markdown."""
    rows = ["| target | exit | it says | s | MB |", "|---|---|---|---|---|"]
    for each in ended:
        line = re.sub(r"(http.?://127.0.0.1:)\d+", r"\1PORT", each.line).replace("|", r"\|").replace("<", "&lt;")
        rows.append(f"| {each.kind} | {each.code} | {line[:200]} | {each.seconds:.0f} | {each.megabytes} |")
    return "\n".join(rows)


def main() -> None:
    ended = []
    for kind in sys.argv[1:] or KINDS:
        with tempfile.TemporaryDirectory() as folder:
            (inner := Path(folder, "run")).mkdir()
            ended.append(judge(kind, inner))
            print(f"{kind}: {ended[-1].code}, {ended[-1].seconds:.0f} s", file=sys.stderr)
    print(table(ended))


if __name__ == "__main__":
    main()
