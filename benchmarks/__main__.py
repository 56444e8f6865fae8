"""`python -m benchmarks`: measures, prints a table, writes JSON, and adds a line to the history."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from benchmarks import bare, keys, start_up, targets, told, whole_runs
from benchmarks.figures import FIGURES, Found, Round
from benchmarks.processes import Failed, Place, given, reference
from piwigo_contract.command_line import run

ROOT = Path(__file__).resolve().parent.parent


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(prog="python -m benchmarks", description="What the suite itself costs, as ratios.")
    result.add_argument("--target", metavar="URL", help="measure on it, too; access by the usual PIWIGO_ variables")
    result.add_argument("--only", metavar="FIGURE", action="append", choices=list(FIGURES), help=", ".join(FIGURES))
    result.add_argument("--repeat", metavar="N", type=_count, default=3, help="rounds (default: %(default)s)")
    result.add_argument("--effort", default="quick", help="of whole runs (default: %(default)s)")
    result.add_argument("-k", metavar="EXPRESSION", help="checks of whole runs and of bare (default: all)")
    result.add_argument("--keys", metavar="N", type=_count, default=5_000, help="malformed keys of a round")
    result.add_argument("--connections", metavar="N", type=_count, default=4, help="by which those keys go")
    result.add_argument("--memory-keys", metavar="N", type=_count, default=100_000, help="for memory")
    result.add_argument("--targets", metavar="N", type=_many, default=20, help="galleries in one run")
    result.add_argument("--json", metavar="FILE", type=Path, default=Path("reports/benchmarks.json"))
    result.add_argument("--history", metavar="FILE", type=Path, default=ROOT / "benchmarks" / "history.jsonl")
    return result


def _count(text: str) -> int:
    if not (number := int(text)) > 0:
        raise argparse.ArgumentTypeError("a number from 1")
    return number


def _many(text: str) -> int:
    if (number := int(text)) < 2:
        raise argparse.ArgumentTypeError("a number from 2")
    return number


def measure(asked: argparse.Namespace) -> int:
    """Measure round by round, each figure in each, and tell it. Exit code 2 where nothing could be measured."""
    wanted = [name for name in FIGURES if name in (asked.only or FIGURES)]
    rounds: dict[tuple[str, str], list[Round]] = defaultdict(list)
    try:
        with ExitStack() as stack:
            places = [stack.enter_context(reference())]
            places += [given(asked.target)] if asked.target else []
            for turn in range(asked.repeat):
                for place, found in _round(asked, wanted, places, turn):
                    for name in found:
                        if name in wanted:
                            rounds[place.name, name].append(found[name])
                    print(f"round {turn + 1}/{asked.repeat}, {place.name}: {', '.join(found)}", file=sys.stderr)
    except Failed as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 2
    told.tell({key: Found.of(every) for key, every in rounds.items()}, asked)
    return 0


def _round(
    asked: argparse.Namespace, wanted: list[str], places: list[Place], turn: int
) -> Iterator[tuple[Place, Mapping[str, Round]]]:
    chosen = ["-k", asked.k] if asked.k else []
    effort = ["--effort", asked.effort]
    of_place: dict[str, Callable[[Place], Mapping[str, Round]]] = {
        "waiting workers archive": lambda place: whole_runs.measure(place, [*effort, *chosen], wanted, turn),
        "bare": lambda place: bare.measure(place, [*effort, *chosen]),
        "keys": lambda place: keys.measure(place, asked.keys, asked.connections),
    }
    own: dict[str, Callable[[], Mapping[str, Round]]] = {
        "start": lambda: start_up.start(turn),
        "listing": lambda: start_up.listing(turn),
        "reds": lambda: whole_runs.reds([*effort, *chosen], turn),
        "memory": lambda: keys.memory(places[0], asked.memory_keys),
        "targets": lambda: targets.measure(asked.targets, turn),
    }
    for names, once in own.items():
        if names in wanted:
            yield places[0], once()
    for names, each in of_place.items():
        if set(names.split()) & set(wanted):
            for place in places[:: -1 if turn % 2 else 1]:
                yield place, each(place)


def main(arguments: list[str] | None = None) -> int:
    return run(parser(), arguments, measure)


if __name__ == "__main__":
    sys.exit(main())
