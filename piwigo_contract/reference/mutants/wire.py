"""Servers in front of the gallery that read HTTP in a way of their own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from io import BufferedIOBase
from typing import cast

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.http_rules import Field, Head, HttpRules
from piwigo_contract.reference.mutants.registry import mutant

KEY = "x-piwigo-api"


# --- lines


class _FoldsJoined(HttpRules):
    def unfolded(self, lines: Sequence[bytes]) -> Iterable[bytes]:
        joined: list[bytes] = []
        for line in lines:
            if line[:1] in b" \t" and joined:
                joined[-1] += line.lstrip(b" \t")
            else:
                joined.append(line)
        return joined


@mutant("folds-joined-without-a-blank", "WIRE-01", also=("MAL-21",))
class FoldsJoinedWithoutABlank(Gallery):
    """A folded header is put together without the blank that belongs there."""

    http = _FoldsJoined()


class _FoldedHeadersDropped(HttpRules):
    def unfolded(self, lines: Sequence[bytes]) -> Iterable[bytes]:
        following = [*lines[1:], b"end"]
        return [line for line, then in zip(lines, following, strict=True) if not {line[:1], then[:1]} & {b" ", b"\t"}]


@mutant("folded-headers-dropped", "WIRE-02", also=("WIRE-01",))
class FoldedHeadersDropped(Gallery):
    """A folded header is left out, and the request goes on without it."""

    http = _FoldedHeadersDropped()


class _LeadingBlanksDropped(HttpRules):
    def unfolded(self, lines: Sequence[bytes]) -> Iterable[bytes]:
        return [line.lstrip(b" \t") for line in lines]


@mutant("blanks-before-a-header-dropped", "WIRE-03", also=("MAL-21",))
class BlanksBeforeAHeaderDropped(Gallery):
    """Each line is trimmed before it is looked at, so that a continuation is a header of its own."""

    http = _LeadingBlanksDropped()


class _BareLfSkipped(HttpRules):
    def line(self, line: bytes) -> bytes:
        whole = line.endswith(b"\r\n") or line == b"\n"
        return super().line(line if whole else b"X-Skipped:\r\n")


@mutant("line-with-bare-lf-skipped", "WIRE-04")
class LineWithBareLfSkipped(Gallery):
    """A line that ends with LF alone is skipped as broken, and the request goes on without it."""

    http = _BareLfSkipped()


class _CrEndsALine(HttpRules):
    def line(self, line: bytes) -> bytes:
        return line.removesuffix(b"\n").removesuffix(b"\r")

    def split(self, line: bytes) -> Sequence[bytes]:
        return [part for part in line.split(b"\r") if part]


@mutant("bare-cr-ends-a-line", "WIRE-05", also=("MAL-21",))
class BareCrEndsALine(Gallery):
    """A bare CR ends a line, as universal newlines have it."""

    http = _CrEndsALine()


# --- name and value


class _OneBlankAssumed(HttpRules):
    def value(self, value: bytes) -> bytes:
        return super().value(value[1:])


@mutant("blank-after-the-colon-assumed", "WIRE-06")
class BlankAfterTheColonAssumed(Gallery):
    """A value begins two characters after its name, whatever is there."""

    http = _OneBlankAssumed()


class _TrailingBlanksKept(HttpRules):
    def value(self, value: bytes) -> bytes:
        return value.lstrip(b" \t")


@mutant("blanks-after-the-value-kept", "WIRE-07")
class BlanksAfterTheValueKept(Gallery):
    """Blanks are dropped before a value, and not after it."""

    http = _TrailingBlanksKept()


class _TabsDropAHeader(HttpRules):
    def field(self, line: bytes) -> Field | None:
        return None if b"\t" in line else super().field(line)


@mutant("header-with-a-tab-ignored", "WIRE-08", also=("MAL-20", "MAL-21"))
class HeaderWithATabIgnored(Gallery):
    """A header with a tab in it is ignored as invalid."""

    http = _TabsDropAHeader()


class _NamesTrimmed(HttpRules):
    def field(self, line: bytes) -> Field | None:
        name, colon, value = line.partition(b":")
        return super().field(name.rstrip(b" \t") + colon + value)


@mutant("blanks-before-the-colon-dropped", "WIRE-09")
class BlanksBeforeTheColonDropped(Gallery):
    """The name of a header is trimmed."""

    http = _NamesTrimmed()


class _NamesAsInCgi(HttpRules):
    def name(self, name: bytes) -> bytes | None:
        return re.sub(rb"[^A-Za-z0-9]", b"-", name)


@mutant("names-as-cgi-has-them", "WIRE-10")
class NamesAsCgiHasThem(Gallery):
    """A name becomes a variable, in which all but letters and digits are one and the same character."""

    http = _NamesAsInCgi()


# --- two of a name


class _OnlyOnce(HttpRules):
    def combined(self, fields: Sequence[Field]) -> list[Field]:
        names = [name.lower() for name, _ in fields]
        return super().combined([field for field in fields if names.count(field[0].lower()) == 1])


@mutant("headers-sent-twice-dropped", "WIRE-11", also=("WIRE-12", "WIRE-20", "WIRE-22"))
class HeadersSentTwiceDropped(Gallery):
    """A header that comes twice is believed in neither form, and dropped."""

    http = _OnlyOnce()


class _AgreeOrNone(HttpRules):
    def combined(self, fields: Sequence[Field]) -> list[Field]:
        values = {value for name, value in fields if name.lower() == KEY}
        return super().combined([field for field in fields if field[0].lower() != KEY or len(values) == 1])


@mutant("headers-that-contradict-dropped", "WIRE-12")
class HeadersThatContradictDropped(Gallery):
    """Two headers of a name that say different things are both dropped."""

    http = _AgreeOrNone()


# --- chunks


class _TrailersMerged(HttpRules):
    def take_trailers(self, head: Head, trailers: Sequence[Field]) -> None:
        head.fields = self.combined([*head.fields, *trailers])


@mutant("trailers-merged-into-the-header", "WIRE-13")
class TrailersMergedIntoTheHeader(Gallery):
    """What comes after a chunked body is added to the header."""

    http = _TrailersMerged()


class _ExtensionsRead(HttpRules):
    def read_body(self, head: Head, stream: BufferedIOBase) -> bytes:
        self.extensions: list[Field] = []
        body = super().read_body(head, stream)
        head.fields += self.extensions
        return body

    def chunk_size(self, line: bytes) -> int:
        _, semicolon, extension = line.rstrip(b"\r\n").partition(b";")
        field = self.field(extension) if semicolon else None
        self.extensions += [field] if field else []
        return super().chunk_size(line)


@mutant("chunk-extensions-taken-for-headers", "WIRE-13")
class ChunkExtensionsTakenForHeaders(Gallery):
    """The extensions of a chunk are kept where headers are."""

    http = _ExtensionsRead()


# --- bytes and segments


class _TrimmedAsLatin1(HttpRules):
    def value(self, value: bytes) -> bytes:
        return value.decode("latin-1").strip().encode("latin-1")


@mutant("value-trimmed-as-latin-1", "WIRE-14", also=("MAL-21",))
class ValueTrimmedAsLatin1(Gallery):
    """Values are decoded as Latin-1 and trimmed of whatever is a blank there, as text in most languages is."""

    http = _TrimmedAsLatin1()


class _EndsAtObsText(HttpRules):
    def unfolded(self, lines: Sequence[bytes]) -> Iterable[bytes]:
        for line in super().unfolded(lines):
            if not line.isascii():
                return
            yield line


@mutant("header-ends-at-a-byte-that-is-not-ascii", "WIRE-15", also=("WIRE-14", "MAL-08", "MAL-16", "MAL-24"))
class HeaderEndsAtAByteThatIsNotAscii(Gallery):
    """At a line with a byte that is not ASCII the parser gives up, and takes what it has for the whole header."""

    http = _EndsAtObsText()


class _FirstSegmentAlone(HttpRules):
    def read_lines(self, stream: BufferedIOBase) -> list[bytes] | None:
        seen = len(cast(io.BufferedReader, stream).peek(1))
        lines = super().read_lines(stream)
        if lines is None:
            return None
        ends = [sum(len(line) + 2 for line in lines[: number + 1]) for number in range(len(lines))]
        return [line for line, end in zip(lines, ends, strict=True) if end <= seen] or lines[:1]


@mutant("first-segment-of-the-head-alone", "WIRE-16", also=("WIRE-17",))
class FirstSegmentOfTheHeadAlone(Gallery):
    """One read is believed to give the whole head: headers that come in a later segment are lost."""

    http = _FirstSegmentAlone()
