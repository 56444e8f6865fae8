"""Looking at an HTML page without a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "rect", "link", "img"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, blanks made one."""
        return " ".join(" ".join(part if isinstance(part, str) else part.text for part in self.inside).split())

    def all(self, tag: str | None = None, **attributes: str) -> list[Element]:
        """The elements below with that tag and these attributes (`cls` for class: one of its words)."""
        found = []
        for part in self.inside:
            if isinstance(part, Element):
                if (tag is None or part.tag == tag) and all(part.has(*each) for each in attributes.items()):
                    found.append(part)
                found += part.all(tag, **attributes)
        return found

    def has(self, name: str, value: str) -> bool:
        if name == "cls":
            return value in self.attributes.get("class", "").split()
        return self.attributes.get(name.replace("_", "-")) == value


PASSES = re.compile(
    r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\+00:00)?|\w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d GMT"
    r"|(?<=none of them for longer than )\d+ s|(?<=</time>, for )[^<]+(?=</dd>)"
    r"|(?<=pkid-)\d{8}|(?<=&#34;)(in )?\d+ (day|hour|minute|second)s?( ago)?(?=&#34;)"
)
"""What tells the time in a page of a run, or in an answer that it shows: when it was, and how long it took or lasts."""


def timeless(page: str) -> str:
    return PASSES.sub("TIME", page)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attributes})
        self._open[-1].inside.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._open[-1].inside.append(Element(tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> where <{self._open[-1].tag}> is open"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def read_page(page: str) -> Element:
    """The page as a tree. Its tags must be balanced, every one."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader._open == [reader.root]
    return reader.root
