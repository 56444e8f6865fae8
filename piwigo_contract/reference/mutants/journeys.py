"""Faults that show in what a client sends one call after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry, entry_of
from piwigo_contract.reference.signatures import Signature

ADD_SIMPLE, COMPLETED, LIST = "pwg.images.addSimple", "pwg.images.uploadCompleted", "pwg.categories.getList"
IMAGES = "pwg.categories.getImages"

# --- keys that have ended


class _EndedStillCalls(Gallery):
    """Within some calls it is forgotten to look whether a key has ended."""

    methods_named: ClassVar[tuple[str, ...]] = ()
    within = False

    def applies(self, call: Call) -> bool:
        return call.requested("method") in self.methods_named

    def identify(self, call: Call) -> Caller:
        self.within = self.applies(call)
        try:
            return super().identify(call)
        finally:
            self.within = False

    def is_revoked(self, key: ApiKey) -> bool:
        return not self.within and super().is_revoked(key)

    def is_expired(self, key: ApiKey, now: Any) -> bool:
        return not self.within and super().is_expired(key, now)


@mutant("ended-key-sends-files", "JRN-02", "JRN-03")
class EndedKeySendsFiles(_EndedStillCalls):
    """So that an upload is not cut in two, a key that has ended is good for forms with a file."""

    def applies(self, call: Call) -> bool:
        return bool(call.files)


@mutant("photo-of-an-ended-key-kept", "JRN-02", "JRN-03")
class PhotoOfAnEndedKeyKept(Gallery):
    """A file is kept before it is looked at who sends it: the key is refused, and the photo is there."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if call.requested("method") == ADD_SIMPLE and "image" in call.files:
                params = self.check_parameters(call, self.signature(ADD_SIMPLE), self.parameters(call))
                entry_of(ADD_SIMPLE).function(self, call, params)
            raise


@mutant("ended-key-lists-photos", "JRN-05", "JRN-06")
class EndedKeyListsPhotos(_EndedStillCalls):
    """Photos of an album are listed for a key that has ended."""

    methods_named = (IMAGES,)


@mutant("bad-key-is-a-guest-in-php", "JRN-05", "JRN-06")
class BadKeyIsAGuestInPhp(Gallery):
    """In the format php a bad key is none: what the answer is put into there can't hold the refusal."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if call.format == "php":
                return None
            raise


@mutant("ended-key-lists-albums", "JRN-08", "JRN-09")
class EndedKeyListsAlbums(_EndedStillCalls):
    """Albums are listed for a key that has ended."""

    methods_named = (LIST,)


# --- what clients count on


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


@mutant("parameters-of-a-keyed-get-lost", "JRN-01", "JRN-04")
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
class FormatAmongFormFieldsNotRead(Gallery):
    """The format is read from the query alone."""

    def identify(self, call: Call) -> Caller:
        call.format_in_body = False
        return super().identify(call)


@mutant("key-beside-a-format-field-not-read", "JRN-07")
class KeyBesideAFormatFieldNotRead(Gallery):
    """Where the format stands among the form fields, albums are listed as to a guest."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == LIST and "format" in call.post:
            call.caller = Caller(self.guest(), call.caller.session)
        return super().run(entry, call, params)
