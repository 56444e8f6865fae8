"""The one refusal that all bad keys get, as this target words it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from piwigo_contract.answers import Answer
from piwigo_contract.credentials import KeyHeader
from piwigo_contract.exchange import Call
from piwigo_contract.gallery import Gallery
from piwigo_contract.vault import Text

UNKNOWN_KEY = "pkid-20250101-00000000000000000000:" + 40 * "0"
"""A key of the right form that no gallery has: the refusal that all others must look like."""


@dataclass(frozen=True)
class Refusal:
    """How a target refuses a key that nobody has; `passing` are the headers that are new in each of its answers."""

    answer: Answer
    passing: frozenset[str]
    body_passes: bool

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
        self._seen: dict[Call, Refusal] = {}

    def like(self, call: Call, gallery: Gallery) -> Refusal:
        """The target's refusal of an unknown key in an otherwise equal call."""
        plain = Call(call.method, call.params, call.verb, call.format, (KeyHeader(Text.of(UNKNOWN_KEY)),))
        if plain not in self._seen:
            first, second = gallery.send(plain), gallery.send(plain)
            passing = _unequal(first.told_by_headers(), second.told_by_headers())
            self._seen[plain] = Refusal(second, frozenset(passing), first.body != second.body)
        return self._seen[plain]
