"""Keys that have ended, and are let in where nobody thought of it: one method, a file, a session beside them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session
from piwigo_contract.reference.mutants.expiry import AtTheDoor
from piwigo_contract.reference.mutants.methods import named
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.mutants.revocation import BadKeyHeardFirst

# --- in one method


@mutant("expired-key-adds-tags", "METH-31", also=("END-43", "GEN-11", "METH-32"))
class ExpiredKeyAddsTags(AtTheDoor):
    """One method, which is thought to be harmless, is not asked whether the key has expired."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return named(call) == "pwg.tags.add"


@mutant("expired-key-uploads-in-chunks", "METH-31", "END-43", also=("GEN-11", "METH-32"))
class ExpiredKeyUploadsInChunks(AtTheDoor):
    """A key that expires during an upload in chunks is let finish it, whenever the upload began."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return named(call) == "pwg.images.uploadAsync"


@mutant("expired-key-reads-lists-by-get", "END-02", also=("END-05", "GEN-11", "METH-31"))
class ExpiredKeyReadsListsByGet(AtTheDoor):
    """Whether a key has expired is looked up where something may be written, and not for a list read by GET."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return call.verb == "GET" and named(call).endswith("getList")


@mutant("expired-key-told-so-by-one-method", "METH-31", also=("METH-32", "GEN-11"))
class ExpiredKeyToldSoByOneMethod(Gallery):
    """One method tells that the key has expired, where all others refuse it as unknown."""

    def refuse_key(self) -> PwgError:
        return PwgError(401, "api_key expired") if self._method == "pwg.images.search" else super().refuse_key()

    _method = ""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        halves = self.parse_key(self.read_key_header(call) or "")
        key = self.find_key(halves[0]) if halves else None
        self._method = named(call) if key is not None and self.is_expired(key, self.now()) else ""
        return super().header_caller(call, session)


@mutant("expired-key-heard-beside-a-name", "GEN-11", also=("METH-31",))
class ExpiredKeyHeardBesideAName(AtTheDoor):
    """Where a thing is named among the parameters the key's expiry is not looked at."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return "name" in call.post or "name" in call.get


@mutant("expired-key-heard-for-many-parameters", "GEN-11")
class ExpiredKeyHeardForManyParameters(AtTheDoor):
    """A call that asks for much is answered from a cache, by all that it asks for and not by who asks."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return len({**call.get, **call.post}) > 6


@mutant("expired-key-heard-for-a-list-of-photos", "GEN-11")
class ExpiredKeyHeardForSeveral(AtTheDoor):
    """A call for several things is many calls to the gallery, of which only the first asks whether the key is good."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return any(isinstance(value, list) for value in {**call.get, **call.post}.values())


# --- with a file


@mutant("expired-key-with-a-file", "METH-32", "END-42", "END-43")
class ExpiredKeyWithAFile(AtTheDoor):
    """A request with a file is taken for a part of an upload that began while the key was good."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return bool(call.files)


@mutant("expired-key-with-a-file-for-one-method", "METH-32")
class ExpiredKeyWithAFileForOneMethod(AtTheDoor):
    """Where chunks may come with any method of photos, expiry is not looked at for one that brings a file."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return bool(call.files) and named(call) == "pwg.images.exist"


@mutant("expired-key-with-a-file-is-none", "METH-32", "END-42", also=("END-43",))
class ExpiredKeyWithAFileIsNone(Gallery):
    """A form with a file and a key that has expired is a guest's, so that the upload can end in words of its own."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if call.files:
                return None
            raise


class _RevokedAtTheDoor(Gallery):
    """Revocation is judged in its own way where a key is used."""

    _call: Call | None = None

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        self._call = call
        try:
            return super().header_caller(call, session)
        finally:
            self._call = None

    def still_good(self, key: ApiKey, call: Call) -> bool:
        """Whether a key that is revoked is let in nevertheless."""
        return False

    def is_revoked(self, key: ApiKey) -> bool:
        return super().is_revoked(key) and not (self._call is not None and self.still_good(key, self._call))


@mutant("revoked-key-with-a-file", "END-41", also=("WRITE-09",))
class RevokedKeyWithAFile(_RevokedAtTheDoor):
    """A request with a file is taken for a part of an upload that began before the revocation."""

    def still_good(self, key: ApiKey, call: Call) -> bool:
        return bool(call.files)


