"""A Chromium that opens pages of the target as a person would, and what of it could give a key away.

Nothing else than the target's own origin is asked: what a page of it sends elsewhere is noted and stopped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from piwigo_contract.client.credentials import ApiKey, Session
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import OutOfReach
from piwigo_contract.urls import origin

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext, Page, Request, Route

PATIENCE = 15_000
"""Milliseconds that a page may take to show what it is to show."""
_SCREEN: Any = {"width": 900, "height": 700}
_KEPT = """() => {
  const all = (kept) => Array.from(kept, (_, number) => [kept.key(number), kept.getItem(kept.key(number))].join(": "));
  return [...all(sessionStorage), JSON.stringify(history.state), name];
}"""
"""What a page keeps in its tab; `name` is that of the window."""
_WALK = """
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT), nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
"""
_TEXTS = f"() => {{ {_WALK} return nodes.map((node) => node.data); }}"
_SET_TEXTS = f"""(texts) => {{ {_WALK}
  nodes.forEach((node, number) => {{ if (node.data !== texts[number]) node.data = texts[number]; }});
  for (const field of document.querySelectorAll("input[type=text], input:not([type]), textarea"))
    field.value = "•".repeat(field.value.length);
}}"""


class Visit:
    """A person's browser, empty at first, on one gallery. `page` is playwright's."""

    def __init__(self, gallery: Gallery, context: BrowserContext) -> None:
        self.gallery = gallery
        self._context = context
        self._places: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.route("**/*", self._let_pass)
        self.page: Page = context.new_page()
        self._remote = context.new_cdp_session(self.page)

    def log_in(self, session: Session) -> None:
        """Bring the cookies of a session."""
        for cookie in session.cookies:
            self._context.add_cookies([{"name": cookie.name, "value": cookie.value.reveal(), "url": self.gallery.url}])

    def open(self, path: str) -> None:
        """Open a page of the gallery, and wait until it asks for nothing more. Raises OutOfReach if it never does."""
        from playwright.sync_api import Error

        try:
            self.page.goto(self.gallery.url + path, wait_until="networkidle")
        except Error as error:
            raise OutOfReach(detail=f"a page {path} that loads in a browser ({_first_line(error)})") from error

    def places_with(self, key: ApiKey) -> list[str]:
        """Where the browser, and whatever it sent, has the secret of a key and should not."""
        history = self._remote.send("Page.getNavigationHistory")["entries"]
        places = [*self._places, *(f"the history: {entry['url']}" for entry in history)]
        places += [f"the tab's storage, history or name: {kept}" for kept in self.page.evaluate(_KEPT)]
        state = self._context.storage_state(indexed_db=True)
        places += [f"the browser's {kind}: {json.dumps(kept)}" for kind, kept in state.items()]
        return [place for place in places if shows(place, key.secret)]

    def shows(self, key: ApiKey) -> bool:
        """Whether a person or a script finds the secret of a key in the page as it is now, its fields included."""
        fields = self.page.eval_on_selector_all("input, textarea", "(all) => all.map((each) => each.value)")
        return shows("\n".join([self.page.content(), *fields]), key.secret)

    def picture(self) -> bytes | None:
        """What the page shows, as PNG: nothing of what is in its fields, and every text cleaned of secrets.

        None where the page can't be looked at any more.
        """
        from playwright.sync_api import Error

        try:
            for frame in self.page.frames:
                texts = frame.evaluate(_TEXTS)
                frame.evaluate(_SET_TEXTS, [self.gallery.vault.clean(text) for text in texts])
            return self.page.screenshot()
        except Error:
            return None

    def _let_pass(self, route: Route, request: Request) -> None:
        self._places.append(f"a URL: {request.url}")
        self._places.append(f"a Referer: {request.headers.get('referer', '')}")
        if origin(request.url) == origin(self.gallery.url):
            route.continue_()
        else:
            sent = f"{json.dumps(request.headers)} {request.post_data}"
            self._places.append(f"a request to {origin(request.url)}: {sent}")
            route.abort()


def shows(text: str, secret: Text) -> bool:
    """Whether a text has a secret in it, or one of its halves."""
    value = secret.reveal()
    middle = len(value) // 2
    return any(part in text for part in (value[:middle], value[middle:]))


class Browser:
    """A Chromium, started when the first page is to be opened."""

    def __init__(self) -> None:
        self._driver: Any = None
        self._chromium: Chromium | None = None

    @contextmanager
    def visit(self, gallery: Gallery, program: Path, *, insecure: bool) -> Iterator[Visit]:
        """A new visitor's browser. program: the Chromium. Raises OutOfReach where it does not start."""
        context = self._started(program).new_context(ignore_https_errors=insecure, viewport=_SCREEN)
        try:
            yield Visit(gallery, context)
        finally:
            context.close()

    def _started(self, program: Path) -> Chromium:
        from playwright.sync_api import Error, sync_playwright

        if self._chromium is None:
            self._driver = sync_playwright().start()
            try:
                self._chromium = self._driver.chromium.launch(executable_path=program, args=_arguments())
            except Error as error:
                self.stop()
                raise OutOfReach(detail=f"a browser that starts ({program}: {_first_line(error)})") from error
        return self._chromium

    def stop(self) -> None:
        """Close the browser. May be called again."""
        if self._chromium is not None:
            self._chromium.close()
        if self._driver is not None:
            self._driver.stop()
        self._chromium = self._driver = None


def _arguments() -> Sequence[str]:
    """Chromium does not run in its sandbox as root."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
