"""The one refusal that all bad keys get, as this target words it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import KeyHeader, Query
from piwigo_contract.client.exchange import ApiCall, Exchange
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text

UNKNOWN_KEY = "pkid-20250101-00000000000000000000:" + 40 * "0"
"""A key of the right form that no gallery has: the refusal that all others must look like."""

CONFIRMATIONS = 10
"""Times that a difference is looked at again: two servers in turn behind one address would pass for it 1 in 2**9."""


@dataclass(frozen=True)
class Refusal:
    """How a target refuses a key that nobody has; `passing` are the headers that are new in each of its answers."""

    answer: Answer
    passing: frozenset[str]
    body_passes: bool

    def unlike(self, other: Answer) -> Refusal:
        """This refusal, with what is different in another answer to such a key known to say nothing."""
        ours, theirs = self.answer.told_by_headers(), other.told_by_headers()
        return Refusal(
            self.answer,
            self.passing.union(_unequal(ours, theirs)),
            self.body_passes or self.answer.body != other.body,
        )

    def difference(self, answer: Answer) -> str | None:
        """What tells an answer apart from this refusal, or None."""
        differs = []
        if answer.status != self.answer.status:
            differs.append(f"the status ({answer.status}, not {self.answer.status})")
        ours, theirs = answer.told_by_headers(self.passing), self.answer.told_by_headers(self.passing)
        differs += [f"the header {name}" for name in _unequal(ours, theirs)]
        if self.body_passes:
            if answer.envelope != self.answer.envelope:
                differs.append("the envelope")
        elif answer.body != self.answer.body:
            differs.append("the body")
        return " and ".join(differs) or None


def _unequal(ours: Mapping[str, list[str]], theirs: Mapping[str, list[str]]) -> list[str]:
    return [name for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)]


class Uniform:
    """The one refusal of a target, learned once for each kind of call by asking twice with a key that nobody has.

    Twice, as what differs between these two (a proxy's request id) says nothing about a key.
    """

    def __init__(self) -> None:
        self._seen: dict[ApiCall, Refusal] = {}

    def like(self, call: ApiCall, gallery: Gallery) -> Refusal:
        """The target's refusal of an unknown key in an otherwise equal call."""
        plain = _with_unknown_key(call)
        if plain not in self._seen:
            first, second = gallery.send(plain), gallery.send(plain)
            self._seen[plain] = Refusal(second, frozenset(), False).unlike(first)
        return self._seen[plain]

    def difference(self, exchange: Exchange, gallery: Gallery) -> str | None:
        """What tells an exchange's answer apart from the refusal of an unknown key, or None.

        What differs once may do so by itself: a header that counts seconds, two servers behind one address. So both
        are asked again, in an order that a coin decides, as long as the difference may still be one of those.
        """
        assert exchange.answer is not None
        usual = self.like(exchange.call, gallery)
        found = usual.difference(exchange.answer)
        plain = _with_unknown_key(exchange.call)
        for _ in range(CONFIRMATIONS):
            if found is None:
                break
            answers, turns = [exchange.answer], ["the same", "an unknown key"]
            gallery.coin.shuffle(turns)
            for turn in turns:
                if turn == "an unknown key":
                    usual = self._seen[plain] = usual.unlike(gallery.send(plain))
                elif exchange.repeatable and (again := gallery.repeat(exchange).answer):
                    answers.append(again)
            alike = any(usual.difference(answer) is None for answer in answers)
            found = None if alike else usual.difference(exchange.answer)
        return found


def _with_unknown_key(call: ApiCall) -> ApiCall:
    # the method's name is no credential, wherever it stands
    named = tuple(each for each in call.auth if isinstance(each, Query) and each.name == "method")
    return ApiCall(call.method, call.params, call.verb, call.format, (KeyHeader(Text.of(UNKNOWN_KEY)), *named))