@mutant("revoked-key-reads-with-a-file", "END-41")
class RevokedKeyReadsWithAFile(_RevokedAtTheDoor):
    """Status and albums are told to who is about to upload, and shows it by a file, whatever the key."""

    def still_good(self, key: ApiKey, call: Call) -> bool:
        return bool(call.files) and named(call).startswith(("pwg.session.", "pwg.categories.get"))


@mutant("revoked-key-with-a-file-has-its-parameters-judged", "END-41", also=("WRITE-09",))
class RevokedKeyWithAFileHasItsParametersJudged(BadKeyHeardFirst):
    """What is wrong with a form with a file is told before its key is looked at."""

    def has_ended(self, key: ApiKey) -> bool:
        return self.is_revoked(key)

    def prepare(self, call: Call, key: ApiKey) -> None:
        if call.files:
            self.judge_parameters(call)


# --- in every write


class _DoneFirst(BadKeyHeardFirst):
    """A write with an expired key is done, and then refused."""

    done: tuple[str, ...] = ()

    def has_ended(self, key: ApiKey) -> bool:
        return self.is_expired(key, self.now())

    def prepare(self, call: Call, key: ApiKey) -> None:
        if not self.done or named(call) in self.done:
            with suppress(PwgError):
                self.do_it(call, key)


@mutant("expired-key-s-call-done-first", "END-43", also=("END-09",))
class ExpiredKeysCallDoneFirst(_DoneFirst):
    """The expiry of a key is looked at when the log is written, after the call."""


@mutant("expired-key-s-photo-described-first", "END-43")
class ExpiredKeysPhotoDescribedFirst(_DoneFirst):
    """Of the methods for photos one looks at the expiry last."""

    done = ("pwg.images.setInfo",)


@mutant("expired-key-s-favourite-kept-first", "END-43")
class ExpiredKeysFavouriteKeptFirst(_DoneFirst):
    """What is the owner's own is written before the expiry is looked at."""

    done = ("pwg.users.favorites.add", "pwg.caddie.add")


# --- beside a session


@mutant("revoked-key-beside-its-owner-s-session", "END-44")
class RevokedKeyBesideItsOwnersSession(_RevokedAtTheDoor):
    """Where the owner is logged in a revoked key is let in: it is the owner who asks, after all."""

    def still_good(self, key: ApiKey, call: Call) -> bool:
        return self.open_session(call).user_id == key.user_id


@mutant("revoked-key-beside-any-cookie-is-none", "END-44", also=("WHO-30",))
class RevokedKeyBesideAnyCookieIsNone(Gallery):
    """Beside a cookie a key that is not good is passed over, and the cookie says who asks."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        halves = self.parse_key(self.read_key_header(call) or "")
        key = self.find_key(halves[0]) if halves else None
        return (
            None if call.cookies and key is not None and self.is_revoked(key) else super().header_caller(call, session)
        )


@mutant("revoked-key-reads-by-get-beside-a-session", "END-44")
class RevokedKeyReadsByGetBesideASession(_RevokedAtTheDoor):
    """A GET with a cookie is answered from what the session may see, and its key is not looked up again."""

    def still_good(self, key: ApiKey, call: Call) -> bool:
        return bool(call.cookies) and call.verb == "GET"


@mutant("expired-key-beside-its-owner-s-session", "END-45")
class ExpiredKeyBesideItsOwnersSession(AtTheDoor):
    """Where the owner is logged in an expired key is let in: it is the owner who asks, after all."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return self.open_session(call).user_id == key.user_id


@mutant("expired-key-beside-a-visitor-s-session", "END-45")
class ExpiredKeyBesideAVisitorsSession(AtTheDoor):
    """A session that was opened while the key was good is not asked again whether it still is."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return bool(call.cookies) and self.open_session(call).user_id is None


@mutant("expired-key-writes-beside-a-session", "END-45")
class ExpiredKeyWritesBesideASession(AtTheDoor):
    """What is written for a user beside that user's cookie is taken for the user's own doing."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return bool(call.cookies) and named(call).startswith("pwg.users.")
