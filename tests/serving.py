"""Servers on loopback that tests aim at: a gallery behind a fault, and sockets that say what they are told."""

from __future__ import annotations

import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from piwigo_contract.reference import Reference, RunningServer, start
from piwigo_contract.reference.server import HttpServer

HOST = "127.0.0.1"

Fault = Callable[[Request, Callable[[], Response]], Response]
"""What stands in front of a gallery: given a request and a way to pass it on, it makes the answer."""


class _Silent(WSGIRequestHandler):
    """Logs nothing; an application that raises ConnectionError closes the connection without an answer."""

    def log(self, *_: Any) -> None:
        pass

    def connection_dropped(self, *_: Any) -> None:
        self.close_connection = True


@contextmanager
def serve(application: Any, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve a WSGI application on a free port; gives its URL."""
    server = make_server(HOST, 0, application, threaded=True, request_handler=_Silent, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://{HOST}:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Seen:
    """A request as it arrived at a front."""

    verb: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    status: int | None = None
    """of the answer, where one was given"""

    @property
    def method(self) -> str | None:
        return self.form.get("method") or self.query.get("method")


@dataclass
class Front:
    """A reference gallery with something in front of it, and what it was asked."""

    url: str
    gallery: RunningServer
    fault: Any
    seen: list[Seen] = field(default_factory=list)

    @property
    def banner(self) -> dict[str, str]:
        return self.gallery.banner

    @property
    def users(self) -> set[str]:
        """The names of all users that the gallery has now."""
        return {user.username for user in self.gallery.gallery.store.users.values()}

    @property
    def live_keys(self) -> set[str]:
        """The ids of all keys that are not revoked."""
        return {key.pkid for key in self.gallery.gallery.store.keys.values() if key.revoked_on is None}

    @property
    def logged_in(self) -> list[str]:
        """The names of those who are logged in, once for each session."""
        store = self.gallery.gallery.store
        return [store.users[each.user_id].username for each in store.sessions.values() if each.user_id is not None]

    @property
    def methods(self) -> list[str]:
        return [seen.method for seen in self.seen if seen.method]

    def options(self, *names: str) -> list[str]:
        """The command line that aims a run at this front, with the named credentials of the gallery."""
        told = ["--target", self.url]
        for name in names:
            told += [f"--{name}", self.banner[name.replace("-", "_")]]
        return told


def passes_on(request: Request, pass_on: Callable[[], Response]) -> Response:
    """No fault."""
    return pass_on()


@contextmanager
def gallery(fault: Fault = passes_on, release: str = "16.4", **more: Any) -> Iterator[Front]:
    """A reference gallery of that release behind a fault. more: see Reference."""
    with start(Reference(release=release, **more)) as running:
        front = Front("", running, fault)

        def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            request = Request({**environ, "wsgi.input": io.BytesIO(body)})

            def pass_on() -> Response:
                return Response.from_app(running.gallery, {**request.environ, "wsgi.input": io.BytesIO(body)})

            form = request.form.to_dict()
            seen = Seen(request.method, request.path, request.args.to_dict(), form, dict(request.headers))
            front.seen.append(seen)
            answer = fault(request, pass_on)
            seen.status = answer.status_code
            return answer(environ, start_response)

        server = HttpServer(application, port=0)
        try:
            front.url = f"http://{HOST}:{server.port}/"
            yield front
        finally:
            server.stop()


class RawServer:
    """Answers each connection with the next of the given byte strings (the last one again and again).

    In place of one it may be a function that makes it of the request.

    `received` has the bytes of each connection's request.
    """

    def __init__(self, *answers: bytes | Callable[[bytes], bytes]) -> None:
        self._answers = list(answers)
        self._socket = socket.create_server((HOST, 0))
        self.received: list[bytes] = []
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self.received.append(request_on(connection))
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                if not isinstance(answer, bytes):
                    answer = answer(self.received[-1])
                with suppress(ConnectionError):  # a client need not read an answer to its end
                    connection.sendall(answer)

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


def request_on(connection: socket.socket) -> bytes:
    """One whole request: its head, and the body that its Content-Length announces, if that is a number."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := connection.recv(65536)):
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    length = int(lengths[0]) if lengths and lengths[0].strip().isdigit() else 0
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def raw_server(*answers: bytes | Callable[[bytes], bytes]) -> Iterator[RawServer]:
    server = RawServer(*answers)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def closed_port() -> Iterator[str]:
    """The URL of a port where nobody listens; it is kept, so that nobody else begins to."""
    with socket.socket() as kept:
        kept.bind((HOST, 0))
        yield f"http://{HOST}:{kept.getsockname()[1]}/"
