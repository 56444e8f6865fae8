"""What a file is, and what it tells of itself. Source: PHP's getimagesize, finfo_file and exif_read_data."""

from __future__ import annotations

import re
import struct

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF87a": "gif", b"GIF89a": "gif"}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG file's frame header (ITU T.81, table B.1)."""
EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp")
"""Of the names of pictures that are taken ($conf['picture_ext'])."""
_TAKEN = re.compile(rb"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)\0")


def _signed(data: bytes) -> str | None:
    """The extension that goes with a file's first bytes."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for signature, kind in _SIGNATURES.items() if data.startswith(signature)), None)


def picture_kind(data: bytes) -> str | None:
    """The extension of a picture, or None where a file is none: its beginning must tell its width and height."""
    kind = _signed(data)
    whole = {
        "png": len(data) >= 24 and data[12:16] == b"IHDR",
        "gif": len(data) >= 10,
        "webp": len(data) >= 30 and data[12:15] == b"VP8",
        "jpg": _has_frame(data),
    }
    return kind if kind is not None and whole[kind] else None


def _has_frame(data: bytes) -> bool:
    """Whether the segments of a JPEG file lead to its frame header."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if marker in _FRAMES:
            return at + 9 <= len(data)
        at += 2 + length
    return False


def extension(name: str) -> str:
    """What a file's name ends with, in lower case: `jpg`, or nothing."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def mime_type(data: bytes) -> str:
    """What kind of file the bytes are."""
    if not data:
        return "application/x-empty"
    kind = _signed(data)
    if kind is not None and (kind != "png" or picture_kind(data)):
        return f"image/{'jpeg' if kind == 'jpg' else kind}"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if "\0" in text else "text/plain"


def taken(data: bytes) -> str | None:
    """When a photo was taken, as a JPEG file tells in its EXIF data; the one date that is read there."""
    found = _TAKEN.search(data) if b"Exif\0\0" in data else None
    if found is None or picture_kind(data) != "jpg":
        return None
    year, month, day, time = (part.decode() for part in found.groups())
    return f"{year}-{month}-{day} {time}"
