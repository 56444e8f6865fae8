"""Every check names a clause that there is, and every clause has a check."""

import pytest

from piwigo_contract.contract.resources import SPECS
from piwigo_contract.contract.sources import Source
from piwigo_contract.contract.suite_index import check_bijection
from piwigo_contract.errors import UsageError


@pytest.fixture
def chapter(tmp_path, contract):
    """A module with a check for every clause; gives its path."""
    path = tmp_path / "test_all.py"
    checks = [
        f'@clause("{clause_id}")\ndef test_{number}(): ...\n' for number, clause_id in enumerate(contract.clauses)
    ]
    path.write_text("\n".join(checks))
    return path


def complaint(contract, chapter):
    with pytest.raises(UsageError) as caught:
        check_bijection(contract, Source("", SPECS, chapter.parent))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_shipped_suite(contract):
    check_bijection(contract)


def test_one_check_for_every_clause(contract, chapter):
    check_bijection(contract, Source("", SPECS, chapter.parent))


def test_clause_without_a_check(contract, chapter):
    chapter.write_text(chapter.read_text().replace('@clause("REJ-07")', '@clause("REJ-06")'))
    assert "rejection.yaml: REJ-07: a clause without a check" in complaint(contract, chapter)


CHECKS = {
    "check without a clause": ("def test_odd(): ...", "test_odd"),
    "check in a class without a clause": ("class TestOdd:\n    def test_odd(self): ...", "test_odd"),
    "unknown clause": ('@clause("HDR-77")\ndef test_odd(): ...', "HDR-77"),
    "clause that is put together": ('@clause("HDR-" + "01")\ndef test_odd(): ...', "as it stands"),
    "clause by keyword": ('@clause(clause_id="HDR-01")\ndef test_odd(): ...', "as it stands"),
    "clause of nothing": ("@clause()\ndef test_odd(): ...", "as it stands"),
    "no Python": ("def test_odd(:", "test_odd.py"),
}


@pytest.mark.parametrize(("source", "word"), CHECKS.values(), ids=CHECKS)
def test_odd_check(contract, chapter, source, word):
    odd = chapter.with_name("test_odd.py")
    odd.write_text(source)
    line = complaint(contract, chapter)
    assert str(odd) in line
    assert word in line
