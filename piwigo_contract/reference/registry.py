"""Where the functions behind the methods are kept, by the method's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
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


_entries: dict[str, Entry] = {}


def method(name: str, *, check_token: bool = True) -> Callable[[Handler], Handler]:
    """Register the function behind a method of ws.php."""

    def register(function: Handler) -> Handler:
        _entries[name] = Entry(function, check_token)
        return function

    return register


class _Handlers(dict[str, Entry]):
    def __missing__(self, name: str) -> Entry:
        return Entry(_not_here)


def _not_here(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    raise PwgError(501, "not implemented by the reference server")


@cache
def handlers() -> Mapping[str, Entry]:
    """All registered methods; a method without a function answers 501."""
    from piwigo_contract.reference.handlers import load

    load()
    return _Handlers(_entries)
