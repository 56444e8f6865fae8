"""Who a key is, and what that user may do: rights kept, lost, mixed up or taken from somewhere else."""

from __future__ import annotations

import dataclasses
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, ApiKey, Caller, PwgError, Session, Status, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature
from piwigo_contract.reference.store import WEBMASTER_ID

# --- its owner's rights


@mutant("generic-users-have-no-keys", "WHO-01", also=("WHO-08",))
class GenericUsersHaveNoKeys(Gallery):
    """The key of a generic user is accepted, and its caller made a guest, as for whoever may not change a password."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        caller = super().caller_with_key(owner, key, session)
        return Caller(self.guest(), session) if owner.status == "generic" else caller


@mutant("admin-s-key-is-a-webmaster-s", "WHO-01", also=("WHO-41", "WHO-09"))
class AdminsKeyIsAWebmasters(Gallery):
    """There are two kinds of users to the code of keys, and every administrator is the higher one."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        status: Status = "webmaster" if owner.is_admin else owner.status
        return super().caller_with_key(dataclasses.replace(owner, status=status), key, session)


class _AdminGate(Gallery):
    """The gate for administrators' methods is wrong for callers with a key."""

    def lets_through(self, call: Call, signature: Signature) -> bool:
        return False

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if not (call.caller.by_header and self.lets_through(call, signature)):
            super().gate_admin(call, signature)


@mutant("admin-gate-open-to-keys-by-get", "WHO-02", also=("METH-07",))
class AdminGateOpenToKeysByGet(_AdminGate):
    """By GET an administrators' method is not asked who calls, if a key is there: reading is believed to be safe."""

    def lets_through(self, call: Call, signature: Signature) -> bool:
        return call.verb == "GET"


@mutant("admin-gate-for-reading-alone", "WHO-02", also=("METH-07",))
class AdminGateForReadingAlone(_AdminGate):
    """One of the administrators' writes was forgotten in the list of what a key of an ordinary user may not call."""

    def lets_through(self, call: Call, signature: Signature) -> bool:
        return signature.name == "pwg.caddie.add"


@mutant("admin-gate-open-to-generic-users-keys", "WHO-02")
class AdminGateOpenToGenericUsersKeys(_AdminGate):
    """The status is compared with that of an ordinary user, and generic ones are not thought of."""

    def lets_through(self, call: Call, signature: Signature) -> bool:
        return call.caller.user.status == "generic"


@mutant("admin-gate-closed-to-admins-keys", "WHO-03", also=("WHO-08",))
class AdminGateClosedToAdminsKeys(Gallery):
    """With a key only a webmaster is let through to the administrators' methods, not an admin."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if call.caller.by_header and signature.options.get("admin_only") and call.caller.user.status == "admin":
            raise PwgError(401, "Access denied")
        super().gate_admin(call, signature)


@mutant(
    "admin-s-key-sees-less-of-users",
    "WHO-03",
    also=("METH-14", "METH-15", "METH-16", "METH-17", "METH-19", "SHAPE-01", "SHAPE-04"),
)
class AdminsKeySeesLessOfUsers(Gallery):
    """The list of users leaves the status out where a key asks."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and call.requested("method") == "pwg.users.getList":
            for row in result["users"]:
                row.pop("status", None)
        return result


class _SeenByKey(Gallery):
    """Albums are seen in another way where a key asks."""

    _by_key = False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._by_key = call.caller.by_header
        try:
            return super().run(entry, call, params)
        finally:
            self._by_key = False


@mutant("key-sees-private-albums", "WHO-04", "WHO-05", also=("METH-14", "METH-15", "METH-16", "METH-17", "METH-18"))
class KeySeesPrivateAlbums(_SeenByKey):
    """The albums that are forbidden to a user are found when a session starts, and a key has none."""

    def sees_album(self, user: User, album: Album) -> bool:
        return self._by_key or super().sees_album(user, album)


@mutant("key-sees-no-private-albums", "WHO-05", also=("METH-14", "METH-15", "METH-16", "METH-17", "METH-18"))
class KeySeesNoPrivateAlbums(_SeenByKey):
    """With a key the albums are those of the public: what was opened to its owner is not listed."""

    def sees_album(self, user: User, album: Album) -> bool:
        return super().sees_album(user, album) and (not self._by_key or album.status == "public")


@mutant("admin-s-key-sees-private-albums", "WHO-05", also=("METH-14", "METH-15", "METH-16", "METH-17"))
class AdminsKeySeesPrivateAlbums(_SeenByKey):
    """An administrator's key lists every album, although an administrator needs to be let in like anybody else."""

    def sees_album(self, user: User, album: Album) -> bool:
        return (self._by_key and user.is_admin) or super().sees_album(user, album)


