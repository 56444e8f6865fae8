"""Reading compliance.json back, in the form that docs/compliance-json.md fixes; an older one is brought into it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import jsonschema_rs

from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.resources import SPECS
from piwigo_contract.errors import UsageError
from piwigo_contract.results.document import SCHEMA
from piwigo_contract.results.outcomes import BROKEN
from piwigo_contract.results.reasons import Kind

Document = dict[str, Any]
"""compliance.json, validated against specs/compliance.schema.json."""

_FORMS = {1: "compliance-1.schema.json", SCHEMA: "compliance.schema.json"}
"""The JSON Schema of each form that is read, in specs/."""


@functools.cache
def _validator(schema: int) -> Any:
    return jsonschema_rs.validator_for(json.loads((SPECS / _FORMS[schema]).read_text(encoding="utf-8")))


def read_document(path: Path) -> Document:
    """Read a compliance.json of any schema, as one of today's. Raises UsageError, in one line, for anything else."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is no JSON file") from error
    return upgraded(validated(document, path))


def validated(document: Any, path: Path) -> Document:
    """A document of a file, if its form is that of its schema. Raises UsageError, in one line, if not."""
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema not in list(_FORMS):
        raise UsageError(f"{path}: is no compliance.json of schema {' or '.join(map(str, _FORMS))}")
    mistake = next(_validator(schema).iter_errors(document), None)
    if mistake is not None:
        where = "/".join(map(str, mistake.instance_path)) or "the whole"
        raise UsageError(f"{path}: is no compliance.json of schema {schema}: {where} is not what it should be")
    return cast(Document, document)


def upgraded(document: Document) -> Document:
    """A document of schema 1 in the form of today; one of today as it is.

    What it does not say is None, or an empty list; kinds of reasons are read off the sentences of that time.
    """
    if document["schema"] == SCHEMA:
        return document
    targets = []
    for target in document["targets"]:
        profile = profiles().get(target["release"])
        deviations = profile.known_deviations if profile is not None else {}
        kinds = {row["id"]: _kind_of_schema_1(row, target) for row in target["clauses"]}
        clauses = [
            {
                **row,
                "reason_kind": kinds[row["id"]],
                "blocked_by": _BLOCKED.findall(row["reason"]) if kinds[row["id"]] == "blocked" else [],
                "requests": None,
                "keyed_requests": None,
                "seconds": None,
                "stock": row["outcome"] in BROKEN and row["id"] in deviations,
            }
            for row in target["clauses"]
        ]
        targets.append({**target, "not_implemented": [], "environment": [], "left_behind": [], "clauses": clauses})
    return {**document, "schema": SCHEMA, "targets": targets}


def _kind_of_schema_1(row: Mapping[str, Any], target: Mapping[str, Any]) -> Kind | None:
    """What kind of reason a clause of schema 1 gives."""
    reason: str = row["reason"]
    match row["outcome"]:
        case "error":
            return "suite"
        case "not-applicable":
            return "not-promised"
        case "not-assessed":
            if _BLOCKED.match(reason):
                return "blocked"
            known: Kind = next((kind for start, kind in _STARTS.items() if reason.startswith(start)), "skipped")
            return "no-verdict" if known == "skipped" and _was_stopped(target) else known
        case _:
            return None


_BLOCKED = re.compile(r"\Ablocked by ([A-Z]{2,8}-\d{2}), which is broken")
_STARTS: Mapping[str, Kind] = {
    "needs ": "out-of-reach",
    "not selected in this run": "not-selected",
    "the run was interrupted": "interrupted",
    "none of its checks could be made": "settings",
}


def _was_stopped(target: Mapping[str, Any]) -> bool:
    """Whether the preflight ended the run: no check was made, and all clauses give the same reason."""
    judged = [row for row in target["clauses"] if row["outcome"] != "not-applicable"]
    one_reason = len({(row["outcome"], row["reason"]) for row in judged}) == 1
    return target["verdict"] == "no-verdict" and one_reason and not any(row["checks"] for row in judged)
