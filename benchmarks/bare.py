"""The checks of methods beside a bare httpx client that sends the very same requests.

After each check, while its keys and sessions are still good, the bare client sends all that the check sent, in the
same order over one connection. Nothing comes of it: the calls of the checks taken here can take no effect, or only on
what the run made and takes away again; how it makes that is neither sent again nor reckoned.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.figures import Round, Spent
from benchmarks.processes import QUIET, Place, spent
from benchmarks.whole_runs import JUDGED

FILES = ("test_methods.py", "test_shapes.py", "test_generated.py")
CHECKS = "METH- or SHAPE- or GEN-01 or GEN-02 or GEN-03"


def measure(place: Place, selection: Sequence[str]) -> dict[str, Round]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "both.json")
        spent([sys.executable, "-m", "benchmarks.bare", str(out), *selection], place.environment, JUDGED)
        suite, bare = (Spent(*each) for each in json.loads(out.read_text()))
    return {"bare": suite.over(bare)}


class SideBySide:
    """A plugin of pytest: what checks take, and their requests sent again."""

    def __init__(self) -> None:
        self.suite, self.bare = Spent(0.0, 0.0), Spent(0.0, 0.0)
        self._sent: list[httpx.Request] = []
        self._sends_again = False
        self._aside = Spent(0.0, 0.0)
        """what was made for the check under way, and is not sent again"""
        self._client = httpx.Client(trust_env=False, timeout=60)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        from piwigo_contract.provision.webmaster import WebmasterApi

        handle, make = httpx.HTTPTransport.handle_request, WebmasterApi.ask

        def noted(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            if not self._sends_again:
                self._sent.append(request)
            return handle(transport, request)

        def ask(webmaster: WebmasterApi, *given: Any, **params: Any) -> Any:
            before, began = len(self._sent), Spent.so_far()
            try:
                return make(webmaster, *given, **params)
            finally:
                del self._sent[before:]
                self._aside = self._aside.and_since(began)

        patch.setattr(httpx.HTTPTransport, "handle_request", noted)
        patch.setattr(WebmasterApi, "ask", ask)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, Any]:
        self._sent.clear()
        began, self._aside = Spent.so_far(), Spent(0.0, 0.0)
        try:
            return (yield)
        finally:
            took = self.suite.and_since(began)
            self.suite = Spent(took.wall - self._aside.wall, took.cpu - self._aside.cpu)
            began = Spent.so_far()
            self._send_again()
            self.bare = self.bare.and_since(began)

    def _send_again(self) -> None:
        self._sends_again = True
        for request in list(self._sent):
            headers = request.headers.raw
            self._client.send(
                self._client.build_request(request.method, request.url, headers=headers, content=request.content)
            )
        self._sends_again = False


def main(out: str, *arguments: str) -> int:
    from piwigo_contract.cli import main as suite
    from piwigo_contract.contract.resources import SUITE

    side_by_side = SideBySide()
    chosen = [] if "-k" in arguments else ["-k", CHECKS]
    with pytest.MonkeyPatch.context() as patch:
        side_by_side.watch(patch)
        files = [str(SUITE / name) for name in FILES]
        code = suite([*files, *QUIET, "-p", "no:html", *chosen, *arguments], [side_by_side])
    both = [(each.wall, each.cpu) for each in (side_by_side.suite, side_by_side.bare)]
    Path(out).write_text(json.dumps(both), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
