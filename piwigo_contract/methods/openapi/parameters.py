"""A parameter of Piwigo's API as JSON Schema (upstream: PwgServer::checkType in include/ws_core.inc.php)."""

from __future__ import annotations

from typing import Any

from piwigo_contract.methods.reflection import Parameter

_KINDS = {"bool": "boolean", "int": "integer", "float": "number"}


def sent_as(parameter: Parameter) -> str:
    """The name that the parameter is sent under: PHP makes a list of what comes as `name[]`."""
    return f"{parameter.name}[]" if parameter.accepts_array else parameter.name


def schema_of(parameter: Parameter) -> dict[str, Any]:
    """JSON Schema of the parameter's values: type, minimum, maximum, default.

    A `mixed` one is a string. One that accepts an array is an array, though a single value works as well; the maximum
    is where the gallery cuts larger values.
    """
    kind, _, sign = parameter.type.partition(" ")
    value: dict[str, Any] = {"type": _KINDS.get(kind, "string")}
    if sign:
        value["minimum"] = 1 if "notnull" in sign else 0
    if parameter.maximum is not None:
        value["maximum"] = parameter.maximum
    if parameter.accepts_array:
        value = {"type": "array", "items": value}
        if not parameter.optional:
            value["minItems"] = 1
    if parameter.default is not None:
        value["default"] = parameter.default
    return value


def field_of(parameter: Parameter) -> dict[str, Any]:
    """As `schema_of`, for a form field: one that must be given must not be empty."""
    schema = schema_of(parameter)
    if not parameter.optional and schema["type"] == "string":
        schema["minLength"] = 1
    return schema


def contradiction(parameter: Parameter) -> str | None:
    """Why the default that reflection gives does not fit the parameter's own type; None where it does."""
    value = parameter.default
    if value is None:
        return None
    kind = parameter.type.partition(" ")[0]
    values = value if isinstance(value, list) and parameter.accepts_array else [value]
    fits = {
        "bool": lambda v: isinstance(v, bool),
        "int": lambda v: isinstance(v, int) and not isinstance(v, bool),
        "float": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
        "mixed": lambda v: isinstance(v, str),
    }.get(kind, lambda v: True)
    if not all(map(fits, values)):
        return f"is of type {parameter.type}, and has the default {value!r}"
    return None
