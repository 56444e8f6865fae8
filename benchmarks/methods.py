"""How fast the chapters on methods go out, beside a bare httpx client that sends the very same requests.

    PIWIGO_WEBMASTER=USER:PASSWORD python benchmarks/methods.py --target URL

After each check, while its keys and sessions are still good, the bare client sends all that the check sent, in the
same order over one connection. Nothing comes of it: the calls of the checks taken here can take no effect, or only on
what the run made and takes away again; how it makes that is not sent again. The rest of the command line is the suite's
own, `-k` for other checks too.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from piwigo_contract.cli import main as suite
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.provision.webmaster import WebmasterApi

FILES = ("test_methods.py", "test_shapes.py", "test_generated.py")
CHECKS = "METH- or SHAPE- or GEN-01 or GEN-02 or GEN-03"


class SideBySide:
    """A plugin of pytest: times each check, and its requests sent again."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        """Requests, seconds of the checks, and seconds of the bare client, by the check's file."""
        self._sent: list[httpx.Request] = []
        self._bare = httpx.Client(trust_env=False, timeout=60)
        self._send = httpx.Client.send

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        def send(client: httpx.Client, request: httpx.Request, **settings: Any) -> httpx.Response:
            self._sent.append(request)
            return self._send(client, request, **settings)

        make = WebmasterApi.ask

        def ask(webmaster: WebmasterApi, *given: Any, **params: Any) -> Any:
            before = len(self._sent)
            try:
                return make(webmaster, *given, **params)
            finally:
                del self._sent[before:]

        patch.setattr(httpx.Client, "send", send)
        patch.setattr(WebmasterApi, "ask", ask)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, Any]:
        self._sent.clear()
        began = time.perf_counter()
        try:
            return (yield)
        finally:
            seconds = time.perf_counter() - began
            requests = list(self._sent)
            began = time.perf_counter()
            for request in requests:
                again = self._bare.build_request(
                    request.method, request.url, headers=request.headers.raw, content=request.content
                )
                self._send(self._bare, again)
            row = self.taken[Path(item.path).name]
            for at, more in enumerate((len(requests), seconds, time.perf_counter() - began)):
                row[at] += more


def main() -> None:
    side_by_side = SideBySide()
    with pytest.MonkeyPatch.context() as patch:
        side_by_side.watch(patch)
        files = [str(SUITE / name) for name in FILES]
        code = suite([*files, "-k", CHECKS, "-q", "--tb=no", "-p", "no:html", *sys.argv[1:]], [side_by_side])
    total = [sum(each) for each in zip(*side_by_side.taken.values(), strict=True)]
    for name, (requests, seconds, bare) in {**side_by_side.taken, "all": total}.items():
        print(
            f"{name:18} {requests:6} requests: {requests / seconds:6.1f}/s, bare httpx {requests / bare:6.1f}/s, "
            f"ratio {bare / seconds:.2f}"
        )
    sys.exit(code)


if __name__ == "__main__":
    main()
