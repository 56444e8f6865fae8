"""The socket of a gallery: requests go out as they are written, and whole answers come back."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.client.written import PAUSE, WrittenRequest
from piwigo_contract.errors import PiwigoContractError

Told = tuple[int, list[tuple[str, str]], bytes]
"""An answer: its status, its headers in order, its body."""


LONGEST_PAUSES = 0.5
"""Most seconds that all pauses between the segments of one request take together."""


class WireFailure(PiwigoContractError):
    """The connection gave no whole HTTP answer."""


class WireClosed(WireFailure):
    """The other side closed the connection and gave no answer at all."""


class WireClient:
    """Sends written requests to one origin.

    timeout: seconds for connecting, and between two pieces of an answer.
    """

    def __init__(self, url: str, *, timeout: float = 30.0, context: ssl.SSLContext | None = None) -> None:
        parts = urllib.parse.urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._timeout = timeout
        self._tls = (context or ssl.create_default_context()) if parts.scheme == "https" else None

    def send(self, request: WrittenRequest) -> Told:
        """Send one request, each segment by itself, and read its whole answer.

        Raises WireFailure when the connection fails or ends before the answer does, WireClosed before it begins.
        """
        try:
            with self._connected() as (connection, stream):
                _send(connection, [bytes(segment) for segment in request.segments])
                return _read_answer(stream)
        except (OSError, http.client.HTTPException) as error:
            raise _failure(error) from error

    def send_and_read_all(self, request: WrittenRequest) -> bytes:
        """Send one request, which asks to be the last, and read all that comes until the connection is closed.

        Where the other side does not close it, what came by then is all. Raises WireFailure where nothing comes.
        """
        raw = b""
        try:
            with self._connect() as connection:
                _send(connection, [bytes(segment) for segment in request.segments])
                while piece := connection.recv(65536):
                    raw += piece
                    if len(raw) > 2 * MAX_BODY:
                        raise WireFailure(f"the answer is longer than {2 * MAX_BODY} bytes")
        except OSError as error:
            if not raw:
                raise _failure(error) from error
        return raw

    def send_until_closed(self, request: WrittenRequest) -> list[Told]:
        """Send this, and read all answers until the connection is closed or times out.

        Raises WireClosed where none comes: a server may wait for more of what it takes as a body.
        """
        answers: list[Told] = []
        try:
            with self._connected() as (connection, stream):
                _send(connection, [bytes(request)])
                while True:
                    answers.append(_read_answer(stream))
        except (OSError, http.client.HTTPException) as error:
            if not answers:
                raise WireClosed(str(error) or type(error).__name__) from error
        return answers

    def in_a_row(
        self, requests: Sequence[WrittenRequest], *, pipelined: bool = False, cut: int | None = None
    ) -> list[Told]:
        """Send requests one after another on one connection, pipelined or each after the answer to the one before.

        cut: pipelined in two segments; the second begins this many bytes after the first request.
        A server may close after any answer (RFC 9112, section 9.3): unanswered requests are then sent again on a new
        connection. Raises WireFailure when a new connection gives no answer at all.
        """
        answers: list[Told] = []
        while (first := len(answers)) < len(requests):
            rest = [bytes(request) for request in requests[first:]]
            try:
                with self._connected() as (connection, stream):
                    if pipelined:
                        together, at = b"".join(rest), None if cut is None else len(rest[0]) + cut
                        _send(connection, [together] if at is None else [together[:at], together[at:]])
                    for request in rest:
                        if not pipelined:
                            connection.sendall(request)
                        answers.append(_read_answer(stream))
            except (OSError, http.client.HTTPException) as error:
                if len(answers) == first:
                    raise _failure(error) from error
        return answers

    @contextmanager
    def _connected(self) -> Iterator[tuple[socket.socket, _Answers]]:
        with self._connect() as connection, connection.makefile("rb", buffering=0) as stream:
            yield connection, _Answers(stream)

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((self._host, self._port), timeout=self._timeout)
        if self._tls is None:
            return connection
        try:
            return self._tls.wrap_socket(connection, server_hostname=self._host)
        except BaseException:
            connection.close()
            raise


def _send(connection: socket.socket, segments: Sequence[bytes]) -> None:
    """Send each segment by itself. A target may answer and close before all of them went out."""
    pause = min(PAUSE, LONGEST_PAUSES / len(segments))
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


class _Answers(io.BufferedReader):
    """What http.client takes for a socket: one file, which it may not close after an answer, as another may follow."""

    def makefile(self, *_: object) -> _Answers:
        return self

    def close(self) -> None:
        """Nothing: the connection's own file is closed with it."""


def _read_answer(stream: _Answers) -> Told:
    response = http.client.HTTPResponse(cast(socket.socket, stream))
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
