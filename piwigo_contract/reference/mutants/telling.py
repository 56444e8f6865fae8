"""Faults in what the gallery says of a caller and to it, and in the doors beside the header."""

from __future__ import annotations

import dataclasses
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.signatures import Signature


@mutant("key-not-told-in-the-status", "HDR-15")
class KeyNotToldInTheStatus(Gallery):
    """A request with a key is let in, but nothing says that it was by the key."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        return dataclasses.replace(super().caller_with_key(owner, key, session), connected_with=None)


@mutant("upload-takes-no-key", "DER-29")
class UploadTakesNoKey(Gallery):
    """pwg.images.uploadAsync takes the password of a person, and not the halves of a key."""

    def upload_caller(self, call: Call, caller: Caller) -> Caller:
        if self.looks_like_pkid(str(call.post.get("username", ""))):
            raise PwgError(999, "Invalid username/password")
        return super().upload_caller(call, caller)


# --- a key that may not, and a key that is none


@mutant("forbidden-in-the-words-of-a-bad-key", "FORB-31")
class ForbiddenInTheWordsOfABadKey(Gallery):
    """A method of the list is denied as if the key were none."""

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        try:
            super().gate_forbidden(call, signature)
        except PwgError as denied:
            raise self.refuse_key() from denied


@mutant("no-administrator-in-the-words-of-a-bad-key", "FORB-31")
class NoAdministratorInTheWordsOfABadKey(Gallery):
    """A key of no administrator is answered by a method for administrators as if it were none."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        try:
            super().gate_admin(call, signature)
        except PwgError as denied:
            raise self.refuse_key() if call.caller.by_header else denied from denied


@mutant("login-with-a-key-in-the-words-of-a-bad-key", "FORB-31")
class LoginWithAKeyInTheWordsOfABadKey(Gallery):
    """A login with a key in the header is denied as if the key were none."""

    def no_login_with_key(self) -> PwgError:
        return self.refuse_key()


@mutant("every-401-in-xmlrpc-alike", "FORB-31", also=("FMT-34",))
class Every401InXmlrpcAlike(Gallery):
    """In XML-RPC all of HTTP 401 has the same words."""

    def encode(self, format_name: str, result: Any) -> str:
        if format_name == "xmlrpc" and isinstance(result, PwgError) and result.code == 401:
            result = self.refuse_key()
        return super().encode(format_name, result)


@mutant("webmasters-key-refused-in-xml", "FORB-03", also=("FORB-31", "FMT-01", "FMT-02", "FMT-06", "USED-04"))
class WebmastersKeyRefusedInXml(Gallery):
    """No webmaster's key is good in XML: what is asked for there is refused, denied or not."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and caller.user.status == "webmaster" and call.format == "rest":
            raise self.refuse_key()
        return caller
