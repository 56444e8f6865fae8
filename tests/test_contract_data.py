"""The contract's files: each kind of defect ends in one line that names the file and the clause."""

import ast
import re
import shutil

import pytest
import yaml

from piwigo_contract.contract.clauses import in_dependency_order, load_contract
from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.resources import SPECS, SUITE
from piwigo_contract.contract.sources import Source
from piwigo_contract.errors import UsageError
from tests.running import ROOT


@pytest.fixture
def specs(tmp_path):
    """A copy of the shipped chapters, to be broken."""
    return shutil.copytree(SPECS / "contract", tmp_path / "contract")


def change(folder, clause_id, **fields):
    """Set fields of one clause; None takes a field away."""
    path = next(path for path in folder.glob("*.yaml") if f"id: {clause_id}\n" in path.read_text())
    data = yaml.safe_load(path.read_text())
    clause = next(clause for clause in data["clauses"] if clause["id"] == clause_id)
    clause.update(fields)
    for name in [name for name, value in fields.items() if value is None]:
        del clause[name]
    path.write_text(yaml.safe_dump(data))


def complaint(folder):
    with pytest.raises(UsageError) as caught:
        load_contract(Source("", folder.parent, SUITE))
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_shipped_contract_and_profiles_load():
    contract = load_contract()
    assert list(contract.titles)[:2] == ["header", "rejection"]
    assert {clause.chapter for clause in contract.clauses.values()} == set(contract.titles)
    assert list(profiles()) == ["16.0", "16.1", "16.2", "16.3", "16.4", "17.0"]
    assert {profile.header for profile in profiles().values()} == {"Authorization", "X-PIWIGO-API"}


DEFECTS = {
    "missing field": ({"why": None}, "why"),
    "unknown field": ({"severity": "high"}, "severity"),
    "level": ({"level": "MAY"}, "'MAY'"),
    "level of a wrong type": ({"level": ["MUST"]}, "level"),
    "statement without full stop": ({"statement": "It works"}, "statement"),
    "why without full stop": ({"why": "Because"}, "why"),
    "statement that is no text": ({"statement": 7}, "statement"),
    "source that is no list": ({"source": "wiki"}, "source"),
    "no source": ({"source": []}, "source"),
    "access of a wrong type": ({"access": [1]}, "access"),
    "no access": ({"access": []}, "access"),
    "unknown access": ({"access": ["root"]}, "'root'"),
    "unknown dependency": ({"depends": ["HDR-77"]}, "HDR-77"),
    "depends on itself": ({"depends": ["REJ-02"]}, "itself"),
    "depends on itself through another": ({"depends": ["REJ-03"]}, "itself"),
    "unknown release": ({"releases": ["15.0"]}, "15.0"),
    "unknown first release": ({"releases": "since 15.0"}, "since 15.0"),
    "no release": ({"releases": []}, "releases"),
    "release that is a number": ({"releases": [16.0]}, "releases"),
    "releases in a list of lists": ({"releases": [["16.0"]]}, "releases"),
}


@pytest.mark.parametrize(("fields", "word"), DEFECTS.values(), ids=DEFECTS)
def test_defect_of_a_clause(specs, fields, word):
    change(specs, "REJ-03", depends=["REJ-02"])
    change(specs, "REJ-02", **fields)
    line = complaint(specs)
    assert str(specs / "rejection.yaml") in line
    assert "REJ-02" in line
    assert word in line


@pytest.mark.parametrize("clause_id", ["hdr-01", "HDR-1", "HDR-001", "HDR01", "HDR-01 ", "", 1, None, ["HDR-01"]])
def test_malformed_id(specs, clause_id):
    data = yaml.safe_load((specs / "header.yaml").read_text())
    data["clauses"][0]["id"] = clause_id
    (specs / "header.yaml").write_text(yaml.safe_dump(data))
    line = complaint(specs)
    assert str(specs / "header.yaml") in line
    assert repr(clause_id) in line


