"""Why a journey is broken: the clause that explains it, where another request shows that it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Query
from piwigo_contract.client.envelopes import read_envelope
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.journeys.data import Journey, Step


def explained_by(journey: Journey, step: Step, answer: Answer, gallery: Gallery) -> str | None:
    """The id of the clause whose being broken explains this answer to the client, or None."""
    assert answer.exchange is not None
    call = answer.exchange.call

    def answered(other: ApiCall) -> Answer:
        return gallery.send(other)

    if step.format_in == "body" and answer.envelope is None and read_envelope(answer.body, "rest") is not None:
        return "FMT-09"
    if _wants_a_token(answer):
        return "TOK-01"
    if "Authorization" in journey.headers and _is_let_in_without("Authorization", call, answer, answered):
        return "HDR-13"
    if step.verb == "GET" and step.params and "key" in step.sends and _has_lost_its_parameters(call, answer, answered):
        return "METH-15" if journey.owner == "webmaster" else "METH-18"
    return None


def outlived(step: Step, end: str) -> str:
    """The clause by which a session that a key opened ends with it. step: the one that opened it."""
    by_login = step.call == "pwg.session.login"
    return {(True, "revoked"): "DER-18", (True, "expired"): "DER-20", (False, "revoked"): "DER-22"}.get(
        (by_login, end), "DER-24"
    )


def _wants_a_token(answer: Answer) -> bool:
    envelope = answer.envelope
    return envelope is not None and envelope.err == 1002 and "pwg_token" in (envelope.message or "")


def _is_let_in_without(header: str, call: ApiCall, answer: Answer, answered: Callable[[ApiCall], Answer]) -> bool:
    without = replace(call, headers=tuple(pair for pair in call.headers if pair[0] != header))
    return answer.status == 401 and answered(without).status != 401


def _has_lost_its_parameters(call: ApiCall, answer: Answer, answered: Callable[[ApiCall], Answer]) -> bool:
    """Whether the same call without parameters gets the same answer."""
    named = tuple(each for each in call.auth if not isinstance(each, Query) or each.name == "method")
    bare = answered(replace(call, params=(), auth=named))
    return answer.status == bare.status and answer.envelope == bare.envelope
