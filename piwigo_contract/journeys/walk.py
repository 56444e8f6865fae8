"""Walks a client's journey on a gallery: with a key that is good to the end, or that ends half-way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from piwigo_contract.claims import Expect
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, ApiKey, Session
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.login import session_after
from piwigo_contract.errors import ContractBroken, LacksMethod
from piwigo_contract.journeys.causes import explained_by, outlived
from piwigo_contract.journeys.data import Journey, Step
from piwigo_contract.journeys.made import Made
from piwigo_contract.journeys.requests import call_of, carriers
from piwigo_contract.journeys.values import found_at, listed_in
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.sessions import Sessions

OF_A_SESSION = ("pwg_token", "current_datetime")
"""What one visitor is told otherwise than another."""


class Walk:
    """One journey, once.

    key: the client's; owner: whose that is. expect: what claims are made with. visitors: whether the gallery shows them
    anything.
    """

    def __init__(
        self,
        journey: Journey,
        sandbox: Sandbox,
        sessions: Sessions,
        key: ApiKey,
        owner: Account,
        expect: Expect,
        *,
        visitors: bool = True,
    ) -> None:
        self._journey, self._webmaster, self._sessions = journey, sandbox.webmaster, sessions
        self._gallery, self._expect, self._key, self._visitors = sandbox.gallery, expect, key, visitors
        self._made = Made(journey, sandbox, owner)
        self._values = self._made.values
        self._browser: Session | None = None
        self._opened_by: Step | None = None
        self._told_by: dict[str, Answer] = {}

    # ------------------------------------------------------------------ with a good key

    def to_its_end(self) -> None:
        """Each step is answered as the client counts on."""
        for step in self._journey.steps:
            self._take(step)

    # ------------------------------------------------------------------ with one that ends

    def half_way(self, end: Callable[[ApiKey], None], how: str, another: ApiKey) -> None:
        """As `to_its_end`, but the key ends before a step: that one is refused, as all that the client tries after it.

        how: what becomes of the key, such as revoked. another: a good key of the same owner's, which does the step once
        the other was refused.
        """
        at = self._journey.ends_before
        for step in self._journey.steps[:at]:
            self._take(step)
        end(self._key)
        first, *later = self._journey.steps[at:]
        refused = self._refused(first, how)
        for step in later:
            if step.by == "client" and step.call and step.mentions <= self._values.names:
                self._stays_refused(step, how, refused)
        for step in self._journey.once_ended:
            self._take(step)
        if not _only_cookies(first):
            with self._at(first, "with another key"):
                self._expect.control(self._send(first, another)).succeeds()

    def _refused(self, step: Step, how: str) -> Answer:
        answer = self._send(step, self._key)
        with self._at(step, f"the key being {how}", answer):
            if _only_cookies(step):
                self._answered_like_a_visitor(step, answer, how)
            elif "key" in step.sends:
                self._expect(answer).is_refused_as_an_invalid_key()
            else:
                self._expect(answer).is_a_refused_login()
        return answer

    def _stays_refused(self, step: Step, how: str, first: Answer) -> None:
        """The client goes on regardless."""
        answer = self._send(step, self._key)
        with self._at(step, f"the key being {how}", answer):
            if _only_cookies(step):
                self._answered_like_a_visitor(step, answer, how)
            else:
                self._expect(answer).is_answered_like(first, "at the first refusal")

    def _answered_like_a_visitor(self, step: Step, answer: Answer, how: str) -> None:
        call = self._gallery.transcript.exchange_of(answer).call
        visitors = self._gallery.send(replace(call, auth=_without_cookies(call)))
        try:
            self._expect(answer).says_the_same_as(visitors, volatile=OF_A_SESSION)
        except ContractBroken as broken:
            found = f"the session goes on ({outlived(self._opened_by or step, how)})"
            raise ContractBroken("the answer that a visitor gets", found, broken.exchange) from broken

    # ------------------------------------------------------------------ one step

    def _take(self, step: Step) -> None:
        if step.load is not None:
            self._load(step, step.load)
        elif step.refused:
            self._is_refused(step)
        elif step.by == "visitor" and not self._visitors:
            self._expect.remark(f"left out: {step.name!r}, as this gallery shows visitors nothing new")
        elif step.gone:
            with self._at(step):
                self._expect(self._send(step, self._key)).fails_with(404)
        else:
            self._call(step)

    def _call(self, step: Step) -> None:
        answer = self._send(step, self._key)
        with self._at(step, answer=answer):
            claim = self._expect(answer)
            result = claim.succeeds()

            def told_at(path: str) -> str | None:
                told = found_at(self._values.fill(path).reveal(), result)
                return None if told is None else str(told)  # a number, and the same number as a text

            for path in (*step.has, *step.reads.values()):
                if told_at(path) is None and (method := listed_in(path)) is not None:
                    self._must_have(method)
                claim.that(told_at(path) is not None, f"{path} in the result", "it is not there")
            for path, wanted in step.tells.items():
                expected = None if wanted is None else self._values.fill(wanted).reveal()
                found = "it is not there" if told_at(path) is None else "it is another"
                claim.that(told_at(path) == expected, f"{path} to be {wanted}", found)
        for name, path in step.reads.items():
            self._made.read(name, told_at(path) or "")
            self._told_by[name] = answer

    def _must_have(self, method: str) -> None:
        """Raise LacksMethod where the webmaster's list of methods has it no more than the client's."""
        if method not in self._webmaster("reflection.getMethodList")["methods"]:
            raise LacksMethod(method)

    def _is_refused(self, step: Step) -> None:
        """Whoever looks is, where the webmaster is not."""
        assert self._webmaster.account is not None
        call = call_of(step, self._values, None, (), {})
        with self._at(step):
            allowed = self._gallery.send(replace(call, auth=(self._webmaster.account.session,)))
            self._expect.control(allowed).succeeds()
            self._expect(self._gallery.send(call)).is_refused()

    def _load(self, step: Step, named: str) -> None:
        """Load a picture by an address that an answer told."""
        name, address = named.strip("{}"), self._values.fill(named).reveal()
        with self._at(step):
            told = self._expect(self._told_by[name])
            told.that(
                address.startswith(self._gallery.url), "an address of the gallery that was asked", "it is another's"
            )
            page = address.removeprefix(self._gallery.url)
            self._gallery.vault.mask(page, f"${name.upper()}")
            who = carriers(step, self._key, self._browser) if step.by == "client" else ()
            headers = tuple((header, self._values.fill(text)) for header, text in self._journey.headers.items())
            self._expect(self._gallery.send(ApiCall(None, (), "GET", None, who, headers, page=page))).is_a_picture()

    def _send(self, step: Step, key: ApiKey) -> Answer:
        if step.by == "webmaster":
            params = {name: self._values.fill(value) for name, value in step.params.items()}
            return self._webmaster.ask(step.call or "", **params)
        if step.by == "visitor":
            return self._gallery.send(call_of(step, self._values, None, (), {}))
        self._made.key_is(key)
        file, who = self._made.file_for(step), carriers(step, key, self._browser)
        answer = self._gallery.send(call_of(step, self._values, file, who, self._journey.headers))
        self._keep_cookies(step, answer)
        return answer

    def _keep_cookies(self, step: Step, answer: Answer) -> None:
        """What the client's jar holds after an answer; a session in it is logged out at the end."""
        if not any("cookie" in each.sends for each in self._journey.steps) or not answer.all_headers("set-cookie"):
            return
        self._browser = session_after(self._gallery, answer, self._browser, label="CLIENT")
        if "key.secret" in step.needs:
            self._opened_by = step
            self._sessions.end_with_the_run(self._browser)

    # ------------------------------------------------------------------ which step it is

    @contextmanager
    def _at(self, step: Step, state: str = "", answer: Answer | None = None) -> Iterator[None]:
        """A break inside names the step, and the clause that explains it, where there is one."""
        try:
            yield
        except ContractBroken as broken:
            who = self._journey.client if step.by == "client" else f"{self._journey.client}, seen by others"
            place = f"{who}: {step.name!r}{f', {state},' if state else ''} ({step.verb} {step.call or 'of a picture'})"
            cause = None
            if answer is not None and step.by == "client":
                cause = explained_by(self._journey, step, answer, self._gallery)
            found = f"{broken.found} ({cause})" if cause else broken.found
            raise ContractBroken(f"{place}: {broken.promised}", found, broken.exchange) from broken


def _only_cookies(step: Step) -> bool:
    """Whether nothing of the key is in the request itself."""
    return "key" not in step.sends and "key.secret" not in step.needs


def _without_cookies(call: ApiCall) -> tuple[object, ...]:
    return tuple(each for each in call.auth if not isinstance(each, Session))
