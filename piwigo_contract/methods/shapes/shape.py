"""Checks a result against the JSON Schema of its method."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs

from piwigo_contract.contract.resources import SPECS
from piwigo_contract.errors import UsageError

FOLDER = SPECS / "shapes"
"""Where the learned schemas are."""

_NAMES = {"object": "a map", "array": "a list", "string": "text", "null": "null"}


class Shape:
    """The schema of a method's results."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(self.schema)

    @cached_property
    def _strict(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(_closed(self.schema))

    def misfit(self, result: Any) -> str | None:
        """The first thing in which a result differs, with its path; None where it has the shape."""
        found = sorted(
            (list(map(str, error.instance_path)), _told(error)) for error in self._validator.iter_errors(result)
        )
        return found[0][1] if found else None

    def additions(self, result: Any) -> Iterator[str]:
        """Paths of fields that no result of this method has."""
        yield from sorted(
            {
                f"{_path(error.instance_path)}.{name}"
                for error in self._strict.iter_errors(result)
                if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties)
                for name in error.kind.unexpected
            }
        )


def _closed(schema: Any) -> Any:
    """The schema with no place for a field that is not named."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    closed = {name: _closed(each) for name, each in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        closed["additionalProperties"] = False
    return closed


def _told(error: jsonschema_rs.ValidationError) -> str:
    path, kind = _path(error.instance_path), error.kind
    match kind:
        case jsonschema_rs.ValidationErrorKind.Required():
            return f"{path} lacks {kind.property}"
        case jsonschema_rs.ValidationErrorKind.Type():
            wanted = " or ".join(_NAMES.get(name, f"of type {name}") for name in kind.types)
            return f"{path} is {_name_of(error.instance)}, not {wanted}"
        case jsonschema_rs.ValidationErrorKind.MaxItems():
            return f"{path} is a list, not a map"
    return f"{path} does not fit ({kind.name})"


def _path(steps: Sequence[str | int]) -> str:
    """`result.images[].name`: the numbers of items say nothing, so that equal misfits are told alike."""
    return "result" + "".join("[]" if isinstance(step, int) else f".{step}" for step in steps)


def _name_of(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "of type boolean"
        case int():
            return "of type integer"
        case float():
            return "of type number"
        case str():
            return "text"
    return "a list" if isinstance(value, list) else "a map"


@cache
def shapes(folder: Path = FOLDER) -> Mapping[str, Shape]:
    """All shapes that are known, by the method's name. Raises UsageError, naming the file, for what is no schema."""
    known = {}
    for path in sorted(folder.glob("*.json")):
        try:
            known[path.stem] = Shape(json.loads(path.read_text(encoding="utf-8")))
            jsonschema_rs.meta.validate(known[path.stem].schema)
        except (OSError, ValueError, jsonschema_rs.ValidationError) as error:
            raise UsageError(f"{path}: is no JSON Schema: {' '.join(str(error).split())[:100]}") from error
    return known
