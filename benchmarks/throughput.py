"""How fast malformed keys go out, beside a bare httpx client that sends the same requests; and how flat memory stays.

    python benchmarks/throughput.py [--keys 20000] [--connections 4] [--memory-keys 100000]

Both send the same values in the same order over as many connections to the same embedded reference, which runs in
a process of its own. They take turns in small rounds; the ratio is that of the medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from piwigo_contract.claims import Expect, UniformRefusal
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text, Vault
from piwigo_contract.contract.releases import profiles
from piwigo_contract.generation.malformed import ALPHANUMERIC

ROUND = 500
"""Keys of one round."""


def keys(count: int, dice: random.Random) -> list[str]:
    """Well-formed keys that nobody holds."""
    return [
        f"pkid-20250101-{''.join(dice.choices(ALPHANUMERIC, k=20))}:{''.join(dice.choices(ALPHANUMERIC, k=40))}"
        for _ in range(count)
    ]


def bare(client: httpx.Client, pool: ThreadPoolExecutor, url: str, header: str, values: list[str]) -> float:
    def ask(value: str) -> int:
        form = {"method": "pwg.session.getStatus"}
        return client.post(url, params={"format": "json"}, data=form, headers={header: value}).status_code

    started = time.perf_counter()
    statuses = set(pool.map(ask, values))
    seconds = time.perf_counter() - started
    if statuses != {401}:
        raise SystemExit(f"the reference answered {statuses}")
    return seconds


def suite(gallery: Gallery, expect: Expect, values: list[str], connections: int) -> float:
    started = time.perf_counter()
    batch = gallery.whoami_batch([Text.of(value) for value in values], connections=connections)
    expect.none_of_these_authenticates(batch)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--memory-keys", type=int, default=100_000)
    options = parser.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-c", "from piwigo_contract.reference.cli import main; main()", "--release", "16.4"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = json.loads(server.stdout.readline())["url"]
        measure(url, options)
    finally:
        server.terminate()
        server.wait()


def measure(url: str, options: argparse.Namespace) -> None:
    dice = random.Random(1)
    profile = profiles()["16.4"]
    gallery = Gallery(url, profile, Vault())
    uniform = UniformRefusal()
    expect = Expect(gallery, uniform)
    client = httpx.Client()
    rates: dict[str, list[float]] = {"bare httpx": [], "suite": []}
    with ThreadPoolExecutor(options.connections) as pool:
        for number in range(max(2, options.keys // ROUND) + 1):
            values = keys(ROUND, dice)
            taken = {
                "bare httpx": bare(client, pool, f"{url}ws.php", profile.header, values),
                "suite": suite(gallery, expect, values, options.connections),
            }
            for name, seconds in taken.items() if number else ():  # the first round warms up
                rates[name].append(ROUND / seconds)
    for name, found in rates.items():
        print(f"{name:12} {statistics.median(found):7.0f} keys/s (median of {len(found)} rounds of {ROUND})")
    print(f"ratio        {statistics.median(rates['suite']) / statistics.median(rates['bare httpx']):7.2f}")
    peaks = []
    for _ in range(10):
        for _ in range(max(1, options.memory_keys // 10 // ROUND)):
            gallery.transcript.drop()
            suite(gallery, Expect(gallery, uniform), keys(ROUND, dice), options.connections)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(f"peak memory after each tenth of {options.memory_keys} keys, MiB: " + " ".join(f"{p:.0f}" for p in peaks))
    gallery.close()


if __name__ == "__main__":
    main()
