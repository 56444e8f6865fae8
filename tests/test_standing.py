"""A key that checks share and that works no more: one red, what stands on it is blocked, and any other fault is red."""

from piwigo_contract.client.credentials import GUEST, KeyHeader, Session
from piwigo_contract.options import Settings
from piwigo_contract.plugin.standing import KEY, SESSION, sessions_end_with_keys
from piwigo_contract.provision.target import Target
from piwigo_contract.reference import Reference, start
from tests.serving import gallery

HEADER = "HTTP_X_PIWIGO_API"
NOBODYS = "pkid-20250101-NobodyHasThisKey0000:0123456789abcdefghij0123456789ABCDEFGHIJ"
BLOCKED = f"blocked by {KEY}, which is broken"


class GivesOut:
    """Once it was asked with keys so often, none is one any more."""

    def __init__(self, uses):
        self.uses, self.seen = uses, 0

    def __call__(self, request, pass_on):
        self.seen += HEADER in request.environ
        if self.seen > self.uses and HEADER in request.environ:
            request.environ[HEADER] = NOBODYS
        return pass_on()


class ReadsTheOtherHeaderAsWell(GivesOut):
    def __call__(self, request, pass_on):
        if (other := request.environ.get("HTTP_AUTHORIZATION")) and HEADER not in request.environ:
            request.environ[HEADER] = other
            return pass_on()
        return super().__call__(request, pass_on)


def judged(run, fault, *clauses):
    with gallery(fault) as front:
        return run(*front.options("api-key"), "-k", " or ".join(clauses), "-p", "no:html")


def test_one_fault_is_one_red(run):
    done = judged(run, GivesOut(30), "HDR-01", "WIRE-06", "FMT-01", KEY)
    assert (done.code, done.with_outcome("fail")) == (1, {KEY})
    assert {done.clause(each)["reason"] for each in ("WIRE-06", "FMT-01")} == {BLOCKED}
    assert all(check["outcome"] == "not-assessed" for check in done.clause("FMT-01")["checks"])


def test_seen_by_a_check_of_another_clause(run):
    """The clause that the key broke is red also where no check of its own saw it, with what the other check saw."""
    with gallery(GivesOut(5)) as front:
        done = run(*front.options("api-key"), "-k", "HDR-01 or HDR-05 or FMT-01")
    found = done.clause(KEY)
    assert (done.code, done.with_outcome("fail")) == (1, {KEY})
    assert "it is good no more: HTTP 401 with err 401 'Invalid api_key'" in found["reason"]
    assert [check["outcome"] for check in found["checks"]] == ["fail"]
    assert done.clause("FMT-01")["reason"] == BLOCKED
    assert "it is good no more" in done.page


def test_another_fault_is_not_hidden(run):
    """That a key is read elsewhere is seen though it is good no more in its place."""
    done = judged(run, ReadsTheOtherHeaderAsWell(2), "HDR-01", "HDR-02", "FMT-01")
    assert done.with_outcome("fail") == {KEY, "HDR-02"}


def test_session_that_is_ended(run):
    with start(Reference(mutant="key-ends-the-sessions-of-its-owner")) as server:
        told = ("--target", server.url, "--webmaster", server.banner["webmaster"], "-p", "no:html")
        done = run(*told, "-k", "HDR-01 or LIFE-01 or WHO-05 or WHO-15 or WHO-16")
    assert (done.code, done.with_outcome("fail")) == (1, {SESSION})
    assert done.clause("LIFE-01")["reason"] == f"blocked by {SESSION}, which is broken"


def test_what_is_compared_with_a_session_that_is_ended(run):
    """A use of the key in the check itself ends the session that it compares with: that, too, is the one fault."""
    with start(Reference(mutant="key-ends-the-sessions-of-its-owner")) as server:
        told = ("--target", server.url, "--webmaster", server.banner["webmaster"], "-p", "no:html")
        done = run(*told, "--effort", "quick", "-k", "HDR-01 or FORB-17 or METH-10 or METH-14 or TOK-01 or WHO-06")
    assert (done.code, done.with_outcome("fail")) == (1, {SESSION})
    assert "it is nobody's after a use of that person's key" in done.clause(SESSION)["reason"]


def test_session_that_stays_open_explains_nothing(run):
    with start(Reference(mutant="users-key-denied-one-method")) as server:
        told = ("--target", server.url, "--webmaster", server.banner["webmaster"], "-p", "no:html")
        done = run(*told, "--effort", "quick", "-k", "HDR-01 or METH-10")
    assert done.with_outcome("fail") == {"METH-10"}


def test_key_alone_can_open_no_session_to_try_it(client):
    """A check has a visitor's session and a key, where nothing may be made: the break is its own."""
    with gallery() as front:
        asked = client(front.url)
        asked.whoami(KeyHeader(asked.vault.key("PIWIGO_API_KEY", front.banner["api_key"]).text), Session((), GUEST))
        target = Target(front.url, Settings(api_key=front.banner["api_key"]), asked.vault)
        assert asked.transcript.exchanges[-1].sent.names_a_key
        assert sessions_end_with_keys(target, asked.transcript.exchanges) is None


def test_key_that_still_works_explains_nothing(run):
    def loses_it_in_xml(request, pass_on):
        if request.args.get("format") == "rest":
            request.environ[HEADER] = NOBODYS
        return pass_on()

    with gallery(loses_it_in_xml) as front:
        done = run(*front.options("api-key"), "-k", "FMT-01", "-p", "no:html")
    assert done.with_outcome("fail") == {"FMT-01"}


def test_check_that_ends_the_key_itself_is_red(run):
    with start(Reference(mutant="wrong-secrets-lock-the-key")) as server:
        told = ("--target", server.url, "--api-key", server.banner["api_key"])
        done = run(*told, "-k", "REJ-11 or FMT-01 or WIRE-06", "-p", "no:html")
    assert done.with_outcome("fail") == {"REJ-11", KEY}
    assert {done.clause(each)["reason"] for each in ("WIRE-06", "FMT-01")} == {BLOCKED}
