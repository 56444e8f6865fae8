"""The socket of a gallery: requests go out as they are written, and whole answers come back."""

from __future__ import annotations

import http.client
import io
import re
import socket
import ssl
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.client.connection import Allowance, Connection, WireFailure
from piwigo_contract.client.proxies import Proxy
from piwigo_contract.client.trust import system_trust
from piwigo_contract.client.written import PAUSE, WrittenRequest

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

RawAnswer = tuple[int, list[tuple[str, str]], bytes]
"""An answer: its status, its headers in order, its body."""


LINGER = 1.0
"""Seconds in which more may come after a whole answer, where the other side was to close the connection."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,12})\b", re.IGNORECASE)

LONGEST_PAUSES = 0.5
"""Most seconds that all pauses between the segments of one request take together."""


MOST_INTERIM = 20
"""1xx answers that may come before an answer (RFC 9110, section 15.2)."""


class WireClosed(WireFailure):
    """The other side closed the connection and gave no answer at all."""


class WireClient:
    """Sends written requests to one origin.

    timeout: seconds until an answer has to be whole; for the first on a connection from before it is made.
    """

    def __init__(
        self, url: str, *, timeout: float = 30.0, context: ssl.SSLContext | None = None, proxy: Proxy | None = None
    ) -> None:
        self._proxy = proxy
        parts = urllib.parse.urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self.timeout = timeout
        self._tls = (context or system_trust()) if parts.scheme == "https" else None

    def send(self, request: WrittenRequest) -> RawAnswer:
        """Send one request, each segment by itself, and read its whole answer.

        Raises WireFailure when the connection fails or ends before the answer does, WireClosed before it begins.
        """
        try:
            with self._connected() as (connection, stream):
                _send(connection, [bytes(segment) for segment in request.segments])
                return read_answer(stream)
        except (OSError, http.client.HTTPException) as error:
            raise _failure(error) from error

    def send_and_read_all(self, request: WrittenRequest) -> bytes:
        """Send one request, which asks to be the last, and read all that comes until the connection is closed.

        Where the other side does not close it, what came within LINGER seconds after a whole answer, or by the time
        that an answer may take, is all. Raises WireFailure where nothing comes.
        """
        raw = bytearray()
        try:
            with self._connect() as connection:
                _send(connection, [bytes(segment) for segment in request.segments])
                connection.allowance.head_is_whole()  # or not: `counted` will see
                lingers = False
                while piece := connection.receive():
                    raw += piece
                    if not lingers and _is_whole(raw):
                        lingers, connection.allowance = True, Allowance(min(LINGER, self.timeout))
        except OSError as error:
            if not raw:
                raise _failure(error) from error
        return bytes(raw)

    def send_until_closed(self, request: WrittenRequest) -> list[RawAnswer]:
        """Send this, and read all answers until the connection is closed or times out.

        Raises WireClosed where none comes: a server may wait for more of what it takes as a body.
        """
        answers: list[RawAnswer] = []
        try:
            with self._connected() as (connection, stream):
                _send(connection, [bytes(request)])
                while True:
                    answers.append(read_answer(stream))
                    connection.allowance = Allowance(self.timeout)
        except (OSError, http.client.HTTPException) as error:
            if not answers:
                raise WireClosed(str(error) or type(error).__name__) from error
        return answers

    def in_a_row(
        self, requests: Sequence[WrittenRequest], *, pipelined: bool = False, cut: int | None = None
    ) -> list[RawAnswer]:
        """Send requests one after another on one connection, pipelined or each after the answer to the one before.

        cut: pipelined in two segments; the second begins this many bytes after the first request.
        A server may close after any answer (RFC 9112, section 9.3): unanswered requests are then sent again on a new
        connection; at once where it says that it closes, as some leave the connection open all the same. Raises
        WireFailure when a new connection gives no answer at all.
        """
        answers: list[RawAnswer] = []
        while (first := len(answers)) < len(requests):
            rest = [bytes(request) for request in requests[first:]]
            try:
                with self._connected() as (connection, stream):
                    if pipelined:
                        together, at = b"".join(rest), None if cut is None else len(rest[0]) + cut
                        _send(connection, [together] if at is None else [together[:at], together[at:]])
                    for request in rest:
                        if not pipelined:
                            connection.send(request)
                        answers.append(read_answer(stream))
                        if _is_the_last(answers[-1]):
                            break
                        connection.allowance = Allowance(self.timeout)
            except (OSError, http.client.HTTPException) as error:
                if len(answers) == first:
                    raise _failure(error) from error
        return answers

    @contextmanager
    def _connected(self) -> Iterator[tuple[Connection, Answers]]:
        with self._connect() as connection:
            yield connection, Answers(_Incoming(connection))

    def _connect(self) -> Connection:
        connection = Connection(self._host, self._port, Allowance(self.timeout), self._proxy)
        if self._tls is not None:
            connection.secure(self._tls, self._host)
        return connection


def _is_the_last(answer: RawAnswer) -> bool:
    """Whether it says that its connection is closed after it (RFC 9112, section 9.6)."""
    told = ",".join(value for name, value in answer[1] if name.lower() == "connection")
    return "close" in (option.strip().lower() for option in told.split(","))


def _is_whole(raw: bytearray) -> bool:
    """Whether an answer has come to the end that its head, or its last chunk, tells."""
    head = raw.find(b"\r\n\r\n")
    length = _LENGTH.search(raw, 0, max(head, 0))
    return len(raw) - head - 4 >= int(length[1]) if length else raw.endswith(b"\r\n0\r\n\r\n")


def _send(connection: Connection, segments: Sequence[bytes]) -> None:
    """Send each segment by itself. A target may answer and close before all of them went out."""
    pause = min(PAUSE, LONGEST_PAUSES / len(segments))
    try:
        for number, segment in enumerate(segments):
            if number:
                time.sleep(pause)
            connection.send(segment)
    except (BrokenPipeError, ConnectionResetError):
        return  # what it said before, if anything, is still there to be read


def _failure(error: Exception) -> WireFailure:
    kind = WireClosed if isinstance(error, ConnectionResetError | BrokenPipeError) else WireFailure
    return kind(f"{type(error).__name__}: {error}")


class _Incoming(io.RawIOBase):
    """What comes on a connection, as a file."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        into = memoryview(buffer)
        data = self.connection.receive(len(into))
        into[: len(data)] = data
        return len(data)


