"""Claims: what a check says of an answer, and the rules that make a claim worth something.

A check says `expect.control(answer)` of the request that must work, changes one thing, and says
`expect(answer)` of the other. The harness, not the author, sees to it that a refusal is claimed only beside a
control that held and that differs from it in one thing, and that the answer is of this check's own sending.
"""

from __future__ import annotations

import html
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from piwigo_contract.answers import Answer, Caller
from piwigo_contract.credentials import ApiKey, KeyHeader, Session
from piwigo_contract.documents import internals, may_be_kept_by_a_shared_cache, origins_allowed
from piwigo_contract.envelopes import is_whole_document
from piwigo_contract.errors import SuiteError
from piwigo_contract.exchange import Call, Exchange
from piwigo_contract.gallery import Gallery, NoAnswer
from piwigo_contract.sessions import session_after
from piwigo_contract.vault import Text, encodings

UNKNOWN_KEY = "pkid-20250101-00000000000000000000:" + 40 * "0"
"""A key of the right form that no gallery has: the refusal that all others must look like."""


class ContractBroken(AssertionError):
    """The target did not do what a clause promises. `exchange` is the evidence."""

    def __init__(
        self,
        promised: str,
        found: str,
        exchange: Exchange | None,
        *,
        control: bool = False,
        promised_by: str | None = None,
    ) -> None:
        self.promised = promised
        self.found = found
        self.exchange = exchange
        self.promised_by = promised_by
        prefix = "positive control: " if control else ""
        super().__init__(f"{prefix}expected {promised}; {found}")


@dataclass(frozen=True)
class Refusal:
    """How a target refuses a key that nobody has; `passing` are the headers that are new in each of its answers."""

    answer: Answer
    passing: frozenset[str]
    body_passes: bool

    def difference(self, answer: Answer) -> str | None:
        """What tells an answer apart from this refusal, or None."""
        differs = []
        if answer.status != self.answer.status:
            differs.append(f"the status ({answer.status}, not {self.answer.status})")
        ours, theirs = answer.told_by_headers(self.passing), self.answer.told_by_headers(self.passing)
        differs += [f"the header {name}" for name in _unequal(ours, theirs)]
        if self.body_passes:
            if answer.envelope != self.answer.envelope:
                differs.append("the envelope")
        elif answer.body != self.answer.body:
            differs.append("the body")
        return " and ".join(differs) or None


def _unequal(ours: Mapping[str, list[str]], theirs: Mapping[str, list[str]]) -> list[str]:
    return [name for name in sorted(ours.keys() | theirs.keys()) if ours.get(name) != theirs.get(name)]


class Uniform:
    """The one refusal of a target, learned once for each kind of call by asking twice with a key that nobody has.

    Twice, as what differs between these two (a proxy's request id) says nothing about a key.
    """

    def __init__(self) -> None:
        self._seen: dict[Call, Refusal] = {}

    def like(self, call: Call, gallery: Gallery) -> Refusal:
        """The target's refusal of an unknown key in an otherwise equal call."""
        plain = Call(call.method, call.params, call.verb, call.format, (KeyHeader(Text.of(UNKNOWN_KEY)),))
        if plain not in self._seen:
            first, second = gallery.send(plain), gallery.send(plain)
            passing = _unequal(first.told_by_headers(), second.told_by_headers())
            self._seen[plain] = Refusal(second, frozenset(passing), first.body != second.body)
        return self._seen[plain]


