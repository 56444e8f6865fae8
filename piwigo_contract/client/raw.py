"""Asking who the caller is with a request that is written to the socket as a check says, line by line."""

from __future__ import annotations

import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ApiKey
from piwigo_contract.client.exchange import Call, Exchange, Sent
from piwigo_contract.client.gallery import COMMON_HEADERS, Gallery
from piwigo_contract.client.smuggling import Shape
from piwigo_contract.client.vault import Text

CRLF = "\r\n"
METHOD = "pwg.session.getStatus"


@dataclass(frozen=True)
class RawRequest:
    """A request as it is written. In a call it stands where credentials do: all that a check varies is in here.

    lines: those that the check gave. segments: the whole of it, each part in a TCP segment of its own.
    """

    verb: str
    lines: tuple[Text, ...]
    segments: tuple[Text, ...]

    def __bytes__(self) -> bytes:
        return b"".join(self.in_segments())

    def in_segments(self) -> list[bytes]:
        return [segment.reveal().encode("utf-8", "surrogateescape") for segment in self.segments]


class Wire:
    """The target's socket. Every request asks `pwg.session.getStatus`, by GET unless it has a body.

    Lines are texts without their ends. They are sent byte for byte, right after the request line.
    """

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self.name = gallery.profile.header
        """Name of the header that carries a key in this release."""

    def line(self, value: Text | str) -> Text:
        """The header that carries keys, as it is usually written."""
        return f"{self.name}: " + Text.of(value)

    def whoami(self, *lines: Text | str, line_end: str = CRLF, version: str = "HTTP/1.1") -> Answer:
        """Ask with these lines in the header. line_end: what ends each line of the head."""
        # whoever does not take that for the end of a line must still see an end of the head
        after = "" if line_end == CRLF else CRLF + CRLF
        return self._ask(self._request(lines, line_end=line_end, version=version, body=Text.of(after)))

    def whoami_in_segments(self, *parts: Text | str) -> Answer:
        """Ask with one line, its end included, each part of it in a TCP segment of its own."""
        start, rest = self._request_line(), self._request((), start=Text())
        first, *others = _texts(parts)
        segments = (start + CRLF + first, *others[:-1], others[-1] + rest.segments[0])
        return self._ask(RawRequest("GET", _texts(parts), segments))

    def whoami_chunked(self, *lines: Text | str, extension: Text | str = "", trailer: Text | str = "") -> Answer:
        """Ask by POST with a chunked body. extension: of its one chunk. trailer: a line after it."""
        chunk = "4" + (";" + Text.of(extension) if len(extension) else Text()) + CRLF + "a=b&" + CRLF
        end = "0" + CRLF + (Text.of(trailer) + CRLF if len(trailer) else Text()) + CRLF
        return self._ask(self._request((*lines, "Transfer-Encoding: chunked"), verb="POST", body=chunk + end))

    def whoami_in_a_row(
        self, *rows: Sequence[Text | str], version: str = "HTTP/1.1", cut: int | None = None
    ) -> list[Answer]:
        """Ask once for each row of lines, all on one connection, which each but the last asks to be kept open.

        cut: all at once in two segments, the second of which begins so many bytes after the first request.
        """
        requests = [
            self._request((*row, "Connection: keep-alive") if number < len(rows) - 1 else row, version=version)
            for number, row in enumerate(rows)
        ]
        raw = [bytes(request) for request in requests]
        exchanges = [self._exchange(request) for request in requests]
        return self._gallery.converse(exchanges, lambda wire: wire.in_a_row(raw, pipelined=cut is not None, cut=cut))

    def smuggle(self, shape: Shape, key: ApiKey) -> list[Answer]:
        """Send a request without a key, whose body looks to some readers like one with this key, and another without.

        Gives all answers until the connection is closed, which the last request asks for.
        """
        hidden = self._request((self.line(key.text), "Connection: keep-alive"))
        lines, body = shape.around(hidden.segments[0])
        last = self._request(())
        request = self._request(
            (*lines, "Connection: keep-alive"), verb="POST", version=shape.version, body=body + last.segments[0]
        )
        return self._gallery.converse(
            [self._exchange(request)], lambda wire: wire.send_until_closed(bytes(request)), may_close=True
        )

    # ------------------------------------------------------------------ how it is written

    def _request_line(self, verb: str = "GET", version: str = "HTTP/1.1") -> Text:
        path = urllib.parse.urlsplit(self._gallery.url).path
        return Text.of(f"{verb} {path}ws.php?format=json&method={METHOD} {version}")

    def _request(
        self,
        lines: Sequence[Text | str],
        *,
        verb: str = "GET",
        version: str = "HTTP/1.1",
        line_end: str = CRLF,
        body: Text | None = None,
        start: Text | None = None,
    ) -> RawRequest:
        """A whole request in one segment; without a Connection line among the given ones it asks to be the last."""
        own = [f"Host: {self._gallery.wire.netloc}", *(f"{name}: {value}" for name, value in COMMON_HEADERS.items())]
        if "Connection: keep-alive" not in lines:
            own.append("Connection: close")
        head = [self._request_line(verb, version) if start is None else start, *_texts(lines), *_texts(own)]
        whole = sum((line + line_end for line in head if len(line)), Text()) + line_end + (body or Text())
        return RawRequest(verb, _texts(lines), (whole,))

    def _exchange(self, request: RawRequest) -> Exchange:
        call = Call(METHOD, verb="GET", auth=(request,))
        query = (("format", Text.of("json")), ("method", Text.of(METHOD)))
        headers = tuple(map(_as_header, request.lines))
        return Exchange(call, Sent(request.verb, self._gallery.url + call.page, query, headers, None, request.segments))

    def _ask(self, request: RawRequest) -> Answer:
        segments = request.in_segments()
        exchange = self._exchange(request)
        exchange.request, exchange.repeatable = bytes(request), True
        return self._gallery.converse([exchange], lambda wire: [wire.send_in_segments(segments)], may_close=True)[0]


def _texts(lines: Sequence[Text | str]) -> tuple[Text, ...]:
    return tuple(map(Text.of, lines))


def _as_header(line: Text) -> tuple[str, Text]:
    """A line as evidence shows it beside what was really written: name and value, as far as they can be told."""
    first = line.pieces[0] if line.pieces and isinstance(line.pieces[0], str) else ""
    name, colon, _ = first.partition(":")
    return (name, line[len(name) + 1 :]) if colon else ("", line)
