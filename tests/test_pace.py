"""A target that limits how fast it may be asked, or how often it refuses a key: waited for, told, and never blamed."""

import itertools
import json

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import KeyHeader
from piwigo_contract.client.pace import PAUSES, SLOWEST, Pace, is_too_fast
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import TargetGone, TooFast
from tests.faults import HEADER
from tests.running import FEW_CHECKS, QUICK
from tests.serving import gallery

TOO_MANY = json.dumps({"stat": "fail", "err": 429, "message": "Too many requests"}).encode()
HTML = b"<html><head><title>503 Service Temporarily Unavailable</title></head></html>"


class Time:
    """A clock that goes on only where somebody sleeps."""

    def __init__(self):
        self.now = 1e9
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    @property
    def pace(self):
        return Pace(lambda: self.now, self.sleep)


@pytest.fixture
def time():
    return Time()


TOO_FAST = {
    "429": (Answer(429, (), TOO_MANY), True),
    "nginx's limit_req": (Answer(503, (("Content-Type", "text/html"),), HTML), True),
    "503 of the API, and when to come again": (Answer(503, (("Retry-After", "1"),), TOO_MANY), True),
    "503 of the API": (Answer(503, (), TOO_MANY), False),
    "502": (Answer(502, (), HTML), False),
    "200": (Answer(200, (), HTML), False),
}


@pytest.mark.parametrize(("answer", "told"), TOO_FAST.values(), ids=TOO_FAST)
def test_too_fast(answer, told):
    assert is_too_fast(answer) is told


AFTER = {
    "seconds": ("7", 7.0),
    "a date": ("Sun, 09 Sep 2001 01:46:52 GMT", 12.0),
    "a date that is over": ("Sun, 09 Sep 2001 01:46:30 GMT", 0.0),
    "nothing": ("", PAUSES[0]),
    "no number": ("soon", PAUSES[0]),
    "too long": ("31", None),
}


@pytest.mark.parametrize(("told", "seconds"), AFTER.values(), ids=AFTER)
def test_pause(time, told, seconds):
    assert time.pace.pause(Answer(429, (("Retry-After", told),), b""), time.now, 0) == seconds


def test_pauses_grow_and_end(time):
    pace = time.pace
    pauses = [pace.pause(Answer(429, (), b""), time.now, tries) for tries in range(len(PAUSES) + 1)]
    assert pauses == [*PAUSES, None]
    assert list(PAUSES) == sorted(PAUSES)


def test_speed_is_halved_once_for_what_was_sent_at_the_same_moment(time):
    pace = time.pace
    for _ in range(10):
        time.now += 0.1
        pace.take_turn()
    sent = time.now
    assert time.slept == []
    for _ in range(4):
        pace.pause(Answer(429, (), b""), sent, 0)
    turns = [pace.take_turn() for _ in range(3)]
    assert [round(later - earlier, 6) for earlier, later in itertools.pairwise(turns)] == [0.2, 0.2]


def test_speed_is_halved_again_and_again_but_not_for_ever(time):
    pace, between = time.pace, []
    for _ in range(12):
        time.now += 30  # a pause is no speed
        pace.pause(Answer(429, (), b""), time.now, 0)
        turns = [pace.take_turn() for _ in range(2)]
        between.append(round(turns[1] - turns[0], 6))
    assert between[:4] == [0.01, 0.02, 0.04, 0.08]
    assert between[-2:] == [SLOWEST, SLOWEST]


class Limit:
    """Lets so many requests in between two pauses of the suite, and answers the others like this."""

    def __init__(self, time, requests, status, body, **headers):
        self.time, self.requests, self.left, self.slept = time, requests, requests, 0
        self.answer = (body, status, headers)

    def __call__(self, request, pass_on):
        if len(self.time.slept) > self.slept:
            self.slept, self.left = len(self.time.slept), self.requests
        self.left -= 1
        return pass_on() if self.left >= 0 else Response(*self.answer, content_type="text/html")


