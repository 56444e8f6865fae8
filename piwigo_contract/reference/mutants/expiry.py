"""The end of a key: dates that are reckoned, compared, kept or shown in the wrong way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.deviations import SessionOutlivesItsKey
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, Caller, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.mutants.revocation import BadKeyHeardFirst


class AtTheDoor(Gallery):
    """Expiry is judged in its own way where a key is used, and rightly in the list."""

    _call: Call | None = None

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        self._call = call
        try:
            return super().header_caller(call, session)
        finally:
            self._call = None

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        """Whether a key that has expired is let in nevertheless."""
        return False

    def is_expired(self, key: ApiKey, now: datetime) -> bool:
        return super().is_expired(key, now) and not (self._call is not None and self.still_good(key, now, self._call))


@mutant("expired-key-accepted", "REJ-10")
class ExpiredKeyAccepted(AtTheDoor):
    """The date of expiry is shown and never asked."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return True


@mutant("expired-key-told-apart", "REJ-10")
class ExpiredKeyToldApart(Gallery):
    """An expired key is refused with a status of its own."""

    def key_caller(self, value: str, session: Session) -> Caller:
        halves = self.parse_key(value)
        key = self.find_key(halves[0]) if halves else None
        if key is not None and self.is_expired(key, self.now()):
            raise PwgError(403, "api_key expired")
        return super().key_caller(value, session)


@mutant("expiry-compared-by-day", "REJ-10")
class ExpiryComparedByDay(AtTheDoor):
    """Only the date is compared: a key is good to the end of its last day."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return key.expired_on.date() >= now.date()


@mutant("expired-key-reads-albums", "END-02")
class ExpiredKeyReadsAlbums(AtTheDoor):
    """The list of albums is served to a key that was good a little while ago, so that no page breaks half-way."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return bool(call.requested("method") == "pwg.categories.getList")


@mutant("expired-key-reads-by-get", "END-02", also=("SEQ-01",))
class ExpiredKeyReadsByGet(AtTheDoor):
    """Expiry is looked at for a POST alone: reading is believed to do no harm."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return call.verb == "GET"


@mutant("expired-key-in-another-format", "END-05", "END-07")
class ExpiredKeyInAnotherFormat(AtTheDoor):
    """Expiry was forgotten in the code for XML-RPC."""

    def still_good(self, key: ApiKey, now: datetime, call: Call) -> bool:
        return call.format == "xmlrpc"


@mutant("last-day-not-counted", "END-03")
class LastDayNotCounted(Gallery):
    """A key counts as expired once less than a whole day is left of it."""

    def is_good(self, key: ApiKey, secret: str, now: datetime) -> bool:
        return super().is_good(key, secret, now) and key.expired_on - now >= timedelta(days=1)


class _ExpiredKeyHeardFirst(BadKeyHeardFirst):
    def has_ended(self, key: ApiKey) -> bool:
        return self.is_expired(key, self.now())


@mutant("expired-key-s-parameters-judged-first", "END-07")
class ExpiredKeysParametersJudgedFirst(_ExpiredKeyHeardFirst):
    """The parameters of a write are judged before its key: what is wrong with them is told to an expired one."""

    def prepare(self, call: Call, key: ApiKey) -> None:
        self.judge_parameters(call)


@mutant("expired-key-s-write-done-first", "END-09")
class ExpiredKeysWriteDoneFirst(_ExpiredKeyHeardFirst):
    """A preference is written as soon as the owner is known, and the key's expiry is looked at afterwards."""

    def prepare(self, call: Call, key: ApiKey) -> None:
        self.write_preference(call, key)


@mutant("expired-halves-log-in", "END-11", also=("END-19", "DER-18", "DER-20", "DER-22", "DER-24"))
class ExpiredHalvesLogIn(SessionOutlivesItsKey):
    """pwg.session.login compares the halves of a key and does not ask whether it has expired."""

    _logs_in = False

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        self._logs_in = call.requested("method") == "pwg.session.login"
        try:
            return super().session_login(call, session, username, password)
        finally:
            self._logs_in = False

    def is_expired(self, key: ApiKey, now: datetime) -> bool:
        return super().is_expired(key, now) and not self._logs_in


@mutant("expired-halves-refused-with-a-session", "END-11", also=("END-19",))
class ExpiredHalvesRefusedWithASession(Gallery):
    """pwg.session.login opens the session first, finds that the key has expired, and says no without closing it."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        key = self.find_key(str(username))
        right = key is not None and self.secret_matches(key, str(password))
        if key is not None and right and self.is_expired(key, self.now()):
            if call.requested("method") == "pwg.session.login":
                self.log_in(call, session, self.store.users[key.user_id], "ws_session_login")
            raise PwgError(999, "Invalid username/password")
        return super().session_login(call, session, username, password)


# --- for good


@mutant("rename-prolongs-an-expired-key", "END-16", also=("SEQ-01",))
class RenameProlongsAnExpiredKey(Gallery):
    """A rename of an expired key starts its duration anew."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        if self.is_expired(key, self.now()):
            key.expired_on = self.expiry(self.now(), key.duration)


@mutant("revocation-takes-the-expiry-away", "END-17", also=("SEQ-01",))
class RevocationTakesTheExpiryAway(Gallery):
    """One column says how a key ended: a revocation of an expired key overwrites it, and is not looked at then."""

    def revoke_key(self, key: ApiKey, now: datetime) -> None:
        if self.is_expired(key, now):
            key.expired_on = self.expiry(now, key.duration)
        else:
            super().revoke_key(key, now)


