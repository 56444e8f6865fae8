"""The gallery's client: what a call is given is what is sent, and nothing is kept, followed or repeated."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pyrate_limiter import Limiter
from werkzeug.wrappers import Request, Response

from piwigo_contract.client import gallery as gallery_module
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import (
    ApiKey,
    Body,
    Cookie,
    Header,
    KeyHeader,
    OtherKeyHeader,
    Query,
    User,
)
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.login import session_after
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.transport import rate_limiter
from piwigo_contract.client.vault import Secret
from piwigo_contract.errors import UsageError
from piwigo_contract.urls import gallery_root
from tests.serving import closed_port, raw_server, serve

KEY = ApiKey(Secret("PIWIGO_API_KEY", "pkid-1:secret"), User("alice", "normal"))
STATUS = '{"stat":"ok","result":{"username":"guest","status":"guest"}}'


@pytest.fixture
def echo(client):
    """A client, and the requests that its server has seen."""
    seen = []

    def application(environ, start_response):
        request = Request(environ)
        seen.append((request, request.args.to_dict(), request.form.to_dict()))
        answer = Response(STATUS, headers={"Set-Cookie": f"pwg_id=session{len(seen)}; path=/"})
        return answer(environ, start_response)

    with serve(application) as url:
        yield client(url), seen


class Keeps(BaseHTTPRequestHandler):
    """Keeps its connections, and says from which port it is asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        told = json.dumps(
            {"stat": "ok", "result": {"username": str(self.client_address[1]), "status": "guest"}}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_):
        pass


