"""Sessions that are opened with the halves of a key: too easily, for too long, or for too much."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.plain import PlainSecrets
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.pages import PERSONAL
from piwigo_contract.reference.sessions import UPLOAD_METHOD
from piwigo_contract.reference.store import WEBMASTER_ID, matches

LOGIN_METHOD = "pwg.session.login"


class _AtTheLogin(PlainSecrets):
    """At one of the two logins the halves of a key are judged in another way."""

    method = LOGIN_METHOD
    _logs_in = False

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        self._logs_in = call.requested("method") == self.method
        try:
            return super().session_login(call, session, username, password)
        finally:
            self._logs_in = False

    def alike(self, key: ApiKey, secret: str) -> bool:
        return False

    def parse_key(self, text: str) -> tuple[str, str] | None:
        pkid, _, secret = text.partition(":")
        return (pkid, secret) if self._logs_in else super().parse_key(text)

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        return super().secret_matches(key, secret) or (self._logs_in and self.alike(key, secret))


# --- what opens a session, and whose it is


@mutant("halves-open-no-session", "DER-01")
class HalvesOpenNoSession(Gallery):
    """pwg.session.login knows user names and passwords alone."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        if self.looks_like_pkid(str(username)) and call.requested("method") == LOGIN_METHOD:
            raise PwgError(999, "Invalid username/password")
        return super().session_login(call, session, username, password)


@mutant("halves-open-the-webmaster-s-session", "DER-01", also=("FORB-17",))
class HalvesOpenTheWebmastersSession(Gallery):
    """pwg.session.login with a key logs user number 1 in."""

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
        wrong = pkid is not None and call.requested("method") == LOGIN_METHOD
        return super().log_in(
            call, session, self.store.users[WEBMASTER_ID] if wrong else user, connected_with, pkid, remember=remember
        )


@mutant("empty-secret-logs-in", "DER-02")
class EmptySecretLogsIn(_AtTheLogin):
    """An empty password is not compared."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return secret == ""


@mutant("secret-cut-short-logs-in", "DER-02")
class SecretCutShortLogsIn(_AtTheLogin):
    """The secret is compared over the length of what was sent."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return len(secret) > 1 and self.plain[key.pkid].startswith(secret)


@mutant("secret-in-any-case-logs-in", "DER-02")
class SecretInAnyCaseLogsIn(_AtTheLogin):
    """At the login the secret is compared without regard to case, as names are."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return secret.lower() == self.plain[key.pkid].lower()


@mutant("owner-s-name-and-secret-log-in", "DER-03", also=("WHO-16",))
class OwnersNameAndSecretLogIn(Gallery):
    """pwg.session.login takes the secret of any of a user's keys for a password."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        user = self.store.user_named(str(username))
        for key in list(self.store.keys.values()) if user is not None else []:
            mine = user is not None and key.user_id == user.id
            if mine and user is not None and not self.is_revoked(key) and self.secret_matches(key, str(password)):
                return self.log_in(call, session, user, "ws_session_login")
        return super().session_login(call, session, username, password)


@mutant("wrong-secret-uploads", "DER-04")
class WrongSecretUploads(_AtTheLogin):
    """The upload's own login compares the first character of the secret: an array where a string was meant."""

    method = UPLOAD_METHOD

    def alike(self, key: ApiKey, secret: str) -> bool:
        return secret[:1] == self.plain[key.pkid][0] and len(secret) == len(self.plain[key.pkid])


@mutant("empty-secret-uploads", "DER-04")
class EmptySecretUploads(_AtTheLogin):
    """The upload's own login does not compare an empty password."""

    method = UPLOAD_METHOD

    def alike(self, key: ApiKey, secret: str) -> bool:
        return secret == ""


class _AtTheUpload(Gallery):
    """The upload's own login does not see that a key has ended."""

    _uploads = False

    def upload_caller(self, call: Call, caller: Caller) -> Caller:
        self._uploads = True
        try:
            return super().upload_caller(call, caller)
        finally:
            self._uploads = False


@mutant("revoked-halves-upload", "DER-05")
class RevokedHalvesUpload(_AtTheUpload):
    """The upload's own login does not ask whether a key was revoked, and the upload is heard."""

    def is_revoked(self, key: ApiKey) -> bool:
        return super().is_revoked(key) and not self._uploads


@mutant("expired-halves-upload", "DER-06")
class ExpiredHalvesUpload(_AtTheUpload):
    """The upload's own login does not ask whether a key has expired, and the upload is heard."""

    def is_expired(self, key: ApiKey, now: Any) -> bool:
        return super().is_expired(key, now) and not self._uploads


@mutant("upload-leaves-the-webmaster-s-session", "DER-07", also=("DER-22", "DER-24"))
class UploadLeavesTheWebmastersSession(Gallery):
    """The upload's own login leaves a cookie of user number 1, for whom the photos are kept."""

    def upload_caller(self, call: Call, caller: Caller) -> Caller:
        found = super().upload_caller(call, caller)
        if found is not caller and found.session.pkid is not None:
            found.session.user_id = WEBMASTER_ID
        return found


