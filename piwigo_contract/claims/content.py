"""Claims about what an answer says, and what it must not say."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from piwigo_contract.claims.broken import not_listed
from piwigo_contract.claims.claim import BaseClaim, compared, said, summary
from piwigo_contract.claims.comparison import differences, is_significant, without_indexes
from piwigo_contract.claims.conformance import internal_cause
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.clock import parse_time
from piwigo_contract.client.credentials import ApiKey
from piwigo_contract.client.envelopes import is_whole_document
from piwigo_contract.client.vault import Text, encodings, secret_hashes
from piwigo_contract.errors import OutOfReach

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
"""What files of pictures begin with: JPEG, PNG, GIF and WebP."""


class ContentClaims(BaseClaim):
    """What is read from an answer."""

    def equals(self, what: str, actual: object, expected: object) -> None:
        """A value that was read, from this answer or afterwards, is the expected one. what: names it in the message."""
        if actual != expected:
            wanted, found = compared(expected, actual)
            self._broken(f"{what} to be {wanted}", f"it is {found}")
        self._held()

    def is_so(self, subject: str, predicate: str, actual: bool, expected: bool) -> None:
        """What was read is so, or is not, as expected: `the photo`, `told`."""
        self.that(
            actual == expected,
            f"{subject} {'' if expected else 'not '}to be {predicate}",
            f"it is{' not' if expected else ''}",
        )

    def says_the_same_as(self, other: Answer, *, volatile: Collection[str] = ()) -> None:
        """What the target answers to the same request without what is tried here: the status, the envelope, and
        nothing around it that does not stand around the other one.

        volatile: fields of the result that may be others each time.
        """
        promised, answer = "the answer that comes without it", self._answer
        if (answer.status, said(answer)) != (other.status, said(other)):
            self._broken(promised, f"the target answered {self._summary()}, and else {summary(other)}")
        ours, theirs = (each.envelope.result if each.envelope else None for each in (answer, other))
        named = [f"result.{name}" for name in volatile]
        if unlike := [path for path in differences(ours, theirs) if is_significant(path, named)]:
            self._broken(promised, f"{without_indexes(unlike[0])} differs")
        if is_whole_document(other.body, other.format) and not is_whole_document(answer.body, answer.format):
            told = internal_cause(self._without_secrets(answer.text))
            self._broken(promised, f"something stands around it{f': {told}' if told else ''}")
        self._held()

    def leaves(
        self, what: str, before: Mapping[str, Any], after: Mapping[str, Any], *, but_for: str | None = None
    ) -> None:
        """The rows before and after are the same; the break names the one that is gone, new or changed.

        but_for: a field of the rows that may change.
        """
        for name in sorted(before.keys() | after.keys()):
            if name not in after:
                self._broken(f"{what} to stay as they are", f"{name} is gone")
            if name not in before:
                self._broken(f"{what} to stay as they are", f"{name} is new")
            if before[name] != after[name]:
                old, new = before[name], after[name]
                if isinstance(old, Mapping) and isinstance(new, Mapping):
                    fields = sorted((old.keys() | new.keys()) - {but_for})
                    changed = [field for field in fields if old.get(field) != new.get(field)]
                    if not changed:
                        continue
                    self._broken(f"{what} to stay as they are", f"of {name} there changed: {', '.join(changed)}")
                self._broken(f"{what} to stay as they are", f"{name} changed from {old!r} to {new!r}")
        self._held()

    def lists(self, key: ApiKey) -> Mapping[str, Any]:
        """The key is in this list of its owner's keys, which LIFE-50 promises. Returns its row."""
        rows = self._answer.result
        if rows:
            self._fitting()
        row = next((row for row in rows or () if row["auth_key"] == key.pkid.reveal()), None)
        if row is None:
            raise not_listed(self._exchange)
        self._held()
        return row  # type: ignore[no-any-return]

    def tells_time(self, what: str, told: Any) -> datetime.datetime:
        """This, told in the answer, is a time as Piwigo writes it. Returns the time."""
        try:
            when = parse_time(told)
        except OutOfReach:
            self._broken(f"{what} to be a time such as 2026-01-31 23:59:59", f"it is {told!r}")
        self._held()
        return when

    def hides(self, *secrets: Text) -> None:
        """None of these texts is anywhere in the answer, headers included, in any usual encoding."""
        everything = self._everything()
        for secret in secrets:
            if any(form in everything for form in encodings(secret.reveal())):
                self._broken(f"the answer not to show {secret}", "it does")
        self._held()

    def shows_no_hash(self) -> None:
        """The hash of no secret or password, nor the beginning of one, is anywhere in the answer, headers included."""
        self.that(not secret_hashes(self._everything()), "the answer not to show the hash of a secret", "it does")

    def is_a_picture(self) -> None:
        """HTTP 200, said to be a picture, and one by its first bytes."""
        kind = (self._answer.header("content-type") or "no content type").partition(";")[0]
        if self._answer.status != 200 or not kind.startswith("image/"):
            self._broken("a picture", f"the target answered HTTP {self._answer.status} ({kind})")
        self.that(self._answer.body.startswith(PICTURES), "a picture", f"what is called {kind} is none")

    def _everything(self) -> str:
        return "\n".join([*(f"{name}: {value}" for name, value in self._answer.headers), self._answer.text])

    def page_shows(self, text: str) -> None:
        """HTTP 200, and this text is somewhere in the page."""
        if self._answer.status != 200 or not self._answer.shows(text):
            self._broken(f"a page that shows {text!r}", f"the target answered {self._summary()}")
        self._held()
