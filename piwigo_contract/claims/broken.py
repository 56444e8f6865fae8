"""A promise that was not kept."""

from __future__ import annotations

import httpx

from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.errors import ContractBroken


def no_answer_is_broken(error: NoAnswer, failure: str | None = None) -> ContractBroken:
    """A request that the target, alive before and after, does not answer breaks whatever was claimed of it.

    failure: why no answer came, in other words than those of the exchange.
    """
    return ContractBroken("an HTTP answer", f"none came: {failure or error.exchange.failure}", error.exchange)


def not_listed(exchange: Exchange | None) -> ContractBroken:
    """A key that its owner's list leaves out: of what the check is about nothing can be read then."""
    return ContractBroken(
        "the key to be in its owner's list", "it is not", exchange, control=True, promised_by="LIFE-50"
    )


def is_no_http(error: NoAnswer) -> bool:
    """Whether something came that is no answer, or the connection was closed: the next request may be answered."""
    return isinstance(error.__cause__, httpx.RemoteProtocolError)
