"""How the server in front of the gallery reads a request: hooks, each one decision of RFC 9112.

Where the RFC leaves a choice it is nginx 1.22's, behind which the galleries run that the reference was compared with.
A mutant of the server is a subclass that overrides a hook, put in `Gallery.http`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BufferedIOBase

LINE_LIMIT = 8 * 1024
"""Bytes of a line of the head (nginx: large_client_header_buffers)."""
HEAD_LIMIT = 4 * LINE_LIMIT
BODY_LIMIT = 256 * 2**20

Field = tuple[str, str]

_REQUEST_LINE = re.compile(rb"([A-Z]+) ([!-~]+) HTTP/(\d)\.(\d)")
_NAME = re.compile(rb"[^\x00-\x20:\x7f]+")
_ORDINARY = re.compile(rb"[A-Za-z0-9-]+")
_ONCE = frozenset({"host", "authorization", "content-length", "content-type", "transfer-encoding"})


class Refused(Exception):
    """The request is answered with this status by the server itself, and the connection closed."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Head:
    """A request line and header fields, each name once. length: bytes of the body, None where it is chunked."""

    verb: str
    target: str
    version: tuple[int, int]
    fields: list[Field]
    length: int | None


class HttpRules:
    """Hooks: from bytes on a connection to a head and a body. Each raises Refused for what it does not take."""

    def read_head(self, stream: BufferedIOBase) -> Head | None:
        """The next request of a connection; None where there is none."""
        lines = self.read_lines(stream)
        if lines is None:
            return None
        match = _REQUEST_LINE.fullmatch(lines[0])
        if match is None:
            raise Refused(400)
        version = int(match[3]), int(match[4])
        if version[0] != 1:
            raise Refused(505)
        fields = [field for field in map(self.field, self.unfolded(lines[1:])) if field is not None]
        length = self.length(fields, version)
        return Head(match[1].decode(), match[2].decode(), version, self.combined(fields), length)

    def read_lines(self, stream: BufferedIOBase) -> list[bytes] | None:
        """The lines of a head without their ends. RFC 9112, section 2.2: empty lines before it are skipped."""
        lines: list[bytes] = []
        size = 0
        while line := stream.readline(LINE_LIMIT + 1):
            size += len(line)
            if len(line) > LINE_LIMIT or size > HEAD_LIMIT:
                raise Refused(400 if lines else 414)
            if not line.endswith(b"\n"):
                return None
            text = self.line(line)
            if text:
                lines += self.split(text)
            elif lines:
                return lines
        return None

    def line(self, line: bytes) -> bytes:
        """A line without its end. Section 2.2: a bare LF may end it, a bare CR may not; RFC 9110, 5.5: no NUL."""
        text = line.removesuffix(b"\n").removesuffix(b"\r")
        if b"\r" in text or b"\0" in text:
            raise Refused(400)
        return text

    def split(self, line: bytes) -> Sequence[bytes]:
        """One line is one line."""
        return [line]

    def unfolded(self, lines: Sequence[bytes]) -> Iterable[bytes]:
        """Section 5.2: a line that begins with a blank is refused, or one with the line before."""
        if any(line[:1] in b" \t" for line in lines):
            raise Refused(400)
        return lines

    def field(self, line: bytes) -> Field | None:
        """One line of the header; None for one that is ignored. Section 5.1: no blank before the colon."""
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            raise Refused(400)
        read = self.name(name)
        return None if read is None else (read.decode("latin-1"), self.value(value).decode("latin-1"))

    def name(self, name: bytes) -> bytes | None:
        """The name as the gallery sees it; None, where CGI would make another header of it, to ignore the line."""
        return name if _ORDINARY.fullmatch(name) else None

    def value(self, value: bytes) -> bytes:
        """Section 5.1: blanks and tabs around it are no part of it."""
        return value.strip(b" \t")

    def combined(self, fields: Sequence[Field]) -> list[Field]:
        """Each name once: RFC 9110, section 5.3, has rules for lists alone. Of others PHP sees the last."""
        told: dict[str, Field] = {}
        for name, value in fields:
            low = name.lower()
            if low in told and low in _ONCE:
                raise Refused(400)
            before = told[low][1] + "; " if low in told and low == "cookie" else ""
            told[low] = (name, before + value)
        return list(told.values())

    def length(self, fields: Sequence[Field], version: tuple[int, int]) -> int | None:
        """Sections 6.1 and 6.3: bytes of the body, None where it is chunked; what is ambiguous is refused."""
        lengths = [value for name, value in fields if name.lower() == "content-length"]
        codings = [value for name, value in fields if name.lower() == "transfer-encoding"]
        if codings:
            if len(codings) > 1 or version < (1, 1):
                raise Refused(400)
            if codings[0].lower() != "chunked":
                raise Refused(501)
            if lengths:
                raise Refused(400)
            return None
        if len(lengths) > 1 or not all(re.fullmatch("[0-9]+", value) for value in lengths):
            raise Refused(400)
        return int(lengths[0]) if lengths else 0

    def read_body(self, head: Head, stream: BufferedIOBase) -> bytes:
        """Section 7.1: a chunked body, without what its extensions say."""
        body = b""
        while size := self.chunk_size(stream.readline(LINE_LIMIT)):
            if len(body) + size > BODY_LIMIT:
                raise Refused(413)
            body += stream.read(size)
            if stream.readline(3).strip(b"\r\n"):
                raise Refused(400)
        lines = []
        while line := self.line(stream.readline(LINE_LIMIT)):
            lines.append(line)
        self.take_trailers(head, [field for field in map(self.field, self.unfolded(lines)) if field is not None])
        return body

    def chunk_size(self, line: bytes) -> int:
        """The number in a chunk's first line."""
        match = re.fullmatch(rb"([0-9A-Fa-f]{1,8})[ \t]*(;.*)?\r?\n", line)
        if match is None:
            raise Refused(400)
        return int(match[1], 16)

    def take_trailers(self, head: Head, trailers: Sequence[Field]) -> None:
        """Fields after a chunked body. RFC 9110, section 6.5.1: they are not merged into the header."""
