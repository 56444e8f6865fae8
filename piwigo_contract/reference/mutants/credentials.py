"""Other ways in: keys taken where none is read, and the header taking what is no key."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference import deviations
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry

# --- a key opens where it should not


class _OpensASession(Gallery):
    """A key is found in some place of a request, and logs in."""

    def key_in(self, call: Call) -> str:
        return ""

    def page_session(self, call: Call) -> Session:
        session = super().page_session(call)
        key = self.key_of(self.key_in(call))
        owner = self.owner_of(key) if key is not None else None
        if key is None or owner is None:
            return session
        return self.log_in(call, session, owner, "auth_key", key.pkid)


@mutant("key-in-auth-of-the-api-by-get", "WHO-11")
class KeyInAuthOfTheApiByGet(_OpensASession):
    """`?auth=`, made for links in mails, takes keys as well, on a GET of the API."""

    def key_in(self, call: Call) -> str:
        return str(call.get.get("auth", "")) if call.path == "/ws.php" and call.verb == "GET" else ""


@mutant("key-in-auth-of-a-photo-s-page", "WHO-12")
class KeyInAuthOfAPhotosPage(_OpensASession):
    """`?auth=` in the link to a photo takes keys as well."""

    def key_in(self, call: Call) -> str:
        return str(call.get.get("auth", "")) if call.path == "/picture.php" else ""


@mutant("key-in-auth-of-the-login-page", "WHO-12")
class KeyInAuthOfTheLoginPage(_OpensASession):
    """The login page looks for a key in its URL, so that a client can open a browser that is logged in."""

    def key_in(self, call: Call) -> str:
        return str(call.get.get("auth", "")) if call.path == "/identification.php" else ""


@mutant("key-in-auth-of-the-body", "WHO-13")
class KeyInAuthOfTheBody(_OpensASession):
    """`auth` was moved from the URL to the body, and takes keys there."""

    def key_in(self, call: Call) -> str:
        return str(call.post.get("auth", ""))


@mutant("key-in-a-cookie-named-auth", "WHO-13")
class KeyInACookieNamedAuth(_OpensASession):
    """`auth` is looked for in PHP's $_REQUEST, in which this site has the cookies too."""

    def key_in(self, call: Call) -> str:
        return str(call.cookies.get("auth", ""))


@mutant("key-as-the-parameter-auth-key", "WHO-13")
class KeyAsTheParameterAuthKey(_OpensASession):
    """A whole key in `auth_key`, the name of its column, is accepted."""

    def key_in(self, call: Call) -> str:
        return str(call.get.get("auth_key", ""))


@mutant("halves-log-in-on-any-method", "WHO-14", also=("WHO-36",))
class HalvesLogInOnAnyMethod(_OpensASession):
    """User name and password are taken from the parameters of every method, as those of an upload are."""

    def key_in(self, call: Call) -> str:
        if call.requested("method") in ("pwg.session.login", "pwg.images.uploadAsync") or call.path != "/ws.php":
            return ""
        return f"{call.post.get('username', '')}:{call.post.get('password', '')}"


@mutant("halves-in-the-url-under-their-columns-names", "WHO-14")
class HalvesInTheUrlUnderTheirColumnsNames(_OpensASession):
    """The halves are taken from the URL under the names that the answer to their creation had."""

    def key_in(self, call: Call) -> str:
        return f"{call.get.get('auth_key', '')}:{call.get.get('apikey_secret', '')}"


@mutant("login-form-takes-the-halves", "WHO-15")
class LoginFormTakesTheHalves(Gallery):
    """The login form asks the same function as pwg.session.login, which knows keys."""

    def password_login(self, username: str, password: str) -> User | None:
        key = self.key_of(f"{username}:{password}")
        return super().password_login(username, password) or (self.owner_of(key) if key is not None else None)


