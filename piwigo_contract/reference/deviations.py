"""Where real releases break their promises: one class a deviation, put before Gallery by `--faithful`.

Each overrides a hook or two, and says in which releases it is found and what upstream knows of it.
Found by reading Piwigo's source and by asking real galleries.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from werkzeug.wrappers import Response

from piwigo_contract.reference import php
from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.http_rules import HttpRules
from piwigo_contract.reference.model import ApiKey, Caller, FatalError, PwgError, Session, User
from piwigo_contract.reference.sessions import API, COOKIE
from piwigo_contract.reference.signatures import Signature

ALL = tuple(VERSIONS)
ISSUE = "https://github.com/Piwigo/Piwigo/issues/"


@dataclass(frozen=True)
class Deviation:
    """A broken promise: the class that plays it, the releases it is in, the upstream issue if there is one."""

    layer: type[Gallery]
    releases: tuple[str, ...]
    issue: str | None

    @property
    def summary(self) -> str:
        return " ".join((self.layer.__doc__ or "").split("\n\n")[0].split())


DEVIATIONS: list[Deviation] = []


def deviation(releases: tuple[str, ...], issue: int | None = None) -> Callable[[type[Gallery]], type[Gallery]]:
    """Register a class as a deviation of these releases."""

    def register(layer: type[Gallery]) -> type[Gallery]:
        DEVIATIONS.append(Deviation(layer, releases, None if issue is None else f"{ISSUE}{issue}"))
        return layer

    return register


def deviations_of(release: str) -> tuple[type[Gallery], ...]:
    """The classes that make a gallery behave like the real release."""
    return tuple(found.layer for found in DEVIATIONS if release in found.releases)


# --- the header


@deviation(("16.0",), 2460)
class BasicIsTakenForAKey(Gallery):
    """`Authorization: Basic ...`, meant for a proxy in front, is taken for a bad key."""

    def is_for_us(self, value: str) -> bool:
        return not php.is_empty(value)


class _TabsAreKept(HttpRules):
    def value(self, value: bytes) -> bytes:
        return value.strip(b" ")


@deviation(ALL)
class TabAroundAKey(Gallery):
    """A tab around a key is taken for a part of it: nginx leaves it in the value (RFC 9112, section 5.1, does not)."""

    http = _TabsAreKept()


@deviation(ALL)
class LinkKeyInTheHeader(Gallery):
    """A link key of pwg.users.getAuthKey (30 characters) is accepted in the header of API keys."""

    def key_caller(self, value: str, session: Session) -> Caller:
        key = self.find_auth_key(value)
        if key is None:
            return super().key_caller(value, session)
        key.last_used_on = self.now()
        return Caller(self.store.users[key.user_id], session, "auth_key", by_header=True)


@deviation(ALL)
class PkidInAnyCase(Gallery):
    """The id of a key is compared without regard to case.

    The patterns of auth_key_login are case-insensitive, and so is the collation of MariaDB's column.
    """

    _KEY = re.compile(r"(pkid-[0-9]{8}-[a-z0-9]{20}):([a-z0-9]{40})", re.IGNORECASE)
    _PKID = re.compile(r"pkid-[0-9]{8}-[a-z0-9]{20}", re.IGNORECASE)

    def parse_key(self, text: str) -> tuple[str, str] | None:
        match = self._KEY.fullmatch(text)
        return (match[1], match[2]) if match else None

    def looks_like_pkid(self, text: str) -> bool:
        return self._PKID.fullmatch(text) is not None

    def find_key(self, pkid: str) -> ApiKey | None:
        exact = super().find_key(pkid)
        if exact is not None:
            return exact
        wanted = pkid.lower()
        return next((key for known, key in self.store.keys.items() if known.lower() == wanted), None)


@deviation(ALL)
class SecretTakesTime(Gallery):
    """A refusal takes longer where the identifier exists: only then a slow hash is computed.

    On a real gallery some 60 ms against 3 ms; here a fraction of it, while no other request is served.
    """

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        time.sleep(0.004)
        return super().secret_matches(key, secret)


# --- keys that become sessions


@deviation(ALL)
class KeyInTheUrl(Gallery):
    """`?auth=PKID:SECRET` in the URL of any page logs the key's owner in, with a session of its own.

    That session is not held to the forbidden methods.
    """

    def url_login(self, call: Call, session: Session) -> Session:
        key = self.key_of(str(call.get.get("auth", "")))
        owner = self.owner_of(key) if key is not None else None
        if key is None or owner is None:
            return super().url_login(call, session)
        self.touch_last_used(key, self.now())
        self.warn_before_expiry(key, self.now())
        return self.log_in(call, session, owner, "api_key", key.pkid)


@deviation(ALL)
class SessionOutlivesItsKey(Gallery):
    """A session opened with a key's halves goes on after the key is revoked or has expired."""

    def is_alive(self, session: Session) -> bool:
        return session.user_id in self.store.users


