"""Targets that are broken or malicious, each in one way, and what of them a run has to survive.

A kind is a function that has a socket with a request on it; or a fault of a gallery that is well otherwise.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count

from werkzeug.wrappers import Request, Response

from tests.faults import HEADER, HOSTILE
from tests.serving import HOST, Fault, gallery, request_on

OK = b"HTTP/1.1 200 OK\r\n"
PLAIN = OK + b"Content-Type: text/plain; charset=utf-8\r\n"
CHUNKED = PLAIN + b"Transfer-Encoding: chunked\r\n\r\n"
STATUS = b'{"stat":"ok","result":{"username":"guest","status":"guest","version":"16.4.0"}}'
DEEP = 200_000
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Ask:
    """A connection with a request on it. gone: is set once nobody is there any more."""

    connection: socket.socket
    request: bytes
    gone: threading.Event

    @property
    def format(self) -> str:
        found = re.search(rb"[?&]format=(\w+)", self.request)
        return found[1].decode() if found else "rest"

    def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.sendall(piece)

    def whole(self, body: bytes, *headers: bytes, status: bytes = b"200 OK") -> None:
        lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
        self.say(b"\r\n".join([*lines, b"", b""]) + body)

    def slowly(self, data: bytes) -> None:
        """A byte in a fifth of a second."""
        for byte in data:
            if self.gone.wait(0.2):
                return
            self.say(bytes([byte]))

    def for_ever(self, piece: bytes) -> None:
        while not self.gone.is_set():
            self.say(piece)

    def hang(self) -> None:
        self.gone.wait(300)


Way = Callable[[Ask], object]


def says(*pieces: bytes) -> Way:
    return lambda ask: ask.say(*pieces)


def answers(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> Way:
    return lambda ask: ask.whole(body, *headers, status=status)


def says_and_hangs(*pieces: bytes) -> Way:
    return lambda ask: (ask.say(*pieces), ask.hang())


def slowly(at_once: bytes, rest: bytes) -> Way:
    return lambda ask: (ask.say(at_once), ask.slowly(rest))


def for_ever(start: bytes, piece: bytes) -> Way:
    return lambda ask: (ask.say(start), ask.for_ever(piece))


def big_json(ask: Ask) -> None:
    ask.say(PLAIN + b"Content-Length: %d\r\n\r\n" % (200 * MEGABYTE) + b'{"stat":"ok","result":[')
    for _ in range(200):
        ask.say(b"[0]," * (MEGABYTE // 4))


def bomb(*codings: str) -> Way:
    body = bytes(64 * MEGABYTE)
    for coding in codings:
        body = zlib.compress(body) if coding == "deflate" else gzip.compress(body)
    return answers(body, b"Content-Encoding: " + ", ".join(codings).encode())


def coded(body: bytes, codings: bytes) -> Way:
    return answers(body, b"Content-Encoding: " + codings)


def in_format(**bodies: bytes) -> Way:
    """As a good gallery, but for answers in these formats."""
    return lambda ask: ask.whole(bodies.get(ask.format, STATUS))


_NESTED = {
    "json": b'{"stat":"ok","result":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "rest": b'<rsp stat="ok">' + b"<a>" * DEEP + b"</a>" * DEEP + b"</rsp>",
    "xmlrpc": b"<methodResponse><params><param>"
    + b"<value><array><data>" * (DEEP // 3)
    + b"</data></array></value>" * (DEEP // 3)
    + b"</param></params></methodResponse>",
    "php": b'a:2:{s:4:"stat";s:2:"ok";s:6:"result";' + b"a:1:{i:0;" * DEEP + b"N;" + b"}" * DEEP + b"}",
}
_LAUGHS = "".join(f'<!ENTITY l{n} "{10 * f"&l{n - 1};"}">' for n in range(1, 10))
_ENTITIES = (
    f'<?xml version="1.0"?><!DOCTYPE rsp [<!ENTITY l0 "lol">{_LAUGHS}]><rsp stat="ok"><username>&l9;</username></rsp>'
)
OUTSIDE = "http://127.0.0.1:9/entity"
_EXTERNAL = (
    f'<?xml version="1.0"?><!DOCTYPE rsp SYSTEM "{OUTSIDE}" [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    '<rsp stat="ok"><username>&f;</username></rsp>'
)


def _status(**more: str) -> bytes:
    """An anonymous caller's status, with these fields as they are written."""
    fields = {"username": '"guest"', "status": '"guest"', "version": '"16.4.0"', **more}
    inner = ",".join(f'"{name}":{value}' for name, value in fields.items())
    return f'{{"stat":"ok","result":{{{inner}}}}}'.encode()


_HEAD_AGAIN = b"HTTP/1.1 100 Continue\r\n\r\n"

