"""The page and the matrix in a real browser (`tox -e browser`): nothing that axe finds serious, no request, no error.

Needs Chromium, node, and the packages of tests/browser/package.json.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from piwigo_contract import matrix
from tests.faults import hostile
from tests.running import QUICK, ROOT
from tests.serving import gallery

FOLDER = Path(__file__).with_name("browser")
CHROMIUM = os.environ.get("BROWSER_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and shutil.which("node") and (FOLDER / "node_modules").exists()), reason="run by tox -e browser"
)


@pytest.fixture(scope="module")
def reports(_fork_server, tmp_path_factory):
    """What a run on a hostile target with much that is broken wrote."""
    folder = tmp_path_factory.mktemp("browser") / "run"
    with gallery(hostile) as front:
        return _fork_server.start(folder, *QUICK, *front.options("webmaster")).finish().folder / "reports"


@pytest.fixture(scope="module")
def looks(reports):
    """The page as it was seen in light and dark, wide and narrow."""
    return look_at(reports / "compliance.html")


def look_at(page):
    looked = subprocess.run(["node", "look.mjs", str(CHROMIUM), page.as_uri()], cwd=FOLDER, capture_output=True,
                            text=True, check=False)  # fmt: skip
    assert looked.returncode == 0, looked.stderr
    return json.loads(looked.stdout)


def test_axe_finds_nothing(looks):
    assert [each["violations"] for each in looks] == [[]] * 4


def test_nothing_is_loaded_run_or_reported(looks):
    """No script of the target's, no dialog, no request, nothing that the page's own policy has to stop."""
    assert [each["troubles"] for each in looks] == [[]] * 4


def test_nothing_is_wider_than_the_screen(looks):
    assert [(each["overflow"], each["wide"]) for each in looks] == [(0, 0)] * 4


def test_search_by_keyboard(looks):
    assert [(each["focused"], each["found"]) for each in looks] == [("words", ["HDR-06"])] * 4
    assert [each["told"][:5] for each in looks] == ["1 of "] * 4


def test_link_to_a_clause_that_is_folded_away(looks):
    assert [each["linked"] for each in looks] == [True] * 4


def test_axe_finds_nothing_in_a_matrix(reports):
    """Of that run and the sample's, side by side."""
    several = (reports / "compliance.json", ROOT / "reports" / "sample.json")
    code = matrix.main([*map(str, several), "-o", str(reports / "matrix.html")])
    assert code == 0
    looks = look_at(reports / "matrix.html")
    assert [(each["violations"], each["troubles"]) for each in looks] == [([], [])] * 4
