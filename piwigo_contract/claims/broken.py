"""A promise that was not kept."""

from __future__ import annotations

import httpx

from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.errors import ContractBroken


def no_answer_is_broken(error: NoAnswer, failure: str | None = None) -> ContractBroken:
    """The break for a request that got no answer, although the target answered before and after it.

    failure: why no answer came; default: the exchange's own `failure`.
    """
    return ContractBroken("an HTTP answer", f"none came: {failure or error.exchange.failure}", error.exchange)


def not_listed(exchange: Exchange | None) -> ContractBroken:
    """The break for a key that is missing from its owner's list (LIFE-50): its row can't be read, so nothing else can
    be judged.
    """
    return ContractBroken(
        "the key to be in its owner's list", "it is not", exchange, control=True, promised_by="LIFE-50"
    )


def is_no_http(error: NoAnswer) -> bool:
    """Whether the server sent something that is not HTTP, or closed the connection early. The next request may still be
    answered.
    """
    return isinstance(error.__cause__, httpx.RemoteProtocolError)
