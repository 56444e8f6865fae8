"""Methods that write, and do not do what they say, or do it before they refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import md5
from typing import Any, ClassVar

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, Photo
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.sessions import COOKIE
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


class _RefusedAfterwards(Gallery):
    """Runs methods for whoever is no administrator as well, and refuses their answer where it is refused."""

    def too_late(self, call: Call) -> bool:
        """Whether this caller is looked at only once the method was run."""
        raise NotImplementedError

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if not self.too_late(call):
            super().gate_admin(call, signature)

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        super().gate_admin(call, self.signature(self.method_name(call)))
        return result


@mutant("session-refused-after-the-deed", "WRITE-11", also=("WHO-36", "METH-06"))
class SessionRefusedAfterTheDeed(_RefusedAfterwards):
    """Whether a person who is logged in is an administrator is asked after the method was run."""

    def too_late(self, call: Call) -> bool:
        return not call.caller.is_guest and not call.caller.by_header


@mutant("visitor-refused-after-the-deed", "WRITE-11", also=("METH-05",))
class VisitorRefusedAfterTheDeed(_RefusedAfterwards):
    """Whoever has a cookie is taken for logged in until the method was run."""

    def too_late(self, call: Call) -> bool:
        return call.caller.is_guest and COOKIE in call.cookies and not call.caller.by_header


@mutant("upload-in-a-session-kept-before-it-is-refused", "WRITE-11")
class UploadInASessionKeptBeforeItIsRefused(_RefusedAfterwards):
    """A file is put into the gallery before anybody asks whose session sent it."""

    def too_late(self, call: Call) -> bool:
        return bool(call.files) and not call.caller.by_header and not call.caller.is_guest


class _WrongSecretRefusedAfterwards(Gallery):
    """Takes a key in the header by its identifier, runs the method, and looks at the secret then."""

    _deceived = _wrong = False

    def deceived_by(self, call: Call) -> bool:
        """Whether the method is run for a wrong secret."""
        raise NotImplementedError

    def identify(self, call: Call) -> Caller:
        self._deceived = self.brings_key(call) and self.deceived_by(call)
        self._wrong = False
        return super().identify(call)

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        self._wrong = not super().secret_matches(key, secret)
        return self._deceived or not self._wrong

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self._deceived and self._wrong:
            raise self.refuse_key()
        return result


@mutant("wrong-secret-refused-after-the-deed", "WRITE-12", also=("TOK-14",))
class WrongSecretRefusedAfterTheDeed(_WrongSecretRefusedAfterwards):
    """Whether a key's secret is right is asked after the method was run."""

    def deceived_by(self, call: Call) -> bool:
        signature = self.methods().get(str(call.requested("method")))
        return signature is not None and signature.options.get("post_only", False)


@mutant("wrong-secret-looked-at-once-the-file-is-kept", "WRITE-12")
class WrongSecretLookedAtOnceTheFileIsKept(_WrongSecretRefusedAfterwards):
    """Where a file comes with a request the secret is looked at after it was put into the gallery."""

    def deceived_by(self, call: Call) -> bool:
        return bool(call.files)


@mutant("wrong-secret-writes-to-the-owner-s-own", "WRITE-12")
class WrongSecretWritesToTheOwnersOwn(_WrongSecretRefusedAfterwards):
    """Favourites are kept for the owner of the identifier before the secret is looked at."""

    def deceived_by(self, call: Call) -> bool:
        return str(call.requested("method")).startswith("pwg.users.favorites.")
