"""The base of all claims: the exchange under test, and the record of controls, claims and refusals."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn, TypeGuard

from piwigo_contract.claims.front import OF_ANY_SERVER, refused_in_front, server_in_front
from piwigo_contract.client.answers import CLOSED, Answer, Caller
from piwigo_contract.client.clock import as_time, how_far_off
from piwigo_contract.client.exchange import Cleaner, Exchange
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import ContractBroken, OutOfReach, RefusedInFront, SuiteError
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
        return summary(self._answer)

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
        """Raises ContractBroken, or RefusedInFront where the target never saw the request."""
        if self._answer.status in OF_ANY_SERVER and (told := refused_in_front(self._answer)):
            self._expect.noticed(told)
            raise RefusedInFront(told)
        self._expect._broke = True
        steps = self._expect._steps
        if steps:
            found += "; after: " + "; ".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
        found += self._expect.doubt
        raise ContractBroken(promised, found, self._exchange, control=self._control, promised_by=self._promised_by)


def summary(answer: Answer) -> str:
    """What an answer amounts to, for a message: `HTTP 401 with err 401 'Access denied'`."""
    envelope = answer.envelope
    if answer.status == CLOSED:
        return "by closing the connection"
    if envelope is None:
        kind = answer.header("content-type") or "no content type"
        by = f", from {server_in_front(answer)}" if refused_in_front(answer) else ""
        return f"HTTP {answer.status} with no envelope of the API ({kind}){by}"
    if envelope.ok:
        return f"HTTP {answer.status} with stat ok"
    return f"HTTP {answer.status} with err {envelope.err} {envelope.message!r}"


def said(answer: Answer) -> tuple[bool, int | None, str | None] | int:
    """An answer in comparable form: (ok, err, message), or the HTTP status where it has no envelope."""
    envelope = answer.envelope
    return answer.status if envelope is None else (envelope.ok, envelope.err, envelope.message)


def compared(wanted: object, found: object) -> tuple[str, str]:
    """Two values that are not equal, for a message: of mappings the fields that differ, of two lists of them the
    items, of other collections also what is lacking or too much, of times by how much.
    """
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        unlike = [each for each in {**wanted, **found} if wanted.get(each, found) != found.get(each, wanted)]
        was, now = ({name: side[name] for name in unlike if name in side} for side in (wanted, found))
        return shown(was), shown(now)
    if _are_rows(wanted) and _are_rows(found) and len(wanted) == len(found):
        pairs = [compared(one, other) for one, other in zip(wanted, found, strict=True) if one != other]
        return ", ".join(one for one, _ in pairs), ", ".join(other for _, other in pairs)
    if isinstance(wanted, list | set | tuple) and isinstance(found, list | set | tuple) and wanted and found:
        lacking, surplus = ([x for x in one if x not in other] for one, other in ((wanted, found), (found, wanted)))
        told = [
            f"{word} {', '.join(map(shown, some))}" for word, some in (("without", lacking), ("with", surplus)) if some
        ]
        return shown(wanted), ", ".join([shown(found), " and ".join(told)]) if told else shown(found)
    with suppress(OutOfReach):
        start, when = as_time(wanted), as_time(found)
        return shown(wanted), f"{shown(found)}, {how_far_off(start, when, start)}"
    return shown(wanted), shown(found)


def _are_rows(value: object) -> TypeGuard[list[Mapping[str, object]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


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
