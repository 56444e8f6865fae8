"""What a run made on a target, written down before it is made, and how each is undone."""

from __future__ import annotations

from collections.abc import Callable

from piwigo_contract.errors import OutOfReach, PiwigoContractError


class Ledger:
    """Every maker enters here what it is about to make; the last entered is the first undone."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, Callable[[], object]]] = []

    def enter(self, what: str, undo: Callable[[], object]) -> None:
        """Write down what is about to be made. undo: takes it away, if it is there by then."""
        self._entries.append((what, undo))

    def undo_all(self) -> list[str]:
        """Undo everything; what could not be undone is returned, a line each."""
        left = []
        while self._entries:
            what, undo = self._entries.pop()
            try:
                undo()
            except (PiwigoContractError, OutOfReach) as error:
                left.append(f"{what}: {error}")
        return left
