"""Targets that are broken or malicious: each is judged in a bounded time, in bounded memory, in a clear line.

The client is tried with all of them; whole runs with a sample in CI, and with all by HOSTILE=all.
"""

import os
import time

import pytest

from piwigo_contract.client.connection import LARGEST_HEAD
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.pace import Pace
from piwigo_contract.errors import Hindered
from tests.hostile import BROKEN, KINDS, ODD, TLS, UNREADABLE, hostile
from tests.hostile_runs import LARGEST, LONGEST, judge

TIMEOUT, WHOLE, READING = 0.5, 10.0, 5.0
"""Seconds for an answer that does not come, for one that does, and for it to be read on a busy machine."""

CUT_OFF = {
    "closes in the body",
    "hangs in the body",
    "content length of a petabyte",
    "content length that is too short",
    "negative content length",
}

ASKED = {
    "httpx": lambda gallery, format: gallery.whoami(format=format),
    "the socket": lambda gallery, format: gallery.whoami_on_the_wire() if format == "json" else None,
    "counted": lambda gallery, format: gallery.send_counted(ApiCall(format=format)),
}


@pytest.fixture
def ask(client):
    """Ask a target of this kind in one of these ways: what is known then, None where it gave no answer."""

    def asked(way, how, format="json", timeout=WHOLE):
        with hostile(way) as server:
            gallery = client(server.url, timeout=timeout, pace=Pace(sleep=lambda _: None))
            began = time.monotonic()
            try:
                return ASKED[how](gallery, format)
            except (NoAnswer, Hindered):
                return None
            finally:
                assert time.monotonic() - began < timeout + READING

    return asked


@pytest.mark.parametrize("how", ASKED)
@pytest.mark.parametrize("kind", BROKEN)
def test_nothing_is_known_from_a_broken_answer(ask, kind, how):
    """But that an answer is cut off, or longer than it says, is told of one that is read for just that."""
    answer = ask(BROKEN[kind], how, timeout=TIMEOUT)
    assert answer is None or answer.caller is None or (how != "httpx" and kind in CUT_OFF)


@pytest.mark.parametrize("format", ["rest", "xmlrpc", "php"])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_document_that_is_too_much_to_be_read(ask, kind, format):
    assert ask(UNREADABLE[kind], "httpx", format).envelope is None


@pytest.mark.parametrize("kind", ODD)
def test_odd_values_are_a_callers(ask, kind):
    assert ask(ODD[kind], "httpx").caller.user.name


def test_head_that_never_ends_is_not_read_to_its_end(client):
    with hostile(BROKEN["100 Continue for ever"]) as server:
        for how in ("httpx", "the socket"):
            # Python's http.client has a limit of its own in later versions
            ends = f"the head is longer than {LARGEST_HEAD} bytes|got more than 100 interim responses"
            with pytest.raises(NoAnswer, match=ends):
                ASKED[how](client(server.url), "json")


SAMPLE = ["hangs in the body", "gzip bomb in gzip", "JSON nested 200,000 deep", "escapes and tags"]


@pytest.mark.parametrize("kind", KINDS if os.environ.get("HOSTILE") == "all" else SAMPLE)
def test_run(run, kind):
    ended = judge(kind, run, "--request-timeout", "3")
    said = ended.run.out + ended.run.err
    assert ended.run.code in (0, 1, 2)
    assert ended.line
    assert ended.run.megabytes < LARGEST
    assert "Traceback" not in said
    assert not {"\x1b", "\u202e", "\x07"} & set(said)
    folders = {path.parts[len(ended.run.folder.parts)] for path in ended.run.files()}
    ledger = {".piwigo-contract"} if "left behind on " in said else set()  # for --sweep, once the target answers
    assert folders <= {"reports", *ledger}
    if kind in BROKEN or kind in TLS:
        assert ended.run.code == 2
        assert ended.seconds < LONGEST
