"""Galleries that lack a method, or answer it oddly: judged by what they have; the suite itself never fails."""

import pytest

from tests.faults import without
from tests.serving import gallery

ONLY_MISSING = {
    "reflection.getMethodDetails": ("FMT-10", "FMT-11", "METH-01"),
    "pwg.users.getList": ("USED-06", "METH-11", "METH-02", "METH-03"),
    "pwg.session.login": ("DER-01", "LIFE-39", "LIFE-40"),
}


@pytest.mark.parametrize("method", ONLY_MISSING)
def test_method_that_is_not_there(run, method):
    clauses = ONLY_MISSING[method]
    with gallery(without(method)) as front:
        done = run(*front.options("webmaster"), "-k", " or ".join(clauses), "-p", "no:html")
    assert done.with_outcome("error") == set()
    assert done.with_outcome("fail", "warning") <= {"METH-02"}
    assert done.target()["not_implemented"] == [method]
    for clause_id in {*clauses} - {"METH-02", "METH-03", "METH-11"}:
        clause = done.clause(clause_id)
        assert (clause["outcome"], clause["reason_kind"]) == ("not-assessed", "not-implemented")
        assert method in clause["reason"]


HEADER = ("HDR-01", "HDR-02", "WHO-01")


def test_nobody_can_be_made_and_nobody_was_given(run):
    with gallery(without("pwg.users.add")) as front:
        done = run(*front.options("webmaster"), "-k", " or ".join(HEADER), "-p", "no:html")
    assert done.code == 2
    assert {done.clause(clause_id)["reason_kind"] for clause_id in HEADER} == {"not-implemented"}
    assert done.target()["not_implemented"] == ["pwg.users.add"]


def test_account_that_was_given_will_do(run):
    with gallery(without("pwg.users.add")) as front:
        done = run(*front.options("webmaster", "account"), "-k", " or ".join(HEADER), "-p", "no:html")
    assert done.code == 0
    assert {done.clause(clause_id)["outcome"] for clause_id in HEADER[:2]} == {"pass"}
    assert done.with_outcome("error", "fail") == set()
