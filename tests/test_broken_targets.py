"""Galleries with one fault: the clauses that must turn red do, and no others."""

import re

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.reference import Reference, start
from piwigo_contract.reference.mutants import MUTANTS
from tests.faults import HEADER, cuts_long_values, reads_the_query, refuses_an_empty_header
from tests.running import FEW_CHECKS, QUICK
from tests.serving import gallery

FAULTS = {
    "key in the query": (reads_the_query, {"HDR-10": "fail"}, 1),
    "long values cut": (cuts_long_values, {"HDR-06": "fail", "REJ-08": "fail"}, 1),
    "empty header refused": (refuses_an_empty_header, {"HDR-08": "warning"}, 0),
}


@pytest.mark.parametrize(("fault", "broken", "code"), FAULTS.values(), ids=FAULTS)
def test_one_fault(run, fault, broken, code):
    with gallery(fault) as front:
        done = run(*QUICK, *front.options("webmaster", "expired-key"), "-p", "no:html")
    found = {name: outcome for name, outcome in done.outcomes().items() if outcome not in ("pass", "not-assessed")}
    assert (found, done.code) == (broken, code)
    for clause_id in broken:
        clause = done.clause(clause_id)
        assert clause["reason"].startswith("expected ")
        assert clause["reason"] in {check["message"] for check in clause["checks"]}
        assert f"{clause_id} " in done.out
        assert next(check["curl"] for check in clause["checks"] if check["outcome"] != "pass").startswith("curl ")


WAIVERS = """[[waivers]]
clause = "HDR-10"
reason = "ours has no query log"
expires = {expires}
"""


@pytest.mark.parametrize(("expires", "outcome", "code"), [("2999-12-31", "waived", 0), ("2020-01-01", "fail", 1)])
def test_waived_fault(run, tmp_path, expires, outcome, code):
    (tmp_path / "w.toml").write_text(WAIVERS.format(expires=expires))
    with gallery(reads_the_query) as front:
        done = run(*front.options("webmaster"), "--waivers", tmp_path / "w.toml", "-k", "HDR-10", "-p", "no:html")
    assert (done.clause("HDR-10")["outcome"], done.code) == (outcome, code)
    assert ("ended on 2020-01-01" in done.out) == (code == 1)


def test_waiver_that_is_not_needed(run, tmp_path):
    (tmp_path / "w.toml").write_text(WAIVERS.format(expires="2999-12-31"))
    with gallery() as front:
        done = run(*front.options("webmaster"), "--waivers", tmp_path / "w.toml", "-k", "HDR-10")
    assert (done.clause("HDR-10")["outcome"], done.code) == ("pass", 1)
    for told in (done.out, done.page):
        assert "stale waiver: that of HDR-10 is not needed, the clause holds" in told


def test_held_to_the_wrong_release(run, contract):
    """The header's two clauses are broken, and whatever stands on them is blocked, not broken."""
    with gallery(release="16.4") as front:
        done = run(*FEW_CHECKS, "--release", "16.0", *front.options("webmaster"), "-p", "no:html")
    applicable = {clause.id for clause in contract.clauses.values() if "16.0" in clause.releases}
    ran = {clause_id for clause_id in applicable if contract[clause_id].chapter in ("header", "rejection")}
    assert (done.code, done.target()["verdict"]) == (1, "fail")
    assert done.with_outcome("fail") == {"HDR-01", "HDR-02"}
    assert done.with_outcome("not-assessed") == applicable - {"HDR-01", "HDR-02"}
    assert {done.clause(clause_id)["reason"] for clause_id in ran - {"HDR-01", "HDR-02", "REJ-10"}} == {
        "blocked by HDR-01, which is broken"
    }


def hangs_up_on_a_second_colon(request, pass_on):
    if "::" in request.environ.get(HEADER, ""):
        raise ConnectionResetError
    return pass_on()


def test_request_that_is_not_answered(run):
    """The target is there before and after: it is the target that broke the promise."""
    with gallery(hangs_up_on_a_second_colon) as front:
        done = run(*front.options("webmaster"), "-k", "test_second_colon or header_of_the_release", "-p", "no:html")
    assert (done.code, done.clause("HDR-06")["outcome"]) == (1, "fail")
    assert "none came" in done.clause("HDR-06")["reason"]


class GoesAway:
    """Answers until so many keys were seen, and nobody from then on."""

    def __init__(self, keys):
        self.left = keys

    def __call__(self, request, pass_on):
        self.left -= HEADER in request.environ
        if self.left < 0:
            raise ConnectionResetError
        return pass_on()


