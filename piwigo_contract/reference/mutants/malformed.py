"""Parsers and look-ups that are lax about a malformed key, each in a way of its own."""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase
from urllib.parse import unquote

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.http_rules import HttpRules
from piwigo_contract.reference.keys import PKID, SECRET
from piwigo_contract.reference.model import ApiKey, Caller, FatalError, Session
from piwigo_contract.reference.mutants.plain import PlainSecrets
from piwigo_contract.reference.mutants.registry import mutant

PREFIX, DATE = slice(0, 5), slice(5, 13)


class _Reader(Gallery):
    """A parser that makes something else of a value before it looks for the documented form.

    `reading` gives what the value may stand for, the best guess first; the value itself is always tried.
    """

    def reading(self, text: str) -> Iterable[str]:
        return ()

    def parse_key(self, text: str) -> tuple[str, str] | None:
        for guess in (text, *self.reading(text)):
            halves = super().parse_key(guess)
            if halves is not None:
                return halves
        return None


class _Lookup(PlainSecrets):
    """Halves of any form, each compared in a way of its own where the right comparison fails."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid, _, secret = text.partition(":")
        return pkid, secret

    def same_identifier(self, known: str, pkid: str) -> bool:
        return False

    def same_secret(self, plain: str, secret: str) -> bool:
        return False

    def find_key(self, pkid: str) -> ApiKey | None:
        found = super().find_key(pkid)
        return found or next((key for known, key in self.store.keys.items() if self.same_identifier(known, pkid)), None)

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        return super().secret_matches(key, secret) or self.same_secret(self.plain[key.pkid], secret)


def _text(value: str) -> str:
    """A header's value, which arrives as Latin-1, read as UTF-8."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace")


# --- a character of the secret


@mutant("secret-compared-at-its-ends", "MAL-01")
class SecretComparedAtItsEnds(_Lookup):
    """Of a secret what lists show of it is compared: its first and its last eight characters."""

    def same_secret(self, plain: str, secret: str) -> bool:
        return SECRET.fullmatch(secret) is not None and (secret[:8], secret[-8:]) == (plain[:8], plain[-8:])


@mutant("one-missing-character-forgiven", "MAL-02", also=("MAL-12", "REJ-07", "USED-11", "DER-02", "DER-04", "METH-12"))
class OneMissingCharacterForgiven(_Lookup):
    """Secrets are compared by likeness, for those who lost a character in copying."""

    def same_secret(self, plain: str, secret: str) -> bool:
        return any(plain[:at] + plain[at + 1 :] == secret for at in range(len(plain)))


@mutant("repeated-characters-squeezed", "MAL-03")
class RepeatedCharactersSqueezed(_Lookup):
    """A character that is repeated, as by a key that stuck, counts once."""

    def same_secret(self, plain: str, secret: str) -> bool:
        return _squeezed(plain) == _squeezed(secret) and len(secret) > len(plain)


def _squeezed(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)


@mutant("first-letter-may-be-a-capital", "MAL-07")
class FirstLetterMayBeACapital(_Lookup):
    """Telephones write the first letter of a text as a capital: either case of it will do."""

    def same_secret(self, plain: str, secret: str) -> bool:
        at = next((at for at, character in enumerate(plain) if character.isalpha()), 0)
        return plain[:at] + plain[at].swapcase() + plain[at + 1 :] == secret


# --- the identifier


@mutant("identifier-looked-up-with-like", "MAL-04", also=("MAL-17", "MAL-22"))
class IdentifierLookedUpWithLike(_Lookup):
    """The identifier is looked up with LIKE, so that an underscore stands for any character."""

    def same_identifier(self, known: str, pkid: str) -> bool:
        return fnmatchcase(known, re.sub(r"[*?\[]", "", pkid).replace("_", "?").replace("%", "*"))


@mutant("hyphens-of-the-identifier-don-t-count", "MAL-05", also=("MAL-06", "MAL-22"))
class HyphensOfTheIdentifierDontCount(_Lookup):
    """The identifier is compared without its hyphens."""

    def same_identifier(self, known: str, pkid: str) -> bool:
        return known.replace("-", "") == pkid.replace("-", "")


@mutant("identifier-squeezed", "MAL-06", also=("MAL-05", "MAL-22"))
class IdentifierSqueezed(_Lookup):
    """Identifiers are normalised before the look-up: what is repeated counts once."""

    def same_identifier(self, known: str, pkid: str) -> bool:
        return _squeezed(known) == _squeezed(pkid)


@mutant("date-of-the-identifier-doesn-t-count", "MAL-11", also=("MAL-04", "MAL-05", "MAL-06", "MAL-16", "MAL-22"))
class DateOfTheIdentifierDoesntCount(_Lookup):
    """The date is only for people to read: a key is found by what comes after it."""

    def same_identifier(self, known: str, pkid: str) -> bool:
        return pkid.startswith(known[PREFIX]) and pkid.endswith(known[13:])


