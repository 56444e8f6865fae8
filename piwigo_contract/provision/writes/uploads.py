"""New photos, most in no album: a photo uploaded into an album waits in the lounge until that is emptied."""

from __future__ import annotations

from typing import Any

from piwigo_contract.claims.write import Write
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.vault import NamedId
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.uploading import WAYS, File, block_of, new_file, number_of, told_number
from piwigo_contract.provision.writes.preparation import prepares


def write(call: ApiCall, **told: Any) -> Write:
    """A call as a write. told: how it is seen."""
    return Write(str(call.method), dict(call.params), files=dict(call.files), **told)


def _named(sandbox: Sandbox, photo: int | None) -> NamedId | None:
    """A photo's number, shown by a name."""
    return None if photo is None else sandbox.names.seen_id("PHOTO", photo)


def makes_the_photo(sandbox: Sandbox, way: str, file: File | None = None) -> Write:
    """The last call of a way to upload a file: the photo is there, and the answer gives its number."""
    file = file or new_file(sandbox, waits=way == "upload")
    return write(
        WAYS[way](file, sandbox.album.id)[-1],
        what="the photo with the file",
        seen=lambda: sandbox.webmaster_sees.photo_with_file(file.md5sum),
        wanted=lambda result: _named(sandbox, told_number(result)) or "the one that the answer tells of",
    )


@prepares("pwg.images.addSimple")
def upload_a_photo_as_a_form(sandbox: Sandbox, method: str) -> Write:
    return makes_the_photo(sandbox, "addSimple")


@prepares("pwg.images.upload")
def upload_a_photo_as_the_page_for_it_does(sandbox: Sandbox, method: str) -> Write:
    """It can't be done without an album; the lounge is emptied before the photo is deleted."""
    return makes_the_photo(sandbox, "upload")


@prepares("pwg.images.uploadAsync")
def upload_a_photo_in_chunks(sandbox: Sandbox, method: str) -> Write:
    return makes_the_photo(sandbox, "uploadAsync")


@prepares("pwg.images.addChunk")
def send_a_chunk_of_a_photo(sandbox: Sandbox, method: str) -> Write:
    """The gallery's own webmaster makes a photo of it."""
    file = new_file(sandbox)

    def completed() -> int | None:
        given = {"original_sum": file.md5sum, "original_filename": file.upload.name}
        return _named(sandbox, number_of(sandbox.webmaster.ask("pwg.images.add", **given)))

    _enter_chunk(sandbox, file)
    return write(
        block_of(file, 0),
        what="the photo with the file",
        seen=lambda: sandbox.webmaster_sees.photo_with_file(file.md5sum),
        wanted=lambda _: completed() or "one made of the chunk",
    )


def _enter_chunk(sandbox: Sandbox, file: File) -> None:
    """Write down a chunk about to be sent: one that nobody made a photo of would stay in the gallery's buffer."""
    sandbox.ledger.enter("chunk", file.md5sum, file=file.upload.name)


def kept_chunk(sandbox: Sandbox) -> File:
    """A file of which the gallery has the one chunk."""
    file = new_file(sandbox)
    _enter_chunk(sandbox, file)
    sandbox.webmaster("pwg.images.addChunk", data=file.data, original_sum=file.md5sum, position=0)
    return file


@prepares("pwg.images.add")
def make_a_photo_of_its_chunks(sandbox: Sandbox, method: str) -> Write:
    return makes_the_photo(sandbox, "addChunk and add", kept_chunk(sandbox))


@prepares("pwg.images.add")
def make_a_photo_in_an_album_of_its_chunks(sandbox: Sandbox, method: str) -> Write:
    """The one upload that does not wait in the lounge."""
    file, album, sees = kept_chunk(sandbox), sandbox.new_album(), sandbox.webmaster_sees

    def lies_in() -> set[int]:
        number = sees.photo_with_sum(file.md5sum)
        return set() if number is None else set(sees.albums_of(number))

    return Write(
        method,
        {"original_sum": file.md5sum, "original_filename": file.upload.name, "categories": album.id},
        what="the albums of the photo with the file's sum",
        seen=lies_in,
        wanted={album.number},
    )
