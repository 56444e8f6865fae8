"""Last use: noted too often, too seldom, at the wrong time or of the wrong key."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.keys import PKID
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.sessions import COOKIE
from piwigo_contract.reference.signatures import Signature

# --- before, at and after the first use


@mutant(
    "creation-counts-as-a-use",
    "USED-01",
    "LIFE-12",
    also=("USED-10", "USED-11", "USED-12", "USED-13", "USED-14", "USED-15", "USED-18"),
)
class CreationCountsAsAUse(Gallery):
    """The date of the last use starts out as that of the creation."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        key, secret = super().create_key(owner, name, days)
        key.last_used_on = key.created_on
        return key, secret


@mutant("last-use-in-universal-time", "USED-02")
class LastUseInUniversalTime(Gallery):
    """The last use is noted in universal time, everything else in the gallery's own, two hours away."""

    def touch_last_used(self, key: ApiKey, now: datetime) -> None:
        super().touch_last_used(key, now - timedelta(hours=2))


@mutant("last-use-noted-by-day", "USED-02")
class LastUseNotedByDay(Gallery):
    """The column of the last use is a date without a time."""

    def touch_last_used(self, key: ApiKey, now: datetime) -> None:
        super().touch_last_used(key, now.replace(hour=0, minute=0, second=0) - timedelta(days=1))


@mutant("first-use-alone-noted", "USED-03", also=("USED-10",))
class FirstUseAloneNoted(Gallery):
    """Only a key that was never used is written to."""

    def touch_last_used(self, key: ApiKey, now: datetime) -> None:
        if key.last_used_on is None:
            super().touch_last_used(key, now)


@mutant("last-use-noted-once-a-minute", "USED-03", also=("USED-10",))
class LastUseNotedOnceAMinute(Gallery):
    """To spare the database the last use is written at most once a minute."""

    def touch_last_used(self, key: ApiKey, now: datetime) -> None:
        if key.last_used_on is None or now - key.last_used_on >= timedelta(minutes=1):
            super().touch_last_used(key, now)


# --- what is a use


class _NotedBy(Gallery):
    """A use is noted once `is_use` says so, for the key in a request's header."""

    def is_use(self, call: Call) -> bool:
        return True

    def key_caller(self, value: str, session: Session) -> Caller:
        key = self.key_of(value)
        before = key.last_used_on if key is not None else None
        caller = super().key_caller(value, session)
        if key is not None:
            key.last_used_on = before
        return caller

    def identify(self, call: Call) -> Caller:
        caller = super().identify(call)
        if caller.key is not None and caller.by_header and self.is_use(call):
            self.touch_last_used(caller.key, self.now())
        return caller


@mutant("use-by-get-not-noted", "USED-04", also=("USED-10",))
class UseByGetNotNoted(_NotedBy):
    """The last use is written with the other effects of a POST."""

    def is_use(self, call: Call) -> bool:
        return call.verb == "POST"


@mutant("use-in-xmlrpc-not-noted", "USED-04")
class UseInXmlrpcNotNoted(_NotedBy):
    """The last use is noted by the code for the formats that clients are known to use."""

    def is_use(self, call: Call) -> bool:
        return call.format in ("json", "rest", "php")


@mutant("use-by-reflection-not-noted", "USED-04")
class UseByReflectionNotNoted(_NotedBy):
    """Methods that need no rights are not counted as a use."""

    def is_use(self, call: Call) -> bool:
        return not str(call.requested("method")).startswith("reflection.")


class _NotedLater(_NotedBy):
    """A use is noted later on the way of a request, once some gate was passed."""

    def is_use(self, call: Call) -> bool:
        return False

    def note(self, call: Call) -> None:
        if call.caller.key is not None and call.caller.by_header:
            self.touch_last_used(call.caller.key, self.now())


@mutant("forbidden-call-is-no-use", "USED-05")
class ForbiddenCallIsNoUse(_NotedBy):
    """Who is denied a method for its key has not used the key: so somebody believed."""

    def is_use(self, call: Call) -> bool:
        return call.requested("method") not in self.forbidden_methods()


