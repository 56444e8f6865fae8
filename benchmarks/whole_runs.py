"""A whole run in series, with two workers, and with an archive; and how much of it is waiting for the target.

With OUT and arguments of the suite this module is the run in series: it writes down what was waited.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.figures import Round, Spent, covered
from benchmarks.processes import QUIET, SUITE, Place, reference, spent

JUDGED = (0, 1)
"""Exit codes of a run that came to a verdict."""


def measure(place: Place, selection: Sequence[str], wanted: Sequence[str], turn: int) -> dict[str, Round]:
    """One round of waiting, and of workers and archive where those are wanted. turn: which goes first."""
    with tempfile.TemporaryDirectory() as folder:
        out, har = Path(folder, "waited.json"), Path(folder, "run.har")
        arguments = [*QUIET, *selection]

        def suite(*more: str) -> Callable[[], Spent]:
            return lambda: spent([*SUITE, *arguments, *more], place.environment, JUDGED)

        series = [sys.executable, "-m", "benchmarks.whole_runs", str(out), *arguments]
        runs = {"series": lambda: spent(series, place.environment, JUDGED)}
        if "workers" in wanted:
            runs["workers"] = suite("-n", "2")
        if "archive" in wanted:
            runs["archive"] = suite("--har", str(har))
        names = list(runs)
        took = {name: runs[name]() for name in [*names[turn % len(names) :], *names[: turn % len(names)]]}
        waited = json.loads(out.read_text())["waited"]
    found = {"waiting": Round(took["series"].wall / waited)}
    return found | {name: took[name].over(took["series"]) for name in names if name != "series"}


def reds(selection: Sequence[str], turn: int) -> dict[str, Round]:
    """One round of a run that finds dozens of clauses broken, and of one that finds none. turn: which goes first."""
    took = {}
    for option in ("--faithful", "--fixed")[:: -1 if turn % 2 else 1]:
        with reference("16.4", option) as place:
            took[option] = spent([*SUITE, *QUIET, *selection], place.environment, JUDGED)
    return {"reds": took["--faithful"].over(took["--fixed"])}


class Meter:
    """A plugin of pytest: when each exchange began and ended."""

    def __init__(self) -> None:
        self.intervals: list[tuple[float, float]] = []

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        from piwigo_contract.client.transport import Transport

        send = Transport.exchange_raw

        def timed(transport: Transport, exchanges: Sequence[Any], ask: Any) -> Exception | None:
            try:
                return send(transport, exchanges, ask)
            finally:
                self.intervals += [(each.started, each.started + each.seconds) for each in exchanges]

        patch.setattr(Transport, "exchange_raw", timed)


def main(out: str, *arguments: str) -> int:
    from piwigo_contract.cli import main as suite

    meter = Meter()
    with pytest.MonkeyPatch.context() as patch:
        meter.watch(patch)
        code = suite(list(arguments))
    told = {"waited": covered(meter.intervals), "requests": len(meter.intervals)}
    Path(out).write_text(json.dumps(told), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
