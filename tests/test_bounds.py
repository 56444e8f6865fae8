"""How much a run asks, and how long it waits: `--max-requests`, `--request-timeout`, and who it says that it is."""

import json

import pytest

from piwigo_contract import __version__
from piwigo_contract.client import gallery as gallery_module
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.errors import NoMoreAsked
from tests.hostile import hostile, says_and_hangs
from tests.running import QUICK
from tests.serving import gallery


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_no_more_requests_than_allowed(run, workers):
    """All that is made is taken away still, and what was not judged is said to be so."""
    with gallery() as front:
        users, keys = front.users, front.live_keys
        options = ("--max-requests", "60", *workers, "--har", "run.har", "-p", "no:html")
        done = run(*QUICK, *front.options("webmaster"), *options)
        assert (front.users, front.live_keys) == (users, keys)
    entries = json.loads((done.folder / "run.har").read_text())["log"]["entries"]
    counted = [entry for entry in entries if '"phase": "clean-up"' not in entry["comment"]]
    assert 30 < len(counted) <= 60
    assert (done.code, done.with_outcome("fail", "warning", "error")) == (2, set())
    assert "No verdict: the run has sent as many requests as --max-requests allows" in done.out


def test_preflight_that_is_not_allowed(run):
    with gallery() as front:
        done = run(*QUICK, *front.options("webmaster"), "--max-requests", "2", "-p", "no:html")
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
