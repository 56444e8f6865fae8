"""A client that writes requests to the socket byte for byte, for what an HTTP library will not send."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from piwigo_contract.answers import MAX_BODY
from piwigo_contract.errors import PiwigoContractError


class WireFailure(PiwigoContractError):
    """The connection gave no whole HTTP answer."""


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

    def send(self, request: WireRequest | bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Send one request and read its whole answer: status, headers in order, body.

        Raises WireFailure when the connection fails or ends before the answer does.
        """
        return self.send_all(request, answers=1)[0]

    def send_all(self, *requests: WireRequest | bytes, answers: int) -> list[tuple[int, list[tuple[str, str]], bytes]]:
        """Send requests one right after another on one connection and read that many answers."""
        try:
            with self._connect() as connection:
                for request in requests:
                    connection.sendall(bytes(request))
                with connection.makefile("rb") as stream:
                    return [_read_answer(cast(BinaryIO, stream)) for _ in range(answers)]
        except (OSError, http.client.HTTPException) as error:
            raise WireFailure(f"{type(error).__name__}: {error}") from error

    def in_a_row(
        self, requests: Sequence[WireRequest], *, pipelined: bool = False
    ) -> list[tuple[int, list[tuple[str, str]], bytes]]:
        """Send requests one after another on one connection, pipelined or each after the answer before.

        A target may close after any answer (RFC 9112, section 9.3): what is unanswered then goes on a new one.
        Raises WireFailure when a new connection gives no answer at all.
        """
        answers: list[tuple[int, list[tuple[str, str]], bytes]] = []
        while (first := len(answers)) < len(requests):
            try:
                with self._connect() as connection, connection.makefile("rb") as stream:
                    if pipelined:
                        connection.sendall(b"".join(bytes(request) for request in requests[first:]))
                    for request in requests[first:]:
                        if not pipelined:
                            connection.sendall(bytes(request))
                        answers.append(_read_answer(cast(BinaryIO, stream)))
            except (OSError, http.client.HTTPException) as error:
                if len(answers) == first:
                    raise WireFailure(f"{type(error).__name__}: {error}") from error
        return answers

    def _connect(self) -> socket.socket:
        connection = socket.create_connection((self.host, self.port), timeout=self._timeout)
        if self._tls is None:
            return connection
        try:
            return self._tls.wrap_socket(connection, server_hostname=self.host)
        except BaseException:
            connection.close()
            raise


class _Stream:
    """What http.client wants of a socket: a file. One file is shared, so that answers can follow each other."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def makefile(self, *_: object, **__: object) -> io.BufferedIOBase:
        return cast(io.BufferedIOBase, _KeptOpen(self._stream))


class _KeptOpen:
    """Closes nothing: http.client closes its file after each answer, the connection has more to give."""

    def __init__(self, stream: BinaryIO) -> None:
        self.read, self.readline, self.flush = stream.read, stream.readline, stream.flush
        self.readinto = cast(io.BufferedReader, stream).readinto
        self.read1, self.peek = cast(io.BufferedReader, stream).read1, cast(io.BufferedReader, stream).peek
        self.closed = False

    def close(self) -> None:
        self.closed = True


def _read_answer(stream: BinaryIO) -> tuple[int, list[tuple[str, str]], bytes]:
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