@mutant("session-of-a-key-passes-for-a-person-s", "DER-08", also=("DER-10", "DER-11", "DER-12", "DER-13", "LIFE-40"))
class SessionOfAKeyPassesForAPersons(Gallery):
    """A session is a session: one that a key opened says of itself what that of the web form does."""

    def session_caller(self, session: Session) -> Caller:
        caller = super().session_caller(session)
        if session.pkid is not None and not caller.is_guest:
            caller.connected_with = "pwg_ui"
        return caller

    def may_manage_keys(self, caller: Caller) -> bool:
        return super().may_manage_keys(caller) and caller.session.pkid is None


@mutant("logout-leaves-the-session-of-a-key", "DER-09")
class LogoutLeavesTheSessionOfAKey(Gallery):
    """pwg.session.logout takes the cookie back, and the session it names stays open."""

    def log_out(self, call: Call, session: Session) -> None:
        if session.pkid is None:
            super().log_out(call, session)
        else:
            call.cookies_set["pwg_id"] = None


# --- may do no more than the key


class _SessionManages(Gallery):
    """A session that a key opened manages keys, if `given` fits."""

    def manages(self, params: dict[str, Any]) -> bool:
        return False

    def check_manager(self, caller: Caller, params: dict[str, Any]) -> None:
        if caller.session.pkid is not None and not caller.by_header and self.manages(params):
            self.check_token(caller, params)
        else:
            super().check_manager(caller, params)


@mutant("session-of-a-key-lists-keys", "DER-10", "LIFE-40")
class SessionOfAKeyListsKeys(_SessionManages):
    """Reading the list of keys is believed to do no harm, and not asked who reads."""

    def manages(self, params: dict[str, Any]) -> bool:
        return "pkid" not in params and "key_name" not in params


@mutant("session-of-a-key-makes-keys", "DER-11", "LIFE-40")
class SessionOfAKeyMakesKeys(_SessionManages):
    """A session that a key opened makes keys, which outlive it."""

    def manages(self, params: dict[str, Any]) -> bool:
        return "duration" in params


@mutant("session-of-a-key-renames-keys", "DER-12", "LIFE-40")
class SessionOfAKeyRenamesKeys(_SessionManages):
    """A session that a key opened renames keys."""

    def manages(self, params: dict[str, Any]) -> bool:
        return "pkid" in params and "key_name" in params


@mutant("session-of-a-key-revokes-keys", "DER-13", "LIFE-40")
class SessionOfAKeyRevokesKeys(_SessionManages):
    """A session that a key opened revokes keys."""

    def manages(self, params: dict[str, Any]) -> bool:
        return "pkid" in params and "key_name" not in params


class _Unrestricted(Gallery):
    """The list of forbidden methods is not asked of a session that a key opened by `opened_by`."""

    opened_by = ""

    def acts_by_key(self, caller: Caller) -> bool:
        return super().acts_by_key(caller) and caller.connected_with != self.opened_by


@mutant("login-session-calls-forbidden-methods", "DER-14")
class LoginSessionCallsForbiddenMethods(_Unrestricted):
    """The list is asked of keys in the header; the session that a key opened is a session like any other."""

    opened_by = "ws_session_login_api_key"


@mutant("upload-session-calls-forbidden-methods", "DER-15")
class UploadSessionCallsForbiddenMethods(_Unrestricted):
    """The session that an upload leaves behind is not recognised as a key's."""

    opened_by = UPLOAD_METHOD


@mutant("login-session-calls-one-forbidden-method-by-get", "DER-14", also=("DER-15",))
class LoginSessionCallsOneForbiddenMethodByGet(Gallery):
    """In a session that a key opened the list is asked for a POST alone."""

    def gate_forbidden(self, call: Call, signature: Any) -> None:
        if call.caller.by_header or self.is_post(call):
            super().gate_forbidden(call, signature)

    def gate_post(self, call: Call, signature: Any) -> None:
        if signature.name != "pwg.users.getAuthKey" or call.caller.session.pkid is None:
            super().gate_post(call, signature)


class _PageOpens(Gallery):
    """A page opens to a session of a key, as to a person's."""

    opens = ""

    def caller_of_page(self, call: Call) -> Caller:
        if call.path == self.opens and call.path in PERSONAL:
            return self.session_caller(self.page_session(call))
        return super().caller_of_page(call)


@mutant("session-of-a-key-opens-the-administration", "DER-16")
class SessionOfAKeyOpensTheAdministration(_PageOpens):
    """A webmaster's session opens the administration, however it was opened."""

    opens = "/admin.php"


