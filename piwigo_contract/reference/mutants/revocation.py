"""Revoked keys that go on working, and caches that don't hear of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from piwigo_contract.reference import deviations
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import SessionOutlivesItsKey
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant


@mutant("revoked-key-accepted", "REJ-09", also=("METH-11", "WRITE-09"))
class RevokedKeyAccepted(Gallery):
    """A revoked key goes on working."""

    def is_revoked(self, key: ApiKey) -> bool:
        return False


@mutant("revoked-key-told-apart", "REJ-09", also=("END-17", "METH-11"))
class RevokedKeyToldApart(Gallery):
    """A revoked key is refused in words of its own, which tell that it once was good."""

    def key_caller(self, value: str, session: Session) -> Caller:
        halves = self.parse_key(value)
        key = self.find_key(halves[0]) if halves else None
        if key is not None and self.is_revoked(key):
            raise PwgError(401, "This api_key was revoked")
        return super().key_caller(value, session)


# --- from the very next request


@mutant("revocation-after-a-grace-period", "REJ-09", also=("METH-11", "WRITE-09"))
class RevocationAfterAGracePeriod(Gallery):
    """A key that was used within the last minute is taken from a cache, which does not hear of revocations."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._cached: dict[str, datetime] = {}

    def key_of(self, text: str) -> ApiKey | None:
        key = super().key_of(text)
        if key is not None:
            self._cached[text] = self.now()
        elif text in self._cached and self.now() - self._cached[text] < timedelta(minutes=1):
            key = self.store.keys.get(text.partition(":")[0])
            return key if key is not None and not self.is_expired(key, self.now()) else None
        return key


@mutant("revocation-a-second-late", "REJ-09", also=("METH-11",))
class RevocationASecondLate(Gallery):
    """A revocation counts from the second after it: the times are compared, not whether there is one."""

    def is_revoked(self, key: ApiKey) -> bool:
        return key.revoked_on is not None and key.revoked_on < self.now()


@mutant("revoked-key-reads-albums", "END-01", also=("METH-11",))
class RevokedKeyReadsAlbums(Gallery):
    """The list of albums is taken for public, and a revoked key is not refused for it but taken for a guest."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        halves = self.parse_key(self.read_key_header(call) or "")
        key = self.find_key(halves[0]) if halves else None
        if key is not None and self.is_revoked(key) and call.requested("method") == "pwg.categories.getList":
            return None
        return super().header_caller(call, session)


# --- for everything


@mutant("revoked-key-reads-by-get", "END-01", also=("SEQ-01", "METH-11"))
class RevokedKeyReadsByGet(Gallery):
    """The state of a key is looked at for a POST alone: reading is believed to do no harm."""

    _by_get = False

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        self._by_get = call.verb == "GET"
        try:
            return super().header_caller(call, session)
        finally:
            self._by_get = False

    def is_revoked(self, key: ApiKey) -> bool:
        return super().is_revoked(key) and not self._by_get


@mutant("revoked-key-in-another-format", "END-04", "END-06")
class RevokedKeyInAnotherFormat(Gallery):
    """The state of a key is looked at in the code for JSON, and was forgotten in that for PHP's own format."""

    _php = False

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        self._php = call.format == "php"
        try:
            return super().header_caller(call, session)
        finally:
            self._php = False

    def is_revoked(self, key: ApiKey) -> bool:
        return super().is_revoked(key) and not self._php


