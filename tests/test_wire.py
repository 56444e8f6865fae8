"""The wire client: bytes out as given, and a whole answer back or none."""

import json
import socket
import subprocess
import threading
import urllib.parse

import pytest

from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.client.credentials import Body, Cookie, Header, KeyHeader, Query
from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.client.wire import WireClient, WireClosed, WireFailure
from piwigo_contract.client.written import WrittenRequest, head
from tests.serving import closed_port, raw_server

OK = b"HTTP/1.1 200 OK\r\n"
REQUEST = WrittenRequest((head(["GET /ws.php HTTP/1.1", "Host: here"]),))


def ask(*answer):
    with raw_server(*answer) as server:
        return WireClient(server.url, timeout=5).send(REQUEST)


WHOLE = {
    "content length": b"Content-Length: 5\r\n\r\nhello",
    "content length, and more after it": b"Content-Length: 5\r\n\r\nhello world",
    "chunked": b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
    "until the connection closes": b"Connection: close\r\n\r\nhello",
    "chunked, with a content length": (
        b"Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    ),
}


@pytest.mark.parametrize("rest", WHOLE.values(), ids=WHOLE)
def test_whole_answer(rest):
    status, _, body = ask(OK + rest)
    assert (status, body) == (200, b"hello")


def test_headers_come_back_in_order_and_doubled():
    _, headers, _ = ask(OK + b"Set-Cookie: a=1\r\nX: y\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n")
    assert headers == [("Set-Cookie", "a=1"), ("X", "y"), ("set-cookie", "b=2"), ("Content-Length", "0")]


def test_interim_answer_is_not_the_answer():
    assert ask(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi")[2] == b"hi"


BROKEN = {
    "nothing": b"",
    "garbage": b"\x00\xff\x16\x03 what is this\r\n\r\n",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "status that is no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "another version": b"HTTP/9.9 200 OK\r\n\r\n",
    "cut off in the status line": b"HTTP/1.1 2",
    "cut off in the body": OK + b"Content-Length: 10\r\n\r\nhello",
    "cut off in a chunk": OK + b"Transfer-Encoding: chunked\r\n\r\na\r\nhello",
    "cut off between chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "chunk without a size": OK + b"Transfer-Encoding: chunked\r\n\r\nhello\r\n0\r\n\r\n",
    "cut off in a body that is too long": OK + f"Content-Length: {MAX_BODY + 1}\r\n\r\nhello".encode(),
    "too many headers": OK + b"X: y\r\n" * 1000 + b"\r\n",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_answer_that_is_not_whole(answer):
    with pytest.raises(WireFailure):
        ask(answer)


def test_nobody_listens():
    with closed_port() as url, pytest.raises(WireFailure, match="ConnectionRefusedError"):
        WireClient(url, timeout=5).send(REQUEST)


@pytest.mark.parametrize("length", [b"", b"Content-Length: %d\r\n" % (MAX_BODY + 1)], ids=["unknown", "told"])
def test_endless_answer_is_cut_off(length):
    with pytest.raises(WireFailure, match="longer than"):
        ask(OK + length + b"\r\n" + (MAX_BODY + 1) * b"x")


def test_request_goes_out_byte_for_byte():
    lines = [
        "pOsT /a b?c=%zz HTTP/1.0",
        "HOST: x",
        "x-piwigo-api:  two blanks ",
        "bad header\x01\udcff\xe9",
        ": no name",
    ]
    with raw_server(OK + b"Content-Length: 0\r\n\r\n") as server:
        WireClient(server.url, timeout=5).send(WrittenRequest((head(lines),)))
        assert server.received == [
            b"pOsT /a b?c=%zz HTTP/1.0\r\nHOST: x\r\nx-piwigo-api:  two blanks \r\n"
            b"bad header\x01\xff\xc3\xa9\r\n: no name\r\n\r\n"
        ]


def test_two_answers_on_one_connection():
    answers = [OK + b"Content-Length: 3\r\n\r\none", OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"]
    with raw_server(b"".join(answers)) as server:
        found = WireClient(server.url, timeout=5).in_a_row([REQUEST, REQUEST], pipelined=True)
        assert len(server.received) == 1
    assert [body for _, _, body in found] == [b"one", b"two"]


def test_one_answer_where_two_were_wanted():
    with raw_server(OK + b"Content-Length: 3\r\n\r\none", b"") as server, pytest.raises(WireFailure):
        WireClient(server.url, timeout=5).in_a_row([REQUEST, REQUEST], pipelined=True)


ONE, TWO = (OK + b"Content-Length: 3\r\n\r\n" + body for body in (b"one", b"two"))


def test_segments_are_one_request():
    with raw_server(ONE) as server:
        request = WrittenRequest(tuple(map(Text.of, ["GET / HT", "TP/1.1\r\n", "A: b\r\n\r", "\n"])))
        _, _, body = WireClient(server.url, timeout=5).send(request)
        assert (body, server.received) == (b"one", [b"GET / HTTP/1.1\r\nA: b\r\n\r\n"])


def test_all_answers_until_the_connection_closes():
    with raw_server(ONE + TWO) as server:
        answers = WireClient(server.url, timeout=5).send_until_closed(REQUEST)
    assert [body for _, _, body in answers] == [b"one", b"two"]


def test_what_comes_after_the_last_whole_answer_is_none():
    with raw_server(ONE + OK + b"Content-Length: 3\r\n\r\n") as server:
        assert len(WireClient(server.url, timeout=5).send_until_closed(REQUEST)) == 1


def test_a_connection_closed_without_a_word_is_told_apart():
    with raw_server(b"") as server, pytest.raises(WireClosed):
        WireClient(server.url, timeout=5).send(REQUEST)
    with raw_server(b"") as server, pytest.raises(WireClosed):
        WireClient(server.url, timeout=5).send_until_closed(REQUEST)
    with closed_port() as url, pytest.raises(WireFailure) as refused:
        WireClient(url, timeout=5).send(REQUEST)
    assert not isinstance(refused.value, WireClosed)


def test_a_row_cut_in_two_segments_goes_on_where_the_connection_was_closed():
    with raw_server(ONE, TWO) as server:
        answers = WireClient(server.url, timeout=5).in_a_row([REQUEST, REQUEST], pipelined=True, cut=5)
        assert [body for _, _, body in answers] == [b"one", b"two"]
        assert server.received[1] == bytes(REQUEST)


def test_repr_shows_no_secret():
    shown = repr(WrittenRequest((head(["X-PIWIGO-API: " + Secret("PIWIGO_API_KEY", "secret").text]),)))
    assert "secret" not in shown
    assert "X-PIWIGO-API: $PIWIGO_API_KEY" in shown


def test_a_gallery_call_on_the_wire(client):
    """The gallery's client adds what HTTP needs, and leaves the given line as it is."""
    body = json.dumps({"stat": "ok", "result": {"username": "guest", "status": "guest"}}).encode()
    with raw_server(OK + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)) as server:
        answer = client(server.url).whoami_on_the_wire(Header("x-PiWiGo-aPi", Text.of("a:b")))
    head, _, sent = server.received[0].partition(b"\r\n\r\n")
    assert answer.caller.user.status == "guest"
    assert b"\r\nx-PiWiGo-aPi: a:b" in head
    assert head.startswith(b"POST /ws.php?format=json HTTP/1.1\r\n")
    assert sent == b"method=pwg.session.getStatus"


def test_the_line_of_evidence_sends_what_a_call_on_the_wire_sent(client, vault):
    """With every secret as a variable, wherever in the request it is, and the server reads what was meant."""
    secrets = {"PIWIGO_API_KEY": "pkid-1:secret value", "PIWIGO_TOKEN": "token & more+"}
    key, token = (vault.secret(name, value) for name, value in secrets.items())
    carriers = (
        KeyHeader(key.text + "\x01"),
        Body("pwg_token", token.text),
        Query("auth", token.text),
        Cookie("a", token.text),
    )
    with raw_server(OK + b"Content-Length: 0\r\nConnection: close\r\n\r\n") as server:
        gallery = client(server.url)
        gallery.whoami_in_a_row(carriers)
        shown = gallery.transcript.exchanges[-1].curl(vault)
        subprocess.run(["bash", "-c", shown], env=secrets, check=True, capture_output=True, timeout=10)
        sent, again = server.received
    assert sent == again
    assert not any(secret in shown for secret in secrets.values())
    head, _, form = sent.decode().partition("\r\n\r\n")
    assert "X-PIWIGO-API: pkid-1:secret value\x01\r\n" in head
    assert "Cookie: a=token & more+" in head
    query = head.partition(" HTTP/1.1")[0].partition("?")[2]
    assert urllib.parse.parse_qs(query) == {"format": ["json"], "auth": ["token & more+"]}
    assert urllib.parse.parse_qs(form) == {"method": ["pwg.session.getStatus"], "pwg_token": ["token & more+"]}


def test_connection_that_is_said_to_close_is_asked_nothing_more_though_it_stays_open():
    received = []

    def serve(listening):
        opened = [listening.accept()[0]]
        while len(received) < 3:
            received.append(opened[-1].recv(65536))
            opened[-1].sendall(OK + b"Connection: Keep-Alive, Close\r\nContent-Length: 0\r\n\r\n")
            if len(received) < 3:
                opened.append(listening.accept()[0])
        for each in opened:
            each.settimeout(10)
            received.append(each.recv(65536))
            each.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=[listening])
        server.start()
        answers = WireClient(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout=1).in_a_row([REQUEST] * 3)
        server.join()
    assert [status for status, _, _ in answers] == [200, 200, 200]
    assert received == [bytes(REQUEST)] * 3 + [b""] * 3
