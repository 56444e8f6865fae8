"""Claims that any answer must keep, whatever was sent: envelope, status, no internal details; and the cause where one
does not.
"""

from __future__ import annotations

import re

from piwigo_contract.claims.claim import BaseClaim
from piwigo_contract.claims.disclosure import apart_from, internals
from piwigo_contract.claims.front import refused_in_front
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.envelopes import Envelope

LONG_URL = 2000
"""URLs longer than this many characters may be refused by the server in front (RFC 9110, section 4.1, recommends to
support 8000).
"""


class ConformanceClaims(BaseClaim):
    """What every answer of the API must keep."""

    def is_in_the_apis_own_form(self, without_a_key: Answer) -> None:
        """An envelope, the HTTP status that matches its error, no 5xx but 501, and no internal details.

        501 is Piwigo's answer for an unknown method. without_a_key: an answer to a call without a key; what that
        discloses too (PHP notices around every answer) does not count here.
        """
        self._in_the_apis_own_form(without_a_key)
        self._no_fault_of_the_server()
        self._held()

    def is_an_error_in_the_apis_own_form(self, without_a_key: Answer) -> None:
        """An envelope that tells an error, with the HTTP status that goes with it, even a 5xx, and nothing internal."""
        self._in_the_apis_own_form(without_a_key)
        if self._answer.envelope is not None and self._answer.envelope.ok:
            self._broken("an error of the API", f"the target answered {self._summary()}")
        self._held()

    def tells_it_in_the_apis_own_form_or_in_front(self, without_a_key: Answer) -> None:
        """Success or error: an envelope, the HTTP status that goes with it, and nothing internal; or a server in front
        did not let it through, which a remark says.
        """
        if told := refused_in_front(self._answer):
            self._expect.remark(told)
        else:
            self._in_the_apis_own_form(without_a_key)
        self._held()

    def has_the_status_of_its_error(self) -> None:
        """An error of the API, and the HTTP status that goes with it."""
        if self._answer.envelope is None or self._answer.envelope.ok:
            self._broken("an error of the API", f"the target answered {self._summary()}")
        self._status_of(self._answer.envelope)
        self._held()

    def is_no_fault_of_the_server(self) -> None:
        """No HTTP status of 500 and above but 501."""
        self._no_fault_of_the_server()
        self._held()

    def _in_the_apis_own_form(self, without_a_key: Answer) -> None:
        envelope = self._answer.envelope
        text = apart_from(self._answer.text, without_a_key.text)
        if envelope is None and self._is_too_long_for_the_front():
            return
        if envelope is None:
            self._broken("an answer in the API's envelope", _cause_of(self._answer, self._without_secrets(text)))
        if internals(text):
            cause = internal_cause(self._without_secrets(text))
            self._broken("an answer that tells nothing internal", f"it tells: {cause}")
        self._status_of(envelope)

    def _status_of(self, envelope: Envelope) -> None:
        if self._answer.status != envelope.http_status:
            told = "stat ok" if envelope.ok else f"err {envelope.err}"
            self._broken("the HTTP status that goes with the answer", f"HTTP {self._answer.status} with {told}")

    def _no_fault_of_the_server(self) -> None:
        if self._answer.status >= 500 and self._answer.status != 501:
            message = self._answer.envelope.message if self._answer.envelope is not None else None
            said = normalised(self._without_secrets(message or ""))
            self._broken("no 5xx for a call that is bad", f"HTTP {self._answer.status}, {said!r}")

    def _is_too_long_for_the_front(self) -> bool:
        """Whether a server in front refused the request for its length; the API did not see it then."""
        return self._answer.status in (400, 413, 414, 431) and len(self._exchange.sent.full_url) > LONG_URL

    def knows_what_it_was_given(self) -> None:
        """An id that another method returned is accepted: no err 404 or 1003."""
        envelope = self._answer.envelope
        if envelope is None or envelope.err in (404, 1003):
            self._broken("an id that another method gave to be known", f"the target answered {self._summary()}")
        self._held()


def _cause_of(answer: Answer, text: str) -> str:
    """Why an answer has no envelope; the same text for all answers with one cause. text: of the answer's body."""
    kind = (answer.header("content-type") or "no content type").partition(";")[0]
    return f"none: {internal_cause(text) or f'HTTP {answer.status} with {kind}'}"


_TAGS = re.compile(r"<[^>]*>")
_FATAL = re.compile(r"(?:PHP )?(?:Fatal error|Parse error|Uncaught \w+)[^\n]*", re.I)
_ERROR = re.compile(r"(?:PHP )?(?:Warning|Notice|Deprecated)\s*:[^\n]*", re.I)
_FRAME = re.compile(r"#\d+ [^\n]*?([\w.]+\.php)\((\d+)\): (\w+)\(")
_PLACE = re.compile(r"\bin\s+\S*?([\w.]+\.php)(?::|\s+on line\s+)(\d+)")
_DATABASE = "functions_mysqli.inc.php"
_VALUE = re.compile(
    r"(Incorrect string value|Incorrect \w+ value|Out of range value|Data too long|Data truncated)\b.*? column\b.*"
)
"""What the database says of a value that a column can't hold: one cause, whatever the column and the statement."""


def internal_cause(body: str) -> str:
    """The PHP or database message in a body, normalised (see `normalised`), with the file and line that raised
    it; empty where there is none.
    """
    text = _TAGS.sub("", body).replace("&gt;", ">").replace("&#039;", "'").replace("&quot;", '"')
    found = _FATAL.search(text) or _ERROR.search(text)
    if found is None:
        lines = internals(body)
        return normalised(_TAGS.sub("", lines[0])) if lines else ""
    if unfit := _VALUE.search(found[0]):
        return f"{normalised(found[0][: unfit.start()])} {unfit[1]} for a column"
    message = normalised(_PLACE.sub("", found[0]))
    frames = [f"{file}:{line}" for file, line, _ in _FRAME.findall(text) if file != _DATABASE]
    place = _PLACE.search(text, found.start())
    where = frames[0] if frames else f"{place[1]}:{place[2]}" if place else ""
    return f"{message} ({where})" if where else message


def normalised(message: str) -> str:
    """A message with everything replaced or dropped that depends on one call: quoted text, numbers, the type of a given
    value, so that one cause gives one message.
    """
    # a quoted value may contain quotes: drop all from the first to the last of its kind (no apostrophes)
    message = re.sub(r"(?s)(?<!\w)b?(['\"`]).*\1|(?<!\w)b?['\"`].*$", "...", message)
    message = re.sub(r", [\w|]+ given\b", "", message)
    message = re.sub(r"; check the manual that corresponds.*?(?:near|$)", "", message)
    message = re.sub(r"(?<![\w.#])-?\d[\d.eE+]*", "0", message)
    return " ".join(message.split())[:160]
