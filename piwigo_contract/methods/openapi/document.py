"""From a reflection to an OpenAPI document: names, types, flags and limits, none of Piwigo's prose.

One path item a method: its name is part of the path, `/ws.php?method=NAME`, since a fragment never reaches the
server. By GET the parameters go into the query, by POST into the body as form fields. Lists are sent the way PHP
wants them, as `name[]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.methods.data import MethodData, method_data
from piwigo_contract.methods.openapi.links import links_of
from piwigo_contract.methods.openapi.parameters import field_of, schema_of, sent_as
from piwigo_contract.methods.reflection import TOKEN, Method, Parameter, Reflection

Json = dict[str, Any]
"""A JSON object."""

FORM, MULTIPART, ANSWER = "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"
"""JSON comes as text/plain (include/ws_protocols/json_encoder.php, getContentType)."""

UNKNOWN = MethodData("outside", why="The suite does not know it.")


def openapi_document(
    reflection: Reflection, profile: ReleaseProfile, *, results: Mapping[str, Json] | None = None
) -> Json:
    """The document of a target's methods, in the target's order, as it applies to a release.

    results: JSON Schema of a method's `result`, by the method's name, for those of which it is known.
    """
    results = results or {}
    document: Json = {
        "openapi": "3.1.0",
        "info": {"title": "Piwigo web API", "version": reflection.version or profile.release},
        "servers": [{"url": "{gallery}", "variables": {"gallery": {"default": "https://photos.example.org"}}}],
        "paths": {
            f"/ws.php?method={method.name}": _path_item(method, profile, results, links_of(method.name, reflection))
            for method in reflection
        },
        "components": _components(profile),
    }
    for method in reflection:
        if method.name in results:
            schema = {name: value for name, value in results[method.name].items() if name != "$schema"}
            document["components"]["schemas"][_result_name(method.name)] = schema
    return document


def method_in(path: str) -> str:
    """The method that a path of the document stands for."""
    return path.partition("method=")[2]


def _result_name(method: str) -> str:
    return f"{method}.result"


def _components(profile: ReleaseProfile) -> Json:
    return {
        "securitySchemes": {
            "apiKey": {"type": "apiKey", "in": "header", "name": profile.header},
            "session": {"type": "apiKey", "in": "cookie", "name": "pwg_id"},
        },
        "parameters": {
            "format": {"name": "format", "in": "query", "required": True, "schema": {"const": "json"}},
        },
        "schemas": {
            "success": {
                "type": "object",
                "required": ["stat", "result"],
                "properties": {"stat": {"const": "ok"}, "result": {}},
            },
            "failure": {
                "type": "object",
                "required": ["stat", "err", "message"],
                "properties": {"stat": {"const": "fail"}, "err": {"type": "integer"}, "message": {"type": "string"}},
            },
        },
        "responses": {
            "answer": _done({}),
            "failure": _answer({"$ref": "#/components/schemas/failure"}, "not done"),
        },
    }


def _done(result: Json) -> Json:
    """The answer with HTTP 200: the result, or an error that is no HTTP status, such as 1002."""
    done = {"allOf": [{"$ref": "#/components/schemas/success"}, {"properties": {"result": result}}]}
    return _answer({"oneOf": [done, {"$ref": "#/components/schemas/failure"}]}, "done, or an error that is no status")


def _answer(schema: Json, description: str) -> Json:
    return {"description": description, "content": {ANSWER: {"schema": schema}}}


def _path_item(method: Method, profile: ReleaseProfile, results: Mapping[str, Json], links: Json) -> Json:
    item: Json = {"parameters": [{"$ref": "#/components/parameters/format"}]}
    answers = _answers(method, results, links)
    if not method.post_only:
        named = {"operationId": f"{method.name}.get"}
        item["get"] = {**named, **_operation(method, profile, answers), "parameters": _in_query(method, profile)}
    item["post"] = {"operationId": method.name, **_operation(method, profile, answers), **_in_body(method, profile)}
    return item


def _operation(method: Method, profile: ReleaseProfile, answers: Json) -> Json:
    operation: Json = {
        "tags": [area_of(method.name)],
        "security": _security(method, profile),
    }
    flags = {"x-admin-only": method.admin_only, "x-post-only": method.post_only}
    operation.update({name: True for name, there in flags.items() if there})
    if method.takes_token and profile.token_with_key == "needless":
        operation["x-token-with-session-only"] = True
    operation["responses"] = answers
    return operation


def _answers(method: Method, results: Mapping[str, Json], links: Json) -> Json:
    if method.name in results:
        done = _done({"$ref": f"#/components/schemas/{_result_name(method.name)}"})
    else:
        done = _done({}) if links else {"$ref": "#/components/responses/answer"}
    if links:
        done["links"] = links
    return {"200": done, "default": {"$ref": "#/components/responses/failure"}}


def area_of(name: str) -> str:
    """What a method's name says it is about: `categories` of `pwg.categories.getList`."""
    parts = name.split(".")
    return parts[1] if len(parts) > 2 else parts[0]


def _security(method: Method, profile: ReleaseProfile) -> list[Json]:
    """Who may call: a key unless the release forbids it to keys, a session, and nobody in particular."""
    ways: list[Json] = []
    if method.name not in profile.forbidden_methods and not _known(method).web_session_only:
        ways.append({"apiKey": []})
    ways.append({"session": []})
    return ways if method.admin_only else [*ways, {}]


def _known(method: Method) -> MethodData:
    return method_data().get(method.name, UNKNOWN)


def _needed(method: Method, profile: ReleaseProfile) -> set[str]:
    """Parameters that a call can't do without, however it is authenticated."""
    needless = {TOKEN} if profile.token_with_key == "needless" else set()
    return set(method.required) - needless


def _parameters(method: Method) -> list[Parameter]:
    """The method's parameters, without the defaults that are the caller's own."""
    own = _known(method).defaults_of_caller
    return [replace(parameter, default=None) if parameter.name in own else parameter for parameter in method.parameters]


def _in_query(method: Method, profile: ReleaseProfile) -> list[Json]:
    needed = _needed(method, profile)
    return [
        {
            "name": sent_as(parameter),
            "in": "query",
            **({"required": True} if parameter.name in needed else {}),
            "schema": schema_of(parameter),
        }
        for parameter in _parameters(method)
    ]


def _in_body(method: Method, profile: ReleaseProfile) -> Json:
    properties = {sent_as(parameter): field_of(parameter) for parameter in _parameters(method)}
    needed = [sent_as(p) for p in method.parameters if p.name in _needed(method, profile)]
    files = _known(method).files
    properties.update({name: {"type": "string", "contentMediaType": "application/octet-stream"} for name in files})
    if not properties:
        return {}
    schema: Json = {"type": "object", "properties": properties}
    if needed or files:
        schema["required"] = [*needed, *files]
    return {
        "requestBody": {
            **({"required": True} if needed or files else {}),
            "content": {MULTIPART if files else FORM: {"schema": schema}},
        }
    }
