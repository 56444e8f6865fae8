"""Every method of a target, each with arguments that can take no effect."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from piwigo_contract.client.credentials import Carrier, Query
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.vault import Text
from piwigo_contract.methods.data import Arguments, MethodData, method_data
from piwigo_contract.methods.reflection import TOKEN, Method, Reflection

_READING = ("get", "list", "search", "find", "exist", "is", "has", "count")
"""How the last part of a method's name begins in Piwigo where the method only reads."""


@dataclass(frozen=True)
class Reading:
    """A call of a method that only reads."""

    method: Method
    arguments: Mapping[str, Text]
    known: MethodData

    @property
    def name(self) -> str:
        return self.method.name

    @property
    def defaults(self) -> dict[str, Text]:
        """What the method's description tells to stand for the parameters that are left out here."""
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
        """The call with every default given in so many words."""
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
        case "method in the query":
            return ApiCall(None, params, "POST", auth=(*auth, *in_query))
        case "POST without a body":
            everything = [Query(parameter, value) for parameter, value in params]
            return ApiCall(None, (), "POST", auth=(*auth, *in_query, *everything))
        case _:
            return ApiCall(name, params, "POST", auth=auth)


def _as_sent(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


WAYS = ("POST", "GET", "method in the query", "POST without a body")
"""In which parts of a request clients put the method and its parameters."""


def ways_into(method: Method, arguments: Mapping[str, object]) -> tuple[str, ...]:
    """Those of WAYS in which a call is tried: as a form, and once in another way that the method may be called in.

    To PHP a request with an empty form is no POST.
    """
    if method.post_only:
        return ("POST", "method in the query") if arguments else ("POST",)
    return "POST", "GET"


class EveryMethod:
    """The methods that a target's own reflection tells of, known to the suite or not.

    forbidden: names of those that this gallery's keys may not call. read_only: leave out all that may write.
    A method that is not Piwigo's own is held to the same rules, but called only so that it can't run: without a
    parameter that it requires, or with text for a number. Where it needs nothing at all it is called if its name
    says that it reads (`getThings`).
    """

    def __init__(self, reflection: Reflection, *, forbidden: Collection[str] = (), read_only: bool = False) -> None:
        self.reflection = reflection
        self.forbidden = frozenset(forbidden)
        self.read_only = read_only

    def calls(
        self, *, for_administrators: bool | None = None, to_be_refused: bool = False, by_key: bool = False
    ) -> Iterator[tuple[Method, Arguments]]:
        """Methods with arguments, the pwg_token left out, that have no effect on any target.

        for_administrators: only those for administrators, or only the others. to_be_refused: the caller must not
        be let in, so that those with no harmless arguments for others are here too. by_key: only those that a key
        may call.
        """
        for method in self._chosen(for_administrators, by_key):
            arguments = self.harmless(method, to_be_refused=to_be_refused)
            if not isinstance(arguments, str):
                yield method, arguments

    def left_out(
        self, *, for_administrators: bool | None = None, to_be_refused: bool = False, by_key: bool = False
    ) -> str:
        """A line for the report: the methods that `calls` leaves out, each with its reason."""
        told = []
        for method in self._chosen(for_administrators, by_key):
            reason = self.harmless(method, to_be_refused=to_be_refused)
            if isinstance(reason, str):
                told.append(f"{method.name} ({reason.rstrip('.')})")
        return f"left out: {', '.join(told)}" if told else ""

    def _chosen(self, for_administrators: bool | None, by_key: bool) -> Iterator[Method]:
        for method in self.reflection:
            known = method_data().get(method.name)
            if for_administrators is not None and method.admin_only != for_administrators:
                continue
            if by_key and (method.name in self.forbidden or (known is not None and known.web_session_only)):
                continue
            if self.read_only and (known is None or known.effect != "reads"):
                continue
            yield method

    def not_to_be_put_back(self) -> str:
        """A line for the report: the methods that are never called so that they do something, each with its reason."""
        told = []
        for method in self.reflection:
            known = method_data().get(method.name)
            if known is None:
                told.append(f"{method.name} (no method of Piwigo's own)")
            elif known.effect == "outside":
                told.append(f"{method.name} ({known.why.rstrip('.')})")
        return f"not assessed, since what they do can't be put back: {', '.join(told)}" if told else ""

    def harmless(self, method: Method, *, to_be_refused: bool = False) -> Arguments | str:
        """Arguments that can take no effect; or, where there are none, why (a text)."""
        known = method_data().get(method.name)
        if known is not None:
            if known.arguments is not None:
                return known.arguments
            if to_be_refused and known.refused is not None:
                return known.refused
            return known.why or "There are no arguments that do nothing."
        return _harmless_by_itself(method)

    def reading(self, *, for_administrators: bool | None = None) -> Iterator[tuple[Method, MethodData]]:
        """The methods of Piwigo's own that read, and can be called by a key."""
        for method in self._chosen(for_administrators, by_key=True):
            known = method_data().get(method.name)
            if known is not None and known.effect == "reads":
                yield method, known

    def readings(
        self, things: Mapping[str, Text], *, for_administrators: bool | None = None, by_get: bool = False
    ) -> Iterator[Reading]:
        """Each method that reads, with each of its arguments that read something here.

        things: what arguments may stand for. by_get: only methods that may be called by GET.
        """
        for method, known in self.reading(for_administrators=for_administrators):
            if by_get and method.post_only:
                continue
            for arguments in known.calls or (known.arguments or {},):
                filled = filled_in(arguments, things)
                if filled is not None:
                    yield Reading(method, filled, known)

    def that_need_more(self) -> Iterator[Method]:
        """Methods that a key may call and that require something besides the token."""
        return (method for method in self._chosen(None, by_key=True) if needs_more(method))

    def for_post_alone(self) -> Iterator[Method]:
        """Methods for POST alone that do nothing when they are called with no parameter at all."""
        for method in self.reflection:
            if method.post_only and (needs_more(method) or method.name in _DO_NOTHING_BY_THEMSELVES):
                yield method


_DO_NOTHING_BY_THEMSELVES = ("pwg.users.api_key.get", "pwg.users.setMyInfo")


def needs_more(method: Method) -> bool:
    """Whether the method requires something besides the token: called with nothing at all it can't run."""
    return any(name != TOKEN for name in method.required)


def _harmless_by_itself(method: Method) -> Arguments | str:
    """How a method of which nothing is known but its description is called so that it can't run."""
    if needs_more(method):
        return {}
    numbers = [parameter.name for parameter in method.parameters if parameter.type != "mixed"]
    if numbers:
        return {numbers[0]: "none"}
    if reads_by_its_name(method.name):
        return {}
    return "no method of Piwigo's own, and it needs nothing, so that it would run"


def reads_by_its_name(name: str) -> bool:
    last = name.rpartition(".")[2]
    return any(last == verb or (last.startswith(verb) and last[len(verb)].isupper()) for verb in _READING)


def filled_in(arguments: Arguments, things: Mapping[str, Text]) -> dict[str, Text] | None:
    """Arguments with `{album}` and the like replaced by what there is; None where there is no such thing."""
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
