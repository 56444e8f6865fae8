"""The methods of each release and their parameters, and how ws.php checks and corrects those.

The data in data/methods.json is what `reflection.getMethodList` and `getMethodDetails` of each release
say (each release's entry holds what changed since the one before), plus which array parameters make an
array of a single value, which reflection does not tell (WS_PARAM_FORCE_ARRAY in ws.php).
Source of the checks: PwgServer::invoke and checkType in include/ws_core.inc.php.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from piwigo_contract.reference import php
from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.model import PwgError

_DATA = Path(__file__).resolve().parent / "data" / "methods.json"
MISSING, INVALID = 1002, 1003


@dataclass(frozen=True)
class Parameter:
    """One parameter. `array` is "" (never), "accepted" or "always" (one value becomes a list)."""

    name: str
    optional: bool = False
    array: str = ""
    type: str = "mixed"
    default: Any = None
    max: int | None = None

    def value(self, given: Any) -> Any:
        """The checked and corrected value. Raises PwgError 1003."""
        if isinstance(given, (list, dict)) and not self.array:
            raise PwgError(INVALID, f"{self.name} must be scalar")
        if self.array == "always" and not isinstance(given, (list, dict)):
            given = [] if php.is_empty(given) and given != "0" else [given]
        if isinstance(given, dict) and self.has_a_type:
            given = list(given.values())
        if isinstance(given, list):
            given = [self._typed(item, many=True) for item in given]
        elif given != "":
            given = self._typed(given, many=False)
        if self.max is not None and isinstance(given, (int, float)) and given > self.max:
            given = self.max
        return given

    @property
    def has_a_type(self) -> bool:
        """Whether it is a number or a boolean, or a list of them."""
        return self.type.partition(" ")[0] in ("int", "float", "bool")

    def absent(self) -> Any:
        """What the method sees where the parameter was not sent."""
        if self.array == "always" and self.default is None:
            return []
        return self.default

    def _typed(self, value: Any, many: bool) -> Any:
        kind, _, range_ = self.type.partition(" ")
        if kind == "mixed":
            return value
        minimum = {"": None, "positive": 0, "positive notnull": 1}[range_]
        typed: Any
        if isinstance(value, (list, dict)):
            typed = None
        elif kind == "bool":
            typed = php.to_bool(value)
        elif kind == "int":
            typed = php.to_int(value, minimum)
        else:
            typed = php.to_float(value)
            if typed is not None and minimum is not None and typed < minimum:
                typed = None
        if typed is not None:
            return typed
        described = {"": "", "positive": " positive", "positive notnull": " positive and not null"}[range_]
        noun = {"bool": "boolean", "int": "integer", "float": "float"}[kind]
        if many:
            raise PwgError(INVALID, f"{self.name} must only contain{described} {noun}s")
        raise PwgError(INVALID, f"{self.name} must be {'an' if kind == 'int' else 'a'}{described} {noun}")


@dataclass(frozen=True)
class Signature:
    """A method's options and parameters."""

    name: str
    options: Mapping[str, bool]
    params: tuple[Parameter, ...]

    @property
    def takes_token(self) -> bool:
        return any(parameter.name == "pwg_token" for parameter in self.params)

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters for the method. Raises PwgError 1003 (the first bad one), then 1002 (all missing)."""
        checked = dict(given)
        missing = []
        for parameter in self.params:
            if parameter.name not in given:
                if parameter.optional:
                    checked[parameter.name] = parameter.absent()
                else:
                    missing.append(parameter.name)
            elif given[parameter.name] == "" and not parameter.optional:
                missing.append(parameter.name)
            else:
                checked[parameter.name] = parameter.value(given[parameter.name])
        if missing:
            raise PwgError(MISSING, f"Missing parameters: {','.join(missing)}")
        return checked

    def details(self) -> dict[str, Any]:
        """What `reflection.getMethodDetails` answers; the descriptions are Piwigo's own and left out."""
        rows = []
        for parameter in self.params:
            row: dict[str, Any] = {
                "name": parameter.name,
                "optional": parameter.optional,
                "acceptArray": bool(parameter.array),
                "type": parameter.type,
            }
            if parameter.default is not None:
                row["defaultValue"] = parameter.default
            if parameter.max is not None:
                row["maxValue"] = parameter.max
            rows.append(row)
        return {
            "name": self.name,
            "description": "",
            "params": rows,
            "options": dict(self.options),
        }


@cache
def methods(release: str) -> Mapping[str, Signature]:
    """All methods of a release, by name, in the order of `reflection.getMethodList`."""
    found: dict[str, Signature] = {}
    for of_release, changed in json.loads(_DATA.read_text(encoding="utf-8")).items():
        for name, entry in changed.items():
            params = tuple(Parameter(**parameter) for parameter in entry["params"])
            found[name] = Signature(name, entry["options"], params)
        if of_release == release:
            break
    return dict(sorted(found.items()))


@cache
def closed_methods(release: str) -> frozenset[str]:
    """Methods that are for administrators alone in a release or in a later one."""
    releases = list(VERSIONS)
    return frozenset(
        signature.name
        for later in releases[releases.index(release) :]
        for signature in methods(later).values()
        if signature.options.get("admin_only")
    )
