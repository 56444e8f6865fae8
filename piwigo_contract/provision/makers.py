"""The factories of one target, with one ledger and one set of names."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from piwigo_contract.client.clock import Clock
from piwigo_contract.client.credentials import Account
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.groups import Groups
from piwigo_contract.provision.keys import Keys
from piwigo_contract.provision.ledger import Ledger
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.sessions import Sessions
from piwigo_contract.provision.users import Users
from piwigo_contract.provision.webmaster import WebmasterApi


@dataclass(frozen=True)
class Nameless:
    """A kind of thing that a probe tries to make with a blank name, and how such things are found and deleted."""

    word: str
    listed_by: str
    params: Mapping[str, str | int]
    rows: str
    name: str
    deleted_by: str
    number: str


NEWEST = 500
"""Users that are looked through, the newest first."""

NAMELESS = (
    Nameless(
        "user",
        "pwg.users.getList",
        {"order": "id desc", "per_page": NEWEST, "display": "username"},
        *("users", "username", "pwg.users.delete", "user_id"),
    ),
    Nameless("group", "pwg.groups.getList", {"per_page": 1000}, *("groups", "name", "pwg.groups.delete", "group_id")),
    Nameless(
        "album", "pwg.categories.getAdminList", {}, *("categories", "name", "pwg.categories.delete", "category_id")
    ),
)


@dataclass(frozen=True)
class Makers:
    """What makes users, keys, sessions and groups. webmaster: makes calls as the gallery's own."""

    gallery: Gallery
    names: Names
    ledger: Ledger
    webmaster: WebmasterApi
    users: Users
    keys: Keys
    sessions: Sessions
    groups: Groups

    @classmethod
    def on(
        cls,
        gallery: Gallery,
        sessions: Sessions,
        names: Names,
        ledger: Ledger,
        clock: Clock,
        *,
        webmaster: Account | None,
        account: Account | None,
        expire_command: str | None,
    ) -> Makers:
        """The factories on a gallery. webmaster, account: the given accounts, logged in; one of them is needed to make
        keys.
        """
        by_webmaster = WebmasterApi(gallery, webmaster)
        users = Users(gallery, names, ledger, by_webmaster, account)
        keys = Keys(gallery, names, ledger, users, clock, expire_command)
        return cls(gallery, names, ledger, by_webmaster, users, keys, sessions, Groups(names, ledger, by_webmaster))

    def enter_nameless(self) -> None:
        """Write down the users, groups and albums that calls with a blank name make where a target takes one.

        Those that are there already stay. To be called before such a call is sent.
        """
        for kind in NAMELESS:
            with suppress(OutOfReach):  # nobody can tell then which of them are the run's
                known = self._nameless(kind)
                self.ledger.enter(f"{kind.word}s without a name", partial(self._delete_nameless, kind, known))

    def _nameless(self, kind: Nameless) -> set[int]:
        listed = self.webmaster(kind.listed_by, **kind.params)[kind.rows]
        return {int(row["id"]) for row in listed if not str(row.get(kind.name, "?")).strip()}

    def _delete_nameless(self, kind: Nameless, known: set[int]) -> None:
        for number in sorted(self._nameless(kind) - known):
            self.webmaster(kind.deleted_by, **{kind.number: number})
