"""A hoster: so many galleries under so many paths of one server, each made when it is first asked for.

As a module, `python -m benchmarks.hosting COUNT MUTANTS`, it serves them until it is ended; the first line of its
output is JSON, with their URLs, the webmaster of all, and the mutant of each that has one.
"""

from __future__ import annotations

import dataclasses
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING

from piwigo_contract.reference import Reference
from piwigo_contract.reference.mutants import MUTANTS
from piwigo_contract.reference.seed import WEBMASTER
from piwigo_contract.reference.server import HOST, HttpServer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

RELEASES = ("16.0", "16.2", "16.4", "17.0")
CLAUSES = ("HDR-01", "HDR-02", "HDR-35", "REJ-01", "REJ-02", "REJ-08", "REJ-09")
"""What is checked on many galleries: few requests, which find many a mutant."""


MISSED = {
    *("bcrypt-of-the-whole-key", "identifier-cut-to-its-column", "list-of-languages-is-fatal-to-a-login"),
    *("odd-cookies-refused-by-a-login", "proxy-cuts-long-headers", "secret-ends-where-the-kept-one-does"),
    *("session-of-another-program-resumed", "unknown-language-is-fatal-to-a-login"),
    "unknown-language-is-the-user-s-from-a-login-on",
}
"""Mutants of these clauses that a quick run does not find: it takes too few examples, or other clauses to tell."""

Around = Callable[[str, "WSGIApplication"], "WSGIApplication"]


@dataclass(frozen=True)
class Hoster:
    """What is served. mutants: the fault of each gallery that has one, by its URL."""

    urls: list[str]
    webmaster: str
    mutants: Mapping[str, str]


@contextmanager
def hosted(count: int, mutants: Iterable[str] = (), around: Around = lambda path, gallery: gallery) -> Iterator[Hoster]:
    """Serve so many galleries of RELEASES; every few of them have one of these mutants each.

    around: what is to be served in place of each, called when it is made.
    """
    faults = list(mutants)
    every = max(1, count // max(1, len(faults)))
    wanted = {}
    for number in range(count):
        turn, place = divmod(number, every)
        fault = MUTANTS[faults[turn]] if turn < len(faults) and place == every // 2 else None
        release = RELEASES[number % len(RELEASES)] if fault is None else fault.release
        path = f"/gallery{number:04}"
        wanted[path] = Reference(release, mutant=fault and fault.name, path=path)
    made: dict[str, WSGIApplication] = {}
    lock = threading.Lock()

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = "/" + environ["PATH_INFO"].split("/")[1]
        with lock:
            if path not in made:
                made[path] = around(path, wanted[path].in_front_of(wanted[path].build()[0]))
        return made[path](environ, start_response)

    server = HttpServer(application, 0)
    try:
        root = f"http://{HOST}:{server.port}"
        yield Hoster(
            [f"{root}{path}/" for path in wanted],
            ":".join(WEBMASTER),
            {f"{root}{path}/": each.mutant for path, each in wanted.items() if each.mutant is not None},
        )
    finally:
        server.stop()


def caught() -> list[str]:
    """The mutants that CLAUSES catch in a quick run."""
    found = [each for each in MUTANTS.values() if set(each.clauses).intersection(CLAUSES) and each.site_list is None]
    return sorted(each.name for each in found if each.name not in MISSED)


def main(count: str, mutants: str = "0") -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with hosted(int(count), islice(cycle(caught()), int(mutants))) as hoster:
        print(json.dumps(dataclasses.asdict(hoster)), flush=True)
        stop.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
