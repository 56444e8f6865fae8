"""The client that checks use.

Exchanges go into the transcript of the current check; those of a batch are only counted there.
"""

from __future__ import annotations

import random
import secrets
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from pyrate_limiter import Limiter

from piwigo_contract.client.answers import LONG, MEGABYTE, Answer, Caller
from piwigo_contract.client.counted import counted
from piwigo_contract.client.credentials import GUEST, ApiKey, Carrier, Header, KeyHeader, Query, Session
from piwigo_contract.client.exchange import ApiCall, Exchange, Sent
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.pace import Pace, is_too_fast
from piwigo_contract.client.proxies import Proxy
from piwigo_contract.client.rendering import as_written, is_sendable, render
from piwigo_contract.client.steadiness import Steadiness
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.transport import Transport
from piwigo_contract.client.vault import Text, Vault
from piwigo_contract.client.wire import RawAnswer, WireClient
from piwigo_contract.client.written import LAST
from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.errors import NoMoreAsked, OutOfReach, PiwigoContractError, TargetGone, TooFast

Value = Text | str | int
"""What a parameter of a call may be."""

BY_A_KEY = "api_key"
"""What `connected_with` of pwg.session.getStatus says of a key (include/ws_functions/pwg.php, ws_session_getStatus)."""

CONNECTIONS = 4
"""Connections that a volley of requests is sent over."""

HEAVIEST = 40 * MEGABYTE
"""Bytes of the answers that one check may hold at a time."""

LONG_ANSWERS = 1024 * MEGABYTE
"""Bytes of all answers that are longer than a gallery's usually are (LONG)."""

REMEMBERED = 64 * 1024
"""Most bytes of an answer that is kept for other checks, as hundreds of them may be."""

LONGEST_WAIT = 120.0
"""Seconds that a run waits, in all, for answers that do not come in time."""

LIMITED = (
    "the target answers HTTP 429, and goes on to: limit the suite's speed (--rate N), or lift the target's limit for it"
)
KEYS_LIMITED = (
    "lift the target's limit of wrong keys, or of all keys, for the suite: it answers HTTP 429 to keys alone, which "
    "hides what it does with them"
)


