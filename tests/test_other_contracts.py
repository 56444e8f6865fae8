"""Contracts of others, beside this project's own: in a folder, and in a package that is installed."""

import shutil

import pytest
import yaml

from piwigo_contract.contract import sources
from piwigo_contract.contract.clauses import load_contract
from piwigo_contract.detection.__main__ import main as detect
from piwigo_contract.errors import UsageError
from tests.running import ROOT

NOTES = ROOT / "examples" / "gallery-notes" / "gallery_notes_contract"
ENTRY_POINTS = "[piwigo_contract.contracts]\ngallery-notes = gallery_notes_contract\n"


@pytest.fixture
def folder(tmp_path):
    """A copy of the example, to be broken."""
    return shutil.copytree(NOTES, tmp_path / "notes", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture
def use():
    """`sources.use`, undone afterwards."""
    yield sources.use
    sources.use([])


def test_example_in_a_folder(run):
    done = run("--contract", str(NOTES), "-k", "NOTE", "-p", "no:html")
    assert (done.code, done.err) == (0, "")
    assert done.with_outcome("pass") == {"NOTE-01", "NOTE-02", "NOTE-03"}
    assert [row["nodeid"] for row in done.clause("NOTE-03")["checks"]] == [
        "gallery_notes_contract/suite/test_notes.py::test_no_key_wipes"
    ]


@pytest.fixture
def installed(tmp_path, use, monkeypatch):
    """The example as pip would install it."""
    (tmp_path / "gallery_notes_contract").symlink_to(NOTES)
    about = tmp_path / "gallery_notes_contract-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gallery-notes-contract\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    return about


def test_installed_package(installed, use):
    use([])
    assert [source.name for source in sources.sources()] == ["", "gallery_notes_contract"]
    assert "NOTE-03" in load_contract().clauses


def test_installed_package_and_the_same_folder_are_one(installed, use):
    use([str(NOTES)])
    assert [source.name for source in sources.sources()] == ["", "gallery_notes_contract"]


def test_entry_point_of_no_package(installed, use):
    (installed / "entry_points.txt").write_text("[piwigo_contract.contracts]\nnotes = gallery_nowhere\n")
    with pytest.raises(UsageError, match="gallery_nowhere is no package that can be found"):
        use([])


def test_its_mutants_are_killed(tmp_path, capsys, use):
    assert detect(["--contract", str(NOTES), "--output", str(tmp_path), "-n", "1"]) == 0
    assert "3 mutants: 3 killed" in capsys.readouterr().out


def test_environment_variable(run):
    done = run("--list-clauses", PIWIGO_CONTRACT=str(NOTES))
    assert "NOTE-02" in done.out


def test_several_workers(run):
    done = run("--contract", str(NOTES), "-k", "NOTE", "-p", "no:html", "-n", "2")
    assert (done.code, done.with_outcome("pass")) == (0, {"NOTE-01", "NOTE-02", "NOTE-03"})


def test_without_it_nothing_of_it_is_known(run):
    assert "NOTE" not in run("--list-clauses").out


def change(folder, **fields):
    path = folder / "specs" / "contract" / "notes.yaml"
    data = yaml.safe_load(path.read_text())
    data["clauses"][0].update(fields)
    path.write_text(yaml.safe_dump(data))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda folder: shutil.rmtree(folder / "specs"), ("holds no chapter", "specs/contract/NAME.yaml")),
        (lambda folder: shutil.rmtree(folder / "suite"), ("holds no checks", "suite/test_NAME.py")),
        (lambda folder: change(folder, id="HDR-99"), ("notes.yaml: HDR-99", "another contract's")),
        (lambda folder: change(folder, id="NOTE-09"), ("test_notes.py", "NOTE-01 is no clause")),
        (lambda folder: change(folder, depends=["NOTE-77"]), ("notes.yaml: NOTE-01", "depends on NOTE-77")),
        (lambda folder: change(folder, level="MAY"), ("notes.yaml: NOTE-01", "MUST or SHOULD")),
    ],
    ids=["no chapters", "no checks", "prefix in use", "check of no clause", "depends on nothing", "no level"],
)
def test_bad_contract_is_one_line(run, folder, fault, words):
    fault(folder)
    done = run("--contract", str(folder))
    assert done.code == 4
    lines = done.err.strip().splitlines()
    assert len(lines) == 1
    assert all(word in lines[0] for word in words)


def test_no_such_folder(run):
    done = run("--contract", "/nowhere")
    assert (done.code, "there is no folder /nowhere" in done.err) == (4, True)


def test_two_of_one_name(tmp_path, folder, use):
    other = shutil.copytree(folder, tmp_path / "other" / folder.name)
    with pytest.raises(UsageError, match="two contracts are called 'notes'"):
        use([str(folder), str(other)])


def test_own_clauses_come_first(use):
    use([str(NOTES)])
    ids = list(load_contract().clauses)
    assert ids[-3:] == ["NOTE-01", "NOTE-02", "NOTE-03"]
    assert list(load_contract(sources.OWN).clauses) == ids[:-3]
