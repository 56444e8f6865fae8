"""Answers read from the socket to the last byte: what they are decoded to, and what is claimed of their length."""

import gzip
import json
import zlib

import pytest
from werkzeug.wrappers import Request, Response

from piwigo_contract.claims import Expect, UniformRefusal
from piwigo_contract.client.answers import MAX_BODY
from piwigo_contract.client.counted import counted, decoded
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.vault import Text
from piwigo_contract.client.wire import WireFailure
from piwigo_contract.errors import ContractBroken, SuiteError
from tests.serving import serve

BODY = b'{"stat":"ok","result":null}'
RAW_DEFLATE = zlib.compressobj(wbits=-15)
CODED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    "GZip": gzip.compress(BODY[:5]) + gzip.compress(BODY[5:]),
    "deflate": zlib.compress(BODY),
    "deflate ": RAW_DEFLATE.compress(BODY) + RAW_DEFLATE.flush(),
    "deflate, gzip": gzip.compress(zlib.compress(BODY)),
    "identity": BODY,
    "": BODY,
}
NOT_CODED = {
    "br": b"\x0b\x05\x80",
    "gzip": gzip.compress(BODY)[:-1],
    "deflate": gzip.compress(BODY),
    "gzip, br": gzip.compress(BODY),
    "x-gzip": b"",
}


@pytest.mark.parametrize(("codings", "body"), CODED.items(), ids=list(CODED))
def test_decoded(codings, body):
    assert decoded(body, codings) == BODY


@pytest.mark.parametrize(("codings", "body"), NOT_CODED.items(), ids=list(NOT_CODED))
def test_what_cannot_be_decoded_stays(codings, body):
    assert decoded(body, codings) == body


def test_what_grows_beyond_all_measure():
    with pytest.raises(WireFailure, match="longer than"):
        decoded(gzip.compress(bytes(MAX_BODY + 1)), "gzip")


def answer(head, body):
    return b"HTTP/1.1 200 OK\r\n" + head.encode() + b"\r\n" + body


@pytest.mark.parametrize(
    ("head", "body", "told", "came"),
    [
        ("Content-Length: 27\r\n", BODY, BODY, 27),
        ("Content-Length: 5\r\n", BODY, BODY[:5], 27),
        ("Content-Length: 99\r\n", BODY, BODY, 27),
        ("", BODY, BODY, 27),
        ("Content-Length: 0\r\n", b"", b"", 0),
        ("Transfer-Encoding: chunked\r\n", b"1b\r\n" + BODY + b"\r\n0\r\n\r\n", BODY, 27),
        (f"Content-Encoding: gzip\r\nContent-Length: {len(gzip.compress(BODY))}\r\n", gzip.compress(BODY), BODY,
         len(gzip.compress(BODY))),
    ],
    ids=["as it says", "longer", "shorter", "no length", "empty", "chunked", "gzip"],
)  # fmt: skip
def test_counted(head, body, told, came):
    (status, headers, read), count = counted(answer(head, body), "POST")
    assert (status, read, count) == (200, told, came)
    assert [f"{name}: {value}" for name, value in headers] == head.split("\r\n")[:-1]


def test_head_has_no_body():
    (_, _, read), count = counted(answer("Content-Length: 27\r\n", b""), "HEAD")
    assert (read, count) == (b"", 0)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "RemoteDisconnected"),
        (b"nonsense\r\n\r\n", "BadStatusLine"),
        (answer("Transfer-Encoding: chunked\r\n", b"1b\r\n" + BODY), "IncompleteRead"),
        (answer("Transfer-Encoding: chunked\r\n", b"0\r\n\r\nmore"), "4 bytes come after the last chunk"),
    ],
)
def test_no_whole_answer(raw, told):
    with pytest.raises(WireFailure, match=told):
        counted(raw, "POST")


# ------------------------------------------------------------------ asked and claimed


@pytest.fixture
def headers():
    """What the tiny gallery adds to its answers."""
    return {}


@pytest.fixture
def gallery(client, headers):
    """Tells which headers it was sent, in gzip for those who say that they take that."""

    def application(environ, start_response):
        sent = sorted(name.lower() for name, _ in Request(environ).headers)
        body = json.dumps({"stat": "ok", "result": sent}).encode()
        coding = {}
        if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            body, coding = gzip.compress(body), {"Content-Encoding": "gzip"}
        response = Response(body, headers=coding)
        response.headers.update(headers)
        return response(environ, start_response)

    with serve(application) as url:
        yield client(url)


