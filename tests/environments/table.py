"""The table of docs/environments.md, made of `places`."""

from __future__ import annotations

from collections.abc import Iterator

from tests.environments.places import PLACES
from tests.running import ROOT

PAGE = ROOT / "docs" / "environments.md"
BEGIN, END = "<!-- table -->", "<!-- end of the table -->"


def rows() -> Iterator[str]:
    yield "| environment | what is there | exit code | broken | what is said |"
    yield "|---|---|---|---|---|"
    for name, place in PLACES.items():
        said = place.line.replace("|", "\\|").replace("<", "&lt;")
        yield f"| {name} | {place.about} | {place.code} | {', '.join(place.broken) or '-'} | {said} |"


def page() -> str:
    """The page as it should be: its own text, with the table."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n" + "\n".join(rows()) + f"\n\n{END}{after}"
