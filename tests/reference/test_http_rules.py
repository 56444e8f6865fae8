"""How the reference reads HTTP: for each shape of request, who it takes the caller for, or the status it refuses with.

The answers of `--faithful` are those that real galleries of 16.4.0 and 16.0.0 behind nginx 1.22 gave.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest

from piwigo_contract.reference import Reference, RunningServer, start
from piwigo_contract.reference.http_rules import HEAD_LIMIT, LINE_LIMIT

GET = "GET /ws.php?format=json&method=pwg.session.getStatus"


@pytest.fixture(scope="module")
def fixed() -> Iterator[RunningServer]:
    with start(Reference()) as running:
        yield running


@pytest.fixture(scope="module")
def faithful() -> Iterator[RunningServer]:
    with start(Reference(fixed=False)) as running:
        yield running


@pytest.fixture(scope="module")
def faithful_16_0() -> Iterator[RunningServer]:
    with start(Reference("16.0", fixed=False)) as running:
        yield running


def said(server: RunningServer, *requests: str) -> list[str]:
    """Send this over one connection: each answer's caller or status, until it closes. KEY, PKID, SECRET are put in."""
    key = server.banner["api_key"]
    pkid, _, secret = key.partition(":")
    text = "".join(requests).replace("KEY", key).replace("PKID", pkid).replace("SECRET", secret)
    port = int(server.url.split(":")[2].strip("/"))
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(text.encode("latin-1"))
        got = b"".join(iter(lambda: wire.recv(65536), b"")).decode("latin-1")
    answers = re.split(r"(?=HTTP/1\.1 \d)", got)[1:]
    return [(re.findall(r'"username":"(\w+)"', answer) or [answer.split()[1]])[0] for answer in answers]


def asked(*lines: str, version: str = "HTTP/1.1", close: bool = True) -> str:
    last = ["Connection: close"] if close else []
    return "\r\n".join([f"{GET} {version}", "Host: x", *lines, *last, "", ""])


LINES = {
    "the key": (["X-PIWIGO-API: KEY"], "alice"),
    "another case": (["x-pIwIgO-aPi: KEY"], "alice"),
    "no blank": (["X-PIWIGO-API:KEY"], "alice"),
    "blanks": (["X-PIWIGO-API:   KEY  "], "alice"),
    "folded inside": (["X-PIWIGO-API: PKID:\r\n SECRET"], "400"),
    "folded before": (["X-PIWIGO-API:\r\n\tKEY"], "400"),
    "folded after": (["X-PIWIGO-API: KEY\r\n "], "400"),
    "folded header": (["X-Other: a\r\n X-PIWIGO-API: KEY"], "400"),
    "bare LF before": (["X-Other: a\nX-PIWIGO-API: KEY"], "alice"),
    "bare LF after": (["X-PIWIGO-API: KEY\nX-Other: a"], "alice"),
    "bare CR before": (["X-Other: a\rX-PIWIGO-API: KEY"], "400"),
    "bare CR after": (["X-PIWIGO-API: KEY\rX-Other: a"], "400"),
    "NUL after": (["X-PIWIGO-API: KEY\0"], "400"),
    "blank before the colon": (["X-PIWIGO-API : KEY"], "400"),
    "tab before the colon": (["X-PIWIGO-API\t: KEY"], "400"),
    "blanks for hyphens": (["X PIWIGO API: KEY"], "400"),
    "no colon": (["X-PIWIGO-API KEY"], "400"),
    "no name": ([": KEY"], "400"),
    "underscores": (["X_PIWIGO_API: KEY"], "guest"),
    "dots": (["X.PIWIGO.API: KEY"], "guest"),
    "twice": (["X-PIWIGO-API: KEY", "X-PIWIGO-API: KEY"], "alice"),
    "a wrong one first": (["X-PIWIGO-API: a:b", "X-PIWIGO-API: KEY"], "alice"),
    "a wrong one last": (["X-PIWIGO-API: KEY", "X-PIWIGO-API: a:b"], "401"),
    "an empty one first": (["X-PIWIGO-API:", "X-PIWIGO-API: KEY"], "alice"),
    "an empty one last": (["X-PIWIGO-API: KEY", "X-PIWIGO-API:"], "guest"),
    "no-break space after": (["X-PIWIGO-API: KEY\xa0"], "401"),
    "next line after": (["X-PIWIGO-API: KEY\x85"], "401"),
    "obs-text elsewhere": (["X-PIWIGO-API: KEY", "X-Other: caf\xe9\x80\xff"], "alice"),
}


@pytest.mark.parametrize(("lines", "who"), LINES.values(), ids=LINES)
@pytest.mark.parametrize("kind", ["fixed", "faithful"])
def test_lines_of_the_header(request: pytest.FixtureRequest, kind: str, lines: list[str], who: str) -> None:
    assert said(request.getfixturevalue(kind), asked(*lines)) == [who]


