"""JSON Schema learned from answers, generalised for PHP's habits.

One form: `type` is a list in a fixed order, with `properties` and `required` for maps and `items` for lists, side by
side where both were seen. A map that may be empty may also be an empty list, as PHP sends it so. Where only null or
only empty lists were seen, anything is accepted; `$comment` marks that, so that more can be learned later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]
"""A JSON Schema (draft 2020-12) as a dict."""

_ORDER = ("null", "boolean", "integer", "number", "string", "array", "object")
NULL_ALONE = {"$comment": "seen as null alone"}
"""The mark on a schema where only null was seen, so that more can be learned."""
EMPTY_ALONE = {"type": ["array"], "$comment": "seen empty alone"}
"""The schema where only empty lists were seen."""
_DATA_KEYS = re.compile(r"\d+|[0-9a-f]{32}|none")
"""Keys that are data, not names of fields: numbers and checksums (and what the suite asks for in place of one)."""


def schema_of(value: Any) -> Schema:
    """The schema that one value alone would have."""
    match value:
        case None:
            return dict(NULL_ALONE)
        case bool():
            return {"type": ["boolean"]}
        case int():
            return {"type": ["integer"]}
        case float():
            return {"type": ["number"]}
        case str():
            return {"type": ["string"]}
        case list():
            return {"type": ["array"], "items": merged(map(schema_of, value))} if value else dict(EMPTY_ALONE)
        case dict():
            return _map(value)
    raise TypeError(f"JSON has no {type(value).__name__}")


def _map(value: Mapping[str, Any]) -> Schema:
    if value and all(_DATA_KEYS.fullmatch(name) for name in value):
        return {"type": ["object"], "additionalProperties": merged(map(schema_of, value.values()))}
    return {
        "type": ["object"],
        "properties": {name: schema_of(each) for name, each in value.items()},
        "required": sorted(value),
    }


def merged(schemas: Iterable[Schema]) -> Schema:
    """The schema that accepts whatever one of these accepts, and no more than this form allows."""
    result: Schema | None = None
    for schema in schemas:
        result = schema if result is None else _both(result, schema)
    return result or {}


def _both(one: Schema, other: Schema) -> Schema:
    if not one or not other:
        return one or other
    types = {*_types(one), *_types(other)}
    if types == {"null"}:
        return dict(NULL_ALONE)
    if "number" in types:
        types.discard("integer")
    result: Schema = {"type": [name for name in _ORDER if name in types]}
    lists = [schema for schema in (one, other) if "array" in _types(schema)]
    if lists:
        items = [schema["items"] for schema in lists if "items" in schema]
        if items:
            result["items"] = merged(items)
        elif "object" not in types:
            result["$comment"] = EMPTY_ALONE["$comment"]
    maps = [schema for schema in (one, other) if "object" in _types(schema)]
    if maps:
        result.update(_of_maps(maps))
    return result


def _types(schema: Schema) -> list[str]:
    return ["null"] if schema == NULL_ALONE else list(schema.get("type", ()))


def _of_maps(maps: list[Schema]) -> Schema:
    """Fields of maps together: a field that one of them lacks may be lacking."""
    result: Schema = {}
    if any("additionalProperties" in schema for schema in maps):
        values = [schema["additionalProperties"] for schema in maps if "additionalProperties" in schema]
        values += [each for schema in maps for each in schema.get("properties", {}).values()]
        return {"additionalProperties": merged(values)}
    names = dict.fromkeys(name for schema in maps for name in schema.get("properties", {}))
    result["properties"] = {
        name: merged(schema["properties"][name] for schema in maps if name in schema.get("properties", {}))
        for name in names
    }
    common = set.intersection(*(set(schema.get("required", ())) for schema in maps))
    result["required"] = sorted(common)
    return result


def as_published(schema: Schema) -> Schema:
    """The schema as it is written down: an empty PHP map is an empty list, wherever a map may be empty."""
    result = {name: value for name, value in schema.items() if name not in ("properties", "items", "required")}
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            result[name] = as_published(schema[name])
    if "properties" in schema:
        result["properties"] = {name: as_published(each) for name, each in schema["properties"].items()}
        if schema["required"]:
            result["required"] = list(schema["required"])
    types = {*schema.get("type", ())}
    if "object" in types and not schema.get("required"):
        types.add("array")
    if types:
        named = [name for name in _ORDER if name in types]
        result["type"] = named if len(named) > 1 else named[0]
    if {"object", "array"} <= types and "items" not in schema:
        result["maxItems"] = 0
    return result


def as_learned(published: Schema) -> Schema:
    """A published schema in the form that learning continues from: the reverse of `as_published`."""
    result = {name: value for name, value in published.items() if name not in ("maxItems", "$schema")}
    if isinstance(published.get("type"), str):
        result["type"] = [published["type"]]
    for name in ("items", "additionalProperties"):
        if isinstance(published.get(name), dict):
            result[name] = as_learned(published[name])
    if "properties" in published:
        result["properties"] = {name: as_learned(each) for name, each in published["properties"].items()}
        result["required"] = list(published.get("required", ()))
    return result
