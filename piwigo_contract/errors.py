"""What is raised from one layer to another: errors that end a run, and what ends a single check."""

from __future__ import annotations

from typing import Any


class PiwigoContractError(Exception):
    """Base of every error that this package raises on purpose; its text is one line, fit for a terminal."""


class UsageError(PiwigoContractError):
    """The command line, the environment or a data file is wrong: exit code 4."""


class NoVerdict(PiwigoContractError):
    """The target can't be judged (unreachable, no Piwigo, credentials refused): exit code 2."""


class SuiteError(PiwigoContractError):
    """The suite itself failed, so what it was checking stays unknown: exit code 2, never a pass."""


class OutOfReach(Exception):
    """Something that a check asked for can't be had with the access given; its text says what would."""


class ContractBroken(AssertionError):
    """The target did not do what a clause promises. `exchange` is the evidence, an Exchange or None: what it is
    is the client's affair, which stands above this module.
    """

    def __init__(
        self,
        promised: str,
        found: str,
        exchange: Any,
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