@pytest.mark.parametrize("line", ["X-PIWIGO-API:\tKEY", "X-PIWIGO-API: KEY\t", "X-PIWIGO-API: \t KEY \t "])
def test_tabs_around_the_key(fixed: RunningServer, faithful: RunningServer, line: str) -> None:
    assert said(fixed, asked(line)) == ["alice"]
    assert said(faithful, asked(line)) == ["401"]


def test_the_header_of_16_0_may_not_come_twice(faithful_16_0: RunningServer) -> None:
    assert said(faithful_16_0, asked("Authorization: KEY")) == ["alice"]
    assert said(faithful_16_0, asked("Authorization: KEY", "Authorization: KEY")) == ["400"]


def test_a_head_that_ends_its_lines_with_lf_alone(fixed: RunningServer) -> None:
    assert said(fixed, asked("X-PIWIGO-API: KEY").replace("\r", "")) == ["alice"]


VERSIONS = {"HTTP/1.0": "alice", "HTTP/1.2": "alice", "HTTP/2.0": "505", "http/1.1": "400", "": "400", "HTTP/11": "400"}


@pytest.mark.parametrize(("version", "who"), VERSIONS.items())
def test_versions(fixed: RunningServer, version: str, who: str) -> None:
    assert said(fixed, asked("X-PIWIGO-API: KEY", version=version)) == [who]


def test_http_1_0_closes_the_connection(fixed: RunningServer) -> None:
    first = asked("X-PIWIGO-API: KEY", "Connection: keep-alive", version="HTTP/1.0", close=False)
    assert said(fixed, first, asked()) == ["alice"]


def test_a_long_head(fixed: RunningServer) -> None:
    assert said(fixed, asked("X-Other: " + "a" * (LINE_LIMIT - 20))) == ["guest"]
    assert said(fixed, asked("X-Other: " + "a" * LINE_LIMIT)) == ["400"]
    assert said(fixed, asked(*["X-Other: " + "a" * 4000] * (HEAD_LIMIT // 4000 + 1))) == ["400"]
    assert said(fixed, asked().replace("/ws.php", "/" + "a" * LINE_LIMIT)) == ["414"]


def post(*lines: str, body: str) -> str:
    return asked(*lines, close=False).replace("GET", "POST", 1) + body


HIDDEN = asked("X-PIWIGO-API: KEY")
WITH_LENGTH = "Content-Length: 400"
CHUNKED = "Transfer-Encoding: chunked"
BODIES = {
    "chunked": (post("X-PIWIGO-API: KEY", CHUNKED, body="3\r\na=b\r\n0\r\n\r\n"), ["alice", "guest"]),
    "trailer": (post(CHUNKED, body="3\r\na=b\r\n0\r\nX-PIWIGO-API: KEY\r\n\r\n"), ["guest", "guest"]),
    "chunk extension": (post(CHUNKED, body="3;X-PIWIGO-API: KEY\r\na=b\r\n0\r\n\r\n"), ["guest", "guest"]),
    "chunk without a size": (post(CHUNKED, body="x\r\na=b\r\n0\r\n\r\n"), ["400"]),
    "chunk longer than told": (post(CHUNKED, body="2\r\na=b\r\n0\r\n\r\n"), ["400"]),
    "length and chunked": (post(WITH_LENGTH, CHUNKED, body="0\r\n\r\n" + HIDDEN), ["400"]),
    "chunked and length": (post(CHUNKED, WITH_LENGTH, body="0\r\n\r\n" + HIDDEN), ["400"]),
    "chunked twice": (post(CHUNKED, CHUNKED, body="0\r\n\r\n" + HIDDEN), ["400"]),
    "unknown coding": (post("Transfer-Encoding: xchunked", body="0\r\n\r\n" + HIDDEN), ["501"]),
    "unknown coding and length": (post("Transfer-Encoding: x", WITH_LENGTH, body="0\r\n\r\n" + HIDDEN), ["501"]),
    "chunked is not last": (post("Transfer-Encoding: chunked, identity", body="0\r\n\r\n" + HIDDEN), ["501"]),
    "two lengths": (post("Content-Length: 0", WITH_LENGTH, body=HIDDEN), ["400"]),
    "a list of lengths": (post("Content-Length: 0, 0", body=HIDDEN), ["400"]),
    "a length with a sign": (post("Content-Length: +0", body=HIDDEN), ["400"]),
    "a hexadecimal length": (post("Content-Length: 0x0", body=HIDDEN), ["400"]),
    "chunked in 1.0": (post(CHUNKED, body="0\r\n\r\n" + HIDDEN).replace("/1.1", "/1.0", 1), ["400"]),
}


@pytest.mark.parametrize(("request_", "answers"), BODIES.values(), ids=BODIES)
def test_bodies(fixed: RunningServer, request_: str, answers: list[str]) -> None:
    """And another request after each: it is answered where it is known where the first one ends."""
    assert said(fixed, request_, asked()) == answers
