"""The client that checks talk to a gallery with: httpx, one connection pool, and nothing hidden.

No cookie is kept, no redirect followed, no request repeated: what a call is given is what is sent, and every
exchange is written into the current check's transcript.
"""

from __future__ import annotations

import http.cookiejar
import random
import re
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx
from pyrate_limiter import Duration, Limiter, Rate

from piwigo_contract import __version__
from piwigo_contract.client.answers import CLOSED, MAX_BODY, Answer
from piwigo_contract.client.credentials import (
    GUEST,
    ApiKey,
    Body,
    Carrier,
    Cookie,
    Header,
    KeyHeader,
    OtherKeyHeader,
    Query,
    Session,
)
from piwigo_contract.client.exchange import Call, Exchange, Sent, given_out
from piwigo_contract.client.multipart import Upload, encoded
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.vault import Text, Vault
from piwigo_contract.client.wire import Told, WireClient, WireClosed, WireFailure, WireRequest
from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.errors import PiwigoContractError

Value = Text | str | int

_SENDABLE = re.compile(rb"[!-~\x80-\xff]+(?:[ \t]+[!-~\x80-\xff]+)*")
"""Values of a header that httpx sends (RFC 9110, section 5.5)."""

COMMON_HEADERS = {
    "User-Agent": f"piwigo-contract/{__version__}",
    "Accept": "*/*",
    # what one client has compressed and the other has not would look like two answers
    "Accept-Encoding": "identity",
}
"""Headers of every request, by httpx or on the wire."""

CONNECTIONS = 4
"""Connections that a volley of requests is sent over."""


