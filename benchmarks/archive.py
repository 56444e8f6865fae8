"""What an archive (--har) costs: time for each exchange, and peak memory for few and for many, side by side.

Run with `python benchmarks/archive.py`. Nothing is sent: the exchanges are made up, as those of volleys are.
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from pathlib import Path

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import KeyHeader
from piwigo_contract.client.exchange import ApiCall, Exchange, Sent
from piwigo_contract.client.vault import Vault
from piwigo_contract.plugin.record import Record
from piwigo_contract.results.har.file import Archive, write_har
from piwigo_contract.results.har.pack import Spool

KEYS = 500
"""Keys that a run has made, whose values are looked for in every text."""

EXAMPLE = 100
"""Exchanges of an example, after which nothing more is said of them."""

BODY = '{"stat":"fail","err":401,"message":"Invalid api_key"}'
HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Set-Cookie", "pwg_id=0a1b2c3d4e5f6g7h8i9j; path=/"),
           ("Cache-Control", "no-store, no-cache, must-revalidate"), ("Server", "nginx")]  # fmt: skip


def archive(exchanges: int) -> tuple[float, float, int]:
    """Seconds for each exchange, peak of Python's memory in MB, and size of the file in bytes."""
    vault = Vault()
    keys = [vault.key(f"KEY_{n}", f"pkid-20250101-{n:020}:{n * 7919:040}").text for n in range(KEYS)]
    tracemalloc.start()
    began = time.perf_counter()
    record = Record(vault, 0, "suite/test_x.py::test_y", {"clause": "X-01", "check": "y"}, everything=True)
    record.transcript.phase = "call"
    for number in range(exchanges // EXAMPLE):
        value = keys[number % KEYS][:-1] + "x"
        for _ in range(EXAMPLE):
            sent = Sent("POST", "http://host/ws.php", (), (("X-PIWIGO-API", value),), ())
            answer = Answer(401, HEADERS, BODY.encode())
            record.transcript.add(Exchange(ApiCall(auth=(KeyHeader(value),)), sent, answer))
        record.transcript.drop()
    spool = Spool()
    packed = record.packed()
    assert packed is not None
    spool.put(record.key, packed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.har")
        write_har(path, Archive(spool.entries(lambda key: key[:1])))
        size = path.stat().st_size
    spool.close()
    seconds = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds / exchanges, peak / 1e6, size


def main() -> None:
    for exchanges in (1_000, 10_000, 50_000):
        each, peak, size = archive(exchanges)
        print(f"{exchanges:6} exchanges: {each * 1000:.2f} ms each, peak {peak:.1f} MB, file {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
