"""Whole runs on hostile targets, and the table of what became of them: `python -m tests.hostile_runs [KIND...]`."""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from piwigo_contract.contract.resources import SUITE
from tests.hostile import KINDS, target_of
from tests.running import ForkServer, Run

CHAPTERS = ("header", "rejection", "malformed")
"""What is judged of a gallery that passes the preflight."""

LONGEST, LARGEST = 90.0, 300
"""Seconds that a run may take where nothing can be used, and megabytes that any may hold."""

_VERDICT = re.compile(r"(?:Exit: no|No) verdict: .*|The contract is broken.*|Nothing is broken.*|.* clauses hold.*")


@dataclass(frozen=True)
class Ended:
    """What became of a run. line: which tells the verdict, shortened."""

    kind: str
    run: Run
    line: str
    seconds: float


def judge(kind: str, start: Callable[..., Run], *options: str) -> Ended:
    """Run the suite on a target of this kind. start: starts a run with these arguments, and waits for its end."""
    with target_of(kind) as (_, aimed):
        chapters = [str(SUITE / f"test_{name}.py") for name in CHAPTERS]
        began = time.monotonic()
        run = start(*chapters, *aimed, *options, "--hypothesis-profile", "quick")
        seconds = time.monotonic() - began
    found = _VERDICT.findall(f"{run.out}\n{run.err}")
    return Ended(kind, run, found[-1] if found else "", seconds)


def table(ended: Sequence[Ended]) -> str:
    """In Markdown."""
    rows = ["| target | exit | it says | s | MB |", "|---|---|---|---|---|"]
    for each in ended:
        line = re.sub(r"(127.0.0.1:)\d+", r"\1PORT", each.line).replace("|", r"\|").replace("<", "&lt;")
        line = re.sub(r"at \d\d:\d\d:\d\d UTC", "at ... UTC", line)
        short = line if len(line) <= 200 else f"{line[:200]}..."
        rows.append(f"| {each.kind} | {each.run.code} | {short} | {each.seconds:.0f} | {each.run.megabytes} |")
    return "\n".join(rows)


def main() -> None:
    ended = []
    server = ForkServer()
    for kind in sys.argv[1:] or KINDS:
        with tempfile.TemporaryDirectory() as folder:
            ended.append(judge(kind, lambda *given: server.start(Path(folder, "run"), *given).finish()))
            print(kind, ended[-1].run.code, f"{ended[-1].seconds:.0f} s", file=sys.stderr)
    server.stop()
    print(table(ended))


if __name__ == "__main__":
    main()
