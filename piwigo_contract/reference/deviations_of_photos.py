"""Where real releases break the promises of photos and uploads.

As in deviations.py, each class is put before Gallery by `--faithful`.
"""

from __future__ import annotations

from hashlib import md5
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference import files
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import ALL, deviation
from piwigo_contract.reference.deviations_of_methods import warn
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, Died, FatalError, Photo, PwgError, User
from piwigo_contract.reference.registry import Entry

# --- who sees what

_RECKONED_ANEW = (
    *("pwg.groups.addUser", "pwg.groups.deleteUser", "pwg.groups.delete", "pwg.groups.merge", "pwg.groups.duplicate"),
    *("pwg.images.setPrivacyLevel", "pwg.images.add", "pwg.images.uploadAsync", "pwg.images.setInfo"),
    *("pwg.images.delete", "pwg.images.deleteOrphans", "pwg.images.setCategory"),
    *("pwg.images.emptyLounge", "pwg.images.uploadCompleted"),
    *("pwg.categories.add", "pwg.categories.delete", "pwg.categories.move", "pwg.users.setInfo", "pwg.users.setMyInfo"),
)
"""The methods that call invalidate_user_cache."""


@deviation(ALL)
class RightsToAlbumsRemembered(Gallery):
    """Who sees an album is remembered until something else changes.

    Neither pwg.permissions.add and remove nor a lock by pwg.categories.setInfo calls invalidate_user_cache.
    """

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._seen: dict[tuple[int, int], bool] = {}

    def sees_album(self, user: User, album: Album) -> bool:
        about = (user.id, album.id)
        if about not in self._seen:
            self._seen[about] = super().sees_album(user, album)
        return self._seen[about]

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) in _RECKONED_ANEW:
            self._seen.clear()
        return result


@deviation(ALL)
class NumberOfAHiddenPhoto(Gallery):
    """The row of an album has the number of a photo above the caller's level, beside the picture of another."""

    def number_told(self, album: Album, shown: Photo | None) -> str | None:
        return str(album.representative) if album.representative else super().number_told(album, shown)


# --- addresses


@deviation(ALL)
class ForwardedHost(Gallery):
    """The host of X-Forwarded-Host is put into addresses, whoever sends it (get_absolute_root_url)."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if (host := call.headers.get("X-Forwarded-Host")) is not None:
            call.root = f"{call.environ['wsgi.url_scheme']}://{host}{self.path}/"
        return super().run(entry, call, params)


# --- uploads


@deviation(("16.0", "16.1", "16.2", "16.3", "16.4"))
class NoPictureAnsweredBare(Gallery):
    """A file that is no picture is answered with three bare words (add_uploaded_file calls die)."""

    def no_picture(self, name: str, data: bytes) -> PwgError | FatalError:
        return Died("forbidden file type")


@deviation(("17.0",))
class KindByName(Gallery):
    """A file is refused whose name ends like another kind's; of the file itself the first bytes do (issue 2550)."""

    def is_picture(self, data: bytes) -> bool:
        return files.mime_type(data).startswith("image/")

    def is_misnamed(self, name: str, data: bytes) -> bool:
        kind = files.extension(name)
        return kind not in files.EXTENSIONS or files.mime_type(data) != f"image/{kind.replace('jpg', 'jpeg')}"


@deviation(ALL)
class EmptyFileIsTheServersFault(Gallery):
    """A chunk that is empty can't be merged, which pwg.images.uploadAsync tells as HTTP 500."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        empty = md5(b"", usedforsecurity=False).hexdigest()
        whole = params.get("chunks") == 1 and params.get("chunk_sum") == empty
        if self.method_name(call) == "pwg.images.uploadAsync" and "file" in call.files and whole:
            raise PwgError(500, "error while merging chunk 1")
        return super().run(entry, call, params)


class _Warned(PwgError):
    """A refusal with a warning of PHP's before it."""

    def __init__(self, refusal: PwgError, warning: str) -> None:
        super().__init__(refusal.code, refusal.message)
        self.warning = warning


@deviation(ALL)
class FileThatDidNotArrive(Gallery):
    """An upload whose file is missing or cut off is answered with warnings of PHP, or with JSON-RPC as a page."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        name, warning = self.method_name(call), None
        if name == "pwg.images.upload" and call.cut_off:
            raise Died('{"jsonrpc" : "2.0", "error" : {"code": 103, "message": "Failed to move uploaded file."}}')
        if name == "pwg.images.uploadAsync" and ("file" not in call.files or call.cut_off):
            warning = "md5_file(): Failed to open stream: No such file or directory"
        if name == "pwg.images.add" and not any(kept.startswith(params["original_sum"]) for kept in self.store.chunks):
            warning = "chmod(): No such file or directory"
        try:
            return super().run(entry, call, params)
        except PwgError as refusal:
            if warning is None:
                raise
            raise _Warned(refusal, warning) from refusal

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if isinstance(result, _Warned):
            warn(response, result.warning)
        return response
