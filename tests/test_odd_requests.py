"""Claims about odd requests: what may become of them, and who is said to have decided it."""

import json

import pytest

from piwigo_contract.claims import Expect, UniformRefusal
from piwigo_contract.client.credentials import ApiKey, User
from piwigo_contract.client.raw import Wire
from piwigo_contract.client.vault import Secret
from piwigo_contract.errors import ContractBroken
from tests.serving import raw_server

ALICE, BOB = User("alice", "normal"), User("bob", "normal")
KEY = ApiKey(Secret("PIWIGO_API_KEY", "pkid-1:good"), ALICE)
KEY_OF_BOB = ApiKey(Secret("PIWIGO_API_KEY_2", "pkid-2:good"), BOB)


def answer(status, body="", server="nginx/1.22.1"):
    text = body if isinstance(body, str) else json.dumps(body)
    lines = [f"HTTP/1.1 {status} x", f"Server: {server}", f"Content-Length: {len(text)}", "Connection: close", "", text]
    return "\r\n".join(lines).encode()


def caller(name, status):
    by = None if status == "guest" else "api_key"
    return answer(200, {"stat": "ok", "result": {"username": name, "status": status, "connected_with": by}})


REFUSAL = answer(401, {"stat": "fail", "err": 401, "message": "Invalid api_key"})
ANSWERS = {
    "the owner": caller("alice", "normal"),
    "another owner": caller("bob", "normal"),
    "the same name with another status": caller("alice", "admin"),
    "a guest": caller("guest", "guest"),
    "the refusal": REFUSAL,
    "another refusal": answer(401, {"stat": "fail", "err": 401, "message": "no such key"}),
    "another error": answer(200, {"stat": "fail", "err": 1002, "message": "missing"}),
    "400 by the server": answer(400, "<html>"),
    "501 by the server": answer(501, "<html>"),
    "502 by a proxy": answer(502, "<html>"),
    "closed": b"",
    "500": answer(500, "<html>"),
    "200 without an envelope": answer(200, "<html>"),
}
REFUSED = {"the refusal", "400 by the server", "501 by the server", "502 by a proxy", "closed"}
CLAIMS = {
    "is_refused_or_guest": (lambda claim: claim.is_refused_or_guest(), REFUSED | {"a guest"}),
    "is_the_owner_or_refused": (lambda claim: claim.is_the_owner_or_refused(KEY), REFUSED | {"the owner"}),
    "is_one_of_two_or_refused": (
        lambda claim: claim.is_the_owner_or_refused(KEY, KEY_OF_BOB),
        REFUSED | {"the owner", "another owner"},
    ),
    "is_the_owner_or_nobody": (lambda claim: claim.is_the_owner_or_nobody(KEY), REFUSED | {"the owner", "a guest"}),
}


def judged(client, said, claim):
    """What a claim says of this answer to an odd request; None where it holds. And the check's remarks."""

    def answered(request):
        if b"\r\n X-PIWIGO-API" in request:
            return said
        return caller("alice", "normal") if b": pkid-1:good" in request else REFUSAL

    with raw_server(answered) as server:
        gallery = client(server.url)
        wire, expect = Wire(gallery), Expect(gallery, UniformRefusal())
        expect.control(wire.whoami(wire.line(KEY.text))).is_the_owner_of(KEY)
        try:
            claim(expect(wire.whoami(" " + wire.line(KEY.text))))
        except ContractBroken as broken:
            return str(broken), expect.remarks
        expect.assert_all()
        return None, expect.remarks


@pytest.mark.parametrize("said", ANSWERS)
@pytest.mark.parametrize("claim", CLAIMS)
def test_what_holds(client, said, claim):
    make, holds = CLAIMS[claim]
    broken, _ = judged(client, ANSWERS[said], make)
    assert (broken is None) == (said in holds), broken


def test_a_remark_says_which_server_refused(client):
    claim, _ = CLAIMS["is_refused_or_guest"]
    told = "refused by the server in front of the API (nginx) with HTTP 400"
    assert judged(client, ANSWERS["400 by the server"], claim) == (None, [told])
    (remark,) = judged(client, answer(400, "", server=""), claim)[1]
    assert "which gives no name" in remark
    (remark,) = judged(client, b"", claim)[1]
    assert remark.endswith("by closing the connection")
    assert judged(client, ANSWERS["a guest"], claim)[1] == []


def test_a_break_says_who_reads_requests(client):
    broken, _ = judged(client, ANSWERS["the owner"], CLAIMS["is_refused_or_guest"][0])
    assert "takes the caller for 'alice'" in broken
    assert "the server in front of the API (nginx) decides what it reads" in broken
