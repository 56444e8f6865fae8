"""What may stand in front of a gallery: a proxy, a cache, a server that keeps connections open."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Proxy:
    """Passes every request on as it came, and every answer back. A subclass overrides `handle`.

    One is made for each gallery that is served, so it may remember. Several threads call it at once.
    path: the folder under which it shows the gallery's root, such as "/photos".
    """

    path = ""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def handle(self, environ: WSGIEnvironment) -> Response:
        """The answer to a request."""
        return self.forward(environ)

    def forward(self, environ: WSGIEnvironment) -> Response:
        """What is behind answers to a request."""
        return Response.from_app(self.application, environ, buffered=True)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.handle(environ)(environ, start_response)


def body_of(environ: WSGIEnvironment) -> bytes:
    """The body of a request, which can be read again afterwards."""
    body: bytes = Request(environ).get_data(cache=False)
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def header_variable(name: str) -> str:
    """Where WSGI keeps a request's header: `X-PIWIGO-API` is `HTTP_X_PIWIGO_API`."""
    return "HTTP_" + name.upper().replace("-", "_")
