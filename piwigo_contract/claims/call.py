"""Claims about what became of a call: done, refused, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from piwigo_contract.claims.claim import BaseClaim, said
from piwigo_contract.claims.front import refused_in_front
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Body
from piwigo_contract.client.vault import Text

BAD_LOGIN = (999, 401, 403)
"""Errors of a login that is refused: Piwigo's own, and what HTTP has for it."""


class CallClaims(BaseClaim):
    """Done or refused."""

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

    def is_refused(self) -> None:
        """Whatever the words, nothing was done: an error of the API, or HTTP 400 and above where none is told."""
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
        without = replace(
            call,
            params=tuple(pair for pair in call.params if pair[0] != "pwg_token"),
            auth=tuple(each for each in call.auth if not (isinstance(each, Body) and each.name == "pwg_token")),
        )
        with_one = replace(call, params=(*call.params, ("pwg_token", Text.of(32 * "0"))))
        return said(self._expect._gallery.send(with_one if without == call else without)) == said(self._answer)

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

    def is_heard(self) -> None:
        """The API looked at the call itself: it did it, or found fault with it, but not with who asks."""
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


def _asks_for_a_token(answer: Answer) -> bool:
    envelope = answer.envelope
    return envelope is not None and envelope.err == 1002 and "pwg_token" in (envelope.message or "")
