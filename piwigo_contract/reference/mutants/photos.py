"""Photos, albums and tags that a key is told of although its owner may not see them, or is not told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, Died, Photo, PwgError, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry

LISTS = ("pwg.categories.getImages", "pwg.images.search", "pwg.tags.getImages", "pwg.users.favorites.getList")


class Within(Gallery):
    """Knows which method is running with a key: `within` those named, where `applies` to the call."""

    methods_named: ClassVar[tuple[str, ...]] = ()
    within = False

    def applies(self, call: Call, params: Mapping[str, Any]) -> bool:
        return True

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        named = self.method_name(call) in self.methods_named
        self.within = call.caller.by_header and named and self.applies(call, params)
        try:
            return super().run(entry, call, params)
        finally:
            self.within = False


class LevelForgotten(Within):
    """Within some methods every level is seen."""

    def sees_photo(self, user: User, photo: Photo) -> bool:
        return bool(self.albums_of(user, photo)) if self.within else super().sees_photo(user, photo)


class AlbumsForgotten(Within):
    """Within some methods every album is open."""

    def sees_album(self, user: User, album: Album) -> bool:
        return self.within or super().sees_album(user, album)


# --- lists of photos


@mutant("level-forgotten-in-searches", "PHO-01", also=("PHO-09",))
class LevelForgottenInSearches(LevelForgotten):
    """With a key a search finds photos of every privacy level."""

    methods_named = ("pwg.images.search",)


@mutant("level-forgotten-among-favourites", "PHO-01", also=("PHO-09", "PHO-10", "PHO-11"))
class LevelForgottenAmongFavourites(LevelForgotten):
    """With a key favourites are listed of every privacy level: whoever marked one has seen it."""

    methods_named = ("pwg.users.favorites.getList",)


@mutant("level-forgotten-where-no-album-is-named", "PHO-01", also=("PHO-09",))
class LevelForgottenWhereNoAlbumIsNamed(LevelForgotten):
    """The list of all photos is made by another query, without the privacy level."""

    methods_named = ("pwg.categories.getImages",)

    def applies(self, call: Call, params: Mapping[str, Any]) -> bool:
        return not any(params["cat_id"])


@mutant("administrator-s-key-sees-every-level", "PHO-01", also=("PHO-09", "PHO-08"))
class AdministratorsKeySeesEveryLevel(LevelForgotten):
    """A key of an administrator lists photos of every privacy level, which administrators can change anyway."""

    methods_named = LISTS

    def applies(self, call: Call, params: Mapping[str, Any]) -> bool:
        return call.caller.user.is_admin


@mutant("search-of-somebody-alike-remembered", "PHO-02", also=("PHO-09", "PHO-10", "PHO-11", "PHO-13", "PHO-14"))
class SearchOfSomebodyAlikeRemembered(Gallery):
    """What a search found is remembered for everybody of the same status and level."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._found: dict[tuple[Any, ...], Any] = {}

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) != "pwg.images.search":
            return super().run(entry, call, params)
        user = call.caller.user
        about = (params["query"], params["page"], params["per_page"], user.status, user.level)
        return self._found.setdefault(about, super().run(entry, call, params))


@mutant("closed-albums-forgotten-by-tag", "PHO-02", also=("PHO-09",))
class ClosedAlbumsForgottenByTag(AlbumsForgotten):
    """With a key the photos of a tag are listed whatever album they are in."""

    methods_named = ("pwg.tags.getImages",)


@mutant("favourite-outlives-its-album", "PHO-02", also=("PHO-09", "PHO-10", "PHO-11", "PHO-13", "PHO-14"))
class FavouriteOutlivesItsAlbum(AlbumsForgotten):
    """With a key a favourite stays readable when its album is closed."""

    methods_named = ("pwg.users.favorites.getList",)


@mutant("one-of-several-albums-checked", "PHO-02", also=("PHO-09",))
class OneOfSeveralAlbumsChecked(AlbumsForgotten):
    """Of several albums that a key asks for at once only the first is looked at."""

    methods_named = ("pwg.categories.getImages",)

    def applies(self, call: Call, params: Mapping[str, Any]) -> bool:
        return len(params["cat_id"]) > 1


# --- one photo


