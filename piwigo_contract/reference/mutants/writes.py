"""Methods that write, and do not do what they say, or do it before they refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import md5
from typing import Any, ClassVar

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Photo
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature


class NotDone(Gallery):
    """Says of some methods, to a key, that they are done, and does nothing."""

    not_done: tuple[str, ...] = ()
    told: ClassVar[Any] = None

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if call.caller.by_header and self.method_name(call) in self.not_done:
            return self.told
        return super().run(entry, call, params)


@mutant("album-not-renamed", "WRITE-01", also=("TOK-01", "TOK-04", "METH-09"))
class AlbumNotRenamed(NotDone):
    """With a key an album is renamed, says the answer, and keeps its name."""

    not_done = ("pwg.categories.setInfo",)


@mutant("album-not-moved", "WRITE-01", also=("TOK-01", "TOK-04", "METH-09"))
class AlbumNotMoved(NotDone):
    """With a key an album is moved, says the answer, and stays where it is."""

    not_done = ("pwg.categories.move",)
    told: ClassVar[Any] = {"new_ariane_string": "", "updated_cats": []}


@mutant("upload-with-another-sum", "WRITE-02")
class UploadWithAnotherSum(Gallery):
    """An uploaded photo is kept under the sum of its name, so that no client finds it again."""

    def arrive(self, photo: Photo, albums: Iterable[int]) -> None:
        photo.md5sum = md5(photo.file.encode(), usedforsecurity=False).hexdigest()
        super().arrive(photo, albums)


@mutant("chunk-not-kept", "WRITE-02")
class ChunkNotKept(NotDone):
    """With a key a chunk of a photo is taken, says the answer, and there is nothing to make a photo of."""

    not_done = ("pwg.images.addChunk",)


@mutant("tags-of-a-photo-dropped", "WRITE-03")
class TagsDropped(Gallery):
    """With a key the tags that a photo is given are dropped."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        checked = super().check_parameters(call, signature, given)
        return {**checked, "tag_ids": None} if call.caller.by_header and "tag_ids" in checked else checked


@mutant("order-of-photos-not-kept", "WRITE-03", also=("TOK-01", "TOK-04", "METH-09"))
class OrderOfPhotosNotKept(Gallery):
    """With a key photos are put in order, says the answer, and lie as before."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if not (call.caller.by_header and self.method_name(call) == "pwg.images.setRank"):
            return super().run(entry, call, params)
        numbers = [str(number) for number in params["image_id"]]
        many = {"image_id": numbers, "category_id": params["category_id"]}
        return many if len(numbers) > 1 else {**many, "image_id": params["image_id"][0], "rank": params["rank"]}


@mutant("one-photo-ranked-and-the-others-not-moved", "WRITE-03")
class OnePhotoRankedAndTheOthersNotMoved(Gallery):
    """A photo is given a place in its album, and whatever had that place keeps it."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        kept = {photo.id: dict(photo.ranks) for photo in self.store.photos.values()}
        result = super().run(entry, call, params)
        if self.method_name(call) == "pwg.images.setRank" and len(params["image_id"]) == 1:
            for photo in self.store.photos.values():
                if photo.id not in params["image_id"]:
                    photo.ranks = kept[photo.id]
        return result


@mutant("photos-ranked-from-the-last-to-the-first", "WRITE-03")
class PhotosRankedFromTheLastToTheFirst(Gallery):
    """The order that photos are given is kept backwards; the answer shows it as it was sent."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        checked = super().check_parameters(call, signature, given)
        if signature.name == "pwg.images.setRank":
            checked["image_id"] = checked["image_id"][::-1]
        return checked


@mutant("metadata-not-read", "WRITE-03", also=("TOK-01", "TOK-04", "METH-09"))
class MetadataNotRead(NotDone):
    """With a key what the file of a photo tells is read, says the answer, and nothing comes of it."""

    not_done = ("pwg.images.syncMetadata",)
    told: ClassVar[Any] = {"nb_synchronized": 1}


@mutant("metadata-read-where-nothing-is-told", "WRITE-03")
class MetadataReadWhereNothingIsTold(Gallery):
    """When a photo was taken is read from its file only where the gallery does not know it."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        kept = {photo.id: photo.created for photo in self.store.photos.values()}
        result = super().run(entry, call, params)
        if self.method_name(call) == "pwg.images.syncMetadata":
            for photo in self.store.photos.values():
                photo.created = kept[photo.id] or photo.created
        return result


