"""New photos, most in no album: one that is sent to an album waits in the lounge, which only emptying it ends."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from piwigo_contract.claims.write import Params, Write
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.methods.results import fields, number
from piwigo_contract.provision.picture import picture
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares


def new_file(sandbox: Sandbox) -> tuple[Upload, str]:
    """A picture that is on no gallery, and the sum of it; whatever becomes of it is deleted at the end."""
    content = picture(secrets.token_hex(16))
    md5sum = hashlib.md5(content, usedforsecurity=False).hexdigest()
    sandbox.enter_photo(md5sum)
    sandbox.gallery.vault.mask(md5sum, "$MD5SUM")
    return Upload("picture.png", content), md5sum


def data_of(upload: Upload) -> Text:
    """The file as a chunk is sent, shown in evidence as `$DATA`."""
    return Text.of(Secret("DATA", base64.b64encode(upload.content).decode()))


def told_number(result: Any, field: str) -> int | None:
    """The number that a result has in this field, or None."""
    return int(result[field]) if fields(**{field: number})(result) else None


def found_by(sandbox: Sandbox, md5sum: str, field: str) -> dict[str, Any]:
    """The photo is there, and the answer gives its number in this field."""
    return {
        "what": "the photo with the file",
        "seen": lambda: sandbox.webmaster_sees.photo_with_file(md5sum),
        "wanted": lambda result: told_number(result, field) or "the one that the answer tells of",
    }


@prepares("pwg.images.addSimple")
def upload_a_photo_as_a_form(sandbox: Sandbox, method: str) -> Write:
    upload, md5sum = new_file(sandbox)
    params: Params = {"name": sandbox.names.new("photo")}
    return Write(method, params, files={"image": upload}, **found_by(sandbox, md5sum, "image_id"))


@prepares("pwg.images.uploadAsync")
def upload_a_photo_in_chunks(sandbox: Sandbox, method: str) -> Write:
    upload, md5sum = new_file(sandbox)
    params: Params = {"chunk": 0, "chunks": 1, "chunk_sum": md5sum, "original_sum": md5sum, "filename": upload.name}
    return Write(method, params, files={"file": upload}, **found_by(sandbox, md5sum, "id"))


@prepares("pwg.images.addChunk")
def send_a_chunk_of_a_photo(sandbox: Sandbox, method: str) -> Write:
    """The gallery's own webmaster makes a photo of it."""
    upload, md5sum = new_file(sandbox)

    def completed() -> int | None:
        answer = sandbox.webmaster.ask("pwg.images.add", original_sum=md5sum, original_filename=upload.name)
        done = answer.envelope is not None and answer.envelope.ok
        return told_number(answer.envelope.result, "image_id") if done and answer.envelope else None

    # a chunk that nobody made a photo of would stay in the gallery's buffer
    sandbox.ledger.enter("chunk of a photo", lambda: sandbox.delete_photo(completed()))
    return Write(
        method,
        {"data": data_of(upload), "original_sum": md5sum, "position": 0},
        what="the photo with the file",
        seen=lambda: sandbox.webmaster_sees.photo_with_file(md5sum),
        wanted=lambda _: completed() or "one made of the chunk",
    )


@prepares("pwg.images.add")
def make_a_photo_of_its_chunks(sandbox: Sandbox, method: str) -> Write:
    upload, md5sum = new_file(sandbox)
    sandbox.webmaster("pwg.images.addChunk", data=data_of(upload), original_sum=md5sum, position=0)
    params: Params = {"original_sum": md5sum, "original_filename": upload.name}
    return Write(method, params, **found_by(sandbox, md5sum, "image_id"))


@prepares("pwg.images.add")
def make_a_photo_in_an_album_of_its_chunks(sandbox: Sandbox, method: str) -> Write:
    """The one upload that does not wait in the lounge."""
    (upload, md5sum), album, sees = new_file(sandbox), sandbox.new_album(), sandbox.webmaster_sees
    sandbox.webmaster("pwg.images.addChunk", data=data_of(upload), original_sum=md5sum, position=0)

    def lies_in() -> set[int]:
        number = sees.photo_with_sum(md5sum)
        return set() if number is None else {row["id"] for row in (sees.photo(number) or {}).get("categories", ())}

    return Write(
        method,
        {"original_sum": md5sum, "original_filename": upload.name, "categories": album.id},
        what="the albums of the photo with the file's sum",
        seen=lies_in,
        wanted={album.number},
    )
