"""docs/coverage.md: every clause is in it, every id exists, and it is what its command makes today."""

import pytest

from piwigo_contract.commands.coverage import main
from piwigo_contract.contract.coverage import load_coverage
from piwigo_contract.contract.resources import SPECS
from piwigo_contract.errors import UsageError
from tests.running import ROOT

DATA = (SPECS / "coverage" / "coverage.yaml").read_text(encoding="utf-8")


def test_page_is_what_the_command_makes(tmp_path, capsys):
    assert main(["-o", str(tmp_path / "made.md")]) == 0
    assert (tmp_path / "made.md").read_text("utf-8") == (ROOT / "docs" / "coverage.md").read_text("utf-8")
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("# What is looked at\n")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("HDR-35", "HDR-34"), "no promise has HDR-35: put it where it looks"),
        (("HDR-35", "HDR-99"), "HDR-99 is no clause of the contract"),
    ],
)
def test_data_that_does_not_fit_the_contract(contract, tmp_path, change, told):
    path = tmp_path / "coverage.yaml"
    path.write_text(DATA.replace(*change), encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        load_coverage(contract, path)


def test_every_case_has_clauses_or_a_reason_and_not_both(contract):
    for promise in load_coverage(contract):
        for cases in promise.cases.values():
            assert all(bool(case.clauses) != bool(case.none) for case in cases)
