"""The evidence of each check, from the exchanges that a run marked as `shown` in its HAR file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from piwigo_contract.results.escaping import escape_unprintable
from piwigo_contract.results.har.entry import Entry, about_entry
from piwigo_contract.results.har.file import Archive

SHOWN_BODY = 2000
"""Characters of a body that the page shows."""

SHOWN_LINE = 1000
"""Characters of any other line."""

SHOWN_CURL = 2000
"""Characters of the shell line that sends a probe again."""

Key = tuple[int, str]
"""A target's number from 1, and a check's nodeid."""


@dataclass(frozen=True)
class Line:
    """One line of what was sent; `varied` where the control beside it has no such line."""

    text: str
    varied: bool = False


@dataclass(frozen=True)
class Shown:
    """One exchange as the page shows it: every text inert, none too long. No `status` where no answer came.

    curl: a shell line that sends it again, for a probe. picture: what a browser showed, a PNG in base64.
    """

    role: str
    sent: Sequence[Line]
    status: str | None
    headers: Sequence[str]
    body: str
    failure: str
    curl: str = ""
    picture: str = ""

    @property
    def about(self) -> str:
        """What was asked for, in a few words: the method of the API, or else the first line."""
        method = next((line.text for line in self.sent[1:] if line.text.startswith("method=")), self.sent[0].text)
        return f"{method}, {self.status}"

    def texts(self) -> Iterator[str]:
        """All its texts, for the page budget."""
        yield from (line.text for line in self.sent)
        yield from self.headers
        yield self.body
        yield self.failure
        yield self.curl
        yield self.picture


def evidence_of(archive: Archive) -> Mapping[Key, Sequence[Shown]]:
    """The evidence for each check that has some. A probe's lines are compared with those of its control."""
    found: dict[Key, list[Entry]] = {}
    for entry in archive.entries:
        about = about_entry(entry)
        if about.get("shown") and isinstance(about.get("target"), int) and isinstance(about.get("check"), str):
            found.setdefault((about["target"], about["check"]), []).append(entry)
    return {key: _shown(entries) for key, entries in found.items()}


def _shown(entries: Sequence[Entry]) -> list[Shown]:
    shown = []
    control: set[str] | None = None
    for entry in entries:
        told = about_entry(entry).get("role")
        role = told if told in ("control", "probe") else "request"
        lines = _sent(entry["request"])
        if role == "control":
            control = set(lines)
        varies = role == "probe" and control is not None
        made = _exchange(role, [Line(line, varies and line not in (control or ())) for line in lines], entry)
        shown.append(replace(made, picture=_picture(about_entry(entry).get("picture"))))
    return shown


def _exchange(role: str, sent: Sequence[Line], entry: Entry) -> Shown:
    response = entry["response"]
    told = about_entry(entry).get("curl")
    curl = truncated(escape_unprintable(told), SHOWN_CURL) if isinstance(told, str) else ""
    if not response["status"]:
        return Shown(
            role,
            sent,
            None,
            (),
            "",
            truncated(escape_unprintable(response.get("comment", "no answer")), SHOWN_LINE),
            curl,
        )
    return Shown(
        role,
        sent,
        f"HTTP {response['status']} {response['statusText']}".strip(),
        [_header(header) for header in response["headers"]],
        truncated(
            re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", escape_unprintable(response["content"].get("text", ""))), SHOWN_BODY
        ),
        "",
        curl,
    )


def _picture(told: object) -> str:
    """A PNG in base64; nothing for anything else."""
    return told if isinstance(told, str) and re.fullmatch(r"iVBORw0KGgo[A-Za-z0-9+/]*={0,2}", told) else ""


def _sent(request: Mapping[str, Any]) -> list[str]:
    if raw := request.get("comment"):
        return [truncated(escape_unprintable(line), SHOWN_LINE) for line in _with_its_ends(raw)]
    lines = [truncated(escape_unprintable(f"{request['method']} {request['url']}"), SHOWN_LINE)]
    lines += [_header(header) for header in request["headers"]]
    fields = request.get("postData", {}).get("params", ())
    return lines + [
        truncated(escape_unprintable(f"{field['name']}={field.get('value', '')}"), SHOWN_LINE) for field in fields
    ]


def _with_its_ends(raw: str) -> list[str]:
    """The lines of a request as it was written, each with its end to be seen."""
    return re.sub(r"\r?\n|\r", lambda end: repr(end[0])[1:-1] + "\n" * (end[0] != "\r"), raw).rstrip("\n").split("\n")


def _header(header: Mapping[str, Any]) -> str:
    return truncated(escape_unprintable(f"{header['name']}: {header['value']}").replace("\n", "\\n"), SHOWN_LINE)


def truncated(text: str, longest: int) -> str:
    """The text, or its beginning and how much there is of it."""
    return text if len(text) <= longest else f"{text[:longest]} ... (the first {longest} of {len(text)} characters)"
