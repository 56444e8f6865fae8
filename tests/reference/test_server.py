"""The server: connections, the command line, the command that makes a key expire."""

from __future__ import annotations

import re
import shlex
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.wrappers import Response

from piwigo_contract.errors import UsageError
from piwigo_contract.reference import Reference, RunningServer, start
from piwigo_contract.reference.certificate import self_signed
from piwigo_contract.reference.conditions import Conditions, Failure
from piwigo_contract.reference.mutants import MUTANTS, mutant
from piwigo_contract.reference.proxy import Proxy
from tests.running import REFERENCE, reference_command


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with start(Reference()) as running:
        yield running


def status(url: str, key: str | None = None) -> Any:
    headers = {"X-PIWIGO-API": key} if key else {}
    return httpx.get(f"{url}ws.php?format=json&method=pwg.session.getStatus", headers=headers).json()


def test_the_banner_is_true(server: RunningServer) -> None:
    banner = server.banner
    assert status(banner["url"], banner["api_key"])["result"]["username"] == banner["account"].split(":")[0]
    assert status(banner["url"], banner["expired_key"])["err"] == 401
    assert status(banner["url"], banner["revoked_key"])["err"] == 401
    for account in ("webmaster", "account"):
        name, password = banner[account].split(":")
        body = {"method": "pwg.session.login", "username": name, "password": password}
        assert httpx.post(f"{banner['url']}ws.php?format=json", data=body).json() == {"stat": "ok", "result": True}


def exchange(server: RunningServer, *requests: bytes) -> bytes:
    """Send requests over one connection, and read what comes until it closes."""
    with socket.create_connection(("127.0.0.1", int(server.url.split(":")[2].strip("/"))), timeout=5) as wire:
        wire.sendall(b"".join(requests))
        wire.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: wire.recv(65536), b""))


VERSION = b"GET /ws.php?format=json&method=pwg.getVersion HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\na=1&b=2",
        b"Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{'a':1}",
        b"Content-Length: 7\r\n\r\nwhat is",
        b"Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 9\r\n\r\nno parts!",
    ],
)
@pytest.mark.parametrize("path", [b"/ws.php", b"/nope", b"/identification.php"])
def test_a_connection_goes_on_after_any_body(server: RunningServer, body: bytes, path: bytes) -> None:
    answer = exchange(server, b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + body, VERSION)
    assert answer.count(b"HTTP/1.1 ") == 2
    assert answer.endswith(b'{"stat":"ok","result":"16.4.0"}')


def test_a_body_whose_end_is_not_known_closes_the_connection(server: RunningServer) -> None:
    bad = b"POST /ws.php HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n"
    answer = exchange(server, bad, VERSION)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer


@pytest.mark.parametrize("hard", [Conditions(), Conditions(failures=(Failure("pwg.getVersion", 500),))])
def test_a_body_that_breaks_off_is_answered(hard: Conditions) -> None:
    form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nmethod=pwg.getVersion"
    with start(Reference(conditions=hard)) as running:
        answer = exchange(running, b"POST /ws.php HTTP/1.1\r\nHost: x\r\n" + form)
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_many_requests_use_one_connection(server: RunningServer) -> None:
    with httpx.Client(base_url=server.url, limits=httpx.Limits(max_connections=1)) as client:
        ports = set()
        for _ in range(20):
            answer = client.get("ws.php?format=json&method=pwg.getVersion")
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(ports) == 1


def test_no_answer_waits_until_the_one_before_is_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nagle's algorithm would stall each answer on an open connection for some 40 ms."""
    accepted: list[socket.socket] = []
    accept = socket.socket.accept

    def noting(listening: socket.socket) -> tuple[socket.socket, Any]:
        connection, peer = accept(listening)
        accepted.append(connection)
        return connection, peer

    monkeypatch.setattr(socket.socket, "accept", noting)
    with start(Reference()) as server, httpx.Client(base_url=server.url) as client:
        client.get("ws.php?format=json&method=pwg.getVersion")
        assert [each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0 for each in accepted] == [True]


def test_stop_leaves_no_thread_and_no_socket() -> None:
    before = set(threading.enumerate())
    running = start(Reference())
    with httpx.Client(base_url=running.url) as client:
        client.get("ws.php?method=pwg.getVersion")
        running.stop()
        running.stop()
        assert set(threading.enumerate()) <= before
        with pytest.raises(httpx.TransportError):
            client.get("ws.php?method=pwg.getVersion")


def test_a_client_that_says_nothing_by_tls_holds_up_nobody(tmp_path: Path) -> None:
    trusted, both = self_signed("127.0.0.1", tmp_path)
    before = set(threading.enumerate())
    running = start(Reference(tls=both))
    port = httpx.URL(running.url).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port)):
        url = f"{running.url}ws.php?format=json&method=pwg.getVersion"
        answer = httpx.get(url, verify=ssl.create_default_context(cafile=trusted), timeout=5)
        assert answer.json()["result"] == "16.4.0"
        running.stop()
    assert set(threading.enumerate()) <= before