@pytest.mark.parametrize("first", ["REJ-01", "HDR-05"], ids=["in one chapter", "in two chapters"])
def test_id_twice(specs, first):
    data = yaml.safe_load((specs / "rejection.yaml").read_text())
    data["clauses"][1]["id"] = first
    (specs / "rejection.yaml").write_text(yaml.safe_dump(data))
    line = complaint(specs)
    assert f"{specs / 'rejection.yaml'}: {first}: this id is in use" in line


def test_file_is_named_after_its_chapter(specs):
    (specs / "rejection.yaml").rename(specs / "refusal.yaml")
    line = complaint(specs)
    assert str(specs / "refusal.yaml") in line
    assert "'rejection'" in line


CHAPTERS = {
    "no YAML": "chapter: [",
    "no mapping": "- chapter",
    "empty": "",
    "not UTF-8": b"chapter: \xff",
    "field missing": "chapter: rejection\norder: 2\nclauses: []\n",
    "clauses not a list": "chapter: rejection\norder: 2\ntitle: T\nclauses: 5\n",
    "order not a number": "chapter: rejection\norder: late\ntitle: T\nclauses: []\n",
    "clause not a mapping": "chapter: rejection\norder: 2\ntitle: T\nclauses: [REJ-01]\n",
}


@pytest.mark.parametrize("content", CHAPTERS.values(), ids=CHAPTERS)
def test_defect_of_a_chapter(specs, content):
    (specs / "rejection.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert str(specs / "rejection.yaml") in complaint(specs)


def test_field_twice_in_a_clause(specs):
    """YAML's readers take the last one in silence."""
    path = specs / "rejection.yaml"
    path.write_text(path.read_text().replace("level: MUST", "level: MUST\n    level: SHOULD", 1))
    assert str(path) in complaint(specs)


def test_known_deviation_from_a_clause_that_is_not_there(specs):
    data = yaml.safe_load((specs / "header.yaml").read_text())
    data["clauses"] = [clause for clause in data["clauses"] if clause["id"] != "HDR-13"]
    (specs / "header.yaml").write_text(yaml.safe_dump(data))
    line = complaint(specs)
    assert "16.0.yaml" in line
    assert "HDR-13" in line


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("all", {"16.0", "16.1", "16.2", "16.3", "16.4", "17.0"}),
        ("since 16.3", {"16.3", "16.4", "17.0"}),
        ("until 16.1", {"16.0", "16.1"}),
        (["16.2", "17.0"], {"16.2", "17.0"}),
    ],
    ids=["all", "since", "until", "listed"],
)
def test_releases_of_a_clause(specs, wanted, found):
    change(specs, "REJ-02", releases=wanted)
    assert load_contract(Source("", specs.parent, SUITE))["REJ-02"].releases == found


def test_clauses_are_checked_after_what_they_depend_on(contract):
    order = in_dependency_order(contract, contract.clauses)
    assert sorted(order) == sorted(contract.clauses)
    for clause in contract.clauses.values():
        assert all(order.index(needed) < order.index(clause.id) for needed in clause.depends)


# ------------------------------------------------------------------ a broken SHOULD hides no MUST


def test_no_must_depends_on_a_should(contract):
    """A gate passes a broken SHOULD: what it blocks would go unjudged, and the gate be green."""
    unseen = {
        clause.id: should
        for clause in contract.clauses.values()
        if clause.level == "MUST"
        and (should := [each for each in contract.prerequisites(clause.id) if contract[each].level != "MUST"])
    }
    assert not unseen


def promises_named(path):
    """Ids of clauses that a module names for anything but to say which clause a check stands for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "clause"
        for argument in call.args
    }
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in own)
    return {node.value for node in texts if re.fullmatch(r"[A-Z]{2,8}-[0-9]{2}", str(node.value))}


def test_what_is_blamed_for_a_control_is_a_must(contract):
    """A control that fails blocks its check where the clause that promises it is broken: the same holds of it."""
    claims = (ROOT / "piwigo_contract" / "claims").glob("*.py")
    blamed = set().union(*map(promises_named, [*SUITE.glob("test_*.py"), *claims]))
    assert blamed
    assert {each for each in blamed if contract[each].level != "MUST"} == set()