class _InfoFor(Gallery):
    """Tells a key all of a photo by its number, as it would somebody else."""

    def stand_in(self, user: User, photo: Photo) -> User:
        """Whose rights count."""
        raise NotImplementedError

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        photo = self.store.photos.get(params.get("image_id") or 0) if self.method_name(call) == INFO else None
        if photo is None or not call.caller.by_header:
            return super().run(entry, call, params)
        caller = call.caller
        call.caller = replace(caller, user=self.stand_in(caller.user, photo))
        try:
            return super().run(entry, call, params)
        finally:
            call.caller = caller


INFO = "pwg.images.getInfo"


@mutant("photo-of-any-level-by-its-number", "PHO-03", also=("PHO-09", "PHO-10", "PHO-11"))
class PhotoOfAnyLevelByItsNumber(_InfoFor):
    """All of a photo is told by its number, whatever its privacy level."""

    def stand_in(self, user: User, photo: Photo) -> User:
        return replace(user, level=8)


@mutant("photo-in-any-album-by-its-number", "PHO-03", also=("PHO-09", "PHO-10", "PHO-11", "PHO-13", "PHO-14"))
class PhotoInAnyAlbumByItsNumber(_InfoFor):
    """All of a photo is told by its number to whoever is logged in, whatever album it is in."""

    def stand_in(self, user: User, photo: Photo) -> User:
        return replace(user, status="admin") if photo.albums else user


@mutant("photo-in-no-album-by-its-number", "PHO-03", also=("PHO-09",))
class PhotoInNoAlbumByItsNumber(_InfoFor):
    """A photo in no album is private to nobody, and all of it is told by its number."""

    def stand_in(self, user: User, photo: Photo) -> User:
        return user if photo.albums else replace(user, status="admin")


class _AllAlbumsOfAPhoto(Within):
    """Within some methods a photo that is seen tells of all albums that it is in."""

    def albums_of(self, user: User, photo: Photo) -> list[Album]:
        seen = super().albums_of(user, photo)
        return [self.store.albums[album_id] for album_id in photo.albums] if seen and self.within else seen


@mutant("list-tells-all-albums-of-a-photo", "PHO-04", also=("PHO-09",))
class ListTellsAllAlbumsOfAPhoto(_AllAlbumsOfAPhoto):
    """With a key a list of photos has the addresses of all albums that each is in."""

    methods_named = ("pwg.categories.getImages",)


@mutant("photo-tells-all-albums-that-it-is-in", "PHO-04", also=("PHO-09",))
class PhotoTellsAllAlbumsThatItIsIn(_AllAlbumsOfAPhoto):
    """With a key all that is told of a photo has the names of all albums that it is in."""

    methods_named = (INFO,)


@mutant("administrator-s-key-is-told-all-albums", "PHO-04", also=("PHO-09",))
class AdministratorsKeyIsToldAllAlbums(_AllAlbumsOfAPhoto):
    """An administrator's key is told all albums that a photo is in, those closed to the administrator as well."""

    methods_named = ("pwg.categories.getImages", INFO)

    def applies(self, call: Call, params: Mapping[str, Any]) -> bool:
        return call.caller.user.is_admin


# --- albums


@mutant("picture-of-an-album-of-any-level", "PHO-05", also=("PHO-06", "PHO-09"))
class PictureOfAnAlbumOfAnyLevel(Gallery):
    """The photo that stands for an album is shown to whoever sees the album."""

    def shown_for(self, album: Album, user: User) -> Photo | None:
        return self.store.photos.get(album.representative or 0)


class _RowsOfAlbums(Within):
    """Rows of albums, changed."""

    methods_named = ("pwg.categories.getList",)

    def change(self, row: dict[str, Any], call: Call) -> None:
        raise NotImplementedError

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and self.method_name(call) in self.methods_named and "categories" in result:
            for row in result["categories"]:
                self.change(row, call)
        return result


@mutant("album-counts-photos-of-every-level", "PHO-05", also=("PHO-09", "WHO-04"))
class AlbumCountsPhotosOfEveryLevel(_RowsOfAlbums):
    """With a key the number of an album's photos has those of every privacy level in it."""

    def change(self, row: dict[str, Any], call: Call) -> None:
        row["nb_images"] = len(self.photos_in([row["id"]]))


@mutant("album-counts-all-inside-at-every-level", "PHO-05", also=("PHO-09", "WHO-04"))
class AlbumCountsAllInsideAtEveryLevel(_RowsOfAlbums):
    """With a key the total of an album and those inside has photos of every privacy level in it."""

    def change(self, row: dict[str, Any], call: Call) -> None:
        album = self.store.albums[row["id"]]
        row["total_nb_images"] = len(self.photos_in([album.id, *(one.id for one in self.below(album))]))


