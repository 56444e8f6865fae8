"""An answer as it came on the wire, to the last byte: what it is made of, and how much of it there is."""

from __future__ import annotations

import http.client
import io
import socket
import zlib
from typing import cast

from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.client.wire import Told, WireFailure

_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""How zlib is told of the codings of RFC 9110, section 8.4.1; deflate comes with and without zlib's frame."""


def counted(raw: bytes, verb: str) -> tuple[Told, int]:
    """All that came on a connection for one request, read as an answer; and how many bytes its body has on the wire.

    The body is what a client is left with: no more than the answer's Content-Length, and decoded. Raises WireFailure
    for what is no answer, and for chunks without an end or with something after it.
    """
    stream = _Kept(raw)
    response = http.client.HTTPResponse(cast(socket.socket, stream), method=verb)
    try:
        response.begin()
        chunked, length = response.chunked, response.length
        body = response.read() if chunked else stream.read()
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

    Raises WireFailure where it grows beyond MAX_BODY.
    """
    inner: bytes | None = body
    for name in reversed([name.strip().lower() for name in codings.split(",")]):
        if inner and name not in ("", "identity"):
            inner = _inflated(inner, name)
    return body if inner is None else inner


def _inflated(body: bytes, coding: str) -> bytes | None:
    for window in _WINDOWS.get(coding, ()):
        found, rest = b"", body
        try:
            while rest:  # gzip may have several members
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


class _Kept(io.BytesIO):
    """What http.client wants of a socket, a file; it closes that after the answer, of which there may be more."""

    def makefile(self, *_: object) -> io.BytesIO:
        return self

    def close(self) -> None:
        """There is nothing to be closed."""
