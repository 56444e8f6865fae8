"""Writes: calls that change something, and claims about their effect, read back by another caller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import Any

from piwigo_contract.claims.claim import BaseClaim, compared
from piwigo_contract.client.credentials import Carrier
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import OutOfReach, SuiteError

Params = Mapping[str, Text | str | int]


@dataclass
class Write:
    """A prepared call that changes something; nothing is changed yet.

    method, params, files: of the call, which any caller may make. what: the thing observed, for messages. seen: reads
    it now, never as the caller of the write. wanted: its value after the write, or a function of the answer's result
    that gives it. told: whether the result says that the write is done, for an effect that no method shows. look_first:
    False if observing it before the write would make the gallery keep the old value. before: the value observed before
    the write.
    """

    method: str
    params: Params
    _: KW_ONLY
    what: str
    seen: Callable[[], Any]
    wanted: Any
    files: Mapping[str, Upload] = field(default_factory=dict)
    told: Callable[[Any], bool] | None = None
    look_first: InitVar[bool] = True
    before: Any = field(default=None, init=False)
    _looked: bool = field(default=False, init=False)

    def __post_init__(self, look_first: bool) -> None:
        if look_first:
            self.look()

    def look(self) -> None:
        """Observe the value before the write. Raises OutOfReach if it is already the expected one."""
        self.before, self._looked = self.seen(), True
        if self.told is None and not callable(self.wanted) and self.before == self.wanted:
            raise OutOfReach(detail=f"{self.what} not to be before {self.method} what it is to be afterwards")

    def by(self, *auth: Carrier, verb: str = "POST", format: str | None = "json", address: str = "ws.php") -> ApiCall:
        """The call, made by this caller."""
        params = tuple((name, Text.of(value)) for name, value in self.params.items())
        return ApiCall(self.method, params, verb, format, auth, page=address, files=tuple(self.files.items()))

    def seen_before(self) -> Any:
        """The value observed before the write. Raises SuiteError if `look` was not called."""
        if not self._looked:
            raise SuiteError(f"{self.method}: nobody looked at {self.what} before it was tried")
        return self.before


class WriteClaims(BaseClaim):
    """The effect of a write, read back by another caller."""

    def took_effect(self, write: Write) -> None:
        """The expected value is observed now, and the answer says that the write is done."""
        if callable(write.wanted) or write.told is not None:
            self._fitting()
        result = self._answer.envelope.result if self._answer.envelope is not None else None
        wanted = write.wanted(result) if callable(write.wanted) else write.wanted
        if (seen := write.seen()) != wanted:
            was, now = compared(wanted, seen)
            self._broken(f"{write.what} to be {was}", f"it is {now}")
        if write.told is not None and not write.told(result):
            self._broken("the answer to say that it is done", "it does not")
        self._held()

    def changed_nothing(self, write: Write) -> None:
        """The value is still the one observed before the write."""
        before = write.seen_before()
        if (seen := write.seen()) != before:
            was, now = compared(before, seen)
            self._broken(f"{write.what} to stay {was}", f"it is {now}")
        self._held()
