"""Where the functions behind the methods are kept, by the method's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.model import PwgError

if TYPE_CHECKING:
    from piwigo_contract.reference.gallery import Gallery

Handler = Callable[["Gallery", Call, dict[str, Any]], Any]


@dataclass(frozen=True)
class Entry:
    """A method's function. `check_token`: whether a wrong pwg_token is refused before it is called."""

    function: Callable[[Any, Call, dict[str, Any]], Any]
    check_token: bool = True


entries: dict[str, Entry] = {}
"""All that are registered: by importing `handlers`."""


def method(name: str, *, check_token: bool = True) -> Callable[[Handler], Handler]:
    """Register the function behind a method of ws.php."""

    def register(function: Handler) -> Handler:
        entries[name] = Entry(function, check_token)
        return function

    return register


def entry_of(name: str) -> Entry:
    """The function behind a method; one without a function answers 501."""
    return entries.get(name, Entry(_not_here))


def _not_here(gallery: Any, call: Call, params: dict[str, Any]) -> Any:
    raise PwgError(501, "not implemented by the reference server")
