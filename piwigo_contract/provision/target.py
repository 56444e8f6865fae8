"""One target of a run: its address, its release, its client, and what is made on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar

from piwigo_contract.claims import UniformRefusal
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.clock import Clock
from piwigo_contract.client.credentials import GUEST, Account, ApiKey, Session, User, basic_of
from piwigo_contract.client.exchange import ApiCall, Exchange
from piwigo_contract.client.gallery import Gallery, NoAnswer
from piwigo_contract.client.login import web_login
from piwigo_contract.client.raw import Wire
from piwigo_contract.client.transport import rate_limiter
from piwigo_contract.client.vault import Vault
from piwigo_contract.contract.releases import ReleaseProfile, profiles
from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.errors import NoMoreAsked, NotInUse, NoVerdict, OutOfReach, SuiteError, TargetGone, TooFast
from piwigo_contract.methods.openapi.descriptions import released_methods
from piwigo_contract.methods.reflection import Reflection, read_reflection
from piwigo_contract.options import Settings
from piwigo_contract.provision.identities import Identities
from piwigo_contract.provision.ledger import Entry, Ledger
from piwigo_contract.provision.ledger_file import LedgerFile
from piwigo_contract.provision.makers import Makers
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.preflight import accept_key
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.sessions import Sessions
from piwigo_contract.provision.undoing import Undoing

T = TypeVar("T")


def _knows_no_such_method(answer: Answer | None) -> bool:
    return answer is not None and answer.envelope is not None and answer.envelope.err == 501


@dataclass
class PreflightResult:
    """What the preflight found, as plain data, so that workers of a distributed run need not repeat it.

    anonymous: name and status of whom the target takes anybody for. ended: which of the keys that were given, "expired"
    and "revoked", are so by their owner's list. stopped: why there can be no verdict, or None. requests: how many it
    sent. seconds_per_request: how long an answer took. lines: what is told to the user at the start.
    """

    url: str
    release: str
    reported_version: str | None = None
    note: str | None = None
    anonymous: tuple[str, str] = (GUEST.name, GUEST.status)
    stopped: str | None = None
    requests: int = 0
    seconds_per_request: float | None = None
    lines: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)


class Target:
    """A target, and what is asked of it once for all checks."""

    def __init__(
        self,
        url: str,
        settings: Settings,
        vault: Vault,
        preflight: PreflightResult | None = None,
        *,
        share: int = 1,
        file: LedgerFile | None = None,
    ) -> None:
        """share: how many processes test this target together and so share `--rate` and `--max-requests`. file: where
        what is made is written down; None where all of it ends with this process.
        """
        held_to = preflight.release if preflight else settings.release
        release = held_to if held_to != "auto" else list(profiles())[-1]
        self.settings = settings
        self.preflight = preflight or PreflightResult(url, release)
        self.vault = vault
        login = settings.basic_of(url)
        self.gallery = Gallery(
            url,
            profiles()[release],
            vault,
            timeout=settings.request_timeout,
            most=(settings.max_requests - self.preflight.requests) // share if settings.max_requests else None,
            limiter=rate_limiter(settings.rate / share) if settings.rate else None,
            trust=settings.trust(),
            in_front=basic_of(vault.login("PIWIGO_BASIC", *login)) if login else None,
        )
        self.gallery.anonymous = User(*self.preflight.anonymous)
        if preflight is not None:
            self.gallery.steadiness.version = preflight.reported_version
            self.gallery.steadiness.nobody = self.gallery.anonymous
        self.uniform_refusal = UniformRefusal()
        self.clock = Clock(self.gallery)
        self.ledger = Ledger(url, file)
        self._names = Names(vault)
        self.sessions = Sessions(self.gallery, self._names, self.ledger)
        self.identities = Identities(self)
        self.standing_keys: list[ApiKey] = []
        """Keys in force to the end of the run: no check ends them, or their owners."""
        self.key_accepted: bool | None = None
        """Whether the target accepted any key that checks or `Identities.accepts_a_key` tried; None where none was
        tried.
        """
        self.gone: str | None = None
        """Set once the target stopped answering; nothing can be assessed from then on."""
        self.lacking: set[str] = set()
        """Methods that calls were told there are none of."""
        self._made: dict[str, Any] = {}
        self._failed: dict[str, tuple[OutOfReach | SuiteError | NoVerdict, TracebackType | None]] = {}

    @property
    def profile(self) -> ReleaseProfile:
        """The release that the target is held to."""
        return self.gallery.profile

    # ------------------------------------------------------------------ access

    @property
    def may_make_users(self) -> bool:
        """Whether users, and so all kinds of things, can be made on this target."""
        return "new-users" in self.settings.within_reach()

    def require(self, need: str) -> None:
        """Raise OutOfReach where this access, a key of ACCESS, is not there."""
        if need not in self.settings.within_reach():
            raise OutOfReach(need)

    def webmaster(self) -> Account:
        """The webmaster that was given, logged in through the web form."""
        given = self._given("webmaster", self.settings.webmaster)
        return self.once("webmaster", lambda: self._log_in(given, "WEBMASTER"))

    def given_account(self) -> Account:
        """The ordinary user that was given, logged in through the web form."""
        given = self._given("new-key", self.settings.account)
        return self.once("account", lambda: self._log_in(given, "ACCOUNT"))

    def given_key(self) -> ApiKey:
        """The valid key that was given, with the owner that the target names."""
        given = self._given("live-key", self.settings.api_key)
        return self.once(
            "given key", lambda: self.standing(accept_key(self.gallery, self.vault.key("PIWIGO_API_KEY", given)))
        )

    def log_out(self) -> None:
        """End the sessions of the accounts that were given. They are opened again when they are asked for."""
        for name in ("account", "webmaster"):
            self._failed.pop(name, None)
            account = self._made.pop(name, None)
            if account is not None:
                with self.gallery.unbounded():
                    self.gallery.call("pwg.session.logout", account.session)

    def _log_in(self, given: tuple[str, str], label: str) -> Account:
        password = self.vault.secret(f"PIWIGO_{label}_PASSWORD", given[1])
        session = web_login(self.gallery, given[0], password.text, label)
        return Account(session.user, session, password.text)

    def _given(self, need: str, value: T | None) -> T:
        if value is None:
            raise OutOfReach(need)
        return value

    # ------------------------------------------------------------------ what is made here

    @property
    def makers(self) -> Makers:
        """What makes users, keys and things. Raises OutOfReach where nothing may be made."""
        self.require("new-key")
        return self.once("makers", lambda: self.new_makers(self._names))

    def enter_what_probes_make(self) -> None:
        """Have what harmless calls make on a target that is wrong taken away at the end, where anybody can do that."""
        if self.may_make_users:
            self.once("what probes make", lambda: self.makers.enter_nameless())

    def sandbox(self) -> Sandbox:
        """What is made to be read and changed, open to the throw-away users that read it."""
        self.require("new-users")
        sandbox = self.once("sandbox", self._new_sandbox)
        self.identities.webmaster_key()  # an album is opened to the administrators there are when it is made
        return sandbox

    def stand_down(self, fixtures: Collection[str]) -> None:
        """As `Users.stand_down`, where anybody was made."""
        makers = self._made.get("makers")
        if isinstance(makers, Makers):
            makers.users.stand_down(fixtures)

    def once(self, what: str, make: Callable[[], T]) -> T:
        """What `make` returned the first time. If it raised, it is not called again: the same error is raised."""
        if what not in self._made and what not in self._failed:
            try:
                self._made[what] = make()
            except (OutOfReach, SuiteError, NoVerdict) as error:
                self._failed[what] = error, error.__traceback__
        if what in self._failed:
            failed, traceback = self._failed[what]
            raise failed.with_traceback(traceback)  # else it would grow each time
        return self._made[what]  # type: ignore[no-any-return]

    def standing_sessions(self) -> Iterator[Session]:
        """The sessions of the owners of `standing_keys`, as far as this run has opened them: no check ends them."""
        for key in self.standing_keys if self.settings.can_make_keys() else ():
            if (owner := self.makers.users.find(key.owner)) is not None:
                yield owner.session

    def standing(self, key: ApiKey) -> ApiKey:
        """Note a key as one that checks share, so that none ends it."""
        self.standing_keys.append(key)
        return key

    def new_makers(self, names: Names) -> Makers:
        """Makers of their own, with these names and the target's ledger."""
        return Makers.on(
            self.gallery,
            self.sessions,
            names,
            self.ledger,
            self.clock,
            webmaster=self.webmaster() if self.settings.webmaster else None,
            account=self.given_account() if self.settings.account else None,
            expire_command=self.settings.expire_command,
        )

    def take_away(self, *, interrupted: bool = False) -> list[tuple[Entry, str]]:
        """Take away what was made here; what could not be, and why: see `Ledger.undo_all`."""
        undo = Undoing(self, at_once=self.ledger.entries)
        return self.ledger.undo_all(undo, undo.come_back, interrupted=interrupted)

    def _new_sandbox(self) -> Sandbox:
        owner_of = self.makers.keys.owner_of
        owner, reader = owner_of(self.identities.webmaster_key()), owner_of(self.identities.key_of_another_user())
        sandbox = Sandbox(self.makers, owner)
        for account in (owner, reader):
            sandbox.admit(account, sandbox.album)
        return sandbox

    # ------------------------------------------------------------------ what it is like

    def reflection(self) -> Reflection:
        """All methods, by the target's own reflection in the webmaster's session (without a webmaster: anonymous)."""
        asking = [self.webmaster().session] if self.settings.webmaster else []
        return self.once(
            "reflection", lambda: read_reflection(self.gallery, *asking, version=self.preflight.reported_version)
        )

    @property
    def known_reflection(self) -> Reflection | None:
        """As `reflection`, where this run has read it."""
        known = self._made.get("reflection")
        return known if isinstance(known, Reflection) else None

    def lacks(self, exchange: Exchange | None) -> str | None:
        """The method of the release that a request names, where the answer is that there is none, and nobody in
        particular is answered otherwise; else None.
        """
        if exchange is None or (method := exchange.method) is None:
            return None
        if method not in released_methods(self.profile.release) or not _knows_no_such_method(exchange.answer):
            return None
        if method not in self.lacking and _knows_no_such_method(self.gallery.call(method, verb="GET")):
            self.lacking.add(method)
        return method if method in self.lacking else None

    def not_implemented(self) -> set[str]:
        """The methods of the release that the target does not have, as far as this run knows by now."""
        released, known = set(released_methods(self.profile.release)), self.known_reflection
        listed = released if known is None else {method.name for method in known}
        return (released & self.lacking) | (released - listed)

    def forbidden_methods(self) -> tuple[str, ...]:
        """The methods that a key may not call here: the release's list, with what the gallery changes of it."""
        site = self.settings.site_list or SiteList()
        return site.applied_to(self.profile.forbidden_methods)

    def lets_keys_call(self, method: str) -> None:
        """Raises NotInUse where the gallery does not."""
        if method in self.forbidden_methods():
            raise NotInUse(f"this gallery forbids {method} to keys")

    def shows_visitors(self) -> bool:
        """Whether visitors may ask for albums and photos at all ($conf['guest_access'])."""
        listed = self.once("what visitors see", lambda: self.gallery.call("pwg.categories.getList", verb="GET"))
        return listed.envelope is not None and listed.envelope.ok

    def refuses_chunked_requests(self) -> str | None:
        """Why the server in front takes no request with a chunked body; None where it does."""

        def ask() -> str | None:
            try:
                answer = Wire(self.gallery).whoami_chunked()
            except NoAnswer:
                return "the server in front answers no chunked request"
            return None if answer.caller else f"the server in front refuses chunked requests (HTTP {answer.status})"

        return self.once("chunked requests", ask)

    def must_be_there(self) -> None:
        """Raise TargetGone where the target does not answer an anonymous call any more, or did not before."""
        if self.gone is None:
            self.gallery.expects_little()
            try:
                answer = self.gallery.whoami(verb="GET")
                if answer.envelope is None:
                    # on a connection of its own: on a kept one an earlier request's body may be read for this one
                    answer = self.gallery.send_counted(ApiCall(verb="GET"))
            except NoAnswer as error:
                self.gone = self._since_now(str(error.exchange.failure))
            except TargetGone as error:
                self.gone = self._since_now(str(error))
            except NoMoreAsked as error:
                self.gone = str(error)
            except TooFast:  # it is there
                self.gallery.expects_little(False)
                raise
            else:
                self.gone = None if answer.envelope is not None else self._since_now(answer.in_words)
                self.gallery.expects_little(self.gone is not None)
        if self.gone is not None:
            raise TargetGone(self.gone)

    def _since_now(self, told: str) -> str:
        when = time.strftime("%H:%M:%S", time.gmtime())
        return f"the target went away during the run, at {when} UTC: to an anonymous call it answers {told}"
