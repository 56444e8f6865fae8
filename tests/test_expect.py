"""Claims: what makes one worth something is enforced, and a broken one says what was promised and found."""

import datetime
import itertools
import json
import random

import pytest
from werkzeug.wrappers import Request, Response

from piwigo_contract.claims import Expect, UniformRefusal
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ApiKey, Cookie, KeyHeader, Query, User
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.vault import Secret
from piwigo_contract.errors import ContractBroken, SuiteError
from piwigo_contract.plugin.repeatable import without_times
from tests.serving import serve

ALICE = User("alice", "normal")
KEY = ApiKey(Secret("PIWIGO_API_KEY", "pkid-1:good"), ALICE)
BAD = KeyHeader("pkid-1:bad")
PARTLY = KeyHeader("pkid-1:goo")
UNKNOWN = KeyHeader("pkid-2:none")


def ok(**result):
    return Response(json.dumps({"stat": "ok", "result": {"connected_with": None, **result}}))


def refusal(message="Invalid api_key", **headers):
    body = json.dumps({"stat": "fail", "err": 401, "message": message})
    return Response(body, 401, headers={name.replace("_", "-"): value for name, value in headers.items()})


ANSWERS = {
    "pkid-1:good": lambda: ok(username="alice", status="normal", connected_with="api_key"),
    None: lambda: ok(username="guest", status="guest"),
    "any other": refusal,
}
"""What the tiny gallery answers to each key."""


@pytest.fixture
def answers():
    """The answers of this test's gallery, to be changed."""
    return dict(ANSWERS)


@pytest.fixture
def gallery(client, answers):
    def application(environ, start_response):
        key = Request(environ).headers.get("X-PIWIGO-API")
        return answers.get(key, answers["any other"])()(environ, start_response)

    with serve(application) as url:
        made = client(url)
        made.rng = random.Random(7)
        yield made


@pytest.fixture
def expect(gallery):
    return Expect(gallery, UniformRefusal())


def test_a_sound_check_settles(gallery, expect):
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    expect(gallery.whoami()).is_a_guest()
    expect.assert_all()
    assert (expect.claims, len(expect.controls), expect.key_accepted) == (2, 1, True)


# ------------------------------------------------------------------ what a check may not do


def test_refusal_without_control(gallery, expect):
    expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    with pytest.raises(SuiteError, match="no positive control"):
        expect.assert_all()


def test_guest_without_control(gallery, expect):
    expect(gallery.whoami()).is_a_guest()
    with pytest.raises(SuiteError, match="no positive control"):
        expect.assert_all()


def test_opens_nobody_without_control(gallery, expect):
    expect(gallery.whoami(BAD)).authenticates_nobody_but(KEY)
    with pytest.raises(SuiteError, match="no positive control"):
        expect.assert_all()


def test_control_that_differs_in_two_things(gallery, expect):
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    expect(gallery.whoami(BAD, verb="GET")).is_refused_as_an_invalid_key()
    with pytest.raises(SuiteError, match="more than one thing: verb, auth"):
        expect.assert_all()


def test_the_nearest_control_counts(gallery, expect):
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    expect.control(gallery.whoami(KEY, verb="GET")).is_the_owner_of(KEY)
    expect(gallery.whoami(BAD, verb="GET")).is_refused_as_an_invalid_key()
    expect.assert_all()


def test_every_refusal_needs_its_control(gallery, expect):
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    expect(gallery.whoami(BAD, verb="GET")).is_refused_as_an_invalid_key()
    with pytest.raises(SuiteError, match="more than one thing"):
        expect.assert_all()


def test_control_that_is_a_refusal(gallery, expect):
    with pytest.raises(SuiteError, match="not a refusal"):
        expect.control(gallery.whoami(BAD)).is_refused_as_an_invalid_key()


def test_no_claim(gallery, expect):
    expect(gallery.whoami(KEY))
    with pytest.raises(SuiteError, match="claimed nothing"):
        expect.assert_all()


def test_control_alone_is_no_claim(gallery, expect):
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    with pytest.raises(SuiteError, match="claimed nothing"):
        expect.assert_all()


def test_answer_of_another_check(gallery, expect):
    answer = gallery.whoami(KEY)
    gallery.transcript = Transcript()
    with pytest.raises(SuiteError, match="did not ask for"):
        expect(answer)


