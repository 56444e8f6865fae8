"""Photos whose files are kept and shown. Source: i.php, action.php."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from werkzeug.wrappers import Response

from piwigo_contract.errors import UsageError
from piwigo_contract.reference import files, php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, Photo, PwgError
from piwigo_contract.reference.views import file_path

_NAME = re.compile(r"/[0-9]{14}-[0-9a-f]{8}(?=[-.])")


class PicturesKept(Gallery):
    """Shows the file of each photo that has one, in place of each smaller picture of it as well.

    folder: where the files of uploads are kept, under the names that they have in their addresses; None: nowhere.
    pictures: the file of each photo, by its number.
    """

    folder: Path | None = None

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.pictures: dict[int, Path] = {}
        self._written: set[Path] = set()

    def keep_file(self, photo: Photo, data: bytes) -> None:
        if self.folder is None:
            return
        file = self.folder / file_path(photo)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        except OSError as error:
            raise PwgError(500, f"the file can't be kept: {error.strerror}") from error
        self.pictures[photo.id] = file
        self._written.add(file)

    def delete_photo(self, photo: Photo) -> None:
        super().delete_photo(photo)
        file = self.pictures.pop(photo.id, None)
        if file in self._written:
            # not what somebody else has put there
            self._written.remove(file)
            file.unlink(missing_ok=True)

    def photo_page(self, call: Call, caller: Caller) -> Response:
        photo = self._asked_for(call)
        if photo is not None and call.path == "/action.php" and not self.sees_photo(caller.user, photo):
            return self.html("Access denied", "<p>You are not authorized to access the requested page</p>", 401)
        if photo is None or photo.id not in self.pictures:
            return super().photo_page(call, caller)
        try:
            data = self.pictures[photo.id].read_bytes()
        except OSError:
            return self.html("Not found", "<p>Requested file not found</p>", 404)
        return Response(data, content_type=files.mime_type(data))

    def _asked_for(self, call: Call) -> Photo | None:
        number = str(call.get.get("id", ""))
        if call.path == "/action.php":
            return self.store.photos.get(int(number)) if php.is_digits(number) else None
        named = _NAME.search(f"{call.path}?{call.environ.get('QUERY_STRING', '')}")
        stems = {PurePosixPath(file_path(photo)).stem: photo for photo in self.store.photos.values()}
        return stems.get(named[0].strip("/")) if named else None


def kept_in(folder: Path | None) -> type[Gallery]:
    """The layer that keeps files in a folder, which is made. Raises UsageError where that can't be."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: is no folder that photos can be kept in: {error.strerror}") from error
        folder = folder.resolve()
    return type("PicturesKept", (PicturesKept,), {"folder": folder})
