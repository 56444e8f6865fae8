"""A request as it is written to the socket, for what an HTTP library would put right or refuse to send."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass

from piwigo_contract.client.vault import Text

CRLF = "\r\n"
KEPT_OPEN = "Connection: keep-alive"
LAST = "Connection: close"
"""Lines that say whether another request is to follow on the connection."""

PAUSE = 0.02
"""Seconds between two segments. Nothing tells a sender that the other side has read the one before, and what is sent
at once is read at once.
"""


@dataclass(frozen=True)
class WrittenRequest:
    """A whole request as texts with their secrets; nothing is added, corrected or encoded.

    In a Call it takes the place of the credentials, as all that a check varies is in it. segments: the parts, each sent
    in a TCP segment of its own.
    """

    segments: tuple[Text, ...]

    def __bytes__(self) -> bytes:
        return b"".join(map(bytes, self.segments))

    @property
    def text(self) -> Text:
        """All of it in one."""
        return sum(self.segments, Text())

    def plain(self) -> str:
        """The request as a person is shown it, with variables for secrets."""
        return self.text.plain()

    def shell(self, url: str) -> str:
        """A line of bash that writes the same bytes and shows what comes back: curl would put them right."""
        parts = urllib.parse.urlsplit(url)
        writes = [f'printf %s "{segment.shell()}"' for segment in self.segments]
        between = f"; sleep {PAUSE}; "
        if parts.scheme == "https":
            told = between.join(writes)
            return f"{{ {told}; }} | openssl s_client -quiet -connect {parts.hostname}:{parts.port or 443}"
        told = between.join(f"{write} >&3" for write in writes)
        return f"{{ {told}; cat <&3; }} 3<>/dev/tcp/{parts.hostname}/{parts.port or 80}"


def head(lines: Iterable[Text | str], line_end: str = CRLF) -> Text:
    """The head of a request: these lines, each with its line end, and the empty line after them."""
    return sum((Text.of(line) + line_end for line in lines), Text()) + line_end
