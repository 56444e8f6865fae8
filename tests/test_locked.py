"""What CI installs is named to the file, and is what pyproject.toml asks for."""

import re
import tomllib

from packaging.requirements import Requirement

from tests.running import ROOT

LOCKED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+) --hash=sha256:[0-9a-f]{64}")


def test_every_dependency_is_locked_to_a_version_that_will_do():
    lines = (ROOT / "requirements-ci.txt").read_text().splitlines()
    found = [LOCKED.fullmatch(line) for line in lines if not line.startswith("#")]
    assert None not in found
    locked = {each["name"]: each["version"] for each in found}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [Requirement(text) for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])]
    assert all(each.specifier for each in asked if not each.name.startswith("types-")), "a lower bound"
    unfit = [str(each) for each in asked if not each.specifier.contains(locked[each.name.lower()])]
    assert unfit == []
