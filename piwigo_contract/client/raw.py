"""`whoami` requests that a check writes to the socket itself, line by line."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Sequence

from piwigo_contract.client.answers import CLOSED, Answer
from piwigo_contract.client.credentials import ApiKey
from piwigo_contract.client.exchange import ApiCall, Exchange, Sent
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.rendering import common_lines
from piwigo_contract.client.smuggling import CHUNKED, AmbiguousRequest
from piwigo_contract.client.vault import Text
from piwigo_contract.client.wire import RawAnswer, WireClient, WireClosed
from piwigo_contract.client.written import CRLF, KEPT_OPEN, LAST, WrittenRequest, head

METHOD = "pwg.session.getStatus"
"""The method that every raw request calls: it reports who the caller is, and changes nothing."""


class Wire:
    """Sends `pwg.session.getStatus` on the target's socket, by GET unless it has a body.

    Lines are texts without their line ends; they are sent byte for byte, right after the request line. If the server
    closes the connection in place of an answer to a single request, the answer has the status CLOSED.
    """

    def __init__(self, gallery: Gallery) -> None:
        gallery.must_have_free(gallery.profile.header)
        self._gallery = gallery
        self.name = gallery.profile.header
        """Name of the header that carries a key in this release."""

    def line(self, value: Text | str) -> Text:
        """The header that carries keys, as it is usually written."""
        return f"{self.name}: " + Text.of(value)

    def whoami(self, *lines: Text | str, line_end: str = CRLF, version: str = "HTTP/1.1") -> Answer:
        """Ask with these lines in the header. line_end: what ends each line of the head."""
        # a server that does not accept this line end must still find an end of the head
        after = "" if line_end == CRLF else CRLF + CRLF
        return self._ask(lines, self._whole(lines, line_end=line_end, version=version) + after)

    def whoami_in_segments(self, *parts: Text | str) -> Answer:
        """Ask with one line, its end included, each part of it in a TCP segment of its own."""
        first, *middle, last = map(Text.of, parts)
        rest = head([*self._common(), LAST])
        line = sum((first, *middle, last), Text())[: -len(CRLF)]
        return self._ask([line], self._request_line() + CRLF + first, *middle, last + rest)

    def whoami_chunked(self, *lines: Text | str, extension: Text | str = "", trailer: Text | str = "") -> Answer:
        """Ask by POST with a chunked body. extension: of its one chunk. trailer: a line after it."""
        lines = (*lines, CHUNKED)
        chunk = "4" + (";" + Text.of(extension) if len(extension) else Text()) + CRLF + "a=b&" + CRLF
        end = "0" + CRLF + head([trailer] if len(trailer) else [])
        return self._ask(lines, self._whole(lines, verb="POST") + chunk + end, verb="POST")

    def whoami_in_a_row(
        self, *rows: Sequence[Text | str], version: str = "HTTP/1.1", cut: int | None = None
    ) -> list[Answer]:
        """One request for each row of lines, all on one connection; each but the last asks to keep it open.

        cut: send all at once, in two segments; the second begins this many bytes after the first request.
        """
        *others, last = rows
        rows = (*((*row, KEPT_OPEN) for row in others), last)
        requests = [WrittenRequest((self._whole(row, version=version),)) for row in rows]
        exchanges = [self._exchange(row, request) for row, request in zip(rows, requests, strict=True)]
        return self._gallery.exchange_raw(
            exchanges, lambda wire: wire.in_a_row(requests, pipelined=cut is not None, cut=cut)
        )

    def smuggle(self, ambiguous: AmbiguousRequest, key: ApiKey) -> list[Answer]:
        """Send a request without a key whose body some servers read as a second request, one with this key; then a
        third without.

        Returns all answers until the connection is closed, which the last request asks for. Each answer gets an
        exchange with the whole of what was sent.
        """
        lines, body = ambiguous.around(self._whole([self.line(key.text), KEPT_OPEN]))
        start = self._whole([*lines, KEPT_OPEN], verb="POST", version=ambiguous.version)
        request = WrittenRequest((start + body + self._whole([]),))
        more: list[RawAnswer] = []

        def ask(wire: WireClient) -> RawAnswer:
            first, *rest = wire.send_until_closed(request)
            more.extend(rest)
            return first

        exchange = self._exchange([*lines, KEPT_OPEN], request, "POST")
        return [self._answer(exchange, ask), *(self._one_more(exchange, told) for told in more)]

    # ------------------------------------------------------------------ how it is written

    def _request_line(self, verb: str = "GET", version: str = "HTTP/1.1") -> Text:
        path = urllib.parse.urlsplit(self._gallery.url).path
        return Text.of(f"{verb} {path}ws.php?format=json&method={METHOD} {version}")

    def _common(self) -> list[Text | str]:
        """The lines of every request."""
        in_front = self._gallery.in_front
        return [
            *common_lines(self._gallery.url),
            *([f"{in_front.name}: " + Text.of(in_front.value)] if in_front else ()),
        ]

    def _whole(
        self, lines: Sequence[Text | str], *, verb: str = "GET", version: str = "HTTP/1.1", line_end: str = CRLF
    ) -> Text:
        """The head of a whole request; closes the connection after it unless a given line keeps it open."""
        own = [*self._common(), *([] if KEPT_OPEN in lines else [LAST])]
        return head([self._request_line(verb, version), *lines, *own], line_end)

    # ------------------------------------------------------------------ how it is asked

    def _exchange(self, lines: Sequence[Text | str], request: WrittenRequest, verb: str = "GET") -> Exchange:
        call = ApiCall(METHOD, verb="GET", auth=(request,))
        query = (("format", Text.of("json")), ("method", Text.of(METHOD)))
        headers = tuple(map(_as_header, lines))
        return Exchange(call, Sent(verb, self._gallery.url + call.page, query, headers, None, request))

    def _ask(self, lines: Sequence[Text | str], *segments: Text, verb: str = "GET") -> Answer:
        request = WrittenRequest(segments)
        exchange = self._exchange(lines, request, verb)
        exchange.repeatable = True
        return self._answer(exchange, lambda wire: wire.send(request), once=False)

    def _answer(self, exchange: Exchange, ask: Callable[[WireClient], RawAnswer], *, once: bool = True) -> Answer:
        """The answer that `ask` is given on the socket, or that the connection was closed. once: see `exchange_raw`."""

        def told(wire: WireClient) -> list[RawAnswer]:
            try:
                return [ask(wire)]
            except WireClosed:
                return [(CLOSED, [], b"")]

        return self._gallery.exchange_raw([exchange], told, once=once)[0]

    def _one_more(self, exchange: Exchange, told: RawAnswer) -> Answer:
        """The answer to a further request that the server saw in the body; it counts as one more exchange."""
        return self._answer(Exchange(exchange.call, exchange.sent), lambda _: told)


def _as_header(line: Text | str) -> tuple[str, Text]:
    """A header line as (name, value) for the evidence; name is empty where there is no colon."""
    line = Text.of(line)
    first = line.pieces[0] if line.pieces and isinstance(line.pieces[0], str) else ""
    name, colon, _ = first.partition(":")
    return (name, line[len(name) + 1 :]) if colon else ("", line)
