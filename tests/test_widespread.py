"""A fault that shows wherever it is looked for: one red, what rests on it is blocked, and any other fault is red."""

import pytest

from piwigo_contract.plugin.widespread import METHODS, STATUS, WEBMASTERS_METHODS
from piwigo_contract.reference import Reference, start

REFUSALS = ("REJ-01", "FMT-02", "FMT-03", "FMT-13", "FORB-01")
CALLS = ("WHO-03", "JRN-13", "TOK-03")
SOME = " or ".join(["HDR-01", STATUS, METHODS, WEBMASTERS_METHODS, *REFUSALS, *CALLS])


@pytest.fixture
def reds(run):
    """The clauses that a run of SOME finds broken on a mutant of the reference, and those that these block."""

    def judged(mutant):
        with start(Reference(mutant=mutant)) as server:
            told = ("--target", server.url, "--webmaster", server.banner["webmaster"], "--effort", "quick")
            done = run(*told, "-k", SOME, "-p", "no:html")
        blocked = [row for row in done.target()["clauses"] if row.get("reason_kind") == "blocked"]
        return done.with_outcome("fail"), {row["id"]: row["blocked_by"] for row in blocked}

    return judged


def test_errors_whose_status_tells_nothing(reds):
    red, blocked = reds("error-with-status-200")
    assert red == {STATUS}
    assert blocked.keys() >= set(REFUSALS)
    assert {tuple(by) for by in blocked.values()} == {(STATUS,)}


def test_status_of_one_kind_of_error_is_no_widespread_fault(reds):
    red, _ = reds("refusal-with-status-200")
    assert "REJ-01" in red
    assert STATUS not in red


def test_keys_that_may_call_nothing(reds):
    red, blocked = reds("keys-may-only-ask-who-they-are")
    assert red == {METHODS, WEBMASTERS_METHODS}
    assert blocked.keys() >= set(CALLS)


def test_one_method_that_is_denied_is_no_widespread_fault(reds):
    assert reds("users-key-denied-one-method") == ({METHODS}, {})
