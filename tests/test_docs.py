"""The documentation: what it points to is there."""

import re

import pytest

from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.deviations import DEVIATIONS
from tests.running import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    wrong = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        if re.match("[a-z]+:", link):
            continue
        there = page if not path else page.parent / path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            wrong.append(link)
    assert wrong == []


def test_the_map_names_each_package():
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "piwigo_contract").glob("*/__init__.py")}
    assert {name for name in packages if f"| `{name}/`" not in design} == set()


def rows_of_deviations():
    """A row of the table in reference-server.md for each deviation."""
    for each in DEVIATIONS:
        first, last = each.releases[0], each.releases[-1]
        where = "all" if each.releases == tuple(VERSIONS) else first if first == last else f"{first} to {last}"
        issue = "" if each.issue is None else f" [{each.issue.rpartition('/')[2]}]({each.issue})"
        yield f"| {each.summary} | {where} |{issue} |"


def test_each_deviation_of_the_reference_is_described():
    page = (ROOT / "docs" / "reference-server.md").read_text(encoding="utf-8")
    assert [row for row in page.splitlines() if row in set(rows_of_deviations())] == list(rows_of_deviations())
