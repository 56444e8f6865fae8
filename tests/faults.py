"""Faults that several tests put in front of a gallery; see `serving.Fault`."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

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


def _cut_off(answer: Response) -> Response:
    answer.set_data(answer.get_data()[: len(answer.get_data()) // 2])
    return answer


def _with(change: Callable[[object], object]) -> Callable[[Response], Response]:
    """The answer with another result, where it is one in JSON."""

    def changed(answer: Response) -> Response:
        if answer.get_data()[:1] == b"{" and (told := json.loads(answer.get_data())).get("stat") == "ok":
            answer.set_data(json.dumps({**told, "result": change(told.get("result"))}))
        return answer

    return changed


def _of_other_types(value: object) -> object:
    """Lists for texts, texts for maps, and so on, but for the names of maps."""
    if isinstance(value, dict):
        return {
            name: _of_other_types(each) if isinstance(each, dict | list) else [each] for name, each in value.items()
        }
    if isinstance(value, list):
        return [_of_other_types(each) for each in value] or "none"
    return {"value": value}


def _each(change: Callable[[str, object], object], value: object, name: str = "") -> object:
    """A result with each text and number in it changed, by the name of the map's field that it is in."""
    if isinstance(value, dict):
        return {field: _each(change, each, str(field)) for field, each in value.items()}
    if isinstance(value, list):
        return [_each(change, each, name) for each in value]
    return change(name, value)


def _first(name: str, value: object) -> object:
    """Every id is 1, as a number or in digits as before."""
    return type(value)(1) if name.endswith("id") and str(value).isdecimal() else value


def _words(name: str, value: object) -> object:
    return "many" if not name.endswith("id") and str(value).isdecimal() else value


def _empty(name: str, value: object) -> object:
    return "" if isinstance(value, str) else value


ODD_ANSWERS: dict[str, Callable[[Response], Response]] = {
    "501": lambda _: _in_json({"stat": "fail", "err": 501, "message": "Method name is not valid"}, 501),
    "401": lambda _: _in_json({"stat": "fail", "err": 401, "message": "Access denied"}, 401),
    "500": lambda _: Response("<h1>Internal Server Error</h1>", 500, content_type="text/html"),
    "empty": lambda _: Response(b"", 200, content_type="text/plain"),
    "{}": lambda _: _in_json({}, 200),
    "no result": lambda _: _in_json({"stat": "ok"}, 200),
    "other types": _with(_of_other_types),
    "cut off": _cut_off,
    "somebody else's ids": _with(partial(_each, _first)),
    "empty texts": _with(partial(_each, _empty)),
    "words for numbers": _with(partial(_each, _words)),
}
"""What a method may answer in place of its result, made of that."""

OF_THE_RIGHT_FORM = ("somebody else's ids", "empty texts", "words for numbers")
"""Those of them in which the contents alone are wrong, or what nobody needs to read."""

NOT_PASSED_ON = ("501", "401", "500", "empty", "{}", "no result")
"""Those of them that come without the method having done anything."""


def odd(method: str, kind: str) -> Callable[[Request, Callable[[], Response]], Response]:
    """A method's answers are all of one of the kinds of ODD_ANSWERS."""

    def fault(request: Request, pass_on: Callable[[], Response]) -> Response:
        if request.values.get("method") != method:
            return pass_on()
        return ODD_ANSWERS[kind](Response() if kind in NOT_PASSED_ON else pass_on())

    return fault