class BadKeyHeardFirst(Gallery):
    """A write is prepared, as its owner, before a key that has ended is refused."""

    def has_ended(self, key: ApiKey) -> bool:
        return False

    def ended_key(self, call: Call) -> ApiKey | None:
        """The key of this request, where it is right in all but that it has ended."""
        halves = self.parse_key(self.read_key_header(call) or "")
        key = self.find_key(halves[0]) if halves else None
        right = key is not None and halves is not None and self.secret_matches(key, halves[1])
        return key if key is not None and right and self.has_ended(key) else None

    def invoke(self, call: Call) -> Any:
        key = self.ended_key(call)
        if key is not None:
            self.prepare(call, key)
            raise self.refuse_key()
        return super().invoke(call)

    def prepare(self, call: Call, key: ApiKey) -> None:
        """What happens before the refusal."""

    def do_it(self, call: Call, key: ApiKey) -> None:
        """Run the method as the key's owner."""
        call.caller = Caller(self.store.users[key.user_id], call.caller.session, "api_key", key, by_header=True)
        super().invoke(call)

    def judge_parameters(self, call: Call) -> None:
        """Raises PwgError for a write with a parameter that is none."""
        if call.requested("method") in ("pwg.users.favorites.add", "pwg.users.preferences.set"):
            signature = self.signature(self.method_name(call))
            given = self.check_parameters(call, signature, self.parameters(call))
            if given.get("image_id") == 0 or not str(given.get("param", "x")).isidentifier():
                raise PwgError(1003, "Invalid parameter")

    def write_preference(self, call: Call, key: ApiKey) -> None:
        """Run the method, where it writes a preference."""
        if call.requested("method") == "pwg.users.preferences.set" and call.requested("param") != "no name":
            self.do_it(call, key)

    def identify(self, call: Call) -> Caller:
        if self.ended_key(call) is None:
            return super().identify(call)
        session = self.page_session(call)
        call.caller = self.session_caller(session)
        return call.caller


@mutant("revoked-key-s-parameters-judged-first", "END-06", also=("METH-11",))
class RevokedKeysParametersJudgedFirst(BadKeyHeardFirst):
    """The parameters of a write are judged before its key: what is wrong with them is told to a revoked one."""

    def has_ended(self, key: ApiKey) -> bool:
        return self.is_revoked(key)

    def prepare(self, call: Call, key: ApiKey) -> None:
        self.judge_parameters(call)


@mutant("revoked-key-s-write-done-first", "END-08", also=("METH-11", "WRITE-09"))
class RevokedKeysWriteDoneFirst(BadKeyHeardFirst):
    """A preference is written as soon as the owner is known, and the key's state is looked at afterwards."""

    def has_ended(self, key: ApiKey) -> bool:
        return self.is_revoked(key)

    def prepare(self, call: Call, key: ApiKey) -> None:
        self.write_preference(call, key)


@mutant("revoked-halves-log-in", "END-10", also=("END-15", "DER-18", "DER-20", "DER-22", "DER-24"))
class RevokedHalvesLogIn(SessionOutlivesItsKey):
    """pwg.session.login compares the halves of a key and does not ask for its state."""

    _logs_in = False

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        self._logs_in = call.requested("method") == "pwg.session.login"
        try:
            return super().session_login(call, session, username, password)
        finally:
            self._logs_in = False

    def is_revoked(self, key: ApiKey) -> bool:
        return super().is_revoked(key) and not self._logs_in


@mutant("revoked-halves-refused-with-a-session", "END-10", also=("END-15",))
class RevokedHalvesRefusedWithASession(Gallery):
    """pwg.session.login opens the session first, finds that the key was revoked, and says no without closing it."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        key = self.find_key(str(username))
        if key is not None and self.is_revoked(key) and self.secret_matches(key, str(password)):
            if call.requested("method") == "pwg.session.login":
                self.log_in(call, session, self.store.users[key.user_id], "ws_session_login")
            raise PwgError(999, "Invalid username/password")
        return super().session_login(call, session, username, password)


# --- for good


@mutant("rename-revives", "END-12", also=("LIFE-13", "SEQ-01"))
class RenameRevives(Gallery):
    """A rename writes the whole row anew, without the date of revocation."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        key.revoked_on = None


@mutant("second-revocation-revives", "END-13", also=("END-29",))
class SecondRevocationRevives(Gallery):
    """Revoking is a switch: the second time turns the key on again."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        key.revoked_on = None if key.revoked_on else now


@mutant("new-key-revives", "END-14", also=("END-04", "END-06", "END-10", "END-30", "DER-05", "SEQ-01"))
class NewKeyRevives(Gallery):
    """Making a key makes all keys of its owner active."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        for key in self.keys_of(owner):
            key.revoked_on = None
        return super().create_key(owner, name, days)


