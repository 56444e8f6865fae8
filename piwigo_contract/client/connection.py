"""Connections to a target, and the bounds in which an answer has to come over one: in all, not from byte to byte."""

from __future__ import annotations

import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.client.proxies import Proxy
from piwigo_contract.errors import PiwigoContractError

LARGEST_HEAD = 256 * 1024
"""Most bytes that are read before the head of an answer is whole; those of 1xx answers before it count."""

LARGEST_ANSWER = MAX_BODY + 1024 * 1024
"""Most bytes that are read of the rest, sizes, extensions and trailers of chunks included."""

MOST_HEADERS = 100
"""Most headers of an answer; http.client, which reads what comes on a socket, takes no more."""


class WireFailure(PiwigoContractError):
    """The connection gave no whole HTTP answer."""


class Allowance:
    """What one answer may still take, and by when it has to be whole. seconds: from now on."""

    def __init__(self, seconds: float) -> None:
        self._told = f"no whole answer within {seconds:g} s"
        self._ends = time.monotonic() + seconds
        self._left = self._most = LARGEST_HEAD

    def seconds(self) -> float:
        """Seconds that are left, more than 0. Raises TimeoutError where none are."""
        if (left := self._ends - time.monotonic()) <= 0:
            raise TimeoutError(self._told)
        return left

    @contextmanager
    def within(self, connection: socket.socket) -> Iterator[None]:
        """Whatever the socket is asked to do here has to be done in time."""
        connection.settimeout(self.seconds())
        try:
            yield
        except TimeoutError:
            self.seconds()  # in the words that say how long was waited
            raise

    def take(self, number: int) -> None:
        """So many bytes came. Raises WireFailure where that is more than there may be."""
        self._left -= number
        if self._left < 0:
            what = "head" if self._most == LARGEST_HEAD else "answer"
            raise WireFailure(f"the {what} is longer than {self._most} bytes")

    def head_is_whole(self) -> None:
        """From now on the rest of the answer comes."""
        self._left = self._most = LARGEST_ANSWER


class Connection:
    """A socket on which one answer after another comes, each within the `allowance` that is in place.

    proxy: through which it goes. Raises OSError where it fails; TimeoutError, which is one, and WireFailure as the
    allowance does.
    """

    def __init__(self, host: str, port: int, allowance: Allowance, proxy: Proxy | None = None) -> None:
        self.allowance = allowance
        self.socket = self._connected(proxy.host, proxy.port) if proxy else self._connected(host, port)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if proxy is not None:
            try:
                self._tunnel(proxy, host, port)
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def secure(self, context: ssl.SSLContext, host: str | None) -> None:
        """Go on with TLS. host: whose certificate it has to be. Closes the connection where that fails."""
        try:
            with self.allowance.within(self.socket):
                self.socket = context.wrap_socket(self.socket, server_hostname=host)
        except BaseException:
            self.close()
            raise

    def send(self, data: bytes) -> None:
        """Send all of this."""
        rest = memoryview(data)
        while rest:
            with self.allowance.within(self.socket):
                rest = rest[self.socket.send(rest) :]

    def receive(self, most: int = 65536) -> bytes:
        """What came next, at most so many bytes; nothing where the other side closed the connection."""
        with self.allowance.within(self.socket):
            data = self.socket.recv(most)
        self.allowance.take(len(data))
        return data

    def _tunnel(self, proxy: Proxy, host: str, port: int) -> None:
        self.send(proxy.request(host, port))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            if not (byte := self.receive(1)):  # what comes after the head is the target's
                raise OSError(f"the proxy {proxy} closes the connection")
            head += byte
        told = head.split(b"\r\n")[0].decode("ascii", "replace")
        if not re.match(r"HTTP/1\.\d 2\d\d\b", told):
            raise OSError(f"the proxy {proxy} gives no tunnel to {host}:{port}: {told!r}; NO_PROXY goes round it")

    def _connected(self, host: str, port: int) -> socket.socket:
        """Raises the first of the errors where none of the host's addresses answers."""
        failed: OSError | None = None
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                connection = socket.socket(family, kind, protocol)
                try:
                    connection.settimeout(self.allowance.seconds())
                    connection.connect(address)
                except BaseException:
                    connection.close()
                    raise
            except OSError as error:
                failed = failed or error
            else:
                return connection
        raise failed or OSError(f"{host} has no address")


class HttpConnections(httpcore.NetworkBackend):
    """The connections of httpx, within bounds. Each thread that asks has an allowance in place, for its own answer."""

    def __init__(self, proxy: Proxy | None = None) -> None:
        self.proxy = proxy
        self._of_thread = threading.local()

    @property
    def allowance(self) -> Allowance:
        """What the answer that this thread waits for may take."""
        return self._of_thread.allowance  # type: ignore[no-any-return]

    @allowance.setter
    def allowance(self, allowance: Allowance) -> None:
        self._of_thread.allowance = allowance

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection that is bounded as its thread's allowance says; other arguments count for nothing."""
        with _Told(httpcore.ConnectTimeout, httpcore.ConnectError):
            return _Stream(self, Connection(host, port, self.allowance, self.proxy))


class _Stream(httpcore.NetworkStream):
    """A connection as httpcore uses it; its own time-outs are not asked for."""

    def __init__(self, all: HttpConnections, connection: Connection) -> None:
        self._all = all
        self._connection = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._connection.allowance = self._all.allowance
        with _Told(httpcore.ReadTimeout, httpcore.ReadError):
            return self._connection.receive(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._connection.allowance = self._all.allowance
        with _Told(httpcore.WriteTimeout, httpcore.WriteError):
            self._connection.send(buffer)

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with _Told(httpcore.ConnectTimeout, httpcore.ConnectError):
            self._connection.secure(ssl_context, server_hostname)
        return self

    def get_extra_info(self, info: str) -> Any:
        if info != "is_readable":
            return None
        try:
            return bool(select.select([self._connection.socket], [], [], 0)[0])
        except ValueError:  # a closed socket is none to wait for
            return True


class _Told:
    """Failures of a connection in the words of httpcore."""

    def __init__(self, late: type[Exception], failed: type[Exception]) -> None:
        self._late, self._failed = late, failed

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, TimeoutError):
            raise self._late(str(error)) from error
        if isinstance(error, OSError):
            raise self._failed(str(error)) from error
        if isinstance(error, WireFailure):
            raise httpcore.RemoteProtocolError(str(error)) from error
