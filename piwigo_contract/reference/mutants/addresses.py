"""Addresses in answers that lead elsewhere, or nowhere; photos that are seen by too many, or by nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations_of_photos import ForwardedHost
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, Caller, Photo, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry

INFO, IMAGES = "pwg.images.getInfo", "pwg.categories.getImages"
JOURNEYS = ("JRN-04", "JRN-13", "JRN-16")
"""Journeys that load pictures."""


class _AnotherRoot(Gallery):
    """Makes addresses of another beginning."""

    methods_named: ClassVar[tuple[str, ...]] = ()

    def another(self, root: str) -> str:
        raise NotImplementedError

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if not self.methods_named or self.method_name(call) in self.methods_named:
            call.root = self.another(call.root)
        return super().run(entry, call, params)


@mutant("addresses-without-the-port", "JRN-51", also=("JRN-53", "JRN-54", *JOURNEYS))
class AddressesWithoutThePort(_AnotherRoot):
    """The server in front hands the host on without its port, and addresses lack it."""

    def another(self, root: str) -> str:
        return re.sub(r":\d+/", "/", root)


@mutant("addresses-of-another-scheme", "JRN-51", also=("JRN-53", "JRN-54", *JOURNEYS))
class AddressesOfAnotherScheme(_AnotherRoot):
    """Addresses have the scheme that the settings name, not the one that was asked by."""

    def another(self, root: str) -> str:
        return root.replace("http://", "https://")


@mutant("addresses-of-tags-without-the-folder", "JRN-51", also=("JRN-53", "JRN-54"))
class AddressesOfTagsWithoutTheFolder(_AnotherRoot):
    """In lists of a tag's photos addresses begin with a slash."""

    methods_named = ("pwg.tags.getImages",)

    def another(self, root: str) -> str:
        return "/"


class _Escaped(Gallery):
    """Writes addresses for HTML in the answers of some methods."""

    methods_named: ClassVar[tuple[str, ...]] = ()

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.requested("method") in self.methods_named:
            response.set_data(response.get_data().replace(b"&part", b"&amp;part"))
        return response


@mutant("addresses-escaped-in-lists", "JRN-52", also=("JRN-53",))
class AddressesEscapedInLists(_Escaped):
    """In lists of photos the ampersands of addresses are written for HTML."""

    methods_named = (IMAGES,)


@mutant("addresses-escaped-for-one-photo", "JRN-52", also=("JRN-53",))
class AddressesEscapedForOnePhoto(_Escaped):
    """In what is told of a photo the ampersands of addresses are written for HTML."""

    methods_named = (INFO,)


class _NoPicture(Gallery):
    """Has something else in place of some pictures."""

    paths: ClassVar[tuple[str, ...]] = ()

    def instead(self, call: Call) -> Response:
        return self.html("Not found", "<p>Page not found</p>", 404)

    def photo_page(self, call: Call, caller: Caller) -> Response:
        return self.instead(call) if call.path.startswith(self.paths) else super().photo_page(call, caller)


@mutant("originals-not-served", "JRN-53", "JRN-13", "JRN-16", also=("JRN-56",))
class OriginalsNotServed(_NoPicture):
    """The server in front keeps everybody out of the folder that photos are in."""

    paths = ("/upload/",)


@mutant("downloads-not-served", "JRN-53")
class DownloadsNotServed(_NoPicture):
    """The address from which a photo is downloaded leads to the login."""

    paths = ("/action.php",)

    def instead(self, call: Call) -> Response:
        return self.to_login(call)


@mutant("small-pictures-that-are-none", "JRN-53", "JRN-04")
class SmallPicturesThatAreNone(_NoPicture):
    """Where a small picture can't be made a line of text is told for one."""

    paths = ("/i.php",)

    def instead(self, call: Call) -> Response:
        return Response("out of memory", 200, content_type="image/jpeg")


@mutant("forwarded-host-believed", "JRN-54")
class ForwardedHostBelieved(ForwardedHost):
    """X-Forwarded-Host counts, whoever sends it."""


@mutant("forwarded-host-believed-for-pages", "JRN-54")
class ForwardedHostBelievedForPages(ForwardedHost):
    """X-Forwarded-Host counts in the addresses of albums, whoever sends it."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        named = self.method_name(call) == "pwg.categories.getList"
        return super().run(entry, call, params) if named else Gallery.run(self, entry, call, params)


@mutant("upload-seen-by-anybody", "JRN-55", also=("JRN-10",))
class UploadSeenByAnybody(Gallery):
    """A photo that a key has uploaded is shown to anybody, whatever album it is in."""

    def albums_of(self, user: User, photo: Photo) -> list[Album]:
        found = super().albums_of(user, photo)
        if found or photo.file != "lake.jpg":
            return found
        return [self.store.albums[number] for number in photo.albums if number in self.store.albums]


@mutant("upload-private-until-released", "JRN-55", also=("JRN-01", "JRN-22", "JRN-34", "JRN-37", "JRN-53", "JRN-56"))
class UploadPrivateUntilReleased(Gallery):
    """What a key has uploaded is for administrators until one of them has looked at it."""

    def sees_photo(self, user: User, photo: Photo) -> bool:
        return super().sees_photo(user, photo) and (user.is_admin or photo.file != "lake.jpg")


@mutant("added-by-left-out-for-visitors", "JRN-55", also=("JRN-22", "JRN-34", "JRN-37"))
class AddedByLeftOutForVisitors(Gallery):
    """Visitors are told that the gallery's own webmaster has added every photo."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == INFO and call.caller.is_guest:
            result["added_by"] = str(self.store.main_user)
        return result


@mutant("file-of-a-deleted-photo-served", "JRN-56")
class FileOfADeletedPhotoServed(Gallery):
    """Deleting a photo leaves its file where it is."""

    def has_photo_of(self, call: Call) -> bool:
        return call.path.startswith("/upload/") or super().has_photo_of(call)


@mutant("deleted-photo-listed", "JRN-56")
class DeletedPhotoListed(Gallery):
    """The list of an album's photos is remembered for visitors, and goes on showing what was deleted."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._gone: list[Photo] = []

    def delete_photo(self, photo: Photo) -> None:
        self._gone.append(photo)
        super().delete_photo(photo)

    def photos_in(self, albums: Iterable[int]) -> list[Photo]:
        wanted = set(albums)
        return super().photos_in(wanted) + [photo for photo in self._gone if wanted.intersection(photo.albums)]
