"""What a write is: a call that changes something, what is to be seen afterwards, and who sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Carrier
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import SuiteError
from piwigo_contract.provision.sandbox import Sandbox

Params = Mapping[str, Text | str | int]


@dataclass(frozen=True)
class Act:
    """One write, prepared: everything that it needs is there, and nothing is done yet.

    params: of the call, without a token. what: the thing that is looked at, in words. seen: what somebody else sees
    of it now. wanted: what is to be seen once it is done; a function of the answer's result where that tells it, or
    where looking beforehand would have the gallery keep what was seen.
    told: whether the result says that it is done, for a write whose effect no method shows.
    """

    params: Params
    what: str
    seen: Callable[[], Any]
    wanted: Any = None
    files: Mapping[str, Upload] = field(default_factory=dict)
    told: Callable[[Any], bool] | None = None

    def wanted_after(self, answer: Answer) -> Any:
        """What is to be seen after this answer."""
        result = answer.envelope.result if answer.envelope is not None else None
        return self.wanted(result) if callable(self.wanted) else self.wanted


@dataclass(frozen=True)
class Write:
    """A method that changes something, and how an act of it is prepared.

    owners: whether it changes what is the caller's own, so that another user may well do it, to their own.
    """

    method: str
    prepare: Callable[[Sandbox], Act]
    owners: bool = False

    def __str__(self) -> str:
        return self.prepare.__name__.replace("_", " ")


_WRITES: dict[str, list[Write]] = {}


def write(method: str, *, owners: bool = False) -> Callable[[Callable[[Sandbox], Act]], Callable[[Sandbox], Act]]:
    """Register a function that prepares an act of this method."""

    def register(prepare: Callable[[Sandbox], Act]) -> Callable[[Sandbox], Act]:
        _WRITES.setdefault(prepare.__module__, []).append(Write(method, prepare, owners))
        return prepare

    return register


def writes_of(*modules: ModuleType) -> list[Write]:
    """The writes of these modules, in their order."""
    return [each for module in modules for each in _WRITES[module.__name__]]


class Deed:
    """An act on one gallery, to be tried by several callers and seen by somebody else.

    token: sent along because the release asks for one to be there, whatever it is, or None.
    """

    def __init__(self, write: Write, act: Act, gallery: Gallery, token: str | None) -> None:
        self.write = write
        self.what = act.what
        self._act = act
        self._gallery = gallery
        self._token = token
        if act.told is None and not callable(act.wanted) and act.seen() == act.wanted:
            raise SuiteError(f"{write}: what is to be seen afterwards is to be seen before")

    def by(self, *auth: Carrier) -> Answer:
        """Try it as this caller."""
        token = {} if self._token is None else {"pwg_token": self._token}
        return self._gallery.call(self.write.method, *auth, params={**self._act.params, **token}, files=self._act.files)

    def seen(self) -> Any:
        """What somebody else sees now."""
        return self._act.seen()

    def wanted_after(self, answer: Answer) -> Any:
        return self._act.wanted_after(answer)

    def is_told_by(self, result: Any) -> bool:
        """Whether the result says that it is done; yes where the effect itself can be seen."""
        return self._act.told is None or self._act.told(result)
