"""What a target answered: the HTTP response and, in it, the envelope of the web API."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from piwigo_contract.client.credentials import User
from piwigo_contract.client.envelopes import Envelope, read_envelope

if TYPE_CHECKING:
    from piwigo_contract.client.exchange import Exchange

REDIRECTS = (301, 302, 303, 307, 308)
"""Statuses that send the caller to another address."""

MEGABYTE = 1024 * 1024

MAX_BODY = 8 * MEGABYTE
"""Most bytes of a body that are read. A longer answer counts as no answer (NoAnswer)."""

LONG = MEGABYTE
"""Bytes of an answer that is longer than a gallery's usually are."""

CLOSED = 0
"""The status of an answer that never came: the target closed the connection, as it may on a malformed request."""

VOLATILE_HEADERS = frozenset({"date", "set-cookie", "connection", "keep-alive", "content-length", "transfer-encoding"})
"""Headers that differ between two equal answers: time, cookies, and how the body is framed on the connection."""

READ_WORDS, SHOWN_WORDS = 4000, 60
"""Characters of a body in which its first words are looked for, and of those how many are shown."""

_WORDS = re.compile(r"(?is)<(script|style)\b.*?(</\1\s*>|$)|<[^>]*(>|$)")
"""What in a page is no words."""


@dataclass(frozen=True)
class Caller:
    """Who the target takes the caller for, in its own words (`pwg.session.getStatus`)."""

    user: User
    connected_with: str | None

    def __str__(self) -> str:
        how = f", connected with {self.connected_with}" if self.connected_with else ""
        return f"{self.user.name!r} (status {self.user.status}{how})"


@dataclass(frozen=True)
class Answer:
    """One HTTP response.

    status: HTTP status code; CLOSED where the connection was closed in place of an answer.
    headers: name and value pairs as they came. body: at most MAX_BODY bytes.
    format: the answer format that the request asked for (json, rest, xmlrpc, php). exchange: the request and all that
    is known of it; None for an answer that nobody sent for.
    """

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    format: str | None = "json"
    exchange: Exchange | None = field(default=None, compare=False, repr=False)

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case, or None."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    def all_headers(self, name: str) -> list[str]:
        """The values of every header line of this name, in order."""
        name = name.lower()
        return [value for key, value in self.headers if key.lower() == name]

    @cached_property
    def cookies(self) -> list[tuple[str, str]]:
        """Names and values of the cookies that it sets, in order."""
        lines = (line.partition("=") for line in self.all_headers("set-cookie"))
        return [(name.strip(), rest.partition(";")[0]) for name, _, rest in lines]

    @property
    def text(self) -> str:
        """The body as UTF-8; invalid bytes become U+FFFD."""
        return self.body.decode("utf-8", "replace")

    @property
    def in_words(self) -> str:
        """Who answers, by what it says: status, content type and first words."""
        kind = (self.header("content-type") or "no content type").partition(";")[0]
        words = " ".join(_WORDS.sub(" ", self.text[:READ_WORDS]).split())
        told = f", {html.unescape(words)[:SHOWN_WORDS]!r}" if words else ""
        return f"HTTP {self.status} ({kind}{told})"

    def shows(self, text: str) -> bool:
        """Whether the body contains this text, once HTML's character references are decoded."""
        return text in html.unescape(self.text)

    @cached_property
    def envelope(self) -> Envelope | None:
        """The API's envelope, or None where the body holds none (an HTML page, a PHP error, cut off)."""
        return read_envelope(self.body, self.format)

    @property
    def result(self) -> Any:
        """The result of a success; None for anything else."""
        return self.envelope.result if self.envelope is not None and self.envelope.ok else None

    @cached_property
    def caller(self) -> Caller | None:
        """Who the answer of `pwg.session.getStatus` says is asking, or None where it is no such answer."""
        result = self.result
        if not isinstance(result, dict) or not isinstance(result.get("username"), str):
            return None
        return Caller(User(result["username"], str(result.get("status"))), result.get("connected_with") or None)

    def telling_headers(self, volatile: frozenset[str] = frozenset()) -> Mapping[str, list[str]]:
        """The headers, by lower-case name, that could tell two refusals apart: all but VOLATILE_HEADERS and those in
        `volatile`.
        """
        told: dict[str, list[str]] = {}
        for name, value in self.headers:
            if name.lower() not in VOLATILE_HEADERS | volatile:
                told.setdefault(name.lower(), []).append(value)
        return told
