"""Harmless writes to a throw-away user, and how somebody else reads what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, Carrier
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.provision.users import Users


class Preference:
    """A setting that programs keep for a user (`pwg.users.preferences.set`, by POST or GET, without a token)."""

    NAME = "pc_trace"

    def __init__(self, gallery: Gallery, owner: Account) -> None:
        self._gallery = gallery
        self._owner = owner

    def write(self, value: str, *auth: Carrier, verb: str = "POST") -> Answer:
        return self._gallery.call("pwg.users.preferences.set", *auth, verb=verb, param=self.NAME, value=value)

    def read(self) -> Answer:
        """All preferences, as the owner's web session sees them: only the answer to setting another one tells."""
        return self._gallery.call("pwg.users.preferences.set", self._owner.session, param="pc_reader", value="1")

    def value_in(self, answer: Answer) -> object:
        result = answer.envelope.result if answer.envelope and answer.envelope.ok else None
        return result.get(self.NAME) if isinstance(result, dict) else None


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


@dataclass(frozen=True)
class SetInfo:
    """`pwg.users.setInfo` on a throw-away user, with arguments that give it another level and mail address.

    before: what the webmaster saw of the user. wanted: what would be seen if the call were made.
    """

    method: ClassVar[str] = "pwg.users.setInfo"
    params: Mapping[str, Text | str]
    before: Mapping[str, Any]
    wanted: Mapping[str, Any]
    _user: Account
    _users: Users

    @classmethod
    def against(cls, user: Account, by: Account, users: Users) -> SetInfo:
        """Arguments other than what `user` has now, with the pwg_token of `by`."""
        before = users.profile_of(user)
        level = "1" if str(before["level"]) != "1" else "2"
        email = f"{user.user.name}-{level}@example.org"
        assert by.session.token is not None
        token: dict[str, Text | str] = {"pwg_token": by.session.token.text}
        assert user.id is not None
        params = {**token, "user_id": Text.of(user.id), "level": level, "email": email}
        return cls(params, before, {**before, "level": level, "email": email}, user, users)

    def now(self) -> Mapping[str, Any]:
        """What the webmaster sees of the user now."""
        return self._users.profile_of(self._user)
