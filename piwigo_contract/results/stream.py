"""compliance.json of many targets, read and written one target after another, so that memory stays flat.

What this version wrote has each target in lines of its own (`document.as_text`): these are taken over as they stand.
Anything else, such as an older schema or a file that somebody formatted anew, is read as a whole.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from piwigo_contract.errors import UsageError
from piwigo_contract.results.document import SCHEMA, as_text
from piwigo_contract.results.document_file import Document, read_document, validated

_BEFORE = ' "targets": ['
"""The line before the first target."""


@dataclass(frozen=True)
class Stored:
    """A compliance.json on disk. head: all of it but its targets, of which it has an empty list."""

    head: Document
    path: Path
    in_lines: bool

    def texts(self) -> Iterator[str]:
        """Each target as it stands in the file, its last comma left out."""
        if not self.in_lines:
            yield from map(target_text, read_document(self.path)["targets"])
            return
        with self.path.open(encoding="utf-8") as file:
            lines: list[str] = []
            for line in _after_head(file):
                lines.append(line)
                if line.rstrip() in ("  }", "  },"):
                    yield "".join(lines).rstrip().rstrip(",")
                    lines.clear()

    def targets(self) -> Iterator[dict[str, Any]]:
        """Each target. Raises UsageError for one that is none."""
        for text in self.texts():
            yield parsed(text, self)


def stored(path: Path) -> Stored:
    """A compliance.json, of which no more than the first target is read now. Raises UsageError as `read_document`."""
    try:
        with path.open(encoding="utf-8") as file:
            before = "".join(_head(file))
            head = json.loads(f"{before}[]}}") if before else None
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except ValueError:
        head = None
    if isinstance(head, dict) and head.get("schema") == SCHEMA:
        found = Stored(head, path, in_lines=True)
        if next(found.targets(), None) is not None:
            return found
    return Stored({**read_document(path), "targets": []}, path, in_lines=False)


def parsed(text: str, where: Stored) -> dict[str, Any]:
    """A target of a file. Raises UsageError for what is none."""
    try:
        target = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{where.path}: is no JSON file") from error
    return dict(validated({**where.head, "targets": [target]}, where.path)["targets"][0])


def target_text(target: Document) -> str:
    """A target as `document.as_text` has it in its place."""
    return textwrap.indent(as_text(target).rstrip(), "  ")


def streamed(head: Document, texts: Iterable[str]) -> Iterator[str]:
    """The pieces of a compliance.json as `document.as_text` has it."""
    yield as_text({**head, "targets": []}).removesuffix("]\n}\n")
    comma = ""
    for text in texts:
        yield f"{comma}\n{text}"
        comma = ","
    yield "\n ]\n}\n" if comma else "]\n}\n"


def write_stream(head: Document, texts: Iterable[str], path: Path) -> None:
    """Write a compliance.json, making the folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(streamed(head, texts))


def _head(lines: Iterator[str]) -> Iterator[str]:
    """Up to the list of targets; nothing of a file that has no line for it among its first."""
    before: list[str] = []
    for _ in range(30):
        line = next(lines, "")
        if line.rstrip() == _BEFORE:
            yield from [*before, _BEFORE.removesuffix("[")]
            return
        before.append(line)


def _after_head(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.rstrip() == _BEFORE:
            break
    for line in lines:
        if line.rstrip() == " ]":
            return
        yield line
