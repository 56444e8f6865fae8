"""The state of one gallery, in memory, and the accounts and keys it starts with."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import string
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath

from piwigo_contract.reference.model import (
    Album,
    ApiKey,
    AuthKey,
    Digest,
    Event,
    Group,
    Photo,
    Session,
    Status,
    Tag,
    User,
)

MAX_SESSIONS = 20_000
MAX_EVENTS = 10_000
WEBMASTER_ID, GUEST_ID = 1, 2
_ALPHABET = string.ascii_letters + string.digits


def random_text(length: int) -> str:
    """`length` random characters of A-Z, a-z, 0-9."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def digest(secret: str) -> Digest:
    """Hash a secret for keeping. Fast on purpose: a run of the suite makes thousands of comparisons."""
    salt = os.urandom(16)
    return Digest(salt, hashlib.sha256(salt + secret.encode("utf-8", "replace")).digest())


def matches(kept: Digest, secret: str) -> bool:
    """Compare a secret with a kept hash, in a time that does not depend on where they differ."""
    return hmac.compare_digest(kept.value, hashlib.sha256(kept.salt + secret.encode("utf-8", "replace")).digest())


class Store:
    """All that a gallery knows. Not locked: the gallery lets one request in at a time."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.keys: dict[str, ApiKey] = {}
        self.auth_keys: dict[str, AuthKey] = {}
        self.sessions: dict[str, Session] = {}
        self.albums: dict[int, Album] = {}
        self.photos: dict[int, Photo] = {}
        self.tags: dict[int, Tag] = {}
        self.groups: dict[int, Group] = {}
        self.chunks: dict[str, dict[int, bytes]] = {}
        self.events: list[Event] = []
        self.details: Mapping[str, str] = {}
        """Of the request that is being answered, for the log."""
        self.updates_ignored: dict[str, list[str]] = {"plugins": [], "themes": [], "languages": []}
        self.main_user = WEBMASTER_ID
        self.site_secret = secrets.token_bytes(16)
        self.uuid = secrets.token_hex(12)
        self._last_id: dict[str, int] = {}

    def next_id(self, kind: str) -> int:
        """The next number of a table, counted from 1 and never used twice."""
        self._last_id[kind] = self._last_id.get(kind, 0) + 1
        return self._last_id[kind]

    def count_from(self, kind: str, number: int) -> None:
        """Let the numbers of a table go on after this one."""
        self._last_id[kind] = number

    def add_user(self, username: str, password: str | None, status: Status, now: datetime) -> User:
        user = User(self.next_id("user"), username, digest(password) if password else None, status, now)
        self.users[user.id] = user
        return user

    def user_named(self, username: str) -> User | None:
        """Case counts not, as in MariaDB's default collation."""
        wanted = username.casefold()
        return next((user for user in self.users.values() if user.username.casefold() == wanted), None)

    def remove_user(self, user: User) -> None:
        """Delete a user and all that is theirs (delete_user in admin/include/functions.php)."""
        del self.users[user.id]
        self.keys = {pkid: key for pkid, key in self.keys.items() if key.user_id != user.id}
        self.auth_keys = {text: key for text, key in self.auth_keys.items() if key.user_id != user.id}
        self.end_sessions(user.id)
        for group in self.groups.values():
            group.members.discard(user.id)
        for album in self.albums.values():
            album.users.discard(user.id)

    def end_sessions(self, user_id: int) -> None:
        for session in [s for s in self.sessions.values() if s.user_id == user_id]:
            del self.sessions[session.id]

    def add_session(self, session: Session) -> Session:
        """Keep a session. Every request without a cookie makes one, so the oldest guest's makes room."""
        if len(self.sessions) >= MAX_SESSIONS:
            oldest = next((old.id for old in self.sessions.values() if old.user_id is None), None)
            del self.sessions[oldest or next(iter(self.sessions))]
        self.sessions[session.id] = session
        return session

    def add_key(self, user: User, pkid: str, secret: str, name: str, created: datetime, expires: datetime) -> ApiKey:
        days = (expires - created).days
        key = ApiKey(pkid, digest(secret), name, user.id, created, days, expires)
        self.keys[pkid] = key
        return key

    def add_album(self, name: str, parent: int | None = None) -> Album:
        rank = 1 + sum(1 for album in self.albums.values() if album.parent == parent)
        album = Album(self.next_id("album"), name, parent, rank=rank)
        self.albums[album.id] = album
        return album

    def add_photo(self, file: str, md5sum: str, size: int, user: User, now: datetime) -> Photo:
        photo = Photo(self.next_id("photo"), file, md5sum, size, user.id, now, name=PurePosixPath(file).stem)
        self.photos[photo.id] = photo
        return photo

    def log(self, kind: str, object_id: int, action: str, user: User, now: datetime) -> None:
        self.events.append(Event(kind, object_id, action, user.id, now, self.details))
        del self.events[:-MAX_EVENTS]
