"""`piwigo-reference`: serves the reference target until interrupted."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from piwigo_contract.command_line import Arguments, run
from piwigo_contract.reference import Reference, start
from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.mutants import MUTANTS


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = Arguments(
        prog="piwigo-reference",
        description="Serves a stand-in for a Piwigo gallery on 127.0.0.1, until interrupted. "
        "The first line of output is one JSON object: url, release, accounts, keys.",
    )
    result.add_argument("--release", default="16.4", choices=list(VERSIONS), help="default: %(default)s")
    result.add_argument("--port", type=int, default=0, help="default: any free one")
    result.add_argument("--path", default="", help="folder of the gallery, such as /photos")
    mode = result.add_mutually_exclusive_group()
    mode.add_argument("--fixed", action="store_true", default=True, help="every promise kept (default)")
    mode.add_argument("--faithful", action="store_false", dest="fixed", help="the release's deviations too")
    result.add_argument("--mutant", metavar="NAME", choices=list(MUTANTS), help="with one fault: a mutant's name")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 once interrupted, 4 for a usage error."""
    return run(parser(), arguments, _serve)


def _serve(asked: argparse.Namespace) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with start(Reference(asked.release, asked.fixed, asked.mutant, asked.path), asked.port) as server:
        try:
            print(json.dumps(server.banner), flush=True)
            stop.wait()
        except BrokenPipeError:
            # nobody reads what is printed: nobody can use the server
            sys.stderr.close()


if __name__ == "__main__":
    sys.exit(main())