class NoAnswer(PiwigoContractError):
    """A request got no HTTP answer: connection refused or closed, time-out, or bytes that are no HTTP."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(f"no answer to {exchange.sent.verb} {exchange.sent.url}: {exchange.failure}")
        self.exchange = exchange


class Gallery:
    """A gallery at a URL, held to a release's profile.

    url: its root, ending in a slash. vault: keeps this run's secrets out of all evidence. timeout: seconds in which
    an answer has to be whole. most: how many requests are sent, None for any number. trust: which certificates are
    good, None for those that the system's authorities have signed. pace: how fast the target lets itself be asked.
    in_front: what each request brings besides for the server in front of it. transcript: where exchanges are written;
    rng: decides what is asked first, where that must not matter. The harness puts fresh ones in place for every check.
    """

    def __init__(
        self,
        url: str,
        profile: ReleaseProfile,
        vault: Vault,
        *,
        timeout: float = 30.0,
        most: int | None = None,
        limiter: Limiter | None = None,
        trust: ssl.SSLContext | None = None,
        pace: Pace | None = None,
        in_front: Header | None = None,
    ) -> None:
        self.url = url
        self.profile = profile
        self.vault = vault
        self.anonymous = GUEST
        self.accepted_keys: set[ApiKey] = set()
        """Keys with which the target took a caller for their owner, as checks claimed."""
        self.in_front = in_front
        self.transcript = Transcript()
        self.rng: random.Random = random.SystemRandom()
        self.pace = pace or Pace()
        self._bounded = True
        self._most = most
        self._long: list[int] = []
        """Bytes of each answer that was longer than usual."""
        self._transport = Transport(url, vault, timeout=timeout, limiter=limiter, trust=trust, pace=self.pace)
        self._pool: ThreadPoolExecutor | None = None
        self._asked: dict[ApiCall, Exchange] = {}
        self.steadiness = Steadiness()

    @property
    def requests_sent(self) -> int:
        """Requests sent so far, those of preflight and clean-up included."""
        return self._transport.requests_sent

    @property
    def remarks(self) -> list[str]:
        """What is to be said of the target so far: that it was asked too fast, or is not what it was at first."""
        return [*filter(None, [self.pace.remark]), *self.steadiness.remarks]

    @property
    def proxy(self) -> Proxy | None:
        """Through which all requests go, or None."""
        return self._transport.proxy

    def move_to(self, url: str) -> None:
        """It is at this URL, as it says itself."""
        self.url = url
        self._transport.aim_at(url)

    def expects_little(self, little: bool = True) -> None:
        """From now on wait less for each answer, and less again for each that does not come; or as long as ever."""
        self._transport.expects_little(little)

    def close(self) -> None:
        """Close all connections, and end the threads."""
        self._transport.close()
        if self._pool is not None:
            self._pool.shutdown()

    def takes_for_nobody(self, caller: Caller) -> bool:
        """Whether the target takes the caller for a guest, or for whom it takes anybody, and saw no key.

        Anybody is `anonymous`: behind single sign-on that is a user with a name.
        """
        return caller.connected_with != BY_A_KEY and (
            caller.user.status == GUEST.status or caller.user == self.anonymous
        )

    # ------------------------------------------------------------------ what checks call

    def whoami(
        self,
        *auth: Carrier,
        verb: str = "POST",
        format: str | None = "json",
        headers: Iterable[tuple[str, Text]] = (),
    ) -> Answer:
        """Ask `pwg.session.getStatus`: the answer's `caller` is who the target takes the caller for."""
        return self.send(ApiCall(verb=verb, format=format, auth=auth, headers=tuple(headers)))

    def whoami_once(self, *auth: Carrier) -> Answer:
        """As `whoami`, asked once in a run: see `send_once`."""
        return self.send_once(ApiCall(auth=auth))

    def whoami_on_the_wire(self, *headers: Header) -> Answer:
        """As `whoami`, but with these header lines written to the socket as they stand."""
        call = ApiCall(auth=headers)
        return self._send(Exchange(call, as_written(self._render(call), LAST)))

    def whoami_in_a_row(self, *auths: Sequence[Carrier], pipelined: bool = False) -> list[Answer]:
        """As `whoami` for each of these callers in turn, all on one connection.

        pipelined: each without waiting for the answer before. Raises NoAnswer, for the first that is not answered.
        """
        calls = [ApiCall(auth=tuple(auth)) for auth in auths]
        exchanges = [Exchange(call, as_written(self._render(call))) for call in calls]
        requests = [each.sent.written for each in exchanges if each.sent.written]
        return self.exchange_raw(exchanges, lambda wire: wire.in_a_row(requests, pipelined=pipelined))

    def whoami_at_once(self, *auths: Sequence[Carrier], times: int) -> list[list[Answer]]:
        """As `whoami`, `times` times for each of these callers, in parallel, each on connections of its own."""
        start = threading.Barrier(len(auths))

        def ask(auth: Sequence[Carrier]) -> list[Answer]:
            start.wait()
            return [self.whoami(*auth) for _ in range(times)]

        with ThreadPoolExecutor(len(auths)) as threads:
            return list(threads.map(ask, auths))

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
        return self.send(ApiCall(method, pairs, verb, format, auth, page=address, files=sent))

    def manage(
        self,
        action: str,
        session: Session,
        *,
        by: tuple[Carrier, ...] | None = None,
        verb: str = "POST",
        format: str | None = "json",
        once: bool = False,
        **params: Value,
    ) -> Answer:
        """Call `pwg.users.api_key.ACTION` with the session and its pwg_token.

        by: another caller in place of the session; the token sent is still that of the session. once: see `send_once`.
        """
        given = tuple((name, Text.of(value)) for name, value in {**session.token_params, **params}.items())
        call = ApiCall(f"pwg.users.api_key.{action}", given, verb, format, (session,) if by is None else by)
        return self.send_once(call) if once else self.send(call)

    def whoami_with(self, session: Session, **params: Value) -> Answer:
        """As `whoami`, but with the same parameters as `manage`: the control for a session."""
        return self.call("pwg.session.getStatus", session, params={**session.token_params, **params})

    def page(self, page: str, *auth: Carrier, verb: str = "GET", params: Mapping[str, Value] | None = None) -> Answer:
        """Ask for a page of the gallery other than `ws.php`; parameters go in the query, or for POST in the body."""
        pairs = tuple((name, Text.of(v)) for name, v in (params or {}).items())
        return self.send(ApiCall(method=None, params=pairs, verb=verb, format=None, auth=auth, page=page))

    def send(self, call: ApiCall) -> Answer:
        """Send a call and return its answer. Raises NoAnswer where none comes."""
        return self._send(Exchange(call, self._render(call)))

    def send_once(self, call: ApiCall) -> Answer:
        """As `send`; but the same call by the same caller is sent once in a run, and its answer serves all that ask.

        For what others are held against: the same control beside many refusals, one description for several claims.
        An answer that is longer than REMEMBERED is asked for again.
        """
        if call not in self._asked:
            answer = self.send(call)
            if len(answer.body) <= REMEMBERED and answer.exchange is not None:
                self._asked[call] = answer.exchange
            return answer
        exchange = replace(self._asked[call], role="request", shown=False)
        self.transcript.recall(exchange)
        assert exchange.answer is not None
        return exchange.receive(exchange.answer.status, exchange.answer.headers, exchange.answer.body)

    def send_counted(self, call: ApiCall) -> Answer:
        """As `send`, written to the socket and read until the target closes the connection: bytes are counted."""
        exchange = Exchange(call, as_written(self._render(call), LAST))

        def ask(wire: WireClient) -> list[RawAnswer]:
            assert exchange.sent.written is not None
            told, exchange.came = counted(wire.send_and_read_all(exchange.sent.written), call.verb)
            return [told]

        return self.exchange_raw([exchange], ask)[0]

    def whoami_batch(self, values: Sequence[Text], *, connections: int = CONNECTIONS) -> list[Exchange]:
        """Call `whoami` once with each value in the key header, over several connections at once.

        connections: how many; only the first call of a run decides. What an HTTP library will not send goes out on the
        socket. The exchanges come back in the order of the values, answered or not; the transcript only counts them.
        """

        asked: list[list[Exchange]] = [[] for _ in values]

        def ask(value: Text, sent: list[Exchange]) -> Exchange:
            call = ApiCall(auth=(KeyHeader(value),))
            plain = self._render(call)
            exchange = Exchange(call, plain if is_sendable(value) else as_written(plain, LAST))
            return self._until_let_in([exchange], self._send_alone, sent.extend)[0][0]

        if self._pool is None:
            self._pool = ThreadPoolExecutor(connections, "whoami_batch")
        try:
            return list(self._pool.map(ask, values, asked))
        finally:
            self.transcript.count_only([exchange for each in asked for exchange in each])

    def asked_anew(self, exchange: Exchange) -> Caller | None:
        """Who a caller by GET is if the same is asked by a URL that nobody asked for before, so that no cache knows it.

        None for another verb, or where that is not told.
        """
        call = exchange.call
        if call.verb != "GET" or exchange.sent.written is not None:
            return None
        return self.send(replace(call, auth=(*call.auth, Query("_", secrets.token_hex(12))))).caller

    def repeat(self, exchange: Exchange) -> Exchange:
        """Send a repeatable exchange's request once more; the new exchange, answered or not, is in the transcript."""
        return self._until_let_in([Exchange(exchange.call, exchange.sent)], self._send_alone)[0][0]

    # ------------------------------------------------------------------ how it is sent

    def exchange_raw(
        self, exchanges: Sequence[Exchange], ask: Callable[[WireClient], Sequence[RawAnswer]], *, once: bool = False
    ) -> list[Answer]:
        """Let `ask` write the requests of these exchanges to the socket; returns the answers, in order.

        once: it can't be asked again. Raises NoAnswer, for the first, where they do not come.
        """
        ended = self._until_let_in(exchanges, lambda each: self._transport.exchange_raw(each, ask), once=once)
        return _answered(*ended)

    def _send(self, exchange: Exchange) -> Answer:
        return _answered(*self._until_let_in([exchange], self._send_alone))[0]

    def _send_alone(self, exchanges: Sequence[Exchange]) -> Exception | None:
        return self._transport.send(exchanges[0])

    def _until_let_in(
        self,
        exchanges: Sequence[Exchange],
        send: Callable[[Sequence[Exchange]], Exception | None],
        keep: Callable[[Sequence[Exchange]], None] | None = None,
        *,
        once: bool = False,
    ) -> tuple[Sequence[Exchange], Exception | None]:
        """Send these, and again after a pause where they came too fast; the last ones sent, and why they failed.

        keep: puts each that is sent into the transcript. Raises TooFast, or TargetGone, where waiting does not help,
        NoMoreAsked where nothing is sent any more.
        """
        tries = 0
        while True:
            self._may_ask()
            (keep or self.transcript.add_all)(exchanges)
            error = send(exchanges)
            self._weigh(exchanges)
            self.steadiness.look_at(exchanges)
            refused = next((each for each in exchanges if each.answer and is_too_fast(each.answer)), None)
            if refused is None or refused.answer is None:
                self.pace.patient = True
                return exchanges, error
            keyed = any(name.lower() == self.profile.header.lower() for name, _ in refused.sent.headers)
            if keyed and self.pace.limits_keys and refused.answer.status == 429:
                raise TooFast(KEYS_LIMITED)
            pause = None if once else self.pace.pause(refused.answer, refused.started, tries)
            if pause is None:
                self._not_let_in(refused.answer, keyed=keyed, once=once)
                return exchanges, error
            self.pace.wait(pause)
            exchanges = [Exchange(each.call, each.sent, repeatable=each.repeatable) for each in exchanges]
            tries += 1

    @contextmanager
    def unbounded(self) -> Iterator[None]:
        """Meanwhile no bound on requests counts: for taking away what the run made."""
        self._bounded = False
        try:
            yield
        finally:
            self._bounded = True

    def take_turn(self, verb: str) -> None:
        """Wait until one more request may be sent, which something else than this client sends, and count it.

        Raises NoMoreAsked where none may.
        """
        self._may_ask()
        call = ApiCall(method=None, verb=verb, format=None)
        self._transport.take_turn(Exchange(call, render(call, self.url, self.profile)))

    def _may_ask(self) -> None:
        if not self._bounded:
            return
        if self._most is not None and self.requests_sent >= self._most:
            self.expects_little(False)  # it is not the target that is slow
            raise NoMoreAsked("the run has sent as many requests as --max-requests allows")
        if self._transport.waited_in_vain > LONGEST_WAIT:
            self.expects_little()
            raise NoMoreAsked(
                f"the target let {self._transport.late} requests wait longer than --request-timeout, "
                f"{self._transport.waited_in_vain:.0f} s in all: it is asked no more"
            )

        if sum(self._long) > LONG_ANSWERS:
            raise NoMoreAsked(
                f"the target gave {len(self._long)} answers of more than {LONG // MEGABYTE} MB, "
                f"{sum(self._long) // MEGABYTE} MB in all: it is asked no more"
            )

    def _weigh(self, exchanges: Sequence[Exchange]) -> None:
        """Raises NoMoreAsked where the answers that one check holds are more than it may hold."""
        sizes = [len(each.answer.body) for each in exchanges if each.answer]
        self.transcript.weight += sum(sizes)
        self._long += [size for size in sizes if size > LONG]
        if self.transcript.weight > HEAVIEST and self._bounded:
            together = f"more than {HEAVIEST // MEGABYTE} MB together"
            raise NoMoreAsked(f"the answers to one check have {together}: it is asked no more")

    def _not_let_in(self, answer: Answer, *, keyed: bool, once: bool) -> None:
        """Return where the answer is to this request alone, and so to be judged.

        Raises TooFast where it is no answer to it, TargetGone where nobody gets another one.
        """
        if (answer.status == 429 and not self.pace.patient) or (once and (answer.status == 429 or self.pace.remark)):
            raise TooFast(LIMITED)
        if once:
            return
        call = ApiCall(verb="GET")
        anonymous = Exchange(call, self._render(call))
        self.transcript.count_only([anonymous])
        self._transport.send(anonymous)
        others = anonymous.answer
        if others is None or others.status == 429 or others.envelope is None:
            self.pace.patient = False
            if others is not None and others.status == 429:
                raise TooFast(LIMITED)
            raise TargetGone(others.in_words if others else str(anonymous.failure))
        if answer.status == 429:
            if keyed:
                self.pace.limits_keys, self.pace.remark = True, None  # it was not the speed
            raise TooFast(KEYS_LIMITED if keyed else LIMITED)

    def must_have_free(self, name: str) -> None:
        """Raise OutOfReach where a header is taken by what the server in front is told."""
        if self.in_front is not None and name.lower() == self.in_front.name.lower():
            raise OutOfReach(detail=f"the header {name} for itself: the Basic credentials of --basic are in it")

    def _render(self, call: ApiCall) -> Sent:
        sent = render(call, self.url, self.profile)
        if self.in_front is None:
            return sent
        for name, _ in sent.headers:
            self.must_have_free(name)
        return replace(sent, headers=(*sent.headers, (self.in_front.name, Text.of(self.in_front.value))))


def _answered(exchanges: Sequence[Exchange], error: Exception | None) -> list[Answer]:
    if error is not None:
        raise NoAnswer(exchanges[0]) from error
    return [exchange.answer for exchange in exchanges if exchange.answer is not None]