class Expect:
    """What a check claims. One for each check; `claims` and `controls` count what held."""

    def __init__(self, gallery: Gallery, uniform: Uniform) -> None:
        self._gallery = gallery
        self._uniform = uniform
        self.claims = 0
        self.controls: list[Exchange] = []
        self._refusals: list[Exchange] = []
        self._steps: list[str] = []
        self._broke = False
        self.key_accepted = False
        self.last_claimed: Exchange | None = None
        self.remarks: list[str] = []
        self._broken_in: list[tuple[str, ContractBroken]] = []

    def __call__(self, answer: Answer) -> Claim:
        """Say something of an answer: this is what the clause promises."""
        return Claim(self, self._own(answer, "probe"), control=False)

    def control(self, answer: Answer, *, promised_by: str | None = None) -> Claim:
        """Say of an answer that it is as it should be where one thing is not changed.

        promised_by: the clause that promises what the control shows. If that one is broken, a control that
        fails blocks this check and breaks nothing of its own.
        """
        return Claim(self, self._own(answer, "control"), control=True, promised_by=promised_by)

    def begin_example(self) -> None:
        """In a check of many examples: settle the last one and forget its controls, steps and evidence."""
        if self.claims and not self._broke:
            self.settle()
        self._broke = False
        self.controls.clear()
        self._refusals.clear()
        self._steps.clear()
        self._gallery.transcript.forget()

    def step(self, what: str) -> None:
        """Note what was done, in words that somebody can repeat; a break shows the steps that led to it."""
        self._steps.append(what)

    @contextmanager
    def each(self, name: str) -> Generator[None]:
        """One of many of which the clause is true: what breaks in it is told at the end, with all the others."""
        before = len(self._gallery.transcript.exchanges)
        try:
            yield
        except ContractBroken as broken:
            self._broken_in.append((name, broken))
            self._broke = False  # it is told by settle()
        else:
            for exchange in self._gallery.transcript.exchanges[before:]:
                exchange.role = "request"  # evidence shows those that broke

    def remark(self, text: str) -> None:
        """Something that a reader of the report should know of a check that passed, such as what it left out."""
        self.remarks.append(text)

    def _settle_each(self) -> None:
        """Raise ContractBroken for all that broke in `each`: who broke what, and the first one's exchange."""
        if not self._broken_in:
            return
        groups: dict[tuple[str, str], list[str]] = {}
        for name, broken in self._broken_in:
            groups.setdefault((broken.promised, broken.found), []).append(name)
        (promised, found), names = next(iter(groups.items()))
        told = [f"{found} ({len(names)}: {', '.join(names)})"]
        for (also_promised, also_found), others in list(groups.items())[1:]:
            wanted = "" if also_promised == promised else f"expected {also_promised}; "
            told.append(f"{wanted}{also_found} ({len(others)}: {', '.join(others)})")
        raise ContractBroken(promised, "; ".join(told), self._broken_in[0][1].exchange)

    def settle(self) -> None:
        """At the end of a check: raise ContractBroken for what broke in `each`, SuiteError for a refusal that had no
        control one change away.
        """
        self._settle_each()
        if self._broke:
            raise SuiteError("a broken claim was swallowed by the check")
        for refusal in self._refusals:
            if not self.controls:
                raise SuiteError("a refusal was claimed with no positive control beside it")
            nearest = min((refusal.call.varied_from(control.call) for control in self.controls), key=len)
            if len(nearest) > 1:
                raise SuiteError(
                    f"a refused request differs from its control in more than one thing: {', '.join(nearest)}"
                )
        if not self.claims:
            raise SuiteError("the check claimed nothing")

    def none_of_these_opens_anything(self, exchanges: Sequence[Exchange]) -> None:
        """Of a volley of values, none lets the caller in, and each gets the one refusal.

        Where the server in front answers in place of the API (HTTP 400 or 431 with no envelope, or it closes the
        connection on a value of more than LONG bytes), that is a refusal too, and not the API's affair. The
        smallest value that breaks this is the one shown.
        """
        usual = self._uniform.like(exchanges[0].call, self._gallery) if exchanges else None
        broken = []
        for exchange in exchanges:
            answer = exchange.answer
            if usual and answer and answer.status == 401 and usual.difference(answer) is None:
                continue
            if found := _opened(exchange, usual):
                broken.append((len(_value_of(exchange)), _value_of(exchange).shell(), found, exchange))
        self.claims += len(exchanges)
        self._refusals += exchanges[:1]
        if broken:
            self._broke = True
            _, shown, found, exchange = min(broken, key=lambda row: row[:2])
            exchange.role = "probe"
            self._gallery.transcript.exchanges.append(exchange)
            exchange.made_during = "call"
            number = f"{len(broken)} of {len(exchanges)} values; the smallest" if len(exchanges) > 1 else "the value"
            raise ContractBroken(
                "no value but the key itself to open anything, and each to get the one refusal",
                f'{found} ({number}: "{shown}")',
                exchange,
            )

    def _own(self, answer: Answer, role: str) -> Exchange:
        for exchange in reversed(self._gallery.transcript.exchanges):
            if exchange.answer is answer:
                exchange.role = role
                return exchange
        raise SuiteError("a claim was made of an answer that this check did not ask for")


