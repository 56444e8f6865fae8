"""Where ids flow from one method into the next (specs/methods/, `gives`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from piwigo_contract.methods.data import Flow, method_data
from piwigo_contract.methods.openapi.parameters import sent_as
from piwigo_contract.methods.reflection import Reflection


@cache
def flows() -> Mapping[str, Flow]:
    """All of them, by the method that gives the id."""
    return {name: known.gives for name, known in method_data().items() if known.gives is not None}


def links_of(name: str, reflection: Reflection) -> dict[str, Any]:
    """The links of a method's answer, as OpenAPI has them, to those methods that are there."""
    flow = flows().get(name)
    if flow is None:
        return {}
    links = {}
    for target, parameter in flow.into.items():
        method = reflection.get(target)
        known = {each.name: each for each in method.parameters} if method is not None else {}
        if parameter in known:
            value: Any = f"$response.body#/result{flow.field}"
            accepts = known[parameter].accepts_array
            links[f"{target}.{parameter}"] = {
                "operationId": target,
                "requestBody": {sent_as(known[parameter]): [value] if accepts else value},
            }
    return links
