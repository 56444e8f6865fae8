"""An answer as it came on the wire, to the last byte: what it is made of, and how much of it there is."""

from __future__ import annotations

import http.client
import io
import zlib

from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.client.connection import WireFailure
from piwigo_contract.client.wire import Answers, RawAnswer, read_head

_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""How zlib is told of the codings of RFC 9110, section 8.4.1; deflate comes with and without zlib's frame."""

MOST_CODINGS = 3
"""Content codings that an answer may be in, one in the other."""

MOST_MEMBERS = 100
"""Members of a body in gzip."""


def counted(raw: bytes, verb: str) -> tuple[RawAnswer, int]:
    """All that came on a connection for one request, read as an answer; and how many bytes its body has on the wire.

    The body is what a client is left with: no more than the answer's Content-Length, and decoded. Raises WireFailure
    for what is no answer, and for chunks without an end or with something after it.
    """
    stream = Answers(io.BytesIO(raw))
    try:
        response = read_head(stream, verb)
        chunked, length = response.chunked, response.length
        # piece by piece: a chunk may claim to be longer than all memory
        body = b"".join(iter(lambda: response.read(65536), b"")) if chunked else stream.read()
    except http.client.HTTPException as error:
        raise WireFailure(f"{type(error).__name__}: {error}") from error
    if chunked and (after := stream.read()):
        raise WireFailure(f"{len(after)} bytes come after the last chunk")
    told = body if chunked or length is None else body[:length]
    headers = response.getheaders()
    codings = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    return (response.status, headers, decoded(told, codings)), len(body)


def decoded(body: bytes, codings: str) -> bytes:
    """The body without its codings, a list as in Content-Encoding; as it came where it is in none of them, whole.

    Raises WireFailure where it grows beyond MAX_BODY, or is in more than MOST_CODINGS.
    """
    inner: bytes | None = body
    names = [name.strip().lower() for name in codings.split(",")]
    if len(names) > MOST_CODINGS:
        raise WireFailure(f"the answer is in more than {MOST_CODINGS} content codings")
    for name in reversed(names):
        if inner and name not in ("", "identity"):
            inner = _inflated(inner, name)
    return body if inner is None else inner


def _inflated(body: bytes, coding: str) -> bytes | None:
    for window in _WINDOWS.get(coding, ()):
        found, rest, members = b"", body, 0
        try:
            while rest:
                if (members := members + 1) > MOST_MEMBERS:
                    raise WireFailure(f"the answer in {coding} has more than {MOST_MEMBERS} members")
                inflating = zlib.decompressobj(window)
                found += inflating.decompress(rest, MAX_BODY + 1 - len(found))
                if len(found) > MAX_BODY:
                    raise WireFailure(f"the answer is longer than {MAX_BODY} bytes")
                if not inflating.eof:
                    return None
                rest = inflating.unused_data
        except zlib.error:
            continue
        return found
    return None
