"""What is known of results from Piwigo's source, applied to what was learned (specs/shapes/known.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from piwigo_contract.contract.resources import load
from piwigo_contract.methods.shapes.schema import Schema, merged
from piwigo_contract.methods.shapes.shape import FOLDER


@dataclass(frozen=True)
class Rule:
    """What holds for a field of one of these names, where the map has the field `beside` as well.

    kind: `nullable`, `optional`, or `maps`, of which the keys are data.
    """

    kind: str
    fields: frozenset[str]
    beside: str | None

    def speaks_of(self, name: str, properties: dict[str, Any]) -> bool:
        """Whether the rule applies to a field of this name among these properties."""
        return name in self.fields and (self.beside is None or self.beside in properties)


@cache
def rules() -> tuple[Rule, ...]:
    """Raises UsageError, naming the file, for anything amiss."""
    return tuple(
        Rule(kind, frozenset(row["fields"]), row.get("beside"))
        for kind, rows in load(FOLDER / "known.yaml", "shapes").items()
        for row in rows
    )


def with_what_is_known(schema: Schema) -> Schema:
    """A learned schema with fields that may be null or lacking, and maps whose keys are data."""
    result = dict(schema)
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            result[name] = with_what_is_known(schema[name])
    if "properties" in schema:
        properties = schema["properties"]
        told = {name: [r.kind for r in rules() if r.speaks_of(name, properties)] for name in properties}
        result["properties"] = {name: _field(each, told[name]) for name, each in properties.items()}
        result["required"] = [name for name in schema["required"] if "optional" not in told[name]]
    return result


def _field(schema: Schema, kinds: list[str]) -> Schema:
    schema = with_what_is_known(schema)
    if "maps" in kinds and "properties" in schema:
        values = merged(schema["properties"].values())
        schema = {
            **{n: v for n, v in schema.items() if n not in ("properties", "required")},
            "additionalProperties": values,
        }
    if "nullable" in kinds and "type" in schema and "null" not in schema["type"]:
        schema = {**schema, "type": ["null", *schema["type"]]}
    return schema
