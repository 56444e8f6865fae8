"""What a target says reaches no terminal, reader or command but as what it is: text."""

import re
import shlex
import xml.etree.ElementTree as ElementTree

import pytest

from piwigo_contract.client.credentials import ApiKey, User
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.keys import Keys
from piwigo_contract.report.__main__ import main as report
from tests.hostile import EVIL_PKIDS, escapes_to_keys
from tests.pages import read_page
from tests.serving import gallery

INERT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def test_escapes_in_every_field_of_every_answer(run, tmp_path):
    """In all that a run says and writes: terminal, pages, result, archive, JUnit, step summary, code quality."""
    told = ("--har", "reports/run.har", "--junitxml", "reports/junit.xml")
    settings = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    with gallery(escapes_to_keys) as front:
        done = run(*front.options("webmaster"), "-k", "HDR-01 or HDR-02 or REJ-01 or REJ-02", *told, **settings)
    assert done.code == 1
    code_quality = tmp_path / "code-quality.json"
    result = str(done.folder / "reports" / "compliance.json")
    assert report([result, "--format", "code-quality", "-o", str(code_quality)]) == 0
    written = {path.name: content.decode() for path, content in done.files().items() if "reports" in path.parts}
    assert set(written) >= {"compliance.html", "compliance.json", "run.har", "junit.xml"}
    written |= {path.name: path.read_text("utf-8") for path in (tmp_path / "summary.md", code_quality)}
    for name, text in {**written, "standard output": done.out, "standard error": done.err}.items():
        assert not INERT.search(text), name
    assert r"\x1b[31m" in done.out
    page = read_page(written["compliance.html"])
    assert not page.all("img")
    assert [script for script in page.all("script") if "alert(1)" in script.text] == []
    assert "alert(1)" in written["junit.xml"]
    assert not ElementTree.fromstring(written["junit.xml"]).findall(".//script")
    assert "<script" not in written["summary.md"]
    assert {path.parts[len(done.folder.parts)] for path in done.files()} <= {"reports"}


@pytest.fixture
def keys():
    return Keys(None, None, None, None, None, "expire --now {pkid} 'row {pkid}'")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pkid", [*EVIL_PKIDS, "", "pkid-20250609-a;b", "pkid-٢٠٢٥٠٦٠٩-a", f"pkid-20250609-{200 * 'a'}"]
)
def test_id_that_a_target_makes_up_is_given_to_no_command(keys, vault, pkid):
    with pytest.raises(OutOfReach, match="an id of a key that --expire-command can be given"):
        keys.expire_command_for(ApiKey(vault.key("PIWIGO_API_KEY", f"{pkid}:secret"), User("a", "b")))


def test_id_of_a_key(keys, vault):
    key = ApiKey(vault.key("PIWIGO_API_KEY", "pkid-20250609-aB3:secret"), User("a", "b"))
    assert keys.expire_command_for(key) == shlex.split(
        "expire --now pkid-20250609-aB3 'row pkid-20250609-aB3'",
    )
