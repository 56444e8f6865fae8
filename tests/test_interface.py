"""What others build on: the names of piwigo_contract.check, the fixtures and the claims; and a project that uses them.

The interface is recorded in data/interface.json: `python -m tests.test_interface` adds what is new. What is recorded
stays, with its parameters, until a major version (docs/interface.md).
"""

import inspect
import json
import re
import shutil
from pathlib import Path

import pytest

from piwigo_contract import check
from piwigo_contract.plugin import fixtures
from tests.faults import cuts_long_values
from tests.running import ROOT
from tests.serving import gallery

SNAPSHOT = Path(__file__).parent / "data" / "interface.json"
EXAMPLE = ROOT / "examples" / "own-tests"
CLASSES = ("ApiKey", "Account", "Answer", "Claim", "Expect", "Gallery", "Session")
"""Those of which tests call more than the constructor."""


def interface():
    """Every public name with the parameters that it takes; None where it is no function."""
    names = {f"check.{name}": getattr(check, name) for name in check.__all__}
    for name in CLASSES:
        public = [each for each in dir(getattr(check, name)) if not each.startswith("_")]
        names |= {f"{name}.{each}": inspect.getattr_static(getattr(check, name), each) for each in public}
    told = {name: parameters(value) for name, value in names.items()}
    return {**told, **{f"fixture {name}": None for name in fixture_names()}}


def parameters(value):
    """Whether each may be left out, by name; None for what is no function."""
    value = getattr(value, "__func__", value)
    if not inspect.isfunction(value):
        return None
    found = inspect.signature(value).parameters.values()
    return {each.name: each.default is not each.empty for each in found if each.name not in ("self", "cls")}


def fixture_names():
    return sorted(
        name
        for module in fixtures.MODULES
        for name, value in vars(module).items()
        if type(value).__name__ == "FixtureFunctionDefinition" and not name.startswith("_")
    )


def test_what_is_recorded_is_there_and_takes_what_it_took():
    """And nothing more that must be given."""
    recorded, now = json.loads(SNAPSHOT.read_text()), interface()
    assert recorded.keys() - now.keys() == set()
    for name, taken in recorded.items():
        takes = now[name] or {}
        assert {each: takes.get(each) for each in taken or ()} == (taken or {}), name
        assert {each for each, optional in takes.items() if not optional} <= (taken or {}).keys(), name


def test_all_is_recorded():
    new = interface().keys() - json.loads(SNAPSHOT.read_text()).keys()
    assert not new, f"`python -m tests.test_interface` records {sorted(new)}"


# ------------------------------------------------------------------ a project of somebody else


@pytest.fixture
def project(tmp_path):
    """The example, where a run of it is started."""
    return shutil.copytree(EXAMPLE, tmp_path / "run", ignore=shutil.ignore_patterns("__pycache__"))


def test_the_example_on_the_embedded_reference(run, project):
    done = run("-p", "no:cacheprovider", plain=True)
    assert (done.code, "3 passed" in done.out) == (0, True), done.out
    assert {path.suffix for path in done.files()} - {".pyc"} == {".py"}


def test_a_break_is_a_failure_without_a_secret(run, project):
    (project / "test_more.py").write_text(
        "from piwigo_contract.check import KeyHeader\n"
        "def test_longer(gallery, key, expect):\n"
        "    print(told := key.text.reveal())\n"
        "    expect.control(gallery.whoami(key)).is_the_owner_of(key)\n"
        "    expect(gallery.whoami(KeyHeader(key.text + 'x'))).is_refused_as_an_invalid_key()\n"
    )
    with gallery(cuts_long_values) as front:
        done = run("-k", "longer", "--showlocals", "-p", "no:cacheprovider", *front.options("webmaster"), plain=True)
        assert not [name for name in front.users if name.startswith("pc-")]
    assert (done.code, "1 failed" in done.out) == (1, True)
    assert "expected to be refused" in done.out
    assert "told       = '$PIWIGO_API_KEY'" in done.out
    assert not re.search("pkid-[0-9]{8}-[A-Za-z0-9]{20}:[A-Za-z0-9]{20}", done.out)


def test_refusal_without_a_control_is_no_pass(run, project):
    (project / "test_more.py").write_text(
        "from piwigo_contract.check import KeyHeader\n"
        "def test_longer(gallery, key, expect):\n"
        "    expect(gallery.whoami(KeyHeader(key.text + 'x'))).is_refused_as_an_invalid_key()\n"
    )
    done = run("-k", "longer", "-p", "no:cacheprovider", plain=True)
    assert (done.code, "a refusal was claimed with no positive control beside it" in done.out) == (1, True)


def test_what_access_is_missing_for_is_skipped(run, project):
    with gallery() as front:
        done = run("--target", front.url, "-rs", "-p", "no:cacheprovider", plain=True)
    assert done.code == 0
    assert "3 skipped" in done.out
    assert "needs a valid key: give --api-key, --account or --webmaster" in done.out


def test_no_gallery_no_test(run, project):
    done = run("--target", "http://127.0.0.1:9/", "-p", "no:cacheprovider", plain=True)
    assert done.code == 1
    assert "3 errors" in done.out
    assert "no verdict: http://127.0.0.1:9/ can't be reached" in done.out


def test_options_that_make_no_sense(run, project):
    done = run("--api-key", "nonsense", plain=True)
    assert (done.code, done.err.strip()) == (
        4,
        "ERROR: --api-key takes PKID:SECRET (what was given is not shown here)",
    )


if __name__ == "__main__":
    recorded = json.loads(SNAPSHOT.read_text()) if SNAPSHOT.exists() else {}
    SNAPSHOT.write_text(json.dumps({**interface(), **recorded}, indent=1, sort_keys=True) + "\n")
