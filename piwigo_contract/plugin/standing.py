"""Keys and sessions that stand for the whole run: where one of them is good no more, that is one fault, whatever check
runs into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from piwigo_contract.claims.claim import summary
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, ApiKey, Session
from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.errors import ContractBroken, Hindered, OutOfReach
from piwigo_contract.provision.target import Target

KEY, SESSION = "HDR-39", "WHO-68"
"""The clauses that promise that a key in force works each time, and that a session stays open."""


def good_no_more(
    target: Target, broken: ContractBroken, exchanges: Sequence[Exchange]
) -> tuple[str, ContractBroken] | None:
    """What a break is a consequence of, as a clause and its break: a key or a session that no check ends, asked with by
    itself, is good no more, though it was. None where that is not seen.

    exchanges: those of the check. Where the caller was let in in it and then what the check did ended that, the check
    says so best, and the break is its own.
    """
    shown: Exchange | None = broken.exchange
    if shown is None or shown.answer is None or not _kept_out(target, shown.answer):
        return None
    for clause, standing, kind in (
        (KEY, _key(target, shown), ApiKey),
        (SESSION, _session(target, shown), Session),
    ):
        if standing is None or (shown.role != "control" and any(_worked(each, kind) for each in exchanges)):
            continue
        user = standing.owner if isinstance(standing, ApiKey) else standing.user
        with suppress(NoAnswer, Hindered):
            alone = target.gallery.whoami(standing)
            if alone.caller is None or alone.caller.user.name != user.name:
                told = f"the target takes the caller for {alone.caller}" if alone.caller else summary(alone)
                promised = "a key in force to work each time" if clause == KEY else "a person's session to stay open"
                return clause, ContractBroken(promised, f"it is good no more: {told}", alone.exchange)
    return None


def sessions_end_with_keys(target: Target, exchanges: Sequence[Exchange]) -> tuple[str, ContractBroken] | None:
    """A break of SESSION, which any other one is a consequence of where a check asked with keys and in sessions: that
    a session opened for it is nobody's any more after its user's key was used. None where that is not seen.

    exchanges: those of the check.
    """
    in_session = any(isinstance(each, Session) for exchange in exchanges for each in exchange.call.auth)
    named = any(exchange.sent.names_a_key for exchange in exchanges)
    if not (in_session and named and target.settings.can_make_keys()):
        return None
    keys = {key.owner.name: key for key in target.standing_keys}
    owner = next(filter(None, (target.makers.users.find(key.owner) for key in keys.values())), None)
    if owner is None:
        return None
    key = keys[owner.user.name]
    ended = target.once(f"sessions and keys of {owner.user.name}", lambda: _ended_by(target, key, owner))
    return None if ended is None else (SESSION, ended)


def _ended_by(target: Target, key: ApiKey, owner: Account) -> ContractBroken | None:
    with suppress(NoAnswer, Hindered, OutOfReach):
        session = target.makers.sessions.second(owner)
        for who in (session, key):
            caller = target.gallery.whoami(who).caller
            if caller is None or caller.user.name != owner.user.name:
                return None
        after = target.gallery.whoami(session)
        if after.caller is not None and target.gallery.takes_for_nobody(after.caller):
            found = f"it is nobody's after a use of that person's key: the target takes the caller for {after.caller}"
            return ContractBroken("a person's session to stay open", found, after.exchange)
    return None


def _key(target: Target, shown: Exchange) -> ApiKey | None:
    """The key to ask with; where it was one of the check's own, any: all keys may have been shut out."""
    if not shown.sent.names_a_key:
        return None
    standing = [key for key in target.standing_keys if key in target.gallery.accepted_keys]
    return next((key for key in standing if _brings(shown, key)), standing[0] if standing else None)


def _session(target: Target, shown: Exchange) -> Session | None:
    brought = [each.cookies for each in shown.call.auth if isinstance(each, Session)]
    return next((each for each in target.standing_sessions() if each.cookies in brought), None)


def _kept_out(target: Target, answer: Answer) -> bool:
    """Whether an answer is that to a caller who is not let in: any other is no consequence of that."""
    if answer.caller is not None:
        return target.gallery.takes_for_nobody(answer.caller)
    return answer.envelope is None or not answer.envelope.ok


def _brings(exchange: Exchange, key: ApiKey) -> bool:
    """Whether a request has both halves of a key, wherever."""
    sent = exchange.sent
    values = [value.reveal() for _, value in (*sent.headers, *sent.query, *(sent.form or ()))]
    values += [sent.written.text.reveal()] if sent.written else []
    return all(any(half.reveal() in value for value in values) for half in (key.pkid, key.secret))


def _worked(exchange: Exchange, kind: type[ApiKey] | type[Session]) -> bool:
    """Whether a key, or a session, in a request made its user the caller."""
    caller = exchange.answer.caller if exchange.answer is not None else None
    brought = [each for each in exchange.call.auth if isinstance(each, kind)]
    users = [each.owner if isinstance(each, ApiKey) else each.user for each in brought]
    return caller is not None and caller.user.name in [user.name for user in users]
