"""Claims about the answer as a document: its form, its media type, who may keep and read it."""

from __future__ import annotations

from piwigo_contract.claims.claim import BaseClaim
from piwigo_contract.claims.conformance import internal_cause
from piwigo_contract.claims.disclosure import apart_from, internals, may_be_kept_by_a_shared_cache, origins_allowed
from piwigo_contract.claims.front import refused_in_front
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.envelopes import flaw, is_whole_document, texts_of

QUOTED_CHARACTERS = 300
"""Most characters of an answer that a message quotes."""


class DocumentClaims(BaseClaim):
    """The document and its headers."""

    def is_a_whole_document(self, without_a_key: Answer) -> None:
        """The body is one well-formed document of the requested format, with nothing around it.

        without_a_key: the answer to the same call without a key. If its body is not a whole document either (PHP prints
        notices around every answer), this claim holds.
        """
        if is_whole_document(without_a_key.body, without_a_key.format):
            self.is_a_document_and_nothing_else()
        else:
            self._held()

    def is_a_document_and_nothing_else(self) -> None:
        """The body, from its first byte to its last, is one well-formed document of the format asked for."""
        if why := flaw(self._answer.body, self._answer.format):
            kind = self._answer.header("content-type") or "no content type"
            told = internal_cause(self._without_secrets(self._answer.text))
            self._broken(
                f"one well-formed document in {self._answer.format or 'XML'}",
                f"{why} ({kind}{f', and tells: {told}' if told else ''})",
            )
        self._held()

    def has_the_text(self, text: str) -> None:
        """One of the texts that a reader of the format finds in the answer is this one."""
        self.that(
            text in texts_of(self._answer.body, self._answer.format),
            f"a document in {self._answer.format or 'XML'} with the text {text!r}",
            f"the target answered {self._summary()}, without it",
        )

    def is_the_head_of(self, got: Answer) -> None:
        """The status and the content type of the same request by GET, and no body (RFC 9110, section 9.3.2). Or HTTP
        405 or 501: HEAD is not taken at all.
        """
        answer = self._answer
        if answer.status not in (405, 501):
            if answer.status != got.status:
                self._broken(f"HTTP {got.status}, as by GET", f"the target answered HTTP {answer.status}")
            ours, theirs = answer.header("content-type"), got.header("content-type")
            if ours is not None and ours != theirs:
                self._broken(f"the content type {theirs}, as by GET", f"it is {ours}")
        self.that(not answer.body, "no body", f"there are {len(answer.body)} bytes")

    def tells_the_length_of(self, got: Answer) -> None:
        """Content-Length is that of the same request by GET, if both have one, and HEAD is taken."""
        ours, theirs = self._answer.header("content-length"), got.header("content-length")
        taken = self._answer.status == got.status
        self.that(
            not taken or None in (ours, theirs) or ours == theirs, f"the length {theirs}, as by GET", f"it is {ours}"
        )

    def has_media_type(self, *types: str) -> None:
        """The media type of the answer is one of these."""
        found = (self._answer.header("content-type") or "").partition(";")[0].strip().lower()
        self.that(found in types, f"the content type {' or '.join(types)}", f"it is {found or 'missing'}")

    def discloses_nothing_internal(self, without_a_key: Answer) -> None:
        """No PHP or database message, server path or stack trace, except those that the same call without a key shows
        too.
        """
        told = internals(apart_from(self._answer.text, without_a_key.text))
        if told:
            self._broken(
                "an answer that tells nothing internal",
                f"it tells: {self._without_secrets(told[0])[:QUOTED_CHARACTERS]}",
            )
        self._held()

    def is_kept_by_no_shared_cache(self) -> None:
        """A shared cache may not store this answer and give it to somebody else (RFC 9111, sections 3, 4.1, 5.2.2).

        What a server in front answers by itself is the same for everybody; a remark says so.
        """
        if told := refused_in_front(self._answer):
            self._expect.noticed(told)
            self._held()
            return
        told = ", ".join(self._answer.all_headers("cache-control")) or "no Cache-Control"
        self.that(
            not may_be_kept_by_a_shared_cache(
                self._answer, self._exchange.call.verb, self._expect._gallery.profile.header
            ),
            "Cache-Control with no-store, private or no-cache, or Vary with the key's header",
            f"HTTP {self._answer.status} has {told}",
        )

    def is_kept_from_origin(self, origin: str, *, with_cookies: bool = False) -> None:
        """A browser does not let a page of that origin read the answer (the Fetch standard, CORS check).

        with_cookies: whether the browser's own cookies are in the request: then only what names the origin lets it.
        """
        allowed = origins_allowed(self._answer)
        if with_cookies:
            credentials = self._answer.header("access-control-allow-credentials") or ""
            let_in = origin in allowed and credentials.strip() == "true"
        else:
            let_in = bool({"*", "null", origin} & set(allowed))
        self.that(
            not let_in,
            f"no page of {origin} to be let read the answer",
            f"Access-Control-Allow-Origin is {', '.join(allowed)}",
        )

    def lets_no_page_send(self, header: str, origin: str) -> None:
        """The answer to a CORS preflight does not allow a page of that origin to send this header."""
        names = ",".join(self._answer.all_headers("access-control-allow-headers")).lower().split(",")
        sendable = {name.strip() for name in names}
        # the Fetch standard: the wildcard does not speak of Authorization
        covered = header.lower() in sendable or ("*" in sendable and header.lower() != "authorization")
        self.that(
            not (covered and {"*", origin} & set(origins_allowed(self._answer))),
            f"no page of {origin} to be let send {header}",
            f"the answer to its browser's question allows {', '.join(sorted(sendable))}",
        )
