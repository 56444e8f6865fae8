"""The uniform refusal: the one answer that a target gives to every bad key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import KeyHeader, Query
from piwigo_contract.client.exchange import ApiCall, Exchange
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text

UNKNOWN_KEY = "pkid-20250101-00000000000000000000:" + 40 * "0"
"""A well-formed key that no gallery has. The refusal of any other bad key must equal the refusal of this one."""

CONFIRMATIONS = 10
"""Times that a difference is checked again. With two servers behind one address, a difference between the servers is
mistaken for one between the keys in 1 of 2**9 cases.
"""


@dataclass(frozen=True)
class Refusal:
    """How a target refuses an unknown key.

    volatile_headers: lower-case names of those that differ from answer to answer. volatile_body: whether the body does.
    """

    answer: Answer
    volatile_headers: frozenset[str]
    volatile_body: bool

    def ignoring_differences_to(self, other: Answer) -> Refusal:
        """This refusal, with the headers and body that differ in `other`, another refusal of an unknown key, marked as
        volatile.
        """
        ours, theirs = self.answer.telling_headers(), other.telling_headers()
        return Refusal(
            self.answer,
            self.volatile_headers.union(_unequal(ours, theirs)),
            self.volatile_body or self.answer.body != other.body,
        )

    def difference(self, answer: Answer) -> str | None:
        """In what an answer differs from this refusal, as a text; None if in nothing."""
        differs = []
        if answer.status != self.answer.status:
            differs.append(f"the status ({answer.status}, not {self.answer.status})")
        ours, theirs = answer.telling_headers(self.volatile_headers), self.answer.telling_headers(self.volatile_headers)
        differs += [f"the header {name}" for name in _unequal(ours, theirs)]
        if self.volatile_body:
            if answer.envelope != self.answer.envelope:
                differs.append("the envelope")
        elif answer.body != self.answer.body:
            differs.append("the body")
        return " and ".join(differs) or None


def _unequal(ours: Mapping[str, list[str]], theirs: Mapping[str, list[str]]) -> list[str]:
    return [name for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)]


class UniformRefusal:
    """The refusal that every bad key must get from a target, learned per kind of call from two requests with an unknown
    key.

    What differs between the two answers, such as a proxy's request id, is volatile.
    """

    def __init__(self) -> None:
        self._seen: dict[ApiCall, Refusal] = {}

    def for_call(self, call: ApiCall, gallery: Gallery) -> Refusal:
        """The target's refusal of an unknown key in an otherwise equal call."""
        plain = _with_unknown_key(call)
        if plain not in self._seen:
            first, second = gallery.send(plain), gallery.send(plain)
            self._seen[plain] = Refusal(second, frozenset(), False).ignoring_differences_to(first)
        return self._seen[plain]

    def difference(self, exchange: Exchange, gallery: Gallery) -> str | None:
        """In what an exchange's answer differs from the refusal of an unknown key, as a text; None if in nothing.

        A difference may have another cause than the key: a header that counts seconds, two servers behind one address.
        So both requests are repeated in random order, up to CONFIRMATIONS times, until the difference is explained.
        """
        assert exchange.answer is not None
        usual = self.for_call(exchange.call, gallery)
        found = usual.difference(exchange.answer)
        plain = _with_unknown_key(exchange.call)
        for _ in range(CONFIRMATIONS):
            if found is None:
                break
            answers, turns = [exchange.answer], ["the same", "an unknown key"]
            gallery.rng.shuffle(turns)
            for turn in turns:
                if turn == "an unknown key":
                    usual = self._seen[plain] = usual.ignoring_differences_to(gallery.send(plain))
                elif exchange.repeatable and (again := gallery.repeat(exchange).answer):
                    answers.append(again)
            alike = any(usual.difference(answer) is None for answer in answers)
            found = None if alike else usual.difference(exchange.answer)
        return found


def _with_unknown_key(call: ApiCall) -> ApiCall:
    # the method's name is no credential, wherever it stands
    named = tuple(each for each in call.auth if isinstance(each, Query) and each.name == "method")
    # what says how the answer may be compressed decides of its headers
    coding = tuple(pair for pair in call.headers if pair[0].lower() == "accept-encoding")
    return ApiCall(call.method, call.params, call.verb, call.format, (KeyHeader(Text.of(UNKNOWN_KEY)), *named), coding)
