"""Who makes a request: users, keys and sessions as values passed to calls, never hidden state of a client.

A *carrier* says where in the request a credential travels. `ApiKey` and `Session` are carriers in their own
right (a key goes in the header of the target's release, a session in its cookies); the others put a value
where a check wants it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from piwigo_contract.client.cookies import HeldCookie
from piwigo_contract.client.vault import Secret, Text


@dataclass(frozen=True)
class User:
    """An account, as `pwg.session.getStatus` names it."""

    name: str
    status: str
    """webmaster, admin, normal, generic or guest"""


ADMINISTRATORS = ("webmaster", "admin")
"""The statuses of those who may call methods for administrators."""

GUEST = User("guest", "guest")
"""The user that the target reports for a caller who is not logged in."""


@dataclass(frozen=True)
class ApiKey:
    """A key and whose it is. `text` is `PKID:SECRET` as it goes into the header."""

    credential: Secret
    owner: User

    @property
    def text(self) -> Text:
        """`PKID:SECRET`, as it goes into the header."""
        return self.credential.text

    @property
    def in_words(self) -> str:
        """What it is, for a message."""
        return f"a key (status {self.owner.status})" if self.owner.status else "a key"

    @property
    def pkid(self) -> Text:
        """The public identifier: the part before the first colon."""
        return self.text[: self._colon]

    @property
    def secret(self) -> Text:
        """The secret: the part after the first colon."""
        return self.text[self._colon + 1 :]

    @property
    def secret_parts(self) -> tuple[Text, ...]:
        """The secret, its first half and its second half: none of them may be in an answer."""
        secret = self.secret
        middle = len(secret) // 2
        return secret, secret[:middle], secret[middle:]

    @property
    def _colon(self) -> int:
        return self.credential.reveal().index(":")


ANY_TOKEN = 32 * "0"
"""A pwg_token that no session has."""


@dataclass(frozen=True)
class Session:
    """A cookie session: the cookies that its browser holds, and the `pwg_token` that writes in it must bring."""

    cookies: tuple[HeldCookie, ...]
    user: User
    token: Secret | None = field(default=None)

    @property
    def token_params(self) -> dict[str, Text]:
        """The `pwg_token` as a parameter; none where the session has no token."""
        return {} if self.token is None else {"pwg_token": self.token.text}

    @property
    def with_token(self) -> tuple[Session, Body]:
        """The session and its `pwg_token`, as carriers. Both count as credentials, so a check varies them together, not
        the parameters of the call.
        """
        return self, Body("pwg_token", Text.of(self.token or ""))

    @property
    def in_words(self) -> str:
        """What it is, for a message."""
        return "a session" if self.user == GUEST else f"a session (status {self.user.status})"


@dataclass(frozen=True)
class Account:
    """A user with a known password, logged in by the web form."""

    user: User
    session: Session
    password: Text = field(repr=False)
    id: int | None = None


@dataclass(frozen=True)
class Header:
    """A value in a request header of any name."""

    name: str
    value: Text | str

    @property
    def in_words(self) -> str:
        """What it is, for a message."""
        return f"the header {self.name}"


@dataclass(frozen=True)
class KeyHeader:
    """A value, good or bad, in the header that the target's release reads keys from."""

    value: Text | str

    @property
    def in_words(self) -> str:
        """What it is, for a message."""
        return "another value in the header of keys"


@dataclass(frozen=True)
class OtherKeyHeader:
    """A value in the header that another release reads keys from."""

    value: Text | str

    @property
    def in_words(self) -> str:
        """What it is, for a message."""
        return "a key in the header of another release"


@dataclass(frozen=True)
class Query:
    """A value in the query string."""

    name: str
    value: Text | str

    @property
    def in_words(self) -> str:
        """What it is, for a message."""
        return f"{self.name} in the query"


@dataclass(frozen=True)
class Body:
    """A value among the form fields of the body."""

    name: str
    value: Text | str

    @property
    def in_words(self) -> str:
        """What it is, for a message."""
        return f"{self.name} in the body"


@dataclass(frozen=True)
class Cookie:
    """A value in a cookie."""

    name: str
    value: Text | str

    @property
    def in_words(self) -> str:
        """What it is, for a message."""
        return f"the cookie {self.name}"


Carrier = ApiKey | Session | Header | KeyHeader | OtherKeyHeader | Query | Body | Cookie
"""All that can carry a credential in a request: see the docstring of the module."""


def basic(user: str, password: str) -> Header:
    """The credentials that a proxy in front of a gallery asks for (RFC 7617)."""
    return Header("Authorization", Text.of("Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()))


def basic_of(credentials: ApiKey | Secret) -> Header:
    """A key's two halves, or `USER:PASSWORD`, as Basic credentials."""
    return Header("Authorization", "Basic " + credentials.text.encoded("base64"))
