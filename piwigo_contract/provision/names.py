"""Names for what a run makes: with the run's own prefix on the target, and a neutral word in evidence."""

from __future__ import annotations

import re
import secrets
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

from piwigo_contract.client.vault import NamedId, Text, Vault

_PREFIX = re.compile("pc-([0-9a-f]{6})([0-9a-f]{2})(?![0-9a-f])")
_NAME = re.compile(rf"({_PREFIX.pattern})(?:-[a-z]+-|(?: [a-z]+){{1,2}} )[1-9][0-9]*")


def _check(digits: str) -> str:
    """Two digits by which a run's prefix is told from what only looks like one, such as a date."""
    return f"{zlib.crc32(digits.encode()) & 0xFF:02x}"


def run_of(name: str) -> str | None:
    """The prefix that a run gave to a name, or None where it is not of the form that `Names` gives."""
    found = _NAME.fullmatch(name)
    return found[1] if found is not None and _check(found[2]) == found[3] else None


def run_of_key(name: str) -> str | None:
    """As `run_of`, for the name of a key: checks try what may come after it."""
    found = re.match(rf"({_PREFIX.pattern}) key [1-9][0-9]*(?!\d)", name)
    return found[1] if found is not None and _check(found[2]) == found[3] else None


def name_by_a_run(photo: Mapping[str, Any], run: str) -> str | None:
    """The name that this run gave to a photo, or to its file, in what a gallery tells of it; None where it gave none.

    run: its prefix.
    """
    names = str(photo.get("name")), str(photo.get("file")).rpartition(".")[0]
    return next((name for name in names if run_of(name) == run), None)


def is_name_of_a_run(name: str) -> bool:
    """Whether a run gave a name to something that it made."""
    return run_of(name) is not None


def is_key_name_of(name: str, found: str) -> bool:
    """Whether a key's name is this one, or begins with it: checks try what may come after it."""
    return re.match(rf"{re.escape(name)}(?!\d)", found) is not None


class Names:
    """Gives out names. prefix: what all of them begin with, `pc-` and eight hexadecimal digits, two of them a sum of
    the others.
    """

    def __init__(self, vault: Vault) -> None:
        digits = secrets.token_hex(3)
        self.prefix = f"pc-{digits}{_check(digits)}"
        self._vault = vault
        self._given: Counter[str] = Counter()
        self._numbers: dict[tuple[str, int], NamedId] = {}

    def new(self, kind: str) -> str:
        """A name for something about to be made, such as a tag: evidence shows it as `tag 1`."""
        return self._masked(kind, " ")

    def new_login(self, kind: str) -> str:
        """A user name, which has no blanks: evidence shows it as `user-1`."""
        return self._masked(kind, "-")

    def _masked(self, kind: str, between: str) -> str:
        number = self.next_number(kind)
        name = between.join([self.prefix, kind, str(number)])
        self._vault.mask(name, f"{kind}{between}{number}")
        return name

    def is_anothers(self, name: str) -> bool:
        """Whether another run, or another worker of this one, gave a name out."""
        return _PREFIX.match(name) is not None and not name.startswith(self.prefix)

    def next_number(self, kind: str) -> int:
        """The next number for a kind, from 1: every call counts up."""
        self._given[kind] += 1
        return self._given[kind]

    def label(self, kind: str) -> str:
        """What evidence calls one more of a kind, such as `SESSION_1`."""
        return f"{kind}_{self.next_number(kind)}"

    def password(self, label: str) -> Text:
        """A new password, which evidence shows as the variable `PIWIGO_{LABEL}_PASSWORD`."""
        # all kinds of characters, as a gallery may ask for them
        return self._vault.secret(f"PIWIGO_{label}_PASSWORD", "Aa1-" + secrets.token_urlsafe(18)).text

    def named_id(self, name: str, value: int | str) -> NamedId:
        """The id of something that this run made; evidence shows it by this name, such as `USER_1_ID`."""
        made = NamedId(name, int(value))
        self._numbers[name.partition("_")[0], made] = made
        return made

    def seen_id(self, kind: str, value: int) -> NamedId:
        """As `known_id`, with a name of its own, such as OTHER_PHOTO_1, for what this run did not make, or did not
        make itself.
        """
        known = self.known_id(kind, value)
        if isinstance(known, NamedId):
            return known
        made = self._numbers[kind, value] = NamedId(f"OTHER_{self.label(kind)}", value)
        return made

    def known_id(self, kind: str, value: int) -> int:
        """An id of a USER or a GROUP that the target returned; under its name where this run made that thing."""
        return self._numbers.get((kind, value), value)
