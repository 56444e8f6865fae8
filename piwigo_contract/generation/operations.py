"""The operations of a gallery, for schemathesis to generate values for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.generation.confinement import rule_for
from piwigo_contract.methods.data import reads
from piwigo_contract.methods.openapi.document import openapi_document
from piwigo_contract.methods.reflection import Method, Reflection

Mode = Literal["positive", "negative"]
"""schemathesis' generation modes: values that fit the description, or values that do not."""


def described(methods: Collection[Method], profile: ReleaseProfile) -> dict[str, Any]:
    """The OpenAPI document of what may be generated: only free parameters, and GET only for methods that read."""
    document = openapi_document(Reflection(tuple(methods)), profile)
    for method in methods:
        item = document["paths"][f"/ws.php?method={method.name}"]
        if not reads(method.name):
            item.pop("get", None)
        for operation in (item.get("get"), item["post"]):
            if operation is not None:
                _leave_the_free(method, operation)
    return document


def _leave_the_free(method: Method, operation: dict[str, Any]) -> None:
    rule = rule_for(method)
    assert rule is not None

    def free(sent_as: str) -> bool:
        name = sent_as.removesuffix("[]")
        return name in method.names and rule.is_free(name)

    operation["security"] = []
    if "parameters" in operation:
        operation["parameters"] = [each for each in operation["parameters"] if free(each["name"])]
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = media["schema"]
        schema["properties"] = {name: each for name, each in schema["properties"].items() if free(name)}
        schema["required"] = [name for name in schema.get("required", ()) if free(name)]
        schema["additionalProperties"] = False
    body = operation.get("requestBody")
    if body is not None:
        # values are sent as form fields whatever the document says, and files are not generated
        schema = next(iter(body["content"].values()))["schema"]
        body["content"] = {"application/x-www-form-urlencoded": {"schema": schema}}
        if not schema["properties"]:
            del operation["requestBody"]


def schema_for(document: dict[str, Any], mode: Mode, *, examples: int, seed: int | None) -> BaseSchema:
    """The schemathesis schema of this document.

    examples: for each operation. seed: None for a random one. All settings are given here, so that a schemathesis.toml
    in the current folder has no effect.
    """
    settings: dict[str, Any] = {
        "generation": {
            "mode": mode,
            "max-examples": examples,
            "database": "none",
            "no-shrink": True,
            "with-security-parameters": False,
            "allow-extra-parameters": False,
        },
        "phases": {
            "examples": {"enabled": False},
            "coverage": {"enabled": False},
            "fuzzing": {"extra-data-sources": {"responses": False}, "error-feedback": {"enabled": False}},
        },
        "warnings": False,
        # few values fit a description that leaves little free, and how long one takes is the target's affair
        "suppress-health-check": ["all"],
    }
    if seed is not None:
        settings["seed"] = seed
    return schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(settings))
