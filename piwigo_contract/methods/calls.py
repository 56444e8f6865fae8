"""Calls of methods: how they are sent, and what their arguments stand for on a gallery."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from piwigo_contract.client.credentials import Carrier, Query
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import Text
from piwigo_contract.methods.data import Arguments, MethodData
from piwigo_contract.methods.reflection import Method


@dataclass(frozen=True)
class Reading:
    """A call of a method that only reads."""

    method: Method
    arguments: Mapping[str, Text]
    known: MethodData

    @property
    def name(self) -> str:
        """The name of the method."""
        return self.method.name

    @property
    def defaults(self) -> dict[str, Text]:
        """The defaults, from the method's description, of the parameters that this call leaves out."""
        told = {}
        given = {name.partition("[")[0] for name in self.arguments}
        for parameter in self.method.parameters:
            if parameter.name in given or parameter.default is None:
                continue
            values = parameter.default if isinstance(parameter.default, list) else [parameter.default]
            name = f"{parameter.name}[{{}}]" if isinstance(parameter.default, list) else parameter.name
            told.update({name.format(number): Text.of(_as_sent(value)) for number, value in enumerate(values)})
        return told

    def with_defaults(self) -> Reading:
        """The call with every default sent explicitly."""
        return replace(self, arguments={**self.arguments, **self.defaults})

    def sent(self, how: str, *auth: Carrier) -> ApiCall:
        """The call, sent in one of WAYS, by whoever asks."""
        return sent(how, self.name, self.arguments, *auth)


def sent(how: str, name: str, arguments: Mapping[str, Text | str], *auth: Carrier) -> ApiCall:
    """A call of a method, sent in one of WAYS, by whoever asks."""
    params = tuple((parameter, Text.of(value)) for parameter, value in arguments.items())
    in_query = [Query("method", name)]
    match how:
        case "GET":
            return ApiCall(name, params, "GET", auth=auth)
        case "a form with a file":
            return ApiCall(name, params, "POST", auth=auth, files=A_FILE)
        case "method in the query":
            return ApiCall(None, params, "POST", auth=(*auth, *in_query))
        case "POST without a body":
            everything = [Query(parameter, value) for parameter, value in params]
            return ApiCall(None, (), "POST", auth=(*auth, *in_query, *everything))
        case _:
            return ApiCall(name, params, "POST", auth=auth)


def _as_sent(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


WAYS = ("POST", "GET", "method in the query", "POST without a body", "a form with a file")
"""In which parts of a request clients put the method and its parameters."""

A_FILE = (("pc_file", Upload("none.txt", b"none", "text/plain")),)
"""A file under a name that no method reads: the form is one of several parts, and that is all that comes of it."""


def ways_into(method: Method, arguments: Mapping[str, object]) -> tuple[str, ...]:
    """The ways in which a call is tried: as a form, and one other that the method allows.

    To PHP a POST with an empty form has no form, so a call without arguments is not tried with the method in the query.
    """
    if method.post_only:
        return ("POST", "method in the query") if arguments else ("POST",)
    return "POST", "GET"


def filled_in(arguments: Arguments, things: Mapping[str, Text]) -> dict[str, Text] | None:
    """Arguments with `{album}` and the like replaced by the ids in `things`; None where one is missing."""
    filled = {}
    for name, value in arguments.items():
        text = Text()
        for literal, thing in _PLACES.findall(value):
            if thing and thing not in things:
                return None
            text += things[thing] if thing else literal
        filled[name] = text
    return filled


_PLACES = re.compile(r"(?s)((?:(?!\{(?:album|photo|tag|group|user|md5sum|word)\}).)+)|\{(\w+)\}")
"""Literal text, or the name of what stands there; see Sandbox.things."""
