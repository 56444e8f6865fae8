"""Compressed answers that are not the same, or not as long as they say, or that nobody asked for."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.proxy import Proxy
from piwigo_contract.reference.variations import Compressed, takes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# --- not the same


@mutant("key-lost-where-answers-are-compressed", "FMT-35")
class KeyLostWhereAnswersAreCompressed(Gallery):
    """What compresses answers starts its own part of the code, in which no key is read."""

    def key_is_looked_for(self, call: Call) -> bool:
        return super().key_is_looked_for(call) and "gzip" not in call.headers.get("Accept-Encoding", "")


@mutant("refusal-loses-its-status-where-it-is-compressed", "FMT-35")
class RefusalLosesItsStatus(Compressed):
    """What compresses an answer sends a status of its own, 200."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = super().handle(environ)
        if "Content-Encoding" in response.headers:
            response.status_code = 200
        return response


@mutant("deflate-that-is-gzip", "FMT-35")
class DeflateThatIsGzip(Compressed):
    """Whatever is asked for is compressed by gzip, and said to be what was asked for."""

    def compress(self, data: bytes, coding: str) -> bytes:
        return gzip.compress(data)


@mutant("first-part-alone-compressed", "FMT-35")
class FirstPartAloneCompressed(Compressed):
    """The first 8 kB of an answer are compressed, and the stream is closed."""

    def compress(self, data: bytes, coding: str) -> bytes:
        return super().compress(data[:8192], coding)


@mutant("compressed-stream-never-closed", "FMT-35")
class CompressedStreamNeverClosed(Compressed):
    """What compresses is not told that the answer is over, and keeps its end."""

    def compress(self, data: bytes, coding: str) -> bytes:
        return super().compress(data, coding)[:-12]


# --- not as long


class _CompressedLength(Compressed):
    """Compressed answers say another length."""

    def length(self, compressed: bytes) -> int:
        raise NotImplementedError

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = super().handle(environ)
        if "Content-Encoding" in response.headers:
            response.headers["Content-Length"] = str(self.length(response.get_data()))
        return response


@mutant("length-of-what-is-not-compressed", "FMT-36")
class LengthOfWhatIsNotCompressed(_CompressedLength):
    """The length of a compressed answer is that before it was compressed."""

    def length(self, compressed: bytes) -> int:
        return len(zlib.decompress(compressed, 47))  # of either coding


@mutant("length-without-the-trailer-of-gzip", "FMT-36")
class LengthWithoutTheTrailerOfGzip(_CompressedLength):
    """The length of a compressed answer leaves out the eight bytes of its check."""

    def length(self, compressed: bytes) -> int:
        return len(compressed) - 8


@mutant("length-in-characters", "FMT-36", also=("FMT-33", "FMT-34"))
class LengthInCharacters(Gallery):
    """Content-Length counts characters, and an answer with accents is longer."""

    def finish(self, call: Call, response: Response) -> Response:
        response = super().finish(call, response)
        response.headers["Content-Length"] = str(len(response.get_data(as_text=True)))
        return response


# --- unasked


@mutant("long-answers-compressed-unasked", "FMT-37")
class LongAnswersCompressedUnasked(Compressed):
    """An answer of more than 8 kB is compressed for everybody."""

    def coding(self, environ: WSGIEnvironment, response: Response) -> str | None:
        return "gzip" if len(response.get_data()) > 8192 else super().coding(environ, response)


@mutant("compressed-where-nothing-is-said", "FMT-37")
class CompressedWhereNothingIsSaid(Compressed):
    """Who does not say what codings they take is taken to take all."""

    def coding(self, environ: WSGIEnvironment, response: Response) -> str | None:
        return super().coding(environ, response) if environ.get("HTTP_ACCEPT_ENCODING") else "gzip"


@mutant("coding-found-by-its-name-alone", "FMT-37")
class CodingFoundByItsNameAlone(Compressed):
    """The name of a coding is looked for in the header, even where it is named to be left out."""

    def coding(self, environ: WSGIEnvironment, response: Response) -> str | None:
        return "gzip" if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else None


# --- kept by caches


class _Kept(Proxy):
    """Browsers may keep an answer for a minute, and what compresses it says what it varies by."""

    compressed, plain = "Accept-Encoding", "Accept-Encoding"

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        response.headers.pop("Expires", None), response.headers.pop("Pragma", None)
        response.headers["Cache-Control"] = "private, max-age=60"
        if takes(environ, "gzip"):
            response.set_data(gzip.compress(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
        varies = self.compressed if takes(environ, "gzip") else self.plain
        if varies:
            response.headers["Vary"] = varies
        return response


@mutant("vary-not-said", "FMT-38")
class VaryNotSaid(_Kept):
    """Nothing says that an answer is compressed for some alone."""

    compressed, plain = "", ""


@mutant("vary-said-of-compressed-answers-alone", "FMT-38")
class VarySaidOfCompressedAnswersAlone(_Kept):
    """What compresses says Vary of what it compresses, and not of what it leaves as it is."""

    plain = ""


@mutant("vary-with-another-header", "FMT-38")
class VaryWithAnotherHeader(_Kept):
    """Vary names a header that has nothing to do with compressing."""

    compressed, plain = "Accept", "Accept"