class Claim:
    """A fluent claim about one answer. Each method returns when it holds and raises ContractBroken when not."""

    def __init__(self, expect: Expect, exchange: Exchange, *, control: bool, promised_by: str | None = None) -> None:
        assert exchange.answer is not None
        self._expect = expect
        self._exchange = exchange
        self._answer = exchange.answer
        self._control = control
        self._promised_by = promised_by

    # ------------------------------------------------------------------ let in

    def is_the_owner_of(self, key: ApiKey) -> None:
        """The target takes the caller for the key's owner, with the owner's status, by the key."""
        caller = self._caller(f"to be taken for {key.owner.name!r} by the key")
        if caller.user != key.owner or caller.connected_with != "api_key":
            self._broken(
                f"to be taken for {key.owner.name!r} (status {key.owner.status}) by the key",
                f"the target takes the caller for {caller}",
            )
        self._expect.key_accepted = True
        self._held()

    def is_in_session(self, session: Session) -> None:
        """The target takes the caller for the session's user."""
        caller = self._caller(f"to be taken for {session.user.name!r} by the session")
        if caller.user != session.user:
            self._broken(
                f"to be taken for {session.user.name!r} by the session", f"the target takes the caller for {caller}"
            )
        self._held()

    # ------------------------------------------------------------------ not let in

    def is_a_guest(self) -> None:
        """The target answers, and takes the caller for nobody in particular: no key was seen."""
        self._needs_control()
        caller = self._caller("to be a guest")
        if caller.user.status != "guest" or caller.connected_with is not None:
            self._broken("to be a guest", f"the target takes the caller for {caller}")
        self._held()

    def is_refused_as_an_invalid_key(self) -> None:
        """The one refusal: HTTP 401, the envelope with err 401, and nothing that tells which part was wrong.

        "Nothing" is every header but the volatile ones and every byte of the body: they are those of the
        refusal of a key that nobody has.
        """
        self._needs_control()
        promised = "to be refused with HTTP 401 and err 401"
        if self._answer.caller is not None and self._answer.caller.user.status != "guest":
            self._broken(promised, f"the caller was let in as {self._answer.caller}")
        if self._answer.status != 401:
            self._broken(promised, f"the target answered {self._summary()}")
        envelope = self._answer.envelope
        if envelope is None or envelope.ok or envelope.err != 401:
            self._broken(promised, f"the target answered {self._summary()}")
        usual = self._expect._uniform.like(self._exchange.call, self._expect._gallery)
        if difference := usual.difference(self._answer):
            self._broken(
                "the very answer that an unknown key gets",
                f"this one differs from it in {difference}, which tells the two apart",
            )
        self._held()

    def opens_nobody_but(self, *keys: ApiKey) -> None:
        """Whatever the target makes of the request: a refusal, a guest, or the owner of one of these keys."""
        self._needs_control()
        promised = " or ".join(["to be refused, or a guest,", *(repr(key.owner.name) for key in keys)]).rstrip(",")
        if self._answer.status >= 500:
            self._broken(promised, f"the target answered {self._summary()}")
        caller = self._answer.caller
        envelope = self._answer.envelope
        if caller is None:
            if self._answer.status < 400 and not (envelope and not envelope.ok):
                self._broken(promised, f"the target answered {self._summary()}")
        elif caller.user.status != "guest" and caller.user not in [key.owner for key in keys]:
            self._broken(promised, f"the target takes the caller for {caller}")
        self._held()

    def leaves_a_guest(self) -> None:
        """Whatever the answer is: who sends the cookies that a browser then holds is a guest.

        Asks once more, with those cookies. A guest's session that was sent along counts among them.
        """
        gallery = self._expect._gallery
        before = next((carrier for carrier in self._exchange.call.auth if isinstance(carrier, Session)), None)
        afterwards = self._expect(gallery.whoami(session_after(gallery, self._answer, before)))
        afterwards._needs_control()
        caller = afterwards._caller("a browser to be a guest's after this answer")
        if caller.user.status != "guest" or caller.connected_with is not None:
            self._broken(
                "a browser to be a guest's after this answer",
                f"with its cookies the target takes the caller for {caller}",
            )
        self._held()

    def is_refused_with(self, *errs: int) -> None:
        """The API refuses the call itself: `stat` is fail, `err` one of these, and HTTP status goes with it.

        Where `err` is the number of an HTTP status the two are equal, else the status is 200 (upstream:
        include/ws_core.inc.php, PwgError).
        """
        self._needs_control()
        self._refused_with(errs)
        self._held()

    def _refused_with(self, errs: tuple[int, ...]) -> None:
        promised = f"to be refused with err {' or '.join(map(str, errs))}"
        envelope = self._answer.envelope
        if envelope is None or envelope.ok or envelope.err not in errs:
            self._broken(promised, f"the target answered {self._summary()}")
        status = envelope.err if 400 <= (envelope.err or 0) < 600 else 200
        if self._answer.status != status:
            self._broken(f"HTTP {status} with err {envelope.err}", f"the target answered {self._summary()}")

    def tells_error(self, err: int) -> None:
        """The error of a call that nobody may make well: no refusal of the caller, and so without a control."""
        self._refused_with((err,))
        self._held()

    def is_refused_for_its_token(self, with_the_right_one: Answer) -> None:
        """Refused with 403 or 1002, and because of the token: the same call with the right one is answered otherwise.

        `with_the_right_one` is the control of this claim. It need not be a success: a call that has no effect
        on any target is one that is refused in the end, but for another reason.
        """
        self._refused_with((403, 1002))
        if said(self._answer) == said(with_the_right_one):
            self._broken(
                "to be refused for its token", f"the call is answered alike with the right one: {self._summary()}"
            )
        self._held()

    def is_answered_as_in_session(self, in_session: Answer) -> None:
        """The API says the same, error or success, to the key as to its owner's session with the right token.

        A method that this site closes to keys is denied whatever the token, which is not for this claim to judge.
        """
        promised = "the key to be answered like its owner's session with the right token"
        if _asks_for_a_token(self._answer):
            self._broken(promised, "the target asks for a pwg_token")
        if said(self._answer) != said(in_session) and not self._is_closed_to_keys():
            self._broken(promised, f"the key got {self._summary()}")
        self._held()

    def _is_closed_to_keys(self) -> bool:
        envelope = self._answer.envelope
        if envelope is None or envelope.err != 401:
            return False
        call = self._exchange.call
        others = tuple(pair for pair in call.params if pair[0] != "pwg_token")
        given = not any(name == "pwg_token" for name, _ in call.params)
        token = (("pwg_token", Text.of(32 * "0")),) if given else ()
        return said(self._expect._gallery.send(replace(call, params=others + token))) == said(self._answer)

    def asks_for_no_token(self) -> None:
        """Whatever else is wrong with the call, a missing pwg_token is not (for calls that can't take effect)."""
        envelope = self._answer.envelope
        if envelope is None:
            self._broken("an answer of the API", f"the target answered {self._summary()}")
        if _asks_for_a_token(self._answer):
            self._broken("no pwg_token to be asked for", "the target asks for one")
        if envelope.err == 403:
            self._broken("no pwg_token to be asked for", f"the target answered {self._summary()}")
        self._held()

    def is_denied(self) -> None:
        """The caller is known but may not do this: HTTP 401 and err 401, not the refusal of a bad key."""
        self.is_refused_with(401)

    def gets_past_the_list(self) -> None:
        """The call is not denied: the method is there, and whatever comes of it, it is run or its parameters judged."""
        envelope = self._answer.envelope
        if envelope is None or (not envelope.ok and envelope.err in (401, 405, 501)):
            self._broken("the call not to be denied", f"the target answered {self._summary()}")
        self._held()

    # ------------------------------------------------------------------ what an answer says

    def is_heard(self) -> None:
        """The API looked at the call itself: it did it, or found fault with it, but not with who asks."""
        envelope = self._answer.envelope
        if envelope is None or envelope.err in (401, 403) or self._answer.status in (401, 403):
            self._broken("the call to be heard, whatever is wrong with it", f"the target answered {self._summary()}")
        self._held()

    def succeeds(self) -> Any:
        """The API did what it was asked: HTTP 200 and `stat` ok. Returns the result."""
        envelope = self._answer.envelope
        if self._answer.status != 200 or envelope is None or not envelope.ok:
            self._broken("the call to succeed", f"the target answered {self._summary()}")
        self._held()
        return envelope.result

    def shows(self, what: str, actual: object, expected: object) -> None:
        """Something read from the answer is as promised."""
        if actual != expected:
            self._broken(f"{what} to be {expected!r}", f"it is {actual!r}")
        self._held()

    def that(self, holds: bool, promised: str, found: str) -> None:
        """Anything else: `promised` says what was expected, `found` what is, should it not hold."""
        if not holds:
            self._broken(promised, found)
        self._held()

    def leaves(
        self, what: str, before: Mapping[str, Any], after: Mapping[str, Any], *, but_for: str | None = None
    ) -> None:
        """What was there before is there after, and nothing else; the claim names what is not.

        but_for: a field of the rows that may change.
        """
        for name in sorted(before.keys() | after.keys()):
            if name not in after:
                self._broken(f"{what} to stay as they are", f"{name} is gone")
            if name not in before:
                self._broken(f"{what} to stay as they are", f"{name} is new")
            if before[name] != after[name]:
                old, new = before[name], after[name]
                if isinstance(old, Mapping) and isinstance(new, Mapping):
                    fields = sorted((old.keys() | new.keys()) - {but_for})
                    changed = [field for field in fields if old.get(field) != new.get(field)]
                    if not changed:
                        continue
                    self._broken(f"{what} to stay as they are", f"of {name} there changed: {', '.join(changed)}")
                self._broken(f"{what} to stay as they are", f"{name} changed from {old!r} to {new!r}")
        self._held()

    def hides(self, *secrets: Text) -> None:
        """None of these texts is anywhere in the answer, headers included, in any usual encoding."""
        everything = "\n".join([*(f"{name}: {value}" for name, value in self._answer.headers), self._answer.text])
        for secret in secrets:
            if any(form in everything for form in encodings(secret.reveal())):
                self._broken(f"the answer not to show {secret}", "it does")
        self._held()

    # ------------------------------------------------------------------ the document and its headers

    def is_a_whole_document(self, without_a_key: Answer) -> None:
        """The body is one well-formed document of the format asked for, with nothing around it.

        A gallery whose PHP prints notices around every answer does so `without_a_key` too; that is not for a
        clause about keys to judge.
        """
        if not is_whole_document(self._answer.body, self._answer.format) and is_whole_document(
            without_a_key.body, without_a_key.format
        ):
            kind = self._answer.header("content-type") or "no content type"
            self._broken(f"one well-formed document in {self._answer.format or 'XML'}", f"it is none ({kind})")
        self._held()

    def has_media_type(self, *types: str) -> None:
        """The media type of the answer is one of these."""
        found = (self._answer.header("content-type") or "").partition(";")[0].strip().lower()
        self.that(found in types, f"the content type {' or '.join(types)}", f"it is {found or 'missing'}")

    def tells_nothing_internal(self, without_a_key: Answer) -> None:
        """No message of PHP or the database, no path, no stack; but for what the same call shows `without_a_key`."""
        known = internals(without_a_key.text)
        told = [line for line in internals(self._answer.text) if line not in known]
        self.that(not told, "an answer that tells nothing internal", f"it tells: {told[0] if told else ''}")

    def is_kept_by_no_shared_cache(self) -> None:
        """A cache that several people share may not answer the next one with it (RFC 9111, sections 3 and 5.2.2)."""
        told = ", ".join(self._answer.all_headers("cache-control")) or "no Cache-Control"
        self.that(
            not may_be_kept_by_a_shared_cache(self._answer),
            "Cache-Control with no-store, private or no-cache",
            f"HTTP {self._answer.status} has {told}",
        )

    def is_kept_from_origin(self, origin: str) -> None:
        """A browser does not let a page of that origin read the answer (the Fetch standard, CORS check)."""
        allowed = origins_allowed(self._answer)
        self.that(
            not {"*", "null", origin} & set(allowed),
            f"no page of {origin} to be let read the answer",
            f"Access-Control-Allow-Origin is {', '.join(allowed)}",
        )

    def lets_no_page_send(self, header: str, origin: str) -> None:
        """A browser that asks beforehand is not told that a page of that origin may send that header."""
        names = ",".join(self._answer.all_headers("access-control-allow-headers")).lower().split(",")
        sendable = {name.strip() for name in names}
        # the Fetch standard: the wildcard does not speak of Authorization
        covered = header.lower() in sendable or ("*" in sendable and header.lower() != "authorization")
        self.that(
            not (covered and {"*", origin} & set(origins_allowed(self._answer))),
            f"no page of {origin} to be let send {header}",
            f"the answer to its browser's question allows {', '.join(sorted(sendable))}",
        )

    def tells(self, text: str) -> None:
        """HTTP 200, and this text is somewhere in the page."""
        if self._answer.status != 200 or html.escape(text) not in self._answer.text:
            self._broken(f"a page that shows {text!r}", f"the target answered {self._summary()}")
        self._held()

    # ------------------------------------------------------------------ how claims are kept honest

    def _caller(self, promised: str) -> Caller:
        if self._answer.status != 200 or self._answer.caller is None:
            self._broken(promised, f"the target answered {self._summary()}")
        return self._answer.caller

    def _summary(self) -> str:
        envelope = self._answer.envelope
        if envelope is None:
            kind = self._answer.header("content-type") or "no content type"
            return f"HTTP {self._answer.status} with no envelope of the API ({kind})"
        if envelope.ok:
            return f"HTTP {self._answer.status} with stat ok"
        return f"HTTP {self._answer.status} with err {envelope.err} {envelope.message!r}"

    def _needs_control(self) -> None:
        if self._control:
            raise SuiteError("a positive control is something that works, not a refusal")
        self._expect._refusals.append(self._exchange)

    def _held(self) -> None:
        if self._control:
            self._expect.controls.append(self._exchange)
        else:
            self._expect.claims += 1
            self._expect.last_claimed = self._exchange

    def _broken(self, promised: str, found: str) -> NoReturn:
        self._expect._broke = True
        steps = self._expect._steps
        if steps:
            found += "; after: " + "; ".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
        raise ContractBroken(promised, found, self._exchange, control=self._control, promised_by=self._promised_by)


