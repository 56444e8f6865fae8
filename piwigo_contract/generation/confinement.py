"""What generated values become before they are sent: nothing that a run did not make is ever written to.

Every generated call passes through `Confinement.params`. For a method that reads, values of its own parameters are
sent as they are. For any other only those that its data frees (specs/methods/, `generated`); what names a thing is
taken from there, and is a thing of the run's own or the number of nothing.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from piwigo_contract.client.vault import Text
from piwigo_contract.methods.calls import filled_in
from piwigo_contract.methods.data import Freedom, method_data, reads
from piwigo_contract.methods.reflection import TOKEN, Method

Pairs = list[tuple[str, Text]]


def freedom_of(method: Method) -> Freedom | None:
    """What may be generated for a method, or None where it is not to be called."""
    known = method_data().get(method.name)
    return _freedom_of_a_plugins(method) if known is None else known.generated


def coverings(freedom: Freedom) -> list[int]:
    """Numbers for `Confinement.params` that have each parameter take each of its values at least once."""
    found = []
    for number in range(max(map(len, freedom.always.values()), default=1)):
        chosen, weight = 0, 1
        for values in freedom.always.values():
            chosen += number % len(values) * weight
            weight *= len(values)
        found.append(chosen)
    return found


def _freedom_of_a_plugins(method: Method) -> Freedom | None:
    """A method of which nothing is known always lacks what it requires, or has text for a number."""
    names = set(method.names)
    if method.needs_more:
        lacking = next(name for name in method.required if name != TOKEN)
        return Freedom({}, frozenset(names - {lacking}))
    numbers = [parameter.name for parameter in method.parameters if parameter.type != "mixed"]
    return Freedom({numbers[0]: ("none",)}, frozenset(names - {numbers[0]})) if numbers else None


class Confinement:
    """Confines the values for one gallery. things: made for the purpose, by the words that stand for them."""

    def __init__(self, things: Mapping[str, Text]) -> None:
        self._things = things

    def params(self, method: Method, given: Mapping[str, Any], chosen: int) -> Pairs:
        """What is sent of these generated values. chosen: a number that chooses among those that are not free.

        Raises ValueError for a method that is not to be called.
        """
        freedom = freedom_of(method)
        if freedom is None:
            raise ValueError(f"{method.name} is not to be called")
        pairs: Pairs = []
        for sent_as, value in given.items():
            name = sent_as.removesuffix("[]")
            if name in method.names and freedom.frees(name):
                pairs += [(each, Text.of(text)) for each, text in form_fields(name, value, sent_as != name)]
        for name, values in freedom.always.items():
            text = self._filled(values[chosen % len(values)])
            if text is not None:
                pairs.append((name, text))
            chosen //= len(values)
        return pairs

    def _filled(self, value: str) -> Text | None:
        filled = filled_in({"value": value}, self._things)
        return None if filled is None else filled["value"]


def number_of(given: Mapping[str, Any]) -> int:
    """A number that goes with generated values: the same for the same, and any for others."""
    return zlib.crc32(json.dumps(given, sort_keys=True, default=str).encode())


def form_fields(name: str, value: Any, as_list: bool = False) -> Iterator[tuple[str, str]]:
    """A generated value as PHP takes it from a form: lists as `name[]`, maps as `name[key]`, numbers as text."""
    match value:
        case list():
            for number, item in enumerate(value):
                scalar = not isinstance(item, list | dict)
                yield from form_fields(f"{name}[]" if scalar else f"{name}[{number}]", item)
        case dict():
            for key, item in value.items():
                yield from form_fields(f"{name}[{_text(key)}]", item)
        case _:
            yield f"{name}[]" if as_list else name, _text(value)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
    # what is no Unicode can't be sent in a form
    return str(value).encode("utf-8", "replace").decode("utf-8")


def callable_methods(methods: Collection[Method], *, reads_only: bool = False) -> list[Method]:
    """Methods for which values may be generated. reads_only: none but Piwigo's own that read."""
    return [method for method in methods if freedom_of(method) is not None and (not reads_only or reads(method.name))]