@mutant("number-of-an-album-s-hidden-photo", "PHO-06", also=("PHO-09",))
class NumberOfAnAlbumsHiddenPhoto(Gallery):
    """The row of an album has the picture of a photo that is seen beside the number of the hidden one."""

    def number_told(self, album: Album, shown: Photo | None) -> str | None:
        return str(album.representative) if album.representative else None


@mutant("number-of-a-hidden-photo-for-administrators", "PHO-06", also=("PHO-09",))
class NumberOfAHiddenPhotoForAdministrators(_RowsOfAlbums):
    """An administrator's key is told the number of the photo that stands for an album, whatever its level."""

    def change(self, row: dict[str, Any], call: Call) -> None:
        album = self.store.albums[row["id"]]
        if call.caller.user.is_admin and album.representative:
            row["representative_picture_id"] = str(album.representative)


@mutant("number-told-where-the-picture-is-hidden", "PHO-06", also=("PHO-09",))
class NumberToldWhereThePictureIsHidden(_RowsOfAlbums):
    """With a key an album whose photo is above the level is told without a picture, and with the photo's number."""

    def change(self, row: dict[str, Any], call: Call) -> None:
        photo = self.store.photos.get(self.store.albums[row["id"]].representative or 0)
        if photo is not None and photo.level > call.caller.user.level:
            row.pop("tn_url", None)
            row["representative_picture_id"] = str(photo.id)


@mutant("closed-album-found-by-a-word", "PHO-07", also=("PHO-09",))
class ClosedAlbumFoundByAWord(AlbumsForgotten):
    """With a key albums that have a word in their names are found whomever they are open to."""

    methods_named = ("pwg.categories.getList",)

    def applies(self, call: Call, params: Mapping[str, Any]) -> bool:
        return bool(params["search"])


@mutant("closed-album-in-the-tree", "PHO-07", also=("PHO-09",))
class ClosedAlbumInTheTree(AlbumsForgotten):
    """With a key the tree of albums is whole: it would have holes where one is closed."""

    methods_named = ("pwg.categories.getList",)

    def applies(self, call: Call, params: Mapping[str, Any]) -> bool:
        return bool(params["tree_output"])


@mutant("closed-album-by-its-number", "PHO-07", also=("PHO-09",))
class ClosedAlbumByItsNumber(AlbumsForgotten):
    """With a key an album is listed by its number, whomever it is open to."""

    methods_named = ("pwg.categories.getList",)

    def applies(self, call: Call, params: Mapping[str, Any]) -> bool:
        return bool(params["cat_id"]) and not params["recursive"] and not params["limit"]


# --- tags


@mutant("tags-of-somebody-alike-remembered", "PHO-08", also=("PHO-09", "METH-18"))
class TagsOfSomebodyAlikeRemembered(Gallery):
    """The list of tags is remembered for everybody of the same status and level, until a tag changes."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._found: dict[tuple[Any, ...], Any] = {}

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) != "pwg.tags.getList":
            return super().run(entry, call, params)
        having = tuple(tuple(photo.tags) for photo in self.store.photos.values())
        about = (call.caller.user.status, call.caller.user.level, params["sort_by_counter"], having)
        return self._found.setdefault(about, super().run(entry, call, params))


@mutant("tags-of-photos-of-every-level", "PHO-08", also=("PHO-09",))
class TagsOfPhotosOfEveryLevel(LevelForgotten):
    """With a key tags are told of photos of every privacy level."""

    methods_named = ("pwg.tags.getList",)


@mutant("tag-counts-hidden-photos", "PHO-08", also=("PHO-09", "METH-18"))
class TagCountsHiddenPhotos(Gallery):
    """The number of photos with a tag has the hidden ones in it; a tag that only those have is not told."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == "pwg.tags.getList":
            for row in result["tags"]:
                row["counter"] = sum(row["id"] in photo.tags for photo in self.store.photos.values())
        return result


# --- the same as the owner


@mutant("key-sees-no-private-album", "PHO-09", also=("PHO-01", "PHO-02", "WHO-05", "METH-14", "METH-18"))
class KeySeesNoPrivateAlbum(Gallery):
    """With a key nothing of private albums is told: the permissions of a session are looked up by its cookie."""

    _by_key = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._by_key = call.caller.by_header and self.method_name(call) in (*LISTS, INFO)
        try:
            return super().run(entry, call, params)
        finally:
            self._by_key = False

    def sees_album(self, user: User, album: Album) -> bool:
        return super().sees_album(user, album) and not (self._by_key and album.status == "private")


