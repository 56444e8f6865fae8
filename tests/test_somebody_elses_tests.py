"""In a run of other tests the plugin does nothing at all, also where it is installed."""

import re

import pytest

from tests.running import FEW_CHECKS

TESTS = {
    "passing": ("def test_own(): pass", 0),
    "failing": ("def test_own(): assert False", 1),
    "in error": ("def test_own(target): pass", 1),
    "none": ("", 5),
    "with a clause marker of its own": ("import pytest\n@pytest.mark.clause('X')\ndef test_own(): assert 0", 1),
}


@pytest.mark.parametrize(("source", "code"), TESTS.values(), ids=TESTS)
def test_is_left_alone(run, tmp_path, source, code):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "test_own.py").write_text(source)
    ours = {"PIWIGO_TARGET": "", "PIWIGO_API_KEY": "not a key", "PIWIGO_SWEEP": "yes", "PIWIGO_CONTRACT": "/nowhere"}
    done = run(plain=True, **ours)
    assert done.code == code
    # pytest lists what is there: plugins, and the fixtures for who wants a reference server
    own_lines = [
        re.sub(r"piwigo_reference(_factory)?", "", line)
        for line in done.out.splitlines()
        if not line.startswith("plugins: ")
    ]
    assert "iwigo" not in "\n".join(own_lines)
    assert not (folder / "reports").exists()


def test_beside_the_contract_a_failure_is_still_a_failure(run, tmp_path):
    own = tmp_path / "test_own.py"
    own.write_text("def test_own_no_colon(): assert False")
    done = run(*FEW_CHECKS, str(own), "-k", "no_colon", "-p", "no:html")
    assert (done.code, done.clause("HDR-04")["outcome"]) == (1, "pass")
