"""docs/ as a site (`tox -e docs`): it is built without a warning, and each link of it leads somewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from piwigo_contract.commands.contract_pages import contract_page, main, releases_page
from piwigo_contract.contract.releases import profiles
from tests.running import ROOT
from tests.test_browser import CHROMIUM, FOLDER, look_at

built = pytest.mark.skipif(
    os.environ.get("DOCS") != "all" or find_spec("mkdocs") is None, reason="takes mkdocs: tox -e docs"
)


def test_every_clause_has_its_anchor(contract):
    found = re.findall(r"^### (\S+) \{ #(\S+) \}$", contract_page(), re.MULTILINE)
    assert found == [(name, name) for name in contract.clauses]


def test_what_data_says_is_no_markup():
    page = re.sub("`[^`]*`", "", contract_page().partition("\n## ")[2])
    assert not re.search("<(?!https://)", page)
    assert not re.search(r"(?<!\\)\[(?![A-Z]+-\d\d\]\(#|upstream issue\]\()", page)


def test_every_known_deviation_is_in_the_table():
    table = releases_page()
    for number, (release, profile) in enumerate(profiles().items()):
        for clause, deviation in profile.known_deviations.items():
            row = next(line for line in table.splitlines() if line.startswith(f"| [{clause}]"))
            told = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)][3:-1]
            assert told[number] == ("*some*" if deviation.only_where else "**breaks**"), (release, clause)
    assert "**breaks** |\n" in table
    assert all(re.search(rf"{re.escape(release)}\S* on 20\d\d-", table) for release in profiles())


def test_every_page_is_in_the_navigation():
    """But for examples, which are code, and for findings, which their own index lists."""
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    told = re.findall(r"(\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted({page for page in pages if not page.startswith(("examples/", "findings/"))} - set(told)) == []
    assert "findings/README.md" in told
    assert len(told) == len(set(told))


def test_settings_can_be_read():
    assert yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["docs_dir"] == "docs"


def test_command(tmp_path, capsysbinary):
    assert main(["releases", "-o", str(tmp_path / "r.md")]) == 0
    assert (tmp_path / "r.md").read_text(encoding="utf-8") == releases_page()
    assert main(["nothing"]) == 4


# ------------------------------------------------------------------ as it is built


class Links(HTMLParser):
    """The links and the anchors of a page, and what it loads by itself."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.loaded = set(), {""}, set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors.add(given.get("id"))
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon"):
            self.loaded.add(given["href"])
        elif "src" in given:
            self.loaded.add(given["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        page.relative_to(folder).as_posix(): Links(page.read_text("utf-8")) for page in folder.rglob("*.html")
    }, folder


@built
def test_links_lead_somewhere_and_nothing_is_loaded_from_elsewhere(site):
    pages, folder = site
    wrong = []
    for name, page in pages.items():
        for link in page.links | page.loaded:
            parts = urlsplit(link)
            if parts.scheme:
                wrong += [(name, link)] if link in page.loaded else []
                continue
            there = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
            there = there.resolve()
            known = pages.get(there.relative_to(folder.resolve()).as_posix()) if there.exists() else None
            if name != "404.html" and (not there.exists() or (known and unquote(parts.fragment) not in known.anchors)):
                wrong.append((name, link))
    assert wrong == []


@built
def test_every_clause_can_be_linked_to(site, contract):
    pages, _ = site
    assert contract.clauses.keys() <= pages["contract.html"].anchors


@built
@pytest.mark.skipif(not (CHROMIUM and (FOLDER / "node_modules").exists()), reason="takes what tox -e browser does")
@pytest.mark.parametrize("name", ["index", "contract", "releases", "ci", "start/hoster"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(site, name):
    _, folder = site
    looks = look_at(folder / f"{name}.html")
    assert [(each["violations"], each["wide"]) for each in looks] == [([], 0)] * 4
