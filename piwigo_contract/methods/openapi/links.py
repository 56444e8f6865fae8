"""Where ids flow from one method into the next (specs/methods/links.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from piwigo_contract.contract.resources import SPECS, load_yaml
from piwigo_contract.errors import UsageError
from piwigo_contract.methods.data import method_data
from piwigo_contract.methods.openapi.parameters import sent_as
from piwigo_contract.methods.reflection import Reflection


@dataclass(frozen=True)
class Flow:
    """An id in a method's result, and where it goes.

    field: a JSON pointer below `result`. into: the parameter that takes it, by method. made: the parameters with which
    a run makes such a thing of its own; None for a method that only reads.
    """

    field: str
    into: Mapping[str, str]
    made: Mapping[str, str] | None


@cache
def flows(path: Path = SPECS / "methods" / "links.yaml") -> Mapping[str, Flow]:
    """All of them, by the method that gives the id. Raises UsageError, naming file and method, for anything amiss."""
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise UsageError(f"{path}: a map from methods to where their ids go")
    found = {}
    for name, row in data.items():
        here = f"{path}: {name}"
        if not isinstance(row, dict) or not {"field", "into"} <= set(row) <= {"field", "into", "made"}:
            raise UsageError(f"{here}: has field and into, and may have made")
        for method in (name, *row["into"]):
            if method not in method_data():
                raise UsageError(f"{here}: {method} is no method of Piwigo's own")
        writing = [method for method in row["into"] if method_data()[method].effect != "reads"]
        if writing and "made" not in row:
            raise UsageError(f"{here}: {writing[0]} writes, and the id may be that of anything")
        found[name] = Flow(row["field"], row["into"], row.get("made"))
    return found


def links_of(name: str, reflection: Reflection) -> dict[str, Any]:
    """The links of a method's answer, as OpenAPI has them, to those methods that are there."""
    flow = flows().get(name)
    links = {}
    for target, parameter in flow.into.items() if flow is not None else ():
        method = reflection.get(target)
        known = {each.name: each for each in method.parameters} if method is not None else {}
        if parameter in known:
            assert flow is not None
            value: Any = f"$response.body#/result{flow.field}"
            accepts = known[parameter].accepts_array
            links[f"{target}.{parameter}"] = {
                "operationId": target,
                "requestBody": {sent_as(known[parameter]): [value] if accepts else value},
            }
    return links
