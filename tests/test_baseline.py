"""What got worse and better since an earlier result, and the gate that goes by it."""

import json

import pytest

from piwigo_contract.report.__main__ import main as report
from piwigo_contract.results.compare import changes, got_worse
from tests.faults import cuts_long_values, reads_the_query
from tests.pages import read_page
from tests.running import QUICK
from tests.serving import gallery


def result(*outcomes, url="http://a/", kind=None):
    clauses = [
        {"id": f"X-{number}", "outcome": outcome, "reason_kind": kind} for number, outcome in enumerate(outcomes)
    ]
    return {"url": url, "clauses": clauses}


def document(*targets):
    return {"targets": list(targets)}


KINDS = {
    ("pass", "fail"): "worse",
    ("pass", "warning"): "worse",
    ("warning", "fail"): "other",
    ("not-assessed", "fail"): "worse",
    ("not-applicable", "fail"): "worse",
    ("error", "warning"): "worse",
    ("pass", "not-assessed"): "worse",
    ("fail", "pass"): "better",
    ("fail", "warning"): "other",
    ("warning", "pass"): "better",
    ("waived", "pass"): "better",
    ("waived", "fail"): "other",
    ("waived", "warning"): "other",
    ("pass", "waived"): "other",
    ("fail", "waived"): "other",
    ("fail", "not-assessed"): "other",
    ("pass", "error"): "other",
    ("not-assessed", "pass"): "other",
    ("pass", "not-applicable"): "other",
    ("fail", "fail"): None,
    ("pass", "pass"): None,
}


@pytest.mark.parametrize(("before", "now"), KINDS, ids="-".join)
def test_kind_of_a_change(before, now):
    found = changes(document(result(now)), document(result(before)))
    assert [change.kind for change in found] == ([KINDS[before, now]] if KINDS[before, now] else [])


def test_what_was_not_selected_is_no_change():
    assert not changes(document(result("not-assessed", kind="not-selected")), document(result("pass")))


@pytest.mark.parametrize(
    ("now", "worse"), [("fail", ["X-1"]), ("warning", ["X-1"]), ("pass", []), ("not-assessed", [])]
)
def test_clause_that_is_new(now, worse):
    found = got_worse(document(result("pass", now)), document(result("pass")))
    assert [change.clause for change in found] == worse


def test_targets_are_matched_by_url_and_then_by_place():
    baseline = document(result("pass", url="http://a/"), result("fail", url="http://b/"))
    assert not changes(document(result("fail", url="http://b/")), baseline)
    (moved,) = changes(document(result("fail", url="http://c/")), baseline)
    assert (moved.before, moved.now) == ("pass", "fail")
    third = document(result("pass", url="http://a/"), result("fail", url="http://b/"), result("fail", url="http://c/"))
    assert [change.target for change in got_worse(third, baseline)] == [2]


@pytest.fixture(scope="module")
def before(_fork_server, tmp_path_factory):
    """The result of a gallery in which two clauses are broken."""
    folder = tmp_path_factory.mktemp("before") / "run"
    with gallery(cuts_long_values) as front:
        done = _fork_server.start(folder, *QUICK, *front.options("webmaster"), "-p", "no:html").finish()
    return done.folder / "reports" / "compliance.json"


def query_too(request, pass_on):
    return reads_the_query(request, lambda: cuts_long_values(request, pass_on))


GALLERIES = {"as it was": (cuts_long_values, 0), "worse": (query_too, 1), "worse and better": (reads_the_query, 1)}


@pytest.mark.parametrize(("fault", "code"), GALLERIES.values(), ids=GALLERIES)
def test_gate_for_what_got_worse(run, before, fault, code, tmp_path):
    settings = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    with gallery(fault) as front:
        done = run(*QUICK, *front.options("webmaster"), "--baseline", before, "--gate", "regression", **settings)
    assert (done.code, done.target()["verdict"]) == (code, "fail")
    assert ("since the baseline worse: 1: HDR-10" in done.out) == (code == 1)
    assert ("since the baseline better: 2: HDR-06, REJ-08" in done.out) == (fault is reads_the_query)
    assert ("nothing got worse or better" in done.out) == (code == 0)
    why = "1 clause worse than in the baseline (HDR-10)" if code else "nothing got worse since the baseline"
    annotated = [line for line in done.out.splitlines() if line.startswith("::")]
    assert [line.split()[1] for line in annotated if line.startswith("::error")] == code * [
        "title=Piwigo",
        "title=HDR-10",
    ]
    for told in (done.out, done.page.replace("Exit", "exit"), annotated[0]):
        assert f"exit code {code}: {why}" in told
    summary = (tmp_path / "summary.md").read_text()
    assert f"Exit code {code}&#58; {why[:20]}" in summary
    assert ("Since the baseline worse&#58; 1&#58; HDR-10" in summary) == (code == 1)
    (section,) = read_page(done.page).all("section", aria_labelledby="since")
    assert ("HDR-10 MUST" in section.text) == (code == 1)


def test_page_with_a_comparison_can_be_made_again(run, before, tmp_path):
    with gallery(query_too) as front:
        done = run(*QUICK, *front.options("webmaster"), "--baseline", before, "--har", "run.har")
    assert done.code == 1
    arguments = [done.folder / "reports" / "compliance.json", "--har", done.folder / "run.har", "--baseline", before]
    assert report([*map(str, arguments), "-o", str(tmp_path / "again.html")]) == 0
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == done.page


def test_baseline_that_is_none(run, tmp_path):
    (tmp_path / "odd.json").write_text(json.dumps({"schema": 1}))
    with gallery() as front:
        done = run(*front.options("webmaster"), "--baseline", tmp_path / "odd.json")
        assert (done.code, front.seen) == (4, [])
    assert "odd.json: is no compliance.json" in done.err
