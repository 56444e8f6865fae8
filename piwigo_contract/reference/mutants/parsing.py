"""Headers and values that are read in the wrong way."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

from piwigo_contract.reference import php
from piwigo_contract.reference.call import RAW_HEADERS, Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.http_rules import Field, HttpRules
from piwigo_contract.reference.model import Caller, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.store import WEBMASTER_ID

PKID_LENGTH = 34

# --- the header


@mutant("header-of-the-release-before-alone", "HDR-01", "HDR-02", also=("LIFE-01",))
class HeaderOfTheReleaseBeforeAlone(Gallery):
    """The header was not renamed with the release: a key is read from the old one alone."""

    def key_headers(self) -> tuple[str, ...]:
        return (self.profile.other_header,)


@mutant("header-of-the-other-release-too", "HDR-02", "TOK-15", also=("HDR-13",))
class HeaderOfTheOtherReleaseToo(Gallery):
    """A key is taken from the header of another release as well."""

    def key_headers(self) -> tuple[str, ...]:
        return (*super().key_headers(), self.profile.other_header)


@mutant("key-checked-but-caller-stays-a-guest", "HDR-01")
class KeyCheckedButCallerStaysAGuest(Gallery):
    """A good key passes its check, and the request goes on as a guest's."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        super().header_caller(call, session)
        return None


@mutant("every-key-is-the-webmaster", "HDR-01")
class EveryKeyIsTheWebmaster(Gallery):
    """A key is looked up, but the user taken for its owner is the first of the gallery."""

    def key_caller(self, value: str, session: Session) -> Caller:
        caller = super().key_caller(value, session)
        caller.user = self.store.users[WEBMASTER_ID]
        return caller


@mutant("header-name-in-two-spellings-alone", "HDR-03")
class HeaderNameInTwoSpellingsAlone(Gallery):
    """The header's name is looked for as documented and in lower case, and in no mixture of both."""

    def read_key_header(self, call: Call) -> str | None:
        known = {name for header in self.key_headers() for name in (header, header.lower())}
        values = [value for name, value in call.environ[RAW_HEADERS] if name in known]
        return values[0].strip(" \t") if values else None


@mutant("header-name-compared-as-it-came", "HDR-03")
class HeaderNameComparedAsItCame(Gallery):
    """The header's name is compared as it came: what a library or HTTP/2 sends in lower case is not found."""

    def read_key_header(self, call: Call) -> str | None:
        values = [value for name, value in call.environ[RAW_HEADERS] if name in self.key_headers()]
        return values[0].strip(" \t") if values else None


@mutant("empty-header-refused", "HDR-08", also=("TOK-15",))
class EmptyHeaderRefused(Gallery):
    """A header that is there but empty is taken for a bad key."""

    def is_for_us(self, value: str) -> bool:
        return value == "" or super().is_for_us(value)


class _Joining(HttpRules):
    def combined(self, fields: Sequence[Field]) -> list[Field]:
        keys = [value for name, value in fields if name.lower() == "x-piwigo-api"]
        rest = [field for field in fields if field[0].lower() != "x-piwigo-api"]
        return super().combined([*rest, *([("X-PIWIGO-API", ", ".join(keys))] if keys else [])])


@mutant("two-headers-are-the-first-user", "HDR-09", also=("HDR-07", "WIRE-11", "WIRE-12"))
class TwoHeadersAreTheFirstUser(Gallery):
    """The server joins two headers of the name by a comma; no key matches, and user number 1 stays as the caller."""

    http = _Joining()

    def key_caller(self, value: str, session: Session) -> Caller:
        if "," not in value:
            return super().key_caller(value, session)
        return Caller(self.store.users[WEBMASTER_ID], session, "api_key", by_header=True)


# --- elsewhere than in the header


class _KeyElsewhere(Gallery):
    """A key is read from a second place, where the header has none."""

    def elsewhere(self, call: Call) -> str | None:
        return None

    def read_key_header(self, call: Call) -> str | None:
        found = super().read_key_header(call)
        return found if found is not None else self.elsewhere(call)


@mutant("key-in-the-query", "HDR-10", "TOK-15")
class KeyInTheQuery(_KeyElsewhere):
    """A key is read from the query too, for clients that can't set headers."""

    def elsewhere(self, call: Call) -> str | None:
        return call.get.get("key") or call.get.get("X-PIWIGO-API")


@mutant("key-in-the-query-of-a-get", "HDR-10")
class KeyInTheQueryOfAGet(_KeyElsewhere):
    """A key is read from the query of a GET, for links; a POST is held to the header."""

    def elsewhere(self, call: Call) -> str | None:
        return call.get.get("api_key") if call.verb == "GET" else None


