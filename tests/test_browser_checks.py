"""The chapter for which a Chromium opens pages of the target: without one, with one that does not start, and a red."""

import base64
import json
import re
import shutil

import pytest

from piwigo_contract.contract.clauses import ACCESS
from piwigo_contract.options import browser
from piwigo_contract.reference import Reference, start
from piwigo_contract.reference.mutants import MUTANTS
from piwigo_contract.report.evidence import evidence_of
from piwigo_contract.results.har.file import Archive

CHROMIUM = browser()
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason=f"needs {ACCESS['browser']}")
needs_playwright = pytest.mark.skipif(browser(shutil.which("true")) is None, reason="playwright is not installed")


def test_without_a_browser_it_is_said_what_installs_one(run):
    done = run("-k", "BRW-01", "-p", "no:html")
    clause = done.clause("BRW-01")
    assert (clause["outcome"], clause["reason"]) == ("not-assessed", f"needs {ACCESS['browser']}")
    assert "pip install 'piwigo-contract[browser]'" in clause["reason"]


@needs_playwright
def test_browser_that_does_not_start(run):
    done = run("-k", "BRW-01", "-p", "no:html", "--browser-path", shutil.which("false"))
    clause = done.clause("BRW-01")
    assert clause["outcome"] == "not-assessed"
    assert clause["reason"].startswith(f"needs a browser that starts ({shutil.which('false')}: ")


@needs_browser
def test_red_shows_what_was_on_the_screen_without_secrets(run):
    with start(Reference(mutant="form-shows-the-secret-cut")) as server:
        told = ("--target", server.url, "--webmaster", server.banner["webmaster"], "--browser-path", CHROMIUM)
        done = run(*told, "-k", "BRW-05")
    assert (done.code, done.clause("BRW-05")["outcome"]) == (1, "fail")
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', done.page)
    assert [base64.b64decode(picture)[:4] for picture in pictures] == [b"\x89PNG"]


@pytest.mark.parametrize("name", [name for name, each in MUTANTS.items() if each.clauses[0].startswith("BRW-")])
def test_mutant_changes_its_page(name):
    """Also where there is no browser: what a mutant replaces in a script is there."""
    gallery, _ = Reference(mutant=name).build()
    right, _ = Reference().build()
    values = {
        "ws": {"header": "X-PIWIGO-API"},
        "profile": {"user": "alice", "token": "0", "durations": (30,), "rows": []},
    }
    changed = [page for page, given in values.items() if gallery.script(page, **given) != right.script(page, **given)]
    assert len(changed) == 1


@pytest.mark.parametrize("told", [None, 7, "", "R0lGODlh", 'iVBORw0KGgo="><script>', "iVBORw0KGgo\n"])
def test_archive_puts_nothing_but_a_png_into_the_page(told):
    entry = {
        "request": {"method": "GET", "url": "http://host/", "headers": []},
        "response": {"status": 200, "statusText": "OK", "headers": [], "content": {}},
        "comment": json.dumps({"target": 1, "check": "x", "role": "probe", "shown": True, "picture": told}),
    }
    assert [each.picture for each in evidence_of(Archive((entry,)))[1, "x"]] == [""]