@mutant(
    "identifier-found-by-its-first-half", "MAL-22", also=("MAL-04", "MAL-05", "MAL-06", "MAL-12", "MAL-13", "MAL-16")
)
class IdentifierFoundByItsFirstHalf(_Lookup):
    """The index has the first 18 characters of the identifier, and the rest is not looked at."""

    def same_identifier(self, known: str, pkid: str) -> bool:
        return known[:18] == pkid[:18] and pkid[18:].isalnum()


# --- the colon


@mutant("halves-split-at-any-sign", "MAL-08", also=("MAL-10", "MAL-21", "HDR-06", "HDR-07"))
class HalvesSplitAtAnySign(_Reader):
    """The halves are what is left and right of the first character that is no letter, digit or hyphen."""

    def reading(self, text: str) -> Iterable[str]:
        yield re.sub(r"^([A-Za-z0-9-]+)[^A-Za-z0-9-]+([A-Za-z0-9]+)$", r"\1:\2", text)


@mutant("colon-look-alikes-understood", "MAL-08", also=("HDR-07",))
class ColonLookAlikesUnderstood(_Reader):
    """Colons of other scripts are understood, for keys that went through a word processor."""

    def reading(self, text: str) -> Iterable[str]:
        yield re.sub("[\N{FULLWIDTH COLON}\N{RATIO}\N{MODIFIER LETTER COLON}]", ":", _text(text))


@mutant("halves-cut-by-length", "MAL-09", also=("MAL-08", "MAL-10"))
class HalvesCutByLength(_Reader):
    """Colons are taken out, and the halves are cut by their length."""

    def reading(self, text: str) -> Iterable[str]:
        bare = text.replace(":", "")
        yield f"{bare[:34]}:{bare[34:]}"


@mutant("empty-parts-between-colons-dropped", "MAL-10", also=("MAL-08", "MAL-13", "MAL-14"))
class EmptyPartsBetweenColonsDropped(_Reader):
    """The value is split at colons, and parts that are empty are dropped."""

    def reading(self, text: str) -> Iterable[str]:
        yield ":".join(part for part in text.split(":") if part)


# --- too short, too long, in between


@mutant("secret-compared-as-far-as-sent", "MAL-12", also=("MAL-02", "MAL-17", "MAL-18", "MAL-09", "MAL-21"))
class SecretComparedAsFarAsSent(_Lookup):
    """As many characters of the secret are compared as were sent."""

    def same_secret(self, plain: str, secret: str) -> bool:
        return secret != "" and plain.startswith(secret)


@mutant("prefix-of-the-identifier-needless", "MAL-12", also=("MAL-05", "MAL-22"))
class PrefixOfTheIdentifierNeedless(_Reader):
    """The letters before the identifier's date may be left out."""

    def reading(self, text: str) -> Iterable[str]:
        yield "pkid-" + text


@mutant(
    "key-found-inside-of-other-text",
    "MAL-13",
    also=("MAL-08", "MAL-10", "MAL-14", "MAL-17", "MAL-18", "MAL-19", "MAL-20", "MAL-21", "MAL-16"),
)
class KeyFoundInsideOfOtherText(_Reader):
    """The pattern for a key is not anchored: it is found wherever it stands."""

    def reading(self, text: str) -> Iterable[str]:
        found = re.search(f"{PKID.pattern}:{SECRET.pattern}", text)
        yield found[0] if found else ""


@mutant("overlong-value-cut", "MAL-14")
class OverlongValueCut(_Reader):
    """A value of more than 255 characters is cut to the length of a key."""

    def reading(self, text: str) -> Iterable[str]:
        yield text[:75] if len(text) > 255 else ""


# --- encodings


@mutant("value-percent-decoded-again", "MAL-15", also=("MAL-08",))
class ValuePercentDecodedAgain(_Reader):
    """The value is percent-decoded, as one of a form would have been."""

    def reading(self, text: str) -> Iterable[str]:
        yield unquote(text)


