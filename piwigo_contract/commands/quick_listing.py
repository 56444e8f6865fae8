"""`piwigo-contract --list-clauses` without pytest, and without reading the contract anew where it is as it was.

What was read is kept beside this package's byte code, and like that: it counts while the files that it was made of, and
what is installed, are as old and as long as they were.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from piwigo_contract.commands.clause_table import FORMS, listed

_PACKAGE = Path(__file__).resolve().parent.parent
KEPT = _PACKAGE / "__pycache__" / "clauses.json"
"""Its first line says of what state it is, the rest is the list."""

STEERING = ("PIWIGO_CONTRACT", "PYTEST_ADDOPTS", "PYTEST_PLUGINS")
"""Variables that may choose other clauses, or more options."""


def form_asked_for(arguments: list[str]) -> str | None:
    """The form, where a command line asks for the list and for nothing else that pytest has to see to."""
    if any(name in os.environ for name in STEERING):
        return None
    match arguments:
        case ["--list-clauses"]:
            return "table"
        case ["--list-clauses", form] if form in FORMS:
            return form
        case [word] if word.startswith("--list-clauses=") and word.partition("=")[2] in FORMS:
            return word.partition("=")[2]
    return None


def list_quickly(form: str, kept: Path = KEPT) -> str:
    """The list in this form. Raises UsageError for anything amiss in the contract."""
    state = json.dumps(list(_state()))
    with suppress(OSError, ValueError):
        before, _, text = kept.read_text(encoding="utf-8").partition("\n")
        if before == state:
            return listed(text, form)
    from piwigo_contract.commands.listing import list_clauses
    from piwigo_contract.contract import sources

    sources.use([])
    text = list_clauses("json")
    if len(sources.sources()) == 1 and not sys.dont_write_bytecode:  # another contract's files are not looked at
        _keep(f"{state}\n{text}", kept)
    return listed(text, form)


def _keep(text: str, kept: Path) -> None:
    half = kept.with_name(f"{kept.name}.{os.getpid()}")
    with suppress(OSError):  # an installation may be read-only
        kept.parent.mkdir(exist_ok=True)
        half.write_text(text, encoding="utf-8")
        half.replace(kept)


def _state() -> Iterator[list[object]]:
    """Path, time and length of what the list is made of: data, this code, and the folders with what is installed."""
    specs = _PACKAGE / "specs" if (_PACKAGE / "specs").is_dir() else _PACKAGE.parent / "specs"
    folders = [specs / name for name in ("contract", "releases", "schema")]
    folders += [_PACKAGE / "commands", _PACKAGE / "contract"]
    for folder in folders:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.is_file():
                found = entry.stat()
                yield [entry.path, found.st_mtime_ns, found.st_size]
    for path in sys.path:
        with suppress(OSError):
            yield [path, os.stat(path or ".").st_mtime_ns, 0]
