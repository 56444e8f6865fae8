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