BROKEN: dict[str, Way] = {
    "closes at once": says(),
    "closes in the head": says(OK + b"Content-Ty"),
    "closes in the body": says(PLAIN + b"Content-Length: 500\r\n\r\n" + STATUS),
    "hangs before the head": says_and_hangs(),
    "hangs in the head": says_and_hangs(OK + b"Content-Ty"),
    "hangs in the body": says_and_hangs(PLAIN + b"Content-Length: 500\r\n\r\n" + STATUS),
    "a byte at a time, head": slowly(b"", OK + b"X: y\r\n" * 1000),
    "a byte at a time, body": slowly(PLAIN + b"\r\n", b" " * 10_000),
    "a byte at a time, chunks": slowly(CHUNKED, b"1\r\n \r\n" * 10_000),
    "endless body": for_ever(PLAIN + b"\r\n", b" " * 65536),
    "endless chunks": for_ever(CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "chunks of one byte": for_ever(CHUNKED, b"1\r\n \r\n" * 10_000),
    "200 MB of JSON": big_json,
    "gzip bomb": bomb("gzip"),
    "gzip bomb in gzip": bomb("gzip", "gzip", "gzip"),
    "deflate bomb": bomb("deflate"),
    "brotli that is none": coded(b"\x0b\x05\x80", b"br"),
    "zstd that is none": coded(b"\x28\xb5\x2f\xfd" + bytes(100), b"zstd"),
    "thousands of codings": coded(gzip.compress(STATUS), b", ".join([b"gzip"] * 5000)),
    "gzip of 300,000 members": coded(gzip.compress(b"") * 300_000, b"gzip"),
    "a header of 10 MB": says(OK + b"X: " + b"y" * (10 * MEGABYTE) + b"\r\n\r\n" + STATUS),
    "thousands of headers": says(OK + b"X: y\r\n" * 5000 + b"\r\n" + STATUS),
    "Set-Cookie floods": says(OK + b"Set-Cookie: a=b\r\n" * 10_000 + b"\r\n" + STATUS),
    "endless header lines": for_ever(OK, b"X: y\r\n" * 1000),
    "100 Continue for ever": for_ever(b"", _HEAD_AGAIN * 1000),
    "103 Early Hints for ever": for_ever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 1000),
    "switches protocols": says_and_hangs(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
    ),
    "redirect loop": answers(b"", b"Location: /ws.php", status=b"302 Found"),
    "redirect to another host": answers(b"", b"Location: http://elsewhere.invalid/ws.php", status=b"302 Found"),
    "redirect to a file": answers(b"", b"Location: file:///etc/passwd", status=b"302 Found"),
    "redirect that is no URL": answers(b"", b"Location: http://[::1:80/", status=b"302 Found"),
    "content length of a petabyte": says_and_hangs(PLAIN + b"Content-Length: %d\r\n\r\n" % 10**15 + STATUS),
    "content length that is too short": says(PLAIN + b"Content-Length: 5\r\n\r\n" + STATUS),
    "negative content length": says(PLAIN + b"Content-Length: -5\r\n\r\n" + STATUS),
    "two content lengths": says(PLAIN + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + STATUS),
    "invalid chunks": says(CHUNKED + b"-1\r\n" + STATUS + b"\r\n0\r\n\r\n"),
    "chunk of an exabyte": says_and_hangs(CHUNKED + b"F" * 15 + b"\r\n" + STATUS),
    "endless chunk extension": for_ever(CHUNKED + b"4;", b"a=b;" * 10_000),
    "trailers for ever": for_ever(CHUNKED + b"0\r\n", b"X: y\r\n" * 1000),
    "invalid UTF-8": answers(b'{"stat":"ok","result":{"username":"\xff\xfe\xc3","status":"\xc0\x80"'),
    "JSON nested 200,000 deep": in_format(json=_NESTED["json"]),
    "always 200 and empty": answers(b""),
    "always 401": answers(b'{"stat":"fail","err":401,"message":"Access denied"}', status=b"401 Unauthorized"),
    "always ok": answers(b'{"stat":"ok","result":true}'),
    "always null": answers(b"null"),
    "not a Piwigo": answers(b"<html><title>Hello</title><h1>It works</h1>", b"Content-Type: text/html"),
    "another ws.php": answers(
        b'<soap:Envelope xmlns:soap="x"><soap:Fault/></soap:Envelope>', b"Content-Type: text/xml"
    ),
    "SSH": says(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "HTTP/2": says(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)),
    "noise": for_ever(b"", bytes(range(256)) * 256),
    "status line of a megabyte": says(b"HTTP/1.1 200 " + b"O" * MEGABYTE + b"\r\n\r\n" + STATUS),
    "status 999": says(b"HTTP/1.1 999 \x1b[31m\r\n\r\n"),
    "429 for a year": answers(b"", b"Retry-After: 31536000", status=b"429 Too Many Requests"),
    "503 for ever": answers(b"<h1>\x1b]0;busy\x07</h1>", status=b"503 Service Unavailable"),
}
"""Targets of which nothing can be used: a run ends with exit code 2, before its first check."""

