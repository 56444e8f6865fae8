"""Faults in what the gallery says of a caller, and in the doors beside the header."""

from __future__ import annotations

import dataclasses

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant


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