@mutant("key-has-no-favourites", "PHO-09", also=("METH-14", "METH-18", "PHO-10", "PHO-11", "WRITE-08"))
class KeyHasNoFavourites(Gallery):
    """With a key favourites are read from the session, and there are none."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if call.caller.by_header and self.method_name(call) in LISTS:
            call.caller = replace(call.caller, user=replace(call.caller.user, favorites=[]))
        return super().run(entry, call, params)


@mutant("key-is-told-no-tags-of-a-photo", "PHO-09", also=("METH-14", "METH-18"))
class KeyIsToldNoTagsOfAPhoto(Gallery):
    """With a key all that is told of a photo lacks its tags."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and self.method_name(call) == INFO and "tags" in result:
            result["tags"].clear()
        return result


# --- addresses of originals


@mutant("original-of-who-may-not-have-it", "PHO-12")
class OriginalOfWhoMayNotHaveIt(Gallery):
    """Everybody who sees a photo is told where it is to be had in its full size."""

    def has_originals(self, user: User) -> bool:
        return True


@mutant("original-by-the-address-for-downloads", "PHO-12", also=("PHO-09",))
class OriginalByTheAddressForDownloads(Gallery):
    """Who may not have a photo in its full size is told the address for downloading it all the same."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) in LISTS and not self.has_originals(call.caller.user):
            for row in result["images"]:
                row["download_url"] = f"{call.root}action.php?id={row['id']}&part=e&download"
        return result


@mutant("original-of-the-photo-itself", "PHO-12")
class OriginalOfThePhotoItself(Gallery):
    """All that is told of a photo has its address in full size, whoever asks; lists have not."""

    _asked = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._asked = self.method_name(call) == INFO
        return super().run(entry, call, params)

    def has_originals(self, user: User) -> bool:
        return self._asked or super().has_originals(user)


# --- answers that tell of nothing as they fail


class _FailsIn(Gallery):
    """With a key the calls of some methods fail where there is something to hide."""

    methods_named: ClassVar[tuple[str, ...]] = LISTS

    def hides(self, result: Any, call: Call) -> bool:
        """Whether there is. result: that of the call."""
        return not result["images"]

    def failure(self) -> Exception:
        return Died("<h1>Internal Server Error</h1>", 500)

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and self.method_name(call) in self.methods_named and self.hides(result, call):
            raise self.failure()
        return result


@mutant("closed-album-is-the-server-s-fault", "PHO-07", also=("PHO-09",))
class ClosedAlbumIsTheServersFault(_FailsIn):
    """With a key a list of albums that would be empty ends in a page of the server's."""

    methods_named = ("pwg.categories.getList",)

    def hides(self, result: Any, call: Call) -> bool:
        return isinstance(result, dict) and not result["categories"]


@mutant("closed-album-is-an-error", "PHO-07", also=("PHO-09",))
class ClosedAlbumIsAnError(ClosedAlbumIsTheServersFault):
    """With a key a list of albums that would be empty is refused, with an error that is no refusal of the key's."""

    def failure(self) -> Exception:
        return PwgError(500, "Undefined array key 0")


@mutant("list-without-photos-is-the-server-s-fault", "PHO-10", "PHO-13", also=("PHO-09", "PHO-11", "PHO-14"))
class ListWithoutPhotosIsTheServersFault(_FailsIn):
    """With a key a list of photos that would be empty ends in a page of the server's."""


@mutant("list-without-photos-is-an-error", "PHO-10", "PHO-13", also=("PHO-09", "PHO-11", "PHO-14"))
class ListWithoutPhotosIsAnError(_FailsIn):
    """With a key a list of photos that would be empty is an error."""

    def failure(self) -> Exception:
        return PwgError(404, "no photo found")


@mutant("list-without-originals-is-the-server-s-fault", "PHO-12")
class ListWithoutOriginalsIsTheServersFault(_FailsIn):
    """With a key photos that would be listed without the addresses of their originals are not listed at all."""

    def hides(self, result: Any, call: Call) -> bool:
        return bool(result["images"]) and not self.has_originals(call.caller.user)


@mutant("list-without-originals-is-an-error", "PHO-12")
class ListWithoutOriginalsIsAnError(ListWithoutOriginalsIsTheServersFault):
    """With a key photos that would be listed without the addresses of their originals are an error."""

    def failure(self) -> Exception:
        return PwgError(403, "no right to originals")