@mutant("login-revives", "END-15", also=("END-30", "DER-05"))
class LoginRevives(Gallery):
    """A try to log in with a revoked key is refused, and activates the key for the next request."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        try:
            return super().session_login(call, session, username, password)
        finally:
            key = self.find_key(str(username))
            if key is not None and key.last_used_on is not None and self.secret_matches(key, str(password)):
                key.revoked_on = None


@mutant("third-try-in-a-row-accepted", "END-15", also=("END-04", "END-06", "DER-05", "SEQ-01", "METH-11", "WRITE-09"))
class ThirdTryInARowAccepted(Gallery):
    """Refusals are counted, and the counter that overflows lets the key in."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._tries: dict[str, int] = {}

    def is_revoked(self, key: ApiKey) -> bool:
        revoked = super().is_revoked(key)
        if revoked and key.last_used_on is not None:
            self._tries[key.pkid] = self._tries.get(key.pkid, 0) + 1
        return revoked and self._tries.get(key.pkid, 0) % 4 != 3


# --- and no other


@mutant("revocation-of-all-keys-of-that-minute", "HDR-39", "LIFE-16")
class RevocationOfAllKeysOfThatMinute(Gallery):
    """The key to be revoked is found by its owner and its time of creation, which others share."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        for other in self.store.keys.values():
            if other.user_id == key.user_id and abs(other.created_on - key.created_on) < timedelta(minutes=1):
                super().revoke_key(other, now)


@mutant("revocation-of-all-keys-of-the-owner", "HDR-39", "LIFE-16")
class RevocationOfAllKeysOfTheOwner(Gallery):
    """The identifier is missing in the statement's condition: all keys of the owner are revoked."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        for other in list(self.store.keys.values()):
            if other.user_id == key.user_id:
                super().revoke_key(other, now)


@mutant("revocation-of-later-keys-as-well", "END-20", "LIFE-16", also=("END-28", "DER-26", "SEQ-01"))
class RevocationOfLaterKeysAsWell(Gallery):
    """A comparison the wrong way round: the owner's keys that were made after it are revoked too."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        owned = [other for other in self.store.keys.values() if other.user_id == key.user_id]
        for other in owned[owned.index(key) :]:
            super().revoke_key(other, now)


@mutant("revocation-shortens-the-other-keys", "END-20", "LIFE-16")
class RevocationShortensTheOtherKeys(Gallery):
    """The owner's other keys get an end of today, so that they are thought over as well."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        super().revoke_key(key, now)
        for other in self.store.keys.values():
            if other.user_id == key.user_id and other is not key and not self.is_expired(other, now):
                other.expired_on = min(other.expired_on, now + timedelta(days=1))


@mutant("revocation-logs-the-owner-out", "END-22")
class RevocationLogsTheOwnerOut(Gallery):
    """All sessions of the owner are ended with the key, the one of the web form that revoked it included."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        super().revoke_key(key, now)
        self.store.end_sessions(key.user_id)


@mutant("revocation-listed-as-of-the-creation", "END-28")
class RevocationListedAsOfTheCreation(Gallery):
    """The list shows the date of creation where that of the revocation belongs."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        row = super().listed(key, now)
        return row | {"revoked_on": row["created_on"]} if row["revoked_on"] else row


@mutant("revocation-listed-for-every-key", "END-28", also=("LIFE-12",))
class RevocationListedForEveryKey(Gallery):
    """A key that was never revoked is listed with an empty date of revocation, not with none."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        row = super().listed(key, now)
        return row | {"revoked_on": row["revoked_on"] or "0000-00-00 00:00:00"}


@mutant("second-revocation-moves-the-date", "END-29")
class SecondRevocationMovesTheDate(deviations.SecondRevocationMovesTheDate):
    """Revoking a key once more writes the new date over that of its end."""
