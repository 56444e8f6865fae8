"""The ways in which clients upload a photo: each is one or two calls, of which the last one's answer tells of it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ApiKey, Body, Carrier
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.methods.results import fields, number
from piwigo_contract.provision.picture import photo, picture
from piwigo_contract.provision.sandbox import Sandbox

NO_TOKEN = 32 * "0"
"""A pwg_token that is none: with a key any does, and some releases want one to be there (TOK-01)."""


@dataclass(frozen=True)
class File:
    """A file that is on no gallery. md5sum: the sum of its content, shown in evidence as `$MD5SUM`."""

    upload: Upload
    md5sum: str

    @property
    def data(self) -> Text:
        """The content as a parameter has it, shown in evidence as `$DATA`."""
        return Text.of(Secret("DATA", base64.b64encode(self.upload.content).decode()))

    def cut_off(self) -> File:
        """The same file in a form that ends in the midst of it."""
        return replace(self, upload=replace(self.upload, cut_off=True))


def new_file(sandbox: Sandbox, content: bytes | None = None, *, waits: bool = False) -> File:
    """A picture, or a file with this content; whatever becomes of it is deleted at the end.

    waits: whether it is sent to an album, and so waits in the lounge.
    """
    content = picture(secrets.token_hex(16)) if content is None else content
    name = f"{sandbox.names.new('photo')}.png"
    md5sum = sum_of(content)
    sandbox.enter_photo(md5sum, waits=waits)
    sandbox.gallery.vault.mask(md5sum, "$MD5SUM")
    return File(Upload(name, content), md5sum)


def new_photo_file(sandbox: Sandbox, least: int = 0) -> File:
    """A JPEG file as cameras make them, that waits in the lounge once it is sent. least: bytes that it has at least."""
    file = new_file(sandbox, photo(secrets.token_hex(16), least), waits=True)
    return replace(file, upload=replace(file.upload, name="lake.jpg", media_type="image/jpeg"))


def sum_of(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _add_simple(file: File, album: Text) -> list[ApiCall]:
    return [_call("pwg.images.addSimple", files={"image": file.upload})]


def _upload(file: File, album: Text) -> list[ApiCall]:
    params = {"name": file.upload.name, "category": album, "pwg_token": NO_TOKEN}
    return [_call("pwg.images.upload", params, files={"file": file.upload})]


def _upload_async(file: File, album: Text) -> list[ApiCall]:
    return [chunk_of(file, 0, 1)]


def _chunk_and_add(file: File, album: Text) -> list[ApiCall]:
    add = {"original_sum": file.md5sum, "original_filename": file.upload.name}
    return [block_of(file, 0), _call("pwg.images.add", add)]


def chunk_of(file: File, number: int, chunks: int) -> ApiCall:
    """A chunk of a file, counted from 0, as pwg.images.uploadAsync takes it."""
    part = replace(file.upload, content=_part(file, number, chunks))
    params = {"chunk": number, "chunks": chunks, "chunk_sum": Text.of(Secret("CHUNK_SUM", sum_of(part.content)))}
    more = {"original_sum": file.md5sum, "filename": file.upload.name}
    return _call("pwg.images.uploadAsync", {**params, **more}, files={"file": part})


def block_of(file: File, number: int, blocks: int = 1) -> ApiCall:
    """A block of a file, counted from 0, as pwg.images.addChunk takes it."""
    part = replace(file, upload=replace(file.upload, content=_part(file, number, blocks)))
    return _call("pwg.images.addChunk", {"data": part.data, "original_sum": file.md5sum, "position": number})


def _part(file: File, number: int, parts: int) -> bytes:
    length = -(-len(file.upload.content) // parts)
    return file.upload.content[number * length :][:length]


def _call(method: str, params: Mapping[str, Any] | None = None, files: Mapping[str, Upload] | None = None) -> ApiCall:
    return ApiCall(method, given(params or {}), files=tuple((files or {}).items()))


def given(params: Mapping[str, Any]) -> tuple[tuple[str, Text], ...]:
    return tuple((name, Text.of(value)) for name, value in params.items())


WAYS: Mapping[str, Callable[[File, Text], list[ApiCall]]] = {
    "addSimple": _add_simple,
    "upload": _upload,
    "uploadAsync": _upload_async,
    "addChunk and add": _chunk_and_add,
}
"""The calls of each way, by nobody: of a file, for an album where the way needs one."""


def halves_of(key: ApiKey) -> tuple[Carrier, ...]:
    """A key as pwg.images.uploadAsync takes it in its own parameters: it logs in with that."""
    return Body("username", key.pkid), Body("password", key.secret)


class Uploader:
    """Uploads files to a gallery, by whoever is named.

    lets_keys_call: raises NotInUse for a method that keys may not call here.
    """

    def __init__(self, sandbox: Sandbox, lets_keys_call: Callable[[str], None]) -> None:
        self._sandbox = sandbox
        self._lets_keys_call = lets_keys_call

    def new_file(self, way: str, content: bytes | None = None) -> File:
        """A file to be uploaded in that way."""
        return new_file(self._sandbox, content, waits=way == "upload")

    def send(
        self, way: str, file: File, *auth: Carrier, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        """Upload a file; the answer to the last call. more: parameters of that one."""
        *before, last = (replace(call, auth=auth, headers=given(headers or {})) for call in self.calls(way, file))
        for call in before:
            self._sandbox.gallery.send(call)
        own = {name: value for name, value in last.params if name not in more}
        return self._sandbox.gallery.send(replace(last, params=given({**own, **more})))

    def new_text(self, way: str) -> File:
        """A file that is no picture, whatever its name says."""
        return self.new_file(way, f"this is no picture: {secrets.token_hex(16)}".encode())

    def wrong_sum(self) -> str:
        """The sum of no file; a photo that is kept under it is deleted at the end."""
        md5sum = secrets.token_hex(16)
        self._sandbox.gallery.vault.mask(md5sum, "$WRONG_SUM")
        self._sandbox.enter_photo(md5sum)
        return md5sum

    def large_file(self, size: int) -> File:
        """A picture of so many bytes, most of them a comment."""
        return self.new_file("addSimple", picture(secrets.token_hex(size // 2)))

    def chunk(self, file: File, number: int, chunks: int, *auth: Carrier) -> ApiCall:
        """One call of an upload in chunks, counted from 0 (pwg.images.uploadAsync)."""
        self._lets_keys_call("pwg.images.uploadAsync")
        return replace(chunk_of(file, number, chunks), auth=auth)

    def blocks_and_add(self, file: File, order: Sequence[int], *auth: Carrier) -> list[ApiCall]:
        """A file sent in blocks, in this order, and the call that makes a photo of them."""
        add = self.calls("addChunk and add", file)[-1]
        return [replace(call, auth=auth) for call in (*(block_of(file, n, len(order)) for n in order), add)]

    def without_the_file(self, way: str, file: File, *auth: Carrier) -> ApiCall:
        """The last call of a way, where no file, nor any chunk, was sent."""
        return replace(self.calls(way, file)[-1], files=(), auth=auth)

    def completed(self, key: ApiKey, number: int | str | None) -> Answer:
        """Say that all is uploaded to the sandbox's album. number: of the photo, or nothing."""
        self._lets_keys_call("pwg.images.uploadCompleted")
        params = {"image_id": number or "", "category_id": self._sandbox.album.id, "pwg_token": NO_TOKEN}
        return self._sandbox.gallery.call("pwg.images.uploadCompleted", key, params=params)

    def keep_track_of(self, *answers: Answer) -> None:
        """Have the photos that answers tell of deleted at the end: they may be several of one file."""
        for made in filter(None, map(number_of, answers)):
            self._sandbox.enter_photo("").made(made)

    def calls(self, way: str, file: File) -> list[ApiCall]:
        """The calls of one of WAYS, by nobody."""
        calls = WAYS[way](file, self._sandbox.album.id)
        for call in calls:
            self._lets_keys_call(str(call.method))
        return calls


def number_of(answer: Answer) -> int | None:
    """The number of the photo that an answer tells of, or None."""
    return told_number(answer.result)


def told_number(result: Any) -> int | None:
    """The number of the photo that the result of an upload tells of, or None."""
    return next((int(result[name]) for name in ("image_id", "id") if fields(**{name: number})(result)), None)
