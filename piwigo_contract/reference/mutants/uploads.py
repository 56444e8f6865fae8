"""Uploads that are kept otherwise than they were sent, and bad ones that are kept, or answered as nobody can read."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import md5
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Died, FatalError, PwgError
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


# --- files that are none


class _AnyFile(Gallery):
    """Takes files for pictures that are none."""

    _taken = False

    def is_taken(self, call: Call, params: Mapping[str, Any]) -> bool:
        return True

    def is_picture(self, data: bytes) -> bool:
        return self._taken or super().is_picture(data)

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._taken = self.is_taken(call, params)
        return super().run(entry, call, params)


@mutant("any-file-is-a-picture", "PHO-31", also=("PHO-33",))
class AnyFileIsAPicture(_AnyFile):
    """A file is kept as a picture whatever is in it."""


@mutant("name-says-what-a-file-is", "PHO-31", also=("PHO-33",))
class NameSaysWhatAFileIs(_AnyFile):
    """A file that comes as a form is a picture if its name ends like one's."""

    def is_taken(self, call: Call, params: Mapping[str, Any]) -> bool:
        return any((file.filename or "").endswith(".png") for file in call.files.values())


@mutant("no-picture-answered-bare", "PHO-31", also=("PHO-33",))
class NoPictureAnsweredBare(Gallery):
    """A file that is no picture ends the program with a few words."""

    def no_picture(self, name: str, data: bytes) -> PwgError | FatalError:
        return Died("forbidden file type")


@mutant("no-picture-kept-and-refused", "PHO-31", also=("PHO-33",))
class NoPictureKeptAndRefused(Gallery):
    """A file that is no picture is refused once it is in the gallery."""

    _none = False

    def is_picture(self, data: bytes) -> bool:
        self._none = not super().is_picture(data)
        return True

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._none = False
        result = super().run(entry, call, params)
        if self._none:
            raise self.no_picture("picture.png", b"no picture")
        return result


# --- sums


def _sum_of_what_came(call: Call) -> str:
    data = call.files["file"].read() if "file" in call.files else b""
    if "file" in call.files:
        call.files["file"].stream.seek(0)
    return md5(data, usedforsecurity=False).hexdigest()


@mutant("sum-of-a-chunk-not-looked-at", "PHO-32", also=("PHO-33", "PHO-34", "PHO-36"))
class SumOfAChunkNotLookedAt(Gallery):
    """A chunk is kept whatever its sum."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == ASYNC:
            params = {**params, "chunk_sum": _sum_of_what_came(call)}
        return super().run(entry, call, params)


@mutant("sum-of-a-file-not-looked-at", "PHO-32")
class SumOfAFileNotLookedAt(Gallery):
    """A file of one chunk is kept whatever its sum, as the chunk's has been looked at."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == ASYNC and params["chunks"] == 1:
            params = {**params, "original_sum": params["chunk_sum"]}
        return super().run(entry, call, params)


@mutant("sum-of-a-file-is-what-it-is-said-to-be", "PHO-32")
class SumOfAFileIsWhatItIsSaidToBe(SumOfAFileNotLookedAt):
    """A file of one chunk is kept under whatever sum it is said to have."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == ASYNC and "id" in result:
            self.store.photos[result["id"]].md5sum = params["original_sum"]
        return result


@mutant("wrong-sum-refused-once-the-photo-is-kept", "PHO-32")
class WrongSumRefusedOnceThePhotoIsKept(Gallery):
    """A photo is put into the gallery, and refused then for the sum of its file."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) != ASYNC or params["chunks"] != 1 or "file" not in call.files:
            return super().run(entry, call, params)
        right = _sum_of_what_came(call)
        result = super().run(entry, call, {**params, "original_sum": right, "chunk_sum": right})
        if params["original_sum"] != right or params["chunk_sum"] != right:
            raise self.bad_input("MD5 checksum merged file mismatched")
        return result


class _AnsweredOtherwise(Gallery):
    """Answers the errors of uploads in another way."""

    def is_one(self, call: Call, error: PwgError) -> bool:
        """Whether this error is answered so."""
        raise NotImplementedError

    def instead(self, error: PwgError) -> Exception:
        return Died(f"<h1>{error.message}</h1>")

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        try:
            return super().run(entry, call, params)
        except PwgError as error:
            if self.method_name(call) in WAYS and self.is_one(call, error):
                raise self.instead(error) from error
            raise


@mutant("wrong-sum-answered-as-a-page", "PHO-32")
class WrongSumAnsweredAsAPage(_AnsweredOtherwise):
    """A wrong sum is told in a page."""

    def is_one(self, call: Call, error: PwgError) -> bool:
        return "checksum" in error.message


@mutant("missing-file-is-a-fatal-error", "PHO-33")
class MissingFileIsAFatalError(_AnsweredOtherwise):
    """An upload without a file opens what is not there."""

    def is_one(self, call: Call, error: PwgError) -> bool:
        return not call.files

    def instead(self, error: PwgError) -> Exception:
        return FatalError("Uncaught ValueError: Path cannot be empty in functions_upload.inc.php:239")