def test_answer_of_an_example_that_is_over(gallery, expect):
    answer = gallery.whoami(KEY)
    expect(answer).is_the_owner_of(KEY)
    expect.begin_example()
    with pytest.raises(SuiteError, match="did not ask for"):
        expect.control(answer)


def test_answer_of_a_volley(gallery, expect):
    (exchange,) = gallery.whoami_batch([KEY.text])
    with pytest.raises(SuiteError, match="did not ask for"):
        expect(exchange.answer)


def test_answer_that_nobody_sent_for(expect):
    with pytest.raises(SuiteError, match="did not ask for"):
        expect(Answer(200, [], b""))


def test_comparison_with_an_answer_of_another_check(gallery, expect, answers):
    before = gallery.whoami(KEY)
    answers["pkid-1:good"] = refusal
    gallery.transcript = Transcript()
    claim = expect(gallery.whoami(KEY))
    with pytest.raises(SuiteError, match="did not ask for"):
        claim.gives_the_same_result(before)


def test_what_is_claimed_of_an_answer_is_what_its_exchange_is(gallery, expect):
    control, probe, other = (gallery.whoami(auth) for auth in (KEY, BAD, UNKNOWN))
    expect.control(control)
    expect(probe)
    assert [answer.exchange.role for answer in (control, probe, other)] == ["control", "probe", "request"]
    assert [exchange.answer for exchange in gallery.transcript.exchanges] == [control, probe, other]


def test_evidence_of_examples_that_are_fine_is_played_down(gallery, expect):
    with expect.each("fine"):
        fine = gallery.whoami(KEY)
        expect(fine).is_the_owner_of(KEY)
    with expect.each("broken"):
        broken = gallery.whoami(BAD)
        expect(broken).is_the_owner_of(KEY)
    assert (fine.exchange.role, broken.exchange.role) == ("request", "probe")


# ------------------------------------------------------------------ claims that don't hold

REFUSED = "to be refused with HTTP 401 and err 401"
IN = {"username": "alice", "status": "normal", "connected_with": "api_key"}

BREAKS = {
    "refused: let in": (BAD, lambda: ok(**IN), REFUSED, "let in as 'alice'"),
    "refused: 200 with err 401": (BAD, lambda: Response(refusal().data), REFUSED, "HTTP 200 with err 401"),
    "refused: other err": (BAD, lambda: Response('{"stat":"fail","err":999,"message":"m"}', 401), REFUSED, "err 999"),
    "refused: no envelope": (BAD, lambda: Response("<p>no", 401, content_type="text/html"), REFUSED, "no envelope"),
    "refused: guest": (BAD, ANSWERS[None], REFUSED, "HTTP 200 with stat ok"),
    "refused: server error": (BAD, lambda: Response("oops", 500), REFUSED, "HTTP 500"),
    "refused: 403": (BAD, lambda: Response(refusal().data, 403), REFUSED, "HTTP 403"),
    "refused: 401 with stat ok": (BAD, lambda: Response(ANSWERS[None]().data, 401), REFUSED, "stat ok"),
}


@pytest.mark.parametrize(("auth", "answer", "promised", "found"), BREAKS.values(), ids=BREAKS)
def test_not_refused_as_promised(gallery, expect, answers, auth, answer, promised, found):
    answers[auth.value] = answer
    broken = breaks(lambda: expect(gallery.whoami(auth)).is_refused_as_an_invalid_key())
    assert promised in str(broken)
    assert found in str(broken).partition("; ")[2]
    assert broken.exchange is gallery.transcript.exchanges[-1]
    assert expect.claims == 0


def breaks(claim):
    with pytest.raises(ContractBroken) as caught:
        claim()
    return caught.value


NOT_THE_OWNER = {
    "guest": ANSWERS[None],
    "another user": lambda: ok(**{**IN, "username": "bob"}),
    "another status": lambda: ok(**{**IN, "status": "admin"}),
    "by a session": lambda: ok(**{**IN, "connected_with": "pwg_ui"}),
    "refused": refusal,
    "error with the right body": lambda: Response(ok(**IN).data, 500),
    "no envelope": lambda: Response("<html>"),
    "no user": lambda: ok(),
}


@pytest.mark.parametrize("answer", NOT_THE_OWNER.values(), ids=NOT_THE_OWNER)
def test_not_the_owner(gallery, expect, answers, answer):
    answers["pkid-1:good"] = answer
    broken = breaks(lambda: expect(gallery.whoami(KEY)).is_the_owner_of(KEY))
    assert str(broken).startswith("expected to be taken for 'alice'")
    assert not expect.key_accepted


