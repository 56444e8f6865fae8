"""Request smuggling: requests in whose body some servers see a second request.

RFC 9112, sections 6.1 and 6.3, say how each must be read or that it must be refused. If two servers in a row read one
differently, the next visitor gets the answer to the hidden request; so they are sent only where the user allows it.
"""

from __future__ import annotations

from dataclasses import dataclass

from piwigo_contract.client.vault import Text

HIDDEN = "the hidden request"
"""What the body consists of (the four values of AmbiguousRequest.body)."""
AFTER_END = "an empty chunk, and the hidden request"
IN_A_CHUNK = "the hidden request in a chunk"
AFTER_A_BARE_LF = "an empty chunk that ends with LF alone, and the hidden request"


@dataclass(frozen=True)
class AmbiguousRequest:
    """One such request. lines: {n} is the number of bytes of its body, {c} that of the line with a chunk's size."""

    name: str
    lines: tuple[str, ...]
    body: str
    version: str = "HTTP/1.1"

    def __str__(self) -> str:
        return self.name

    def around(self, hidden: Text) -> tuple[list[str], Text]:
        """The lines and the body of a request that hides this one."""
        size = f"{len(hidden):x}\r\n"
        body = {
            HIDDEN: hidden,
            AFTER_END: "0\r\n\r\n" + hidden,
            IN_A_CHUNK: size + hidden + "\r\n0\r\n\r\n",
            AFTER_A_BARE_LF: "0\n\n" + hidden,
        }[self.body]
        return [line.format(n=len(body), c=len(size)) for line in self.lines], body


CHUNKED = "Transfer-Encoding: chunked"
"""The header line of a chunked body."""

LENGTHS = [
    AmbiguousRequest("none and then all of it", ("Content-Length: 0", "Content-Length: {n}"), HIDDEN),
    AmbiguousRequest("all of it and then none", ("Content-Length: {n}", "Content-Length: 0"), HIDDEN),
    AmbiguousRequest("a list of two", ("Content-Length: {n}, 0",), HIDDEN),
    AmbiguousRequest("a sign before it", ("Content-Length: +{n}",), HIDDEN),
    AmbiguousRequest("a negative one", ("Content-Length: -{n}",), HIDDEN),
    AmbiguousRequest("hexadecimal", ("Content-Length: 0x{n:x}",), HIDDEN),
    AmbiguousRequest("a blank before its colon", ("Content-Length : {n}",), HIDDEN),
]
"""More than one length, or one that is no number: refused with 400, and the connection closed (section 6.3)."""

BOTH = [
    AmbiguousRequest("length and coding", ("Content-Length: {n}", CHUNKED), AFTER_END),
    AmbiguousRequest("coding and length", (CHUNKED, "Content-Length: {n}"), AFTER_END),
    AmbiguousRequest("coding folded, and length", ("Transfer-Encoding:\r\n chunked", "Content-Length: {n}"), AFTER_END),
    AmbiguousRequest("a length that ends inside of a chunk", (CHUNKED, "Content-Length: {c}"), IN_A_CHUNK),
    AmbiguousRequest("a coding in HTTP/1.0", (CHUNKED,), AFTER_END, version="HTTP/1.0"),
]
"""A length and a transfer coding: refused, or read by the coding; the connection is closed in both cases
(section 6.1).
"""

CODINGS = [
    AmbiguousRequest("a blank before its colon", ("Transfer-Encoding : chunked", "Content-Length: {n}"), AFTER_END),
    AmbiguousRequest("a vertical tab before it", ("Transfer-Encoding: \vchunked", "Content-Length: {n}"), AFTER_END),
    AmbiguousRequest("one that nobody knows", ("Transfer-Encoding: xchunked", "Content-Length: {n}"), AFTER_END),
    AmbiguousRequest("chunked is not the last", ("Transfer-Encoding: chunked, identity",), AFTER_END),
    AmbiguousRequest("in quotes", ('Transfer-Encoding: "chunked"', "Content-Length: {n}"), AFTER_END),
]
"""A transfer coding that is not valid: the request is refused (sections 5.1, 6.1 and 6.3)."""

DISPUTED = [
    AmbiguousRequest("chunked twice", (CHUNKED, CHUNKED), AFTER_END),
    AmbiguousRequest("a chunk that ends with LF alone", (CHUNKED,), AFTER_A_BARE_LF),
]
"""Read in one way or refused; both are accepted as long as every server in the chain agrees."""

REQUESTS = [*LENGTHS, *BOTH, *CODINGS, *DISPUTED]
"""All of them, in the order in which they are tried."""
