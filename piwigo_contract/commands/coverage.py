"""`python -m piwigo_contract.commands.coverage`: which clauses look at each promise, as docs/coverage.md has it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_out
from piwigo_contract.contract.clauses import load_contract
from piwigo_contract.contract.coverage import CONDITIONS, Promise, load_coverage

HEAD = """\
# What is looked at

Each promise under its conditions: who asks, by which carrier, with what beside it, by which method, about which thing,
before and after what, and which client. Each case has the clauses that look at it (`--explain ID` tells more of one),
or why none does. Made by `python -m piwigo_contract.commands.coverage -o docs/coverage.md` of
`specs/coverage/coverage.yaml`; a clause that is nowhere in it fails a test.
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = Arguments(prog="python -m piwigo_contract.commands.coverage", description=__doc__)
    result.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: standard output")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 4 for a usage error, or where the data does not fit the contract."""
    return run(parser(), arguments, _coverage)


def _coverage(asked: argparse.Namespace) -> None:
    write_out(as_markdown(load_coverage(load_contract())), asked.output)


def as_markdown(promises: Sequence[Promise]) -> str:
    """The page: a table a promise."""
    return "\n".join([HEAD, *(line for promise in promises for line in _table(promise))])


def _table(promise: Promise) -> Iterator[str]:
    yield from (f"## {promise.text}", "", f"({promise.source})", "", "| condition | case | clauses |", "|---|---|---|")
    for condition, told in CONDITIONS.items():
        for number, case in enumerate(promise.cases[condition]):
            clauses = " ".join(case.clauses) or f"none: {case.none}"
            yield f"| {'' if number else told} | {case.name} | {clauses} |"
    yield ""


if __name__ == "__main__":
    sys.exit(main())
