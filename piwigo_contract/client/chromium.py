"""A Chromium, driven by playwright, and the one way in which anything is asked of it: in bounded time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from piwigo_contract.errors import OutOfReach

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

T = TypeVar("T")

STARTING, ENDING = 60.0, 5.0
"""Seconds that a browser may take to start, and to end before it is killed."""


class Late(OutOfReach):
    """What was waited for did not come in time."""


class Stuck(OutOfReach):
    """The browser said nothing at all in time."""


class Chromium:
    """A Chromium, started when the first page is to be opened, and again once it is gone."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None
        self._driver: Playwright | None = None
        self._browser: Browser | None = None

    def do(self, action: Coroutine[Any, Any, T], seconds: float, needed: str) -> T:
        """What comes of an action of playwright's.

        seconds: in which it must end, whatever a page does; playwright itself bounds no script. needed: what it takes,
        for the OutOfReach that is raised where it does not work: Late where playwright waited in vain, Stuck where it
        did not even say so.
        """
        from playwright.async_api import Error
        from playwright.async_api import TimeoutError as InVain

        self._runner = self._runner or asyncio.Runner()
        try:
            return self._runner.run(asyncio.wait_for(action, seconds))
        except TimeoutError as error:
            raise Stuck(detail=f"{needed} (nothing came of it in {seconds:g} s)") from error
        except (Error, OSError) as error:
            kind = Late if isinstance(error, InVain) else OutOfReach
            raise kind(detail=f"{needed} ({str(error).strip().partition(chr(10))[0]})") from error

    def new_context(self, program: Path, options: dict[str, Any]) -> BrowserContext:
        """A new visitor's browser. program: the Chromium. options: playwright's. Raises OutOfReach where it fails."""
        from playwright.async_api import async_playwright

        needed = f"a browser at {program} that starts"
        if self._browser is None or not self._browser.is_connected():
            self.stop()
            try:
                self._driver = self.do(async_playwright().start(), STARTING, needed)
                launched = self._driver.chromium.launch(executable_path=program, args=_arguments())
                self._browser = self.do(launched, STARTING, needed)
            except OutOfReach:
                self.stop()
                raise
        return self.do(self._browser.new_context(**options), STARTING, needed)

    def end(self, context: BrowserContext) -> None:
        """Close a visitor's browser, or all of Chromium where that does not close."""
        try:
            self.do(context.close(), ENDING, "a browser that ends")
        except OutOfReach:
            self.stop()

    def stop(self) -> None:
        """Close the browser. May be called again."""
        if self._browser is not None:
            with suppress(OutOfReach):
                self.do(self._browser.close(), ENDING, "a browser that ends")
        if self._driver is not None:
            with suppress(OutOfReach):
                self.do(self._driver.stop(), ENDING, "a browser that ends")
        if self._runner is not None:
            self._runner.close()
        self._runner = self._driver = self._browser = None


def _arguments() -> Sequence[str]:
    """Chromium does not run in its sandbox as root."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