@deviation(ALL)
class OnlyLoginSessionsAreRestricted(Gallery):
    """A session that a key opened by an upload or by the URL may call the methods forbidden to keys.

    Only one opened by pwg.session.login is recognised (isAuthorizedMethodForAPIKEY).
    """

    def acts_by_key(self, caller: Caller) -> bool:
        return caller.by_header or caller.connected_with == "ws_session_login_api_key"


@deviation(ALL)
class KeySessionOpensPages(Gallery):
    """A session opened by a key also opens the profile page and the administration, as a person's does."""

    def caller_of_page(self, call: Call) -> Caller:
        return self.session_caller(self.page_session(call))


@deviation(ALL)
class MadeUpSessionIdIsAdopted(Gallery):
    """A session id that the client made up is taken over, as a guest's (PHP's session.use_strict_mode is off).

    A login gives a new id, so nothing is won by it.
    """

    _ID = re.compile(r"[A-Za-z0-9,-]{22,256}")

    def adopts_session(self, given: str) -> bool:
        return self._ID.fullmatch(given) is not None


@deviation(ALL)
class RememberMeByTheApi(Gallery):
    """A login remembered by cookie that ws.php sees first is not a person's: it can't manage keys.

    auto_login sets connected_with to pwg_ui for every script but ws.
    """

    def remembered_as(self, call: Call) -> str | None:
        return None if call.path == API else super().remembered_as(call)


@deviation(ALL)
class RememberMeBeforeTheKey(Gallery):
    """A login remembered by cookie is done before the key beside it is read, so that a bad key leaves a session.

    With a good one no session is kept (pwg_session_write).
    """

    def remembers(self, call: Call) -> bool:
        return True

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and call.cookies_set.get(COOKIE) == session.id:
            session.user_id = session.connected_with = None
        return caller


@deviation(ALL)
class RegistrationIsNoLogin(Gallery):
    """Who has just registered can't manage keys: register.php calls log_user and sets no connected_with."""

    def registered(self, call: Call, session: Session, user: User) -> Session:
        return self.log_in(call, session, user, None)


# --- methods and parameters


@deviation(ALL)
class ForbiddenMethodHidden(Gallery):
    """The forbidden list is asked about `method` of the body, though an empty one is made good from the URL."""

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        return str(call.requested("method"))


@deviation(("16.0", "16.1", "16.2", "16.3"), 2539)
class TokenMustBePresent(Gallery):
    """With a key any pwg_token does, but one must be there."""

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        if "pwg_token" in given:
            super().supply_token(call, given)


@deviation(("16.4", "17.0"), 2573)
class EveryKeyedRequestIsAPost(Gallery):
    """With a key the parameters in the query of a GET are lost, and methods for POST only run by GET.

    Setting `$_POST['pwg_token']` makes PHP's `$_POST` look like a form.
    """

    def posted(self, call: Call) -> Mapping[str, Any]:
        posted = super().posted(call)
        if call.caller.by_header:
            return {**posted, "pwg_token": self.token_for(call.caller.session)}
        return posted


@deviation(ALL)
class MethodAsAnArray(Gallery):
    """`method[]=...` is a fatal error of PHP, with HTTP 200."""

    def method_name(self, call: Call) -> str:
        source = self.posted(call) if self.is_post(call) else call.get
        given = source.get("method") or call.get.get("method")
        if given and isinstance(given, (list, dict)):
            # the log line of a key's use is put together first (include/user.inc.php)
            warned = "<b>Warning</b>:  Array to string conversion on line 85\n" if call.caller.by_header else ""
            fatal(f"Uncaught TypeError: Illegal offset type\n{warned}")
        return super().method_name(call)


