"""What each further target takes. With a number this module serves so many galleries, and prints their URLs."""

from __future__ import annotations

import json
import signal
import sys
import threading
from contextlib import ExitStack

from benchmarks.figures import Round
from benchmarks.processes import QUIET, SUITE, environment, first_line_of, spent
from benchmarks.whole_runs import JUDGED

CHECKS = "HDR or REJ"
"""What is checked on each."""


def measure(count: int, turn: int) -> dict[str, Round]:
    """One round: all targets in one run, and the first alone."""
    with first_line_of("benchmarks.targets", str(count)) as galleries:
        access = environment(PIWIGO_WEBMASTER=galleries["webmaster"])

        def run(*urls: str) -> list[str]:
            return [*SUITE, *QUIET, "-k", CHECKS, *(word for url in urls for word in ("--target", url))]

        sizes = {"one": galleries["urls"][:1], "all": galleries["urls"]}
        took = {name: spent(run(*sizes[name]), access, JUDGED) for name in sorted(sizes, reverse=bool(turn % 2))}
    one, more = took["one"], count - 1
    return {
        "targets": Round((took["all"].wall - one.wall) / more / one.wall, (took["all"].cpu - one.cpu) / more / one.cpu)
    }


def main(count: str) -> None:
    from piwigo_contract.reference import Reference, start

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with ExitStack() as stack:
        servers = [stack.enter_context(start(Reference())) for _ in range(int(count))]
        print(
            json.dumps({"urls": [each.url for each in servers], "webmaster": servers[0].banner["webmaster"]}),
            flush=True,
        )
        stop.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
