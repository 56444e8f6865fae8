"""Reading compliance.json back, in the form that docs/compliance-json.md fixes."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from piwigo_contract.contract.resources import SPECS
from piwigo_contract.errors import UsageError

Document = dict[str, Any]


@functools.cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(json.loads((SPECS / "compliance.schema.json").read_text(encoding="utf-8")))


def read_document(path: Path) -> Document:
    """Read a compliance.json. Raises UsageError, in one line, for anything that is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is no JSON file") from error
    mistake = next(_validator().iter_errors(document), None)
    if mistake is not None:
        where = "/".join(map(str, mistake.instance_path)) or "the whole"
        raise UsageError(f"{path}: is no compliance.json of schema 1: {where} is not what it should be")
    return document  # type: ignore[no-any-return]