LONG = 2000
"""Bytes of a header that a server may well not take (nginx: 8 kB for all of them)."""


def _value_of(exchange: Exchange) -> Text:
    return exchange.call.auth[0].value  # type: ignore[no-any-return]


def _opened(exchange: Exchange, usual: Refusal | None) -> str | None:
    """What is wrong with the answer to a value that is no key, or None."""
    answer = exchange.answer
    if answer is None:
        return None if len(_value_of(exchange)) > LONG else f"no answer came: {exchange.failure}"
    if answer.caller is not None and answer.caller.user.status != "guest":
        return f"the caller was let in as {answer.caller}"
    envelope = answer.envelope
    if envelope is None and answer.status in (400, 414, 431):
        return None
    if answer.caller is not None and _value_of(exchange).reveal().lower().startswith("basic "):
        return None  # a guest: in 16.0 keys share their header with a proxy's Basic credentials (HDR-13)
    if envelope is None or envelope.ok or answer.status != 401 or envelope.err != 401:
        what = "no envelope of the API" if envelope is None else "stat ok" if envelope.ok else f"err {envelope.err}"
        return f"the target answered HTTP {answer.status} with {what}"
    assert usual is not None
    if difference := usual.difference(answer):
        return f"the refusal differs from that of an unknown key in {difference}"
    return None


def no_answer_is_broken(error: NoAnswer) -> ContractBroken:
    """A request that the target, alive before and after, does not answer breaks whatever was claimed of it."""
    return ContractBroken("an HTTP answer", f"none came: {error.exchange.failure}", error.exchange)


def said(answer: Answer) -> tuple[bool, int | None, str | None] | int:
    """What an answer amounts to: success, or which error in which words; the HTTP status where it is no envelope."""
    envelope = answer.envelope
    return answer.status if envelope is None else (envelope.ok, envelope.err, envelope.message)


def _asks_for_a_token(answer: Answer) -> bool:
    envelope = answer.envelope
    return envelope is not None and envelope.err == 1002 and "pwg_token" in (envelope.message or "")
