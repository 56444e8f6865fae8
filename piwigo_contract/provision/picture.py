"""Pictures to upload: small, and like no other, so that no gallery takes one for what it has."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 8, 6
"""Pixels (with HEIGHT)."""


def picture(words: str) -> bytes:
    """A PNG file of one grey, 8 by 6 pixels, with these words as its comment (RFC 2083)."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    rows = HEIGHT * (b"\0" + WIDTH * b"\x80")
    chunks = ((b"IHDR", header), (b"tEXt", b"Comment\0" + words.encode("latin-1", "replace")),
              (b"IDAT", zlib.compress(rows)), (b"IEND", b""))  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*chunks, strict=True)))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture_taken(when: str, words: str) -> bytes:
    """A JPEG file of the same grey and size, which tells in its EXIF data when it was taken: `2001:02:03 04:05:06`."""
    return _jpeg(WIDTH, HEIGHT, (0xE1, b"Exif\0\0" + _exif(when)), (0xFE, words.encode("latin-1", "replace")))


LONGEST_COMMENT = 60_000
"""Bytes of a segment; its length is written in 16 bits."""


def photo(words: str, least: int = 0) -> bytes:
    """A JPEG file of one grey, as large as a small photo, with these words in it. least: bytes that it has at least."""
    filling = words.encode("latin-1", "replace").ljust(least, b".")
    parts = (filling[start : start + LONGEST_COMMENT] for start in range(0, len(filling), LONGEST_COMMENT))
    return _jpeg(640, 480, *((0xFE, part) for part in parts))


def _jpeg(width: int, height: int, *first: tuple[int, bytes]) -> bytes:
    """A baseline JPEG file of one grey. first: kind and content of segments that it begins with.

    Its tables hold one code each: a block without a difference, and the end of a block (ITU T.81, annex B).
    """
    one_code = bytes([1]) + bytes(15) + bytes([0])
    frame = struct.pack(">BHHB", 8, height, width, 1) + bytes([1, 0x11, 0])
    segments = (
        *first,
        (0xDB, bytes([0]) + 64 * bytes([1])),
        (0xC0, frame),
        (0xC4, bytes([0x00]) + one_code),
        (0xC4, bytes([0x10]) + one_code),
        (0xDA, bytes([1, 1, 0, 0, 63, 0])),
    )
    codes = 2 * -(-width // 8) * -(-height // 8)
    # bits of 0, and of 1 up to the end of the last byte
    blocks = bytes(codes // 8) + (bytes([0xFF >> codes % 8]) if codes % 8 else b"")
    written = (struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data for kind, data in segments)
    return b"\xff\xd8" + b"".join(written) + blocks + b"\xff\xd9"


def _exif(when: str) -> bytes:
    """A TIFF header and two directories, the second with DateTimeOriginal alone (EXIF 2.3, section 4.6)."""
    start, date = 8, when.encode() + b"\0"
    second = start + 2 + 12 + 4
    after = second + 2 + 12 + 4
    return (
        struct.pack("<2sHI", b"II", 42, start)
        + struct.pack("<HHHIII", 1, 0x8769, 4, 1, second, 0)
        + struct.pack("<HHHIII", 1, 0x9003, 2, len(date), after, 0)
        + date
    )
