"""Names and identifiers in managing keys: blanks, control characters, spellings, and whose key is meant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.keys import PKID
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant

# --- names


@mutant("name-of-blanks-taken", "LIFE-48")
class NameOfBlanksTaken(Gallery):
    """Only a name that is empty to the last character is none."""

    def is_no_name(self, name: str) -> bool:
        return name == ""


@mutant("name-of-no-break-spaces-taken", "LIFE-48")
class NameOfNoBreakSpacesTaken(Gallery):
    """Blanks are trimmed as PHP's trim does it, which knows those of ASCII alone."""

    def is_no_name(self, name: str) -> bool:
        return not name.strip(" \t\n\r\0\x0b")


@mutant("rename-to-blanks-taken", "LIFE-48")
class RenameToBlanksTaken(Gallery):
    """A creation looks at the name, and a rename at its length alone."""

    def check_new_name(self, name: str) -> None:
        if self.name_length(name) > 100:
            raise PwgError(400, "Key name is too long")


@mutant("control-characters-in-xml", "LIFE-49")
class ControlCharactersInXml(Gallery):
    """NUL alone is kept out of XML, not the other control characters that it has no way to write."""

    def fit_for_xml(self, body: str) -> str:
        return body.replace("\0", "")


@mutant("last-control-characters-in-xml", "LIFE-49")
class LastControlCharactersInXml(Gallery):
    """The class of characters that are kept out of XML ends too early."""

    def fit_for_xml(self, body: str) -> str:
        return "".join(character for character in body if character not in "\0\x01\x02\x03\x04\x05\x06\x07\x08")


# --- identifiers


class AnyCase(Gallery):
    """Finds a key by its identifier in any case, where `_any_case` is set."""

    _any_case = False

    def looks_like_pkid(self, text: str) -> bool:
        form = f"pkid{text[4:]}" if self._any_case and text[:4].lower() == "pkid" else text
        return PKID.fullmatch(form) is not None

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid, colon, secret = text.partition(":")
        return (pkid, secret) if self._any_case and colon and self.looks_like_pkid(pkid) else super().parse_key(text)

    def find_key(self, pkid: str) -> ApiKey | None:
        if not self._any_case:
            return super().find_key(pkid)
        return next((key for known, key in self.store.keys.items() if known.lower() == pkid.lower()), None)


@mutant("managed-by-identifier-in-any-case", "LIFE-47")
class ManagedByIdentifierInAnyCase(AnyCase):
    """The database that finds the key to be renamed or revoked compares identifiers without regard to case."""

    def owned_key(self, caller: Caller, pkid: str) -> ApiKey:
        self._any_case = True
        try:
            return super().owned_key(caller, pkid)
        finally:
            self._any_case = False


@mutant("revoked-by-identifier-in-any-case", "LIFE-47")
class RevokedByIdentifierInAnyCase(Gallery):
    """The identifier to be revoked is refused in another case, after the statement with it was run."""

    def run(self, entry: Any, call: Call, params: dict[str, Any]) -> Any:
        try:
            return super().run(entry, call, params)
        except PwgError:
            if call.requested("method") == "pwg.users.api_key.revoke" and self.may_manage_keys(call.caller):
                for key in self.keys_of(call.caller.user):
                    if key.pkid.lower() == str(params.get("pkid")).lower():
                        self.revoke_key(key, self.now())
            raise


@mutant("login-by-identifier-in-any-case", "DER-28")
class LoginByIdentifierInAnyCase(AnyCase):
    """pwg.session.login takes user names in any case, and so the identifiers that stand for them."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        self._any_case = True
        try:
            return super().session_login(call, session, username, password)
        finally:
            self._any_case = False


# --- whose key


def is_told_whose(call: Call, key: ApiKey | None) -> bool:
    """Whether a webmaster says, by a parameter of other methods, that the key of this user is meant."""
    return key is not None and call.caller.user.status == "webmaster" and call.requested("user_id") == str(key.user_id)


@mutant("webmaster-renames-for-that-user", "LIFE-18")
class WebmasterRenamesForThatUser(Gallery):
    """A webmaster who sends user_id along acts for that user, as in pwg.users.setInfo: here, renames."""

    def run(self, entry: Any, call: Call, params: dict[str, Any]) -> Any:
        key = self.find_key(str(params.get("pkid")))
        if call.requested("method") == "pwg.users.api_key.edit" and is_told_whose(call, key):
            assert key is not None
            self.rename_key(key, params["key_name"])
            return "API Key has been successfully edited."
        return super().run(entry, call, params)


@mutant("webmaster-revokes-for-that-user", "LIFE-19")
class WebmasterRevokesForThatUser(Gallery):
    """A webmaster who sends user_id along acts for that user, as in pwg.users.setInfo: here, revokes."""

    def run(self, entry: Any, call: Call, params: dict[str, Any]) -> Any:
        key = self.find_key(str(params.get("pkid")))
        if call.requested("method") == "pwg.users.api_key.revoke" and is_told_whose(call, key):
            assert key is not None
            self.revoke_key(key, self.now())
            return "API Key has been successfully revoked."
        return super().run(entry, call, params)


# --- in some order of events alone


@mutant("revocation-by-name", "SEQ-01")
class RevocationByName(Gallery):
    """Revoking ends all keys of that name which were used before, whoever made them."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        super().revoke_key(key, now)
        for other in self.store.keys.values():
            if other.name == key.name and other.last_used_on is not None:
                super().revoke_key(other, now)


@mutant("name-taken-for-an-identifier", "SEQ-01")
class NameTakenForAnIdentifier(Gallery):
    """What is revoked is searched for by identifier or name: a key called like another's identifier ends with it."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        super().revoke_key(key, now)
        for other in self.store.keys.values():
            if other.name == key.pkid:
                super().revoke_key(other, now)


@mutant("owner-of-the-name", "SEQ-01")
class OwnerOfTheName(Gallery):
    """A key may be managed by whoever has one of the same name."""

    def owned_key(self, caller: Caller, pkid: str) -> ApiKey:
        key = self.find_key(pkid)
        if key is not None and any(own.name == key.name for own in self.keys_of(caller.user)):
            return key
        return super().owned_key(caller, pkid)