def test_each_thread_has_connections_of_its_own_and_keeps_them(client):
    """Of one that two share, one closes what has been idle for too long while the other begins to write to it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Keeps) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        gallery = client(f"http://127.0.0.1:{server.server_port}/")
        with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
            told = [thread.submit(gallery.whoami, verb="GET").result() for thread in (one, other, one, other)]
        ports = [answer.caller.user.name for answer in told]
        gallery.close()
        server.shutdown()
    assert ports[0] != ports[1]
    assert ports[2:] == ports[:2]


def test_no_cookie_is_kept(echo):
    gallery, seen = echo
    gallery.whoami()
    gallery.whoami(verb="GET")
    assert [request.cookies.to_dict() for request, _, _ in seen] == [{}, {}]


def test_parameters_of_a_get_are_in_the_query(echo):
    gallery, seen = echo
    gallery.call("pwg.test", verb="GET", name="a b&c", number=7)
    request, query, form = seen[0]
    assert (request.method, form, request.content_length) == ("GET", {}, None)
    assert query == {"format": "json", "method": "pwg.test", "name": "a b&c", "number": "7"}


def test_parameters_of_a_post_are_in_the_body(echo):
    gallery, seen = echo
    gallery.call("pwg.test", params={"verb": "x", "naïve": "é\N{SNOWMAN}+"})
    request, query, form = seen[0]
    assert (request.method, request.content_type) == ("POST", "application/x-www-form-urlencoded")
    assert query == {"format": "json"}
    assert form == {"method": "pwg.test", "verb": "x", "naïve": "é\N{SNOWMAN}+"}


def test_format_and_method_can_be_left_out(echo):
    gallery, seen = echo
    gallery.call(None, format=None)
    assert seen[0][1:] == ({}, {})


@pytest.mark.parametrize(("release", "own", "other"), [("16.0", "Authorization", "X-PIWIGO-API"),
                                                       ("16.4", "X-PIWIGO-API", "Authorization")])  # fmt: skip
def test_a_key_goes_into_the_header_of_the_release(echo, client, release, own, other):
    gallery, seen = client(echo[0].url, release), echo[1]
    gallery.whoami(KEY)
    gallery.whoami(KeyHeader("bad"))
    gallery.whoami(OtherKeyHeader(KEY.text))
    assert [(request.headers.get(own), request.headers.get(other)) for request, _, _ in seen] == [
        ("pkid-1:secret", None),
        ("bad", None),
        (None, "pkid-1:secret"),
    ]


def test_each_carrier_has_its_place(echo):
    gallery, seen = echo
    session = session_after(gallery, Answer(200, [("Set-Cookie", "pwg_id=abc")], b""))
    gallery.whoami(Header("X-Other", "h"), Query("q", "in query"), Body("b", "in body"), Cookie("c", "d"), session)
    request, query, form = seen[0]
    assert request.headers["X-Other"] == "h"
    assert query == {"format": "json", "q": "in query"}
    assert form == {"method": "pwg.session.getStatus", "b": "in body"}
    assert request.headers["Cookie"] == "c=d; pwg_id=abc"


def test_no_redirect_is_followed(client):
    hits = []

    def elsewhere(environ, start_response):
        hits.append(environ["PATH_INFO"])
        return Response(STATUS)(environ, start_response)

    with serve(elsewhere) as other, serve(Response("", 302, headers={"Location": other})) as url:
        answer = client(url).whoami(KEY)
    assert (answer.status, answer.header("location"), hits) == (302, other, [])


def test_proxies_of_the_environment_are_not_used(echo, monkeypatch):
    with closed_port() as nowhere:
        monkeypatch.setenv("HTTP_PROXY", nowhere)
        monkeypatch.setenv("ALL_PROXY", nowhere)
        assert echo[0].whoami().status == 200


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"\x00\x01\r\n\r\n"],
                         ids=["closed", "cut off", "no HTTP"])  # fmt: skip
def test_no_answer(client, answer):
    with raw_server(answer) as server, pytest.raises(NoAnswer) as caught:
        client(server.url).whoami(KEY)
    assert len(server.received) == 1, "a request is never repeated"
    assert "secret" not in str(caught.value)
    assert caught.value.exchange.answer is None


def test_nobody_listens(client):
    with closed_port() as url, pytest.raises(NoAnswer, match="no answer to POST"):
        client(url).whoami()


def test_every_exchange_is_written_down(echo):
    gallery, _ = echo
    answer = gallery.whoami(KEY)
    (exchange,) = gallery.transcript.exchanges
    assert exchange.answer is answer
    assert answer.exchange is exchange
    assert "pkid-1" not in repr(exchange)
    assert gallery.requests_sent == 1


# ------------------------------------------------------------------ rate


class Counting(Limiter):
    acquired = 0

    def try_acquire(self, *arguments, **settings):
        self.acquired += 1
        return super().try_acquire(*arguments, **settings)


def test_every_request_asks_the_limiter(echo, client):
    limiter = Counting(rate_limiter(1000).bucket_factory.bucket)
    gallery = client(echo[0].url, limiter=limiter)
    gallery.whoami()
    gallery.call("pwg.test", verb="GET")
    gallery.whoami_on_the_wire()
    assert limiter.acquired == gallery.requests_sent == 3


@pytest.mark.parametrize(("rate", "at_once"), [(1, 1), (5, 5), (5.9, 5), (0.5, 1)])
def test_no_more_than_the_rate_at_once(rate, at_once):
    limiter = rate_limiter(rate)
    assert [limiter.try_acquire("target", blocking=False) for _ in range(at_once + 1)] == [True] * at_once + [False]


# ------------------------------------------------------------------ the root

ROOTS = {
    "http://host": "http://host/",
    "http://host/": "http://host/",
    "https://HOST:8443/photos": "https://host:8443/photos/",
    "http://host/photos/ws.php": "http://host/photos/",
    "http://host/ws.php?format=json#top": "http://host/",
    "  http://host/photos//  ": "http://host/photos/",
    "http://[::1]:80/p": "http://[::1]:80/p/",
    "http://host/mews.php": "http://host/mews.php/",
}


@pytest.mark.parametrize(("given_url", "root"), ROOTS.items(), ids=ROOTS)
def test_root_of_a_gallery(given_url, root):
    assert gallery_root(given_url) == root


NO_ROOTS = ["", " ", "host", "host/photos", "ftp://host", "file:///etc/passwd", "http://", "http:///photos",
            "http://host:port/", "http://host:99999", "http://[::1"]  # fmt: skip


@pytest.mark.parametrize("url", NO_ROOTS)
def test_no_root_of_a_gallery(url):
    with pytest.raises(UsageError, match=r"^--target") as caught:
        gallery_root(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://admin:S3cret@host/", "admin:S3cret@host", "ftp://admin:S3cret@host/",
                                 "http://admin:S3cret@host:port/", "http://admin:S3cret/x@host/",
                                 "ftp://admin:S3cret/x@host/", "http:/admin:S3cret@host/",
                                 "http://admin:S3cret"])  # fmt: skip
def test_password_in_the_url_is_refused_and_not_repeated(url):
    with pytest.raises(UsageError) as caught:
        gallery_root(url)
    assert "S3cret" not in str(caught.value)


def test_what_is_asked_once_is_sent_once_and_held_in_each_check_that_asks(echo):
    gallery, seen = echo
    first, call = gallery.transcript, ApiCall(auth=(KEY,))
    gallery.send_once(call).exchange.role = "control"
    gallery.transcript = Transcript()
    again = gallery.send_once(call)
    assert (len(seen), again.body.decode(), first.requests, gallery.transcript.requests) == (1, STATUS, 1, 0)
    assert gallery.transcript.exchange_of(again).role == "request"
    assert first.exchanges[0].role == "control"
    gallery.send_once(replace(call, auth=()))
    gallery.send(call)
    assert len(seen) == 3


def test_long_answer_is_not_kept_to_serve_again(echo, monkeypatch):
    gallery, seen = echo
    monkeypatch.setattr(gallery_module, "REMEMBERED", len(STATUS) - 1)
    for _ in range(2):
        gallery.send_once(ApiCall())
    assert len(seen) == 2
