"""Servers in front of the gallery that don't see where a request ends, or whose the next one is."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from io import BufferedIOBase
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

from werkzeug.wrappers import Response

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.http_rules import Field, Head, HttpRules, Refused
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.proxy import header_variable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "x-piwigo-api"


# --- what comes next


class _KeyOfTheRead(HttpRules):
    def __init__(self) -> None:
        self._left: WeakKeyDictionary[BufferedIOBase, tuple[int, Field | None]] = WeakKeyDictionary()
        """Of each connection: bytes that one read gave and no request has used yet, and the key before them."""
        self._size: WeakKeyDictionary[BufferedIOBase, int] = WeakKeyDictionary()

    def read_head(self, stream: BufferedIOBase) -> Head | None:
        left, key = self._left.get(stream, (0, None))
        left = left or len(cast(io.BufferedReader, stream).peek(1))
        head = super().read_head(stream)
        if head is not None:
            own = next((field for field in head.fields if field[0].lower() == KEY), None)
            head.fields += [key] if key and not own else []
            left -= self._size[stream] + (head.length or 0)
            self._left[stream] = (left, own or key) if left > 0 else (0, None)
        return head

    def read_lines(self, stream: BufferedIOBase) -> list[bytes] | None:
        lines = super().read_lines(stream)
        self._size[stream] = sum(len(line) + 2 for line in lines or []) + 2
        return lines


@mutant("key-kept-for-what-came-with-it", "WIRE-17", also=("WHO-32",))
class KeyKeptForWhatCameWithIt(Gallery):
    """What one read of the socket gives is taken to be one caller's: a second request in it has the first's key."""

    http = _KeyOfTheRead()


class _OldVersionBare(HttpRules):
    def read_head(self, stream: BufferedIOBase) -> Head | None:
        head = super().read_head(stream)
        if head is not None and head.version < (1, 1):
            head.fields = [field for field in head.fields if field[0].lower() != KEY]
        return head


@mutant("key-lost-in-http-1-0", "WIRE-18", also=("WIRE-19",))
class KeyLostInHttp10(Gallery):
    """Of a request in HTTP/1.0 only the headers are passed on that there were in its time."""

    http = _OldVersionBare()


class _OldVersionRemembers(HttpRules):
    _last: Field | None = None

    def read_head(self, stream: BufferedIOBase) -> Head | None:
        head = super().read_head(stream)
        if head is not None and head.version < (1, 1):
            found = next((field for field in head.fields if field[0].lower() == KEY), None)
            self._last = found or self._last
            head.fields += [self._last] if self._last and not found else []
        return head


@mutant("key-kept-in-http-1-0", "WIRE-19")
class KeyKeptInHttp10(Gallery):
    """What speaks HTTP/1.0 is one proxy, whose last key is taken for all that it sends."""

    http = _OldVersionRemembers()


# --- where a request ends


class _FirstNumber(HttpRules):
    def length(self, fields: Sequence[Field], version: tuple[int, int]) -> int | None:
        lengths = [value for name, value in fields if name.lower() == "content-length"]
        return super().length([("Content-Length", "0")] if len(lengths) > 1 else fields, version)

    def combined(self, fields: Sequence[Field]) -> list[Field]:
        lengths = [field for field in fields if field[0].lower() == "content-length"]
        return super().combined([field for field in fields if field not in lengths] + lengths[:1])


@mutant("two-lengths-are-none", "WIRE-20")
class TwoLengthsAreNone(Gallery):
    """A request with two lengths is read as one without a body."""

    http = _FirstNumber()


class _NoNumberIsNone(HttpRules):
    def length(self, fields: Sequence[Field], version: tuple[int, int]) -> int | None:
        try:
            return super().length(fields, version)
        except Refused:
            if any(name.lower() == "transfer-encoding" for name, _ in fields):
                raise
            return 0


@mutant("length-that-is-no-number-is-none", "WIRE-20")
class LengthThatIsNoNumberIsNone(Gallery):
    """A length with a sign, or in hexadecimal, counts as nought."""

    http = _NoNumberIsNone()


class _CodingGoesFirst(HttpRules):
    def length(self, fields: Sequence[Field], version: tuple[int, int]) -> int | None:
        codings = [field for field in fields if field[0].lower() == "transfer-encoding"]
        return super().length(codings or fields, (1, 1))


@mutant("connection-goes-on-after-length-and-coding", "WIRE-21")
class ConnectionGoesOnAfterLengthAndCoding(Gallery):
    """Of a length and a coding the coding counts, and the connection is kept open."""

    http = _CodingGoesFirst()


class _CodingFoundInside(HttpRules):
    def length(self, fields: Sequence[Field], version: tuple[int, int]) -> int | None:
        codings = [value for name, value in fields if name.lower() == "transfer-encoding"]
        if any("chunked" in value and value != "chunked" for value in codings):
            return None
        return super().length(fields, version)


@mutant("chunked-found-inside-of-another-coding", "WIRE-22")
class ChunkedFoundInsideOfAnotherCoding(Gallery):
    """A body is chunked where that word is anywhere in the name of its coding."""

    http = _CodingFoundInside()


class _TwoReadings(HttpRules):
    """The server in front goes by the length, and hands on a body that the one behind ends at the last chunk."""

    def __init__(self) -> None:
        self.surplus: list[bytes] = []

    def length(self, fields: Sequence[Field], version: tuple[int, int]) -> int | None:
        lengths = [value for name, value in fields if name.lower() == "content-length"]
        return None if len(lengths) == 1 and self._both(fields) else super().length(fields, version)

    def read_body(self, head: Head, stream: BufferedIOBase) -> bytes:
        if not self._both(head.fields):
            return super().read_body(head, stream)
        length = next(int(value) for name, value in head.fields if name.lower() == "content-length")
        _, _, rest = stream.read(length).partition(b"0\r\n\r\n")
        self.surplus += [rest] if rest else []
        return b""

    @staticmethod
    def _both(fields: Sequence[Field]) -> bool:
        return {"content-length", "transfer-encoding"} <= {name.lower() for name, _ in fields}


@mutant("answer-too-many-goes-to-the-next-caller", "WIRE-23", also=("WIRE-21", "WIRE-22"))
class AnswerTooManyGoesToTheNextCaller(Gallery):
    """The server in front and the one behind read a length and a coding differently; an answer too many waits
    between them, and goes to the next visitor of another connection.
    """

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.http = self._front = _TwoReadings()
        self._kept: list[tuple[int, Response]] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        behind = cast("WSGIApplication", super().__call__)
        own = Response.from_app(behind, environ, buffered=True)
        port = environ["REMOTE_PORT"]
        while self._front.surplus:
            head = HttpRules().read_head(io.BufferedReader(io.BytesIO(self._front.surplus.pop())))
            if head is not None:
                hidden = {**environ, **{header_variable(name): value for name, value in head.fields}}
                hidden.update(REQUEST_METHOD=head.verb, QUERY_STRING=head.target.partition("?")[2])
                self._kept.append((port, Response.from_app(behind, hidden, buffered=True)))
        if header_variable(KEY) not in environ and self._kept and self._kept[0][0] != port:
            own = self._kept.pop(0)[1]
        return own(environ, start_response)
