"""Writes that checks of several chapters try. Each has a value of its own, and is read back by somebody else."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.client.credentials import Account
from piwigo_contract.client.vault import Text
from piwigo_contract.provision.groups import Group
from piwigo_contract.provision.keys import KEY_DAYS
from piwigo_contract.provision.makers import Makers


class CommonWrites:
    """Prepares writes to what this run made."""

    def __init__(self, makers: Makers) -> None:
        self._makers = makers

    def profile_of(self, user: Account, *, by: Account) -> Write:
        """Give a throw-away user another level and mail address, with the pwg_token of a webmaster; seen by the
        gallery's own.
        """
        assert by.session.token is not None
        users, address = self._makers.users, self._new_address()
        before = users.profile_of(user)
        level = "1" if str(before["level"]) != "1" else "2"
        return Write(
            "pwg.users.setInfo",
            {"pwg_token": by.session.token.text, "user_id": users.id_of(user), "level": level, "email": address},
            what="what the webmaster sees of the user",
            seen=lambda: users.profile_of(user),
            wanted={**before, "level": level, "email": address},
        )

    def own_info_of(self, user: Account, **given: Text | str | int) -> Write:
        """Have a throw-away user set these of their own, of which Piwigo's method lets them set the mail address alone;
        seen by the gallery's own webmaster.
        """
        users = self._makers.users
        return Write(
            "pwg.users.setMyInfo",
            given,
            what="what the webmaster sees of the user",
            seen=lambda: users.profile_of(user),
            wanted={**users.profile_of(user), **given},
        )

    def new_address_of(self, user: Account) -> Write:
        """As `own_info_of`, for a mail address that is nobody's."""
        return self.own_info_of(user, email=self._new_address())

    def name_of(self, group: Group) -> Write:
        """Give a group another name; seen by the gallery's own webmaster."""
        name = self._makers.names.new("group name")
        return Write(
            "pwg.groups.setInfo",
            {"group_id": group.id, "name": name},
            what="the group's name",
            seen=lambda: self._makers.groups.name_of(group),
            wanted=name,
        )

    def new_key_of(self, owner: Account) -> Write:
        """Make a key; seen in its owner's session of the web form."""
        name = self._makers.keys.new_name(owner)
        return Write(
            "pwg.users.api_key.create",
            {"key_name": name, "duration": KEY_DAYS},
            what="the number of keys of that name",
            seen=lambda: self._makers.keys.count_named(owner, name),
            wanted=1,
        )

    def _new_address(self) -> str:
        """A mail address of a domain that can't exist (RFC 2606)."""
        return f"{self._makers.names.new_login('address')}@example.invalid"