@mutant("denied-call-is-no-use", "USED-05", "USED-06", "USED-08")
class DeniedCallIsNoUse(_NotedLater):
    """The use is noted after the gates, so that what is denied goes unseen."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        self.note(call)
        return super().check_parameters(call, signature, given)


@mutant("admin-s-method-denied-is-no-use", "USED-06")
class AdminsMethodDeniedIsNoUse(_NotedBy):
    """A method for administrators that is denied to an ordinary user's key is not noted."""

    def is_use(self, call: Call) -> bool:
        found = self.methods().get(str(call.requested("method")))
        return found is None or not found.options.get("admin_only") or call.caller.user.is_admin


@mutant("failed-call-is-no-use", "USED-07", "USED-05", "USED-06", "USED-08")
class FailedCallIsNoUse(_NotedLater):
    """The use is noted where the method has run without an error."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        self.note(call)
        return result


@mutant("call-of-an-unknown-method-is-no-use", "USED-08")
class CallOfAnUnknownMethodIsNoUse(_NotedBy):
    """The use is noted where the method is looked up, if there is such a method."""

    def is_use(self, call: Call) -> bool:
        return call.requested("method") in self.methods()


@mutant("login-is-no-use", "USED-09")
class LoginIsNoUse(Gallery):
    """Logging in with the halves of a key leaves no trace of it."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        key = self.find_key(str(username))
        before = key.last_used_on if key is not None else None
        try:
            return super().session_login(call, session, username, password)
        finally:
            if key is not None:
                key.last_used_on = before


# --- what is none


@mutant("wrong-secret-counts-as-a-use", "USED-10", "USED-13")
class WrongSecretCountsAsAUse(Gallery):
    """The use is noted as soon as the identifier is found, before the secret is compared."""

    def find_key(self, pkid: str) -> ApiKey | None:
        return super().find_key(pkid)

    def secret_matches(self, key: ApiKey, secret: str) -> bool:
        if not self.is_revoked(key):
            self.touch_last_used(key, self.now())
        return super().secret_matches(key, secret)


@mutant("wrong-secret-by-get-counts-as-a-use", "USED-10")
class WrongSecretByGetCountsAsAUse(Gallery):
    """By GET the key of the access log is noted as used, whatever its secret."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        halves = self.parse_key(self.read_key_header(call) or "")
        key = self.find_key(halves[0]) if halves else None
        if key is not None and call.verb == "GET" and not self.is_revoked(key) and not self.is_expired(key, self.now()):
            self.touch_last_used(key, self.now())
        return super().header_caller(call, session)


@mutant("wrong-secret-at-the-login-counts-as-a-use", "USED-10")
class WrongSecretAtTheLoginCountsAsAUse(Gallery):
    """pwg.session.login notes the try before it compares the secret."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        key = self.find_key(str(username))
        if key is not None and not self.is_revoked(key):
            self.touch_last_used(key, self.now())
        return super().session_login(call, session, username, password)


@mutant("identifier-in-the-value-counts-as-a-use", "USED-11")
class IdentifierInTheValueCountsAsAUse(Gallery):
    """Whatever begins with the identifier of a key is noted as its use, the rest being malformed or not."""

    def key_caller(self, value: str, session: Session) -> Caller:
        found = PKID.match(value)
        key = self.find_key(found[0]) if found and self.parse_key(value) is None else None
        if key is not None:
            self.touch_last_used(key, self.now())
        return super().key_caller(value, session)


@mutant("key-in-the-query-counts-as-a-use", "USED-12")
class KeyInTheQueryCountsAsAUse(Gallery):
    """A key that is found in the URL opens nothing, but its use is noted."""

    def identify(self, call: Call) -> Caller:
        key = self.key_of(str(call.get.get("key", "")))
        if key is not None:
            self.touch_last_used(key, self.now())
        return super().identify(call)


@mutant("key-in-the-other-header-counts-as-a-use", "USED-12")
class KeyInTheOtherHeaderCountsAsAUse(Gallery):
    """What the header of another release holds is no longer read, but still noted as a use."""

    def identify(self, call: Call) -> Caller:
        key = self.key_of(call.headers.get(self.profile.other_header, ""))
        if key is not None:
            self.touch_last_used(key, self.now())
        return super().identify(call)


@mutant("use-noted-for-all-keys-of-the-owner", "USED-13")
class UseNotedForAllKeysOfTheOwner(Gallery):
    """The statement that notes a use names the user and not the key."""

    def touch_last_used(self, key: ApiKey, now: datetime) -> None:
        for other in self.store.keys.values():
            if other.user_id == key.user_id and not self.is_revoked(other) and not self.is_expired(other, now):
                super().touch_last_used(other, now)


