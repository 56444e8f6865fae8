"""Uploads that are no picture, not what their sum says or not whole, and are kept, or answered as nobody can read."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import md5
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from piwigo_contract.reference import deviations_of_photos
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Died, FatalError, PwgError
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.mutants.uploads import ADD, ADD_SIMPLE, ASYNC, UPLOAD, WAYS
from piwigo_contract.reference.registry import Entry

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
class NoPictureAnsweredBare(deviations_of_photos.NoPictureAnsweredBare):
    """A file that is no picture ends the program with a few words."""


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
