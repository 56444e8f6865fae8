"""Why something was not judged: facts that travel, and the one sentence that is made of them."""

import json
from typing import get_args

import pytest

from piwigo_contract.contract.clauses import ACCESS
from piwigo_contract.errors import LacksMethod, OutOfReach
from piwigo_contract.results.outcomes import CheckResult
from piwigo_contract.results.reasons import Kind, Reason, sentence
from tests.serving import gallery

SENTENCES = {
    "out-of-reach": (Reason("out-of-reach", need="webmaster"), "needs a webmaster: give --webmaster"),
    "not-implemented": (Reason("not-implemented", detail="a method pwg.x"), "needs a method pwg.x"),
    "blocked": (Reason("blocked", ("HDR-01",)), "blocked by HDR-01, which is broken"),
    "not-selected": (Reason("not-selected"), "not selected in this run"),
    "interrupted": (Reason("interrupted"), "the run was interrupted"),
    "not-promised": (Reason("not-promised", detail="16.0"), "no promise of 16.0"),
    "settings": (Reason("settings", detail="the gallery adds none"), "the gallery adds none"),
    "environment": (Reason("environment", detail="the server in front refuses it"), "the server in front refuses it"),
    "skipped": (Reason("skipped", detail="not today"), "not today"),
    "suite": (Reason("suite", detail="KeyError: 'x'"), "KeyError: 'x'"),
    "no-verdict": (Reason("no-verdict", detail="it can't be reached"), "it can't be reached"),
}


@pytest.mark.parametrize("kind", get_args(Kind))
def test_sentence(kind):
    reason, words = SENTENCES[kind]
    assert (reason.kind, sentence(reason)) == (kind, words)


@pytest.mark.parametrize("need", ACCESS)
def test_access_that_is_lacking(need):
    assert sentence(Reason.of(OutOfReach(need))) == f"needs {ACCESS[need]}"


def test_what_else_is_lacking():
    assert Reason.of(OutOfReach(detail="a browser")) == Reason("out-of-reach", detail="a browser")
    assert Reason.of(LacksMethod("x")) == Reason("not-implemented", detail="x, a method that the target does not have")


def test_it_travels_as_plain_data():
    result = CheckResult("suite/test_x.py::test_x", "HDR-02", "not-assessed", reason=Reason("blocked", ("HDR-01",)))
    assert CheckResult.of_plain(result.as_plain()) == result
    assert json.loads(json.dumps(result.as_plain()))["reason"]["clauses"] == ["HDR-01"]


@pytest.mark.parametrize("outcome", ["pass", "fail", "error", "not-assessed", "not-applicable"])
def test_whatever_is_not_judged_says_why_and_nothing_else_does(outcome):
    judged = outcome in ("pass", "fail")
    with pytest.raises(ValueError, match=f"test_x: {outcome}"):
        CheckResult("test_x", "HDR-01", outcome, reason=Reason("suite", detail="x") if judged else None)


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["in series", "a worker"])
def test_method_that_the_gallery_lacks(run, workers):
    """Said to be forbidden to keys by the gallery's own list, and nowhere to be found."""
    with gallery() as front:
        options = ("--forbidden-methods", "+pwg.nowhere.toBeFound", "-k", "FORB-21", "-p", "no:html", *workers)
        done = run(*front.options("webmaster"), *options)
    assert done.clause("FORB-21")["reason_kind"] == "not-implemented"
    assert done.clause("FORB-21")["reason"] == "needs pwg.nowhere.toBeFound, a method that the target does not have"
    assert done.target()["not_implemented"] == []
