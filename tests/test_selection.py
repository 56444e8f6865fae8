"""Part of the contract: the report still lists all of it."""

import re

import pytest

from tests.running import QUICK, by_browser


def test_selected_by_keyword(run, contract):
    done = run(*QUICK, "-k", "revoked_key", "-p", "no:html")
    assert (done.code, done.target()["verdict"]) == (0, "not-fully-verified")
    assert list(done.outcomes()) == list(contract.clauses)
    assert done.with_outcome("pass") == {"REJ-09"}
    reasons = {clause["id"]: clause["reason"] for clause in done.target()["clauses"] if clause["id"] != "REJ-09"}
    # what is out of reach is said to be so first: tests have no browser
    assert {name for name, reason in reasons.items() if reason != "not selected in this run"} == by_browser(contract)


def test_selected_by_clause(run):
    done = run("-k", "HDR-03 or REJ-01", "-p", "no:html")
    assert done.with_outcome("pass") == {"HDR-03", "REJ-01"}


def test_only_modules_that_name_the_clauses_are_looked_through(run):
    """Reading all of them takes longer than most selections."""
    few, all_of_them = (
        int(re.search(r"/(\d+) tests", run("-k", name, "--collect-only", "-q", name=name).out)[1])
        for name in ("HDR-03", "HDR")
    )
    assert few < all_of_them / 10


def test_tests_of_others_are_looked_through_whatever_the_keyword(run, tmp_path):
    """Beside the suite: they may get such a name where they run."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "test_own.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('number', [3], ids=lambda number: f'HDR-{number:02}')\n"
        "def test_name(number): pass\n"
    )
    done = run(str(own), QUICK[0], "-k", "HDR-03", "--collect-only", "-q")
    assert "::test_name[HDR-03]" in done.out


def test_selected_by_path(run):
    done = run(f"{QUICK[0]}::test_no_colon", "-p", "no:html")
    assert (done.code, done.with_outcome("pass")) == (0, {"HDR-04"})


def reports_of(done):
    """What is in the folder of reports besides the caches of pytest and hypothesis."""
    folder = done.folder / "reports"
    return [path for path in folder.glob("*") if path.name not in (".hypothesis", ".pytest_cache")]


def test_nothing_selected_writes_no_report(run):
    done = run("-k", "no_check_has_this_name")
    assert done.code == 5
    assert "no check matches -k no_check_has_this_name (--list-clauses shows the ids)" in done.out
    assert reports_of(done) == []


@pytest.mark.parametrize(("option", "shown"), [("--collect-only", "test_no_colon"), ("--fixtures", "throw_away_")])
def test_what_only_lists_sends_nothing_and_writes_nothing(run, option, shown):
    done = run(option, "-q", "--target", "http://never.invalid/")
    assert done.code == 0
    assert shown in done.out
    assert reports_of(done) == []


def test_reports_go_where_they_are_told(run):
    done = run(f"{QUICK[0]}::test_no_colon", "--compliance-json", "a/b.json", "--html", "c/d.html")
    assert (done.folder / "a" / "b.json").exists()
    assert (done.folder / "c" / "d.html").exists()
    assert reports_of(done) == []


@pytest.mark.parametrize("selection", ["WRITE-05 and rename", "LIFE-11", "TOK-10", "METH-01"])
def test_a_selection_that_never_asks_who_the_caller_is_has_a_verdict(run, selection):
    """That a key is accepted is tried where none of its checks does."""
    done = run("--release", "16.4", "-k", selection, "-p", "no:html")
    assert (done.code, done.with_outcome("fail", "error")) == (0, set())
    assert done.target()["verdict"] == "not-fully-verified"