def test_requests_at_the_same_moment_keep_their_identities(server: RunningServer) -> None:
    seen: list[str] = []

    def ask(key: str | None, expected: str) -> None:
        for _ in range(10):
            seen.append(str(status(server.url, key)["result"]["username"] == expected))

    people = [(server.banner["api_key"], "alice"), (None, "guest")] * 3
    threads = [threading.Thread(target=ask, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {"True"}
    assert len(seen) == 60


@pytest.mark.parametrize("wrong", [{"release": "15.7"}, {"mutant": "nope"}, {"path": "photos"}, {"path": "/a b"}])
def test_what_can_not_be_served_is_a_usage_error(wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        start(Reference(**wrong))  # type: ignore[arg-type]


THREE = ("revoked-key-accepted", "secret-compared-case-insensitively", "header-of-the-other-release-too")


@pytest.mark.parametrize("name", THREE)
def test_a_mutant_differs_from_the_reference_in_one_thing(name: str) -> None:
    with start(Reference(mutant=name)) as running:
        banner = running.banner
        assert status(banner["url"], banner["api_key"])["result"]["username"] == "alice"
        pkid, secret = banner["api_key"].split(":")
        headers = {"Authorization": banner["api_key"]}
        url = f"{banner['url']}ws.php?format=json&method=pwg.session.getStatus"
        opened = {
            "revoked-key-accepted": status(banner["url"], banner["revoked_key"])["stat"] == "ok",
            "secret-compared-case-insensitively": status(banner["url"], f"{pkid}:{secret.upper()}")["stat"] == "ok",
            "header-of-the-other-release-too": httpx.get(url, headers=headers).json()["result"]["username"] == "alice",
        }
        assert [fault for fault, there in opened.items() if there] == [name]


@pytest.mark.parametrize(("name", "clauses"), [("revoked-key-accepted", ("HDR-01",)), ("new", ())])
def test_a_mutant_has_a_name_of_its_own_and_clauses(name: str, clauses: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=name):
        mutant(name, *clauses)(Proxy)


def test_a_mutant_may_stand_in_front_of_the_gallery() -> None:
    class Forgets(Proxy):
        """The header does not get through."""

        def handle(self, environ: dict[str, Any]) -> Response:
            environ.pop("HTTP_X_PIWIGO_API", None)
            return self.forward(environ)

    mutant("forgets", "HDR-01")(Forgets)
    try:
        with start(Reference(mutant="forgets")) as running:
            answer = status(running.banner["url"], running.banner["api_key"])
            assert answer["result"]["username"] == "guest"
    finally:
        del MUTANTS["forgets"]


# --- the command


Command = tuple[dict[str, str], subprocess.Popen[str]]


@pytest.fixture(scope="module")
def command() -> Iterator[Command]:
    with reference_command("--release", "16.0", "--faithful", "--path", "/photos") as (banner, process):
        yield banner, process
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=10)
        assert (process.returncode, rest, errors) == (0, "", "")


def test_the_first_line_says_all(command: Command) -> None:
    banner, _ = command
    assert list(banner) == [
        "url",
        "release",
        "webmaster",
        "account",
        "api_key",
        "expired_key",
        "revoked_key",
        "expire_command",
        "webmaster_key",
        "header",
    ]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/photos/", banner["url"])
    assert banner["release"] == "16.0"
    url = f"{banner['url']}ws.php?format=json&method=pwg.session.getStatus"
    answer = httpx.get(url, headers={"Authorization": banner["api_key"]}).json()
    assert answer["result"]["username"] == "alice"
    assert httpx.get(url, headers={"Authorization": "Basic dTpw"}).status_code == 401


def test_the_expire_command(command: Command) -> None:
    banner, _ = command
    pkid = banner["api_key"].split(":")[0]

    def run(pkid: str) -> subprocess.CompletedProcess[str]:
        arguments = [part.replace("{pkid}", pkid) for part in shlex.split(banner["expire_command"])]
        return subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=False)

    unknown = run("pkid-none")
    assert (unknown.returncode, len(unknown.stderr.splitlines())) == (1, 1)
    assert run(pkid).returncode == 0
    url = f"{banner['url']}ws.php?format=json&method=pwg.session.getStatus"
    assert httpx.get(url, headers={"Authorization": banner["api_key"]}).status_code == 401


@pytest.mark.parametrize("arguments", [["--release", "15.7"], ["--mutant", "nope"], ["--port", "x"], ["--nope"]])
def test_a_wrong_command_line_is_refused(arguments: list[str]) -> None:
    done = subprocess.run([*REFERENCE, *arguments], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 4
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_one_line(command: Command) -> None:
    port = httpx.URL(command[0]["url"]).port
    done = subprocess.run([*REFERENCE, "--port", str(port)], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1
    assert str(port) in done.stderr
