"""Faults that show wherever they are looked for: one of them is one fault, whatever check runs into it."""

from __future__ import annotations

from contextlib import suppress

from piwigo_contract.claims.claim import summary
from piwigo_contract.claims.refusal import UNKNOWN_KEY
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import GUEST, ApiKey, KeyHeader, Session
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import ContractBroken, Hindered
from piwigo_contract.provision.target import Target

STATUS = "FMT-41"
"""The clause that promises that an error is told by the HTTP status as well."""

WEBMASTERS_METHODS, METHODS = "METH-09", "METH-10"
"""The clauses that promise that a webmaster's key, and an ordinary user's, may call what their sessions may."""

READ_BY_ALL = ("pwg.categories.getList", "pwg.tags.getList")
"""Methods that tell every caller something, and take no argument."""


def untold_by_the_status(target: Target, broken: ContractBroken) -> tuple[str, ContractBroken] | None:
    """A break of STATUS where the answer that another one is about has not the status of its error, and two errors that
    have nothing to do with it, asked for by themselves, have not theirs either; else None.
    """
    if broken.exchange is None or broken.exchange.answer is None or not _is_untold(broken.exchange.answer):
        return None
    with suppress(NoAnswer, Hindered):
        for alone in (target.gallery.whoami(KeyHeader(Text.of(UNKNOWN_KEY))), target.gallery.call("no.such.method")):
            if not _is_untold(alone):
                return None
        found = f"errors of every kind have another: {summary(alone)}"
        return STATUS, ContractBroken("the HTTP status that goes with an error", found, alone.exchange)
    return None


def all_denied(target: Target, broken: ContractBroken) -> tuple[str, ContractBroken] | None:
    """A break of METHODS, or for a webmaster's key of WEBMASTERS_METHODS, where a caller was denied what another break
    is about, and a key in force is denied each of READ_BY_ALL; else None.

    The key is the caller's; where there is none, as in a session that a key may have opened, one that checks share.
    """
    shown = broken.exchange
    if shown is None or shown.answer is None or not _is_denied(shown.answer):
        return None
    own = [each for each in shown.call.auth if isinstance(each, ApiKey)]
    sessions = [each for each in shown.call.auth if isinstance(each, Session)]
    statuses = [each.user.status for each in sessions if each.user != GUEST]  # it may not be known whose one is
    shared = {each.owner.status: each for each in target.standing_keys if each.owner.status in statuses or not statuses}
    if not set(READ_BY_ALL).isdisjoint(target.forbidden_methods()):
        return None
    for key in own or shared.values():
        with suppress(NoAnswer, Hindered):
            if (denied := _denied_to(target, key)) is not None:
                clause = WEBMASTERS_METHODS if key.owner.status == "webmaster" else METHODS
                found = f"it is denied {' and '.join(READ_BY_ALL)}: {summary(denied)}"
                return clause, ContractBroken("a key to be let in to what is not forbidden", found, denied.exchange)
    return None


def _denied_to(target: Target, key: ApiKey) -> Answer | None:
    """The last of the answers by which a key that is in force is denied each of READ_BY_ALL, or None."""
    who = target.gallery.whoami(key).caller
    if who is None or target.gallery.takes_for_nobody(who):
        return None
    answers = [target.gallery.call(method, key) for method in READ_BY_ALL]
    return answers[-1] if all(map(_is_denied, answers)) else None


def _is_untold(answer: Answer) -> bool:
    envelope = answer.envelope
    if envelope is None and answer.exchange is not None and answer.exchange.call.verb == "HEAD":
        return answer.status == 200  # all that HEAD has
    return envelope is not None and not envelope.ok and answer.status != envelope.http_status


def _is_denied(answer: Answer) -> bool:
    envelope = answer.envelope
    return envelope is not None and not envelope.ok and envelope.err in (401, 403)
