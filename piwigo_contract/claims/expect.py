"""Claims: assertions about one answer, and the rules that make a claim worth something.

A check says `expect.control(answer)` of the request that must work, changes one thing, and says `expect(answer)` of the
other. The harness, not the author, ensures that a refusal is claimed only beside a control that held and that differs
from it in one thing, and that the answer is one that this check asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from piwigo_contract.claims.addresses import AddressClaims
from piwigo_contract.claims.broken import is_no_http, no_answer_is_broken
from piwigo_contract.claims.call import CallClaims
from piwigo_contract.claims.caller import CallerClaims
from piwigo_contract.claims.coding import CodingClaims
from piwigo_contract.claims.conformance import ConformanceClaims, normalised
from piwigo_contract.claims.content import ContentClaims
from piwigo_contract.claims.document import DocumentClaims
from piwigo_contract.claims.front import refused_in_front
from piwigo_contract.claims.last_use import LastUseClaims
from piwigo_contract.claims.method import MethodClaims
from piwigo_contract.claims.odd import OddRequestClaims
from piwigo_contract.claims.refusal import UniformRefusal
from piwigo_contract.claims.whoami_batch import fault_in, note_for_statistics, value_of
from piwigo_contract.claims.write import WriteClaims
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.exchange import Exchange, in_words
from piwigo_contract.client.gallery import Gallery, NoAnswer
from piwigo_contract.errors import ContractBroken, LacksMethod, OutOfReach, RefusedInFront, SuiteError


class Claim(
    AddressClaims,
    CallerClaims,
    CallClaims,
    CodingClaims,
    ConformanceClaims,
    ContentClaims,
    DocumentClaims,
    LastUseClaims,
    MethodClaims,
    OddRequestClaims,
    WriteClaims,
):
    """All that can be said of one answer."""


@dataclass
class Example:
    """One example of a check that tries many. broken: its break, if no earlier example broke in the same way; else
    None.
    """

    broken: ContractBroken | None = None


class Expect:
    """Makes the claims of one check. `claims` and `controls` are those that held: a number, and their exchanges."""

    def __init__(
        self,
        gallery: Gallery,
        uniform: UniformRefusal,
        lacks: Callable[[Exchange | None], str | None] = lambda _: None,
    ) -> None:
        """lacks: the method that a request names, where the target has none of that name, or None."""
        self._gallery = gallery
        self._lacks = lacks
        self._uniform_refusal = uniform
        self.claims = 0
        self.controls: list[Exchange] = []
        self._refusals: list[Exchange] = []
        self._steps: list[str] = []
        self._broke = False
        self.key_accepted = False
        self.last_claimed: Exchange | None = None
        self.remarks: list[str] = []
        self.environment: list[str] = []
        """What was noticed on the way to the gallery."""
        self.doubt = ""
        """What else than the target a break may come from, for its message."""
        self._left_out: OutOfReach | None = None
        """Why nothing is claimed of something that was to be tried."""
        self._broken_in: list[tuple[str, ContractBroken]] = []
        self._smallest: dict[tuple[str, str], Exchange] = {}

    def __call__(self, answer: Answer) -> Claim:
        """Make a claim of an answer: what the clause promises."""
        return Claim(self, self._gallery.transcript.judged(answer, "probe"), control=False)

    def control(self, answer: Answer, *, promised_by: str | None = None) -> Claim:
        """Say of an answer that it is as it should be where one thing is not changed.

        promised_by: the clause that promises what the control shows. If that one is broken, a control that
        fails blocks this check and breaks nothing of its own.
        """
        exchange = self._gallery.transcript.judged(answer, "control")
        return Claim(self, exchange, control=True, promised_by=promised_by)

    def begin_example(self) -> None:
        """Start the next example: verify the one before, and drop its controls, steps and exchanges."""
        if self.claims and not self._broke:
            self.assert_all()
        self._broke = False
        self.controls.clear()
        self._refusals.clear()
        self._steps.clear()
        self._gallery.transcript.drop()

    def step(self, what: str) -> None:
        """Note what was done, in words that somebody can repeat; a break shows the steps that led to it."""
        self._steps.append(what)

    @contextmanager
    def each(self, name: str) -> Generator[None]:
        """A soft assertion: a break inside is collected under `name`, and raised at the end of the check with the
        others.
        """
        before, refusals = len(self._gallery.transcript.exchanges), len(self._refusals)
        try:
            yield
        except LacksMethod as error:
            self._leave_out(name, error, refusals)
        except RefusedInFront as error:
            self._leave_out(name, error, refusals)
        except ContractBroken as broken:
            if (method := self._lacks(broken.exchange)) is not None:
                self._leave_out(name, LacksMethod(method), refusals)
            else:
                self._broken_in.append((name, broken))
            self._broke = False  # assert_all() raises it
        else:
            self._gallery.transcript.play_down(before)  # evidence shows those that broke

    @property
    def broke_in_one(self) -> bool:
        """Whether anything broke in one of `each` so far."""
        return bool(self._broken_in)

    def _leave_out(self, name: str, error: LacksMethod | RefusedInFront, refusals: int) -> None:
        """Say nothing of a method that is not there, or of a request that did not get to it; without another one there
        is nothing to say at all.
        """
        if isinstance(error, LacksMethod) and error.method != name:
            raise error
        self._left_out = error
        self._broke = False
        del self._refusals[refusals:]
        why = "which the target does not have" if isinstance(error, LacksMethod) else error.told
        self.remark(f"left out: {name}, {why}")

    @contextmanager
    def each_example(self, name: str) -> Generator[Example]:
        """As `each`, for thousands of examples: of those that break in the same way only the first is kept.

        Yields an Example; at the end `broken` is set if this way of breaking is new.
        """
        self._assert_controls()
        self._gallery.transcript.drop()
        self.controls.clear()
        self._refusals.clear()
        example = Example()
        try:
            with self.malformed_answer_is_broken():
                yield example
        except ContractBroken as broken:
            self._broke = False  # assert_all() raises it
            if (broken.promised, broken.found) not in self._smallest:
                example.broken = broken
                self.show_as_example(broken)
            if (name, broken.found) not in {(known, each.found) for known, each in self._broken_in}:
                self._broken_in.append((name, broken))

    @contextmanager
    def malformed_answer_is_broken(self) -> Generator[None]:
        """An answer that is not HTTP counts as a break; a request without any answer still raises NoAnswer."""
        try:
            yield
        except NoAnswer as error:
            if not is_no_http(error):
                raise
            raise no_answer_is_broken(error, normalised(error.exchange.failure or "")) from error

    @contextmanager
    def uncounted(self) -> Generator[None]:
        """Claims made inside do not count, neither as held nor as broken. Used while shrinking."""
        claims, last = self.claims, self.last_claimed
        try:
            yield
        finally:
            self.claims, self.last_claimed, self._broke = claims, last, False

    def show_as_example(self, broken: ContractBroken) -> None:
        """Show this example, in the message and as evidence, for all that break in the same way."""
        if broken.exchange is not None:
            self._smallest[broken.promised, broken.found] = broken.exchange

    def remark(self, text: str) -> None:
        """Add a note to the report of a check that passed, such as what it left out. An empty one is ignored."""
        if text and text not in self.remarks:
            self.remarks.append(text)

    def noticed(self, text: str, remark: str | None = None) -> None:
        """As `remark`, of whatever answers in front of the gallery. remark: what is told of the check, if another."""
        self.remark(remark or text)
        if text not in self.environment:
            self.environment.append(text)

    def _assert_each(self) -> None:
        """Raise ContractBroken for all breaks collected by `each`: the names by cause, with the exchange of
        the first.
        """
        if not self._broken_in:
            return
        groups: dict[tuple[str, str], dict[str, None]] = {}
        for name, broken in self._broken_in:
            groups.setdefault((broken.promised, broken.found), {})[name] = None
        promised = self._broken_in[0][1].promised
        told = []
        causes = [f"expected {wanted}; {found} ({name})" for (wanted, found), names in groups.items() for name in names]
        for (also_promised, found), names in groups.items():
            wanted = "" if also_promised == promised else f"expected {also_promised}; "
            such_as = self._smallest.get((also_promised, found))
            example = f"; such as {in_words(such_as)}" if such_as is not None else ""
            told.append(f"{wanted}{found} ({len(names)}: {', '.join(names)}{example})")
        self._show_the_smallest()
        raise ContractBroken(promised, "; ".join(told), self._first_broken(), causes=causes)

    def _first_broken(self) -> Exchange | None:
        first = self._broken_in[0][1]
        exchange: Exchange | None = first.exchange
        return self._smallest.get((first.promised, first.found), exchange)

    def _show_the_smallest(self) -> None:
        """Put the smallest example of each cause into the evidence."""
        for exchange in self._smallest.values():
            self._gallery.transcript.put_back(exchange)

    def assert_all(self) -> None:
        """At the end of a check: raise ContractBroken for what broke in `each`, SuiteError for a refusal that had no
        control one change away.
        """
        self._assert_each()
        if self._broke:
            raise SuiteError("a broken claim was swallowed by the check")
        self._assert_controls()
        if not self.claims:
            raise self._left_out or SuiteError("the check claimed nothing")

    def _assert_controls(self) -> None:
        for refusal in self._refusals:
            if not self.controls:
                raise SuiteError("a refusal was claimed with no positive control beside it")
            nearest = min((refusal.call.varied_from(control.call) for control in self.controls), key=len)
            if len(nearest) > 1:
                raise SuiteError(
                    f"a refused request differs from its control in more than one thing: {', '.join(nearest)}"
                )

    def none_of_these_authenticates(self, exchanges: Sequence[Exchange]) -> None:
        """No value of the batch authenticates the caller, and each gets the uniform refusal.

        A refusal by the server in front counts too (`refused_in_front`, or a connection closed on a value of more than
        LONG_VALUE bytes). A break shows the smallest value that caused it.
        """
        usual = self._uniform_refusal.for_call(exchanges[0].call, self._gallery) if exchanges else None
        broken = []
        in_front = set()
        for exchange in exchanges:
            answer = exchange.answer
            if answer and (told := refused_in_front(answer)):
                in_front.add(told)
            if usual and answer and answer.status == 401 and usual.difference(answer) is None:
                continue
            if found := fault_in(exchange, self._uniform_refusal, self._gallery):
                broken.append((len(value_of(exchange)), value_of(exchange).shell(), found, exchange))
        for told in sorted(in_front):
            self.noticed(told, f"some of the values were {told}")
        note_for_statistics(exchanges, in_front)
        self.claims += len(exchanges)
        self._refusals += exchanges[:1]
        if broken:
            self._broke = True
            _, shown, found, exchange = min(broken, key=lambda row: row[:2])
            self._gallery.transcript.put_back(exchange)
            number = f"{len(broken)} of {len(exchanges)} values; the smallest" if len(exchanges) > 1 else "the value"
            raise ContractBroken(
                "no value but the key itself to open anything, and each to get the one refusal",
                f'{found} ({number}: "{shown}")',
                exchange,
            )
