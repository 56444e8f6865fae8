"""Malformed keys beside a bare httpx client that sends the same ones; and how flat memory stays.

With a URL and a number this module sends so many keys, and prints the peak memory after 1,000 and after all of them.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx

from benchmarks.figures import Round, Spent
from benchmarks.processes import Failed, Place
from piwigo_contract.claims import Expect, UniformRefusal
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text, Vault
from piwigo_contract.contract.releases import profiles
from piwigo_contract.errors import ContractBroken
from piwigo_contract.generation.malformed import ALPHANUMERIC

BATCH = 500
"""Keys that are sent in turn."""

FEW = 1_000
"""Keys after which memory is first looked at."""

RELEASE = "16.4"
"""In whose header the keys go; every later release reads it too."""


def made(count: int, dice: random.Random) -> list[str]:
    """Well-formed keys that nobody holds."""
    return [
        f"pkid-20250101-{''.join(dice.choices(ALPHANUMERIC, k=20))}:{''.join(dice.choices(ALPHANUMERIC, k=40))}"
        for _ in range(count)
    ]


def measure(place: Place, count: int, connections: int) -> dict[str, Round]:
    """One round, in batches that take turns, after one that warms up."""
    dice, took = random.Random(1), {"suite": Spent(0.0, 0.0), "bare": Spent(0.0, 0.0)}
    gallery, client = Gallery(place.url, profiles()[RELEASE], Vault()), httpx.Client(trust_env=False)
    with ThreadPoolExecutor(connections) as pool:
        senders: dict[str, Callable[[list[str]], None]] = {
            "suite": by_suite(gallery, connections),
            "bare": partial(_bare, client, pool, place.url),
        }
        try:
            for number in range(1 + max(1, count // BATCH)):
                values = made(min(BATCH, count), dice)
                for name in sorted(senders, reverse=bool(number % 2)):
                    began = Spent.so_far()
                    senders[name](values)
                    if number:  # the first one warms up
                        took[name] = took[name].and_since(began)
        except (httpx.HTTPError, ContractBroken) as error:
            raise Failed(f"{place.name}: {type(error).__name__}: {error}") from error
        finally:
            gallery.close()
            client.close()
    return {"keys": took["bare"].over(took["suite"])}


def _bare(client: httpx.Client, pool: ThreadPoolExecutor, url: str, values: list[str]) -> None:
    header = profiles()[RELEASE].header

    def ask(value: str) -> int:
        form = {"method": "pwg.session.getStatus"}
        return client.post(f"{url}ws.php", params={"format": "json"}, data=form, headers={header: value}).status_code

    if (statuses := set(pool.map(ask, values))) != {401}:
        raise Failed(f"unknown keys are answered {statuses}, not 401")


def by_suite(gallery: Gallery, connections: int) -> Callable[[list[str]], None]:
    """What sends keys, and claims that none is let in."""
    uniform = UniformRefusal()

    def send(values: list[str]) -> None:
        gallery.transcript.drop()
        batch = gallery.whoami_batch([Text.of(value) for value in values], connections=connections)
        Expect(gallery, uniform).none_of_these_authenticates(batch)

    return send


def memory(place: Place, count: int) -> dict[str, Round]:
    """Peak memory of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.keys", place.url, str(count)]
    told = subprocess.run(command, env=place.environment, stdout=subprocess.PIPE, check=True).stdout
    few, all_of_them = json.loads(told)
    return {"memory": Round(all_of_them / few)}


def main(url: str, count: str) -> None:
    gallery, dice, peaks, sent = Gallery(url, profiles()[RELEASE], Vault()), random.Random(1), [], 0
    send = by_suite(gallery, 4)
    for until in (min(FEW, int(count)), int(count)):
        while sent < until:
            values = made(min(BATCH, until - sent), dice)
            send(values)
            sent += len(values)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    gallery.close()
    print(json.dumps(peaks))


if __name__ == "__main__":
    main(*sys.argv[1:])