@pytest.mark.parametrize("keys", [0, 9])
def test_target_that_goes_away(run, keys):
    with gallery(GoesAway(keys)) as front:
        done = run(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html")
    assert (done.code, done.target()["verdict"]) == (2, "no-verdict")
    assert not done.with_outcome("fail", "warning")
    assert bool(done.with_outcome("pass")) == bool(keys)
    gone = {clause["reason_kind"] for clause in done.target()["clauses"] if "went away" in clause["reason"]}
    assert gone == {"environment"}
    assert "left behind" in done.out


class Answers(GoesAway):
    """As GoesAway, but somebody else answers from then on."""

    def __init__(self, keys, *answer, **headers):
        super().__init__(keys)
        self.answer = (*answer, headers)

    def __call__(self, request, pass_on):
        try:
            return super().__call__(request, pass_on)
        except ConnectionResetError:
            return Response(*self.answer, content_type="text/html")


IN_ITS_PLACE = {
    "maintenance": (("<h1>Under maintenance</h1>", 503), {"Retry-After": "900"}, "HTTP 503 (text/html, 'Under maint"),
    "nobody says for how long": (("<h1>Bad luck</h1>", 503), {}, "HTTP 503 (text/html, 'Bad luck')"),
    "a page": (("<h1>Welcome</h1>", 200), {}, "HTTP 200 (text/html, 'Welcome')"),
    "nothing there": (("<h1>Not found</h1>", 404), {}, "HTTP 404 (text/html, 'Not found')"),
}


@pytest.fixture(scope="module")
def replaced(at_once):
    """Runs on galleries in whose place somebody else begins to answer, by what."""
    faults = {name: Answers(9, *answer, **headers) for name, (answer, headers, _) in IN_ITS_PLACE.items()}
    return at_once(faults, *FEW_CHECKS, "-p", "no:html")


@pytest.mark.parametrize("name", IN_ITS_PLACE)
def test_somebody_else_begins_to_answer(replaced, name):
    """What was judged before stands; the rest is known to nobody, and one line says since when and why."""
    (done, front), (_, _, words) = replaced[name], IN_ITS_PLACE[name]
    assert (done.code, done.with_outcome("fail", "warning", "error")) == (2, set())
    assert done.with_outcome("pass")
    (line,) = [line for line in done.out.splitlines() if line.startswith("No verdict: ")]
    assert re.search(r"went away during the run, at \d\d:\d\d:\d\d UTC: ", line)
    assert words in line
    assert len(front.seen) < 60


def test_target_that_goes_away_in_a_volley(run):
    """Values that were not answered say nothing of a target that is not there any more."""
    with gallery(GoesAway(13)) as front:
        done = run("-k", "MAL-02 or MAL-03 or HDR-01", *front.options("webmaster"), "-p", "no:html")
    assert (done.code, done.with_outcome("fail", "warning")) == (2, set())
    assert "went away" in done.clause("MAL-03")["reason"]


@pytest.mark.parametrize(
    ("mutant", "clauses"),
    [
        ("revoked-key-leaves-the-list", ("LIFE-13", "LIFE-15", "END-28", "SEQ-01")),
        ("list-of-fifty", ("LIFE-50", "LIFE-31", "END-20", "END-23", "END-31", "USED-02")),
    ],
)
def test_fault_of_the_target_is_none_of_the_suite(run, mutant, clauses):
    """What a check goes by on its way may be what is broken: that is told, or left to whose affair it is."""
    with start(Reference(mutant=mutant)) as server:
        done = run(
            *("--target", server.url, "-k", " or ".join(clauses), "-p", "no:html", "--hypothesis-profile", "quick"),
            PIWIGO_WEBMASTER=server.banner["webmaster"],
            PIWIGO_EXPIRE_COMMAND=server.banner["expire_command"],
        )
    assert set(done.outcomes()) >= set(clauses)
    assert done.with_outcome("error") == set()
    assert done.with_outcome("fail", "warning") & {*MUTANTS[mutant].clauses}


@pytest.mark.parametrize(("mutant", "who"), [("refused-after-the-deed", "nobody"),
                                             ("revoked-key-refused-after-the-deed", "a revoked key")])  # fmt: skip
def test_write_that_is_no_caller_s_right_is_put_down_to_who_made_it(run, mutant, who):
    """What one caller did is held against no other, and the control that then fails tells nothing."""
    with start(Reference(mutant=mutant)) as server:
        asked = ("--target", server.url, "--webmaster", server.banner["webmaster"], "-k", "WRITE-09 and tags")
        done = run(*asked, "-p", "no:html")
    messages = [check["message"] for check in done.clause("WRITE-09")["checks"] if check["outcome"] == "fail"]
    assert messages
    assert [message for message in messages if f" (1: {who}); asked: " not in message] == []
