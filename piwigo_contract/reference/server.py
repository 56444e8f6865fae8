"""HTTP for the reference target: connections that are kept open, and none that outlives its server."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from piwigo_contract.errors import UsageError
from piwigo_contract.reference.call import CLOSE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"
_BACKLOG = 128


class _Handler(WSGIRequestHandler):
    """One connection. Keeps it open (werkzeug's own handler closes after each answer), writes no log."""

    protocol_version = "HTTP/1.1"
    # an answer must not wait for the ACK of the one before
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        _connections(self.server).add(self.connection)

    def finish(self) -> None:
        _connections(self.server).remove(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        """Answer one request; head and body go out in one piece."""
        self.environ = environ = self.make_environ()
        if not self._body_is_delimited():
            environ[CLOSE] = True
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., object]:
            started[:] = [status, headers]
            return lambda data: None

        application_iter = self.server.app(environ, start_response)
        body = b"".join(application_iter)
        status, headers = started
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if int(code) >= 200 and int(code) not in (204, 304) and "content-length" not in {n.lower() for n, _ in headers}:
            self.send_header("Content-Length", str(len(body)))
        if environ.get(CLOSE):
            self.send_header("Connection", "close")
        self._headers_buffer.append(b"\r\n")
        self.wfile.write(b"".join(self._headers_buffer) + (b"" if self.command == "HEAD" else body))
        self._headers_buffer.clear()

    def _body_is_delimited(self) -> bool:
        """Whether it is known where the request ends; if not the connection can't be used again."""
        length = self.headers.get_all("Content-Length") or ["0"]
        coding = self.headers.get("Transfer-Encoding", "chunked").strip().lower()
        return len(length) == 1 and length[0].strip().isdecimal() and coding == "chunked"

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


class HttpServer:
    """Serves a WSGI application on loopback, in threads. `port` 0 is any free one.

    Raises UsageError where the port can't be had.
    """

    def __init__(self, application: WSGIApplication, port: int) -> None:
        with _listener(port) as listener:
            self.port: int = listener.getsockname()[1]
            self._server = make_server(
                HOST, self.port, application, threaded=True, request_handler=_Handler, fd=listener.fileno()
            )
        self._connections = self._server.__dict__["connections"] = _Connections()
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="piwigo-reference", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; afterwards no thread or socket is left. May be called again."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._connections.close()
            self._server.server_close()


def _listener(port: int) -> socket.socket:
    """A bound socket. Werkzeug would end the process where the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise UsageError(f"port {port} can't be had: {error.strerror}") from error
    except OverflowError as error:
        listener.close()
        raise UsageError(f"port {port}: 0 to 65535") from error
    return listener
