"""Keeps generated values harmless: nothing that the run did not make is ever written to.

Every call with a generated method and generated values passes through `Confinement.params` (journeys choose their
arguments themselves, see journeys.py). For a method that reads, values of its own parameters are sent unchanged. For
any other method only the parameters that its data allows (specs/methods/, `generated`) are generated; ids come from
there too, and are those of things of this run, or an id that nothing has.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from piwigo_contract.client.vault import Text
from piwigo_contract.methods.calls import filled_in
from piwigo_contract.methods.data import GenerationRule, method_data, reads
from piwigo_contract.methods.reflection import TOKEN, Method

Pairs = list[tuple[str, Text]]
"""Parameters to send, in order; a name may be repeated."""


def rule_for(method: Method) -> GenerationRule | None:
    """What may be generated for a method, or None where it is not to be called."""
    known = method_data().get(method.name)
    return _rule_for_a_plugins(method) if known is None else known.generated


def covering_choices(rule: GenerationRule) -> list[int]:
    """Choices for `Confinement.params` that together use each allowed value of each parameter at least once."""
    found = []
    for number in range(max(map(len, rule.always.values()), default=1)):
        choice, weight = 0, 1
        for values in rule.always.values():
            choice += number % len(values) * weight
            weight *= len(values)
        found.append(choice)
    return found


def _rule_for_a_plugins(method: Method) -> GenerationRule | None:
    """For a plugin's method: leave out one required parameter, or send text for a number, so that it can't run. None if
    neither is possible.
    """
    names = set(method.names)
    if method.needs_more:
        lacking = next(name for name in method.required if name != TOKEN)
        return GenerationRule({}, frozenset(names - {lacking}))
    numbers = [parameter.name for parameter in method.parameters if parameter.type != "mixed"]
    return GenerationRule({numbers[0]: ("none",)}, frozenset(names - {numbers[0]})) if numbers else None


class Confinement:
    """Confines the values for one gallery. things: ids of things made for this purpose, by the names that
    specs/methods/ uses (`album`, `photo`, ...).
    """

    def __init__(self, things: Mapping[str, Text]) -> None:
        self._things = things

    def params(self, method: Method, given: Mapping[str, Any], choice: int) -> Pairs:
        """The parameters to send for these generated values.

        choice: which of the allowed values each parameter in `always` gets, as one mixed-radix number. Raises
        ValueError for a method that may not be called.
        """
        rule = rule_for(method)
        if rule is None:
            raise ValueError(f"{method.name} is not to be called")
        pairs: Pairs = []
        for sent_as, value in given.items():
            name = sent_as.removesuffix("[]")
            if name in method.names and rule.is_free(name):
                pairs += [(each, Text.of(text)) for each, text in form_fields(name, value, sent_as != name)]
        for name, values in rule.always.items():
            text = self._filled(values[choice % len(values)])
            if text is not None:
                pairs.append((name, text))
            choice //= len(values)
        return pairs

    def _filled(self, value: str) -> Text | None:
        filled = filled_in({"value": value}, self._things)
        return None if filled is None else filled["value"]


def checksum(given: Mapping[str, Any]) -> int:
    """A checksum of generated values: equal values give the same number."""
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
    # lone surrogates can't be sent in a form: they become question marks
    return str(value).encode("utf-8", "replace").decode("utf-8")


def callable_methods(methods: Collection[Method], *, reads_only: bool = False) -> list[Method]:
    """Methods that may be called with generated values. reads_only: only Piwigo's own that read."""
    return [method for method in methods if rule_for(method) is not None and (not reads_only or reads(method.name))]