NO_GUEST = {**NOT_THE_OWNER, "guest": refusal, "guest by a key": lambda: ok(username="g", status="guest",
                                                                            connected_with="api_key")}  # fmt: skip


@pytest.mark.parametrize("answer", NO_GUEST.values(), ids=NO_GUEST)
def test_not_a_guest(gallery, expect, answers, answer):
    answers[None] = answer
    assert "expected to be a guest" in str(breaks(lambda: expect(gallery.whoami()).is_a_guest()))


@pytest.mark.parametrize("answer", [ANSWERS["pkid-1:good"], ANSWERS[None], refusal, lambda: Response("bad", 400)],
                         ids=["owner", "guest", "refused", "bad request"])  # fmt: skip
def test_opens_nobody_else(gallery, expect, answers, answer):
    answers["x"] = answer
    expect(gallery.whoami(KeyHeader("x"))).authenticates_nobody_but(KEY)
    assert expect.claims == 1


@pytest.mark.parametrize("answer", [lambda: ok(username="admin", status="webmaster"), lambda: Response("oops", 500),
                                    lambda: Response("<html>"), lambda: Response(ok(**{**IN, "status": "admin"}).data)],
                         ids=["another user", "server error", "page", "another status"])  # fmt: skip
def test_opens_somebody_else(gallery, expect, answers, answer):
    answers["x"] = answer
    assert "or 'alice'" in str(breaks(lambda: expect(gallery.whoami(KeyHeader("x"))).authenticates_nobody_but(KEY)))


def test_failing_control_says_so_and_whose_promise_it_is(gallery, expect, answers):
    answers["pkid-1:good"] = refusal
    broken = breaks(lambda: expect.control(gallery.whoami(KEY), promised_by="HDR-01").is_the_owner_of(KEY))
    assert str(broken).startswith("positive control: expected ")
    assert broken.promised_by == "HDR-01"
    assert (expect.controls, expect.key_accepted) == ([], False)


# ------------------------------------------------------------------ one refusal for all

TELLING = {
    "message": (lambda: refusal("Wrong secret"), "the body"),
    "blank in the body": (lambda: refusal("Invalid api_key "), "the body"),
    "one more header": (lambda: refusal(X_Reason="secret"), "the header x-reason"),
    "header with another value": (lambda: refusal(Content_Language="fr"), "the header content-language"),
}


@pytest.mark.parametrize(("answer", "found"), TELLING.values(), ids=TELLING)
def test_refusal_that_tells_which_part_was_wrong(gallery, expect, answers, answer, found):
    answers["pkid-1:bad"] = answer
    answers[PARTLY.value] = lambda: refusal(Content_Language="en")
    broken = breaks(lambda: expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key())
    assert "the very answer that an unknown key gets" in str(broken)
    assert found in str(broken)


@pytest.mark.parametrize("name", ["Date", "Set-Cookie", "Connection", "Keep-Alive"])
def test_header_that_differs_anyway(gallery, expect, answers, name):
    answers["pkid-1:bad"] = lambda: refusal(**{name: "something of its own"})
    expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    assert expect.claims == 1


def test_header_that_is_new_in_each_answer_tells_nothing(gallery, expect, answers):
    """A proxy in front numbers all answers."""
    numbers = iter(range(1000))
    answers["any other"] = lambda: refusal(X_Request_Id=str(next(numbers)))
    expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    assert expect.claims == 1


def test_the_usual_refusal_is_learned_once_for_each_kind_of_call(gallery):
    uniform = UniformRefusal()
    for _ in range(3):
        for verb in ("GET", "POST"):
            uniform.for_call(gallery.whoami(BAD, verb=verb).exchange.call, gallery)
    assert gallery.requests_sent == 6 + 2 * 2  # each asked twice: what differs between the two says nothing


def test_a_key_elsewhere_is_one_change(gallery, expect):
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    expect(gallery.whoami(Query("key", KEY.text))).is_a_guest()
    expect(gallery.whoami(Cookie("key", KEY.text))).is_a_guest()
    expect.assert_all()