class NoAnswer(PiwigoContractError):
    """A request got no HTTP answer: connection refused or closed, time-out, or bytes that are no HTTP."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(f"no answer to {exchange.sent.verb} {exchange.sent.url}: {exchange.failure}")
        self.exchange = exchange


def rate_limiter(per_second: float) -> Limiter:
    """At most so many requests in any one second; below one, one in so much longer a time."""
    if per_second >= 1:
        return Limiter(Rate(int(per_second), Duration.SECOND))
    return Limiter(Rate(1, int(Duration.SECOND.value / per_second)))


class Gallery:
    """A gallery at a URL, held to a release's profile.

    url: its root, ending in a slash. vault: keeps this run's secrets out of all evidence. timeout: seconds
    for connecting and between two pieces of an answer. trust: which certificates are good, None for those that
    the system's authorities have signed. transcript: where exchanges are written; coin: decides
    what is asked first, where that must not matter. The harness puts fresh ones in place for every check.
    """

    def __init__(
        self,
        url: str,
        profile: ReleaseProfile,
        vault: Vault,
        *,
        timeout: float = 30.0,
        limiter: Limiter | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.url = url
        self.profile = profile
        self.vault = vault
        self.transcript = Transcript()
        self.requests_sent = 0
        self.coin: random.Random = random.SystemRandom()
        self._limiter = limiter
        self._counting = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._timeout = timeout
        no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self._http = httpx.Client(
            timeout=timeout,
            cookies=no_cookies,
            follow_redirects=False,
            verify=True if trust is None else trust,
            trust_env=False,
            headers=COMMON_HEADERS,
        )
        self.wire = WireClient(url, timeout=timeout, context=trust)

    def close(self) -> None:
        self._http.close()
        if self._pool is not None:
            self._pool.shutdown()

    # ------------------------------------------------------------------ what checks call

    def whoami(
        self,
        *auth: Carrier,
        verb: str = "POST",
        format: str | None = "json",
        headers: Iterable[tuple[str, Text]] = (),
    ) -> Answer:
        """Ask `pwg.session.getStatus`: the answer's `caller` is who the target takes the caller for."""
        return self.send(Call(verb=verb, format=format, auth=auth, headers=tuple(headers)))

    def whoami_on_the_wire(self, *headers: Header) -> Answer:
        """As `whoami`, but with these header lines written to the socket as they stand."""
        call = Call(auth=headers)
        sent = self._render(call)
        return self._exchange(call, sent, self._on_the_wire(sent, "Connection: close"))

    def whoami_in_a_row(self, *auths: Sequence[Carrier], pipelined: bool = False) -> list[Answer]:
        """As `whoami` for each of these callers in turn, all on one connection.

        pipelined: each without waiting for the answer before. Raises NoAnswer, for the first that is not answered.
        """
        calls = [Call(auth=tuple(auth)) for auth in auths]
        exchanges = [Exchange(call, self._render(call)) for call in calls]
        requests = [self._on_the_wire(each.sent) for each in exchanges]
        return self.converse(exchanges, lambda wire: wire.in_a_row(requests, pipelined=pipelined))

    def converse(
        self,
        exchanges: Sequence[Exchange],
        ask: Callable[[WireClient], Sequence[Told]],
        *,
        may_close: bool = False,
    ) -> list[Answer]:
        """Have `ask` write these exchanges' requests to the socket; the answers that came, in order.

        Where more come than were asked for, the last exchange is made out to each of them as well. Raises NoAnswer,
        for the first, where none comes; with `may_close` a closed connection is an answer with the status CLOSED.
        """
        for exchange in exchanges:
            self._begin(exchange)
            self.transcript.add(exchange)
        began = time.monotonic()
        try:
            told = ask(self.wire)
        except WireFailure as error:
            if not (may_close and isinstance(error, WireClosed)):
                exchanges[0].failure = str(error)
                raise NoAnswer(exchanges[0]) from error
            told = [(CLOSED, [], b"")]
        answered = list(exchanges)
        while len(answered) < len(told):
            answered.append(Exchange(exchanges[-1].call, exchanges[-1].sent))
            self._begin(answered[-1])  # late, but it counts
            self.transcript.add(answered[-1])
        answers = []
        for answer, exchange in zip(told, answered, strict=False):
            exchange.seconds = time.monotonic() - began
            answers.append(exchange.receive(*answer))
            self._keep_secret(answers[-1])
        return answers

    def whoami_at_once(self, *auths: Sequence[Carrier], times: int) -> list[list[Answer]]:
        """As `whoami`, so many times for each of these callers, all at the same moment on connections of their own."""
        start = threading.Barrier(len(auths))

        def ask(auth: Sequence[Carrier]) -> list[Answer]:
            start.wait()
            return [self.whoami(*auth) for _ in range(times)]

        with ThreadPoolExecutor(len(auths)) as threads:
            return list(threads.map(ask, auths))

    def _on_the_wire(self, sent: Sent, *more: str) -> WireRequest:
        body = (sent.encoded_form or "").encode()
        lines = [f"Host: {self.wire.netloc}", *(f"{name}: {value}" for name, value in COMMON_HEADERS.items()), *more]
        lines.append(f"Content-Length: {len(body)}")
        lines.append("Content-Type: application/x-www-form-urlencoded")
        raw = [line.encode() for line in lines]
        raw += [f"{name}: ".encode() + _raw(value) for name, value in sent.headers]
        path = urllib.parse.urlsplit(sent.full_url)
        return WireRequest("POST", f"{path.path}?{path.query}", raw, body)

    def call(
        self,
        method: str | None,
        *auth: Carrier,
        verb: str = "POST",
        format: str | None = "json",
        params: Mapping[str, Value] | None = None,
        files: Mapping[str, Upload] | None = None,
        address: str = "ws.php",
        **named: Value,
    ) -> Answer:
        """Call a method of the API with the given credentials and parameters (`params` for any name at all).

        address: another spelling of the API's own.
        """
        given = {**(params or {}), **named}
        pairs = tuple((name, Text.of(v)) for name, v in given.items())
        sent = tuple((files or {}).items())
        return self.send(Call(method, pairs, verb, format, auth, page=address, files=sent))

    def manage(
        self,
        action: str,
        session: Session,
        *,
        by: tuple[Carrier, ...] | None = None,
        verb: str = "POST",
        format: str | None = "json",
        **params: Value,
    ) -> Answer:
        """Call `pwg.users.api_key.ACTION` with the session and its pwg_token.

        by: who asks in place of the session, whose token is sent all the same.
        """
        token = {} if session.token is None else {"pwg_token": session.token.text}
        auth = (session,) if by is None else by
        return self.call(f"pwg.users.api_key.{action}", *auth, verb=verb, format=format, params={**token, **params})

    def whoami_with(self, session: Session, **params: Value) -> Answer:
        """As `whoami`, but with what `manage` sends beside the name of the method: the control for a session."""
        token = {} if session.token is None else {"pwg_token": session.token.text}
        return self.call("pwg.session.getStatus", session, params={**token, **params})

    def page(self, page: str, *auth: Carrier, verb: str = "GET", params: Mapping[str, Value] | None = None) -> Answer:
        """Ask for a page of the gallery other than `ws.php`; parameters go in the query, or for POST in the body."""
        pairs = tuple((name, Text.of(v)) for name, v in (params or {}).items())
        return self.send(Call(method=None, params=pairs, verb=verb, format=None, auth=auth, page=page))

    def send(self, call: Call) -> Answer:
        """Send a call and return its answer. Raises NoAnswer where none comes."""
        return self._exchange(call, self._render(call), None)

    def volley(self, values: Sequence[Text], *, connections: int = CONNECTIONS) -> list[Exchange]:
        """Ask `whoami` once with each value in the header of keys, over several connections at once.

        What an HTTP library will not send goes out on the wire. The exchanges come back in the order of the values,
        answered or not, and are not kept in the transcript.
        """

        def ask(value: Text) -> Exchange:
            call = Call(auth=(KeyHeader(value),))
            exchange = Exchange(call, self._render(call))
            self._perform(
                exchange,
                None if _SENDABLE.fullmatch(_raw(value)) else self._on_the_wire(exchange.sent, "Connection: close"),
            )
            return exchange

        if self._pool is None:
            self._pool = ThreadPoolExecutor(connections, "volley")
        exchanges = list(self._pool.map(ask, values))
        self.transcript.count(exchanges)
        return exchanges

    def repeat(self, exchange: Exchange) -> Exchange:
        """Send a repeatable exchange's request once more; the new exchange, answered or not, is in the transcript."""
        again = Exchange(exchange.call, exchange.sent)
        self.transcript.add(again)
        self._perform(again, exchange.request)
        return again

    # ------------------------------------------------------------------ how it is sent

    def _render(self, call: Call) -> Sent:
        query: list[tuple[str, Text]] = []
        form: list[tuple[str, Text]] = []
        headers = list(call.headers)
        if call.format is not None:
            query.append(("format", Text.of(call.format)))
        own = query if call.verb == "GET" else form
        if call.method is not None:
            own.append(("method", Text.of(call.method)))
        own.extend(call.params)
        cookies: list[tuple[str, Text]] = []
        for carrier in call.auth:
            match carrier:
                case ApiKey():
                    headers.append((self.profile.header, carrier.text))
                case KeyHeader():
                    headers.append((self.profile.header, Text.of(carrier.value)))
                case OtherKeyHeader():
                    headers.append((self.profile.other_header, Text.of(carrier.value)))
                case Header():
                    headers.append((carrier.name, Text.of(carrier.value)))
                case Query():
                    query.append((carrier.name, Text.of(carrier.value)))
                case Body():
                    form.append((carrier.name, Text.of(carrier.value)))
                case Cookie():
                    cookies.append((carrier.name, Text.of(carrier.value)))
                case Session():
                    cookies.extend(carrier.cookies)
                case _:
                    raise TypeError(f"{carrier!r} carries no credential")
        if cookies:
            headers.append(("Cookie", Session(tuple(cookies), GUEST).cookie_header))
        verb = call.verb
        if verb != "GET" or form:
            return Sent(verb, self.url + call.page, tuple(query), tuple(headers), tuple(form), files=call.files)
        return Sent(verb, self.url + call.page, tuple(query), tuple(headers), None)

    def _exchange(self, call: Call, sent: Sent, request: WireRequest | None) -> Answer:
        exchange = Exchange(call, sent)
        self.transcript.add(exchange)
        error = self._perform(exchange, request)
        if exchange.answer is None:
            raise NoAnswer(exchange) from error
        return exchange.answer

    def _begin(self, exchange: Exchange) -> None:
        """Wait for the exchange's turn and count it; safe from several threads."""
        if self._limiter is not None:
            self._limiter.try_acquire("target")
        with self._counting:
            self.requests_sent += 1
        exchange.started = time.time()

    def _perform(self, exchange: Exchange, request: WireRequest | bytes | None) -> Exception | None:
        """Send, and put the answer or the failure into the exchange; the failure's cause is returned."""
        exchange.request, exchange.repeatable = request, True
        self._begin(exchange)
        started = time.monotonic()
        try:
            status, headers, body = self._over_http(exchange.sent) if request is None else self.wire.send(request)
        except (httpx.HTTPError, httpx.InvalidURL, WireFailure) as error:
            exchange.failure = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return error
        finally:
            exchange.seconds = time.monotonic() - started
        self._keep_secret(exchange.receive(status, headers, body))
        return None

    def _keep_secret(self, answer: Answer) -> None:
        """What an answer gives out that lasts is a secret of this run, whatever becomes of it."""
        for secret in given_out(answer):
            self.vault.mask(secret, "$SECRET")

    def _over_http(self, sent: Sent) -> tuple[int, Sequence[tuple[str, str]], bytes]:
        headers = [(name.encode(), _raw(value)) for name, value in sent.headers]
        content, media_type = None, "application/x-www-form-urlencoded"
        if sent.files:
            media_type, content = encoded(sent.form or (), sent.files)
        elif sent.encoded_form is not None:
            content = sent.encoded_form.encode()
        if content is not None and all(name.lower() != b"content-type" for name, _ in headers):
            headers.append((b"Content-Type", media_type.encode()))
        with self._http.stream(sent.verb, sent.full_url, headers=headers, content=content) as response:
            body = b""
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_BODY:
                    raise httpx.DecodingError(f"the answer is longer than {MAX_BODY} bytes")
            return response.status_code, response.headers.multi_items(), body


def _raw(value: Text) -> bytes:
    """A header's value as bytes: UTF-8, and lone surrogates as the bytes that they stand for."""
    return value.reveal().encode("utf-8", "surrogateescape")
