"""Faults in the answers to a batch of values that are not keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hypothesis import currently_in_test_context, event

from piwigo_contract.claims.front import refused_in_front
from piwigo_contract.claims.refusal import UniformRefusal
from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text

LONG_VALUE = 2000
"""Header values longer than this many bytes may be refused by the server in front (nginx: 8 kB for all headers)."""


def value_of(exchange: Exchange) -> Text:
    """The value in the key header of this exchange."""
    return exchange.call.auth[0].value  # type: ignore[no-any-return]


def fault_in(exchange: Exchange, uniform: UniformRefusal, gallery: Gallery) -> str | None:
    """What is wrong with the answer to a value that is not a key, as a text; None if nothing is."""
    answer = exchange.answer
    if answer is None:
        return None if len(value_of(exchange)) > LONG_VALUE else f"no answer came: {exchange.failure}"
    if answer.caller is not None and not gallery.takes_for_nobody(answer.caller):
        return f"the caller was let in as {answer.caller}"
    envelope = answer.envelope
    if refused_in_front(answer):
        return None
    if answer.caller is not None and value_of(exchange).reveal().lower().startswith("basic "):
        return None  # a guest: in 16.0 keys share their header with a proxy's Basic credentials (HDR-13)
    if envelope is None or envelope.ok or answer.status != 401 or envelope.err != 401:
        what = "no envelope of the API" if envelope is None else "stat ok" if envelope.ok else f"err {envelope.err}"
        return f"the target answered HTTP {answer.status} with {what}"
    if difference := uniform.difference(exchange, gallery):
        return f"the refusal differs from that of an unknown key in {difference}"
    return None


def note_for_statistics(exchanges: Sequence[Exchange], in_front: Collection[str]) -> None:
    """Record for `--hypothesis-show-statistics` how many keys an example sent, and who refused them."""
    if currently_in_test_context():
        fifties = len(exchanges) // 50 * 50
        event(f"{fifties} to {fifties + 49} keys")
        if any(exchange.answer and exchange.answer.status == 401 for exchange in exchanges):
            event("keys refused by the API")
        for told in in_front:
            event(f"keys {told}")
