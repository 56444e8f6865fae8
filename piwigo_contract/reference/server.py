"""HTTP for the reference target: connections that are kept open, and none that outlives its server."""

from __future__ import annotations

import io
import os
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from piwigo_contract.errors import UsageError
from piwigo_contract.reference.call import CLOSE, RAW_HEADERS
from piwigo_contract.reference.http_rules import Head, HttpRules, Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"
_BACKLOG = 128
_LINGER = 1.0
"""Seconds that a refused client has to close its connection."""


class _Handler(WSGIRequestHandler):
    """One connection. Keeps it open (werkzeug's own handler closes after each answer), writes no log."""

    protocol_version = "HTTP/1.1"
    # an answer must not wait for the ACK of the one before
    disable_nagle_algorithm = True
    error_message_format = "<html><head><title>%(code)d %(message)s</title></head></html>\n"
    error_content_type = "text/html"

    def setup(self) -> None:
        super().setup()
        _connections(self.server).add(self.connection)

    def finish(self) -> None:
        _connections(self.server).remove(self.connection)
        super().finish()

    def handle_one_request(self) -> None:
        """Read one request as the gallery's HttpRules say, and have it answered."""
        rules = _rules(self.server)
        self.command, self.requestline, self.request_version = "", "", "HTTP/1.1"
        self.close_connection = True
        try:
            head = rules.read_head(self.rfile)
            if head is None:
                return
            self._adopt(head)
            if self.headers.get("Expect", "").lower() == "100-continue" and head.version >= (1, 1):
                self.handle_expect_100()
            body = None if head.length is not None else rules.read_body(head, self.rfile)
        except Refused as refused:
            self.send_error(refused.status)
            self._linger()
            return
        if body is not None:
            self._adopt(head)
        self.run_wsgi(body)

    def _adopt(self, head: Head) -> None:
        """Take over what was read, where werkzeug and the standard library look for it."""
        self.command, self.path = head.verb, head.target
        self.request_version = f"HTTP/{head.version[0]}.{head.version[1]}"
        self.requestline = f"{head.verb} {head.target} {self.request_version}"
        self.headers = HTTPMessage()
        for name, value in head.fields:
            self.headers[name] = value
        self.close_connection = head.version < (1, 1) or self.headers.get("Connection", "").lower() == "close"

    def _linger(self) -> None:
        """Wait for the client to close: closed with something unread, TCP may lose it the answer."""
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGER)
            while self.connection.recv(65536):
                pass

    def run_wsgi(self, body: bytes | None = None) -> None:
        """Answer one request; head and body go out in one piece. body: a chunked one, put together."""
        self.environ = environ = self.make_environ()
        environ[RAW_HEADERS] = self.headers.items()
        if body is not None:
            environ.pop("HTTP_TRANSFER_ENCODING", None)
            environ.pop("wsgi.input_terminated", None)
            environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., object]:
            started[:] = [status, headers]
            return lambda data: None

        answer = b"".join(self.server.app(environ, start_response))
        status, headers = started
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if int(code) >= 200 and int(code) not in (204, 304) and "content-length" not in {n.lower() for n, _ in headers}:
            self.send_header("Content-Length", str(len(answer)))
        if environ.get(CLOSE) or self.close_connection:
            self.send_header("Connection", "close")
        self._headers_buffer.append(b"\r\n")
        self.wfile.write(b"".join(self._headers_buffer) + (b"" if self.command == "HEAD" else answer))
        self._headers_buffer.clear()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No access log."""

    def log_error(self, format: str, *args: Any) -> None:
        """Malformed requests are answered, not logged."""


class _Connections:
    """The open connections and their threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._closed = False

    def add(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
            self._threads = {thread for thread in self._threads if thread.is_alive()}
            self._threads.add(threading.current_thread())
            if self._closed:
                _shut(connection)

    def remove(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def close(self) -> None:
        """Shut every connection and wait for its thread."""
        with self._lock:
            self._closed = True
            threads = list(self._threads)
            for connection in self._open:
                _shut(connection)
        for thread in threads:
            thread.join(5)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # closed by the peer already
        return


def _connections(server: BaseWSGIServer) -> _Connections:
    found = server.__dict__["connections"]
    assert isinstance(found, _Connections)
    return found


def _rules(server: BaseWSGIServer) -> HttpRules:
    found = server.__dict__["rules"]
    assert isinstance(found, HttpRules)
    return found


class HttpServer:
    """Serves a WSGI application in threads. `port` 0 is any free one; `rules` say how HTTP is read.

    host: the address that it listens on. tls: a PEM file with certificate and key, for https. Raises UsageError where
    the port can't be had, or no such file.
    """

    def __init__(
        self,
        application: WSGIApplication,
        port: int,
        rules: HttpRules | None = None,
        tls: Path | None = None,
        host: str = HOST,
    ) -> None:
        context = None if tls is None else _context(tls)
        with _listener(host, port) as listener:
            self.port: int = listener.getsockname()[1]
            self._server = make_server(
                host,
                self.port,
                application,
                threaded=True,
                request_handler=_Handler,
                ssl_context=context,
                fd=listener.fileno(),
            )
        if isinstance(self._server.socket, ssl.SSLSocket):
            # at the first read, in the connection's own thread: who says nothing would hold up all others
            self._server.socket.do_handshake_on_connect = False  # type: ignore[attr-defined]
        self._connections = self._server.__dict__["connections"] = _Connections()
        self._server.__dict__["rules"] = rules or HttpRules()
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="piwigo-reference", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; afterwards no thread or socket is left. May be called again."""
        if self._thread.is_alive():
            with suppress(OSError):  # not every system knows it of a socket that listens
                self._server.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread, which else looks up now and then
            self._server.shutdown()
            self._thread.join()
            self._connections.close()
            self._server.server_close()


def _context(tls: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(tls)
    except OSError as error:  # an SSLError is one, too
        raise UsageError(f"{tls}: holds no certificate and key in PEM") from error
    return context


def _listener(host: str, port: int) -> socket.socket:
    """A bound socket. Werkzeug would end the process where the port is taken."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        where = f"port {port}" if host == HOST else f"{host}, port {port}"
        raise UsageError(f"{where} can't be had: {error.strerror}") from error
    except OverflowError as error:
        listener.close()
        raise UsageError(f"port {port}: 0 to 65535") from error
    return listener
