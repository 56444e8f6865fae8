"""Faults that show in what a client sends one call after another, its key being good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import FormatInTheBodyIsIgnored
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature

ADD_SIMPLE, ASYNC = "pwg.images.addSimple", "pwg.images.uploadAsync"
COMPLETED, EXIST = "pwg.images.uploadCompleted", "pwg.images.exist"
LIST, IMAGES = "pwg.categories.getList", "pwg.categories.getImages"


def _is(gallery: Gallery, call: Call, name: str) -> bool:
    return gallery.method_name(call) == name


@mutant("photo-published-again-is-another", "JRN-01")
class PhotoPublishedAgainIsAnother(Gallery):
    """A photo that is published again becomes a second one beside the first."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        checked = super().check_parameters(call, signature, given)
        return {**checked, "image_id": None} if signature.name == ADD_SIMPLE else checked


@mutant("upload-completed-by-post-alone", "JRN-01")
class UploadCompletedByPostAlone(Gallery):
    """Saying that all is uploaded takes a POST, as it changes something."""

    def gate_post(self, call: Call, signature: Signature) -> None:
        if signature.name == COMPLETED and not self.is_post(call):
            raise PwgError(405, "This method requires HTTP POST")
        super().gate_post(call, signature)


@mutant("parameters-of-a-keyed-get-lost", "JRN-01", "JRN-04", "JRN-19", "JRN-37")
class ParametersOfAKeyedGetLost(Gallery):
    """With a key the parameters of a GET are looked for in the body."""

    def posted(self, call: Call) -> Mapping[str, Any]:
        posted = super().posted(call)
        return {**posted, "pwg_token": "of no use"} if call.caller.by_header else posted


@mutant("small-pictures-for-those-logged-in", "JRN-04")
class SmallPicturesForThoseLoggedIn(Gallery):
    """Who loads a small picture and is not logged in is led to the login."""

    def photo_page(self, call: Call, caller: Caller) -> Response:
        return self.to_login(call) if caller.is_guest and call.path == "/i.php" else super().photo_page(call, caller)


@mutant("random-photos-of-the-whole-gallery", "JRN-04")
class RandomPhotosOfTheWholeGallery(Gallery):
    """Random photos are those of the whole gallery, whatever album was asked for."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == IMAGES and params["order"] == "random":
            params = {**params, "cat_id": [], "order": "id"}
        return super().run(entry, call, params)


@mutant("format-among-form-fields-not-read", "JRN-07", "JRN-08", "JRN-09")
class FormatAmongFormFieldsNotRead(FormatInTheBodyIsIgnored):
    """The format is read from the query alone."""


@mutant("key-beside-a-format-field-not-read", "JRN-07")
class KeyBesideAFormatFieldNotRead(Gallery):
    """Where the format stands among the form fields, albums are listed as to a guest."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == LIST and "format" in call.post:
            call.caller = Caller(self.guest(), call.caller.session)
        return super().run(entry, call, params)


@mutant("token-renewed-by-an-upload", "JRN-10", "JRN-28")
class TokenRenewedByAnUpload(Gallery):
    """After each file that was uploaded in the session of a key it has another pwg_token."""

    _uploads = 0

    def token_for(self, session: Session) -> str:
        token = super().token_for(session)
        return token if session.pkid is None else f"{self._uploads:04}{token[4:]}"

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        self._uploads += bool(call.files)
        return result


@mutant("upload-put-down-to-the-webmaster", "JRN-10", "JRN-25", "JRN-28", "JRN-31")
class UploadPutDownToTheWebmaster(Gallery):
    """What is uploaded in the session of a key is the gallery's own webmaster's."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        known = set(self.store.photos)
        result = super().run(entry, call, params)
        if call.caller.session.pkid is not None and not call.caller.by_header:
            for number in self.store.photos.keys() - known:
                self.store.photos[number].added_by = self.store.main_user
        return result


@mutant("login-by-key-sees-public-albums", "JRN-13", "JRN-28")
class LoginByKeySeesPublicAlbums(Gallery):
    """In the session of a key albums are listed as to a guest."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == LIST and call.caller.session.pkid is not None:
            call.caller = Caller(self.guest(), call.caller.session)
        return super().run(entry, call, params)


