"""One target of a run: where it is, what it is held to, what is there to ask it with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from piwigo_contract.claims import Uniform
from piwigo_contract.client.clock import Clock
from piwigo_contract.client.credentials import Account, ApiKey
from piwigo_contract.client.gallery import Gallery, NoAnswer
from piwigo_contract.client.login import web_login
from piwigo_contract.client.raw import Wire
from piwigo_contract.client.transport import rate_limiter
from piwigo_contract.client.vault import Vault
from piwigo_contract.contract.releases import ReleaseProfile, profiles
from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.errors import NotInUse, NoVerdict, OutOfReach, SuiteError
from piwigo_contract.methods.reflection import Reflection, read_reflection
from piwigo_contract.options import Settings
from piwigo_contract.provision.identities import Identities
from piwigo_contract.provision.ledger import Ledger
from piwigo_contract.provision.makers import Makers
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.preflight import accept_key
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.sessions import Sessions

T = TypeVar("T")


@dataclass
class Plan:
    """What preflight found, in plain data, so that workers of a distributed run need not ask again.

    stopped: why there can be no verdict, or None. lines: what is told to the user at the start.
    """

    url: str
    release: str
    reported_version: str | None = None
    note: str | None = None
    stopped: str | None = None
    lines: list[str] = field(default_factory=list)


class Target:
    """A target, and what is asked of it once for all checks."""

    def __init__(self, url: str, settings: Settings, vault: Vault, plan: Plan | None = None, *, share: int = 1) -> None:
        """share: how many processes test this target together and so share `--rate`."""
        release = plan.release if plan else (settings.release if settings.release != "auto" else list(profiles())[-1])
        self.settings = settings
        self.plan = plan or Plan(url, release)
        self.vault = vault
        limiter = rate_limiter(settings.rate / share) if settings.rate else None
        self.gallery = Gallery(url, profiles()[release], vault, limiter=limiter, trust=settings.trust())
        self.uniform = Uniform()
        self.clock = Clock(self.gallery)
        self.ledger = Ledger()
        self._names = Names(vault)
        self.sessions = Sessions(self.gallery, self._names, self.ledger)
        self.identities = Identities(self)
        self.key_accepted: bool | None = None
        """Whether any key was, of those that checks or `Identities.accepts_a_key` tried; None where nobody did."""
        self.gone: str | None = None
        """Set once the target stopped answering; nothing can be assessed from then on."""
        self._made: dict[str, Any] = {}

    @property
    def profile(self) -> ReleaseProfile:
        return self.gallery.profile

    # ------------------------------------------------------------------ access

    @property
    def may_make_users(self) -> bool:
        """Whether users, and so all kinds of things, can be made on this target."""
        return "new-users" in self.settings.within_reach()

    def needs(self, need: str) -> None:
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
        return self.once("given key", lambda: accept_key(self.gallery, self.vault.key("PIWIGO_API_KEY", given)))

    def _log_in(self, given: tuple[str, str], label: str) -> Account:
        password = self.vault.secret(f"PIWIGO_{label}_PASSWORD", given[1])
        session = web_login(self.gallery, given[0], password.text, label)
        return Account(session.user, session, password=password.text)

    def _given(self, need: str, value: T | None) -> T:
        if value is None:
            raise OutOfReach(need)
        return value

    # ------------------------------------------------------------------ what is made here

    @property
    def makers(self) -> Makers:
        """What makes users, keys and things. Raises OutOfReach where nothing may be made."""
        self.needs("new-key")
        return self.once("makers", self._new_makers)

    def sandbox(self) -> Sandbox:
        """What is made to be read and changed, open to the throw-away users that read it."""
        self.needs("new-users")
        return self.once("sandbox", self._new_sandbox)

    def once(self, what: str, make: Callable[[], T]) -> T:
        """What `make` gives at the first call; what it could not make then is not tried again."""
        if what not in self._made:
            try:
                self._made[what] = make()
            except (SuiteError, NoVerdict) as error:
                self._made[what] = error
        made = self._made[what]
        if isinstance(made, SuiteError | NoVerdict):
            raise made
        return made  # type: ignore[no-any-return]

    def _new_makers(self) -> Makers:
        return Makers.on(
            self.gallery,
            self.sessions,
            self._names,
            self.ledger,
            self.clock,
            webmaster=self.webmaster() if self.settings.webmaster else None,
            account=self.given_account() if self.settings.account else None,
            expire_command=self.settings.expire_command,
        )

    def _new_sandbox(self) -> Sandbox:
        owner_of = self.makers.keys.owner_of
        owner, reader = owner_of(self.identities.webmaster_key()), owner_of(self.identities.key_of_another_user())
        sandbox = Sandbox(self.makers, owner)
        sandbox.open_to(owner, reader)
        return sandbox

    # ------------------------------------------------------------------ what it is like

    def reflection(self) -> Reflection:
        """All methods, as the target's own reflection tells the webmaster (or anybody)."""
        asking = [self.webmaster().session] if self.settings.webmaster else []
        return self.once(
            "reflection", lambda: read_reflection(self.gallery, *asking, release=self.plan.reported_version)
        )

    def forbidden_methods(self) -> tuple[str, ...]:
        """The methods that a key may not call here: the release's list, with what the gallery changes of it."""
        site = self.settings.site_list or SiteList()
        return site.applied_to(self.profile.forbidden_methods)

    def lets_keys_call(self, method: str) -> None:
        """Raises NotInUse where the gallery does not."""
        if method in self.forbidden_methods():
            raise NotInUse(f"this gallery forbids {method} to keys")

    def refuses_chunked_requests(self) -> str | None:
        """Why the server in front takes no request with a chunked body; None where it does."""

        def ask() -> str | None:
            try:
                answer = Wire(self.gallery).whoami_chunked()
            except NoAnswer:
                return "the server in front answers no chunked request"
            return None if answer.caller else f"the server in front refuses chunked requests (HTTP {answer.status})"

        return self.once("chunked requests", ask)

    def still_there(self) -> bool:
        """Whether the target answers an anonymous call."""
        try:
            return self.gallery.whoami(verb="GET").envelope is not None
        except NoAnswer as error:
            self.gone = f"the target went away during the run: {error.exchange.failure}"
            return False
