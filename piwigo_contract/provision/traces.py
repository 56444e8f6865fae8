"""Harmless writes to a throw-away user, and how somebody else reads what became of them."""

from __future__ import annotations

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, Carrier
from piwigo_contract.client.gallery import Gallery


class Address:
    """A user's mail address (`pwg.users.setMyInfo`, which no guest may call), read back by the webmaster.

    The addresses are of a domain that can't exist (RFC 2606).
    """

    def __init__(self, gallery: Gallery, owner: Account, webmaster: Account) -> None:
        self._gallery = gallery
        self._owner = owner
        self._webmaster = webmaster

    def named(self, word: str) -> str:
        """An address that is nobody else's."""
        return f"{self._owner.user.name}.{word}@example.invalid"

    def write(self, address: str, *auth: Carrier) -> Answer:
        return self._gallery.call("pwg.users.setMyInfo", *auth, email=address)

    def read(self) -> Answer:
        return self._gallery.call(
            "pwg.users.getList", self._webmaster.session, user_id=self._owner.id or 0, display="email"
        )

    def value_in(self, answer: Answer) -> object:
        result = answer.envelope.result if answer.envelope and answer.envelope.ok else None
        users = result.get("users") if isinstance(result, dict) else None
        return users[0].get("email") if users else None
