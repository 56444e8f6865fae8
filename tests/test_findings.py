"""docs/findings/: every known deviation is in it, and it is what its command makes today; its scripts do what it says.

CI tries a few of the scripts; FINDINGS=all (`tox -e findings`) tries each.
"""

import os
import re
import subprocess
from contextlib import ExitStack

import pytest

from piwigo_contract.commands.findings import main, pages
from piwigo_contract.contract.findings import load_findings
from piwigo_contract.contract.resources import SPECS
from piwigo_contract.errors import UsageError
from piwigo_contract.reference import Reference, start
from tests.running import ROOT

FOLDER = ROOT / "docs" / "findings"
DATA = (SPECS / "findings" / "findings.yaml").read_text(encoding="utf-8")
FINDINGS = load_findings()

QUICK = {"upload-sessions-may-all", "sessions-outlive-keys", "format-in-the-body"}
BUSY = {"refusal-tells-by-its-time"}
"""What takes a few milliseconds longer may drown in the load of the machine."""


def test_pages_are_what_the_command_makes(tmp_path):
    assert main(["-o", str(tmp_path)]) == 0
    made = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[DER-15]", "[DER-16]"), "no finding has DER-15, which 16.0 is known to break"),
        (("[DER-15]", "[HDR-01]"), "upload-sessions-may-all: no release is known to break HDR-01"),
        (("[WHO-63]", "[WHO-63, HDR-13]"), None),
        (("[TOK-01, ", "[TOK-01, METH-15, "), "token-beside-a-key: no release that has it is known to break METH-15"),
        (("CVSS:4.0/AV:N", "CVSS:3.1/AV:N"), "upload-sessions-may-all: security: cvss is a vector of CVSS 4.0"),
    ],
)
def test_data_that_does_not_fit_the_releases(tmp_path, change, told):
    path = tmp_path / "findings.yaml"
    path.write_text(DATA.replace(*change, 1), encoding="utf-8")
    if told is None:
        load_findings(path)
        return
    with pytest.raises(UsageError, match=re.escape(told)):
        load_findings(path)


def test_the_worst_weakness_comes_first():
    scores = [float(each.security["score"]) for each in FINDINGS if each.security is not None]
    assert scores == sorted(scores, reverse=True)
    assert {each.severity for each in FINDINGS} == {"high", "medium", "low", ""}


def test_what_was_tried_is_of_the_finding(contract):
    for finding in FINDINGS:
        for trial in filter(None, (finding.tried, finding.until_then_tried)):
            assert set(trial.get("green", ())) <= set(finding.clauses), finding.id
            assert set(trial.get("red", ())) <= contract.clauses.keys() - set(finding.clauses), finding.id


def test_draft_has_all_weaknesses():
    draft = dict(pages(FINDINGS))["private-report.md"]
    assert re.findall(r"^## (.*)$", draft, re.MULTILINE) == [each.id for each in FINDINGS if each.security]


# ------------------------------------------------------------------ scripts


def again(running, finding):
    """The exit code of a script, and all that it says."""
    _, _, password = running.banner["webmaster"].partition(":")
    given = {"PATH": os.environ["PATH"], "PIWIGO_TARGET": running.url, "PIWIGO_WEBMASTER_PASSWORD": password}
    script = FOLDER / f"{finding.id}.sh"
    done = subprocess.run(["bash", script], env=given, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def reference():
    """Gives a reference of a release, with its deviations or without."""
    with ExitStack() as stack:
        servers = {}

        def of(release, *, fixed):
            if (release, fixed) not in servers:
                servers[release, fixed] = stack.enter_context(start(Reference(release=release, fixed=fixed)))
            return servers[release, fixed]

        yield of


def test_each_has_its_script_and_none_a_gallery_of_its_own():
    assert {path.stem for path in FOLDER.glob("*.sh")} == {each.id for each in FINDINGS}
    for path in FOLDER.glob("*.sh"):
        text = path.read_text(encoding="utf-8")
        assert ': "${PIWIGO_TARGET:?root of the gallery, ending in a slash}"' in text, path.name
        assert not re.search(r"https?://\d", text), path.name


TRIED = [each for each in FINDINGS if each.id not in BUSY and (os.environ.get("FINDINGS") == "all" or each.id in QUICK)]


@pytest.mark.parametrize("finding", TRIED, ids=lambda each: each.id)
def test_script_sees_it_and_does_not_where_it_is_mended(reference, finding):
    release = "16.4" if "16.4" in finding.releases else finding.releases[-1]
    for fixed, code, told in ((False, 1, "It does the same again."), (True, 0, "It answers otherwise now.")):
        found, said = again(reference(release, fixed=fixed), finding)
        assert (found, said.splitlines()[-1]) == (code, told), said
