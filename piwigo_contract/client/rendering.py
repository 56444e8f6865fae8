"""How a call becomes a request: where each carrier of credentials puts its value, and what every request brings."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterable
from dataclasses import replace

from piwigo_contract import __version__
from piwigo_contract.client.cookies import sent_to
from piwigo_contract.client.credentials import (
    ApiKey,
    Body,
    Cookie,
    Header,
    KeyHeader,
    OtherKeyHeader,
    Query,
    Session,
)
from piwigo_contract.client.exchange import ApiCall, Sent, percent_encoded
from piwigo_contract.client.multipart import encoded
from piwigo_contract.client.vault import Text
from piwigo_contract.client.written import WrittenRequest, head
from piwigo_contract.contract.releases import ReleaseProfile

ABOUT = "https://github.com/Piwigo/Piwigo/wiki/Piwigo-Web-API"
"""What is tested, for whoever finds the suite in a log."""

COMMON_HEADERS = {
    "User-Agent": f"piwigo-contract/{__version__} (test of the API contract; +{ABOUT})",
    "Accept": "*/*",
    # what one client has compressed and the other has not would look like two answers
    "Accept-Encoding": "identity",
}
"""Headers of every request, by httpx or on the wire."""

FORM = "application/x-www-form-urlencoded"

_SENDABLE = re.compile(rb"[!-~\x80-\xff]+(?:[ \t]+[!-~\x80-\xff]+)*")
"""Values of a header that httpx sends (RFC 9110, section 5.5)."""


def is_sendable(value: Text) -> bool:
    """Whether an HTTP library sends this as a header's value."""
    return _SENDABLE.fullmatch(bytes(value)) is not None


def render(call: ApiCall, url: str, profile: ReleaseProfile) -> Sent:
    """A call as a request to the gallery at this URL, its key in the header of this release."""
    query: list[tuple[str, Text]] = []
    form: list[tuple[str, Text]] = []
    headers = list(call.headers)
    cookies: list[tuple[str, Text]] = []
    if call.format is not None:
        query.append(("format", Text.of(call.format)))
    own = query if call.verb == "GET" else form
    if call.method is not None:
        own.append(("method", Text.of(call.method)))
    own.extend(call.params)
    for carrier in call.auth:
        match carrier:
            case ApiKey():
                headers.append((profile.header, carrier.text))
            case KeyHeader():
                headers.append((profile.header, Text.of(carrier.value)))
            case OtherKeyHeader():
                headers.append((profile.other_header, Text.of(carrier.value)))
            case Header():
                headers.append((carrier.name, Text.of(carrier.value)))
            case Query():
                query.append((carrier.name, Text.of(carrier.value)))
            case Body():
                form.append((carrier.name, Text.of(carrier.value)))
            case Cookie():
                cookies.append((carrier.name, Text.of(carrier.value)))
            case Session():
                cookies.extend(sent_to(url + call.page, carrier.cookies))
            case _:
                raise TypeError(f"{carrier!r} carries no credential")
    if cookies:
        headers.append(("Cookie", _joined("; ", (f"{name}=" + value for name, value in cookies))))
    filled_in = tuple(form) if call.verb != "GET" or form else None
    return Sent(
        call.verb, url + call.page, tuple(query), tuple(headers), filled_in, files=call.files, without=call.without
    )


def headers_and_body(sent: Sent) -> tuple[list[tuple[bytes, bytes]], bytes | None]:
    """What an HTTP library is given to send."""
    headers = [(name.encode(), bytes(value)) for name, value in sent.headers]
    body, media_type = None, FORM
    if sent.files:
        media_type, body = encoded(sent.form or (), sent.files)
    elif sent.encoded_form is not None:
        body = sent.encoded_form.encode()
    if body is not None and all(name.lower() != b"content-type" for name, _ in headers):
        headers.append((b"Content-Type", media_type.encode()))
    return headers, body


def common_lines(url: str, but_for: Iterable[str] = ()) -> list[str]:
    """The lines of every request that is written to the socket. but_for: names of headers that are left out."""
    headers = {"Host": urllib.parse.urlsplit(url).netloc, **COMMON_HEADERS}
    left_out = {name.lower() for name in but_for}
    return [f"{name}: {value}" for name, value in headers.items() if name.lower() not in left_out]


def as_written(sent: Sent, *lines: str) -> Sent:
    """The same request, to be written to the socket with each value as it stands. lines: more of its head."""
    query, form = _encoded(sent.query), _encoded(sent.form or ())
    start = f"{sent.verb} {urllib.parse.urlsplit(sent.url).path}?" + query + " HTTP/1.1"
    about_form = [f"Content-Length: {len(form)}", f"Content-Type: {FORM}"]
    own = [f"{name}: " + value for name, value in sent.headers]
    common = common_lines(sent.url, (*sent.without, *(name for name, _ in sent.headers)))
    written = head([start, *common, *lines, *about_form, *own]) + form
    return replace(sent, written=WrittenRequest((written,)))


def _encoded(pairs: Iterable[tuple[str, Text]]) -> Text:
    """A query, or a form, with its secrets."""
    return _joined(
        "&",
        (
            f"{urllib.parse.quote_plus(name)}="
            + (value.encoded("percent") if any(value.secrets()) else Text.of(percent_encoded(value)))
            for name, value in pairs
        ),
    )


def _joined(between: str, texts: Iterable[Text]) -> Text:
    joined = Text()
    for number, text in enumerate(texts):
        joined = joined + (between if number else "") + text
    return joined
