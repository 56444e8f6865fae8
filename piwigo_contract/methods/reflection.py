"""What a target says of its own methods: names, parameters, flags. None of its prose is kept.

Source: PwgServer::ws_getMethodList and ws_getMethodDetails in include/ws_core.inc.php.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Carrier
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import LacksMethod, OutOfReach, UsageError

LIST, DETAILS = "reflection.getMethodList", "reflection.getMethodDetails"
"""The methods of reflection itself (with DETAILS)."""

TOKEN = "pwg_token"
"""The parameter of the anti-CSRF token."""

MOST_METHODS = 2000
"""Methods that are asked about; Piwigo with a hundred plugins has some hundreds."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method.

    type: as reflection words it, such as `mixed`, `bool`, `int positive notnull`, `float positive`. default: what
    the method takes where it is left out; None where reflection tells none. maximum: what a larger value is cut to.
    """

    name: str
    optional: bool = False
    accepts_array: bool = False
    type: str = "mixed"
    default: Any = None
    maximum: float | None = None


@dataclass(frozen=True)
class Method:
    """A method of the web API."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    post_only: bool = False
    admin_only: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all its parameters."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the parameters that must be given."""
        return tuple(parameter.name for parameter in self.parameters if not parameter.optional)

    @property
    def takes_token(self) -> bool:
        """Whether it has a parameter pwg_token."""
        return TOKEN in self.names

    @property
    def needs_more(self) -> bool:
        """Whether it requires something besides the token: called with nothing at all it can't run."""
        return any(name != TOKEN for name in self.required)


@dataclass(frozen=True)
class Reflection:
    """All methods of a target. version: the version that it reports, or None."""

    methods: tuple[Method, ...]
    version: str | None = None

    def __iter__(self) -> Iterator[Method]:
        return iter(self.methods)

    def __len__(self) -> int:
        return len(self.methods)

    def get(self, name: str) -> Method | None:
        """The method of this name, or None."""
        return next((method for method in self.methods if method.name == name), None)


def read_reflection(gallery: Gallery, *auth: Carrier, version: str | None = None) -> Reflection:
    """Ask the target for its methods, one request each. Raises OutOfReach where it does not tell."""
    names = reflected(gallery.call(LIST, *auth), LIST).get("methods")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise OutOfReach(detail=f"{LIST} to give a list of methods")
    if len(names) > MOST_METHODS:
        raise OutOfReach(detail=f"{LIST} to give at most {MOST_METHODS} methods: it gives {len(names)}")
    return Reflection(tuple(read_method(gallery, name, *auth) for name in names), version)


def read_method(gallery: Gallery, name: str, *auth: Carrier) -> Method:
    """Ask the target for one of its methods. Raises OutOfReach where it does not tell."""
    row = reflected(gallery.call(DETAILS, *auth, methodName=name), f"{DETAILS} {name}")
    try:
        return method_of(row["name"], row)
    except (KeyError, TypeError, AttributeError) as error:
        raise OutOfReach(detail=f"{DETAILS} to describe {name} in the form that Piwigo has") from error


def reflected(answer: Answer, what: str) -> Mapping[str, Any]:
    """The result, a map, of a call of reflection. what: what was asked for, for the message, its method first. Raises
    LacksMethod where the target has no such method, OutOfReach for anything else.
    """
    if answer.envelope is not None and answer.envelope.err == 501:
        raise LacksMethod(what.split()[0])
    result = answer.result
    if not isinstance(result, dict):
        raise OutOfReach(detail=f"{what} to tell: HTTP {answer.status}")
    return result


def method_of(name: str, row: Mapping[str, Any]) -> Method:
    """A method as reflection details it. Raises KeyError, TypeError or AttributeError for another form."""
    # PHP's empty map is a list in JSON
    options = row["options"] if isinstance(row["options"], dict) else {}
    return Method(
        name=str(name),
        parameters=tuple(_parameter(parameter) for parameter in row["params"] or ()),
        post_only=bool(options.get("post_only")),
        admin_only=bool(options.get("admin_only")),
    )


def _parameter(row: Mapping[str, Any]) -> Parameter:
    maximum = row.get("maxValue")
    if not isinstance(maximum, int | float | None):
        raise TypeError("maxValue is a number")
    return Parameter(
        name=str(row["name"]),
        optional=bool(row["optional"]),
        accepts_array=bool(row.get("acceptArray")),
        type=str(row.get("type", "mixed")),
        default=row.get("defaultValue"),
        maximum=maximum,
    )


def load_reflection(path: Path) -> Reflection:
    """Read what `save_reflection` writes. Raises UsageError, in one line that names the file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        methods = tuple(method_of(name, row) for name, row in data["methods"].items())
        return Reflection(methods, data.get("release"))
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path}: is no recorded reflection: a JSON map with release and methods") from error


def save_reflection(reflection: Reflection) -> str:
    """A reflection as JSON, one method a line, in the target's order."""
    lines = ",\n".join(
        f"  {json.dumps(method.name)}: {json.dumps(_row(method), ensure_ascii=False)}" for method in reflection
    )
    return f'{{\n "release": {json.dumps(reflection.version)},\n "methods": {{\n{lines}\n }}\n}}\n'


def _row(method: Method) -> dict[str, Any]:
    options = {"post_only": method.post_only, "admin_only": method.admin_only}
    return {"options": {name: True for name, there in options.items() if there}, "params": _rows(method.parameters)}


def _rows(parameters: Sequence[Parameter]) -> list[dict[str, Any]]:
    rows = []
    for parameter in parameters:
        row: dict[str, Any] = {
            "name": parameter.name,
            "optional": parameter.optional,
            "acceptArray": parameter.accepts_array,
            "type": parameter.type,
        }
        if parameter.default is not None:
            row["defaultValue"] = parameter.default
        if parameter.maximum is not None:
            row["maxValue"] = parameter.maximum
        rows.append(row)
    return rows
