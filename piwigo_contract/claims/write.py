"""Writes: a call that changes something, and whether it did, as somebody else sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import Any

from piwigo_contract.claims.claim import BaseClaim, shown
from piwigo_contract.client.credentials import Carrier
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import OutOfReach, SuiteError

Params = Mapping[str, Text | str | int]


@dataclass
class Write:
    """A call that changes something, prepared: all that it needs is there, and nothing is done yet.

    method, params, files: of the call, which any caller may try. what: the thing that is looked at, in words. seen:
    what is seen of it now, never by whoever makes the call. wanted: what is to be seen once the call is made; a
    function of the answer's result where only that tells it. told: whether the result says that it is done, for a
    write whose effect no method shows. look_first: False where what is seen beforehand would be seen ever after.
    before: what was seen before the call was tried.
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
        """See what there is before the call is tried. Raises OutOfReach where nothing would be seen of it."""
        self.before, self._looked = self.seen(), True
        if self.told is None and not callable(self.wanted) and self.before == self.wanted:
            raise OutOfReach(detail=f"{self.what} not to be before {self.method} what it is to be afterwards")

    def by(self, *auth: Carrier, verb: str = "POST", format: str | None = "json", address: str = "ws.php") -> ApiCall:
        """The call, made by this caller."""
        params = tuple((name, Text.of(value)) for name, value in self.params.items())
        return ApiCall(self.method, params, verb, format, auth, page=address, files=tuple(self.files.items()))

    def seen_before(self) -> Any:
        """What was seen before the call was tried. Raises SuiteError where nobody looked."""
        if not self._looked:
            raise SuiteError(f"{self.method}: nobody looked at {self.what} before it was tried")
        return self.before


class WriteClaims(BaseClaim):
    """What came of a write, read back by somebody else."""

    def took_effect(self, write: Write) -> None:
        """What is to be seen once the write is done is seen, and the answer says that it is done."""
        if callable(write.wanted) or write.told is not None:
            self._fitting()
        result = self._answer.envelope.result if self._answer.envelope is not None else None
        wanted = write.wanted(result) if callable(write.wanted) else write.wanted
        if (seen := write.seen()) != wanted:
            self._broken(f"{write.what} to be {shown(wanted)}", f"it is {shown(seen)}")
        if write.told is not None and not write.told(result):
            self._broken("the answer to say that it is done", "it does not")
        self._held()

    def changed_nothing(self, write: Write) -> None:
        """What was seen before the write was tried is seen still."""
        before = write.seen_before()
        if (seen := write.seen()) != before:
            self._broken(f"{write.what} to stay {shown(before)}", f"it is {shown(seen)}")
        self._held()
