"""Albums and photos: who sees which, where they are found, how new ones arrive. Hooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from piwigo_contract.reference.base import Base
from piwigo_contract.reference.files import picture_kind
from piwigo_contract.reference.model import Album, Photo, PwgError, User


class Content(Base):
    """Hooks: visibility of albums and photos, and the lounge."""

    def sees_album(self, user: User, album: Album) -> bool:
        """A private album is for those it was opened to, themselves or by a group; admins too need that."""
        if not album.visible and not user.is_admin:
            return False
        if album.status == "public" or user.id in album.users:
            return True
        return any(user.id in self.store.groups[group].members for group in album.groups if group in self.store.groups)

    def sees_photo(self, user: User, photo: Photo) -> bool:
        """A photo is seen in an album that is seen, if the user's privacy level allows it."""
        return photo.level <= user.level and bool(self.albums_of(user, photo))

    def albums_of(self, user: User, photo: Photo) -> list[Album]:
        """The albums in which the user sees the photo."""
        found = (self.store.albums[album_id] for album_id in photo.albums if album_id in self.store.albums)
        return [album for album in found if self.sees_album(user, album)]

    def shown_for(self, album: Album, user: User) -> Photo | None:
        """The photo that stands for an album, where the user's privacy level allows it."""
        photo = self.store.photos.get(album.representative or 0)
        return photo if photo is not None and photo.level <= user.level else None

    def number_told(self, album: Album, shown: Photo | None) -> str | None:
        """The number of the photo that stands for an album. shown: the one whose picture is."""
        return str(shown.id) if shown else None

    def is_picture(self, data: bytes) -> bool:
        """Whether an uploaded file is one that the gallery keeps."""
        return picture_kind(data) is not None

    def is_misnamed(self, name: str, data: bytes) -> bool:
        """Whether a picture is refused for the end of its name."""
        return False

    def keep_file(self, photo: Photo, data: bytes) -> None:
        """Keep the file of a photo that was uploaded: it is counted and summed up alone."""

    def has_originals(self, user: User) -> bool:
        """Whether the user may have photos in their full size."""
        return bool(user.settings.get("enabled_high", True))

    def own_edge(self, pixels: int) -> Any:
        """A photo's own width or height, where it stands in for a larger size of it."""
        return pixels

    def photos_in(self, albums: Iterable[int]) -> list[Photo]:
        wanted = set(albums)
        return [photo for photo in self.store.photos.values() if wanted.intersection(photo.albums)]

    def album(self, album_id: int) -> Album:
        """Raises PwgError 404."""
        album = self.store.albums.get(album_id)
        if album is None:
            raise PwgError(404, "category_id not found")
        return album

    def photo(self, image_id: int) -> Photo:
        """Raises PwgError 404."""
        photo = self.store.photos.get(image_id)
        if photo is None:
            raise PwgError(404, "image_id not found")
        return photo

    def above(self, album: Album) -> list[Album]:
        """The album and those it lies in, outermost first."""
        line = [album]
        while line[0].parent is not None and line[0].parent in self.store.albums:
            line.insert(0, self.store.albums[line[0].parent])
        return line

    def below(self, album: Album) -> list[Album]:
        """The albums inside an album, at any depth, without itself."""
        return [other for other in self.store.albums.values() if other is not album and album in self.above(other)]

    def uppercats(self, album: Album) -> str:
        return ",".join(str(one.id) for one in self.above(album))

    def global_rank(self, album: Album) -> str:
        return ".".join(str(one.rank) for one in self.above(album))

    def order(self, album: Album) -> list[int]:
        """Sorts albums as the gallery shows them."""
        return [one.rank for one in self.above(album)]

    def add_album(
        self, name: str, parent: Album | None, status: str | None, creator: User, *, last: bool = False
    ) -> Album:
        """A new album, first or last among its siblings. Inside a private album it is private as well."""
        album = self.store.add_album(name, parent.id if parent else None)
        siblings = [other for other in self.siblings(album) if other is not album]
        self.rank([*siblings, album] if last else [album, *siblings])
        if status == "private" or (parent is not None and parent.status == "private"):
            self.set_album_status(album, "private", creator)
        return album

    def siblings(self, album: Album) -> list[Album]:
        """The albums that lie where this one does, itself among them, in the gallery's order."""
        found = [other for other in self.store.albums.values() if other.parent == album.parent]
        return sorted(found, key=lambda other: other.rank)

    def rank(self, albums: list[Album]) -> None:
        for number, album in enumerate(albums, 1):
            album.rank = number

    def set_album_status(self, album: Album, status: str, by: User) -> None:
        """A new status. A private album is open to the admins and to whoever made it so; those inside follow."""
        if status == "public":
            for one in self.above(album):
                one.status = "public"
            return
        admins = {user.id for user in self.store.users.values() if user.is_admin}
        for one in (album, *self.below(album)):
            one.status = "private"
            one.users |= admins | {by.id}

    def delete_album(self, album: Album, mode: str) -> None:
        """Delete an album and those inside. `mode`: no_delete, delete_orphans or force_delete of its photos."""
        gone = {album.id, *(one.id for one in self.below(album))}
        inside = self.photos_in(gone)
        for photo in inside:
            photo.albums = [album_id for album_id in photo.albums if album_id not in gone]
            if mode == "force_delete" or (mode == "delete_orphans" and not photo.albums):
                self.delete_photo(photo)
        for album_id in gone:
            del self.store.albums[album_id]
        self.rank(self.siblings(album))

    def delete_photo(self, photo: Photo) -> None:
        self.store.photos.pop(photo.id, None)
        for album in self.store.albums.values():
            if album.representative == photo.id:
                album.representative = None
        for user in self.store.users.values():
            user.favorites = [image_id for image_id in user.favorites if image_id != photo.id]
            user.caddie = [image_id for image_id in user.caddie if image_id != photo.id]

    def put_into(self, photo: Photo, albums: Iterable[int]) -> None:
        """Put a photo into albums; the first photo of an album becomes its picture."""
        for album_id in albums:
            album = self.store.albums.get(album_id)
            if album is not None and album_id not in photo.albums:
                photo.ranks[album_id] = 1 + max(
                    (one.ranks.get(album_id, 0) for one in self.photos_in([album_id])), default=0
                )
                photo.albums.append(album_id)
                album.representative = album.representative or photo.id

    def in_their_order(self, album_id: int) -> list[Photo]:
        """The photos of an album, in the order that was given to them by hand."""
        return sorted(self.photos_in([album_id]), key=lambda photo: (photo.ranks.get(album_id, 0), photo.id))

    def arrive(self, photo: Photo, albums: Iterable[int]) -> None:
        """A new photo waits in the lounge for its albums."""
        photo.lounge = [album_id for album_id in albums if album_id in self.store.albums]

    def empty_lounge(self) -> list[dict[str, str]]:
        """Put every waiting photo into its albums; the rows say which went where."""
        rows = []
        for photo in self.store.photos.values():
            rows += [{"image_id": str(photo.id), "category_id": str(album_id)} for album_id in photo.lounge]
            self.put_into(photo, photo.lounge)
            photo.lounge = []
        return rows