@pytest.fixture
def expect(gallery):
    return Expect(gallery, UniformRefusal())


GZIP = ApiCall(headers=(("Accept-Encoding", Text.of("gzip")),))


def test_answer_is_counted(gallery, expect):
    plain, coded = gallery.send_counted(ApiCall()), gallery.send_counted(GZIP)
    expect(coded).says_the_same_as(plain)
    for answer, codings in ((plain, ()), (coded, ("gzip",))):
        expect(answer).is_in_no_coding_but(*codings)
        expect(answer).is_as_long_as_it_says()
    came = [exchange.came for exchange in gallery.transcript.exchanges]
    assert came == [int(answer.header("content-length")) for answer in (plain, coded)]
    assert came[0] != came[1]


@pytest.mark.parametrize("length", [5, 500])
def test_other_length(gallery, expect, headers, length):
    headers["Content-Length"] = str(length)
    answer = gallery.send_counted(GZIP)
    with pytest.raises(ContractBroken, match=rf"as many bytes as Content-Length says, {length}; \d+ came"):
        expect(answer).is_as_long_as_it_says()


def test_length_that_nobody_counted(gallery, expect):
    with pytest.raises(SuiteError, match="were not counted"):
        expect(gallery.whoami()).is_as_long_as_it_says()


def test_coding_that_was_not_asked_for(gallery, expect):
    answer = gallery.send_counted(GZIP)
    with pytest.raises(ContractBroken, match="no coding, as none was asked for; the answer is in gzip"):
        expect(answer).is_in_no_coding_but()
    with pytest.raises(ContractBroken, match="no coding but deflate or br; the answer is in gzip"):
        expect(answer).is_in_no_coding_but("deflate", "br")


def test_another_answer(gallery, expect):
    told = gallery.send_counted(ApiCall(headers=(("X-Other", Text.of("x")),)))
    with pytest.raises(ContractBroken, match=r"the answer that comes without it; result differs"):
        expect(gallery.send_counted(GZIP)).says_the_same_as(told)


@pytest.mark.parametrize(
    ("added", "broken"),
    [
        ({}, False),
        ({"Cache-Control": "max-age=60"}, True),
        ({"Cache-Control": "private, max-age=60"}, True),
        ({"Cache-Control": "no-store, max-age=60"}, False),
        ({"Cache-Control": "max-age=60", "Vary": "Origin, accept-encoding"}, False),
        ({"Cache-Control": "max-age=60", "Vary": "*"}, False),
    ],
)
def test_vary(gallery, expect, headers, added, broken):
    headers.update(added)
    plain, coded = gallery.send(ApiCall()), gallery.send_counted(GZIP)
    expect(plain).is_kept_for_its_coding_alone(plain)
    if not broken:
        expect(coded).is_kept_for_its_coding_alone(plain)
        return
    with pytest.raises(ContractBroken, match="Vary: Accept-Encoding, as caches may keep it; the compressed answer"):
        expect(coded).is_kept_for_its_coding_alone(plain)
    headers["Vary"] = "Accept-Encoding"
    with pytest.raises(ContractBroken, match="the answer that is not compressed has it not"):
        expect(gallery.send_counted(GZIP)).is_kept_for_its_coding_alone(plain)


# ------------------------------------------------------------------ a header left out


@pytest.mark.parametrize("send", ["send", "send_counted"])
def test_header_that_is_left_out(gallery, vault, send):
    call = ApiCall(without=("User-Agent", "accept-encoding"))
    sent = getattr(gallery, send)(call).envelope.result
    assert {"user-agent", "accept-encoding", "accept"} & set(sent) == {"accept"}
    others = getattr(gallery, send)(ApiCall()).envelope.result
    assert set(others) - set(sent) == {"user-agent", "accept-encoding"}
    assert call.varied_from(ApiCall()) == ["without"]


def test_header_that_is_left_out_is_so_in_curl(gallery, vault):
    gallery.send(ApiCall(without=("User-Agent",)))
    assert ' -H "User-Agent:" ' in gallery.transcript.exchanges[-1].curl(vault)


@pytest.mark.parametrize("send", ["send", "send_counted"])
def test_header_of_its_own_is_sent_once(gallery, send):
    sent = getattr(gallery, send)(GZIP).envelope.result
    assert sent.count("accept-encoding") == 1
