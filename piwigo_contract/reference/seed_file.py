"""A file with the content of a gallery: users, albums, photos and keys of one's own (specs/schema/seed.schema.json)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import md5
from pathlib import Path
from typing import Any

from piwigo_contract.contract.resources import load
from piwigo_contract.errors import UsageError
from piwigo_contract.reference import files
from piwigo_contract.reference.handlers.uploads import tag_named
from piwigo_contract.reference.management import MAX_DAYS
from piwigo_contract.reference.model import Album, User
from piwigo_contract.reference.pictures import PicturesKept
from piwigo_contract.reference.store import WEBMASTER_ID

Key = dict[str, str]
"""user, name, state and key (`PKID:SECRET`) of a key that was made."""


def plant(gallery: PicturesKept, file: Path) -> list[Key]:
    """Fill a gallery that has its accounts; gives the keys. Raises UsageError, in one line with file and entry."""
    return _Planting(gallery, file).everything()


class _Planting:
    def __init__(self, gallery: PicturesKept, file: Path) -> None:
        self._gallery, self._store, self._file = gallery, gallery.store, file
        self._albums: dict[str, Album] = {}

    def everything(self) -> list[Key]:
        content = load(self._file, "seed")
        for kind, plant in (("users", self._user), ("albums", self._album), ("photos", self._photo)):
            for entry in self._each(content, kind):
                plant(entry)
        return [self._key(entry) for entry in self._each(content, "keys")]

    def _each(self, content: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
        for number, entry in enumerate(content.get(kind, ()), 1):
            self._place = f"{self._file}: {kind}: entry {number}"
            yield entry

    def _wrong(self, words: str) -> UsageError:
        return UsageError(f"{self._place}: {words}")

    def _user(self, entry: dict[str, Any]) -> None:
        if self._store.user_named(entry["name"]) is not None:
            raise self._wrong(f"there is a user {entry['name']} already")
        status = entry.get("status", "normal")
        user = self._store.add_user(entry["name"], entry["password"], status, self._gallery.now())
        user.email, user.level = entry.get("email"), entry.get("level", 8 if user.is_admin else 0)

    def _user_named(self, name: str) -> User:
        user = self._store.user_named(name)
        if user is None or user.status == "guest":
            raise self._wrong(f"there is no user {name}")
        return user

    def _album_named(self, name: str) -> Album:
        if name not in self._albums:
            raise self._wrong(f"there is no album {name} above it in the file")
        return self._albums[name]

    def _album(self, entry: dict[str, Any]) -> None:
        if entry["name"] in self._albums:
            raise self._wrong(f"there is an album {entry['name']} already")
        parent = self._album_named(entry["parent"]) if "parent" in entry else None
        creator = self._store.users[WEBMASTER_ID]
        album = self._gallery.add_album(entry["name"], parent, entry.get("status"), creator, last=True)
        album.comment = entry.get("comment")
        album.users |= {self._user_named(name).id for name in entry.get("users", ())}
        self._albums[entry["name"]] = album

    def _photo(self, entry: dict[str, Any]) -> None:
        data = self._picture(entry["picture"]) if "picture" in entry else None
        by = self._user_named(entry["by"]) if "by" in entry else self._store.users[WEBMASTER_ID]
        number = len(self._store.photos)
        md5sum = md5(data or f"{number} {entry['file']}".encode(), usedforsecurity=False).hexdigest()
        size = 1024 if data is None else len(data)
        photo = self._store.add_photo(entry["file"], md5sum, size, by, self._gallery.now())
        photo.name, photo.created = entry.get("name", photo.name), entry.get("created")
        photo.author, photo.comment, photo.level = entry.get("author"), entry.get("comment"), entry.get("level", 0)
        photo.tags = [tag_named(self._gallery, name).id for name in entry.get("tags", ())]
        if data is not None:
            self._gallery.pictures[photo.id] = self._file.parent / entry["picture"]
        self._gallery.put_into(photo, [self._album_named(name).id for name in entry.get("albums", ())])

    def _picture(self, name: str) -> bytes:
        try:
            data = (self._file.parent / name).read_bytes()
        except OSError as error:
            raise self._wrong(f"{name}: can't be read: {error.strerror}") from error
        if files.picture_kind(data) is None:
            raise self._wrong(f"{name}: is no JPEG, PNG, GIF or WebP")
        return data

    def _key(self, entry: dict[str, Any]) -> Key:
        gallery, user, name = self._gallery, self._user_named(entry["user"]), entry.get("name", "seeded")
        days, state, now = entry.get("days", 365), entry.get("state", "live"), gallery.now()
        if not 1 <= days <= MAX_DAYS:
            raise self._wrong(f"days is 1 to {MAX_DAYS}, not {days}")
        pkid, secret = entry["key"].split(":") if "key" in entry else (gallery.new_pkid(now), gallery.new_secret())
        if pkid in self._store.keys:
            raise self._wrong(f"there is a key {pkid} already")
        created = now - timedelta(days=days + 1) if state == "expired" else now
        made = self._store.add_key(user, pkid, secret, name, created, gallery.expiry(created, days))
        made.revoked_on = now if state == "revoked" else None
        return {"user": user.username, "name": name, "state": state, "key": f"{pkid}:{secret}"}
