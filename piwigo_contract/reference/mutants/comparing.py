"""Secrets and identifiers that are compared in the wrong way."""

from __future__ import annotations

from werkzeug.wrappers import Response

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.keys import PKID, SECRET
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session
from piwigo_contract.reference.mutants.plain import PlainSecrets
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.store import matches

BCRYPT_BYTES = 72


class _InTheHeader(PlainSecrets):
    """A comparison of its own for keys in the header. `alike` is asked where the right comparison fails."""

    _by_header = False

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        self._by_header = True
        try:
            return super().header_caller(call, session)
        finally:
            self._by_header = False

    def alike(self, key: ApiKey, secret: str) -> bool:
        return False

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        return super().secret_matches(key, secret) or (self._by_header and self.alike(key, secret))


# --- unknown and wrong


@mutant("unknown-key-is-a-guest", "REJ-01")
class UnknownKeyIsAGuest(Gallery):
    """A key that is not found counts as none: the request goes on as a guest's."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        value = self.read_key_header(call)
        halves = self.parse_key(value) if value else None
        if halves is not None and self.find_key(halves[0]) is None:
            return None
        return super().header_caller(call, session)


@mutant("refusal-with-status-200", "REJ-01")
class RefusalWithStatus200(Gallery):
    """A bad key is refused in the envelope alone: the HTTP status says 200."""

    def status_of(self, result: object) -> int:
        refused = isinstance(result, PwgError) and result.message == "Invalid api_key"
        return 200 if refused else super().status_of(result)


@mutant("bcrypt-of-the-whole-key", "REJ-02")
class BcryptOfTheWholeKey(_InTheHeader):
    """Identifier and secret are hashed together by bcrypt, which takes no notice of what is beyond 72 bytes."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return (key.pkid + ":" + secret)[:BCRYPT_BYTES] == (key.pkid + ":" + self.plain[key.pkid])[:BCRYPT_BYTES]


@mutant("first-character-of-the-secret-skipped", "REJ-02")
class FirstCharacterOfTheSecretSkipped(_InTheHeader):
    """An off-by-one: the secret is compared from its second character on."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return secret[1:] == self.plain[key.pkid][1:]


@mutant("wrong-secret-said-to-be-one", "REJ-02", also=("WHO-32",))
class WrongSecretSaidToBeOne(Gallery):
    """Where the identifier exists the refusal says so."""

    def key_caller(self, value: str, session: Session) -> Caller:
        halves = self.parse_key(value)
        key = self.find_key(halves[0]) if halves is not None else None
        if (
            key is not None
            and not self.is_revoked(key)
            and not self.is_expired(key, self.now())
            and not self.key_of(value)
        ):
            raise PwgError(401, "Invalid api_key secret")
        return super().key_caller(value, session)


@mutant("known-identifier-told-by-a-header", "REJ-02", also=("REJ-10", "WHO-32"))
class KnownIdentifierToldByAHeader(Gallery):
    """The count of wrong tries, kept for identifiers that exist, is shown in a header of the refusal."""

    def finish(self, call: Call, response: Response) -> Response:
        halves = self.parse_key(self.read_key_header(call) or "")
        key = self.find_key(halves[0]) if halves is not None else None
        if key is not None and not self.is_revoked(key) and response.status_code == 401:
            response.headers["X-RateLimit-Remaining"] = "9"
        return super().finish(call, response)


@mutant("secret-alone-decides", "REJ-03", also=("WHO-24",))
class SecretAloneDecides(PlainSecrets):
    """A key that is not found by its identifier is looked for by its secret."""

    def key_of(self, text: str) -> ApiKey | None:
        pkid, _, secret = text.partition(":")
        if PKID.fullmatch(pkid) and SECRET.fullmatch(secret) and self.find_key(pkid) is None:
            pkid = next((known for known, kept in self.plain.items() if kept == secret), pkid)
        return super().key_of(f"{pkid}:{secret}")


# --- two keys


@mutant("secret-of-any-key-of-the-owner", "REJ-04", also=("USED-13",))
class SecretOfAnyKeyOfTheOwner(_InTheHeader):
    """The identifier leads to a user, and the secret is compared with those of all that user's keys."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return any(matches(other.secret, secret) for other in self.store.keys.values() if other.user_id == key.user_id)


