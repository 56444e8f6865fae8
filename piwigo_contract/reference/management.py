"""Making, listing, renaming and revoking keys: hooks.

Source: ws_create_api_key and its kin in include/ws_functions/pwg.users.php, create_api_key, get_api_key,
edit_api_key, revoke_api_key in include/functions_user.inc.php.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from piwigo_contract.reference.clock import left, since, spoken, stamp
from piwigo_contract.reference.dispatch import Dispatch
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, User
from piwigo_contract.reference.store import random_text

MAX_DAYS = 999_999
MAX_NAME = 100
HIDDEN = "*" * 40


class Management(Dispatch):
    """Hooks: who may manage which keys, what a key is made of, what is shown of it."""

    def may_manage_keys(self, caller: Caller) -> bool:
        """Only somebody who logged in through the web form; not a key, not pwg.session.login, not a guest."""
        return not caller.is_guest and caller.connected_with == "pwg_ui"

    def check_manager(self, caller: Caller, params: dict[str, Any]) -> None:
        """Raises PwgError: 401 for who may not manage keys, then 403 for a wrong pwg_token."""
        if not self.may_manage_keys(caller):
            raise PwgError(401, "Acces Denied")
        self.check_token(caller, params)

    def own_settings(self) -> tuple[str, ...]:
        """What somebody may change of themselves, beside password and mail address."""
        return "language", "theme", "nb_image_page", "recent_period", "expand", "show_nb_comments", "show_nb_hits"

    def check_mail_change(self, caller: Caller) -> None:
        """Raises PwgError 403: new passwords are mailed to the address, which must be out of reach for a key."""
        if caller.by_header or caller.session.pkid is not None:
            raise PwgError(403, "Cannot change the mail address with an api key")

    def check_duration(self, days: int) -> None:
        """Raises PwgError 400 outside 1 to 999999 days."""
        if not 1 <= days <= MAX_DAYS:
            raise PwgError(400, "Invalid duration max days is 999999")

    def name_length(self, name: str) -> int:
        return len(name)

    def is_no_name(self, name: str) -> bool:
        """Whether a name is none: a person sees nothing of it."""
        return not name.strip()

    def check_key_name(self, name: str) -> None:
        """Raises PwgError: 1002 for no name, 400 for one that is too long."""
        if self.is_no_name(name):
            raise PwgError(1002, "Missing parameters: key_name")
        if self.name_length(name) > MAX_NAME:
            raise PwgError(400, "Key name is too long")

    def check_new_name(self, name: str) -> None:
        """The same for a rename."""
        self.check_key_name(name)

    def new_pkid(self, now: datetime) -> str:
        return f"pkid-{now:%Y%m%d}-{random_text(20)}"

    def new_secret(self) -> str:
        return random_text(40)

    def expiry(self, created: datetime, days: int) -> datetime:
        return created + timedelta(days=days)

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        """A new key of `owner` and its secret, which is kept nowhere."""
        now = self.now()
        secret = self.new_secret()
        return self.store.add_key(owner, self.new_pkid(now), secret, name, now, self.expiry(now, days)), secret

    def owns(self, user: User, key: ApiKey) -> bool:
        return key.user_id == user.id

    def owned_key(self, caller: Caller, pkid: str) -> ApiKey:
        """The caller's key of that id. Raises PwgError 403, the same for no such key and somebody else's."""
        if not self.looks_like_pkid(pkid):
            raise PwgError(403, "Invalid pkid format")
        key = self.find_key(pkid)
        if key is None or not self.owns(caller.user, key):
            raise PwgError(403, "API Key not found")
        return key

    def rename_key(self, key: ApiKey, name: str) -> None:
        key.name = name

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        """The first revocation counts: a second one changes nothing."""
        key.revoked_on = key.revoked_on or now

    def keys_of(self, user: User) -> list[ApiKey]:
        return [key for key in self.store.keys.values() if self.owns(user, key)]

    def name_created(self, name: str) -> str:
        """The name as the answer to its creation shows it."""
        return name

    def name_listed(self, key: ApiKey) -> str:
        return key.name

    def secret_listed(self, key: ApiKey) -> str:
        """What the list shows for the secret."""
        return HIDDEN

    def created(self, key: ApiKey, secret: str) -> dict[str, Any]:
        """The answer to `create`: the only one with the secret."""
        return {
            "auth_key": key.pkid,
            "apikey_secret": secret,
            "apikey_name": self.name_created(key.name),
            "user_id": str(key.user_id),
            "created_on": stamp(key.created_on),
            "key_type": "api_key",
            "duration": key.duration,
            "expired_on": stamp(key.expired_on),
        }

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        """One row of `get`."""
        expired = self.is_expired(key, now)
        revoked = key.revoked_on
        return {
            "auth_key": key.pkid,
            "apikey_secret": self.secret_listed(key),
            "apikey_name": self.name_listed(key),
            "created_on": stamp(key.created_on),
            "duration": str(key.duration),
            "expired_on": stamp(key.expired_on),
            "last_used_on": stamp(key.last_used_on),
            "last_notified_on": stamp(key.last_notified_on),
            "revoked_on": stamp(revoked),
            "created_on_format": spoken(key.created_on),
            "expired_on_format": spoken(key.expired_on),
            "last_used_on_since": since(key.last_used_on, now) if key.last_used_on else "Never",
            "is_expired": expired,
            "expiration": "Expired" if expired else left(key.expired_on, now),
            "expired_on_since": since(key.expired_on, now),
            "revoked_on_since": since(revoked, now) if revoked else None,
            "revoked_on_message": f"This API key was manually revoked on {spoken(revoked)}" if revoked else None,
        }

    def key_list(self, rows: list[dict[str, Any]]) -> Any:
        """The answer to `get`."""
        return rows
