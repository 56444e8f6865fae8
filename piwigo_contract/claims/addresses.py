"""Claims about the addresses that an answer tells: of pages, photos and smaller pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from piwigo_contract.claims.claim import BaseClaim

_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
"""What stands for a character in HTML."""


def addresses_in(result: Any, place: str = "result") -> Iterator[tuple[str, str]]:
    """The addresses in a result of the API, each with the field that tells it, without the numbers of rows."""
    rows = result.items() if isinstance(result, Mapping) else ()
    for name, value in rows:
        here = f"{place}.{name}"
        if isinstance(value, str) and (name == "url" or name.endswith(("_url", "src"))):
            yield here, value
        yield from addresses_in(value, here)
    for row in result if isinstance(result, list) else ():
        yield from addresses_in(row, f"{place}[]")


class AddressClaims(BaseClaim):
    """Where the addresses in an answer lead, and how they are written."""

    def tells_addresses_under(self, root: str) -> None:
        """There are addresses, and all begin with this one."""
        told = self._addresses(f"addresses that begin with {root}")
        for place, address in told:
            if not address.startswith(root):
                self._broken(f"addresses that begin with {root}", f"{place} does not")
        self._held()

    def tells_addresses_as_they_are(self) -> None:
        """There are addresses, and none is written for HTML, with `&amp;` for an ampersand."""
        for place, address in self._addresses("addresses as they are"):
            if found := _ENTITY.search(address):
                self._broken("addresses as they are", f"there is {found[0]} in {place}")
        self._held()

    def _addresses(self, promised: str) -> list[tuple[str, str]]:
        told = list(addresses_in(self._answer.result))
        if not told:
            self._broken(promised, f"there are none: the target answered {self._summary()}")
        return told
