"""How a key in the header is read, found and judged: hooks, each one decision.

Source: auth_key_login in include/functions_user.inc.php and the header block of include/user.inc.php.
"""

from __future__ import annotations

import re
from datetime import datetime

from piwigo_contract.reference import php
from piwigo_contract.reference.base import Base
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.model import ApiKey, PwgError, User
from piwigo_contract.reference.store import matches

PKID = re.compile(r"pkid-[0-9]{8}-[A-Za-z0-9]{20}")
SECRET = re.compile(r"[A-Za-z0-9]{40}")


class KeyRules(Base):
    """Hooks: the key of a request."""

    def key_headers(self) -> tuple[str, ...]:
        """Names of the headers that carry a key in this release; the first that has a value counts."""
        return (self.profile.header,)

    def read_key_header(self, call: Call) -> str | None:
        """The header's value, as the server in front hands it on; None where there is no header."""
        for name in self.key_headers():
            value = call.headers.get(name)
            if value is not None:
                return value
        return None

    def is_for_us(self, value: str) -> bool:
        """Whether a header's value claims to be a key at all; if not, the request has none.

        Empty and `0` are PHP's `empty()`. Basic in `Authorization` is a proxy's in front of the gallery
        (issue 2460).
        """
        shared = self.profile.header == "Authorization"
        return not php.is_empty(value) and not (shared and value.lower().startswith("basic "))

    def key_is_looked_for(self, call: Call) -> bool:
        """The header is read only where a method is named (include/user.inc.php)."""
        return call.requested("method") is not None

    def parse_key(self, text: str) -> tuple[str, str] | None:
        """Split `PKID:SECRET`; None where the text has not that form."""
        pkid, colon, secret = text.partition(":")
        if colon and PKID.fullmatch(pkid) and SECRET.fullmatch(secret):
            return pkid, secret
        return None

    def looks_like_pkid(self, text: str) -> bool:
        """Whether a text has the form of a key's id."""
        return PKID.fullmatch(text) is not None

    def find_key(self, pkid: str) -> ApiKey | None:
        return self.store.keys.get(pkid)

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        return matches(key.secret, secret)

    def is_expired(self, key: ApiKey, now: datetime) -> bool:
        """The second of `expired_on` itself still counts as valid."""
        return key.expired_on < now

    def is_revoked(self, key: ApiKey) -> bool:
        return key.revoked_on is not None

    def owner_of(self, key: ApiKey) -> User | None:
        """The key's user; None where that user is gone."""
        return self.store.users.get(key.user_id)

    def touch_last_used(self, key: ApiKey, now: datetime) -> None:
        """Note a use: each request that the key authenticates, before anything else is decided."""
        key.last_used_on = now

    def is_good(self, key: ApiKey, secret: str, now: datetime) -> bool:
        """Whether this key opens anything now. Each test is made by itself, so that a fault in one is one fault."""
        return (
            not self.is_expired(key, now)
            and self.secret_matches(key, secret)
            and not self.is_revoked(key)
            and self.owner_of(key) is not None
        )

    def key_of(self, text: str) -> ApiKey | None:
        """The good key that `text` is; None for any other, whatever is wrong with it."""
        halves = self.parse_key(text)
        if halves is None:
            return None
        key = self.find_key(halves[0])
        if key is None or not self.is_good(key, halves[1], self.now()):
            return None
        return key

    def warn_before_expiry(self, key: ApiKey, now: datetime) -> None:
        """The mail to the owner of a key with seven days or less; nothing is sent, only the time is noted."""
        owner = self.owner_of(key)
        due = key.last_notified_on is None or (now - key.last_notified_on).total_seconds() > 48 * 3600
        if owner is not None and owner.email and (key.expired_on.date() - now.date()).days <= 7 and due:
            key.last_notified_on = now

    def refuse_key(self) -> PwgError:
        """The one answer to every bad key, so that nothing is told apart."""
        return PwgError(401, "Invalid api_key")