@mutant("session-of-a-key-opens-the-profile-page", "DER-17")
class SessionOfAKeyOpensTheProfilePage(_PageOpens):
    """The profile page, with its forms, opens to a session that a key opened."""

    opens = "/profile.php"


# --- lives no longer than the key


class _Outlives(Gallery):
    """A session outlives the key that opened it."""

    def lives_on(self, session: Session, key: ApiKey) -> bool:
        return False

    def is_alive(self, session: Session) -> bool:
        key = self.store.keys.get(session.pkid or "")
        return super().is_alive(session) or (key is not None and self.lives_on(session, key))


@mutant("login-session-outlives-a-revocation", "DER-18")
class LoginSessionOutlivesARevocation(_Outlives):
    """Revoking a key is not heard of by the sessions that pwg.session.login opened with it."""

    def lives_on(self, session: Session, key: ApiKey) -> bool:
        return self.is_revoked(key) and session.connected_with == "ws_session_login_api_key"


@mutant("login-session-outlives-an-expiry", "DER-20")
class LoginSessionOutlivesAnExpiry(_Outlives):
    """That a key has expired is not heard of by the sessions that pwg.session.login opened with it."""

    def lives_on(self, session: Session, key: ApiKey) -> bool:
        return self.is_expired(key, self.now()) and session.connected_with == "ws_session_login_api_key"


@mutant("upload-session-outlives-a-revocation", "DER-22")
class UploadSessionOutlivesARevocation(_Outlives):
    """Revoking a key is not heard of by the session that an upload left behind."""

    def lives_on(self, session: Session, key: ApiKey) -> bool:
        return self.is_revoked(key) and session.connected_with == UPLOAD_METHOD


@mutant("upload-session-outlives-an-expiry", "DER-24")
class UploadSessionOutlivesAnExpiry(_Outlives):
    """That a key has expired is not heard of by the session that an upload left behind."""

    def lives_on(self, session: Session, key: ApiKey) -> bool:
        return self.is_expired(key, self.now()) and session.connected_with == UPLOAD_METHOD


WRITING = ("pwg.users.setMyInfo", "pwg.groups.setInfo")


class _Writes(Gallery):
    """A session whose key has ended is a guest's when it reads, and its user's when it writes."""

    opened_by = ""

    def has_ended(self, key: ApiKey) -> bool:
        return False

    def check_mail_change(self, caller: Caller) -> None:
        pass

    def invoke(self, call: Call) -> Any:
        session = call.caller.session
        key = self.store.keys.get(session.pkid or "")
        ended = key is not None and self.has_ended(key) and session.connected_with == self.opened_by
        if ended and session.user_id is not None and call.requested("method") in WRITING:
            call.caller = Caller(self.store.users[session.user_id], session, session.connected_with)
        return super().invoke(call)


@mutant("login-session-writes-after-a-revocation", "DER-19")
class LoginSessionWritesAfterARevocation(_Writes):
    """Reads ask whether the key of a session was revoked; methods that write do not."""

    opened_by = "ws_session_login_api_key"

    def has_ended(self, key: ApiKey) -> bool:
        return self.is_revoked(key)


@mutant("login-session-writes-after-an-expiry", "DER-21")
class LoginSessionWritesAfterAnExpiry(_Writes):
    """Reads ask whether the key of a session has expired; methods that write do not."""

    opened_by = "ws_session_login_api_key"

    def has_ended(self, key: ApiKey) -> bool:
        return self.is_expired(key, self.now())


@mutant("upload-session-writes-after-a-revocation", "DER-23")
class UploadSessionWritesAfterARevocation(_Writes):
    """The session of an upload whose key was revoked still writes an address."""

    opened_by = UPLOAD_METHOD

    def has_ended(self, key: ApiKey) -> bool:
        return self.is_revoked(key)


@mutant("upload-session-writes-after-an-expiry", "DER-25")
class UploadSessionWritesAfterAnExpiry(_Writes):
    """The session of an upload whose key has expired still writes an address."""

    opened_by = UPLOAD_METHOD

    def has_ended(self, key: ApiKey) -> bool:
        return self.is_expired(key, self.now())


@mutant("revocation-ends-the-sessions-of-all-keys", "DER-26")
class RevocationEndsTheSessionsOfAllKeys(Gallery):
    """Revoking one key ends the sessions of all keys of its owner."""

    def revoke_key(self, key: ApiKey, now: Any) -> None:
        super().revoke_key(key, now)
        for session in list(self.store.sessions.values()):
            if session.user_id == key.user_id and session.pkid is not None:
                del self.store.sessions[session.id]


@mutant("secret-of-the-owner-s-other-key-logs-in", "DER-27")
class SecretOfTheOwnersOtherKeyLogsIn(_AtTheLogin):
    """At the login the identifier leads to a user, and the secret of any key of that user will do."""

    def alike(self, key: ApiKey, secret: str) -> bool:
        return any(matches(other.secret, secret) for other in self.store.keys.values() if other.user_id == key.user_id)
