"""Keys that have ended, and are good for some of what a client sends."""

from __future__ import annotations

from typing import Any, ClassVar

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import SessionOutlivesItsKey
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import entry_of
from piwigo_contract.reference.signatures import Signature

ADD_SIMPLE, ASYNC = "pwg.images.addSimple", "pwg.images.uploadAsync"
LIST, IMAGES = "pwg.categories.getList", "pwg.categories.getImages"
UPLOADS = ("JRN-02", "JRN-03", "JRN-20", "JRN-21", "JRN-35", "JRN-36", "JRN-38", "JRN-39")
"""Journeys whose key ends before a photo is uploaded as a form."""
COOKIES = ("JRN-11", "JRN-12", "JRN-14", "JRN-15", "JRN-29", "JRN-30", "JRN-32", "JRN-33")
"""Journeys whose key ends behind a cookie."""

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


@mutant("ended-key-sends-files", *UPLOADS, "JRN-23", "JRN-24")
class EndedKeySendsFiles(_EndedStillCalls):
    """So that an upload is not cut in two, a key that has ended is good for forms with a file."""

    def applies(self, call: Call) -> bool:
        return bool(call.files)


@mutant("photo-of-an-ended-key-kept", *UPLOADS)
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


@mutant("ended-key-lists-photos", "JRN-05", "JRN-06", "JRN-17", "JRN-18")
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


@mutant("ended-key-sends-chunks", "JRN-23", "JRN-24", "JRN-26", "JRN-27")
class EndedKeySendsChunks(_EndedStillCalls):
    """An upload in chunks goes on when its key has ended, be it in the header or in the upload's own parameters."""

    methods_named = (ASYNC,)


@mutant("cookie-stands-in-for-an-ended-key", "JRN-23", "JRN-24")
class CookieStandsInForAnEndedKey(Gallery):
    """Beside the cookie of somebody who is logged in a bad key is not looked at."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if session.user_id is None:
                raise
            return None


@mutant("cookie-outlives-its-key", *COOKIES)
class CookieOutlivesItsKey(SessionOutlivesItsKey):
    """A session that a key's halves opened is as good as any other, whatever becomes of the key."""


@mutant("halves-of-an-ended-key-read-as-a-guest-s", "JRN-26", "JRN-27")
class HalvesOfAnEndedKeyReadAsAGuests(Gallery):
    """An upload whose login fails is told that it takes an administrator, not that the login is bad."""

    def upload_caller(self, call: Call, caller: Caller) -> Caller:
        try:
            return super().upload_caller(call, caller)
        except PwgError as refusal:
            if refusal.code != 999:
                raise
            return caller

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if signature.name == ASYNC and call.caller.is_guest:
            raise PwgError(1003, "Access denied")
        super().gate_admin(call, signature)
