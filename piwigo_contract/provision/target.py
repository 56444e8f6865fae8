"""One target of a run: where it is, what it is held to, and the identities that checks ask with."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from piwigo_contract.claims import Uniform
from piwigo_contract.client.clock import Clock, parse_time
from piwigo_contract.client.credentials import Account, ApiKey, User
from piwigo_contract.client.gallery import Gallery, NoAnswer, rate_limiter
from piwigo_contract.client.logins import Logins
from piwigo_contract.client.raw import Wire
from piwigo_contract.client.sessions import web_login
from piwigo_contract.client.vault import Text, Vault
from piwigo_contract.contract.releases import ReleaseProfile, profiles
from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.errors import NoVerdict, OutOfReach, PiwigoContractError, SuiteError
from piwigo_contract.methods.every_method import EveryMethod
from piwigo_contract.methods.reflection import Reflection, read_reflection
from piwigo_contract.methods.token import TokenMethods
from piwigo_contract.options import Settings
from piwigo_contract.provision import preflight
from piwigo_contract.provision.sandbox import Sandbox, found_things
from piwigo_contract.provision.workshop import Workshop

T = TypeVar("T")

NOBODY = User("", "")
"""The owner of a key that was given in its ended state: nothing tells who it is."""

COMMAND_TIMEOUT = 60.0
"""Seconds that `--expire-command` may take."""


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
    """A target and its standing identities, each made when first asked for.

    What could not be made fails at once the next time, in place of being tried again for every check.
    """

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
        self.logins = Logins(self.gallery)
        self.key_accepted: bool | None = None
        """Whether any key was, of those that checks or `accepts_a_key` tried; None where nobody did."""
        self.gone: str | None = None
        """Set once the target stopped answering; nothing can be assessed from then on."""
        self._made: dict[str, Any] = {}
        self._workshop: Workshop | None = None

    @property
    def profile(self) -> ReleaseProfile:
        return self.gallery.profile

    @property
    def may_make_users(self) -> bool:
        """Whether users, and so all kinds of things, can be made on this target."""
        return "new-users" in self.settings.within_reach()

    # ------------------------------------------------------------------ preflight

    def inspect(self) -> Plan:
        """Run the preflight: reachable, a Piwigo, which release, do the credentials work."""
        plan = self.plan
        try:
            found = preflight.look(self.gallery)
            plan.reported_version = found.reported_version
            plan.lines.append(
                f"{plan.url} answers as Piwigo {found.reported_version or '(of a version it does not say)'}"
            )
            choice = preflight.choose_release(self.gallery, found, self.settings.release)
            plan.release, plan.note = choice.profile.release, choice.note
            self.gallery.profile = choice.profile
            plan.lines.append(f"held to the contract of {plan.release}, key in the header {choice.profile.header}")
            if plan.note:
                plan.lines.append(f"note: {plan.note}")
            plan.lines.append(f"access: {self._check_credentials()}")
        except NoVerdict as error:
            plan.stopped = self.vault.clean(str(error))
        except PiwigoContractError as error:
            plan.stopped = self.vault.clean(f"{plan.url}: preflight failed: {error}")
        return plan

    def _check_credentials(self) -> str:
        told = []
        if self.settings.webmaster:
            account = self.webmaster()
            if account.user.status != "webmaster":
                raise NoVerdict(f"--webmaster: {account.user.name} has the status {account.user.status}, not webmaster")
            told.append(f"webmaster {account.user.name!r} logged in")
        if self.settings.account:
            account = self._given_account()
            told.append(f"account {account.user.name!r} ({account.user.status}) logged in")
        if self.settings.api_key:
            told.append(f"the key of {self._given_key().owner.name!r} is accepted")
        told += [
            f"--{name}" for name in self.settings.access() if name.endswith(("-key", "-command")) and name != "api-key"
        ]
        if self.settings.read_only:
            told.append("read-only: nothing is created or changed")
        return ", ".join(told) or "none given, an anonymous caller's alone"

    # ------------------------------------------------------------------ identities

    def webmaster(self) -> Account:
        given = self._given("webmaster", self.settings.webmaster)
        return self.once("webmaster", lambda: self._log_in(given, "WEBMASTER"))

    def live_key(self) -> ApiKey:
        """A valid key: one made for this run where that may be, else the one that was given."""
        if self.settings.can_make_keys():
            return self.once("live key", lambda: self.workshop().new_key())
        return self._given_key()

    def accepts_a_key(self) -> bool:
        """Whether any key was accepted; the run's own is tried, once, where no check has tried any.

        A verdict rests on that, whatever checks were selected.
        """
        if self.key_accepted is None:
            self.key_accepted = False
            with suppress(OutOfReach, NoVerdict, SuiteError, NoAnswer):  # then none was
                self._must_be_accepted(self.live_key())
                self.key_accepted = True
        return self.key_accepted

    def second_key(self) -> ApiKey:
        """Another valid key of the live key's owner."""
        self.needs("new-key")
        self.live_key()
        return self.once("second key", lambda: self.workshop().new_key())

    def key_of_another_user(self) -> ApiKey:
        self.needs("new-users")
        self.live_key()
        return self.once("other user's key", lambda: self.workshop().new_key(self.workshop().new_user()))

    def webmaster_key(self) -> ApiKey:
        """A key of a throw-away webmaster, so that the real one's list of keys stays as it is."""
        self.needs("new-users")
        self.live_key()
        return self.once("webmaster's key", lambda: self.workshop().new_key(self.workshop().new_user("webmaster")))

    def throw_away_user(self) -> Account:
        """An ordinary user made for this run, with no key of its own."""
        self.needs("new-users")
        return self.once("throw-away user", lambda: self.workshop().new_user())

    def reflection(self) -> Reflection:
        """All methods, as the target's own reflection tells the webmaster (or anybody)."""
        asking = [self.webmaster().session] if self.settings.webmaster else []
        return self.once(
            "reflection", lambda: read_reflection(self.gallery, *asking, release=self.plan.reported_version)
        )

    @property
    def known_reflection(self) -> Reflection | None:
        """As `reflection`, where this run has read it."""
        known = self._made.get("reflection")
        return known if isinstance(known, Reflection) else None

    def every_method(self) -> EveryMethod:
        """All methods, each with arguments that can take no effect."""
        return EveryMethod(self.reflection(), forbidden=self.forbidden_methods(), read_only=self.settings.read_only)

    def forbidden_methods(self) -> tuple[str, ...]:
        """The methods that a key may not call here: the release's list, with what the gallery changes of it."""
        site = self.settings.site_list or SiteList()
        return site.applied_to(self.profile.forbidden_methods)

    def sandbox(self) -> Sandbox:
        """What is made to be read and changed, open to the throw-away users that read it."""
        self.needs("new-users")
        return self.once("sandbox", self._new_sandbox)

    def found_things(self) -> Mapping[str, Text]:
        """An album, a photo and a tag that are there, as far as a key (or else anybody) sees any."""
        asking = [self._given_key()] if self.settings.api_key else []
        return self.once("found things", lambda: found_things(self.gallery, *asking))

    def _new_sandbox(self) -> Sandbox:
        workshop = self.workshop()
        owner, reader = (workshop.owner_of(key) for key in (self.webmaster_key(), self.key_of_another_user()))
        sandbox = Sandbox(workshop, owner)
        sandbox.open_to(owner, reader)
        return sandbox

    def token_methods(self) -> TokenMethods:
        """The methods that take a pwg_token."""
        return TokenMethods(self.reflection())

    def key_of(self, status: str) -> ApiKey:
        """A key of a throw-away user of that status: webmaster, admin, normal or generic."""
        standing = {"webmaster": self.webmaster_key, "normal": self.key_of_another_user}
        return standing[status]() if status in standing else self._key_of(status, f"{status}'s key")

    def _key_of(self, status: str, name: str) -> ApiKey:
        self.needs("new-users")
        self.live_key()
        return self.once(name, lambda: self.workshop().new_key(self.workshop().new_user(status)))

    def link_key(self) -> Text:
        """A key for links in mails, of a throw-away ordinary user. Raises OutOfReach where none is given out."""
        owner = self.workshop().owner_of(self.key_of_another_user())
        envelope = self.workshop().link_key(owner).envelope
        if envelope is None or not envelope.ok or not isinstance(envelope.result, dict):
            raise OutOfReach(detail="a gallery that gives out link keys ($conf['auth_key_duration'] above 0)")
        return self.vault.secret("PIWIGO_LINK_KEY", envelope.result["auth_key"]).text

    def revoked_key(self) -> ApiKey:
        """A key that was accepted and then revoked; or, where none may be made, the one that was given."""
        self.needs("revoked-key")
        if self.settings.can_make_keys():
            return self.once("revoked key", self._new_revoked_key)
        return self._foreign_key("PIWIGO_REVOKED_KEY", self.settings.revoked_key)

    def revoked_webmaster_key(self) -> ApiKey:
        """A revoked key of the throw-away webmaster, whose rights would be enough for everything."""
        self.needs("new-users")
        owner = self.workshop().owner_of(self.webmaster_key())
        return self.once("webmaster's revoked key", lambda: self._new_revoked_key(owner))

    def expired_key(self) -> ApiKey:
        """A key that was accepted and has expired since; or the one that was given."""
        self.needs("expired-key")
        if self.settings.expire_command and self.settings.can_make_keys():
            return self.once("expired key", self._new_expired_key)
        return self._foreign_key("PIWIGO_EXPIRED_KEY", self.settings.expired_key)

    def workshop(self) -> Workshop:
        """What makes users and keys. Raises OutOfReach where nothing may be made."""
        self.needs("new-key")
        if self._workshop is None:
            self._workshop = Workshop(
                self.gallery,
                account=self._given_account() if self.settings.account else None,
                webmaster=self.webmaster() if self.settings.webmaster else None,
            )
        return self._workshop

    def expire(self, key: ApiKey) -> None:
        """Make a key expire by `--expire-command`, and wait out the second in which it does.

        Raises SuiteError when the command fails.
        """
        command = self._given("expiring-key", self.settings.expire_command)
        words = [word.replace("{pkid}", key.pkid.reveal()) for word in shlex.split(command)]
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_TIMEOUT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SuiteError(f"--expire-command: {type(error).__name__}: {words[0]}") from error
        if done.returncode:
            said = self.vault.clean(" ".join((done.stderr or done.stdout).split()))[:200]
            raise SuiteError(f"--expire-command ended with exit code {done.returncode}: {said}")
        # the second of expired_on itself still counts as valid (auth_key_login)
        self.clock.pass_by(parse_time(self.workshop().listed(key)["expired_on"]))

    # ------------------------------------------------------------------ the end

    def still_there(self) -> bool:
        """Whether the target answers an anonymous call."""
        try:
            return self.gallery.whoami(verb="GET").envelope is not None
        except NoAnswer as error:
            self.gone = f"the target went away during the run: {error.exchange.failure}"
            return False

    def clean_up(self) -> list[str]:
        """Remove what the run made; what could not be removed, a line each."""
        return self.logins.end_all() + (self._workshop.ledger.undo_all() if self._workshop else [])

    # ------------------------------------------------------------------ how

    def _new_revoked_key(self, owner: Account | None = None) -> ApiKey:
        key = self.workshop().new_key(owner)
        self._must_be_accepted(key)
        self.workshop().revoke(key)
        return key

    def _new_expired_key(self) -> ApiKey:
        key = self.workshop().new_key()
        self._must_be_accepted(key)
        self.expire(key)
        return key

    def _must_be_accepted(self, key: ApiKey) -> None:
        """A refusal proves nothing of a key that never worked."""
        caller = self.gallery.whoami(key).caller
        if caller is None or caller.user != key.owner:
            raise SuiteError("a new key was not accepted, so its end can't be seen")

    def _given_account(self) -> Account:
        given = self._given("new-key", self.settings.account)
        return self.once("account", lambda: self._log_in(given, "ACCOUNT"))

    def _given_key(self) -> ApiKey:
        given = self._given("live-key", self.settings.api_key)
        return self.once(
            "given key", lambda: preflight.accept_key(self.gallery, self.vault.key("PIWIGO_API_KEY", given))
        )

    def saw_at_work(self, key: ApiKey) -> bool:
        """Whether this run made the key, and so knows what it once opened."""
        return key.owner != NOBODY

    def _foreign_key(self, name: str, given: str | None) -> ApiKey:
        assert given is not None
        return ApiKey(self.vault.key(name, given), NOBODY)

    def _log_in(self, given: tuple[str, str], label: str) -> Account:
        password = self.vault.secret(f"PIWIGO_{label}_PASSWORD", given[1])
        session = web_login(self.gallery, given[0], password.text, label)
        return Account(session.user, session, password=password.text)

    def _given(self, need: str, value: T | None) -> T:
        if value is None:
            raise OutOfReach(need)
        return value

    def needs(self, need: str) -> None:
        """Raise OutOfReach where this access, a key of ACCESS, is not there."""
        if need not in self.settings.within_reach():
            raise OutOfReach(need)

    def refuses_chunked_requests(self) -> str | None:
        """Why the server in front takes no request with a chunked body; None where it does."""

        def ask() -> str | None:
            try:
                answer = Wire(self.gallery).whoami_chunked()
            except NoAnswer:
                return "the server in front answers no chunked request"
            return None if answer.caller else f"the server in front refuses chunked requests (HTTP {answer.status})"

        return self.once("chunked requests", ask)

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
