"""The committed sample of a report is what the suite of today would write; reports/README.md tells how it is made."""

import re

import pytest

from piwigo_contract.report.page import HEADINGS, render_page
from piwigo_contract.results.document_file import read_document
from piwigo_contract.results.har.file import Archive
from tests.pages import read_page
from tests.running import ROOT

SAMPLE = ROOT / "reports" / "sample.html"


@pytest.fixture(scope="module")
def document():
    return read_document(ROOT / "reports" / "sample.json")


@pytest.fixture(scope="module")
def page():
    return read_page(SAMPLE.read_text(encoding="utf-8"))


def test_it_is_of_the_page_of_today(document, contract):
    """Made again without its archive, but for how the run ended and its notes: the same style, script and form."""
    broken = sum(row["outcome"] == "fail" for row in document["targets"][0]["clauses"])
    archive = Archive(about={"exit": f"exit code 1: {broken} required clauses broken"})
    made, sample = render_page(document, archive, contract), SAMPLE.read_text("utf-8")
    sample = re.sub(r'<ul class="notes".*?</ul>\n', "", sample, flags=re.S)
    for tag in ("style", "script", "header", "nav", "footer"):
        then, now = (re.findall(rf"<{tag}.*?</{tag}>", text, re.S) for text in (sample, made))
        assert then == now != []


def test_it_shows_what_there_is_to_show(document, page):
    (target,) = document["targets"]
    for outcome in ("fail", "warning", "not-assessed", "pass"):
        expected = {row["id"] for row in target["clauses"] if row["outcome"] == outcome}
        assert expected
        assert {each.attributes["id"] for each in page.all(data_outcome=outcome)} == expected
    assert HEADINGS["fail"] in page.text
    broken = page.all("article", cls="tone-fail")
    assert {article.attributes["id"] for article in broken if article.all(cls="exchange")} == {
        row["id"] for row in target["clauses"] if row["outcome"] == "fail"
    }


def test_it_is_not_too_long():
    assert SAMPLE.stat().st_size < 2_000_000
