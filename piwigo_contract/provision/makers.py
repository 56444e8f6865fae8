"""The factories of one target, with one ledger and one set of names."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from piwigo_contract.client.clock import Clock
from piwigo_contract.client.credentials import Account
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.groups import Groups
from piwigo_contract.provision.keys import Keys
from piwigo_contract.provision.ledger import NAMELESS, Ledger
from piwigo_contract.provision.nameless import NAMELESS_KINDS, highest_number
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.sessions import Sessions
from piwigo_contract.provision.users import Users
from piwigo_contract.provision.webmaster import WebmasterApi


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

        Those that are there already stay, also where one loses its name meanwhile. To be called before such a call is
        sent.
        """
        for kind in NAMELESS_KINDS.values():
            with suppress(OutOfReach):  # nobody can tell then which of them are the run's
                highest = highest_number(self.webmaster, kind)
                self.ledger.enter(NAMELESS, f"{kind.word}s without a name", word=kind.word, highest=highest)
