"""mkdocs' hook: pages that are made of the contract's data, and those that lie beside docs/.

A link to a file outside of docs/ leads to a copy of it, so that the site needs no repository beside it.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from piwigo_contract.commands.contract_pages import contract_page, releases_page

ROOT = Path(__file__).resolve().parent.parent
BESIDE = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "SECURITY.md": "security.md"}
"""Pages of the root, and what they are called here."""
DATA = {"specs/contract": "contract.md", "specs/releases": "releases.md"}
"""Folders, and the pages that are made of them."""
LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are not in docs/, and the files that pages link to."""
    made = dict(zip(DATA.values(), (contract_page(), releases_page()), strict=True))
    for name, here in BESIDE.items():
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        made[here] = LINK.sub(lambda link: f"{link[1]}{BESIDE.get(link[2], link[2])}{link[3]}", text)
    for name, text in made.items():
        files.append(File.generated(config, name, content=text))
    for path in {path for page in (ROOT / "docs").rglob("*.md") for path in outside(page)}:
        name = f"files/{path.relative_to(ROOT).as_posix()}"
        files.append(File.generated(config, name, content=path.read_bytes()))
    return files


def outside(page: Path) -> list[Path]:
    """The files outside of docs/ that a page links to, but for the pages beside it."""
    docs = ROOT / "docs"
    links = LINK.findall(page.read_text(encoding="utf-8"))
    found = [(page.parent / link).resolve() for _, link, _ in links if not re.match("[a-z]+:", link)]
    return [path for path in found if path.is_file() and docs not in path.parents and path.name not in BESIDE]


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links out of docs/ to where the files are on the site."""
    path = page.file.abs_src_path
    if path is None:
        return markdown
    up = "../" * page.file.src_uri.count("/")

    def led(match: re.Match[str]) -> str:
        there = (Path(path).parent / match[2]).resolve()
        if re.match("[a-z]+:", match[2]) or ROOT / "docs" in there.parents or ROOT not in there.parents:
            return match[0]
        here = there.relative_to(ROOT).as_posix()
        name = {**BESIDE, **DATA}.get(here) or f"files/{here}"
        return f"{match[1]}{up}{name}{match[3]}"

    return LINK.sub(led, markdown)


def on_page_content(html: str, **_: object) -> str:
    """A heading without a word is none to who hears the page."""
    return re.sub(r"<th([^>]*)></th>", r"<td\1></td>", html)