UNREADABLE: dict[str, Way] = {
    "XML nested 200,000 deep": in_format(rest=_NESTED["rest"]),
    "XML-RPC nested 200,000 deep": in_format(xmlrpc=_NESTED["xmlrpc"]),
    "PHP nested 200,000 deep": in_format(php=_NESTED["php"]),
    "billion laughs": in_format(rest=_ENTITIES.encode(), xmlrpc=_ENTITIES.encode()),
    "billion laughs in UTF-16": in_format(rest=_ENTITIES.encode("utf-16"), xmlrpc=_ENTITIES.encode("utf-16")),
    "entities from outside": in_format(rest=_EXTERNAL.encode(), xmlrpc=_EXTERNAL.encode()),
    "a million XML elements": in_format(rest=b'<rsp stat="ok">' + b'<a b=""/>' * 800_000 + b"</rsp>"),
}
"""Formats that are not read; those in JSON are."""

TLS: dict[str, Way] = {
    "TLS that never finishes": lambda ask: ask.hang(),
    "TLS a byte at a time": slowly(b"", b"\x16\x03\x03\x40\x00" + bytes(10_000)),
    "TLS that is plain HTTP": answers(STATUS),
}
"""Targets that speak TLS, or should."""

ODD: dict[str, Way] = {
    "NaN and Infinity": answers(_status(version="NaN", save_visits="Infinity", current_datetime="-Infinity")),
    "huge integers": answers(_status(version="9" * 4000, status="1" + "0" * 4000)),
    "huge floats": answers(_status(version="1e999999", status="-1e400")),
    "duplicate keys": answers(_status()[:-2] + b',"username":"webmaster","status":"webmaster"}}'),
    "a user name of a megabyte": answers(_status(username='"' + "A" * MEGABYTE + '"')),
    "escapes and tags": answers(_status(username=json.dumps(HOSTILE), status=json.dumps(HOSTILE))),
    "a version of a megabyte": answers(_status(version='"16.4.' + "9" * MEGABYTE + '"')),
    "a version with escapes": answers(_status(version=json.dumps(HOSTILE))),
}
"""Answers that are a gallery's, of odd values; nothing else is answered otherwise."""


class HostileServer:
    """Does this to every request, each connection in a thread of its own."""

    def __init__(self, way: Way, *, reads: bool) -> None:
        self._way, self._reads = way, reads
        self._socket = socket.create_server((HOST, 0), backlog=100)
        self._gone = threading.Event()
        self.port = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(60)
            self._way(Ask(connection, request_on(connection) if self._reads else b"", self._gone))
            connection.shutdown(socket.SHUT_WR)  # what was sent is not to be lost with the connection

    def stop(self) -> None:
        self._gone.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def hostile(way: Way, *, reads: bool = True) -> Iterator[HostileServer]:
    """reads: whether a request is read before it does this."""
    server = HostileServer(way, reads=reads)
    try:
        yield server
    finally:
        server.stop()


# ---------------------------------------------------------------------- galleries that are well but for one thing


def _rewritten(change: Callable[[dict], None]) -> Fault:
    """Answers in JSON are changed before they go out."""

    def fault(request: Request, pass_on: Callable[[], Response]) -> Response:
        answer = pass_on()
        with suppress(ValueError, TypeError):
            envelope = json.loads(answer.data)
            change(envelope)
            answer.data = json.dumps(envelope).encode()
        return answer

    return fault


def _every_text(value: object, told: str) -> object:
    if isinstance(value, dict):
        return {name: _every_text(inner, told) for name, inner in value.items()}
    if isinstance(value, list):
        return [_every_text(inner, told) for inner in value]
    return value + told if isinstance(value, str) and value not in ("ok", "fail") else value


def escapes_to_keys(request: Request, pass_on: Callable[[], Response]) -> Response:
    """Every text of an answer to a key ends in what does harm where it is not escaped."""
    answer = pass_on()
    if HEADER in request.environ:
        with suppress(ValueError):
            answer.data = json.dumps(_every_text(json.loads(answer.data), HOSTILE)).encode()
    return answer


def _changing(field: str, values: Callable[[int], object]) -> Fault:
    """A field of pwg.session.getStatus is another one with each request, once the preflight is over."""
    number = count()

    def change(envelope: dict) -> None:
        if isinstance(envelope.get("result"), dict) and field in envelope["result"] and (n := next(number)) > 6:
            envelope["result"][field] = values(n)

    return _rewritten(change)


