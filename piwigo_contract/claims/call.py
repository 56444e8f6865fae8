"""Claims about what became of a call: done, refused, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from piwigo_contract.claims.claim import BaseClaim, said, summary
from piwigo_contract.claims.front import refused_in_front
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ANY_TOKEN, ApiKey, Body, Query
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.vault import Text

BAD_LOGIN = (999, 401, 403)
"""Errors of a login that is refused: Piwigo's own, and what HTTP has for it."""


OWN_LIST = "a gallery may have a list of its own of what keys may not call ($conf['api_key_forbidden_methods'])"

WHOAMI = "pwg.session.getStatus"


class CallClaims(BaseClaim):
    """Whether a call was done, denied, or refused, and with which error."""

    def is_refused_with(self, *errs: int) -> None:
        """The API refuses the call: `stat` is fail, `err` is one of these, and the HTTP status matches `err`.

        An `err` of 400 to 599 is also the HTTP status; any other `err` comes with HTTP 200 (upstream:
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
        if self._answer.status != envelope.http_status:
            self._broken(
                f"HTTP {envelope.http_status} with err {envelope.err}", f"the target answered {self._summary()}"
            )

    def is_refused(self) -> None:
        """The call was refused in any wording: with an error envelope, or without an envelope by HTTP 400 or above."""
        self._needs_control()
        envelope = self._answer.envelope
        if envelope.ok if envelope is not None else self._answer.status < 400:
            self._broken("a refusal", f"the target answered {self._summary()}")
        self._held()

    def is_a_refused_login(self, *also: int) -> None:
        """The API opens no session for these credentials: err 999 as Piwigo says, or 401 or 403.

        also: other numbers that will do, such as 1002 for an empty value.
        """
        self.is_refused_with(*BAD_LOGIN, *also)

    def is_refused_with_or_in_front(self, *errs: int) -> None:
        """As `is_refused_with`, or a server in front took the call for an attack, or for no HTTP; a remark says so."""
        if told := refused_in_front(self._answer):
            self._needs_control()
            self._expect.noticed(told)
            self._held()
        else:
            self.is_refused_with(*errs)

    def is_told_apart_from(self, other: Answer, whose: str) -> None:
        """The API answers, and not as it does to `whose`, which came to something else."""
        self.that(
            self._answer.envelope is not None and self._answer.envelope != other.envelope,
            f"another answer than to {whose}, which is {summary(other)}",
            f"the target answered {self._summary()}",
        )

    def fails_with(self, err: int) -> None:
        """The call itself is wrong, whoever makes it: `err` is this one. No control is needed, as the caller is not
        refused.
        """
        self._refused_with((err,))
        self._held()

    def is_refused_for_its_token(self, with_the_right_one: Answer) -> None:
        """Refused with err 403 or 1002, and only because of the token: the same call with the right token gets another
        answer.

        with_the_right_one: the answer to that call; it is the control of this claim. It need not be a success: a
        harmless call may be refused too, for another reason than its token.
        """
        self._refused_with((403, 1002))
        if said(self._answer) == said(with_the_right_one):
            self._broken(
                "to be refused for its token", f"the call is answered alike with the right one: {self._summary()}"
            )
        self._held()

    def is_answered_as_in_session(self, in_session: Answer) -> None:
        """The key gets the same answer, success or error, as its owner's session with the right token.

        A method that this site forbids to keys is denied with any token; this claim accepts that.
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
        without = replace(
            call,
            params=tuple(pair for pair in call.params if pair[0] != "pwg_token"),
            auth=tuple(each for each in call.auth if not (isinstance(each, Body) and each.name == "pwg_token")),
        )
        with_one = replace(call, params=(*call.params, ("pwg_token", Text.of(ANY_TOKEN))))
        return said(self._expect._gallery.send(with_one if without == call else without)) == said(self._answer)

    def asks_for_no_token(self) -> None:
        """The call may be refused, but not for a missing pwg_token. For calls that can't take effect."""
        envelope = self._answer.envelope
        if envelope is None:
            self._broken("an answer of the API", f"the target answered {self._summary()}")
        if _asks_for_a_token(self._answer):
            self._broken("no pwg_token to be asked for", "the target asks for one")
        if envelope.err == 403:
            self._broken("no pwg_token to be asked for", f"the target answered {self._summary()}")
        self._held()

    def is_denied(self) -> None:
        """The caller is known but may not do this: HTTP 401 and err 401, not the refusal of a bad key.

        Whether a client can see that by the words is FORB-31's affair. Where it can't, who is known may still ask who
        they are.
        """
        self._needs_control()
        self._refused_with((401,))
        if self._is_worded_like_a_bad_key(self._answer):
            who = self._expect._gallery.send(_whoami_of(self._exchange.call))
            if self._is_worded_like_a_bad_key(who):
                self._broken("a caller who is known to be denied", "the key itself is refused, whatever it asks for")
        self._held()

    def is_denied_by_the_list(self, listed: Sequence[str]) -> None:
        """As `is_denied`. listed: all methods that the target denies to keys: one that it denies while it lets this one
        through is the sign of a list of the gallery's own.
        """
        call, others = self._exchange.call, [name for name in listed if name != self._exchange.method]
        let_through = self._answer.envelope is not None and self._answer.envelope.err != 401
        if let_through and others:
            envelope = self._expect._gallery.send(replace(call, method=others[0], params=())).envelope
            if envelope is not None and envelope.err == 401:
                own = f"{OWN_LIST}: if it lacks this method, say so by --forbidden-methods=-{self._exchange.method}"
                self._broken("to be refused with err 401", f"the target answered {self._summary()}; {own}")
        self.is_denied()

    def _summary(self) -> str:
        summary, method = super()._summary(), self._exchange.method
        envelope = self._answer.envelope
        by_webmaster = any(
            isinstance(each, ApiKey) and each.owner.status == "webmaster" for each in self._exchange.call.auth
        )
        if envelope is None or envelope.err != 401 or not by_webmaster or method in (None, WHOAMI):
            return summary
        if method in self._gallery.profile.forbidden_methods or self._is_worded_like_a_bad_key(self._answer):
            return summary
        return f"{summary}; {OWN_LIST}: if it has this method, say so by --forbidden-methods=+{method}"

    def is_told_apart_from_a_bad_key(self) -> None:
        """Whatever the answer is, it is not in the words in which the target refuses a key that nobody has."""
        if self._is_worded_like_a_bad_key(self._answer):
            self._broken("other words than those to a bad key", f"the target answered {self._summary()}, as to one")
        self._held()

    def _is_worded_like_a_bad_key(self, answer: Answer) -> bool:
        refusal = self._expect._uniform_refusal.for_call(ApiCall(format=answer.format), self._expect._gallery).answer
        return answer.status == refusal.status and said(answer) == said(refusal)

    def is_not_forbidden(self) -> None:
        """The method exists and is not denied to the caller; it may still fail on its parameters."""
        envelope = self._answer.envelope
        if envelope is None or (not envelope.ok and envelope.err in (401, 405, 501)):
            self._broken("the call not to be denied", f"the target answered {self._summary()}")
        self._held()

    def is_authorized(self) -> None:
        """The caller may make the call: no 401 or 403. The call itself may still fail."""
        envelope = self._answer.envelope
        if envelope is None or envelope.err in (401, 403) or self._answer.status in (401, 403):
            self._broken("the call to be heard, whatever is wrong with it", f"the target answered {self._summary()}")
        self._held()

    def succeeds(self) -> Any:
        """The API did what it was asked: HTTP 200, `stat` ok, and in the result what the suite reads of it.

        Returns the result.
        """
        envelope = self._answer.envelope
        if self._answer.status != 200 or envelope is None or not envelope.ok:
            self._broken("the call to succeed", f"the target answered {self._summary()}")
        self._fitting()
        self._held()
        return envelope.result


def _whoami_of(call: ApiCall) -> ApiCall:
    """The question who is asking, by whoever made a call."""
    named = tuple(each for each in call.auth if not (isinstance(each, Query | Body) and each.name == "method"))
    return ApiCall(verb=call.verb, format=call.asked_format, auth=named, headers=call.headers)


def _asks_for_a_token(answer: Answer) -> bool:
    envelope = answer.envelope
    return envelope is not None and envelope.err == 1002 and "pwg_token" in (envelope.message or "")
