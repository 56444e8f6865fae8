"""Runs on a target that keeps every promise."""

import subprocess
import sys

import pytest

from piwigo_contract.contract.quick_checks import quick_checks
from piwigo_contract.contract.releases import EMBEDDED_RELEASE, profiles
from piwigo_contract.contract.resources import SUITE
from tests.running import ROOT, by_browser, clean_environment


def test_run_without_a_target_passes_every_clause(run, contract):
    """By few checks of each. All that a run makes by default are for the good run of detection, which is part of CI."""
    done = run("--effort", "quick")
    assert (done.code, done.target()["verdict"], done.err) == (0, "not-fully-verified", "")
    assert done.with_outcome("not-assessed") == by_browser(contract)
    assert done.with_outcome("pass") == contract.clauses.keys() - by_browser(contract)
    assert "Piwigo API compliance" in done.page
    made = {check["nodeid"] for clause in done.target()["clauses"] for check in clause["checks"]}
    chosen = {f"{function}[{example}]" for function, examples in quick_checks().items() for example in examples}
    assert chosen - made == set(), "`python -m tests.quick_checks` chooses them anew"


@pytest.mark.parametrize("release", [release for release in profiles() if release != EMBEDDED_RELEASE])
def test_every_release_keeps_its_own_contract(run, contract, release):
    """The chapters in which releases differ most, by few checks of each clause.

    All checks of these chapters are for the good runs of detection, all chapters for `tox -e contract`.
    """
    chapters = ("header", "rejection", "token", "formats")
    files = [str(SUITE / f"test_{chapter}.py") for chapter in chapters]
    done = run(*files, "--release", release, "--effort", "quick", "-p", "no:html")
    applicable = {clause.id for clause in contract.clauses.values() if release in clause.releases}
    selected = {clause_id for clause_id in applicable if contract[clause_id].chapter in chapters}
    assert (done.code, done.target()["release"]) == (0, release)
    assert done.with_outcome("pass") == selected
    assert done.with_outcome("not-assessed") == applicable - selected
    assert done.with_outcome("not-applicable") == contract.clauses.keys() - applicable
    unselected = done.with_outcome("not-assessed") - by_browser(contract)
    assert {done.clause(clause_id)["reason"] for clause_id in unselected} == {"not selected in this run"}


@pytest.mark.parametrize("command", [["piwigo_contract"], ["pytest", str(ROOT / "suite"), "--rootdir", str(ROOT)]],
                         ids=["console script", "pytest in a checkout"])  # fmt: skip
def test_started_from_a_shell(tmp_path, command):
    """Nothing but what the shell starts: no help of this project's tests."""
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-m", *command, "-k", "REJ-09", "-p", "no:cacheprovider"],
                          cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing is broken; " in done.stdout
    assert (tmp_path / "reports" / "compliance.json").exists()
    assert (tmp_path / "reports" / "compliance.html").exists()
