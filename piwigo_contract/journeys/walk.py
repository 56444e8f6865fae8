"""Walks a client's journey on a gallery: with a key that is good to the end, or that ends half-way."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

from piwigo_contract.claims import Expect
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, ApiKey, Session
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.login import session_after
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.errors import ContractBroken
from piwigo_contract.journeys.causes import explained_by, outlived
from piwigo_contract.journeys.data import Journey, Step
from piwigo_contract.journeys.requests import about, call_of, carriers, part_of
from piwigo_contract.journeys.values import Values, found_at
from piwigo_contract.methods.results import number
from piwigo_contract.provision.picture import photo
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.sessions import Sessions
from piwigo_contract.provision.uploading import File, sum_of

KB = 1024
TOLD_IN_KB = "chunk_kb"
"""What a client reads the size of a part under, where the gallery tells it."""


class Walk:
    """One journey, once. key: the client's; owner: whose that is. expect: what claims are made with."""

    def __init__(
        self, journey: Journey, sandbox: Sandbox, sessions: Sessions, key: ApiKey, owner: Account, expect: Expect
    ) -> None:
        self._journey, self._sandbox, self._sessions = journey, sandbox, sessions
        self._gallery, self._expect, self._key = sandbox.gallery, expect, key
        self._browser: Session | None = None
        self._opened_by: Step | None = None
        self._told_by: dict[str, Answer] = {}
        self._top = sandbox.public_album if journey.home == "public" else sandbox.album
        self._home = sandbox.new_album(self._top)
        if journey.home == "private":
            sandbox.admit(owner, self._home)
        for _ in range(journey.photos):
            sandbox.new_photo(self._home)
        self._values = self._known(owner)

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
        if not self._only_cookies(first):
            with self._at(first, "with another key"):
                self._expect.control(self._send(first, another)).succeeds()

    def _refused(self, step: Step, how: str) -> Answer:
        answer = self._send(step, self._key)
        with self._at(step, f"the key being {how}"):
            if self._only_cookies(step):
                self._answered_like_a_visitor(step, answer, how)
            elif "key" in step.sends:
                self._expect(answer).is_refused_as_an_invalid_key()
            else:
                self._expect(answer).is_a_refused_login()
        return answer

    def _answered_like_a_visitor(self, step: Step, answer: Answer, how: str) -> None:
        call = self._call(step, self._key)
        visitors = replace(call, auth=tuple(each for each in call.auth if not isinstance(each, Session)))
        try:
            self._expect(answer).says_the_same_as(self._gallery.send(visitors))
        except ContractBroken as broken:
            assert self._opened_by is not None
            clause = outlived(self._opened_by, how)
            raise ContractBroken(
                "the answer that a visitor gets", f"the session goes on ({clause})", broken.exchange
            ) from broken

    def _stays_refused(self, step: Step, how: str, first: Answer) -> None:
        """The client goes on regardless."""
        answer = self._send(step, self._key)
        with self._at(step, f"the key being {how}"):
            if self._only_cookies(step):
                self._answered_like_a_visitor(step, answer, how)
            else:
                self._expect(answer).is_answered_like(first, "at the first refusal")

    def _only_cookies(self, step: Step) -> bool:
        return "key" not in step.sends and "key.secret" not in step.needs

    # ------------------------------------------------------------------ one step

    def _take(self, step: Step) -> None:
        if step.load is not None:
            self._load(step)
            return
        if step.refused:
            self._is_refused_to_who_looks(step)
            return
        answer = self._send(step, self._key)
        with self._at(step, answer=answer):
            claim = self._expect(answer)
            result = claim.succeeds()
            for path in (*step.has, *step.reads.values()):
                told = found_at(self._values.fill(path).reveal(), result)
                claim.that(told is not None, f"{path} in the result", "it is not there")
            for path, wanted in step.tells.items():
                told = found_at(self._values.fill(path).reveal(), result)
                expected = None if wanted is None else self._values.fill(wanted).reveal()
                found = "it is not there" if told is None else "it is another"
                claim.that(_as_text(told) == expected, f"{path} to be {wanted}", found)
        for name, path in step.reads.items():
            told = _as_text(found_at(self._values.fill(path).reveal(), result)) or ""
            self._values[name] = self._named(name, told)
            self._told_by[name] = answer

    def _is_refused_to_who_looks(self, step: Step) -> None:
        control = self._sandbox.webmaster.account
        assert control is not None
        call = self._call(step, self._key)
        with self._at(step):
            allowed = self._gallery.send(replace(call, auth=(control.session,)))
            self._expect.control(allowed).succeeds()
            self._expect(self._gallery.send(call)).is_refused()

    def _load(self, step: Step) -> None:
        """Load a picture by an address that an answer told."""
        assert step.load is not None
        address = self._values.fill(step.load).reveal()
        with self._at(step):
            told = self._expect(self._told_by[step.load.strip("{}")])
            told.that(
                address.startswith(self._gallery.url), "an address of the gallery's that was asked", "it is another's"
            )
            page = address.removeprefix(self._gallery.url)
            self._gallery.vault.mask(page, f"${step.load.strip('{}').upper()}")
            who = carriers(step, self._key, self._browser) if step.by == "client" else ()
            headers = tuple((name, self._values.fill(text)) for name, text in self._journey.headers.items())
            loaded = self._gallery.send(ApiCall(None, (), "GET", None, who, headers, page=page))
            self._expect(loaded).is_a_picture()

    def _send(self, step: Step, key: ApiKey) -> Answer:
        if step.by == "webmaster":
            params = {name: self._values.fill(value) for name, value in step.params.items()}
            return self._sandbox.webmaster.ask(step.call or "", **params)
        answer = self._gallery.send(self._call(step, key))
        if step.by == "client":
            self._keep_cookies(step, answer)
        return answer

    def _call(self, step: Step, key: ApiKey) -> ApiCall:
        if step.by != "client":
            return call_of(step, self._values, None, (), {})
        part = part_of(self._file, step.part, self._length) if step.part is not None or step.file else None
        if part is not None:
            for name, value in about(part).items():
                self._values[name] = value
        self._values["key.id"], self._values["key.secret"] = key.pkid, key.secret_half
        return call_of(step, self._values, part, carriers(step, key, self._browser), self._journey.headers)

    def _keep_cookies(self, step: Step, answer: Answer) -> None:
        """What the client's jar holds after an answer; a session in it is logged out at the end."""
        if not any("cookie" in each.sends for each in self._journey.steps) or not answer.all_headers("set-cookie"):
            return
        opens = "key.secret" in step.needs
        self._browser = session_after(self._gallery, answer, self._browser, label="CLIENT")
        if opens:
            self._opened_by = step
            self._sessions.end_with_the_run(self._browser)

    # ------------------------------------------------------------------ what is known, and made

    def _known(self, owner: Account) -> Values:
        values, sandbox = Values(), self._sandbox
        values["home"], values["top"] = self._home.id, self._top.id
        values["album"] = Text.of(sandbox.names.new("album"))
        values["tag"] = lambda: Text.of(self._tag)
        values["photo.md5"] = lambda: Text.of(Secret("MD5SUM", self._file.md5sum))
        values["photo.name"] = lambda: Text.of(self._file.upload.name)
        values["owner.name"], values["owner.status"] = Text.of(owner.user.name), Text.of(owner.user.status)
        values["owner.id"] = lambda: Text.of(sandbox.users.id_of(owner))
        for given in ("key.id", "key.secret", "part.md5", "part.data"):
            values[given] = Text()
        return values

    @cached_property
    def _tag(self) -> str:
        return self._sandbox.name_of_a_tag()

    @cached_property
    def _length(self) -> int:
        """Bytes of a part: what the gallery told, where the client asked for it."""
        if TOLD_IN_KB in self._values and number(told := self._values[TOLD_IN_KB].reveal()):
            return int(told) * KB
        return KB

    @cached_property
    def _file(self) -> File:
        """A photo that is on no gallery, of as many parts as the journey has; deleted at the end."""
        content = photo(secrets.token_hex(16), (self._journey.parts - 1) * self._length)
        md5sum = sum_of(content)
        self._sandbox.enter_photo(md5sum, waits=True)
        self._gallery.vault.mask(md5sum, "$MD5SUM")
        return File(Upload("lake.jpg", content, "image/jpeg"), md5sum)

    def _named(self, name: str, value: str) -> Text:
        """What was read of an answer, as evidence shows it."""
        if name == "token":
            return self._gallery.vault.secret("PIWIGO_CLIENT_TOKEN", value).text
        return Text.of(Secret(name.upper(), value))

    # ------------------------------------------------------------------ which step it is

    @contextmanager
    def _at(self, step: Step, state: str = "", answer: Answer | None = None) -> Iterator[None]:
        """A break inside names the step, and the clause that explains it, where there is one."""
        try:
            yield
        except ContractBroken as broken:
            who = self._journey.client if step.by == "client" else f"{self._journey.client}, seen by others"
            place = f"{who}: {step.name!r}{f', {state},' if state else ''} ({step.verb} {step.call or 'of a picture'})"
            found = broken.found
            if answer is not None and step.by == "client":
                cause = explained_by(self._journey, step, answer, self._gallery)
                found += f" ({cause})" if cause else ""
            raise ContractBroken(f"{place}: {broken.promised}", found, broken.exchange) from broken


def _as_text(value: object) -> str | None:
    """A value of a result; a number and the same number as a text are equal."""
    return None if value is None else str(value)
