"""A promise that was not kept."""

from __future__ import annotations

from piwigo_contract.exchange import Exchange
from piwigo_contract.gallery import NoAnswer


class ContractBroken(AssertionError):
    """The target did not do what a clause promises. `exchange` is the evidence."""

    def __init__(
        self,
        promised: str,
        found: str,
        exchange: Exchange | None,
        *,
        control: bool = False,
        promised_by: str | None = None,
    ) -> None:
        self.promised = promised
        self.found = found
        self.exchange = exchange
        self.promised_by = promised_by
        prefix = "positive control: " if control else ""
        super().__init__(f"{prefix}expected {promised}; {found}")


def no_answer_is_broken(error: NoAnswer) -> ContractBroken:
    """A request that the target, alive before and after, does not answer breaks whatever was claimed of it."""
    return ContractBroken("an HTTP answer", f"none came: {error.exchange.failure}", error.exchange)
