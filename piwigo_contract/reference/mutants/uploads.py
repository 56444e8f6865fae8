"""Uploads that are kept otherwise than they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import md5
from typing import Any, ClassVar

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import PwgError
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature

ADD_SIMPLE, UPLOAD, ASYNC, ADD = (f"pwg.images.{name}" for name in ("addSimple", "upload", "uploadAsync", "add"))
WAYS = (ADD_SIMPLE, UPLOAD, ASYNC, ADD)


class OnItsWay(Gallery):
    """Changes the parameters of some methods."""

    methods_named: ClassVar[tuple[str, ...]] = ()

    def changed(self, params: dict[str, Any]) -> Mapping[str, Any]:
        return params

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        checked = super().check_parameters(call, signature, given)
        return {**checked, **self.changed(checked)} if signature.name in self.methods_named else checked


# --- levels


class _WithoutALevel(OnItsWay):
    def changed(self, params: dict[str, Any]) -> Mapping[str, Any]:
        return {"level": 0}


@mutant("level-of-an-upload-in-chunks-lost", "PHO-21")
class LevelOfAnUploadInChunksLost(_WithoutALevel):
    """A photo that is uploaded in chunks is public, whatever privacy level was sent."""

    methods_named = (ASYNC,)


@mutant("level-of-an-upload-by-the-page-lost", "PHO-21")
class LevelOfAnUploadByThePageLost(_WithoutALevel):
    """A photo that is uploaded as the page does it is public, whatever privacy level was sent."""

    methods_named = (UPLOAD,)


@mutant("level-of-the-uploader-at-most", "PHO-21", also=("PHO-22",))
class LevelOfTheUploaderAtMost(OnItsWay):
    """A photo has no higher privacy level than whoever uploads it."""

    methods_named = WAYS

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) in WAYS:
            params = {**params, "level": min(params["level"], call.caller.user.level)}
        return super().run(entry, call, params)


class _AboveOnesLevel(Gallery):
    """Answers an upload in chunks otherwise where it is above the uploader's level."""

    def instead(self) -> Any:
        raise NotImplementedError

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == ASYNC and params["level"] > call.caller.user.level and "id" in result:
            return self.instead()
        return result


@mutant("upload-above-ones-level-not-found", "PHO-22")
class UploadAboveOnesLevelNotFound(_AboveOnesLevel):
    """An upload is answered with what its uploader may see of it: that there is no such photo."""

    def instead(self) -> Any:
        raise PwgError(404, "image_id not found")


@mutant("upload-above-ones-level-denied", "PHO-22")
class UploadAboveOnesLevelDenied(_AboveOnesLevel):
    """An upload above the uploader's privacy level is kept, and refused."""

    def instead(self) -> Any:
        raise PwgError(401, "Access denied")


@mutant("upload-above-ones-level-answered-with-nothing", "PHO-22")
class UploadAboveOnesLevelAnsweredWithNothing(_AboveOnesLevel):
    """An upload above the uploader's privacy level is answered without the photo."""

    def instead(self) -> Any:
        return {}


# --- chunks


class _ChunksOf(Gallery):
    """Keeps the chunks of an upload under somebody's number, which need not be the uploader's."""

    def kept_for(self, call: Call) -> int:
        raise NotImplementedError

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) != ASYNC:
            return super().run(entry, call, params)
        own, other = (f"{params['original_sum']}-u{n}-of{params['chunks']}" for n in self._numbers(call))
        kept = self.store.chunks
        kept[own] = kept.pop(other, {})
        try:
            return super().run(entry, call, params)
        finally:
            if own in kept:
                kept[other] = kept.pop(own)

    def _numbers(self, call: Call) -> tuple[int, int]:
        return call.caller.user.id, self.kept_for(call)


@mutant("chunks-kept-by-their-sum-alone", "PHO-23")
class ChunksKeptByTheirSumAlone(_ChunksOf):
    """Chunks are kept by the sum of the file, whoever sends them."""

    def kept_for(self, call: Call) -> int:
        return 0