@mutant("metadata-of-the-caller-s-own-photos-alone", "WRITE-03")
class MetadataOfTheCallersOwnPhotosAlone(Gallery):
    """The file of a photo that somebody else uploaded is counted, and not read."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        kept = {photo.id: photo.created for photo in self.store.photos.values()}
        result = super().run(entry, call, params)
        if self.method_name(call) == "pwg.images.syncMetadata":
            for photo in self.store.photos.values():
                if photo.added_by != call.caller.user.id:
                    photo.created = kept[photo.id]
        return result


@mutant("upload-of-the-page-not-kept", "WRITE-02")
class UploadOfThePageNotKept(Gallery):
    """A photo that is sent as the page for it sends one is answered as added, and thrown away."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == "pwg.images.upload" and result is not None:
            self.delete_photo(self.store.photos[result["image_id"]])
        return result


@mutant("merged-tag-stays", "WRITE-04", also=("TOK-01", "TOK-04", "METH-09"))
class MergedTagStays(NotDone):
    """With a key tags are merged, says the answer, and both are there as before."""

    not_done = ("pwg.tags.merge",)
    told: ClassVar[Any] = {"destination_tag": 0, "deleted_tag": [], "images_in_merged_tag": []}


@mutant("group-member-not-added", "WRITE-05")
class MemberNotAdded(Gallery):
    """With a key nobody but the key's owner can be added to a group; the answer says nothing of it."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        checked = super().check_parameters(call, signature, given)
        if call.caller.by_header and signature.name == "pwg.groups.addUser":
            checked["user_id"] = [call.caller.user.id]
        return checked


@mutant("album-not-closed", "WRITE-06")
class AlbumNotClosed(NotDone):
    """With a key an album is closed to a user, says the answer, and stays open."""

    not_done = ("pwg.permissions.remove",)
    told: ClassVar[Any] = {"categories": []}


@mutant("user-not-deleted", "WRITE-07")
class UserNotDeleted(NotDone):
    """With a key a user is deleted, says the answer, and is there as before."""

    not_done = ("pwg.users.delete",)
    told: ClassVar[Any] = "1 user deleted"


@mutant("favourite-of-the-main-user", "WRITE-08")
class FavouriteOfTheMainUser(Gallery):
    """With a key a favourite is added to the main user's, not to those of the key's owner."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if call.caller.by_header and self.method_name(call) == "pwg.users.favorites.add":
            call.caller = replace(call.caller, user=self.store.users[self.store.main_user])
        return super().run(entry, call, params)


@mutant("refused-after-the-deed", "WRITE-09", also=("WHO-36", "METH-04", "METH-05", "METH-06", "METH-07"))
class RefusedAfterTheDeed(Gallery):
    """Whether the caller is an administrator is asked after the method was run."""

    def gates(self) -> tuple[Callable[[Call, Signature], None], ...]:
        return self.gate_post, self.gate_forbidden

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        self.gate_admin(call, self.signature(self.method_name(call)))
        return result


@mutant(
    "revoked-key-refused-after-the-deed",
    "WRITE-09",
    also=("END-06", "END-08", "END-10", "END-15", "USED-16", "DER-05", "DER-18", "DER-22", "METH-11"),
)
class RevokedKeyRefusedAfterTheDeed(Gallery):
    """Whether a key is revoked is asked after the method was run."""

    _revoked = False

    def is_revoked(self, key: ApiKey) -> bool:
        self._revoked = super().is_revoked(key)
        return False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and self._revoked:
            raise self.refuse_key()
        return result
