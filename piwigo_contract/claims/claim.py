"""The base of all claims: the exchange under test, and the record of controls, claims and refusals."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NoReturn

from piwigo_contract.client.answers import CLOSED, Answer, Caller
from piwigo_contract.client.exchange import Cleaner, Exchange
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import ContractBroken, SuiteError
from piwigo_contract.methods.results import unfit

if TYPE_CHECKING:
    from piwigo_contract.claims.expect import Expect


class BaseClaim:
    """A fluent claim about one answer. Each public method returns when it holds and raises ContractBroken when not."""

    def __init__(self, expect: Expect, exchange: Exchange, *, control: bool, promised_by: str | None = None) -> None:
        assert exchange.answer is not None
        self._expect = expect
        self._exchange = exchange
        self._answer = exchange.answer
        self._control = control
        self._promised_by = promised_by

    @property
    def _gallery(self) -> Gallery:
        return self._expect._gallery

    def that(self, holds: bool, promised: str, found: str) -> None:
        """Any other condition. promised: what was expected; found: what is there instead, for the message of
        the break.
        """
        if not holds:
            self._broken(promised, found)
        self._held()

    def _caller(self, promised: str) -> Caller:
        if self._answer.status != 200 or self._answer.caller is None:
            self._broken(promised, f"the target answered {self._summary()}")
        return self._answer.caller

    def _summary(self) -> str:
        envelope = self._answer.envelope
        if self._answer.status == CLOSED:
            return "by closing the connection"
        if envelope is None:
            kind = self._answer.header("content-type") or "no content type"
            return f"HTTP {self._answer.status} with no envelope of the API ({kind})"
        if envelope.ok:
            return f"HTTP {self._answer.status} with stat ok"
        return f"HTTP {self._answer.status} with err {envelope.err} {envelope.message!r}"

    def _without_secrets(self, text: str) -> str:
        """`text` of the answer with secrets masked. Call it before the text is truncated or normalised: a part of a
        secret would not be recognised.
        """
        return Cleaner([self._exchange], self._expect._gallery.vault)(text)

    def _fitting(self) -> None:
        """The result has the form that is read of this method's."""
        if wanted := unfit(self._answer, self._exchange.method):
            self._broken(f"a result that is {wanted}", "it is not")

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


def said(answer: Answer) -> tuple[bool, int | None, str | None] | int:
    """An answer in comparable form: (ok, err, message), or the HTTP status where it has no envelope."""
    envelope = answer.envelope
    return answer.status if envelope is None else (envelope.ok, envelope.err, envelope.message)


def shown(value: object) -> str:
    """A value for a message, such that two runs give the same one.

    Times are written as a gallery writes them, so that they are replaced by names; sets are sorted by what is shown.
    """
    if isinstance(value, set):
        return f"{{{', '.join(sorted(map(shown, value)))}}}" if value else repr(value)
    if isinstance(value, list | tuple):
        inner = ", ".join(map(shown, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' if len(value) == 1 else ''})"
    return str(value) if isinstance(value, datetime.datetime) else repr(value)
