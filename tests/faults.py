"""Faults that several tests put in front of a gallery; see `serving.Fault`."""

from __future__ import annotations

import json
from collections.abc import Callable

from werkzeug.wrappers import Request, Response

HEADER = "HTTP_X_PIWIGO_API"
"""The header that carries a key since 16.1, as WSGI names it."""


def reads_the_query(request: Request, pass_on: Callable[[], Response]) -> Response:
    """The key is taken from the query as well."""
    if "key" in request.args:
        request.environ[HEADER] = request.args["key"]
    return pass_on()


def cuts_long_values(request: Request, pass_on: Callable[[], Response]) -> Response:
    """A column of the database is as wide as a key."""
    if HEADER in request.environ:
        request.environ[HEADER] = request.environ[HEADER][:75]
    return pass_on()


def refuses_an_empty_header(request: Request, pass_on: Callable[[], Response]) -> Response:
    if request.environ.get(HEADER) != "":
        return pass_on()
    refusal = json.dumps({"stat": "fail", "err": 401, "message": "Invalid api_key"})
    return Response(refusal, 401, content_type="text/plain")


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\x00\x1b[31m\x1b]0;t\x07\u202etxt.exe\u2028\ud800'\"&"


def hostile(request: Request, pass_on: Callable[[], Response]) -> Response:
    """Answers to malformed keys hold what does harm where it is not escaped."""
    if request.headers.get("X-Piwigo-Api", "").count(":") < 2:
        return pass_on()
    body = json.dumps({"stat": "fail", "err": 403, "message": HOSTILE}) + HOSTILE.encode("utf-8", "replace").decode()
    return Response(body, 403, headers={"X-Told": "<b>\x01</b>", "Content-Type": "text/<i>"})
