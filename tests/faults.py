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


def without(*methods: str) -> Callable[[Request, Callable[[], Response]], Response]:
    """The gallery has none of these methods."""

    def fault(request: Request, pass_on: Callable[[], Response]) -> Response:
        method = request.values.get("method")
        if method in methods:
            return _in_json({"stat": "fail", "err": 501, "message": "Method name is not valid"}, 501)
        if method == "reflection.getMethodDetails" and request.values.get("methodName") in methods:
            return _in_json({"stat": "fail", "err": 1003, "message": "Requested method does not exist"}, 200)
        answer = pass_on()
        if (
            method == "reflection.getMethodList"
            and request.values.get("format") == "json"
            and answer.status_code == 200
        ):
            told = json.loads(answer.get_data())
            told["result"]["methods"] = [name for name in told["result"]["methods"] if name not in methods]
            return _in_json(told, 200)
        return answer

    return fault


def _in_json(told: object, status: int) -> Response:
    return Response(json.dumps(told), status, content_type="text/plain; charset=utf-8")


ODD_ANSWERS = {
    "501": lambda: _in_json({"stat": "fail", "err": 501, "message": "Method name is not valid"}, 501),
    "401": lambda: _in_json({"stat": "fail", "err": 401, "message": "Access denied"}, 401),
    "500": lambda: Response("<h1>Internal Server Error</h1>", 500, content_type="text/html"),
    "empty": lambda: Response(b"", 200, content_type="text/plain"),
    "{}": lambda: _in_json({}, 200),
    "no result": lambda: _in_json({"stat": "ok"}, 200),
    "other types": None,
    "cut off": None,
}
"""What a method may answer in place of its result; None for what is made of that."""


def odd(method: str, kind: str) -> Callable[[Request, Callable[[], Response]], Response]:
    """A method's answers are all of one of the kinds of ODD_ANSWERS."""

    def fault(request: Request, pass_on: Callable[[], Response]) -> Response:
        if request.values.get("method") != method:
            return pass_on()
        if (make := ODD_ANSWERS[kind]) is not None:
            return make()
        answer = pass_on()
        body = answer.get_data()
        if kind == "cut off":
            answer.set_data(body[: len(body) // 2])
        elif request.values.get("format") == "json" and body[:1] == b"{":
            told = json.loads(body)
            answer.set_data(json.dumps({**told, "result": _of_other_types(told.get("result"))}))
        return answer

    return fault


def _of_other_types(value: object) -> object:
    """Lists for texts, texts for maps, and so on, but for the names of maps."""
    if isinstance(value, dict):
        return {
            name: _of_other_types(each) if isinstance(each, dict | list) else [each] for name, each in value.items()
        }
    if isinstance(value, list):
        return [_of_other_types(each) for each in value] or "none"
    return {"value": value}