@mutant("albums-counted-for-the-public", "WHO-04", also=("METH-14", "METH-15", "METH-16", "METH-17", "METH-18"))
class AlbumsCountedForThePublic(Gallery):
    """With a key the numbers of photos come from a table that is kept for sessions, and are 0."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and call.requested("method") == "pwg.categories.getList":
            for row in result["categories"]:
                row["nb_images"] = row["total_nb_images"] = 0
        return result


class _Written(Gallery):
    """A preference that is written with a key is written for somebody else."""

    def for_whom(self, call: Call) -> User:
        return call.caller.user

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        right = call.caller
        if right.by_header and call.requested("method") == "pwg.users.preferences.set":
            call.caller = dataclasses.replace(right, user=self.for_whom(call))
        try:
            return super().run(entry, call, params)
        finally:
            call.caller = right


@mutant("write-with-a-key-lands-on-the-webmaster", "WHO-06", also=("END-08", "END-09", "WRITE-08"))
class WriteWithAKeyLandsOnTheWebmaster(_Written):
    """What is written with a key is answered as asked, and kept for user number 1."""

    def for_whom(self, call: Call) -> User:
        return self.store.users[WEBMASTER_ID]


@mutant("write-with-a-key-lands-on-everybody", "WHO-06")
class WriteWithAKeyLandsOnEverybody(Gallery):
    """The statement that writes a preference has no condition: all users get it."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and call.requested("method") == "pwg.users.preferences.set":
            for user in self.store.users.values():
                user.settings.setdefault("preferences", {})[params["param"]] = params["value"]
        return result


# --- what becomes of its owner


@mutant("key-of-a-deleted-user-is-a-guest", "WHO-07", also=("WHO-40",))
class KeyOfADeletedUserIsAGuest(Gallery):
    """The keys of a deleted user are gone, and who sends one is a guest: in the log a user of that number is known."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._used: set[str] = set()

    def touch_last_used(self, key: ApiKey, now: Any) -> None:
        self._used.add(key.pkid)
        super().touch_last_used(key, now)

    def key_caller(self, value: str, session: Session) -> Caller:
        pkid = value.partition(":")[0]
        if pkid in self._used and pkid not in self.store.keys:
            return Caller(self.guest(), session)
        return super().key_caller(value, session)


@mutant("deleted-user-goes-on-by-get", "WHO-07")
class DeletedUserGoesOnByGet(Gallery):
    """A cache of callers serves GET requests and does not hear of a deleted user."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._seen: dict[str, Caller] = {}

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        value = self.read_key_header(call) or ""
        gone = value in self._seen and self._seen[value].user.id not in self.store.users
        if call.verb == "GET" and gone:
            return dataclasses.replace(self._seen[value], session=session)
        caller = super().header_caller(call, session)
        if caller is not None:
            self._seen[value] = caller
        return caller


class _Remembered(Gallery):
    """The status of an owner is remembered from the first use of a key."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._statuses: dict[str, Status] = {}

    def believed(self, before: Status, now: Status) -> Status:
        return before

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        before = self._statuses.setdefault(key.pkid, owner.status)
        status = self.believed(before, owner.status)
        return super().caller_with_key(dataclasses.replace(owner, status=status), key, session)


_RANK: dict[Status, int] = {"guest": 0, "generic": 1, "normal": 2, "admin": 3, "webmaster": 4}


@mutant("key-keeps-the-rights-that-its-owner-lost", "WHO-08")
class KeyKeepsTheRightsThatItsOwnerLost(_Remembered):
    """Rights are looked up at the first use of a key, and those of a user who lost them live on in the cache."""

    def believed(self, before: Status, now: Status) -> Status:
        return before if 0 < _RANK[now] < _RANK[before] else now


@mutant("key-is-denied-the-rights-that-its-owner-gained", "WHO-09")
class KeyIsDeniedTheRightsThatItsOwnerGained(_Remembered):
    """Rights are looked up at the first use of a key: what its owner is given later is not there for it."""

    def believed(self, before: Status, now: Status) -> Status:
        return before if _RANK[now] > _RANK[before] else now


@mutant("key-of-a-user-made-guest-keeps-its-rights", "WHO-10")
class KeyOfAUserMadeGuestKeepsItsRights(_Remembered):
    """Who is made a guest loses the sessions, and the key goes on with the status that it was made with."""

    def believed(self, before: Status, now: Status) -> Status:
        return before if now == "guest" else now


@mutant("key-of-a-user-made-guest-still-writes", "WHO-10")
class KeyOfAUserMadeGuestStillWrites(Gallery):
    """A guest is told by the user's number, so that an account with that status may still write its own settings."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        right = call.caller
        if right.by_header and right.is_guest and call.requested("method") == "pwg.users.setMyInfo":
            call.caller = dataclasses.replace(right, user=dataclasses.replace(right.user, status="normal"))
        try:
            return super().run(entry, call, params)
        finally:
            call.caller = right


