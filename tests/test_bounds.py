"""How much a run asks, and how long it waits: `--max-requests`, `--request-timeout`, and who it says that it is."""

import json
import time

import pytest

from piwigo_contract import __version__
from piwigo_contract.client import gallery as gallery_module
from piwigo_contract.client import transport as transport_module
from piwigo_contract.client import wire as wire_module
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.reproduction import may_matter
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.errors import NoMoreAsked, OutOfReach, TargetGone, TooFast
from piwigo_contract.options import Settings
from piwigo_contract.provision.target import Target
from piwigo_contract.reference import Reference, start
from piwigo_contract.reference.conditions import Conditions
from tests.hostile import MEGABYTE, answers, hostile, says_and_hangs
from tests.running import FEW_CHECKS
from tests.serving import gallery


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_no_more_requests_than_allowed(run, workers):
    """All that is made is taken away still, and what was not judged is said to be so."""
    with gallery() as front:
        users, keys = front.users, front.live_keys
        options = ("--max-requests", "60", *workers, "--har", "run.har", "-p", "no:html")
        done = run(*FEW_CHECKS, *front.options("webmaster"), *options)
        assert (front.users, front.live_keys) == (users, keys)
    entries = json.loads((done.folder / "run.har").read_text())["log"]["entries"]
    counted = [entry for entry in entries if '"phase": "clean-up"' not in entry["comment"]]
    assert 30 < len(counted) <= 60
    assert (done.code, done.with_outcome("fail", "warning", "error")) == (2, set())
    assert "No verdict: the run has sent as many requests as --max-requests allows" in done.out


def test_preflight_that_is_not_allowed(run):
    with gallery() as front:
        done = run(*FEW_CHECKS, *front.options("webmaster"), "--max-requests", "2", "-p", "no:html")
        assert len(front.seen) == 2
    assert done.code == 2
    assert "as --max-requests allows" in done.err


def test_target_that_hangs_again_and_again_is_asked_no_more(client, monkeypatch):
    monkeypatch.setattr(gallery_module, "LONGEST_WAIT", 0.3)
    with hostile(says_and_hangs()) as server:
        asking = client(server.url, timeout=0.2)
        for ask in (asking.whoami, asking.whoami_on_the_wire):
            with pytest.raises(NoAnswer, match=r"no whole answer within 0\.2 s"):
                ask()
        with pytest.raises(NoMoreAsked, match="2 requests wait longer than --request-timeout"):
            asking.whoami()


def test_target_that_talks_without_end_is_asked_no_more(client, monkeypatch):
    """Only answers count that are longer than a gallery's usually are; what is taken away is asked for all the same."""
    monkeypatch.setattr(gallery_module, "LONG_ANSWERS", 10 * MEGABYTE)
    status = b'{"stat":"ok","result":{"username":"guest","status":"guest","version":"16.4.0"}}'
    with hostile(answers(status)) as usual, hostile(answers(status + b" " * 4 * MEGABYTE)) as long:
        for _ in range(4):
            client(usual.url).whoami()
        asking = client(long.url)
        for _ in range(3):
            asking.transcript = Transcript()  # each check has its own
            asking.whoami()
        with pytest.raises(NoMoreAsked, match="3 answers of more than 1 MB, 12 MB in all"):
            asking.whoami()
        with asking.unbounded():
            asking.whoami()


def test_long_answers_are_not_kept_for_scripts(client):
    status = b'{"stat":"ok","result":{}}'
    with hostile(answers(status)) as usual, hostile(answers(status + b" " * 2 * MEGABYTE)) as long:
        asked = [client(server.url).call("pwg.users.add").exchange for server in (usual, long)]
    assert [may_matter(exchange) for exchange in asked] == [True, False]


def test_limit_makes_nobody_impatient(vault, monkeypatch):
    """A target that is asked whether it is there still, and may not be asked, gets its time afterwards."""
    monkeypatch.setattr(transport_module, "IMPATIENT", 0.05)
    monkeypatch.setattr(transport_module, "HASTY", 0.05)
    with start(Reference(conditions=Conditions(latency=300))) as server:
        most = Target(server.url, Settings(max_requests=1), vault)
        most.gallery.whoami()
        with pytest.raises(TargetGone, match="as --max-requests allows"):
            most.must_be_there()
        with most.gallery.unbounded():
            assert most.gallery.whoami().envelope.ok
        limited = Target(server.url, Settings(), vault)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(limited.gallery, "whoami", too_fast)
            with pytest.raises(TooFast):
                limited.must_be_there()
        assert limited.gallery.whoami().envelope.ok


def too_fast(**_):
    raise TooFast("429")


@pytest.mark.parametrize(
    "length", [b"Content-Length: 2\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"]
)
def test_answer_that_is_whole_is_not_waited_for(client, monkeypatch, length):
    """The server was asked to close the connection, and does not."""
    monkeypatch.setattr(wire_module, "LINGER", 0.05)
    with hostile(says_and_hangs(b"HTTP/1.1 200 OK\r\n" + length)) as server:
        began = time.monotonic()
        answer = client(server.url, timeout=30).send_counted(ApiCall(verb="GET"))
    assert (answer.body, time.monotonic() - began < 10) == (b"{}", True)


def test_target_that_is_gone_is_waited_for_ever_less(client):
    with hostile(says_and_hangs()) as server:
        asking = client(server.url, timeout=0.6)
        asking.expects_little()
        waited = []
        for _ in range(7):
            with asking.unbounded(), pytest.raises(NoAnswer) as unanswered:
                asking.whoami()
            waited.append(unanswered.value.exchange.failure)
    assert waited == [
        f"ReadTimeout: no whole answer within {seconds:g} s" for seconds in [0.6] * 4 + [0.3125, 0.25, 0.25]
    ]


def test_says_who_asks(client):
    with gallery() as front:
        asking = client(front.url)
        asking.whoami()
        asking.whoami_on_the_wire()
        agents = {seen.headers["User-Agent"] for seen in front.seen}
    assert len(agents) == 1
    assert next(iter(agents)).startswith(f"piwigo-contract/{__version__} (")
    assert "https://" in next(iter(agents))


def test_what_failed_once_fails_alike_every_time(vault):
    """An error that is raised again and again would gather each time's traceback, and all that formats it slow down."""
    target, lengths = Target("http://127.0.0.1:9/", Settings(), vault), []

    def fails():
        raise OutOfReach(detail="for a test")

    for _ in range(4):
        with pytest.raises(OutOfReach) as raised:
            target.once("what can't be made", fails)
        lengths.append([entry.name for entry in raised.traceback])
    assert lengths == 4 * lengths[:1]
    assert lengths[0][-1] == "fails"
