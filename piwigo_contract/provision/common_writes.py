"""Writes that several chapters use, each with its own value and read back by another caller."""

from __future__ import annotations

from piwigo_contract.claims.write import Params, Write
from piwigo_contract.client.credentials import Account, ApiKey
from piwigo_contract.client.vault import Text
from piwigo_contract.provision.groups import Group
from piwigo_contract.provision.keys import KEY_DAYS
from piwigo_contract.provision.makers import Makers


class CommonWrites:
    """Prepares writes to what this run made."""

    def __init__(self, makers: Makers) -> None:
        self._makers = makers

    def preference_of(self, user: Account) -> Write:
        """Set what programs keep for a throw-away user, by POST or GET, without a token; seen in the user's session."""
        param, value = "pc_preference", self._makers.names.new("preference")
        return Write(
            "pwg.users.preferences.set",
            {"param": param, "value": value},
            what="the user's preference",
            seen=lambda: self._makers.users.preferences(user).get(param),
            wanted=value,
        )

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

    def address_of(self, user: Account) -> Write:
        """Give a throw-away user another mail address, as no guest may; seen by the gallery's own webmaster."""
        address = self._new_address()
        return Write(
            "pwg.users.setMyInfo",
            {"email": address},
            what="the user's address",
            seen=lambda: self._makers.users.profile_of(user)["email"],
            wanted=address,
        )

    def new_key_of(self, owner: Account) -> Write:
        """Make a key; seen in its owner's session of the web form."""
        return self._named_key("create", owner, {"duration": KEY_DAYS})

    def name_of_key(self, key: ApiKey) -> Write:
        """Give a key another name; seen in its owner's session of the web form."""
        return self._named_key("edit", self._makers.keys.owner_of(key), {"pkid": key.pkid})

    def _named_key(self, action: str, owner: Account, params: Params) -> Write:
        name = self._makers.keys.new_name(owner)
        return Write(
            f"pwg.users.api_key.{action}",
            {**params, "key_name": name},
            what="the number of keys of that name",
            seen=lambda: self._makers.keys.count_named(owner, name),
            wanted=1,
        )

    def _new_address(self) -> str:
        """A mail address of a domain that can't exist (RFC 2606)."""
        return f"{self._makers.names.new_login('address')}@example.invalid"