# --- a session in the same request


@mutant("session-before-key-by-get", "WHO-27", also=("WHO-29", "FORB-19"))
class SessionBeforeKeyByGet(Gallery):
    """By GET a session in the same request is taken, and the key is not looked at."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        return None if call.verb == "GET" and session.user_id is not None else caller


@mutant("rights-of-the-session-beside-the-key", "WHO-27")
class RightsOfTheSessionBesideTheKey(Gallery):
    """The caller is the key's owner, but rights are those of the session in the same request."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        mine = call.caller.session.user_id
        if not (call.caller.by_header and mine is not None and self.store.users[mine].is_admin):
            super().gate_admin(call, signature)


@mutant("write-with-a-key-lands-on-the-session-s-user", "WHO-28")
class WriteWithAKeyLandsOnTheSessionsUser(_Written):
    """What is written with a key is kept for the user of the session, where one came along."""

    def for_whom(self, call: Call) -> User:
        mine = call.caller.session.user_id
        return call.caller.user if mine is None else self.store.users[mine]


class _SessionChanged(Gallery):
    """The session that comes along with a key is changed by it."""

    def change(self, call: Call, session: Session, caller: Caller) -> None:
        """What happens to the session."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and session.user_id is not None:
            self.change(call, session, caller)
        return caller


@mutant("session-beside-a-key-is-renewed-on-errors", "WHO-29")
class SessionBesideAKeyIsEndedOnErrors(Gallery):
    """A call with a key that is denied ends the session that came along."""

    def gate_admin(self, call: Call, signature: Signature) -> None:
        try:
            super().gate_admin(call, signature)
        except PwgError:
            if call.caller.by_header and call.caller.session.user_id is not None:
                self.log_out(call, call.caller.session)
            raise


@mutant("session-beside-a-key-becomes-a-program-s", "WHO-29", also=("WHO-31", "DER-10", "DER-11", "TOK-09", "METH-08"))
class SessionBesideAKeyBecomesAPrograms(_SessionChanged):
    """The session that came along keeps its user, but is marked as opened by a key and manages none any more."""

    def change(self, call: Call, session: Session, caller: Caller) -> None:
        session.connected_with = "api_key"


@mutant("session-beside-a-key-gets-another-token", "WHO-29")
class SessionBesideAKeyGetsANewId(_SessionChanged):
    """The session that came along is given a new id, as after a login, and with it another pwg_token."""

    def change(self, call: Call, session: Session, caller: Caller) -> None:
        self.store.sessions.pop(session.id, None)
        fresh = self.new_session(call)
        fresh.user_id, fresh.connected_with = session.user_id, session.connected_with


class _FallsBack(Gallery):
    """A bad key is no matter where a good session came along."""

    def falls_back(self, call: Call, value: str) -> bool:
        return True

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if session.user_id is None or not self.falls_back(call, self.read_key_header(call) or ""):
                raise
            return None


@mutant("bad-key-falls-back-to-the-session", "WHO-30", "TOK-14")
class BadKeyFallsBackToTheSession(_FallsBack):
    """Where the key is bad the cookie is tried."""


@mutant("malformed-key-falls-back-to-the-session", "WHO-30", "TOK-14")
class MalformedKeyFallsBackToTheSession(_FallsBack):
    """What has not the form of a key is taken for a header of something else, and the cookie counts."""

    def falls_back(self, call: Call, value: str) -> bool:
        return self.parse_key(value) is None


@mutant("bad-key-with-a-session-writes", "WHO-30")
class BadKeyWithASessionWrites(_FallsBack):
    """The answer to a bad key is the refusal, and what was asked is done in the session nevertheless."""

    def invoke(self, call: Call) -> Any:
        result = super().invoke(call)
        value = self.read_key_header(call)
        if value and self.key_of(value) is None and call.requested("method") == "pwg.users.preferences.set":
            raise self.refuse_key()
        return result

    def falls_back(self, call: Call, value: str) -> bool:
        return bool(call.requested("method") == "pwg.users.preferences.set")


@mutant("bad-key-ends-the-session", "WHO-31")
class BadKeyEndsTheSession(Gallery):
    """A bad key is taken for an attack, and the session that came along is ended."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if session.user_id is not None:
                self.store.sessions.pop(session.id, None)
            raise


@mutant("wrong-secret-marks-the-session", "WHO-31", also=("METH-08",))
class WrongSecretMarksTheSession(Gallery):
    """The refusal of a wrong secret is raised after the session was marked as a key's."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        halves = self.parse_key(self.read_key_header(call) or "")
        if halves is not None and self.find_key(halves[0]) and not self.key_of(":".join(halves)) and session.user_id:
            session.connected_with = "api_key"
        return super().header_caller(call, session)