@mutant("pictures-told-without-their-folder", "JRN-13", "JRN-16")
class PicturesToldWithoutTheirFolder(Gallery):
    """The addresses of photos in a list lack where the gallery keeps them."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.requested("method") == IMAGES:
            response.set_data(response.get_data().replace(b"upload\\/", b"").replace(b"i.php?\\/", b"pictures\\/"))
        return response


@mutant("search-with-a-key-in-names-of-files-alone", "JRN-16")
class SearchWithAKeyInNamesOfFilesAlone(Gallery):
    """A search with a key does not look at the titles of photos."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == "pwg.images.search" and call.caller.by_header:
            words = params["query"].casefold()
            result["images"][:] = [row for row in result["images"] if words in row["file"].casefold()]
        return result


@mutant("duplicate-told-as-true", "JRN-19")
class DuplicateToldAsTrue(Gallery):
    """Asked for photos by their sums a gallery says that they are there, and not which they are."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        return {md5: True if known else None for md5, known in result.items()} if _is(self, call, EXIST) else result


@mutant("tags-of-an-upload-lost", "JRN-19")
class TagsOfAnUploadLost(Gallery):
    """The tags that are sent along with a photo are not put on it."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        checked = super().check_parameters(call, signature, given)
        return {**checked, "tags": None} if signature.name == ADD_SIMPLE else checked


@mutant("key-beside-its-own-cookie-refused", "JRN-22", also=("JRN-23", "JRN-24"))
class KeyBesideItsOwnCookieRefused(Gallery):
    """Who is logged in already, and sends a key, is refused."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and session.user_id is not None:
            raise self.refuse_key()
        return caller


@mutant("size-of-a-chunk-not-told-to-a-key", "JRN-22", also=("JRN-23", "JRN-24"))
class SizeOfAChunkNotToldToAKey(Gallery):
    """A key is not told how large a chunk of a file may be."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if _is(self, call, "pwg.session.getStatus") and call.caller.by_header:
            result.pop("upload_form_chunk_size", None)
        return result


@mutant("cookie-of-an-upload-for-uploads-alone", "JRN-25")
class CookieOfAnUploadForUploadsAlone(Gallery):
    """The session that an upload opens with its login is good for uploads, and a guest's for all else."""

    def session_caller(self, session: Session) -> Caller:
        caller = super().session_caller(session)
        return Caller(self.guest(), session) if caller.connected_with == ASYNC else caller

    def upload_caller(self, call: Call, caller: Caller) -> Caller:
        uploads = super().upload_caller(call, caller)
        user = self.store.users.get(uploads.session.user_id or 0)
        return uploads if user is None or uploads is caller else Caller(user, uploads.session, ASYNC)


@mutant("any-authorization-is-a-key", "JRN-31", also=("HDR-02", "JRN-32", "JRN-33"))
class AnyAuthorizationIsAKey(Gallery):
    """What stands in Authorization, which is for others, is taken for a bad key."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        if "Authorization" in call.headers:
            raise self.refuse_key()
        return super().header_caller(call, session)


@mutant("lounge-emptied-for-albums-that-are-old", "JRN-34", "JRN-37", also=("JRN-01",))
class LoungeEmptiedForAlbumsThatAreOld(Gallery):
    """When all is uploaded photos are put into the albums that had photos before, and into no new one."""

    def empty_lounge(self) -> list[dict[str, str]]:
        for photo in self.store.photos.values():
            photo.lounge = [number for number in photo.lounge if self.photos_in([number])]
        return super().empty_lounge()


@mutant("title-of-a-photo-filled-in-alone", "JRN-34", "JRN-37", also=("JRN-01",))
class TitleOfAPhotoFilledInAlone(Gallery):
    """What a photo is called is changed where it has no title yet, whatever is asked for."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        checked = super().check_parameters(call, signature, given)
        filled = signature.name == "pwg.images.setInfo" and call.caller.by_header
        return {**checked, "single_value_mode": "fill_if_empty"} if filled else checked


@mutant("new-title-shown-to-its-owner-alone", "JRN-37")
class NewTitleShownToItsOwnerAlone(Gallery):
    """What a key changes of a photo, visitors are shown as it was."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._old: dict[int, str | None] = {}

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if _is(self, call, "pwg.images.setInfo") and params["image_id"] in self.store.photos:
            self._old[params["image_id"]] = self.store.photos[params["image_id"]].name
        result = super().run(entry, call, params)
        if _is(self, call, "pwg.images.getInfo") and call.caller.is_guest:
            result["name"] = self._old.get(result["id"], result["name"])
        return result