@mutant("value-base64-decoded", "MAL-15")
class ValueBase64Decoded(_Reader):
    """A value in base64 is decoded, as for Basic credentials."""

    def reading(self, text: str) -> Iterable[str]:
        try:
            yield base64.b64decode(text, validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            return


@mutant("digits-of-any-script", "MAL-16")
class DigitsOfAnyScript(_Reader):
    """The date is read as a number, and digits of every script are digits."""

    def reading(self, text: str) -> Iterable[str]:
        text = _text(text)
        date = text[DATE]
        yield text[PREFIX] + str(int(date)) + text[13:] if date.isdecimal() else ""


@mutant("invisible-characters-dropped", "MAL-16")
class InvisibleCharactersDropped(_Reader):
    """Zero-width spaces, soft hyphens and combining marks are dropped, as they come from web pages."""

    def reading(self, text: str) -> Iterable[str]:
        yield "".join(each for each in _text(text) if unicodedata.category(each) not in ("Cf", "Mn"))


# --- meant for something else


@mutant("quote-in-the-identifier-breaks-the-query", "MAL-17", also=("MAL-13", "MAL-18", "MAL-22", "MAL-24", "FMT-14"))
class QuoteInTheIdentifierBreaksTheQuery(_Lookup):
    """The identifier gets into the query as it came: a quote in it makes a fatal error of the request."""

    def find_key(self, pkid: str) -> ApiKey | None:
        if "'" in pkid:
            raise FatalError("You have an error in your SQL syntax", 500)
        return super().find_key(pkid)


@mutant("secret-may-have-wildcards", "MAL-17")
class SecretMayHaveWildcards(_Lookup):
    """The secret is compared by the database, with LIKE."""

    def same_secret(self, plain: str, secret: str) -> bool:
        return fnmatchcase(plain, re.sub(r"[*?\[]", "", secret).replace("_", "?").replace("%", "*"))


@mutant("json-understood", "MAL-18")
class JsonUnderstood(_Reader):
    """A value that is JSON is decoded: a text, a pair, or an object with both halves."""

    def reading(self, text: str) -> Iterable[str]:
        try:
            given = json.loads(text)
        except ValueError:
            return
        parts = given.values() if isinstance(given, dict) else given if isinstance(given, list) else [given]
        yield ":".join(map(str, parts))


@mutant("true-equals-every-secret", "MAL-18")
class TrueEqualsEverySecret(_Lookup):
    """The secret is decoded as JSON and compared loosely: true equals every text."""

    def same_secret(self, plain: str, secret: str) -> bool:
        return secret == "true"


@mutant("scheme-word-dropped", "MAL-19")
class SchemeWordDropped(_Reader):
    """A word such as Bearer before the key is dropped."""

    def reading(self, text: str) -> Iterable[str]:
        yield re.sub(r"^[A-Za-z-]+ +", "", text)


@mutant("first-good-one-of-several-keys", "MAL-20")
class FirstGoodOneOfSeveralKeys(Gallery):
    """The value is a list of keys, as in many a header, and the first good one counts."""

    def key_of(self, text: str) -> ApiKey | None:
        found = (super(FirstGoodOneOfSeveralKeys, self).key_of(part) for part in re.split("[,;] *", text))
        return next((key for key in found if key is not None), None)


@mutant("control-characters-stripped", "MAL-21")
class ControlCharactersStripped(_Reader):
    """Control characters are taken out before the value is looked at."""

    def reading(self, text: str) -> Iterable[str]:
        yield re.sub(r"[\x00-\x1f\x7f]", "", text)


class _LetsNulThrough(HttpRules):
    def line(self, line: bytes) -> bytes:
        return line.removesuffix(b"\n").removesuffix(b"\r")


@mutant("value-ends-at-a-nul", "MAL-21")
class ValueEndsAtANul(_Reader):
    """The value is a C string: it ends at the first NUL."""

    http = _LetsNulThrough()

    def reading(self, text: str) -> Iterable[str]:
        yield text.partition("\0")[0]


# --- made up


@mutant("keys-of-old-releases-trusted", "MAL-23")
class KeysOfOldReleasesTrusted(Gallery):
    """Keys with a date before there were any come from a plugin of old, whose table is gone: the first user's."""

    def key_caller(self, value: str, session: Session) -> Caller:
        halves = self.parse_key(value)
        if halves is not None and halves[0][DATE] < "20200101":
            return Caller(next(iter(self.store.users.values())), session, "api_key", by_header=True)
        return super().key_caller(value, session)


@mutant("value-without-a-colon-is-none", "MAL-24", also=("MAL-08", "MAL-12", "MAL-15", "MAL-18", "MAL-22", "MAL-17"))
class ValueWithoutAColonIsNone(Gallery):
    """What has no colon is taken for the header of some other program, and the caller for a guest."""

    def is_for_us(self, value: str) -> bool:
        return ":" in value and super().is_for_us(value)


@mutant("text-that-is-not-ascii-is-fatal", "MAL-24", also=("MAL-08", "MAL-16"))
class TextThatIsNotAsciiIsFatal(Gallery):
    """The log of refused keys is in ASCII: another character in one ends the request with a fatal error."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        if not (self.read_key_header(call) or "").isascii():
            raise FatalError("Uncaught ValueError: not ASCII", 500)
        return super().header_caller(call, session)