@pytest.mark.parametrize(("status", "body"), [(429, TOO_MANY), (503, HTML)], ids=["429", "503"])
def test_waited_for_and_kept_as_evidence(client, time, status, body):
    with gallery(Limit(time, 5, status, body)) as front:
        asking = client(front.url, pace=time.pace)
        answers = [asking.whoami(verb="GET") for _ in range(6)]
        whoami_batch = asking.whoami_batch([Text.of(f"pkid-x:{number}") for number in range(12)])
    assert [answer.status for answer in answers] == 6 * [200]
    assert [exchange.answer.status for exchange in whoami_batch] == 12 * [401]
    kept = [exchange.answer.status for exchange in asking.transcript.exchanges]
    assert kept == [*5 * [200], status, 200]
    assert asking.transcript.requests == asking.requests_sent == len(front.seen)
    assert f"HTTP {status}" in asking.pace.remark


@pytest.mark.parametrize(
    ("status", "error", "words"), [(429, TooFast, "limit the suite's speed"), (503, TargetGone, "503 Service Temp")]
)
def test_limit_without_an_end(client, time, status, error, words):
    with gallery(lambda request, pass_on: Response(HTML, status, content_type="text/html")) as front:
        asking = client(front.url, pace=time.pace)
        for _ in range(2):
            with pytest.raises(error, match=words):
                asking.whoami(verb="GET")
    assert [slept for slept in time.slept if slept >= PAUSES[0]] == list(PAUSES)  # the second time nobody waits


def test_one_request_that_is_answered_503_is_judged(client, time):
    with gallery(lambda request, pass_on: pass_on() if request.method == "GET" else Response(HTML, 503)) as front:
        asking = client(front.url, pace=time.pace)
        assert asking.whoami(verb="POST").status == 503


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}], ids=["no Retry-After", "Retry-After"])
def test_run_behind_a_limit(run, headers):
    """Of any thirty requests the last is one too many."""
    count = iter(range(10**6))

    def limit(request, pass_on):
        return Response(HTML, 503, headers, content_type="text/html") if next(count) % 30 == 29 else pass_on()

    with gallery(limit) as front:
        done = run(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html", "-k", "REJ or HDR-01 or HDR-11")
    assert (done.code, done.with_outcome("fail", "error", "warning")) == (0, set())
    assert done.out.count("limits how fast it may be asked") == 1
    assert any("limits how fast" in line for line in done.target()["environment"])


class WrongKeys:
    """Answers 429 after so many bad keys: to bad ones, or to all."""

    def __init__(self, keys, *, to_all):
        self.left, self.to_all = keys, to_all

    def __call__(self, request, pass_on):
        if HEADER not in request.environ:
            return pass_on()
        answer = pass_on()
        self.left -= answer.status_code == 401
        limited = self.left < 0 and (self.to_all or answer.status_code == 401)
        return Response(TOO_MANY, 429, content_type="application/json") if limited else answer


@pytest.fixture(scope="module")
def behind_limiters(at_once):
    """Runs on two galleries that refuse to be asked more once twenty keys were bad, by whether with any key at all."""
    return at_once({to_all: WrongKeys(20, to_all=to_all) for to_all in (False, True)}, *QUICK, "-p", "no:html")


@pytest.mark.parametrize("to_all", [False, True], ids=["bad keys", "all keys"])
def test_run_behind_a_limiter_of_wrong_keys(behind_limiters, to_all):
    done, _ = behind_limiters[to_all]
    assert (done.code, done.target()["verdict"]) == (2, "no-verdict")
    assert done.with_outcome("fail", "error", "warning") == set()
    assert {done.clause(clause)["outcome"] for clause in ("HDR-01", "REJ-01", "REJ-02")} == {"pass"}
    hidden = [clause for clause in done.target()["clauses"] if "limit of wrong keys" in clause["reason"]]
    assert {"REJ-11", "REJ-07", "REJ-08", "REJ-09"} <= {clause["id"] for clause in hidden}
    assert {clause["reason_kind"] for clause in hidden} == {"environment"}
    assert not [clause for clause in done.target()["clauses"] if clause["reason_kind"] == "blocked"]
    why = [line for line in done.out.splitlines() if "limit of wrong keys" in line and not line.startswith("exit code")]
    assert len(why) == 1
    assert "limits how fast" not in done.out


def test_other_limit_than_of_keys(client, time):
    """A limit of logins says nothing of keys."""

    def limit(request, pass_on):
        return Response(TOO_MANY, 429) if request.path == "/identification.php" else pass_on()

    with gallery(limit) as front:
        asking = client(front.url, pace=time.pace)
        with pytest.raises(TooFast, match="lift the target's limit"):
            asking.page("identification.php")
        assert asking.whoami(KeyHeader("x:y")).status == 401
    assert not asking.pace.limits_keys
