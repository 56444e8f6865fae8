"""Claims about the form of an answer, whatever was sent, and the cause that is behind one that has it not."""

from __future__ import annotations

import re

from piwigo_contract.claims.claim import BaseClaim
from piwigo_contract.claims.documents import apart_from, internals
from piwigo_contract.claims.front import refused_in_front
from piwigo_contract.client.answers import Answer

LONG = 2000
"""Characters of a URL that a server may well not take (RFC 9110, section 4.1, asks for 8000)."""


class FormClaims(BaseClaim):
    """What the API owes any call at all."""

    def is_in_the_apis_own_form(self, without_a_key: Answer) -> None:
        """An envelope, the HTTP status that goes with its error, no 5xx but 501, and nothing internal.

        A bad call is no fault of the server; 501 is what a method that is not there is answered with. What an answer
        to any call `without_a_key` tells as well, as where PHP prints notices around all of them, is none of this one.
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
        if envelope.ok:
            status = 200
        else:
            assert envelope.err is not None
            status = envelope.err if 400 <= envelope.err < 600 else 200
        if self._answer.status != status:
            told = "stat ok" if envelope.ok else f"err {envelope.err}"
            self._broken("the HTTP status that goes with the answer", f"HTTP {self._answer.status} with {told}")

    def _no_fault_of_the_server(self) -> None:
        if self._answer.status >= 500 and self._answer.status != 501:
            message = self._answer.envelope.message if self._answer.envelope is not None else None
            said = without_particulars(self._without_secrets(message or ""))
            self._broken("no 5xx for a call that is bad", f"HTTP {self._answer.status}, {said!r}")

    def _is_too_long_for_the_front(self) -> bool:
        """Whether a server in front refused the request for its length, which is not the API's affair."""
        return self._answer.status in (400, 413, 414, 431) and len(self._exchange.sent.full_url) > LONG

    def knows_what_it_was_given(self) -> None:
        """The id that another method gave names something: the call is not answered that there is no such thing."""
        envelope = self._answer.envelope
        if envelope is None or envelope.err in (404, 1003):
            self._broken("an id that another method gave to be known", f"the target answered {self._summary()}")
        self._held()


def _cause_of(answer: Answer, text: str) -> str:
    """Why an answer has no envelope, in words that are the same for all answers of one cause. text: of its body."""
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
    """The message of PHP or the database in an answer, without what is particular to the call, and where it arose."""
    text = _TAGS.sub("", body).replace("&gt;", ">").replace("&#039;", "'").replace("&quot;", '"')
    found = _FATAL.search(text) or _ERROR.search(text)
    if found is None:
        lines = internals(body)
        return without_particulars(_TAGS.sub("", lines[0])) if lines else ""
    if unfit := _VALUE.search(found[0]):
        return f"{without_particulars(found[0][: unfit.start()])} {unfit[1]} for a column"
    message = without_particulars(_PLACE.sub("", found[0]))
    frames = [f"{file}:{line}" for file, line, _ in _FRAME.findall(text) if file != _DATABASE]
    place = _PLACE.search(text, found.start())
    where = frames[0] if frames else f"{place[1]}:{place[2]}" if place else ""
    return f"{message} ({where})" if where else message


def without_particulars(message: str) -> str:
    """A message without what is particular to one call: what is quoted in it, numbers, the type of what was given,
    and what the server's software says of itself.
    """
    # what is quoted may hold quotes itself: all goes from the first one to its last like; an apostrophe is none
    message = re.sub(r"(?s)(?<!\w)b?(['\"`]).*\1|(?<!\w)b?['\"`].*$", "...", message)
    message = re.sub(r", [\w|]+ given\b", "", message)
    message = re.sub(r"; check the manual that corresponds.*?(?:near|$)", "", message)
    message = re.sub(r"(?<![\w.#])-?\d[\d.eE+]*", "0", message)
    return " ".join(message.split())[:160]
