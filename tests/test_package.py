"""What is published: metadata, workflows and, where PACKAGE is set (`tox -e package`), the files themselves."""

import configparser
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile

import pytest
import yaml

from piwigo_contract import __version__
from tests.running import ROOT, clean_environment

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
built_alone = pytest.mark.skipif("PACKAGE" not in os.environ, reason="takes a registry and a minute: tox -e package")


def test_lowest_versions_are_those_that_are_allowed():
    pins = re.findall(r"^[^#\s].*", (ROOT / "requirements-lowest.txt").read_text(), re.MULTILINE)
    assert sorted(pins) == sorted(each.replace(">=", "==") for each in PROJECT["dependencies"])


def test_changelog_has_a_part_for_what_is_not_out_yet_or_for_this_version():
    parts = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert parts[0] in ("Unreleased", __version__)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_runs_environments_that_there_are(path):
    """And may write nothing but where it says so."""
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    tox = configparser.ConfigParser()
    tox.read(ROOT / "tox.ini")
    known = {section.partition(":")[2] for section in tox.sections()} | set(tox["tox"]["env_list"].split(", "))
    asked = re.findall(r"tox -e ([\w-]+)", path.read_text(encoding="utf-8"))
    for job in workflow["jobs"].values():
        asked += [row["env"] for row in job.get("strategy", {}).get("matrix", {}).get("include", [])]
    assert asked
    assert set(asked) <= known


def test_each_python_that_is_named_is_tried():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    tried = {row["python"] for row in workflow["jobs"]["tests"]["strategy"]["matrix"]["include"]}
    named = {line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d", line)}
    assert named == tried
    assert min(named) == PROJECT["requires-python"].removeprefix(">=")


def test_release_is_refused_for_a_tag_that_is_not_the_version(tmp_path):
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    (step,) = [step for step in workflow["jobs"]["build"]["steps"] if step.get("name") == "The tag is the version"]
    (tmp_path / "piwigo_contract").mkdir()
    (tmp_path / "piwigo_contract" / "__init__.py").write_text('__version__ = "1.0.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("## 1.0.0 (2027-01-01)\n")
    shell = ["bash", "-ec", step["run"]]
    codes = [
        subprocess.run(shell, cwd=tmp_path, env={**os.environ, "TAG": tag}, check=False).returncode
        for tag in ("v1.0.0", "v1.0.1", "v1a0b0")
    ]
    assert codes == [0, 1, 1]


def test_container_is_no_root_and_compose_uses_it():
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    instructions = [line.split(" ")[0] for line in lines if line and not line.startswith(("#", " "))]
    assert set(instructions) <= {"FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "ENTRYPOINT"}
    assert instructions.index("USER") < instructions.index("ENTRYPOINT")
    folder = ROOT / "examples" / "compose"
    compose = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))
    build = compose["services"]["contract"]["build"]
    assert (folder / build["context"] / build["dockerfile"]).resolve() == ROOT / "Containerfile"
    assert set(compose["volumes"]) == {"database", "piwigo"}
    variables = set(re.findall(r"\$\{(\w+)", (folder / "compose.yaml").read_text(encoding="utf-8")))
    assert variables == set(re.findall(r"^(\w+)=", (folder / "env.example").read_text(encoding="utf-8"), re.MULTILINE))


# ------------------------------------------------------------------ the files themselves


def do(*command, **settings):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """The sdist, and the wheel that is built of it."""
    folder = tmp_path_factory.mktemp("dist")
    do(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(dist):
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The commands of an environment with the wheel and nothing of this checkout."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    do(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return folder / "bin"


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@built_alone
def test_what_is_built_is_fit_to_be_published(dist):
    do(sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir())


@built_alone
def test_checkout_and_sdist_build_the_same_wheel(wheel, tmp_path):
    do(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, ROOT)
    of_sdist, of_checkout = contents(wheel), contents(next(tmp_path.glob("*.whl")))
    assert of_sdist.keys() == of_checkout.keys()
    assert {name for name, data in of_sdist.items() if of_checkout[name] != data} == set()
    for folder in ("suite", "specs"):
        here = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.suffix not in ("", ".pyc")}
        assert {f"piwigo_contract/{path.as_posix()}" for path in here} <= of_sdist.keys()


@built_alone
def test_sdist_has_what_its_tests_take_and_nothing_of_this_machine(dist):
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"tests/conftest.py", "reports/sample.html", "CHANGELOG.md", "requirements-lowest.txt"} <= names
    assert not [name for name in names if re.search(r"(^|/)(\.venv|\.tox|\.ci|__pycache__|\.\w+_cache)(/|$)", name)]


@built_alone
def test_wheel_alone_in_an_empty_folder(installed, tmp_path):
    """It warns of nothing, and leaves nothing but its reports."""
    environment = {**clean_environment(), "PYTHONWARNINGS": "error::pytest.PytestWarning"}
    told = do(installed / "piwigo-contract", "-k", "HDR-06 or MAL-24", cwd=tmp_path, env=environment)
    assert "exit code 0" in told
    assert "warning" not in told.lower()
    assert {path.name for path in tmp_path.iterdir()} == {"reports"}
    assert "HDR-13" in do(installed / "piwigo-contract", "--list-clauses", cwd=tmp_path, env=environment)


@built_alone
def test_wheel_is_typed_for_a_project_of_somebody_else(installed, tmp_path):
    """mypy --strict, with the types as they are installed."""
    (tmp_path / "test_own.py").write_bytes((ROOT / "examples" / "own-tests" / "test_album_list.py").read_bytes())
    strict = (sys.executable, "-m", "mypy", "--strict", "--python-executable", installed / "python")
    assert "Success" in do(*strict, "test_own.py", cwd=tmp_path)
    (tmp_path / "test_own.py").write_text(
        "from piwigo_contract.check import Expect, Gallery\n"
        "def test_own(gallery: Gallery, expect: Expect) -> None:\n"
        "    expect(gallery.whoami()).is_the_king()\n"
    )
    command = [str(word) for word in (*strict, "test_own.py")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, '"Claim" has no attribute "is_the_king"' in done.stdout) == (1, True)
