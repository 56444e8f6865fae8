"""`--targets-file`: many galleries, each with the names of the variables that hold its credentials."""

from __future__ import annotations

import csv
import io
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from piwigo_contract.errors import UsageError
from piwigo_contract.given_secrets import SECRETS

COLUMNS = tuple(name.replace("_", "-") for name in SECRETS)
"""Columns that name a variable of the environment, which holds what the option of that name takes."""

PLAIN = ("expire-command", "waivers")
"""Columns that hold what the option of that name takes; a path is from the file's own folder on."""


@dataclass(frozen=True)
class Row:
    """One gallery of the file. given: by option, where it comes from (for messages) and what it is."""

    url: str
    given: Mapping[str, tuple[str, str]] = field(repr=False)


def read_targets(path: Path) -> list[Row]:
    """The galleries of a TOML file (`[[target]]`) or of a CSV with a header. Raises UsageError, in one line."""
    try:
        text = path.read_text(encoding="utf-8")
        rows = _csv(text) if path.suffix.lower() == ".csv" else _toml(text)
    except OSError as error:
        raise UsageError(f"--targets-file: {path}: {error.strerror}") from error
    except (ValueError, csv.Error) as error:
        raise UsageError(f"--targets-file: {path} is no TOML with [[target]], nor a CSV with a header") from error
    if not rows:
        raise UsageError(
            f"--targets-file: {path} has no target: a [[target]] each, or a line each below the header of a CSV"
        )
    return [_row(f"--targets-file: {path}, target {number}", path, row) for number, row in enumerate(rows, 1)]


def _toml(text: str) -> list[dict[str, Any]]:
    found = tomllib.loads(text)
    rows = found.get("target", [])
    if found.keys() - {"target"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("another form")
    return rows


def _csv(text: str) -> list[dict[str, Any]]:
    rows = list(csv.DictReader(io.StringIO(text), skipinitialspace=True, strict=True))
    if any(None in row for row in rows):
        raise ValueError("a row with more fields than the header")
    return [{name: value for name, value in row.items() if value} for row in rows]


def _row(here: str, path: Path, row: dict[str, Any]) -> Row:
    for name, value in row.items():
        if name not in ("url", *COLUMNS, *PLAIN):
            raise UsageError(f"{here}: {name!r} is not one of {', '.join(('url', *COLUMNS, *PLAIN))}")
        if not isinstance(value, str) or not value.strip():
            raise UsageError(f"{here}: {name} is no text, or an empty one")
    if "url" not in row:
        raise UsageError(f"{here} has no url")
    given = {name: (f"{here}, {name}", row[name]) for name in PLAIN if name in row}
    if "waivers" in row and row["waivers"] != "known":
        given["waivers"] = given["waivers"][0], str(path.parent / row["waivers"])
    for name in COLUMNS:
        if name in row:
            value = os.environ.get(row[name])
            if not (value or "").strip():
                raise UsageError(f"{here}: {name}: the variable {row[name]!r} is not set, or is empty")
            given[name] = f"{here}, {name}", str(value)
    return Row(row["url"], given)
