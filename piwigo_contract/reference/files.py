"""What a file is, and what it tells of itself. Source: PHP's getimagesize and exif_read_data."""

from __future__ import annotations

import re

_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF87a": "gif", b"GIF89a": "gif"}
_TAKEN = re.compile(rb"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)\0")


def picture_kind(data: bytes) -> str | None:
    """The extension that goes with a picture's first bytes, or None where it is no picture."""
    return next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), None)


def taken(data: bytes) -> str | None:
    """When a photo was taken, as a JPEG file tells in its EXIF data; the one date that is read there."""
    found = _TAKEN.search(data) if b"Exif\0\0" in data else None
    if found is None or picture_kind(data) != "jpg":
        return None
    year, month, day, time = (part.decode() for part in found.groups())
    return f"{year}-{month}-{day} {time}"