@mutant("new-key-prolongs-the-expired-ones", "END-18", also=("END-05", "END-07", "END-11", "DER-06", "SEQ-01"))
class NewKeyProlongsTheExpiredOnes(Gallery):
    """Making a key sets the end of all keys of its owner that have expired."""

    def create_key(self, owner: User, name: str, days: int) -> tuple[ApiKey, str]:
        for key in self.keys_of(owner):
            if self.is_expired(key, self.now()):
                key.expired_on = self.expiry(self.now(), days)
        return super().create_key(owner, name, days)


@mutant("login-prolongs-an-expired-key", "END-19", also=("DER-06",))
class LoginProlongsAnExpiredKey(Gallery):
    """A try to log in with an expired key is refused, and gives the key another day."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        key = self.find_key(str(username))
        try:
            return super().session_login(call, session, username, password)
        finally:
            right = key is not None and self.secret_matches(key, str(password))
            if key is not None and right and self.is_expired(key, self.now()):
                key.expired_on = self.now() + timedelta(days=1)


# --- and no other


@mutant("expired-key-ends-the-later-ones", "END-21", also=("SEQ-01",))
class ExpiredKeyEndsTheLaterOnes(Gallery):
    """The clean-up that meets an expired key ends what the owner made after it."""

    def is_good(self, key: ApiKey, secret: str, now: datetime) -> bool:
        good = super().is_good(key, secret, now)
        if self.is_expired(key, now) and key.last_used_on is None and self.secret_matches(key, secret):
            owned = [other for other in self.store.keys.values() if other.user_id == key.user_id]
            for other in owned[owned.index(key) :]:
                other.revoked_on = other.revoked_on or now
        return good


# --- the dates


@mutant("years-of-365-days", "END-23")
class YearsOf365Days(Gallery):
    """A duration of years is added to the year, so that leap days are left out of the count."""

    def expiry(self, created: datetime, days: int) -> datetime:
        years = days // 365
        leap_day = (created.month, created.day) == (2, 29)
        start = created - timedelta(days=1) if leap_day else created
        return (
            start.replace(year=created.year + years) + timedelta(days=days % 365)
            if years < 100
            else (super().expiry(created, days))
        )


@mutant("expiry-at-midnight", "END-23")
class ExpiryAtMidnight(Gallery):
    """A key ends with its last day, at midnight, not at the time of its creation."""

    def expiry(self, created: datetime, days: int) -> datetime:
        return super().expiry(created, days).replace(hour=0, minute=0, second=0) + timedelta(days=1)


@mutant("expiry-in-universal-time", "END-23")
class ExpiryInUniversalTime(Gallery):
    """The end is reckoned in universal time and the creation in the gallery's own, five hours away."""

    def expiry(self, created: datetime, days: int) -> datetime:
        return super().expiry(created, days) + timedelta(hours=5)


@mutant("each-use-prolongs", "END-24", also=("LIFE-37", "LIFE-38"))
class EachUseProlongs(Gallery):
    """The duration counts from the last use."""

    def touch_last_used(self, key: ApiKey, now: datetime) -> None:
        super().touch_last_used(key, now)
        key.expired_on = self.expiry(now, key.duration)


@mutant("login-prolongs", "END-24")
class LoginProlongs(Gallery):
    """A session that is opened with a key starts the key's duration anew."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        opened = super().session_login(call, session, username, password)
        key = self.find_key(opened.pkid) if opened.pkid else None
        if key is not None:
            key.expired_on = self.expiry(self.now(), key.duration)
        return opened


@mutant("rename-prolongs", "END-25", "LIFE-13")
class RenameProlongs(Gallery):
    """A rename of a live key starts its duration anew."""

    def rename_key(self, key: ApiKey, name: str) -> None:
        super().rename_key(key, name)
        if not self.is_expired(key, self.now()):
            key.expired_on = self.expiry(self.now(), key.duration)


@mutant("expired-key-listed-as-good", "END-26", also=("LIFE-15", "END-27"))
class ExpiredKeyListedAsGood(Gallery):
    """The list is made from the row alone, in which a key that was not revoked is active."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        return super().listed(key, now) | {"is_expired": key.revoked_on is not None}


@mutant("expiry-listed-by-day", "END-26")
class ExpiryListedByDay(Gallery):
    """The list compares the dates without the time: what expired today is shown as good."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        return super().listed(key, now) | {"is_expired": key.expired_on.date() < now.date()}


@mutant("revoked-key-listed-as-expired", "END-27", also=("LIFE-15",))
class RevokedKeyListedAsExpired(Gallery):
    """The list has one word for keys that no longer work: a revoked one is shown as expired."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        row = super().listed(key, now)
        return row | {"is_expired": row["is_expired"] or key.revoked_on is not None}


@mutant("expiry-listed-as-the-last-second-of-the-day", "LIFE-11", also=("END-23",))
class ExpiryListedAsTheLastSecondOfTheDay(Gallery):
    """The list rounds the end of a key up to the end of its day, which its creation did not tell."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        end = key.expired_on.replace(hour=23, minute=59, second=59)
        return super().listed(key, now) | {"expired_on": stamp(end)}
