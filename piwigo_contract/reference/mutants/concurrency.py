"""Requests that get mixed up: on one connection, at one moment, in one process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary, WeakSet

from piwigo_contract.reference.call import CONNECTION, Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant

EVERY_GUEST: tuple[str, ...] = ()
"""Clauses that claim of some request without a key that its caller is a guest."""


class _PerConnection(Gallery):
    """`seen` holds the last caller with a key of each connection."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.seen: WeakKeyDictionary[object, Caller] = WeakKeyDictionary()

    def remember(self, call: Call, caller: Caller | None) -> None:
        if caller is not None:
            self.seen[call.environ[CONNECTION]] = caller

    def remembered(self, call: Call) -> Caller | None:
        return self.seen.get(call.environ[CONNECTION])


@mutant("connection-remembers-a-refusal", "WHO-32", also=("DER-27",))
class ConnectionRemembersARefusal(_PerConnection):
    """A connection on which a bad key came is remembered: the next request on it, without a key, is refused too."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._bad: WeakSet[object] = WeakSet()

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        connection = call.environ[CONNECTION]
        if connection in self._bad and "Cookie" not in call.headers and self.read_key_header(call) is None:
            self._bad.discard(connection)
            raise self.refuse_key()
        self._bad.discard(connection)
        try:
            return super().header_caller(call, session)
        except PwgError:
            self._bad.add(connection)
            raise


@mutant("connection-remembers-its-key", "WHO-32", "HDR-02", also=EVERY_GUEST)
class ConnectionRemembersItsKey(_PerConnection):
    """A worker process keeps the caller of a connection: the next request on it without a key is that caller's."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        self.remember(call, caller)
        in_mind = self.remembered(call)
        return caller or (in_mind if "Cookie" not in call.headers and call.path == "/ws.php" else None)


@mutant("connection-forgives-a-bad-key", "REJ-02", also=("WHO-32",))
class ConnectionForgivesABadKey(_PerConnection):
    """Once a key was good on a connection, others on it are not looked at again."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        value = self.read_key_header(call)
        in_mind = self.remembered(call)
        if value is not None and in_mind is not None and in_mind.key and value.startswith(in_mind.key.pkid):
            return Caller(in_mind.user, session, "api_key", in_mind.key, by_header=True)
        caller = super().header_caller(call, session)
        self.remember(call, caller)
        return caller


class _Counted(Gallery):
    """`active` is the number of requests that are under way, each of them long enough to meet another."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.active = 0
        self._counting = threading.Lock()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        with self._counting:
            self.active += 1
        try:
            time.sleep(0.005)
            with super().exclusive():
                yield
        finally:
            with self._counting:
                self.active -= 1
                if not self.active:
                    self.rest()

    def rest(self) -> None:
        """No request is under way any more."""


@mutant("caller-is-a-global-variable", "WHO-33")
class CallerIsAGlobalVariable(_Counted):
    """Who asks is kept in a variable of the process, which another request may write to before it is read."""

    _latest: Caller | None = None

    def identify(self, call: Call) -> Caller:
        caller = super().identify(call)
        if self.active > 1 and self._latest is not None and call.requested("method") == "pwg.session.getStatus":
            call.caller = self._latest
        self._latest = caller
        return call.caller


@mutant("key-is-remembered-for-a-moment", "WHO-33")
class KeyIsRememberedForAMoment(_Counted):
    """A check of a secret is dear, so its result is kept for requests that come at the same moment."""

    _known: Caller | None = None

    def rest(self) -> None:
        self._known = None

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        value = self.read_key_header(call)
        if self._known is not None and self.active > 1 and value is not None and self.key_of(value) is not None:
            return Caller(self._known.user, session, "api_key", self._known.key, by_header=True)
        found = super().header_caller(call, session)
        self._known = found or self._known
        return found