def test_a_header_that_counts_seconds_tells_nothing(gallery, expect, answers):
    seconds = itertools.count()
    answers["any other"] = answers["pkid-1:bad"] = lambda: refusal(Expires=str(next(seconds) // 3))
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    for _ in range(10):
        expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    assert expect.claims == 10
    expect.assert_all()
    # the control, ten times the key, two unknown ones; and once an unknown one and the same again: then it is known
    assert gallery.requests_sent == 1 + 10 + 2 + 2


def test_a_header_that_counts_seconds_hides_no_other(gallery, expect, answers):
    seconds = itertools.count()
    answers["any other"] = lambda: refusal(Expires=str(next(seconds) // 3))
    answers["pkid-1:bad"] = lambda: refusal(Expires=str(next(seconds) // 3), X_Hint="the identifier is known")
    broken = breaks(lambda: expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key())
    assert "differs from it in the header x-hint, which" in str(broken)


def test_two_servers_in_turn_behind_one_address_tell_nothing(gallery, expect, answers):
    servers = itertools.cycle(["a", "b"])
    answers["any other"] = answers["pkid-1:bad"] = lambda: refusal(X_Served_By=next(servers))
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    expect(gallery.whoami(UNKNOWN)).is_refused_as_an_invalid_key()  # learns from both
    expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    assert expect.claims == 2
    expect.assert_all()
    assert gallery.requests_sent == 1 + 2 + 2, "nothing had to be asked again"


def test_one_server_more_than_was_met_when_the_refusal_was_learned(gallery, expect, answers):
    servers = itertools.chain(["a", "a", "a"], itertools.cycle(["b", "a"]))
    answers["any other"] = answers["pkid-1:bad"] = lambda: refusal(X_Served_By=next(servers))
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    expect(gallery.whoami(UNKNOWN)).is_refused_as_an_invalid_key()  # it and two more by the first server
    assert gallery.requests_sent == 1 + 1 + 2
    expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    assert expect.claims == 2
    expect.assert_all()
    assert gallery.requests_sent > 1 + 1 + 2 + 1, "the second one's answer was looked at again"


def test_a_difference_of_a_moment_tells_nothing(gallery, expect, answers):
    hints = itertools.chain([{"X_Hint": "restarting"}], itertools.repeat({}))
    answers["pkid-1:bad"] = lambda: refusal(**next(hints))
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()
    assert expect.claims == 1
    expect.assert_all()


def test_a_lasting_difference_is_told(gallery, expect, answers):
    answers["pkid-1:bad"] = lambda: refusal(X_Hint="the identifier is known")
    expect.control(gallery.whoami(KEY)).is_the_owner_of(KEY)
    with pytest.raises(ContractBroken, match="in the header x-hint"):
        expect(gallery.whoami(BAD)).is_refused_as_an_invalid_key()


def test_a_time_is_told_as_a_gallery_writes_it(gallery, expect):
    """So it can be replaced in what is told, and two runs tell the same."""
    time = datetime.datetime(2026, 11, 29, 13, 36, 52)
    with pytest.raises(ContractBroken) as broken:
        expect(gallery.whoami(KEY)).equals("the last use", time, None)
    assert without_times(str(broken.value)) == "expected the last use to be None; it is $TIME_1"


# ------------------------------------------------------------------ a key that may not, and a key that is none


def test_denied_in_words_of_its_own(gallery, expect, answers):
    answers["pkid-1:good"] = lambda: refusal("Access denied")
    answer = gallery.call("pwg.users.getList", KEY)
    expect(answer).is_denied()
    expect(answer).is_told_apart_from_a_bad_key()


def test_denied_in_the_words_of_a_bad_key(gallery, expect, answers):
    replies = itertools.cycle([refusal(), ok(username="alice", status="normal")])
    answers["pkid-1:good"] = lambda: next(replies)
    answer = gallery.call("pwg.users.getList", KEY)
    expect(answer).is_denied()
    with pytest.raises(ContractBroken, match=r"other words than those to a bad key; .*'Invalid api_key'.*, as to one"):
        expect(answer).is_told_apart_from_a_bad_key()


def test_key_that_is_refused_is_not_denied(gallery, expect, answers):
    answers["pkid-1:good"] = refusal
    answer = gallery.call(None, KEY, Query("method", "pwg.users.getList"))
    with pytest.raises(ContractBroken, match="the key itself is refused, whatever it asks for"):
        expect(answer).is_denied()
    assert gallery.transcript.exchanges[-1].call.method == "pwg.session.getStatus"
    assert gallery.transcript.exchanges[-1].call.auth == (KEY,)


def test_denial_is_refused_with_401(gallery, expect):
    with pytest.raises(ContractBroken, match="to be refused with err 401; the target answered HTTP 200 with stat ok"):
        expect(gallery.whoami(KEY)).is_denied()


# ------------------------------------------------------------------ documents, and what another request is answered


NOTICE = "<b>Notice</b>:  Undefined index: x in <b>/srv/a.php</b> on line <b>7</b>\n"


def test_notice_around_an_answer(gallery, expect, answers):
    guest = gallery.whoami()
    answers["pkid-1:good"] = lambda: Response(NOTICE + ok().get_data(as_text=True))
    for claim in ("is_a_document_and_nothing_else", "is_a_whole_document"):
        with pytest.raises(
            ContractBroken,
            match=r"one well-formed document in json; it is none .*, and tells: Notice: Undefined",
        ):
            getattr(expect(gallery.whoami(KEY)), claim)(*([guest] if claim == "is_a_whole_document" else []))


def test_notice_around_all_answers(gallery, expect, answers):
    answers[None] = answers["pkid-1:good"] = lambda: Response(NOTICE + ok().get_data(as_text=True))
    expect(gallery.whoami(KEY)).is_a_whole_document(gallery.whoami())
    expect(gallery.whoami(KEY)).says_the_same_as(gallery.whoami())
    with pytest.raises(ContractBroken, match="it is none"):
        expect(gallery.whoami()).is_a_document_and_nothing_else()


def test_text_in_a_document(gallery, expect, answers):
    answers["pkid-1:good"] = lambda: ok(name="Été <&> 日本")
    expect(gallery.whoami(KEY)).has_the_text("Été <&> 日本")
    with pytest.raises(ContractBroken, match=r"a document in json with the text 'Été'; .* without it"):
        expect(gallery.whoami(KEY)).has_the_text("Été")


OTHERWISE = {
    "another field": (lambda: ok(username="bob", time="1"), "result.username differs"),
    "an error": (lambda: refusal("no"), r"HTTP 401 with err 401 'no', and else HTTP 200"),
    "something around it": (lambda: Response("\N{ZERO WIDTH NO-BREAK SPACE}" + ok(username="alice", time="3")
                                             .get_data(as_text=True)), "something stands around it$"),
    "a notice around it": (lambda: Response(NOTICE + ok(username="alice", time="3").get_data(as_text=True)),
                           "something stands around it: Notice: Undefined"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "found"), OTHERWISE.values(), ids=OTHERWISE)
def test_another_answer_than_else(gallery, expect, answers, answer, found):
    answers[None] = lambda: ok(username="alice", time="0")
    answers["pkid-1:good"] = lambda: ok(username="alice", time="1")
    expect(gallery.whoami(KEY)).says_the_same_as(gallery.whoami(), volatile=["time"])
    with pytest.raises(ContractBroken, match=r"the answer that comes without it; result\.time differs"):
        expect(gallery.whoami(KEY)).says_the_same_as(gallery.whoami())
    answers["pkid-1:good"] = answer
    with pytest.raises(ContractBroken, match=f"the answer that comes without it; .*{found}"):
        expect(gallery.whoami(KEY)).says_the_same_as(gallery.whoami(), volatile=["time"])


HEADS = {
    "another status": (lambda: Response(status=404), "HTTP 200, as by GET; the target answered HTTP 404"),
    "another content type": (
        lambda: Response(content_type="text/html"),
        "the content type text/plain.*; it is text/html",
    ),
    "another length": (lambda: Response("x"), r"the length \d+, as by GET; it is 1$"),
    "not taken": (lambda: Response(status=405), None),
    "no content type": (lambda: _without("Content-Type", ok(username="alice")), None),
    "no length": (lambda: _without("Content-Length", ok(username="alice")), None),
}


def _without(header, response):
    del response.headers[header]
    response.automatically_set_content_length = False
    return response


def is_a_head(expect, head, got):
    expect(head).is_the_head_of(got)
    expect(head).tells_the_length_of(got)


@pytest.mark.parametrize(("answer", "found"), HEADS.values(), ids=HEADS)
def test_head(gallery, expect, answers, answer, found):
    answers[None] = lambda: ok(username="alice")
    answers["pkid-1:good"] = answer
    got, head = gallery.whoami(verb="GET"), gallery.whoami(KEY, verb="HEAD")
    if found is None:
        is_a_head(expect, head, got)
        return
    with pytest.raises(ContractBroken, match=found):
        is_a_head(expect, head, got)
