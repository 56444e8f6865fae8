"""Data held to a JSON Schema, and what is wrong with it in a line of plain words.

The words are the schema's own: the `title` of a subschema says what a value is ("a date such as 2027-01-31"), and
stands for its type, pattern, format or choices. tests/test_schemas.py sees to it that there are enough of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema_rs

_FIELDS = (jsonschema_rs.ValidationErrorKind.Required, jsonschema_rs.ValidationErrorKind.AdditionalProperties)
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "a map",
    "string": "a text",
}
_NAMES = ("id", "clause")
"""Fields by which an entry of a list is named."""
_LONGEST = 60


class Schema:
    """A JSON Schema (2020-12) with titles."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=True)

    def fault(self, data: Any) -> str | None:
        """The first thing that is wrong with the data: `HDR-01: level is MUST or SHOULD, not 'MAY'`; else None.

        Raises ValueError for what no JSON can hold.
        """
        errors = sorted(self._validator.iter_errors(data), key=_order)
        if not errors:
            return None
        first = errors[0]
        value, place = _at(data, first.instance_path)
        rule = self._rule_of(first)
        if isinstance(first.kind, _FIELDS):
            together = [e for e in errors if _order(e)[:1] == _order(first)[:1] and self._rule_of(e) is rule]
            return ": ".join([*place, _fields(rule, together)])
        subject = place.pop() if place else "the file"
        return ": ".join([*place, f"{subject} is {_what(rule)}, not {_shown(value)}"])

    def _rule_of(self, error: jsonschema_rs.ValidationError) -> Mapping[str, Any]:
        """The subschema that the data does not fit."""
        rule: Any = self._schema
        for step in error.schema_path[:-1]:
            rule = rule[step]
        return rule  # type: ignore[no-any-return]


def _order(error: jsonschema_rs.ValidationError) -> tuple[Any, ...]:
    """In the order of lists, what is wrong with a whole before what is wrong in it, the plainest rule first."""
    path = [(isinstance(step, str), step) for step in error.instance_path]
    return path, len(error.schema_path), list(map(str, error.schema_path))


def _at(data: Any, path: Sequence[str | int]) -> tuple[Any, list[str]]:
    """A value, and its place: the steps to it, where an entry with a name of its own is known by that alone."""
    place: list[str] = []
    for step in path:
        data = data[step]
        if isinstance(step, str):
            place.append(step)
        elif name := _name_of(data):
            place[-1:] = [name]
        else:
            place.append(f"entry {step + 1}")
    return data, place


def _name_of(entry: Any) -> str | None:
    names = (entry.get(field) for field in _NAMES) if isinstance(entry, dict) else ()
    return next((name for name in names if isinstance(name, str) and name.strip()), None)


def _fields(rule: Mapping[str, Any], errors: Sequence[jsonschema_rs.ValidationError]) -> str:
    """Fields that are lacking or not known, and which there are."""
    lacking = [error.kind.property for error in errors if hasattr(error.kind, "property")]
    unknown = [name for error in errors for name in getattr(error.kind, "unexpected", ())]
    told = [f"lacks {_listed(lacking, 'and')}"] if lacking else []
    told += [f"has no field {_listed(unknown, 'or')}"] if unknown else []
    required = rule.get("required", [])
    optional = [name for name in rule.get("properties", ()) if name not in required]
    fields = [f"has {_listed(required, 'and')}"] if required else []
    fields += [f"may have {_listed(optional, 'and')}"] if optional else []
    return f"{', '.join(told)}; {rule['title']} {', and '.join(fields)}"


def _what(rule: Mapping[str, Any]) -> str:
    if "title" in rule:
        return f"{rule['title']} with its fields" if "properties" in rule else str(rule["title"])
    return _listed(rule["enum"], "or") if "enum" in rule else _TYPES[rule["type"]]


def _listed(names: Sequence[str], last: str) -> str:
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
