"""What is raised from one layer to another: errors that end a run, and what ends a single check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class PiwigoContractError(Exception):
    """Base of the errors that end a run or a command; the text is one line, fit for a terminal."""


class UsageError(PiwigoContractError):
    """The command line, the environment or a data file is wrong: exit code 4."""


class NoVerdict(PiwigoContractError):
    """The target can't be judged (unreachable, no Piwigo, credentials refused): exit code 2."""


class SuiteError(PiwigoContractError):
    """The suite itself failed, so what it was checking stays unknown: exit code 2, never a pass."""


class Hindered(PiwigoContractError):
    """The way to the gallery keeps what was asked from being known: nobody's fault that is judged here."""


class TargetGone(Hindered):
    """The target stopped answering, or somebody else answers in its place: nothing more can be known of it."""


class TooFast(Hindered):
    """The target, or what is in front of it, limits how often it may be asked."""


class NoMoreAsked(Hindered):
    """The run sends no more requests than it may, or has waited in vain for as long as it does."""


class OutOfReach(Exception):
    """Something that a check asked for can't be had here.

    need: the access that it takes, a key of `contract.clauses.ACCESS`. detail: what it takes where that is no access,
    in words that follow "needs ".
    """

    def __init__(self, need: str | None = None, *, detail: str = "") -> None:
        super().__init__(need or detail)
        self.need = need
        self.detail = detail


class NotInUse(Exception):
    """The gallery's settings turn off what a check is about; the text says what is off, and by which setting."""


class LacksMethod(OutOfReach):
    """What a check is about, or what is made for it, takes a method of the API that the target does not have."""

    def __init__(self, method: str) -> None:
        super().__init__(detail=f"{method}, a method that the target does not have")
        self.method = method


class RefusedInFront(OutOfReach):
    """A server in front of the target refused a request for what it is (its verb, its size): the target never saw it.

    told: which server, and how.
    """

    def __init__(self, told: str) -> None:
        super().__init__(detail=f"the request to get to the gallery: it was {told}")
        self.told = told


class ContractBroken(AssertionError):
    """The target did not do what a clause promises.

    exchange: the evidence, an Exchange or None; what that is is the client's affair, which stands above this module.
    causes: what was promised and found, once for each cause, where the check tells of several.
    """

    def __init__(
        self,
        promised: str,
        found: str,
        exchange: Any,
        *,
        control: bool = False,
        promised_by: str | None = None,
        causes: Sequence[str] = (),
    ) -> None:
        self.promised = promised
        self.found = found
        self.exchange = exchange
        self.promised_by = promised_by
        prefix = "positive control: " if control else ""
        told = f"{prefix}expected {promised}; {found}"
        self.causes = tuple(causes) or (told,)
        super().__init__(told)
