"""Names for what a run makes: with the run's own prefix on the target, and a neutral word in evidence."""

from __future__ import annotations

import re
import secrets
from collections import Counter

from piwigo_contract.client.vault import NamedId, Text, Vault

_PREFIX = re.compile("pc-[0-9a-f]{8}(?![0-9a-f])")


class Names:
    """Gives out names. prefix: what all of them begin with, `pc-` and eight hexadecimal digits."""

    def __init__(self, vault: Vault) -> None:
        self.prefix = f"pc-{secrets.token_hex(4)}"
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
