"""How requests reach a gallery: by httpx, over connections that are kept, or as they are written, on its socket.

What is rendered is what is sent. No cookie is kept, no redirect is followed, and no request is repeated here, except
one that a connection left unanswered (`WireClient.in_a_row`).
"""

from __future__ import annotations

import math
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import lru_cache

import httpcore
import httpx
from pyrate_limiter import Duration, Limiter, Rate

from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.client.connection import MOST_HEADERS, Allowance, HttpConnections, WireFailure
from piwigo_contract.client.counted import decoded
from piwigo_contract.client.exchange import Exchange, Sent, given_out
from piwigo_contract.client.pace import Pace
from piwigo_contract.client.proxies import Proxy, proxy_of
from piwigo_contract.client.rendering import COMMON_HEADERS, headers_and_body
from piwigo_contract.client.trust import system_trust
from piwigo_contract.client.vault import Vault
from piwigo_contract.client.wire import RawAnswer, WireClient


def rate_limiter(per_second: float) -> Limiter:
    """At most `per_second` requests in any second; for a rate below 1, one request in 1 / per_second seconds."""
    if per_second >= 1:
        return Limiter(Rate(int(per_second), Duration.SECOND))
    return Limiter(Rate(1, int(Duration.SECOND.value / per_second)))


LONGEST_IDLE = 4.0
"""Seconds after which an idle connection is asked nothing more: servers close them after five (Apache) or more, and
what is between may forget them without a word.
"""

IMPATIENT, HASTY = 5.0, 0.25
"""Seconds that a target gets which may be gone: for the first answer, and at least for any."""


