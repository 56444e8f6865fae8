"""What makes a good gallery hard to ask: answers that come late, methods that fail, a limit to the pace."""

from __future__ import annotations

import io
import re
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from piwigo_contract.errors import UsageError
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.expire import CONTROL
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.proxy import Proxy, body_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST = 60_000
"""Milliseconds that an answer may be held back."""
_FAILURE = re.compile(r"([\w.]+)=([45][0-9]{2})(?::([1-9][0-9]*))?")


@dataclass(frozen=True)
class Failure:
    """A method whose first calls are answered with an HTTP status. times: how many of them, None for all."""

    method: str
    status: int
    times: int | None = None

    @staticmethod
    def read(text: str) -> Failure:
        """`METHOD=STATUS` or `METHOD=STATUS:N`. Raises UsageError."""
        found = _FAILURE.fullmatch(text)
        if found is None or int(found[2]) not in list(HTTPStatus):
            raise UsageError(f"--fail takes METHOD=STATUS[:N], such as pwg.images.addSimple=503:2, not {text!r}")
        return Failure(found[1], int(found[2]), int(found[3]) if found[3] else None)


@dataclass(frozen=True)
class Conditions:
    """latency: milliseconds before each answer. rate: requests a second, above which one is answered with 429."""

    latency: int = 0
    failures: tuple[Failure, ...] = ()
    rate: int | None = None

    def check(self, gallery: Gallery) -> None:
        """Raises UsageError for what can't be."""
        if not 0 <= self.latency <= LONGEST:
            raise UsageError(f"latency {self.latency}: 0 to {LONGEST} milliseconds")
        if self.rate is not None and self.rate < 1:
            raise UsageError(f"rate limit {self.rate}: one request a second or more")
        for failure in self.failures:
            if failure.method not in gallery.methods():
                raise UsageError(f"{failure.method}: not a method of release {gallery.release}")


class UnderConditions(Proxy):
    """Stands in front of everything else; the server's own endpoints are free of it. `close` lets no answer wait.

    root: the folder that the gallery is asked in, or "".
    """

    def __init__(self, behind: WSGIApplication, gallery: Gallery, conditions: Conditions, root: str) -> None:
        super().__init__(behind)
        self._gallery = gallery
        self._conditions = conditions
        self._root = root
        self._left = [failure.times for failure in conditions.failures]
        self._recent: deque[float] = deque(maxlen=conditions.rate or 1)
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def close(self) -> None:
        self._closing.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._conditions == Conditions():
            return self.application(environ, start_response)
        return super().__call__(environ, start_response)

    def handle(self, environ: WSGIEnvironment) -> Response:
        if Request(environ).path.startswith(self._root + CONTROL):
            return self.forward(environ)
        self._closing.wait(self._conditions.latency / 1000)
        if self._conditions.rate is not None and self._is_too_fast():
            return self._instead(environ, self._method(environ), 429, "above --rate-limit")
        if self._conditions.failures:
            method = self._method(environ)
            failure = self._next_failure(method)
            if failure is not None:
                return self._instead(environ, method, failure.status, "as --fail says")
        return self.forward(environ)

    def _is_too_fast(self) -> bool:
        """Whether there were as many requests as may be within the last second. One that is refused does not count."""
        with self._lock:
            now = monotonic()
            if len(self._recent) == self._recent.maxlen and now - self._recent[0] < 1:
                return True
            self._recent.append(now)
            return False

    def _next_failure(self, method: str | None) -> Failure | None:
        with self._lock:
            for number, failure in enumerate(self._conditions.failures):
                left = self._left[number]
                if failure.method == method and left != 0:
                    self._left[number] = None if left is None else left - 1
                    return failure
        return None

    def _method(self, environ: WSGIEnvironment) -> str | None:
        """The method that is called; None where none is, or the body can't be read, as the gallery will find, too."""
        try:
            body = body_of(environ)
            asked = Call({**environ, "wsgi.input": io.BytesIO(body)}, self._root)
        except HTTPException:
            return None
        method = asked.requested("method") if asked.full_path == f"{self._root}/ws.php" else None
        return None if method is None else str(method)

    def _instead(self, environ: WSGIEnvironment, method: str | None, status: int, why: str) -> Response:
        """A page of a server in front: no envelope, and when to ask again where that makes sense."""
        phrase, when = HTTPStatus(status).phrase, stamp(self._gallery.now()) or ""
        path = Request(environ).path.removeprefix(self._root)
        told = self._gallery.journal.add_unanswered
        told(when, environ["REQUEST_METHOD"], path, method, status, f"{status} {phrase}, {why}")
        page = f"<html><head><title>{status} {phrase}</title></head><body><h1>{status} {phrase}</h1></body></html>\n"
        headers = {"Retry-After": "1"} if status in (429, 503) else {}
        return Response(page, status, headers, content_type="text/html")


def short_lived(seconds: int) -> type[Gallery]:
    """The layer by which each new key expires after so many seconds. Raises UsageError for none."""
    if not 1 <= seconds <= 86_400:
        raise UsageError(f"keys that expire after {seconds} seconds: 1 to 86400")

    class ShortLived(Gallery):
        def expiry(self, created: datetime, days: int) -> datetime:
            return created + timedelta(seconds=seconds)

    return ShortLived
