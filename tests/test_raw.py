"""Requests written line by line: what goes out, and that the line of evidence sends the same again."""

import re
import subprocess

import pytest

from piwigo_contract.client.answers import CLOSED
from piwigo_contract.client.credentials import ApiKey, User
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.raw import Wire
from piwigo_contract.client.smuggling import REQUESTS
from piwigo_contract.results.har.entry import har_entry
from tests.serving import raw_server

ALICE = User("alice", "normal")
VALUE = "pkid-20250609-aaaaaaaaaaaaaaaaaaaa:" + 40 * "b"
ANSWER = b"HTTP/1.1 401 Unauthorized\r\nServer: x/1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.fixture
def key(vault):
    return ApiKey(vault.key("PIWIGO_API_KEY", VALUE), ALICE)


@pytest.fixture
def server():
    with raw_server(ANSWER) as running:
        yield running


@pytest.fixture
def gallery(client, server):
    return client(server.url)


@pytest.fixture
def wire(gallery):
    return Wire(gallery)


def lines(server):
    return server.received[0].partition(b"\r\n\r\n")[0].split(b"\r\n")


def test_lines_go_out_as_given(wire, server, key):
    wire.whoami(f"{wire.name} :\t" + key.text, "X-Other: a\r\n \udca0b")
    first, given, other, fold, *rest = lines(server)
    assert first == b"GET /ws.php?format=json&method=pwg.session.getStatus HTTP/1.1"
    assert (given, other, fold) == (b"X-PIWIGO-API :\t" + VALUE.encode(), b"X-Other: a", b" \xa0b")
    assert b"Connection: close" in rest
    assert [line.partition(b":")[0] for line in rest].count(b"Host") == 1


def test_an_end_of_the_head_for_those_who_take_lf_for_none(wire, server, key):
    wire.whoami(wire.line(key.text), line_end="\n")
    assert server.received[0].endswith(b"close\n\n\r\n\r\n")
    assert b"\r" not in server.received[0][:-4]


def test_another_version(wire, server):
    wire.whoami(version="HTTP/1.0")
    assert lines(server)[0].endswith(b" HTTP/1.0")


def test_segments_make_the_same_request(wire, server, key):
    line = wire.line(key.text)
    wire.whoami(line)
    wire.whoami_in_segments(line[:3], line[3:] + "\r", "\n")
    assert server.received[0] == server.received[1]


def test_key_in_two_segments_is_a_request_that_names_a_key(wire, vault):
    line = wire.line(vault.key("PIWIGO_API_KEY", VALUE).text)
    wire.whoami_in_segments(line[:20], line[20:] + "\r\n")
    wire.whoami_in_segments(line[:20], "x" + line[20:] + "\r\n")
    transcript = wire._gallery.transcript
    assert (transcript.requests, transcript.keyed_requests) == (2, 1)


def test_chunks_and_trailers(wire, gallery, server, key):
    wire.whoami_chunked(extension="e", trailer="T: " + key.text)
    assert b"Transfer-Encoding: chunked" in lines(server)
    sent = gallery.transcript.exchanges[-1].sent
    assert sent.written.segments[0].reveal().endswith(f"\r\n\r\n4;e\r\na=b&\r\n0\r\nT: {VALUE}\r\n\r\n")
    assert sent.verb == "POST"


def test_a_connection_closed_in_place_of_an_answer(client):
    with raw_server(b"") as server:
        assert Wire(client(server.url)).whoami("odd").status == CLOSED


def test_an_answer_that_is_not_whole_is_none(client):
    with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx") as server, pytest.raises(NoAnswer):
        Wire(client(server.url)).whoami("odd")


@pytest.mark.parametrize("shape", REQUESTS, ids=str)
def test_what_is_smuggled(wire, gallery, key, shape):
    """The hidden request holds the key, the one around it and the one after it don't.

    To some the body of the first ends where the hidden one begins, to the others where the last one does.
    """
    wire.smuggle(shape, key)
    head, _, body = gallery.transcript.exchanges[-1].sent.written.segments[0].reveal().partition("\r\n\r\n")
    begins, ends = body.index("GET "), body.rindex("GET ")
    hidden, last = body[begins:ends], body[ends:]
    assert head.startswith("POST ")
    assert head.partition("\r\n")[0].endswith(f" {shape.version}")
    assert VALUE in hidden
    assert VALUE not in head + last
    assert "Connection: keep-alive" in hidden
    assert "Connection: close" in last
    lengths = re.findall(r"^Content-Length ?: (.+)\r$", head + "\r", re.MULTILINE)
    by_length = {int(number, 0) for told in lengths for number in re.findall(r"0x[0-9a-f]+|\d+", told)}
    by_coding = end_of_chunks(body) if "Transfer-Encoding" in head else 0
    assert by_length | {by_coding} == {begins, ends} if lengths else by_coding == begins


def end_of_chunks(body):
    """Where a chunked body ends to a reader to whom LF alone ends a line as well."""
    end = 0
    while True:
        size, line = re.match(r"([0-9a-f]+)(\r?\n)", body[end:]).groups()
        end += len(size + line) + int(size, 16)
        assert body.startswith(line, end), "a chunk is as long as it says, and then its line ends"
        end += len(line)
        if int(size, 16) == 0:
            return end


def test_every_answer_to_what_is_smuggled_can_be_claimed_of(client, key):
    two = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"
    with raw_server(two) as server:
        gallery = client(server.url)
        answers = Wire(gallery).smuggle(REQUESTS[0], key)
    assert [answer.body for answer in answers] == [b"1", b"2"]
    assert [exchange.answer for exchange in gallery.transcript.exchanges] == answers


@pytest.mark.parametrize("how", ["lines", "segments"])
def test_the_line_of_evidence_sends_the_same_and_shows_no_key(wire, gallery, server, key, vault, how):
    line = wire.line(key.text[:-1] + "\udcff'\"$`\\\t\r\n " + key.text[-1:])
    if how == "lines":
        wire.whoami(line)
    else:
        wire.whoami_in_segments(line[:20], line[20:] + "\r\n")
    shown = gallery.transcript.exchanges[-1].curl(vault)
    assert VALUE[-20:] not in shown
    subprocess.run(["bash", "-c", shown], env={"PIWIGO_API_KEY": VALUE}, check=True, capture_output=True, timeout=10)
    assert server.received[0] == server.received[1]


def test_evidence_names_the_lines_and_shows_no_key(wire, gallery, key, vault):
    wire.whoami(wire.line(key.text), "without a colon " + key.text)
    evidence = har_entry(gallery.transcript.exchanges[-1], vault, {})
    assert [header["name"] for header in evidence["request"]["headers"]] == ["X-PIWIGO-API", ""]
    assert "\r\nX-PIWIGO-API: $PIWIGO_API_KEY\r\nwithout a colon $PIWIGO_API_KEY\r\n" in evidence["request"]["comment"]
    assert VALUE[:20] not in str(evidence)
    assert VALUE[-20:] not in str(evidence)
