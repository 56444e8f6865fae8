"""`--har`: every exchange of the run, with no secret in it."""

import json
import re
import weakref
from collections import Counter
from dataclasses import replace
from itertools import groupby

import pytest

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import KeyHeader
from piwigo_contract.client.exchange import ApiCall, Exchange, Sent
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.vault import Text
from piwigo_contract.client.written import WrittenRequest
from piwigo_contract.errors import UsageError
from piwigo_contract.plugin.record import Record
from piwigo_contract.report.evidence import evidence_of
from piwigo_contract.results.har.entry import KEPT_BODY, about_entry, har_entry
from piwigo_contract.results.har.file import Archive, read_har, write_har
from piwigo_contract.results.har.pack import Spool, pack, unpack
from tests.faults import cuts_long_values
from tests.running import QUICK
from tests.serving import gallery

SECRET = "pkid-20250609-aaaaaaaaaaaaaaaaaaaa:0123456789abcdefghijklmnopqrstuvwxyzABCD"


def entries_of(done, name="run.har"):
    return json.loads((done.folder / name).read_text())["log"]["entries"]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_every_exchange_of_a_run(run, workers):
    """A volley's, those of fixtures, of preflight and of clean-up too."""
    with gallery(cuts_long_values) as front:
        chapters = [*QUICK, QUICK[0].replace("header", "malformed")]
        chosen = ("--hypothesis-profile", "quick", "-k", "header or rejection or MAL-02 or MAL-22")
        done = run(*chapters, *front.options("webmaster"), *workers, *chosen, "--har", "run.har", "-p", "no:html")
        entries = entries_of(done)
        assert len(entries) == len(front.seen) == done.target()["requests"]
    about = [about_entry(entry) for entry in entries]
    assert {each["phase"] for each in about} >= {"preflight", "setup", "call", "clean-up"}
    answered = Counter(seen.status for seen in front.seen)
    assert Counter(entry["response"]["status"] for entry in entries) == answered
    checks = [check for clause in done.target()["clauses"] for check in clause["checks"]]
    ran = {check["nodeid"] for check in checks if check["outcome"] != "not-assessed"}
    # rights are given back after a check that had nothing to do with them, too
    assert {each["check"] for each in about if "check" in each and each["phase"] != "clean-up"} == ran
    shown = {each["clause"] for each in about if each.get("shown")}
    assert shown == done.with_outcome("fail") >= {"HDR-06", "REJ-08"}
    for each in about:
        probe = each.get("shown") and each["role"] == "probe"
        assert each.get("curl", "").startswith("curl -sS") == bool(probe)


def test_order_is_the_same_however_it_runs(run):
    """Each worker prepares for itself, so that it asks more; but what belongs together is in the same place."""

    def told(done):
        return [(entry["comment"], entry["request"]["url"]) for entry in entries_of(done)]

    def places(done):
        about = map(about_entry, entries_of(done))
        return [place for place, _ in groupby(each.get("check", each["phase"]) for each in about)]

    with gallery() as front:
        options = (QUICK[1], *front.options("webmaster"), "--har", "run.har", "-p", "no:html", "-k", "truncated")
        first, second = (run(*options, name=name) for name in ("first", "second"))
        parallel = run(*options, "-n", "2", name="parallel")
    assert told(first) == told(second)
    assert places(first) == places(parallel)
    start, *checks, end = places(first)
    assert (start, end) == ("preflight", "clean-up")
    assert sorted(checks) == sorted(row["nodeid"] for clause in first.target()["clauses"] for row in clause["checks"])


@pytest.fixture
def exchange():
    call = ApiCall(auth=(KeyHeader(Text.of(SECRET)),))
    sent = Sent("POST", "http://host/ws.php", (("format", Text.of("json")),), (("X-PIWIGO-API", Text.of("x")),), ())
    return Exchange(call, sent, Answer(200, [("Content-Type", "text/plain")], b"hello"), started=1.5, seconds=0.25)


def test_form_of_an_entry(exchange, vault):
    entry = har_entry(replace(exchange, role="probe"), vault, {"target": 1})
    assert entry["startedDateTime"] == "1970-01-01T00:00:01.500000+00:00"
    assert entry["time"] == entry["timings"]["wait"] == 250.0
    assert entry["request"]["url"] == "http://host/ws.php?format=json"
    assert entry["response"]["content"] == {"size": 5, "mimeType": "text/plain", "text": "hello"}
    assert about_entry(entry) == {"target": 1, "phase": "call", "role": "probe"}


def test_what_was_written_to_the_socket(exchange, vault):
    secret = vault.key("PIWIGO_API_KEY", SECRET).text
    segments = (Text.of("GET / HTTP/1.1\r\nX-PIWIGO-API: ") + secret, Text.of("\n\r\n"))
    exchange.sent = replace(exchange.sent, written=WrittenRequest(segments))
    entry = har_entry(exchange, vault, {})
    assert entry["request"]["comment"] == "GET / HTTP/1.1\r\nX-PIWIGO-API: $PIWIGO_API_KEY\n\r\n"
    ((shown,),) = evidence_of(Archive([{**entry, "comment": '{"target": 1, "check": "a", "shown": true}'}])).values()
    assert [line.text for line in shown.sent] == [r"GET / HTTP/1.1\r\n", r"X-PIWIGO-API: $PIWIGO_API_KEY\n", r"\r\n"]