@mutant("use-noted-for-the-latest-key", "USED-13")
class UseNotedForTheLatestKey(Gallery):
    """The last key that was made has its use noted as well, once it has one."""

    def touch_last_used(self, key: ApiKey, now: datetime) -> None:
        super().touch_last_used(key, now)
        latest = [other for other in self.store.keys.values() if other.user_id == key.user_id][-1]
        if latest.last_used_on is not None and not self.is_revoked(latest) and not self.is_expired(latest, now):
            super().touch_last_used(latest, now)


@mutant(
    "owner-s-session-counts-as-a-use",
    "USED-14",
    also=("LIFE-12", "USED-01", "USED-10", "USED-11", "USED-12", "USED-13", "USED-15", "USED-18"),
)
class OwnersSessionCountsAsAUse(Gallery):
    """Any visit of the owner is noted for the owner's latest key."""

    def session_caller(self, session: Session) -> Caller:
        caller = super().session_caller(session)
        owned = [key for key in self.store.keys.values() if key.user_id == caller.user.id]
        if owned and session.connected_with == "pwg_ui" and owned[-1].last_used_on is None:
            self.touch_last_used(owned[-1], self.now())
        return caller


@mutant("cookie-of-a-keyed-answer-counts-as-a-use", "USED-14")
class CookieOfAKeyedAnswerCountsAsAUse(Gallery):
    """The session that an answer to a key sets remembers the key, for the statistics of its use."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._seen: dict[str, ApiKey] = {}

    def identify(self, call: Call) -> Caller:
        known = self._seen.get(call.cookies.get(COOKIE, ""))
        caller = super().identify(call)
        if caller.key is not None and caller.by_header:
            self._seen[caller.session.id] = caller.key
        elif known is not None and caller.is_guest:
            self.touch_last_used(known, self.now())
        return caller


@mutant("rename-counts-as-a-use", "USED-15", "LIFE-13")
class RenameCountsAsAUse(Gallery):
    """Every write to a key's row sets its date."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        self.touch_last_used(key, self.now())


@mutant("revocation-counts-as-a-use", "LIFE-15")
class RevocationCountsAsAUse(Gallery):
    """A revocation is the last that happened to a key, and noted as such."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        if key.revoked_on is None:
            self.touch_last_used(key, now)
        super().revoke_key(key, now)


class _EndedKeyNoted(Gallery):
    """A use of a right but ended key is noted before it is refused."""

    def ended(self, key: ApiKey) -> bool:
        return False

    def key_caller(self, value: str, session: Session) -> Caller:
        halves = self.parse_key(value)
        key = self.find_key(halves[0]) if halves else None
        if key is not None and halves is not None and self.ended(key) and self.secret_matches(key, halves[1]):
            self.touch_last_used(key, self.now())
            raise PwgError(401, "Invalid api_key")
        return super().key_caller(value, session)


@mutant("revoked-key-noted-as-used", "USED-16")
class RevokedKeyNotedAsUsed(_EndedKeyNoted):
    """The owner is to see that a revoked key is still tried: its last use moves on."""

    def ended(self, key: ApiKey) -> bool:
        return self.is_revoked(key)


@mutant("expired-key-noted-as-used", "USED-17")
class ExpiredKeyNotedAsUsed(_EndedKeyNoted):
    """The secret of an expired key is compared, and its use noted, before the date is looked at."""

    def ended(self, key: ApiKey) -> bool:
        return self.is_expired(key, self.now())


# --- where a person looks


@mutant("last-use-in-words-is-always-never", "USED-18")
class LastUseInWordsIsAlwaysNever(Gallery):
    """The words for the last use are made of a column that is not read."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        return super().listed(key, now) | {"last_used_on_since": "Never"}


@mutant("last-use-in-words-has-a-gap", "USED-18")
class LastUseInWordsHasAGap(Gallery):
    """The number is missing in the words for the last use."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        row = super().listed(key, now)
        return row | {"last_used_on_since": "Never" if key.last_used_on is None else "used  ago"}


@mutant("profile-page-without-last-use", "USED-19")
class ProfilePageWithoutLastUse(Gallery):
    """The profile page lists names and dates of creation; the last use is in the API alone."""

    def profile_body(self, caller: Caller) -> str:
        return re.sub('<p class="api_last_use">.*</p>', "", super().profile_body(caller))
