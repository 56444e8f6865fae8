"""Forms with files (RFC 7578), as browsers and HTTP libraries send them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from piwigo_contract.client.vault import Text


@dataclass(frozen=True)
class Upload:
    """A file to send. name: what it is called on the sender's side. media_type: such as image/png. cut_off: whether the
    form ends in the midst of it, with nothing after it.
    """

    name: str
    content: bytes = field(repr=False)
    media_type: str = "image/png"
    cut_off: bool = False

    def __str__(self) -> str:
        return f"{self.name} ({self.media_type}, {len(self.content)} bytes)"


def encoded(fields: Sequence[tuple[str, Text]], files: Sequence[tuple[str, Upload]]) -> tuple[str, bytes]:
    """The media type, with its boundary, and the body of a form with files."""
    boundary = f"----{secrets.token_hex(16)}"
    parts = [(f'form-data; name="{_quoted(name)}"', "", value.reveal().encode("utf-8")) for name, value in fields]
    for name, upload in files:
        disposition = f'form-data; name="{_quoted(name)}"; filename="{_quoted(upload.name)}"'
        parts.append((disposition, f"Content-Type: {upload.media_type}\r\n", upload.content))
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: {disposition}\r\n{more}\r\n".encode() + content + b"\r\n"
        for disposition, more, content in parts
    )
    lost = len(files[-1][1].content) // 2 + len("\r\n") if files and files[-1][1].cut_off else 0
    end = f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body[:-lost] if lost else body + end


def _quoted(name: str) -> str:
    """A name within quotes (HTML standard, multipart/form-data encoding algorithm)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
