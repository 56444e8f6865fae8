"""A Chromium that opens pages of the target as a person would, and what of it could give a key away.

Nothing else than the target's own origin is asked: what a page of it sends elsewhere is noted and stopped.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from piwigo_contract.client.chromium import Chromium, Late, Stuck
from piwigo_contract.client.credentials import ApiKey, Session
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import Hindered, NoMoreAsked, OutOfReach
from piwigo_contract.urls import origin

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Request, Route

T = TypeVar("T")

PATIENCE = 15.0
"""Seconds that a page may take to show what it is to show."""
GRACE = 3.0
"""Seconds more after which a page that hangs is given up."""
AS_PIWIGOS = "pages that work in a browser as Piwigo's own do"
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
    """A person's browser, empty at first, on one gallery. `page` is playwright's, and what it does goes through `do`.

    patience: seconds that a page may take to show what it is to show.
    """

    def __init__(self, gallery: Gallery, chromium: Chromium, context: BrowserContext, patience: float) -> None:
        self.gallery = gallery
        self._chromium = chromium
        self._context = context
        self._patience = patience
        self._places: list[str] = []
        self._turn = asyncio.Lock()
        self._stopped: Stuck | Hindered | None = None
        """Why nothing more is asked of the browser, or sent by it."""
        context.set_default_timeout(patience * 1000)
        self.do(context.route("**/*", self._let_pass))
        self.page = self.do(context.new_page())
        self._remote = self.do(context.new_cdp_session(self.page))
        self._remote.on("Fetch.requestPaused", self._let_redirect)
        self.do(self._remote.send("Fetch.enable"))

    def do(self, action: Coroutine[Any, Any, T], needed: str = AS_PIWIGOS) -> T:
        """What comes of an action in the browser. needed: what it takes, in words that follow "needs ".

        Raises OutOfReach where it does not work: no page, however it is built, is a mistake of the suite.
        """
        if self._stopped is None:
            try:
                return self._chromium.do(action, self._patience + GRACE, needed)
            except Stuck as stuck:
                self._stopped = self._stopped or stuck
            except OutOfReach:
                if self._stopped is None:
                    raise
        action.close()
        raise self._stopped

    def wait(self, action: Coroutine[Any, Any, T]) -> None:
        """Wait for a page no longer than it may take: what it shows by then is what it shows."""
        with suppress(Late):
            self.do(action)

    def close(self) -> None:
        """End it, and with it all that it still wants to send."""
        self._stopped = self._stopped or NoMoreAsked("the page is closed")
        self._chromium.end(self._context)

    def log_in(self, session: Session) -> None:
        """Bring the cookies of a session."""
        for cookie in session.cookies:
            told: Any = {"name": cookie.name, "value": cookie.value.reveal(), "url": self.gallery.url}
            self.do(self._context.add_cookies([told]))

    def open(self, path: str) -> None:
        """Open a page of the gallery, and wait until it asks for nothing more. Raises OutOfReach if it never does, or
        is not there.
        """
        opened = self.page.goto(self.gallery.url + path, wait_until="networkidle")
        answer = self.do(opened, f"a page {path} that loads in a browser")
        if answer is not None and answer.status >= 400:
            raise OutOfReach(detail=f"a page to open in a browser (no {path}: HTTP {answer.status})")

    def places_with(self, key: ApiKey) -> list[str]:
        """Where the browser, and whatever it sent, has the secret of a key and should not."""
        history = self.do(self._remote.send("Page.getNavigationHistory"))["entries"]
        places = [*self._places, *(f"the history: {entry['url']}" for entry in history)]
        places += [f"the tab's storage, history or name: {kept}" for kept in self.do(self.page.evaluate(_KEPT))]
        state = self.do(self._context.storage_state(indexed_db=True))
        places += [f"the browser's {kind}: {json.dumps(kept)}" for kind, kept in state.items()]
        return [place for place in dict.fromkeys(places) if _has(place, key)]

    def shows(self, key: ApiKey) -> bool:
        """Whether a person or a script finds the secret of a key in the page as it is now, its fields included."""
        fields = self.do(
            self.page.eval_on_selector_all("input, textarea", "(all) => all.map((each) => String(each.value))")
        )
        return _has("\n".join([self.do(self.page.content()), *fields]), key)

    def picture(self) -> bytes | None:
        """What the page shows, as PNG: nothing of what is in its fields, and every text cleaned of secrets.

        None where the page can't be looked at any more.
        """
        try:
            for frame in self.page.frames:
                texts = self.do(frame.evaluate(_TEXTS))
                self.do(frame.evaluate(_SET_TEXTS, [self.gallery.vault.clean(text) for text in texts]))
            return self.do(self.page.screenshot())
        except (OutOfReach, Hindered):
            return None

    async def _let_pass(self, route: Route, request: Request) -> None:
        passes = await self._passes(request.method, request.url, request.headers, request.post_data)
        with suppress(_error()):  # the page that asks may be gone by then
            await (route.continue_() if passes else route.abort())

    async def _let_redirect(self, paused: dict[str, Any]) -> None:
        """As `_let_pass`, for what a redirect leads to: of that playwright tells no route."""
        request, told = paused["request"], {"requestId": paused["requestId"]}
        redirected = "redirectedRequestId" in paused or not self._is_ours(request["url"])
        passes = not redirected or await self._passes(
            request["method"], request["url"], request["headers"], request.get("postData")
        )
        with suppress(_error()):
            if passes:
                await self._remote.send("Fetch.continueRequest", told)
            else:
                await self._remote.send("Fetch.failRequest", {**told, "errorReason": "BlockedByClient"})

    async def _passes(self, verb: str, url: str, headers: Mapping[str, str], body: str | None) -> bool:
        """Note a request; whether it is one that may be sent."""
        self._places.append(f"a URL: {url}")
        self._places += [f"a Referer: {value}" for name, value in headers.items() if name.lower() == "referer"]
        if not self._is_ours(url):
            self._places.append(f"a request to {origin(url)}: {json.dumps(dict(headers))} {body}")
            return False
        return await self._may_send(verb)

    def _is_ours(self, url: str) -> bool:
        return origin(url) == origin(self.gallery.url)

    async def _may_send(self, verb: str) -> bool:
        """Wait for the turn of one more request; whether it may be sent."""
        async with self._turn:
            if self._stopped is None:
                try:
                    await asyncio.to_thread(self.gallery.take_turn, verb)
                except Hindered as error:
                    self._stopped = error
        return self._stopped is None


def _error() -> type[Exception]:
    from playwright.async_api import Error

    return Error


def _has(text: str, key: ApiKey) -> bool:
    """Whether a text has the secret of a key in it, or one of its halves."""
    return any(part.reveal() in text for part in key.secret_parts)


@contextmanager
def visit(
    gallery: Gallery, chromium: Chromium, program: Path, *, patience: float = PATIENCE, **options: Any
) -> Iterator[Visit]:
    """A new visitor's browser. program: the Chromium. options: of playwright's context. Raises OutOfReach where it
    does not start.
    """
    # what a service worker asks for would pass by every route
    context = chromium.new_context(program, {"viewport": _SCREEN, "service_workers": "block", **options})
    try:
        visit = Visit(gallery, chromium, context, patience)
    except OutOfReach:
        chromium.end(context)
        raise
    try:
        yield visit
    finally:
        visit.close()
