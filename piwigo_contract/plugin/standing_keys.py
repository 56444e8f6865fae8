"""Keys that stand for the whole run: where one of them is refused, that is one fault, whatever check runs into it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from piwigo_contract.claims.claim import summary
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ApiKey
from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.errors import ContractBroken, Hindered
from piwigo_contract.provision.target import Target

CLAUSE = "HDR-39"
"""That a key in force works each time."""


def refused_by_now(target: Target, broken: ContractBroken, exchanges: Sequence[Exchange]) -> ContractBroken | None:
    """The break of CLAUSE that another break is a consequence of: a key that no check ends, asked with by itself, works
    no more, though it did. None where that is not seen.

    exchanges: those of the check. Where a key worked in it and then what the check did ended it, the check says so
    best, and the break is its own.
    """
    shown: Exchange | None = broken.exchange
    if shown is None or shown.answer is None or not shown.sent.names_a_key or not _kept_out(target, shown.answer):
        return None
    if shown.role != "control" and any(map(_worked, exchanges)):
        return None
    # where it was a key of the check's own, all keys may have been shut out
    standing = [key for key in target.standing_keys if key in target.gallery.accepted_keys]
    key = next((key for key in standing if _brings(shown, key)), standing[0] if standing else None)
    if key is not None:
        with suppress(NoAnswer, Hindered):
            alone = target.gallery.whoami(key)
            if alone.caller is None or alone.caller.user.name != key.owner.name:
                told = f"the target takes the caller for {alone.caller}" if alone.caller else summary(alone)
                return ContractBroken("a key in force to work each time", f"it works no more: {told}", alone.exchange)
    return None


def _kept_out(target: Target, answer: Answer) -> bool:
    """Whether an answer is that to a caller who is not let in: any other is no consequence of a key that is refused."""
    if answer.caller is not None:
        return target.gallery.takes_for_nobody(answer.caller)
    return answer.envelope is None or not answer.envelope.ok


def _brings(exchange: Exchange, key: ApiKey) -> bool:
    """Whether a request has both halves of a key, wherever."""
    sent = exchange.sent
    values = [value.reveal() for _, value in (*sent.headers, *sent.query, *(sent.form or ()))]
    values += [sent.written.text.reveal()] if sent.written else []
    return all(any(half.reveal() in value for value in values) for half in (key.pkid, key.secret))


def _worked(exchange: Exchange) -> bool:
    """Whether a key in a request made its owner the caller."""
    caller = exchange.answer.caller if exchange.answer is not None else None
    keys = [each for each in exchange.call.auth if isinstance(each, ApiKey)]
    return caller is not None and any(caller.user.name == key.owner.name for key in keys)