@mutant("login-form-takes-a-key-as-the-password", "WHO-15", also=("WHO-16",))
class LoginFormTakesAKeyAsThePassword(Gallery):
    """A password that is a whole key logs its owner in, whatever the name."""

    def password_login(self, username: str, password: str) -> User | None:
        key = self.key_of(password)
        return super().password_login(username, password) or (self.owner_of(key) if key is not None else None)


@mutant("secret-is-a-password-of-the-form", "WHO-16")
class SecretIsAPasswordOfTheForm(Gallery):
    """An app password, as other software has it: the secret of a key is a second password in the login form."""

    def password_login(self, username: str, password: str) -> User | None:
        user = self.store.user_named(username)
        keys = [key for key in self.store.keys.values() if user is not None and key.user_id == user.id]
        app = any(self.secret_matches(key, password) for key in keys if not self.is_revoked(key))
        return user if app else super().password_login(username, password)

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        user = self.store.user_named(str(username))
        if user is not None and super().password_login(str(username), str(password)) is None:
            raise PwgError(999, "Invalid username/password")
        return super().session_login(call, session, username, password)


@mutant("key-as-basic-credentials", "WHO-17")
class KeyAsBasicCredentials(Gallery):
    """Basic credentials are understood as the halves of a key, for clients that know no other header."""

    def read_key_header(self, call: Call) -> str | None:
        scheme, _, value = call.headers.get("Authorization", "").partition(" ")
        try:
            halves = base64.b64decode(value, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            halves = ""
        known = scheme.lower() == "basic" and self.key_of(halves) is not None
        return halves if known else super().read_key_header(call)


class _HeaderOnPages(Gallery):
    """The header is looked at on pages too."""

    pages: tuple[str, ...] = ()

    def caller_of_page(self, call: Call) -> Caller:
        key = self.key_of(self.read_key_header(call) or "") if call.path in self.pages else None
        owner = self.owner_of(key) if key is not None else None
        caller = super().caller_of_page(call)
        return caller if owner is None else Caller(owner, caller.session, "api_key")


@mutant("header-opens-the-profile-page", "WHO-18")
class HeaderOpensTheProfilePage(_HeaderOnPages):
    """The header is read in the code that all pages share: the profile page opens by it."""

    pages = ("/profile.php",)


@mutant("header-opens-a-photo-s-page", "WHO-18")
class HeaderOpensAPhotosPage(_HeaderOnPages):
    """A photo's page, which clients link to, takes the header."""

    pages = ("/picture.php",)


@mutant("header-on-a-page-opens-a-session", "WHO-18")
class HeaderOnAPageOpensASession(_OpensASession):
    """A key in the header of a page opens a session, whose cookie the browser keeps."""

    def key_in(self, call: Call) -> str:
        return self.read_key_header(call) or "" if call.path == "/index.php" else ""


# --- the header takes what is no key


@mutant("password-in-the-header", "WHO-19")
class PasswordInTheHeader(Gallery):
    """What has not the form of a key is tried as USER:PASSWORD."""

    def key_caller(self, value: str, session: Session) -> Caller:
        name, _, password = value.partition(":")
        user = self.password_login(name, password)
        if user is not None:
            return Caller(user, session, "api_key", by_header=True)
        return super().key_caller(value, session)


@mutant("webmaster-s-password-in-the-header", "WHO-19")
class WebmastersPasswordInTheHeader(Gallery):
    """A back door for the webmaster: name and password in the header."""

    def key_caller(self, value: str, session: Session) -> Caller:
        name, _, password = value.partition(":")
        user = self.password_login(name, password)
        if user is not None and user.status == "webmaster":
            return Caller(user, session, "api_key", by_header=True)
        return super().key_caller(value, session)


@mutant("session-id-in-the-header", "WHO-20")
class SessionIdInTheHeader(Gallery):
    """The id of a session in the header is that session, for clients without cookies."""

    def key_caller(self, value: str, session: Session) -> Caller:
        known = self.store.sessions.get(value)
        if known is not None and known.user_id is not None:
            return Caller(self.store.users[known.user_id], session, "api_key", by_header=True)
        return super().key_caller(value, session)


@mutant("name-and-session-id-in-the-header", "WHO-20")
class NameAndSessionIdInTheHeader(Gallery):
    """USER:SESSION is taken in the place of PKID:SECRET."""

    def key_caller(self, value: str, session: Session) -> Caller:
        name, _, session_id = value.partition(":")
        user, known = self.store.user_named(name), self.store.sessions.get(session_id)
        if user is not None and known is not None and known.user_id == user.id:
            return Caller(user, session, "api_key", by_header=True)
        return super().key_caller(value, session)


@mutant("link-key-in-the-header", "WHO-22")
class LinkKeyInTheHeader(deviations.LinkKeyInTheHeader):
    """A key that was made for the links in mails is in the same table, and accepted in the header."""


# --- never a session


@mutant("key-leaves-a-session", "WHO-25", also=("WHO-34", "FORB-17", "FORB-18", "USED-14"))
class KeyLeavesASession(Gallery):
    """The cookie of an answer to a key is its owner's session: the login of the request was not undone."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and session.user_id is None and "pwg_id" not in call.cookies:
            session.user_id, session.connected_with = caller.user.id, "api_key"
        return caller


@mutant("denied-key-leaves-a-session", "WHO-25")
class DeniedKeyLeavesASession(Gallery):
    """The session is the owner's while a request lasts, and the way out of an error forgets to take it back."""

    def answer(self, call: Call, result: Any) -> Response:
        refused = isinstance(result, PwgError) and result.message == "Access denied"
        if refused and call.caller.by_header and call.caller.session.user_id is None:
            call.caller.session.user_id = call.caller.user.id
            call.caller.session.connected_with = "api_key"
        return super().answer(call, result)


@mutant("login-denied-to-a-key-leaves-a-session", "WHO-25", "FORB-17", also=("FORB-18",))
class LoginDeniedToAKeyLeavesASession(Gallery):
    """pwg.session.login with a key in the header logs in, and refuses afterwards."""

    def no_login_with_key(self) -> PwgError:
        latest = list(self.store.sessions.values())[-1]
        if latest.user_id is None:
            latest.user_id, latest.connected_with = 1, "ws_session_login"
        return super().no_login_with_key()


@mutant("guest-s-session-becomes-the-owner-s", "WHO-26")
class GuestsSessionBecomesTheOwners(Gallery):
    """A key that comes with the session of a guest logs that session in."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and session.user_id is None and call.cookies.get("pwg_id") == session.id:
            session.user_id, session.connected_with = caller.user.id, "api_key"
        return caller


@mutant("key-ends-the-sessions-of-its-owner", "WHO-68", also=("WHO-29",))
class KeyEndsTheSessionsOfItsOwner(Gallery):
    """A key logs in, and who logs in is logged out everywhere else."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        self.store.end_sessions(owner.id)
        return super().caller_with_key(owner, key, session)


@mutant("key-ends-the-first-session-of-its-owner", "WHO-68", also=("WHO-29",))
class KeyEndsTheFirstSessionOfItsOwner(Gallery):
    """Two logins of one user are enough: the use of a key counts as one, and the oldest session makes room."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        theirs = [each for each in self.store.sessions.values() if each.user_id == owner.id]
        for old in theirs[:-1]:
            del self.store.sessions[old.id]
        return super().caller_with_key(owner, key, session)


@mutant("write-with-a-key-ends-the-sessions-of-its-owner", "WHO-68", also=("WHO-29",))
class WriteWithAKeyEndsTheSessionsOfItsOwner(Gallery):
    """After a favourite was changed its user is loaded anew, for which the sessions are thrown away."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if call.caller.by_header and self.method_name(call).startswith("pwg.users.favorites."):
            self.store.end_sessions(call.caller.user.id)
        return super().run(entry, call, params)
