"""Writes that checks of several chapters try. Each has a value of its own, and is read back by somebody else."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.client.credentials import Account
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

    def _new_address(self) -> str:
        """A mail address of a domain that can't exist (RFC 2606)."""
        return f"{self._makers.names.new_login('address')}@example.invalid"
