"""Which of many galleries answer soon: those that don't are judged last, so that nobody waits for them."""

from __future__ import annotations

import queue
import ssl
import threading
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPException
from urllib.error import HTTPError

from piwigo_contract.client.trust import system_trust

SOON = 3.0
"""Seconds."""

AT_ONCE = 32
"""Galleries that are asked at the same time."""


def quick_first(urls: Sequence[str], trust: ssl.SSLContext | None = None) -> list[str]:
    """These galleries, each asked once as anybody may; those that did not answer within SOON come last."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for url in urls:
        waiting.put(url)
    handler = urllib.request.HTTPSHandler(context=trust or system_trust())
    opener, quick = urllib.request.build_opener(handler), set[str]()

    def ask() -> None:
        with suppress(queue.Empty):
            while True:
                if _answers_soon(opener, url := waiting.get_nowait()):
                    quick.add(url)

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(min(AT_ONCE, len(urls)))]
    until = time.monotonic() + 2 * SOON * (1 + len(urls) / AT_ONCE)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))  # one that sends byte after byte is not waited for
    return sorted(urls, key=lambda url: url not in quick)


def _answers_soon(opener: urllib.request.OpenerDirector, url: str) -> bool:
    began = time.monotonic()
    try:
        with opener.open(f"{url}ws.php?method=pwg.getVersion&format=json", timeout=SOON) as answer:
            answer.read(1)
    except HTTPError:
        pass  # that is an answer
    except (OSError, HTTPException, ValueError):
        return False
    return time.monotonic() - began < SOON