@mutant("chunks-of-a-key-kept-as-a-guest-s", "PHO-23")
class ChunksOfAKeyKeptAsAGuests(_ChunksOf):
    """Chunks are kept by the user of the session, and with a key that is the guest."""

    def kept_for(self, call: Call) -> int:
        return call.caller.session.user_id or self.guest().id


@mutant("chunks-kept-by-address", "PHO-23")
class ChunksKeptByAddress(_ChunksOf):
    """Chunks are kept by the address that they come from, which a whole family has."""

    def kept_for(self, call: Call) -> int:
        return -sum(map(ord, call.environ.get("REMOTE_ADDR", "")))


class _InOrderOfArrival(OnItsWay):
    """Numbers the chunks of a file as they come."""

    number = "chunk"

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._sent: dict[str, int] = {}

    def changed(self, params: dict[str, Any]) -> Mapping[str, Any]:
        self._sent[params["original_sum"]] = number = self._sent.get(params["original_sum"], -1) + 1
        return {self.number: number}


@mutant("chunks-in-the-order-of-arrival", "PHO-24", also=("PHO-23",))
class ChunksInTheOrderOfArrival(_InOrderOfArrival):
    """Chunks of pwg.images.uploadAsync are put together as they arrive."""

    methods_named = (ASYNC,)


@mutant("blocks-in-the-order-of-arrival", "PHO-24")
class BlocksInTheOrderOfArrival(_InOrderOfArrival):
    """Blocks of pwg.images.addChunk are put together as they arrive."""

    methods_named = ("pwg.images.addChunk",)
    number = "position"


@mutant("last-chunk-completes-an-upload", "PHO-24", also=("PHO-23",))
class LastChunkCompletesAnUpload(Gallery):
    """The chunk with the highest number is taken for the end of an upload, and the sum is not looked at."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) != ASYNC or params["chunk"] != params["chunks"] - 1 or params["chunks"] == 1:
            return super().run(entry, call, params)
        data = call.files["file"].read()
        call.files["file"].stream.seek(0)
        kept = self.store.chunks.pop(f"{params['original_sum']}-u{call.caller.user.id}-of{params['chunks']}", {})
        whole = b"".join(part for _, part in sorted({**kept, params["chunk"]: data}.items()))
        photo = self.store.add_photo(
            params["filename"], params["original_sum"], len(whole), call.caller.user, self.now()
        )
        photo.file_sum = md5(whole, usedforsecurity=False).hexdigest()
        return {"id": photo.id}


# --- completed


class _Completed(Gallery):
    """Empties the lounge, when an upload is said to be completed, for some alone."""

    def empties(self, params: Mapping[str, Any]) -> bool:
        raise NotImplementedError

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == "pwg.images.uploadCompleted" and not self.empties(params):
            return {"moved_from_lounge": [], "category": {"id": params["category_id"], "nb_photos": "0", "label": ""}}
        return super().run(entry, call, params)


@mutant("completed-where-a-photo-is-named-alone", "PHO-25")
class CompletedWhereAPhotoIsNamedAlone(_Completed):
    """The lounge is emptied when an upload is completed, if a photo of it is named."""

    def empties(self, params: Mapping[str, Any]) -> bool:
        return bool(params["image_id"])


@mutant("completed-where-no-photo-is-named-alone", "PHO-25")
class CompletedWhereNoPhotoIsNamedAlone(_Completed):
    """Photos that are named when an upload is completed are taken for those that are to stay in the lounge."""

    def empties(self, params: Mapping[str, Any]) -> bool:
        return not params["image_id"]


@mutant("completed-leaves-the-lounge-to-the-next-visit", "PHO-25")
class CompletedLeavesTheLoungeToTheNextVisit(_Completed):
    """That an upload is completed is noted, and the lounge emptied by whoever visits the gallery next."""

    def empties(self, params: Mapping[str, Any]) -> bool:
        return False
