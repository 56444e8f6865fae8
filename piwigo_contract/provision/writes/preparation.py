"""Which method each write is of, and how it is prepared in a sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from piwigo_contract.claims.write import Write
from piwigo_contract.provision.sandbox import Sandbox

Prepare = Callable[[Sandbox, str], Write]
"""Makes all that a write of this method needs; does not do it."""


@dataclass(frozen=True)
class Preparation:
    """A method that changes something, and how a write of it is prepared."""

    method: str
    prepare: Prepare

    def __str__(self) -> str:
        return self.prepare.__name__.replace("_", " ")

    def on(self, sandbox: Sandbox) -> Write:
        """A write, on things made for it."""
        return self.prepare(sandbox, self.method)


_PREPARATIONS: dict[str, list[Preparation]] = {}


def prepares(method: str) -> Callable[[Prepare], Prepare]:
    """Register a function that prepares a write of this method."""

    def register(prepare: Prepare) -> Prepare:
        _PREPARATIONS.setdefault(prepare.__module__, []).append(Preparation(method, prepare))
        return prepare

    return register


def writes_of(*modules: ModuleType) -> list[Preparation]:
    """How the writes of these modules are prepared, in their order."""
    return [each for module in modules for each in _PREPARATIONS[module.__name__]]
