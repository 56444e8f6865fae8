"""An HTML page, taken apart: its tags, its fields, its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from piwigo_contract.client.answers import Answer

Attributes = dict[str, str]
"""Of one tag, by name; one without a value, such as `checked`, has the empty text."""


@dataclass(frozen=True)
class Page:
    """A page as a browser reads it.

    tags: the name and attributes of each opening tag. words: the texts between tags, but those of scripts and styles.
    """

    tags: Sequence[tuple[str, Attributes]]
    words: Sequence[str]

    def all(self, tag: str) -> list[Attributes]:
        """The attributes of each tag of that name."""
        return [attributes for name, attributes in self.tags if name == tag]


def read_page(answer: Answer) -> Page:
    """The page in an answer's body. A body that is not HTML gives words only."""
    reader = _Reader()
    reader.feed(answer.text)
    reader.close()
    return Page(reader.tags, reader.words)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, Attributes]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None and data.strip():
            self.words.append(" ".join(data.split()))