# --- managing keys


@deviation(ALL)
class MailAddressChangedByAKey(Gallery):
    """With a key its owner's mail address is changed (ws_users_setMyInfo asks for the old password alone)."""

    def check_mail_change(self, caller: Caller) -> None:
        pass


@deviation(ALL)
class NoKeysAreFalse(Gallery):
    """`get` answers false, not an empty list, to somebody without keys."""

    def key_list(self, rows: list[dict[str, Any]]) -> Any:
        return rows or False


@deviation(ALL, 2425)
class NameEscapedInTheAnswer(Gallery):
    """The answer to `create` shows the name escaped for SQL, twice: `it's` as `it\\\\\\'s`."""

    def name_created(self, name: str) -> str:
        return sql_escaped(slashed(name))


@deviation(ALL)
class NameCountedInBytes(Gallery):
    """The 100 characters of a name are counted in bytes, after quotes and backslashes were escaped."""

    def name_length(self, name: str) -> int:
        return len(slashed(name).encode("utf-8", "replace"))


@deviation(ALL)
class NameOfBlanks(Gallery):
    """A name of blanks alone is taken: only an empty one is missing (PwgServer::invoke compares it with '')."""

    def is_no_name(self, name: str) -> bool:
        return False


@deviation(ALL)
class NameThatTheDatabaseRefuses(Gallery):
    """A rename is not checked for length: over 100 characters it is a fatal error, and so is an emoji."""

    def check_key_name(self, name: str) -> None:
        super().check_key_name(name)
        self._database_takes(name)

    def check_new_name(self, name: str) -> None:
        self._database_takes(name)

    def _database_takes(self, name: str) -> None:
        if any(ord(character) > 0xFFFF for character in name):
            fatal("Uncaught mysqli_sql_exception: Incorrect string value for column `apikey_name` at row 1")
        if len(slashed(name)) > 100:
            fatal("Uncaught mysqli_sql_exception: Data too long for column 'apikey_name' at row 1")


@deviation(ALL)
class SecondRevocationMovesTheDate(Gallery):
    """Revoking a key once more writes the new date over that of its end (revoke_api_key)."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        key.revoked_on = now


@deviation(ALL, 2272)
class FormatInTheBodyIsIgnored(Gallery):
    """The answer format is read from the query alone: the wiki page's own example is answered in XML."""

    def identify(self, call: Call) -> Caller:
        call.format_in_body = False
        return super().identify(call)


@deviation(ALL)
class ControlCharactersInXml(Gallery):
    """A control character in a name makes every XML answer with that name unreadable (rest and xmlrpc)."""

    def fit_for_xml(self, body: str) -> str:
        return body


# --- answers


@deviation(("16.0", "16.1"))
class OwnSizeIsText(Gallery):
    """The width and height of a size that is the photo itself are text, those of a smaller one are numbers."""

    def own_edge(self, pixels: int) -> str:
        return str(pixels)


@deviation(ALL)
class UnknownFormatTellsInternals(Gallery):
    """The answer to an unknown format shows PHP's own view of the service; with a bad key it is a fatal error."""

    def unknown_format(self, call: Call, result: Any) -> Response:
        if isinstance(result, PwgError) and result.code == 401:
            error = FatalError("Uncaught Error: Call to a member function encodeResponse() on null", 401)
            return self.fatal_answer(error)
        dump = "\\PwgServer::__set_state(array(\n   '_requestFormat' => 'rest',\n   '_methods' => \n  array (\n  ),\n))"
        plain = super().unknown_format(call, result)
        plain.set_data(plain.get_data() + dump.encode())
        return plain


def fatal(message: str) -> NoReturn:
    """PHP gives up. Raises FatalError."""
    raise FatalError(message)


def slashed(text: str) -> str:
    """PHP's addslashes, which Piwigo puts every parameter through."""
    return re.sub(r"([\\'\"])", r"\\\1", text).replace("\0", "\\0")


def sql_escaped(text: str) -> str:
    """mysqli_real_escape_string."""
    text = slashed(text).replace("\n", "\\n").replace("\r", "\\r")
    return text.replace("\x1a", "\\Z")
