"""What was exchanged in one check, and what of it is evidence."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.exchange import Exchange, Role
from piwigo_contract.errors import SuiteError


@dataclass
class Transcript:
    """All exchanges of one check, in order, and the phase (setup, call, teardown) that it is in.

    record: is given each exchange, in order, once nothing more will be said of it. requests: how many were made in all
    phases; keyed_requests: how many of them named a key that exists.
    """

    exchanges: list[Exchange] = field(default_factory=list)
    phase: str = "setup"
    record: Callable[[Exchange], None] | None = None
    requests: int = 0
    keyed_requests: int = 0
    weight: int = 0
    """bytes of the answers that are held"""
    _forgotten: int = 0
    _held: set[int] = field(default_factory=set)
    _unrecorded: list[Exchange] = field(default_factory=list)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def add(self, exchange: Exchange) -> None:
        """Append an exchange, and mark it with the current phase."""
        self._begin(exchange)
        self._hold(exchange)

    def add_all(self, exchanges: Sequence[Exchange]) -> None:
        """As `add`, of several."""
        for exchange in exchanges:
            self.add(exchange)

    def recall(self, exchange: Exchange) -> None:
        """Have an exchange be here that was sent, and counted, in another check."""
        exchange.phase = self.phase
        self._hold(exchange)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Exchanges inside are no part of what is done here, and no script does them again."""
        phase, self.phase = self.phase, "clean-up"
        try:
            yield
        finally:
            self.phase = phase

    def exchange_of(self, answer: Answer) -> Exchange:
        """The exchange of an answer. Raises SuiteError for one that this check did not ask for, or asked for in an
        example that is over.
        """
        if answer.exchange is None or id(answer.exchange) not in self._held:
            raise SuiteError("a claim was made of an answer that this check did not ask for")
        return answer.exchange

    def judged(self, answer: Answer, role: Role) -> Exchange:
        """As `exchange_of`, of an answer that something is claimed of."""
        exchange = self.exchange_of(answer)
        exchange.role = role
        return exchange

    def play_down(self, first: int) -> None:
        """Nothing need be shown of the exchanges from that place on: all is well with them."""
        for exchange in self.exchanges[first:]:
            exchange.role = "request"

    def put_back(self, exchange: Exchange) -> None:
        """Have an exchange that was only counted, or is forgotten, be a probe among the others: it shows a break."""
        exchange.role, exchange.phase = "probe", "call"
        if id(exchange) not in self._held:
            self._hold(exchange)

    def show(self, shown: Sequence[Exchange]) -> None:
        """Have reports show these of the exchanges, and no others."""
        for exchange in self.exchanges:
            exchange.shown = False
        for exchange in shown:
            exchange.shown = True

    def count_only(self, exchanges: Sequence[Exchange]) -> None:
        """Exchanges that were made, and that no claim will look for."""
        for exchange in exchanges:
            self._begin(exchange)
        self._forgotten += len(exchanges) if self.phase == "call" else 0

    def drop(self) -> None:
        """Drop the exchanges so far, of an example that is over; that they were sent still counts."""
        self._forgotten = self.made_by_the_check()
        self.exchanges.clear()
        self._held.clear()
        self.weight = 0
        self.record_all()

    def record_all(self) -> None:
        """All is said of the exchanges so far: have them recorded."""
        if self.record is not None:
            for exchange in self._unrecorded:
                self.record(exchange)
        self._unrecorded.clear()

    def made_by_the_check(self) -> int:
        """How many requests the check itself made (phase `call`), with those that are only counted, those of finished
        examples and those that were sent for another check.
        """
        return self._forgotten + sum(exchange.phase == "call" for exchange in self.exchanges)

    def _hold(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        self._held.add(id(exchange))

    def _begin(self, exchange: Exchange) -> None:
        exchange.phase = self.phase
        keyed = exchange.sent.names_a_key
        with self._counting:
            self.requests += 1
            self.keyed_requests += keyed
        if self.record is not None:
            self._unrecorded.append(exchange)
