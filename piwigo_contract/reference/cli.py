"""`piwigo-reference`: serves the reference target until interrupted."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from piwigo_contract import __version__
from piwigo_contract.command_line import Arguments, run, write_out
from piwigo_contract.reference import Reference, start
from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.certificate import self_signed
from piwigo_contract.reference.conditions import Conditions, Failure
from piwigo_contract.reference.mutants import MUTANTS
from piwigo_contract.reference.server import HOST
from piwigo_contract.urls import is_here

MADE = "made"
"""What `--tls` is without a file: a certificate is made."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = Arguments(
        prog="piwigo-reference",
        description="Serves a stand-in for a Piwigo gallery, until interrupted. "
        "The first line of output is one JSON object: url, release, accounts, keys. "
        "The page URL/_reference/ shows what is in it and what it was asked.",
    )
    result.add_argument("--version", action="version", version=f"piwigo-reference {__version__}")
    result.add_argument("--list-mutants", action="store_true", help="the faults that there are for --mutant, and end")
    result.add_argument("--release", default="16.4", choices=list(VERSIONS), help="default: %(default)s")
    result.add_argument("--host", default=HOST, help="to listen on, default: %(default)s; others can reach 0.0.0.0")
    result.add_argument("--port", type=int, default=0, help="default: any free one")
    result.add_argument("--path", default="", help="folder of the gallery, such as /photos")
    result.add_argument(
        "--tls", metavar="FILE", nargs="?", const=MADE, help="by https; FILE: your certificate and key in PEM"
    )

    behaviour = result.add_argument_group("how it behaves")
    mode = behaviour.add_mutually_exclusive_group()
    mode.add_argument("--fixed", action="store_true", default=True, help="every promise kept (default)")
    mode.add_argument("--faithful", action="store_false", dest="fixed", help="the release's deviations too")
    behaviour.add_argument("--mutant", metavar="NAME", help="with one fault: a mutant's name (--list-mutants)")
    behaviour.add_argument("--latency", metavar="MS", type=int, default=0, help="milliseconds before each answer")
    behaviour.add_argument(
        "--fail",
        metavar="METHOD=STATUS[:N]",
        action="append",
        default=[],
        help="answer the first N calls of a method (default: all) with this HTTP status; may be given again",
    )
    behaviour.add_argument("--rate-limit", metavar="N", type=int, help="requests a second, above which one gets a 429")
    behaviour.add_argument("--expire-after", metavar="S", type=int, help="seconds until a new key expires")

    content = result.add_argument_group("what is in it")
    content.add_argument("--seed", metavar="FILE", type=Path, help="YAML with your own albums, photos, users and keys")
    content.add_argument("--keep", metavar="FOLDER", type=Path, help="keep the files of photos there, and show them")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 once interrupted, 4 for a usage error."""
    return run(parser(), arguments, _serve)


def _serve(asked: argparse.Namespace) -> None:
    if asked.list_mutants:
        write_out("".join(f"{line}\n" for line in _mutants()), None)
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with _by_tls(reference_of(asked), asked.tls) as (served, more), start(served, asked.port) as server:
        if not is_here(asked.host):
            print(f"WARNING: {asked.host}: whoever reaches this machine can log in; the passwords are known to all",
                  file=sys.stderr)  # fmt: skip
        try:
            print(json.dumps({**server.banner, **more}), flush=True)
            stop.wait()
        except BrokenPipeError:
            # nobody reads what is printed: nobody can use the server
            sys.stderr.close()


def reference_of(asked: argparse.Namespace) -> Reference:
    """What the command line asks for, but for `--tls`. Raises UsageError."""
    return Reference(
        asked.release,
        asked.fixed,
        asked.mutant,
        asked.path,
        host=asked.host,
        conditions=Conditions(asked.latency, tuple(map(Failure.read, asked.fail)), asked.rate_limit),
        expire_after=asked.expire_after,
        content=asked.seed,
        keep=asked.keep,
    )


def _mutants() -> Iterator[str]:
    """A line for each: its name, the clauses that turn red, what is wrong."""
    for name, each in sorted(MUTANTS.items()):
        yield f"{name}\t{' '.join(each.clauses)}\t{each.fault}"


@contextmanager
def _by_tls(reference: Reference, tls: str | None) -> Iterator[tuple[Reference, dict[str, str]]]:
    """The reference with its certificate, and what the first line says of that."""
    if tls is None:
        yield reference, {}
    elif tls != MADE:
        yield replace(reference, tls=Path(tls)), {}
    else:
        with tempfile.TemporaryDirectory(prefix="piwigo-reference-") as folder:
            certificate, both = self_signed(reference.host, Path(folder))
            yield replace(reference, tls=both), {"ca_bundle": str(certificate)}


if __name__ == "__main__":
    sys.exit(main())
