"""What the stand-in keeps in memory: users, keys, sessions, albums, photos, tags, groups.

Times are naive local datetimes without microseconds, as MariaDB's DATETIME gives them to Piwigo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Status = Literal["webmaster", "admin", "normal", "generic", "guest"]
STATUSES: tuple[Status, ...] = ("webmaster", "admin", "normal", "generic", "guest")


class PwgError(Exception):
    """A refusal: `code` is an HTTP status or one of Piwigo's own (999, 1002, 1003); `message` is shown."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class FatalError(Exception):
    """PHP gave up: an answer without an envelope. `status` is the HTTP status set before, 200 as a rule."""

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.status = status

    @property
    def shown(self) -> str:
        return f"<br />\n<b>Fatal error</b>:  {self}\n"


class Died(FatalError):
    """A function ended the program with a few words (PHP's `die`)."""

    @property
    def shown(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Digest:
    """A salted hash, kept instead of the password or secret."""

    salt: bytes
    value: bytes


@dataclass
class User:
    """An account. `level` is its privacy level (0, 1, 2, 4 or 8)."""

    id: int
    username: str
    password: Digest | None
    status: Status
    registered: datetime
    email: str | None = None
    level: int = 0
    language: str = "en_UK"
    theme: str = "modus"
    settings: dict[str, Any] = field(default_factory=dict)
    favorites: list[int] = field(default_factory=list)
    caddie: list[int] = field(default_factory=list)

    @property
    def is_admin(self) -> bool:
        """Whether the status is admin or webmaster."""
        return self.status in ("webmaster", "admin")


@dataclass
class ApiKey:
    """A personal API key (`key_type` api_key). `duration` is in days; the secret is kept as a hash."""

    pkid: str
    secret: Digest
    name: str
    user_id: int
    created_on: datetime
    duration: int
    expired_on: datetime
    revoked_on: datetime | None = None
    last_used_on: datetime | None = None
    last_notified_on: datetime | None = None


@dataclass
class AuthKey:
    """A key for links in mails (`key_type` auth_key): 30 characters, of normal and generic users only."""

    text: str
    user_id: int
    created_on: datetime
    expired_on: datetime
    last_used_on: datetime | None = None


@dataclass
class Session:
    """A cookie session. `user_id` is None for a guest.

    `connected_with` says how it was opened (`pwg_ui`, `ws_session_login`, ...); `pkid` names the API key
    that opened it, if one did.
    """

    id: str
    user_id: int | None = None
    connected_with: str | None = None
    pkid: str | None = None


@dataclass
class Caller:
    """Who asks: the user, the request's session, and how the request was authenticated.

    `by_header`: by a key in the header, for this request alone; `key` is that key.
    """

    user: User
    session: Session
    connected_with: str | None = None
    key: ApiKey | None = None
    by_header: bool = False

    @property
    def is_guest(self) -> bool:
        return self.user.status == "guest"


@dataclass
class Album:
    """An album: `uppercats` are the ids from the root to itself; `rank` is its place among its siblings."""

    id: int
    name: str
    parent: int | None
    status: Literal["public", "private"] = "public"
    comment: str | None = None
    visible: bool = True
    commentable: bool = True
    representative: int | None = None
    rank: int = 1
    users: set[int] = field(default_factory=set)
    groups: set[int] = field(default_factory=set)


@dataclass
class Photo:
    """A photo. `albums` is empty while it waits in the lounge, `lounge` names the albums it will go to.

    md5sum: that under which it is kept. file_sum: that of its file, where that is another. taken: when, as its file
    tells. ranks: its place among the photos of each album.
    """

    id: int
    file: str
    md5sum: str
    size: int
    added_by: int
    available: datetime
    name: str | None = None
    author: str | None = None
    comment: str | None = None
    created: str | None = None
    level: int = 0
    hits: int = 0
    albums: list[int] = field(default_factory=list)
    lounge: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    rates: dict[int, float] = field(default_factory=dict)
    modified: datetime | None = None
    file_sum: str | None = None
    taken: str | None = None
    ranks: dict[int, int] = field(default_factory=dict)


@dataclass
class Tag:
    """A tag; photos refer to it by id."""

    id: int
    name: str
    modified: datetime


@dataclass
class Group:
    """A group of users."""

    id: int
    name: str
    is_default: bool = False
    members: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Event:
    """One line of the gallery's activity log. details: how it was done, such as the method."""

    object: str
    object_id: int
    action: str
    user_id: int
    when: datetime
    details: Mapping[str, Any]