class Answers(io.BufferedReader):
    """What http.client takes for a socket: one file, which it may not close after an answer, as another may follow."""

    raw: _Incoming

    def makefile(self, *_: object) -> Answers:
        """Itself, as http.client asks a socket for its file."""
        return self

    def close(self) -> None:
        """Nothing: the connection is closed by who made it."""


def read_head(stream: io.BufferedIOBase, verb: str | None = None) -> http.client.HTTPResponse:
    """The next answer, up to its body; 1xx answers are passed over, but for one that ends HTTP (101)."""
    for _ in range(MOST_INTERIM):
        response = http.client.HTTPResponse(cast(socket.socket, stream), method=verb)
        response.begin()
        if not 102 <= response.status < 200:
            return response
    raise WireFailure(f"more than {MOST_INTERIM} answers come that are none yet (1xx)")


def read_answer(stream: Answers) -> RawAnswer:
    """The next whole answer."""
    response = read_head(stream)
    stream.raw.connection.allowance.head_is_whole()
    too_long = WireFailure(f"the answer is longer than {MAX_BODY} bytes")
    if response.length is not None:
        if response.length > MAX_BODY:
            raise too_long
        return response.status, response.getheaders(), response.read()  # IncompleteRead where it is cut off
    body = bytearray()
    while chunk := response.read(65536):
        body += chunk
        if len(body) > MAX_BODY:
            raise too_long
    return response.status, response.getheaders(), bytes(body)
