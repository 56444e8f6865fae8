"""What may stand in front of a gallery (see `serving.Fault`), each made anew for a run by calling it."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Mapping

from werkzeug.wrappers import Request, Response

from tests.faults import HEADER
from tests.serving import Fault, passes_on

USER, PASSWORD = "proxy", "front-password"

PassOn = Callable[[], Response]


def html(status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
    page = f"<html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>"
    return Response(page, status, headers, content_type="text/html")


def nothing() -> Fault:
    return passes_on


def always(status: int, words: str, **headers: str) -> Callable[[], Fault]:
    """Somebody else answers everything."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda: lambda request, pass_on: html(status, words, told)


def from_then_on(keys: int, status: int = 0, words: str = "", **headers: str) -> Callable[[], Fault]:
    """Somebody else answers once so many keys were seen; nobody does for status 0."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}

    def make() -> Fault:
        seen = itertools.count()
        gone: list[bool] = []

        def fault(request: Request, pass_on: PassOn) -> Response:
            if HEADER in request.environ and next(seen) >= keys:
                gone.append(True)
            if not gone:
                return pass_on()
            if not status:
                raise ConnectionResetError
            return html(status, words, told)

        return fault

    return make


def now_and_then(every: int, status: int, *, after: str | None, times: int = 10**9) -> Callable[[], Fault]:
    """One in so many requests comes too fast, for the first few times. after: the Retry-After of the answer."""

    def make() -> Fault:
        seen, told = itertools.count(1), itertools.count()

        def fault(request: Request, pass_on: PassOn) -> Response:
            if next(seen) % every or next(told) >= times:
                return pass_on()
            return html(status, "Slow down", {} if after is None else {"Retry-After": after})

        return fault

    return make


def limits_wrong_keys() -> Fault:
    """As fail2ban and its like have it: after five refusals of a key no key is let in."""
    refused: list[int] = []

    def fault(request: Request, pass_on: PassOn) -> Response:
        if HEADER in request.environ and len(refused) >= 5:
            return html(429, "Too many wrong keys")
        answer = pass_on()
        if HEADER in request.environ and answer.status_code == 401:
            refused.append(1)
        return answer

    return fault


def asks_for_basic(*, passes_it_on: bool = True) -> Callable[[], Fault]:
    good = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def fault(request: Request, pass_on: PassOn) -> Response:
        if request.headers.get("Authorization") != good:
            return html(401, "401 Authorization Required", {"WWW-Authenticate": 'Basic realm="photos"'})
        if not passes_it_on:
            request.environ.pop("HTTP_AUTHORIZATION")
        return pass_on()

    return lambda: fault


def refuses(status: int, words: str, which: Callable[[Request], bool]) -> Callable[[], Fault]:
    """Some requests get no further than a web server that has something against them."""

    def fault(request: Request, pass_on: PassOn) -> Response:
        return html(status, words) if which(request) else pass_on()

    return lambda: fault


def drops(name: str) -> Callable[[], Fault]:
    """A header does not get through."""

    def fault(request: Request, pass_on: PassOn) -> Response:
        request.environ.pop("HTTP_" + name.upper().replace("-", "_"), None)
        return pass_on()

    return lambda: fault


def renames_everybody_to(name: str) -> Callable[[], Fault]:
    """Whoever brings neither key nor session is somebody, as a server in front says (REMOTE_USER)."""

    def fault(request: Request, pass_on: PassOn) -> Response:
        answer = pass_on()
        told = f'"username":"{name}","status":"normal"'.encode()
        answer.data = answer.data.replace(b'"username":"guest","status":"guest"', told)
        return answer

    return lambda: fault


def keeps(*, for_keys: bool) -> Callable[[], Fault]:
    """A cache keeps what is read by GET under its URL, whatever that says. for_keys: keys are answered from it."""

    def make() -> Fault:
        kept: dict[bytes, tuple[bytes, int, str | None]] = {}

        def fault(request: Request, pass_on: PassOn) -> Response:
            if request.method != "GET" or request.path != "/ws.php":
                return pass_on()
            if request.query_string not in kept or (HEADER in request.environ and not for_keys):
                answer = pass_on()
                kept[request.query_string] = (answer.get_data(), answer.status_code, answer.content_type)
            body, status, kind = kept[request.query_string]
            return Response(body, status, {"Cache-Control": "no-store"}, content_type=kind)

        return fault

    return make


def login_leads_to(address: str) -> Callable[[], Fault]:
    """The password is right, and another page asks for more."""

    def fault(request: Request, pass_on: PassOn) -> Response:
        if request.path == "/identification.php" and request.method == "POST":
            return Response("", 302, headers={"Location": address})
        return pass_on()

    return lambda: fault


def cookies(written: str | None) -> Callable[[], Fault]:
    """The session's cookie is another, or none."""

    def fault(request: Request, pass_on: PassOn) -> Response:
        answer = pass_on()
        del answer.headers["Set-Cookie"]
        if written:
            answer.headers["Set-Cookie"] = written
        return answer

    return lambda: fault


def answers_in_json(told: object) -> Callable[[], Fault]:
    """Another program's API."""
    return lambda: lambda request, pass_on: Response(json.dumps(told), content_type="application/json")


def ends_sessions(every: int) -> Callable[[], Fault]:
    """One in so many requests in a session finds it gone."""

    def make() -> Fault:
        seen = itertools.count(1)

        def fault(request: Request, pass_on: PassOn) -> Response:
            in_one = request.path == "/ws.php" and "HTTP_COOKIE" in request.environ
            if in_one and next(seen) % every == 0:
                request.environ.pop("HTTP_COOKIE")
            return pass_on()

        return fault

    return make


def prints(words: bytes) -> Callable[[], Fault]:
    """Something stands before each answer."""

    def fault(request: Request, pass_on: PassOn) -> Response:
        answer = pass_on()
        answer.data = words + answer.data
        return answer

    return lambda: fault


def one_method(method: str, status: int, words: str) -> Callable[[], Fault]:
    """A firewall has something against one method."""
    return refuses(status, words, lambda request: request.values.get("method") == method)
