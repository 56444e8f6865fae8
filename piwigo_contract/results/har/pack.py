"""Entries packed small: as they travel from worker to controller, and wait for the end of the run."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator

from piwigo_contract.results.har.entry import Entry

PIECE = 64 * 1024
"""Bytes that are unpacked at a time."""


class Packer:
    """Packs entries one by one; what is packed takes about a twentieth of its length as JSON."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj()
        self._packed = bytearray()

    def add(self, entry: Entry) -> None:
        """Add an entry. Not after `packed()`."""
        self._packed += self._compressor.compress(json.dumps(entry).encode() + b"\n")

    def packed(self) -> bytes:
        """All of them; nothing can be added afterwards."""
        return bytes(self._packed + self._compressor.flush())


def pack(entries: Iterable[Entry]) -> bytes:
    """These entries, packed."""
    packer = Packer()
    for entry in entries:
        packer.add(entry)
    return packer.packed()


def unpack(packed: bytes) -> Iterator[Entry]:
    """The entries, a few at a time."""
    decompressor = zlib.decompressobj()
    rest, waiting = b"", packed
    while waiting:
        *lines, rest = (rest + decompressor.decompress(waiting, PIECE)).split(b"\n")
        waiting = decompressor.unconsumed_tail
        yield from map(json.loads, lines)


class Spool:
    """The packed entries of a whole run, on disk; what they are of is the key.

    A key is the target's number from 1 and a check's nodeid, or what else the exchanges were for.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115, it is closed by close()
        self._places: dict[tuple[int, str], tuple[int, int]] = {}

    def put(self, key: tuple[int, str], packed: bytes) -> None:
        """Keep these entries, in place of those of the same key."""
        at = self._file.seek(0, 2)
        self._file.write(packed)
        self._places[key] = (at, len(packed))

    def entries(self, order: Callable[[tuple[int, str]], tuple[int, ...]]) -> Iterator[Entry]:
        """All entries, sorted by their keys: first by what `order` says of them, then by the keys themselves."""
        for key in sorted(self._places, key=lambda key: (order(key), key)):
            at, length = self._places[key]
            self._file.seek(at)
            yield from unpack(self._file.read(length))

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