@mutant("key-in-the-body", "HDR-11", "TOK-15")
class KeyInTheBody(_KeyElsewhere):
    """The server's variables are looked for among the form fields as well."""

    def elsewhere(self, call: Call) -> str | None:
        return call.post.get("X-PIWIGO-API") or call.post.get("HTTP_X_PIWIGO_API")


@mutant("key-in-the-remember-me-cookie", "HDR-12")
class KeyInTheRememberMeCookie(_KeyElsewhere):
    """The cookie that keeps a person logged in may hold a key."""

    def elsewhere(self, call: Call) -> str | None:
        return call.cookies.get("pwg_remember") if ":" in call.cookies.get("pwg_remember", "") else None


@mutant("key-in-a-cookie", "HDR-12")
class KeyInACookie(_KeyElsewhere):
    """A cookie named key is read as the header is."""

    def elsewhere(self, call: Call) -> str | None:
        return call.cookies.get("key")


# --- beside a proxy's password


@mutant("basic-taken-for-a-bad-key", "HDR-13", "HDR-14")
class BasicTakenForABadKey(Gallery):
    """Authorization is still read, and what a proxy's Basic credentials hold is refused as a bad key."""

    def read_key_header(self, call: Call) -> str | None:
        given = call.headers.get("Authorization", "")
        return given if given.startswith("Basic ") else super().read_key_header(call)


@mutant("basic-hides-the-key", "HDR-14")
class BasicHidesTheKey(Gallery):
    """Where there is an Authorization header, it is believed to be the proxy's business alone, and no key is read."""

    def read_key_header(self, call: Call) -> str | None:
        return None if "Authorization" in call.headers else super().read_key_header(call)


# --- the value


@mutant("halves-told-apart-by-length", "HDR-04")
class HalvesToldApartByLength(Gallery):
    """Without a colon the first 34 characters are taken for the identifier."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        return super().parse_key(text if ":" in text else f"{text[:PKID_LENGTH]}:{text[PKID_LENGTH:]}")


@mutant("halves-in-any-order", "HDR-05")
class HalvesInAnyOrder(Gallery):
    """Identifier and secret are told apart by their look, whichever comes first."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        first, _, second = text.partition(":")
        return super().parse_key(text) or super().parse_key(f"{second}:{first}")


@mutant("colon-anywhere", "HDR-05")
class ColonAnywhere(Gallery):
    """The colon is taken out and the rest is split by length, wherever the colon was."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        bare = text.replace(":", "", 1) if text.count(":") == 1 else ""
        return super().parse_key(f"{bare[:PKID_LENGTH]}:{bare[PKID_LENGTH:]}")


@mutant("first-two-parts-between-colons", "HDR-06")
class FirstTwoPartsBetweenColons(Gallery):
    """The value is split at every colon, and all but the first two parts are dropped."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        return super().parse_key(":".join(text.split(":")[:2]))


@mutant("first-and-last-part-between-colons", "HDR-06")
class FirstAndLastPartBetweenColons(Gallery):
    """The value is split at every colon; the first part is the identifier and the last the secret."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        parts = text.split(":")
        return super().parse_key(f"{parts[0]}:{parts[-1]}")


@mutant("colons-in-the-secret-dropped", "HDR-06")
class ColonsInTheSecretDropped(Gallery):
    """What follows the first colon is the secret, any further colon taken out of it."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid, _, secret = text.partition(":")
        return super().parse_key(f"{pkid}:{secret.replace(':', '')}")


@mutant("equals-sign-for-a-colon", "HDR-07")
class EqualsSignForAColon(Gallery):
    """NAME=VALUE is understood as well."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        return super().parse_key(text if ":" in text else text.replace("=", ":", 1))


@mutant("blanks-at-the-colon-trimmed", "HDR-07")
class BlanksAtTheColonTrimmed(Gallery):
    """Each half is trimmed after the split."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid, _, secret = text.partition(":")
        return super().parse_key(f"{pkid.strip()}:{secret.strip()}")


@mutant("value-percent-decoded", "HDR-07")
class ValuePercentDecoded(Gallery):
    """The header's value is percent-decoded, as if it came from a form."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        return super().parse_key(unquote(text))


@mutant("value-normalised-as-unicode", "HDR-07")
class ValueNormalisedAsUnicode(Gallery):
    """The value is read as UTF-8 and normalised (NFKC), so that full-width characters are as good as plain ones."""

    def parse_key(self, text: str) -> tuple[str, str] | None:
        text = text.encode("latin-1", "replace").decode("utf-8", "replace")
        return super().parse_key(unicodedata.normalize("NFKC", text))


@mutant("key-read-on-posts-alone", "WHO-01")
class KeyReadOnPostsAlone(Gallery):
    """The header is looked at for a POST alone: by GET a caller with a key is a guest."""

    def key_is_looked_for(self, call: Call) -> bool:
        return super().key_is_looked_for(call) and not php.is_empty(call.post)
