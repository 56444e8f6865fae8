"""Cookie sessions and who a request is: hooks.

Source: include/functions_session.inc.php, include/user.inc.php, log_user, auto_login and pwg_login in
include/functions_user.inc.php, ws_session_login in include/ws_functions/pwg.php.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.keys import KeyRules
from piwigo_contract.reference.model import ApiKey, AuthKey, Caller, PwgError, Session, User
from piwigo_contract.reference.store import GUEST_ID, matches, random_text

COOKIE = "pwg_id"
REMEMBER = "pwg_remember"
UPLOAD_METHOD = "pwg.images.uploadAsync"
API = "/ws.php"
REMEMBERED = 5_184_000
"""Seconds that a login is remembered ($conf['remember_me_length'])."""


class SessionRules(KeyRules):
    """Hooks: sessions, logins and the caller."""

    # --- the session of a request

    def open_session(self, call: Call) -> Session:
        """The session of the request's cookie, or a new one of a guest, whose cookie the answer sets."""
        given = call.cookies.get(COOKIE)
        if given:
            session = self.store.sessions.get(given)
            if session is not None:
                return session
            if self.adopts_session(given):
                return self.store.add_session(Session(given))
        return self.new_session(call)

    def adopts_session(self, given: str) -> bool:
        """Whether a session id that the client made up is taken over (as a guest's)."""
        return False

    def new_session(self, call: Call) -> Session:
        session = self.store.add_session(Session(random_text(32).lower()))
        call.cookies_set[COOKIE] = session.id
        return session

    def is_alive(self, session: Session) -> bool:
        """Whether a session still counts: one opened by a key dies with the key."""
        if session.user_id not in self.store.users:
            return False
        if session.pkid is None:
            return True
        key = self.find_key(session.pkid)
        return key is not None and not self.is_revoked(key) and not self.is_expired(key, self.now())

    def log_in(
        self,
        call: Call,
        session: Session,
        user: User,
        connected_with: str | None,
        pkid: str | None = None,
        *,
        remember: bool = False,
    ) -> Session:
        """Give the session to a user, under a new id (no session fixation).

        remember: whether the answer sets a cookie that logs the user in again once the session is gone.
        """
        self.store.sessions.pop(session.id, None)
        fresh = self.new_session(call)
        fresh.user_id, fresh.connected_with, fresh.pkid = user.id, connected_with, pkid
        call.cookies_set[REMEMBER] = self.remember_cookie(user, int(self.now().timestamp())) if remember else None
        self.store.log("user", user.id, "login", user, self.now())
        return fresh

    def log_out(self, call: Call, session: Session) -> None:
        self.store.sessions.pop(session.id, None)
        call.cookies_set[COOKIE] = None
        call.cookies_set[REMEMBER] = None

    # --- remember me

    def remember_cookie(self, user: User, when: int) -> str:
        """`ID-TIME-PROOF`: good for REMEMBERED seconds, and until the user has another name or password."""
        password = user.password.value if user.password is not None else b""
        proof = hmac.new(self.store.site_secret + password, f"{when}{user.id}{user.username}".encode(), hashlib.sha1)
        return f"{user.id}-{when}-{proof.hexdigest()}"

    def remembered_user(self, cookie: str) -> User | None:
        """Whom a cookie of `remember_cookie` logs in."""
        user_id, _, rest = cookie.partition("-")
        when, _, _ = rest.partition("-")
        if not (php.is_digits(user_id) and php.is_digits(when)):
            return None
        user, age = self.store.users.get(int(user_id)), self.now().timestamp() - int(when)
        if user is None or not 0 <= age <= REMEMBERED:
            return None
        return user if hmac.compare_digest(self.remember_cookie(user, int(when)), cookie) else None

    def remembers(self, call: Call) -> bool:
        """Whether the cookie counts in this request: not beside a key, which is for one request alone."""
        return call.path != API or not self.brings_key(call)

    def remembered_as(self, call: Call) -> str | None:
        """How a session is connected that the cookie opened: a person's, whichever page saw the cookie first."""
        return "pwg_ui"

    def auto_login(self, call: Call, session: Session) -> Session:
        """Log in again whom the cookie remembers, where nobody is logged in; a bad cookie is deleted."""
        if session.user_id is not None or REMEMBER not in call.cookies or not self.remembers(call):
            return session
        user = self.remembered_user(call.cookies[REMEMBER])
        if user is None:
            call.cookies_set[REMEMBER] = None
            return session
        return self.log_in(call, session, user, self.remembered_as(call), remember=True)

    # --- pwg_token

    def token_for(self, session: Session) -> str:
        """The session's pwg_token: as long as the session, and of no use to another."""
        return hmac.new(self.store.site_secret, session.id.encode("utf-8", "replace"), hashlib.md5).hexdigest()

    def token_ok(self, caller: Caller, token: Any) -> bool:
        return hmac.compare_digest(self.token_for(caller.session).encode(), str(token).encode("utf-8", "replace"))

    # --- passwords and keys as logins

    def password_matches(self, user: User, password: str) -> bool:
        return user.password is not None and matches(user.password, password)

    def password_login(self, username: str, password: str) -> User | None:
        """The user of a name (or mail address) and password; None where they are wrong."""
        user = self.store.user_named(username)
        if user is None and "@" in username:
            user = next((u for u in self.store.users.values() if u.email == username), None)
        if user is None or user.status == "guest" or not self.password_matches(user, password):
            return None
        return user

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        """pwg.session.login: a user's name and password, or the two halves of a key. Raises PwgError 999."""
        username, password = str(username), str(password if password is not None else "")
        if self.looks_like_pkid(username):
            key = self.key_of(f"{username}:{password}")
            owner = self.owner_of(key) if key is not None else None
            if key is not None and owner is not None:
                self.touch_last_used(key, self.now())
                self.warn_before_expiry(key, self.now())
                return self.log_in(call, session, owner, "ws_session_login_api_key", key.pkid)
        else:
            user = self.password_login(username, password)
            if user is not None:
                return self.log_in(call, session, user, "ws_session_login")
        raise PwgError(999, "Invalid username/password")

    def find_auth_key(self, text: str) -> AuthKey | None:
        """The good link key (pwg.users.getAuthKey) that `text` is: of a normal or generic user, in time."""
        key = self.store.auth_keys.get(text)
        owner = self.store.users.get(key.user_id) if key is not None else None
        if key is None or owner is None or owner.status not in ("normal", "generic") or key.expired_on < self.now():
            return None
        return key

    def url_login(self, call: Call, session: Session) -> Session:
        """`?auth=` in the URL of any page: a link key logs its user in. An API key there opens nothing."""
        key = self.find_auth_key(str(call.get.get("auth", "")))
        if key is None:
            return session
        key.last_used_on = self.now()
        return self.log_in(call, session, self.store.users[key.user_id], "auth_key")

    # --- who asks

    def guest(self) -> User:
        return self.store.users[GUEST_ID]

    def session_caller(self, session: Session) -> Caller:
        """Who a cookie session alone is."""
        if session.user_id is None or not self.is_alive(session):
            return Caller(self.guest(), session)
        return Caller(self.store.users[session.user_id], session, session.connected_with)

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        """Who the key in the header is; None where there is no key. Raises PwgError for a bad one.

        A key goes before the session of the same request, and leaves that session as it was.
        """
        value = self.read_key_header(call)
        if value is None or not self.brings_key(call):
            return None
        return self.key_caller(value, session)

    def brings_key(self, call: Call) -> bool:
        """Whether the request has a header that is taken for a key, good or bad."""
        value = self.read_key_header(call)
        return value is not None and self.key_is_looked_for(call) and self.is_for_us(value)

    def key_caller(self, value: str, session: Session) -> Caller:
        """Who a header's value is. Raises the refusal of a bad key."""
        key = self.key_of(value)
        owner = self.owner_of(key) if key is not None else None
        if key is None or owner is None:
            raise self.refuse_key()
        self.touch_last_used(key, self.now())
        self.warn_before_expiry(key, self.now())
        return self.caller_with_key(owner, key, session)

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        return Caller(owner, session, "api_key", key, by_header=True)

    def upload_caller(self, call: Call, caller: Caller) -> Caller:
        """pwg.images.uploadAsync takes a login in its own parameters. Raises PwgError for a wrong one."""
        names = ("username", "password")
        if call.requested("method") != UPLOAD_METHOD or not all(name in call.post for name in names):
            return caller
        if caller.by_header:
            raise self.no_login_with_key()
        session = self.session_login(call, caller.session, call.post["username"], call.post["password"])
        session.connected_with = UPLOAD_METHOD
        return self.session_caller(session)

    def no_login_with_key(self) -> PwgError:
        return PwgError(401, "Cannot use this method with an api key")

    def page_session(self, call: Call) -> Session:
        """The session of any page, after a login by cookie or URL."""
        session = self.auto_login(call, self.open_session(call))
        if not php.is_empty(call.get.get("auth")):
            session = self.url_login(call, session)
        return session

    def identify(self, call: Call) -> Caller:
        """Who asks ws.php: header, then the upload's own login, then the session. Raises PwgError."""
        session = self.page_session(call)
        call.caller = self.session_caller(session)
        call.caller = self.header_caller(call, session) or call.caller
        call.caller = self.upload_caller(call, call.caller)
        return call.caller