@mutant("missing-file-answered-bare", "PHO-33")
class MissingFileAnsweredBare(_AnsweredOtherwise):
    """The page's way to upload answers a form without a file with the words of the page's own script."""

    def is_one(self, call: Call, error: PwgError) -> bool:
        return self.method_name(call) == UPLOAD and not call.files

    def instead(self, error: PwgError) -> Exception:
        return Died('{"jsonrpc" : "2.0", "error" : {"code": 101, "message": "Failed to open input stream."}}')


@mutant("no-chunk-is-an-empty-photo", "PHO-33")
class NoChunkIsAnEmptyPhoto(_AnyFile):
    """A photo is made of the chunks that there are, also where there are none."""

    def is_taken(self, call: Call, params: Mapping[str, Any]) -> bool:
        kept = any(name.startswith(str(params.get("original_sum"))) for name in self.store.chunks)
        return self.method_name(call) == ADD and not kept


# --- what does not arrive whole


class _TakenAsItCame(Gallery):
    """Takes a file that was cut off for a whole one, in some methods."""

    methods_named: ClassVar[tuple[str, ...]] = ()

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) in self.methods_named:
            call.cut_off = False
        return super().run(entry, call, params)


@mutant("photo-that-was-cut-off-kept", "PHO-34", also=("PHO-36",))
class PhotoThatWasCutOffKept(_TakenAsItCame):
    """What came of a file is kept as the photo."""

    methods_named = (ADD_SIMPLE,)


@mutant("upload-that-was-cut-off-answered-as-rpc", "PHO-34")
class UploadThatWasCutOffAnsweredAsRpc(_AnsweredOtherwise):
    """The page's way to upload tells a file that was cut off to the page's own script."""

    def is_one(self, call: Call, error: PwgError) -> bool:
        return self.method_name(call) == UPLOAD and call.cut_off

    def instead(self, error: PwgError) -> Exception:
        return Died('{"jsonrpc" : "2.0", "error" : {"code": 103, "message": "Failed to move uploaded file."}}')


@mutant("chunk-that-was-cut-off-warned-of", "PHO-34")
class ChunkThatWasCutOffWarnedOf(Gallery):
    """A chunk that was cut off is looked for on the disk, which PHP warns of before the answer."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.cut_off and call.requested("method") == ASYNC:
            response.set_data(b"<br />\n<b>Warning</b>:  md5_file(): Failed on line <b>1</b>\n" + response.get_data())
        return response


class _TooLarge(Gallery):
    """Does not take requests of more than so many bytes."""

    most: ClassVar[int] = 2_000_000

    def too_large(self) -> Response:
        raise NotImplementedError

    def web_service(self, call: Call) -> Response:
        sent = int(call.environ.get("CONTENT_LENGTH") or 0)
        return self.too_large() if sent > self.most else super().web_service(call)


@mutant("large-request-ends-in-a-fatal-error", "PHO-35")
class LargeRequestEndsInAFatalError(_TooLarge):
    """A large file does not fit into memory."""

    def too_large(self) -> Response:
        return self.fatal_answer(FatalError("Allowed memory size of 134217728 bytes exhausted", 500))


@mutant("very-large-request-answered-with-the-home-page", "PHO-35")
class VeryLargeRequestAnsweredWithTheHomePage(_TooLarge):
    """Of a request that is too large the form is dropped, and the home page is shown where no method is named."""

    most = 8_000_000

    def too_large(self) -> Response:
        return self.html("Home", "<p>Welcome</p>")


@mutant("large-request-answered-with-nothing", "PHO-35")
class LargeRequestAnsweredWithNothing(_TooLarge):
    """A file that is too large is dropped without a word."""

    def too_large(self) -> Response:
        return Response("", 200, content_type="text/html")


class _FaultOfTheServer(_AnsweredOtherwise):
    def instead(self, error: PwgError) -> Exception:
        return PwgError(500, error.message)


@mutant("wrong-sum-of-a-chunk-is-the-server-s-fault", "PHO-36")
class WrongSumOfAChunkIsTheServersFault(_FaultOfTheServer):
    """A chunk with another sum is told as HTTP 500."""

    def is_one(self, call: Call, error: PwgError) -> bool:
        return "chunk file" in error.message


@mutant("wrong-sum-of-a-file-is-the-server-s-fault", "PHO-36")
class WrongSumOfAFileIsTheServersFault(_FaultOfTheServer):
    """A file with another sum is told as HTTP 500."""

    def is_one(self, call: Call, error: PwgError) -> bool:
        return "merged file" in error.message


@mutant("file-cut-off-is-the-server-s-fault", "PHO-36")
class FileCutOffIsTheServersFault(_FaultOfTheServer):
    """A file that was cut off is told as HTTP 503."""

    def is_one(self, call: Call, error: PwgError) -> bool:
        return call.cut_off

    def instead(self, error: PwgError) -> Exception:
        return PwgError(503, error.message)
