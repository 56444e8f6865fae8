"""The gallery as a WSGI application: all hooks together, one request at a time.

`Gallery` keeps every promise of its release. A deviation or a mutant is a subclass that overrides a hook
or two; several are combined by inheritance (see reference.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from piwigo_contract.reference import control
from piwigo_contract.reference.call import CLOSE, Call
from piwigo_contract.reference.content import Content
from piwigo_contract.reference.expire import CONTROL
from piwigo_contract.reference.http_rules import HttpRules
from piwigo_contract.reference.journal import Journal
from piwigo_contract.reference.pages import Pages
from piwigo_contract.reference.sessions import COOKIE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NOT_CACHED = {
    "Expires": "Thu, 19 Nov 1981 08:52:00 GMT",
    "Cache-Control": "no-store, no-cache, must-revalidate",
    "Pragma": "no-cache",
}
"""Headers that PHP sets on every answer with a session."""


class Gallery(Pages, Content):
    """One stand-in gallery. `http` is the server in front of it.

    journal: what it was asked. description: its mode, in a sentence.
    """

    http = HttpRules()
    plugins: tuple[str, ...] = ()
    """The ids of those that are active."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._lock = RLock()
        self.journal = Journal()
        self.description = ""

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Held while a request is decided; its body has been read before."""
        with self._lock:
            yield

    def respond(self, call: Call) -> Response:
        """The answer to a request, but for cookies and common headers."""
        self.store.details = self.activity_details(call)
        if call.get.get("act") == "logout" and COOKIE in call.cookies:
            return self.leave(call)
        if call.path == "/ws.php":
            return self.web_service(call)
        if call.path.startswith(CONTROL):
            return control.answer(self, call)
        return self.page(call)

    def finish(self, call: Call, response: Response) -> Response:
        """Common headers and cookies."""
        for name, value in self.answer_headers(call).items():
            response.headers.setdefault(name, value)
        for name, content in self.answer_cookies(call).items():
            if content is None:
                response.delete_cookie(name, path=self.cookie_path(), httponly=True)
            else:
                response.set_cookie(name, content, path=self.cookie_path(), httponly=True)
        return response

    def cookie_path(self) -> str:
        return self.path + "/"

    def answer_headers(self, call: Call) -> dict[str, str]:
        return NOT_CACHED

    def answer_cookies(self, call: Call) -> dict[str, str | None]:
        """Cookies of the answer. With a key: a new guest's session, never the owner's."""
        return call.cookies_set

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            call = Call(environ, self.path)
        except HTTPException as refused:
            # the rest of the body is not read, so the connection can't be used again
            environ[CLOSE] = True
            return Response("", refused.code or 400)(environ, start_response)
        if self.path and call.full_path == self.path:
            return self.redirect(self.path + "/")(environ, start_response)
        if not call.full_path.startswith(self.path + "/"):
            return self.html("Not found", "<p>Nothing here</p>", 404)(environ, start_response)
        with self.exclusive():
            response = self.finish(call, self.respond(call))
            if not call.path.startswith(CONTROL):
                self.journal.add(self, call, response.status_code)
        return response(environ, start_response)

    def expire_now(self, key: str) -> None:
        """Make a key expire. key: `PKID:SECRET`, or its id. Raises KeyError where there is none."""
        self.store.keys[key.partition(":")[0]].expired_on = self.now() - timedelta(seconds=1)

    def revoke_now(self, key: str) -> None:
        """Revoke a key, likewise."""
        self.revoke_key(self.store.keys[key.partition(":")[0]], self.now())

    def config(self) -> dict[str, Any]:
        """What a client may want to know of the settings."""
        return {"upload_file_types": "jpg,jpeg,png,gif,webp", "upload_form_chunk_size": 500}