def _answers_to_another() -> Fault:
    """Each request with a key is given the answer to the third one before."""
    earlier: list[bytes] = []

    def fault(request: Request, pass_on: Callable[[], Response]) -> Response:
        answer = pass_on()
        if HEADER in request.environ:
            earlier.append(answer.data)
            answer.data = earlier.pop(0) if len(earlier) > 3 else answer.data
        return answer

    return fault


def _methods(names: list[str]) -> Fault:
    def fault(request: Request, pass_on: Callable[[], Response]) -> Response:
        answer = pass_on()
        if "getMethodList" in (request.form.get("method") or request.args.get("method") or ""):
            answer.data = json.dumps({"stat": "ok", "result": {"methods": names}}).encode()
        return answer

    return fault


def hangs_for(wanted: Callable[[Request], bool]) -> Fault:
    def fault(request: Request, pass_on: Callable[[], Response]) -> Response:
        if wanted(request):
            threading.Event().wait(45)  # longer than any answer is waited for
        return pass_on()

    return fault


def _after(requests: int) -> Callable[[Request], bool]:
    number = count()
    return lambda _: next(number) > requests


def _wrong_key(request: Request) -> bool:
    return HEADER in request.environ and "NobodyHasThisKey" in request.environ[HEADER]


def padded(request: Request, pass_on: Callable[[], Response]) -> Response:
    answer = pass_on()
    answer.data += b" " * (7 * MEGABYTE)
    return answer


def too_fast(request: Request, pass_on: Callable[[], Response]) -> Response:
    if HEADER in request.environ:
        return Response("", 429, {"Retry-After": "0"})
    return pass_on()


EVIL_PKIDS = ("-rf", "'; reboot; '", "pkid-20250609-a\nb", "--help", "../../etc/passwd", "$(id)", "pkid-20250609-")


def _makes_up_ids() -> Fault:
    number = count()

    def change(envelope: dict) -> None:
        result = envelope.get("result")
        if isinstance(result, dict) and "auth_key" in result:
            result["auth_key"] = EVIL_PKIDS[next(number) % len(EVIL_PKIDS)]

    return _rewritten(change)


def _webmaster_everybody(envelope: dict) -> None:
    if isinstance(envelope.get("result"), dict) and "username" in envelope["result"]:
        envelope["result"].update(username="webmaster", status="webmaster", connected_with="api_key")


GALLERIES: dict[str, Callable[[], Fault]] = {
    "escapes in every field": lambda: escapes_to_keys,
    "another user with each request": lambda: _changing("username", lambda n: f"user-{n}"),
    "another version with each request": lambda: _changing("version", lambda n: f"{n}.0.0"),
    "a clock that runs backwards": lambda: _changing(
        "current_datetime", lambda n: f"{max(9999 - n, 1):04}-12-31 23:59:59"
    ),
    "answers to another request": _answers_to_another,
    "100,000 methods": lambda: _methods([f"pwg.x.m{n}" for n in range(100_000)]),
    "methods whose names are paths": lambda: _methods(
        [
            "../../etc/passwd",
            "/etc/shadow",
            "a\r\nX: y",
            "<script>",
            "con",
            "\x1b[2J",
            "..\\..\\x",
            "pwg.images.getInfo",
        ]
    ),
    "everybody is a webmaster": lambda: _rewritten(_webmaster_everybody),
    "hangs after the preflight": lambda: hangs_for(_after(30)),
    "hangs on wrong keys": lambda: hangs_for(_wrong_key),
    "7 MB of blanks after each answer": lambda: padded,
    "429 to every key": lambda: too_fast,
    "made-up ids of keys": _makes_up_ids,
}
"""Galleries that pass the preflight."""


@contextmanager
def target_of(kind: str) -> Iterator[tuple[str, list[str]]]:
    """A target of this kind: its URL, and the options with which a run is aimed at it."""
    if kind in GALLERIES:
        with gallery(GALLERIES[kind]()) as front:
            yield front.url, front.options("webmaster", "expire-command")
        return
    tls = kind.startswith("TLS")
    ways = {**BROKEN, **UNREADABLE, **ODD, **TLS}
    with hostile(ways[kind], reads=not tls) as server:
        url = server.url.replace("http:", "https:") if tls else server.url
        key = "pkid-20250609-aaaaaaaaaaaaaaaaaaaa:0123456789abcdefghijklmnopqrstuvwxyzABCD"
        yield url, ["--target", url, "--api-key", key, "--insecure"]


KINDS = [*BROKEN, *TLS, *UNREADABLE, *ODD, *GALLERIES]