@mutant("secret-of-any-key-of-anybody", "REJ-04", "REJ-05", also=("USED-13",))
class SecretOfAnyKeyOfAnybody(_InTheHeader):
    """Two look-ups that have nothing to do with one another: is there such an identifier, is there such a secret."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return any(matches(other.secret, secret) for other in self.store.keys.values())


@mutant("secret-of-another-user-s-key", "REJ-05")
class SecretOfAnotherUsersKey(_InTheHeader):
    """A join without its condition: the secret may be that of a key of somebody else."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return any(matches(other.secret, secret) for other in self.store.keys.values() if other.user_id != key.user_id)


# --- almost the same


@mutant("secret-compared-case-insensitively", "REJ-06")
class SecretComparedCaseInsensitively(_InTheHeader):
    """The secret is compared without regard to case."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return secret.lower() == self.plain[key.pkid].lower()


class _AnyLength(_InTheHeader):
    """The halves may have any length."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid, colon, secret = text.partition(":")
        return (pkid, secret) if colon and ":" not in secret else None


@mutant("secret-compared-as-far-as-it-goes", "REJ-07", also=("USED-11", "METH-12"))
class SecretComparedAsFarAsItGoes(_AnyLength):
    """The secret is compared over the length of what was sent, an empty one included."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return self.plain[key.pkid].startswith(secret)


@mutant("identifier-without-its-prefix", "REJ-07")
class IdentifierWithoutItsPrefix(Gallery):
    """The prefix of the identifier may be left out."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        return super().parse_key(text) or super().parse_key(f"p{text}")


@mutant("secret-ends-where-the-kept-one-does", "REJ-08", also=("USED-11", "WIRE-14"))
class SecretEndsWhereTheKeptOneDoes(_AnyLength):
    """What is longer than the kept secret is cut to its length before it is compared."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return secret.startswith(self.plain[key.pkid])


@mutant("identifier-cut-to-its-column", "REJ-08", also=("HDR-07",))
class IdentifierCutToItsColumn(Gallery):
    """The database cuts an identifier that is too long for its column, in silence."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid, colon, secret = text.partition(":")
        return super().parse_key(f"{pkid[:34]}{colon}{secret}")


@mutant("form-of-the-key-searched-not-matched", "REJ-08", also=("HDR-06", "HDR-07", "USED-11", "WIRE-14"))
class FormOfTheKeySearchedNotMatched(Gallery):
    """The pattern has no anchors: it finds a key inside of a longer value."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid, _, secret = text.partition(":")
        found, after = PKID.search(pkid), SECRET.search(secret)
        return (found[0], after[0]) if found and after else None


# --- identifiers


@mutant("identifier-in-any-case", "WHO-24")
class IdentifierInAnyCase(Gallery):
    """The identifier is looked up by a collation that takes no notice of case."""

    def key_of(self, text: str) -> ApiKey | None:
        pkid, colon, secret = text.partition(":")
        known = next((each for each in self.store.keys if each.lower() == pkid.lower()), pkid)
        return super().key_of(f"{known}{colon}{secret}")


@mutant("identifier-alone-opens", "WHO-23", also=("USED-11", "TOK-14"))
class IdentifierAloneOpens(Gallery):
    """Where no secret is sent at all, none is compared."""

    def key_caller(self, value: str, session: Session) -> Caller:
        key = self.store.keys.get(value)
        owner = self.owner_of(key) if key is not None else None
        if key is not None and owner is not None and not self.is_revoked(key):
            return self.caller_with_key(owner, key, session)
        return super().key_caller(value, session)


@mutant("secret-alone-opens", "WHO-23")
class SecretAloneOpens(PlainSecrets):
    """The secret is long enough to be looked for without an identifier."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid = next((known for known, kept in self.plain.items() if kept == text), "")
        return super().parse_key(text) or super().parse_key(f"{pkid}:{text}")


@mutant("token-in-the-header", "WHO-21")
class TokenInTheHeader(Gallery):
    """What looks like a pwg_token in the header is looked for among the sessions' tokens."""

    def key_caller(self, value: str, session: Session) -> Caller:
        for other in self.store.sessions.values():
            if other.user_id is not None and not php.is_empty(value) and self.token_for(other) == value:
                return Caller(self.store.users[other.user_id], session, "api_key", by_header=True)
        return super().key_caller(value, session)
