"""What was done before, and what of it a script rests on: what gave what it needs, or changed what it asks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from piwigo_contract.client.answers import LONG
from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.reproduction_values import HARMLESS, given_by, needed_by, sums_of, values_of

_LASTING = re.compile(
    r"pwg\.(?:users\.(?:add|setInfo|getAuthKey|api_key\.\w+)|groups\.\w+|tags\.add|permissions\.\w+"
    r"|categories\.(?:add|setInfo|setRepresentative)|images\.(?:add\w*|setInfo|setCategory|setPrivacyLevel|upload\w*)"
    r"|session\.login|session\.getStatus)"
)
"""Methods whose calls may matter to later checks, or give what they need."""

_TELLS = re.compile(r"\.(?:get\w*|login)$")
"""Methods of these that change nothing."""

_WORD = re.compile(r"[\w-]+")


def may_matter(exchange: Exchange) -> bool:
    """Whether a later check's script may need this exchange: it only prepared, and was answered."""
    if exchange.answer is None or exchange.role != "request" or exchange.phase == "clean-up":
        return False
    if len(exchange.answer.body) > LONG:  # it is held to the end of the run
        return False
    return exchange.sent.url.endswith("identification.php") or bool(_LASTING.fullmatch(exchange.method or ""))


class Past:
    """What was done on a target before, as far as scripts may rest on it, in order.

    Each script looks through thousands of exchanges again and again: what each gives and needs is found once.
    """

    def __init__(self) -> None:
        self.earlier: list[Earlier] = []

    def add(self, exchanges: Iterable[Exchange]) -> None:
        """Keep those that may matter."""
        self.earlier += map(Earlier, filter(may_matter, exchanges))


class Earlier:
    """An exchange of the past."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    @cached_property
    def gives(self) -> set[str]:
        """What its answer may give."""
        return values_of(self.exchange)

    @cached_property
    def needs(self) -> set[tuple[str, str]]:
        """Its variables, with their values."""
        return needed_by(self.exchange)

    @cached_property
    def changed(self) -> bool:
        """Whether it changed anything."""
        answer = self.exchange.answer
        changed = answer is not None and answer.envelope is not None and answer.envelope.ok
        return changed and not _TELLS.search(self.exchange.method or "")

    @cached_property
    def things(self) -> set[tuple[str, str]]:
        """Those of its variables that may stand for what it changed."""
        return {
            pair
            for pair in self.needs
            if not HARMLESS.fullmatch(pair[0]) and not pair[0].endswith(("PWG_ID", "TOKEN", "PASSWORD"))
        }


def rests_on(before: Sequence[Earlier], own: Sequence[Exchange]) -> list[Exchange]:
    """The requests of a script in their order: the check's own, and of earlier ones those that they rest on."""
    order = {id(each): number for number, each in enumerate([*(each.exchange for each in before), *own])}
    chosen = _Chosen(own)
    left = [each for each in before if each.exchange not in chosen]
    while True:
        wanted: list[Exchange] = []
        others: list[Earlier] = []
        for each in left:
            if chosen.needs(each) or chosen.are_changed_by(each):
                wanted.append(each.exchange)
            else:
                others.append(each)
        if not wanted:
            return sorted(chosen.exchanges, key=lambda each: order[id(each)])
        chosen.add(wanted)
        left = others


class _Chosen:
    """The exchanges of a script so far, and what they need."""

    def __init__(self, own: Sequence[Exchange]) -> None:
        self.exchanges: list[Exchange] = []
        self._ids: set[int] = set()
        self._needed: set[tuple[str, str]] = set()
        self._new: set[tuple[str, str]] = set()
        """of these, what the exchanges that were added last need"""
        self._parts: set[str] = set()
        self._sums: set[str] = set()
        self._values: set[str] = set()
        self._given: dict[tuple[str, str], bool] = {}
        self.add(own)

    def __contains__(self, exchange: Exchange) -> bool:
        return id(exchange) in self._ids

    def add(self, exchanges: Sequence[Exchange]) -> None:
        self.exchanges += exchanges
        self._ids.update(map(id, exchanges))
        self._new = set().union(*map(needed_by, exchanges)) - self._needed
        self._needed |= self._new
        self._parts = {part for _, value in self._new for part in value.split(":")}
        self._sums.update(*map(sums_of, exchanges))
        self._values.update(*map(values_of, exchanges))
        self._given.clear()

    def needs(self, earlier: Earlier) -> bool:
        """Whether an earlier exchange gave something that those added last need: it gave none of the rest."""
        return not earlier.gives.isdisjoint(self._parts) and any(
            not earlier.gives.isdisjoint(value.split(":")) and given_by(earlier.exchange, name, value) is not None
            for name, value in self._new
        )

    def are_changed_by(self, earlier: Earlier) -> bool:
        """Whether an earlier exchange changed what is needed, or what one of these gave."""
        method = earlier.exchange.method or ""
        if not earlier.changed:
            return False
        if method == "pwg.users.add":  # whose name is no variable, and whose password somebody logs in with
            return any(pair in self._needed for pair in earlier.needs if pair[0].endswith("_PASSWORD"))
        if method.startswith("pwg.images.add"):
            return not self._sums.isdisjoint(sums_of(earlier.exchange))
        return bool(earlier.things) and all(pair in self._needed or self._gave(pair) for pair in earlier.things)

    def _gave(self, pair: tuple[str, str]) -> bool:
        """Whether one of these gave a variable its value."""
        if pair not in self._given:
            name, value = pair
            # most are seen to be in none without a look at each
            may_be = value in self._values or all(
                part in self._values or not _WORD.fullmatch(part) for part in value.split(":")
            )
            self._given[pair] = may_be and any(given_by(each, name, value) is not None for each in self.exchanges)
        return self._given[pair]
