"""What the document of a release says of a method, to hold another gallery's description to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from piwigo_contract.contract.releases import ReleaseProfile, profiles
from piwigo_contract.contract.resources import SPECS
from piwigo_contract.errors import UsageError
from piwigo_contract.methods.openapi.document import method_in, openapi_document
from piwigo_contract.methods.reflection import Method, Reflection

ADMINISTRATORS = "for administrators alone"
_FLAGS = {"x-admin-only": ADMINISTRATORS, "x-post-only": "for POST alone"}


@dataclass(frozen=True)
class MethodDescription:
    """A method as the OpenAPI document describes it. flags: its restrictions, as `_described` words them. fields: JSON
    Schema of each parameter, by its name as sent.
    """

    name: str
    profile: ReleaseProfile
    flags: frozenset[str]
    fields: Mapping[str, Mapping[str, Any]]
    required: frozenset[str]

    def other_flags(self, method: Method) -> list[str]:
        """In what a target's own description of the method is alone for others than this one.

        What a later release closes may be closed already.
        """
        flags = self._like(method).flags
        later = (each[self.name].flags for each in from_release_on(self.profile.release) if self.name in each)
        other = (self.flags - flags) | flags.difference(*later)
        return [f"{'not ' if flag in self.flags else ''}{flag}" for flag in sorted(other)]

    def lacks(self, method: Method) -> Iterator[str]:
        """What the target's description lacks: parameters that are gone or changed, and new ones that are required.

        New optional parameters are fine.
        """
        other = self._like(method)
        for name, schema in self.fields.items():
            if name not in other.fields:
                yield f"no parameter {name.removesuffix('[]')}"
            elif schema != other.fields[name]:
                changed = [
                    k for k in sorted({*schema, *other.fields[name]}) if schema.get(k) != other.fields[name].get(k)
                ]
                yield f"another {' and '.join(changed)} of {name.removesuffix('[]')}"
        for name in sorted(other.required - self.required):
            yield f"{name.removesuffix('[]')} must be given"
        for name in sorted(self.required - other.required):
            if name in other.fields:
                yield f"{name.removesuffix('[]')} may be left out"

    def _like(self, method: Method) -> MethodDescription:
        """A method as its target's own reflection describes it, in the terms of this one's release."""
        return _all(openapi_document(Reflection((method,)), self.profile), self.profile)[method.name]


def _described(name: str, profile: ReleaseProfile, item: Mapping[str, Any]) -> MethodDescription:
    operation = item["post"]
    media = operation.get("requestBody", {}).get("content", {})
    schema = next(iter(media.values()))["schema"] if media else {}
    return MethodDescription(
        name,
        profile,
        frozenset(word for flag, word in _FLAGS.items() if operation.get(flag)),
        schema.get("properties", {}),
        frozenset(schema.get("required", ())),
    )


def _all(document: Mapping[str, Any], profile: ReleaseProfile) -> dict[str, MethodDescription]:
    named = ((method_in(path), item) for path, item in document["paths"].items())
    return {name: _described(name, profile, item) for name, item in named}


@cache
def released_document(release: str) -> Mapping[str, Any]:
    """The document in specs/openapi/, or that of the release that this one extends, with its own version and header.

    Raises UsageError where it can't be read.
    """
    path, profile = SPECS / "openapi" / f"{release}.json", profiles()[release]
    if profile.extends is not None and not path.exists():
        document = deepcopy(dict(released_document(profile.extends)))
        document["info"]["version"] = release
        document["components"]["securitySchemes"]["apiKey"]["name"] = profile.header
        return document
    try:
        return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: can't be read: {error}") from error


@cache
def released_methods(release: str) -> Mapping[str, MethodDescription]:
    """The methods of a release, by name."""
    return _all(released_document(release), profiles()[release])


def from_release_on(release: str) -> Iterator[Mapping[str, MethodDescription]]:
    """The methods of this release, and of each that came after it."""
    known = list(profiles())
    yield from map(released_methods, known[known.index(release) :])


def closed_methods(release: str) -> frozenset[str]:
    """Names of methods that are for administrators alone in this release or a later one.

    What a release closes was as open before as it was wrong.
    """
    described = (each for methods in from_release_on(release) for each in methods.values())
    return frozenset(each.name for each in described if ADMINISTRATORS in each.flags)


def parameters_from_release_on(release: str, name: str) -> frozenset[str]:
    """Names of the parameters that this release, or a later one, describes of a method."""
    return frozenset(
        field.removesuffix("[]")
        for methods in from_release_on(release)
        if name in methods
        for field in methods[name].fields
    )


@cache
def every_parameter() -> frozenset[str]:
    """Names of the parameters of all methods of all releases."""
    return frozenset(
        name
        for release in profiles()
        for each in released_methods(release)
        for name in parameters_from_release_on(release, each)
    )
