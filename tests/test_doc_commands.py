"""Each command that the documentation prints is one that works: with DOCS=all (`tox -e docs`) they are all carried out.

Without it those are that send nothing; and each option that is printed is one that there is.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from piwigo_contract.results.har.file import Archive, write_har
from tests.running import PATIENCE, ROOT, clean_environment
from tests.serving import gallery
from tests.test_docs import PAGES

OURS = ("piwigo-contract", "piwigo-reference", "pytest", "python", "python3")
OTHERS = ("pip", "docker", "tox", "pre-commit", "npm", "podman", "jq", "diff")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(language):
    """Blocks of a language, as parameters: the page and the text."""
    found = [
        (page, text) for page in PAGES for kind, text in FENCE.findall(page.read_text("utf-8")) if kind == language
    ]
    return [pytest.param(page, text, id=f"{page.relative_to(ROOT)} {n}") for n, (page, text) in enumerate(found)]


def commands(text):
    """The words of each command of a block."""
    return [shlex.split(line, comments=True) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def sends_nothing(text):
    asks = ("--list-clauses", "--explain", "piwigo_contract.report", "piwigo_contract.matrix", "contract_pages")
    free = ("cd", "cp", "chmod", "mkdir", "echo", "install", *OTHERS)
    return all(Path(words[0]).name in free or any(word.startswith(asks) for word in words) for words in commands(text))


CHOSEN = [each for each in blocks("sh") if os.environ.get("DOCS") == "all" or sends_nothing(each.values[1])]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with what a reader would have by then, and the programs that are named."""
    folder = tmp_path_factory.mktemp("docs")
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in (*OURS, *OTHERS):
        (programs / name).write_text(f"#!{sys.executable}\n{(ROOT / 'tests' / 'doc_programs.py').read_text()}")
        (programs / name).chmod(0o755)
    sample = ROOT / "reports" / "sample.json"
    folders = ("reports", "16.0", "16.4", "shard-1", "shard-2")
    for name in (*(f"{each}/compliance.json" for each in folders), "a.json", "b.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(sample, folder / name)
    for name in ("shard-1", "shard-2"):
        (folder / name / "targets" / name).mkdir(parents=True)
    for name in ("run", "a", "b"):
        write_har(folder / f"{name}.har", Archive())
    notes = ROOT / "examples" / "gallery-notes" / "gallery_notes_contract"
    for name in ("notes_contract", "gallery_notes_contract"):
        shutil.copytree(notes, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "examples" / "own-tests", folder / "own-tests")
    shutil.copy(ROOT / "examples" / "compose" / "env.example", folder)
    return folder


@pytest.fixture(scope="module")
def front():
    with gallery() as front:
        yield front


@pytest.fixture(scope="module")
def yesterday(_fork_server, place, front):
    """A result of before, of a run with no access at all: nothing that comes after it is worse."""
    options = ("-k", "HDR-06", "-p", "no:html", "--compliance-json", "yesterday.json")
    assert _fork_server.start(place, "--target", front.url, *options).finish().code == 0


@pytest.fixture
def carry_out(place, front, request):
    def carry_out(text, folder=".", **settings):
        (place / "secrets.toml").unlink(missing_ok=True)
        (place / "secrets.toml").touch(0o600)
        (place / "secrets.toml").write_text(f"api-key = '{front.banner['api_key']}'\n")
        (place / "fleet.csv").write_text(f"url,webmaster\n{front.url},PHOTOS_WEBMASTER\n")
        if "yesterday.json" in text:
            request.getfixturevalue("yesterday")
        text = text.replace("'USER:PASSWORD'", f"'{front.banner['webmaster']}'").replace("OWNER/", "owner/")
        given = json.dumps({**front.banner, "url": front.url})
        path = f"{place / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {
            **clean_environment(),
            "PYTHONPATH": str(ROOT),
            "DOCUMENTED": given,
            "PATH": path,
            "PHOTOS_WEBMASTER": front.banner["webmaster"],
            **settings,
        }
        return subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=place / folder, env=environment, text=True,
                              capture_output=True, check=False, timeout=PATIENCE)  # fmt: skip

    return carry_out


@pytest.mark.parametrize(("page", "text"), CHOSEN)
def test_block_of_commands(page, text, carry_out):
    done = carry_out(text, "own-tests" if page.name == "interface.md" else ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_option_is_one_that_there_is(run):
    """Of our own command, on all pages and in the recipes."""
    known = {*re.findall(r"--[a-z][\w-]+", run("--help").out), "--junitxml"}  # as pytest also calls it
    used = set()
    for page in PAGES:
        for _, text in FENCE.findall(page.read_text(encoding="utf-8")):
            for line in re.findall(r"(?:^|[\s/'])piwigo-contract (-.*)", text.replace("\\\n", " "), re.MULTILINE):
                used |= set(re.findall(r"(?<!\S)--[a-z][\w-]+", line.partition(" --expire-command")[0]))
    assert {"--target", "--webmaster", "--gate"} <= used
    assert used <= known


@pytest.mark.parametrize(("page", "text"), blocks("yaml"))
def test_yaml_can_be_read(page, text):
    assert yaml.safe_load(text)


@pytest.mark.parametrize(("page", "text"), blocks("toml"))
def test_toml_can_be_read(page, text):
    import tomllib

    assert tomllib.loads(text)


@pytest.mark.skipif(os.environ.get("DOCS") != "all", reason="tox -e docs")
@pytest.mark.parametrize("recipe", ["Forgejo", "Jenkins"])
def test_recipe(recipe, carry_out, place, front):
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").partition(f"## {recipe}")[2]
    _, block = FENCE.findall(text)[0]
    if recipe == "Jenkins":
        steps = re.findall(r"^ *sh '(.*)'$", block, re.MULTILINE)
    else:
        (job,) = yaml.safe_load(block)["jobs"].values()
        steps = [step["run"] for step in job["steps"] if "run" in step]
    settings = {"PIWIGO_TARGET": front.url, "PIWIGO_WEBMASTER": front.banner["webmaster"], "PIWIGO_WAIVERS": "known"}
    (place / "reports" / "junit.xml").unlink(missing_ok=True)
    for step in steps:
        done = carry_out(step, **settings)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (place / "reports" / "junit.xml").exists()


def test_example_of_a_test_is_the_one_that_is_tried():
    (conftest, own) = [
        text for kind, text in FENCE.findall((ROOT / "docs" / "interface.md").read_text()) if kind == "python"
    ]
    assert conftest == (ROOT / "examples" / "own-tests" / "conftest.py").read_text()
    whole = (ROOT / "examples" / "own-tests" / "test_album_list.py").read_text()
    assert all(part in whole for part in own.split("\n\n\n"))


def test_example_of_a_check_is_the_one_that_is_tried():
    ((_, check),) = [
        each for each in FENCE.findall((ROOT / "docs" / "extending.md").read_text()) if each[0] == "python"
    ]
    whole = (ROOT / "examples/gallery-notes/gallery_notes_contract/suite/test_notes.py").read_text()
    assert all(part.strip() in whole for part in check.split("\n\n\n"))
