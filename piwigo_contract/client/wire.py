"""A client that writes requests to the socket byte for byte, for what an HTTP library will not send."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.errors import PiwigoContractError

Told = tuple[int, list[tuple[str, str]], bytes]
"""An answer: its status, its headers in order, its body."""

PAUSE = 0.02
"""Seconds between two segments. Nothing tells a sender that the other side has read the one before, and what is sent
at once is read at once.
"""


class WireFailure(PiwigoContractError):
    """The connection gave no whole HTTP answer."""


class WireClosed(WireFailure):
    """The other side closed the connection and gave no answer at all."""


@dataclass(frozen=True, repr=False)
class WireRequest:
    """A request as bytes. Its header lines are exactly those given; nothing is added, corrected or encoded.

    verb, path: the request line's parts (path with query). headers: lines without their CRLF, as bytes.
    body: bytes after the blank line. version: the request line's last part.
    """

    verb: str
    path: str
    headers: Sequence[bytes]
    body: bytes = b""
    version: str = "HTTP/1.1"

    def __bytes__(self) -> bytes:
        line = f"{self.verb} {self.path} {self.version}".encode("ascii")
        return b"\r\n".join([line, *self.headers, b"", self.body])

    def __repr__(self) -> str:
        return f"WireRequest({self.verb} {self.path}, {len(self.headers)} header lines)"


class WireClient:
    """Sends raw requests to one origin, each on a connection of its own.

    timeout: seconds for connecting, and between two pieces of an answer.
    """

    def __init__(self, url: str, *, timeout: float = 30.0, context: ssl.SSLContext | None = None) -> None:
        parts = urllib.parse.urlsplit(url)
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if parts.scheme == "https" else 80)
        self.netloc = parts.netloc
        self._timeout = timeout
        self._tls = (context or ssl.create_default_context()) if parts.scheme == "https" else None

    def send(self, request: WireRequest | bytes) -> Told:
        """Send one request and read its whole answer.

        Raises WireFailure when the connection fails or ends before the answer does, WireClosed before it begins.
        """
        return self.send_all(request, answers=1)[0]

    def send_all(self, *requests: WireRequest | bytes, answers: int) -> list[Told]:
        """Send requests one right after another on one connection and read that many answers."""
        return self._converse([bytes(request) for request in requests], answers)

    def send_in_segments(self, segments: Sequence[bytes]) -> Told:
        """Send one request, each part of it in a TCP segment of its own, and read its whole answer."""
        return self._converse(segments, 1, pause=min(PAUSE, 0.5 / len(segments)))[0]

    def send_until_closed(self, data: bytes) -> list[Told]:
        """Send this, and read all answers until the connection is closed or nothing comes any more.

        Raises WireClosed where none comes: a server may wait for more of what it takes for a body.
        """
        return self._converse([data], None)

    def in_a_row(
        self, requests: Sequence[WireRequest | bytes], *, pipelined: bool = False, cut: int | None = None
    ) -> list[Told]:
        """Send requests one after another on one connection, pipelined or each after the answer before.

        cut: pipelined in two segments; the second one begins so many bytes after the first request.
        A target may close after any answer (RFC 9112, section 9.3): what is unanswered then goes on a new one.
        Raises WireFailure when a new connection gives no answer at all.
        """
        answers: list[Told] = []
        while (first := len(answers)) < len(requests):
            rest = [bytes(request) for request in requests[first:]]
            try:
                with self._connect() as connection, connection.makefile("rb") as stream:
                    if pipelined:
                        together, at = b"".join(rest), None if cut is None else len(rest[0]) + cut
                        _send(connection, [together] if at is None else [together[:at], together[at:]], PAUSE)
                    for request in rest:
                        if not pipelined:
                            connection.sendall(request)
                        answers.append(_read_answer(stream))
            except (OSError, http.client.HTTPException) as error:
                if len(answers) == first:
                    raise _failure(error) from error
        return answers

    def _converse(self, segments: Sequence[bytes], answers: int | None, *, pause: float = 0.0) -> list[Told]:
        """Send the segments and read so many answers, for None all that come, but at least one."""
        told: list[Told] = []
        try:
            with self._connect() as connection:
                _send(connection, segments, pause)
                with connection.makefile("rb") as stream:
                    while answers is None or len(told) < answers:
                        told.append(_read_answer(stream))
        except (OSError, http.client.HTTPException) as error:
            if answers is not None:
                raise _failure(error) from error
            if not told:
                raise WireClosed(str(error) or type(error).__name__) from error
        return told

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((self.host, self.port), timeout=self._timeout)
        if self._tls is None:
            return connection
        try:
            return self._tls.wrap_socket(connection, server_hostname=self.host)
        except BaseException:
            connection.close()
            raise


def _send(connection: socket.socket, segments: Sequence[bytes], pause: float) -> None:
    """Send each segment by itself. A target may answer and close before all of them went out."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        for number, segment in enumerate(segments):
            if number:
                time.sleep(pause)
            connection.sendall(segment)
    except (BrokenPipeError, ConnectionResetError):
        return  # what it said before, if anything, is still there to be read


def _failure(error: Exception) -> WireFailure:
    kind = WireClosed if isinstance(error, ConnectionResetError | BrokenPipeError) else WireFailure
    return kind(f"{type(error).__name__}: {error}")


class _Stream:
    """What http.client wants of a socket: a file. One file is shared, so that answers can follow each other."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream

    def makefile(self, *_: object, **__: object) -> io.BufferedIOBase:
        return cast(io.BufferedIOBase, _KeptOpen(self._stream))


class _KeptOpen:
    """Closes nothing: http.client closes its file after each answer, the connection has more to give."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self.read, self.readline, self.flush = stream.read, stream.readline, stream.flush
        self.readinto, self.read1, self.peek = stream.readinto, stream.read1, stream.peek
        self.closed = False

    def close(self) -> None:
        self.closed = True


def _read_answer(stream: io.BufferedReader) -> Told:
    response = http.client.HTTPResponse(cast(socket.socket, _Stream(stream)))
    response.begin()
    too_long = WireFailure(f"the answer is longer than {MAX_BODY} bytes")
    if response.length is not None:
        if response.length > MAX_BODY:
            raise too_long
        return response.status, response.getheaders(), response.read()  # IncompleteRead where it is cut off
    body = b""
    while chunk := response.read(65536):
        body += chunk
        if len(body) > MAX_BODY:
            raise too_long
    return response.status, response.getheaders(), body