def test_exchange_without_an_answer(exchange, vault):
    exchange.answer, exchange.failure = None, "connection closed"
    response = har_entry(exchange, vault, {})["response"]
    assert (response["status"], response["comment"]) == (0, "connection closed")


@pytest.mark.parametrize("at", [0, KEPT_BODY - len(SECRET), KEPT_BODY - 20, KEPT_BODY - 4])
def test_no_half_of_a_secret_is_left_where_a_body_is_cut(exchange, vault, at):
    vault.key("PIWIGO_API_KEY", SECRET)
    exchange.answer = Answer(200, [], ("." * at + SECRET + "." * KEPT_BODY).encode())
    text = har_entry(exchange, vault, {})["response"]["content"]["text"]
    assert len(text) == KEPT_BODY
    assert set(text) <= set("." + "$PIWIGO_API_KEY")


def test_what_is_shown_may_be_known_when_all_is_packed(exchange, vault):
    """Of very many examples those are shown that broke, at the end."""
    record = Record(vault, 0, "a check", {"check": "a"}, everything=True)
    record.transcript.phase = "call"
    others = [replace(exchange) for _ in range(2)]
    for each in (others[0], exchange, others[1]):
        record.transcript.add(each)
        record.transcript.drop()
    record.transcript.put_back(exchange)
    shown = record.show(exchange)
    packed = record.packed()
    assert packed is not None
    told = [about_entry(entry) for entry in unpack(packed)]
    assert [each.get("shown", False) for each in told] == [False, True, False]
    assert told[1] == about_entry(shown[0])


def test_packing(exchange, vault):
    entries = [{**har_entry(exchange, vault, {}), "number": number} for number in range(3000)]
    packed = pack(entries)
    assert list(unpack(packed)) == entries
    assert len(packed) * 20 < len(json.dumps(entries))
    assert list(unpack(pack([]))) == []


def test_spool_sorts_and_replaces():
    spool = Spool()
    for key, value in [((2, "a"), 1), ((1, "b"), 2), ((1, "preflight"), 3), ((1, "b"), 4)]:
        spool.put(key, pack([value]))
    assert list(spool.entries(lambda key: (key[0], key[1] != "preflight"))) == [3, 4, 1]
    spool.close()


def test_nothing_is_kept_of_exchanges_that_are_recorded(exchange):
    """However many examples a check has: what is forgotten is recorded and gone."""
    recorded = []
    transcript = Transcript(phase="call", record=lambda each: recorded.append(each.started))
    kept = []
    for number in range(3):
        added, *counted = made = [replace(exchange, started=3.0 * number + each) for each in range(3)]
        transcript.add(added)
        transcript.count_only(counted)
        transcript.drop()
        kept += map(weakref.ref, made)
    del added, counted, made
    assert [each() for each in kept] == [None] * 9
    assert recorded == [*map(float, range(9))]
    assert (transcript.exchanges, transcript.made_by_the_check()) == ([], 9)


def test_read_what_was_written(exchange, vault, tmp_path):
    archive = Archive([har_entry(exchange, vault, {"target": 1})], {"notes": ["a \ud800 b"]})
    write_har(tmp_path / "new" / "run.har", archive)
    read = read_har(tmp_path / "new" / "run.har")
    assert [{name: entry[name] for name in archive.entries[0]} for entry in read.entries] == archive.entries
    assert read.about == archive.about


FOREIGN = {
    "none.har": None,
    "no JSON": "{",
    "no HAR": "[]",
    "of another program": json.dumps({"log": {"creator": {"name": "Firefox"}, "entries": []}}),
    "comment that is no JSON": json.dumps(
        {"log": {"creator": {"name": "piwigo-contract"}, "entries": [], "comment": ""}}
    ),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_file_of_somebody_else(tmp_path, content):
    path = tmp_path / "run.har"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError, match=r"run\.har") as caught:
        read_har(path)
    assert "\n" not in str(caught.value)


TOLD = {
    "JSON": '{"pwg_token":"%s"}',
    "form": '<input type="hidden" name="pwg_token" value="%s">',
    "script": "var pwg_token = '%s';",
    "link": '<a href="?action=x&amp;pwg_token=%s">',
    "XML": "<pwg_token>%s</pwg_token>",
    "PHP": 's:9:"pwg_token";s:32:"%s";',
    "key of a link": '{"auth_key":"%s"}',
    "link that logs in": "http://host/?auth=%s",
    "link for a password": "http://host/password.php?action=reset&key=%s",
    "new key": '{"apikey_secret":"%s"}',
}


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_what_an_answer_gives_out_is_not_shown(exchange, vault, told):
    secret = "2a4307207cc46e75acca858be0137e4c"
    exchange.answer = Answer(200, [], (told % secret).encode())
    text = har_entry(exchange, vault, {})["response"]["content"]["text"]
    assert secret not in text
    assert re.search(r"\$(TOKEN|SECRET)", text)