class Transport:
    """Sends the requests of exchanges within the rate limit, and stores the answers in them. Safe for several
    threads.

    waited_in_vain: seconds spent on answers that did not come in time, `late` of them. patient: whether each answer
    gets the time that it may take.
    """

    def __init__(
        self,
        url: str,
        vault: Vault,
        *,
        timeout: float,
        limiter: Limiter | None,
        trust: ssl.SSLContext | None,
        pace: Pace,
    ) -> None:
        self.requests_sent = 0
        self.late = 0
        self.waited_in_vain = 0.0
        self.patient = True
        self._in_a_row = 0
        self._vault = vault
        self._limiter = limiter
        self._pace = pace
        self._counting = threading.Lock()
        self._timeout = timeout
        self._trust = trust if trust is not None else system_trust()
        self._connections = HttpConnections()
        self._of_thread = threading.local()
        self._pools: list[_Bounded] = []
        self.aim_at(url)

    @property
    def proxy(self) -> Proxy | None:
        """Through which all requests go."""
        return self._connections.proxy

    def aim_at(self, url: str) -> None:
        """Send to this gallery from now on."""
        self._connections.proxy = proxy_of(url)
        self._wire = WireClient(url, timeout=self._timeout, context=self._trust, proxy=self.proxy)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools:
            pool.close()

    def send(self, exchange: Exchange) -> Exception | None:
        """Send a request that is alone on its connection. Returns the error where no answer comes."""
        exchange.repeatable = True
        written = exchange.sent.written
        return self.exchange_raw(
            [exchange], lambda wire: [self._over_http(exchange.sent) if written is None else wire.send(written)]
        )

    def exchange_raw(
        self, exchanges: Sequence[Exchange], ask: Callable[[WireClient], Sequence[RawAnswer]]
    ) -> Exception | None:
        """Let `ask` send the requests of these exchanges, and store the answers that it returns in them, in order.

        On a failure the first exchange gets the reason (`failure`), and the error is returned.
        """
        for exchange in exchanges:
            self.take_turn(exchange)
        began = time.monotonic()
        self._wire.timeout = self._seconds()
        try:
            told = ask(self._wire)
            self._in_a_row = 0
        except (httpx.HTTPError, httpx.InvalidURL, WireFailure, TimeoutError) as error:
            exchanges[0].failure = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            if isinstance(error, httpx.TimeoutException | TimeoutError) or isinstance(error.__cause__, TimeoutError):
                with self._counting:
                    self.late += 1
                    self._in_a_row += 1
                    self.waited_in_vain += time.monotonic() - began
            return error
        finally:
            for exchange in exchanges:
                exchange.seconds = time.monotonic() - began
        for exchange, answer in zip(exchanges, told, strict=True):
            for secret in given_out(exchange.receive(*answer)):
                self._vault.mask(secret, "$SECRET")  # of this run, whatever becomes of it
        return None

    def take_turn(self, exchange: Exchange) -> None:
        """Wait until this exchange may be sent, and count it."""
        if self._limiter is not None:
            self._limiter.try_acquire("target")
        with self._counting:
            self.requests_sent += 1
        exchange.started = self._pace.take_turn()

    def expects_little(self, little: bool) -> None:
        """Whether to wait less for the next answer, and less again for each after one that does not come."""
        if little and self.patient:
            self._in_a_row = 0  # those that were late so far had more time
        self.patient = not little

    def _seconds(self) -> float:
        """In which the next answer has to be whole."""
        if self.patient:
            return self._timeout
        return min(self._timeout, max(math.ldexp(IMPATIENT, -self._in_a_row), HASTY))

    def _pool(self) -> _Bounded:
        """The connection of this thread. In a pool of several, one thread closes a connection that has been idle for
        too long while another, which was given it just before, begins to write.
        """
        pool: _Bounded | None = getattr(self._of_thread, "pool", None)
        if pool is None:
            pool = self._of_thread.pool = _Bounded(self._connections, self._trust)
            with self._counting:
                self._pools.append(pool)
        return pool

    def _over_http(self, sent: Sent) -> RawAnswer:
        headers, body = headers_and_body(sent)
        merged = _COMMON.copy()
        merged.update(headers)
        request = httpx.Request(sent.verb, _url(sent.full_url), headers=merged, content=body)
        for name in sent.without:
            del request.headers[name]
        allowance = self._connections.allowance = Allowance(self._seconds())
        response = self._pool().handle_request(request)
        with closing(response):
            if len(response.headers.raw) > MOST_HEADERS:
                raise WireFailure(f"the answer has more than {MOST_HEADERS} headers")
            allowance.head_is_whole()
            read = bytearray()
            for chunk in response.iter_raw():
                read += chunk
                if len(read) > MAX_BODY:
                    raise WireFailure(f"the answer is longer than {MAX_BODY} bytes")
                allowance.seconds()  # chunks of one byte take longer to be read than to come
            # httpx would decode a bomb to its end
            body = decoded(bytes(read), response.headers.get("content-encoding", ""))
            return response.status_code, response.headers.multi_items(), body


_COMMON = httpx.Headers({"Connection": "keep-alive", **COMMON_HEADERS})

_url = lru_cache(maxsize=256)(httpx.URL)
"""Most requests go to a few addresses."""


class _Bounded(httpx.HTTPTransport):
    """What httpx sends by, with connections that bound an answer; it has no way to be given them itself.

    A client of httpx above it would read cookies and redirects of each answer, of which nothing is wanted here.
    """

    def __init__(self, connections: HttpConnections, trust: ssl.SSLContext) -> None:
        super().__init__(verify=trust, trust_env=False)
        self._pool: _OneConnection = _OneConnection(connections, trust)  # type: ignore[assignment]


class _OneConnection:
    """A pool of one connection at a time, for one thread: httpcore's own reckons for each request what others may be
    asked by.
    """

    def __init__(self, connections: HttpConnections, trust: ssl.SSLContext) -> None:
        self._connections, self._trust = connections, trust
        self._open: httpcore.HTTPConnection | None = None

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        to = request.url.origin
        kept = self._open
        if kept is None or kept.is_closed() or kept.has_expired() or not kept.can_handle_request(to):
            self.close()
            kept = self._open = httpcore.HTTPConnection(
                to, self._trust, keepalive_expiry=LONGEST_IDLE, network_backend=self._connections
            )
        return kept.handle_request(request)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
