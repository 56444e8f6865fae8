"""What is known of each method: its effect, harmless arguments, and where its ids go (specs/methods/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from piwigo_contract.contract.resources import load
from piwigo_contract.contract.sources import Source, sources
from piwigo_contract.errors import UsageError

Effect = Literal["reads", "writes", "outside"]
"""See MethodData.effect."""
Arguments = Mapping[str, str]
"""Parameters by name, with values or placeholders such as `{album}`."""


@dataclass(frozen=True)
class GenerationRule:
    """What may be generated for a method.

    always: parameters sent with each call, with their allowed values; {album}, {photo}, {tag} and {group} are things
    made for this purpose only, 2147483647 is an id that nothing has. free: names of parameters that may have any value.
    Nothing else is sent, except for a method that reads: all its other parameters are free.
    """

    always: Mapping[str, Sequence[str]]
    free: frozenset[str] | None = frozenset()

    def is_free(self, name: str) -> bool:
        """Whether this parameter may have any value."""
        return name not in self.always and (self.free is None or name in self.free)


@dataclass(frozen=True)
class Flow:
    """An id in a method's result, and where it goes.

    field: a JSON pointer below `result`. into: the parameter that takes it, by method. made: the parameters with which
    a run makes such a thing of its own, {name} a name of the run's, {album} an album of its own; None for a method
    that only reads, so that the id may be that of anything, and goes into methods that read.
    """

    field: str
    into: Mapping[str, str]
    made: Mapping[str, str] | None


@dataclass(frozen=True)
class MethodData:
    """What is known of a method of Piwigo's own, in all releases.

    effect: `reads`; `writes`, to things that a run can make and put back; or `outside`, what reaches beyond these
    (mail, updates, plugins, other people's things, the gallery's own records): it is only ever called so that it is
    refused. why: what it does, for one with effects outside.
    arguments: with which it does nothing on any target, whether a token is asked for or not, the pwg_token left out;
    None where there are none. 2147483647 is the number of nothing: Piwigo's own are at most 16777215.
    refused: arguments for callers who must be refused, where there are none for others.
    calls: for one that reads, arguments that read something, with {album}, {photo}, {tag}, {group}, {user}, {md5sum}
    and {word} for what is on the gallery, and the values of a list one by one (`cat_id[0]`); where there are none it
    is called with its `arguments`. volatile: fields of the result that differ between two equal calls, such as
    `urls[]`, each with the reason.
    files, undeclared: parameters that reflection does not tell of. defaults_of_caller: parameters whose default, as
    reflection tells it, is the caller's own. web_session_only: for no key, and no session but the web form's.
    generated: what may be generated for it, all of its parameters if it reads; where nothing is said of another, its
    `arguments` alone, and None where there are none: it is not to be called. gives: the id that it answers.
    opened_by: plugins that let ordinary users call it, although it is for administrators.
    """

    effect: Effect
    why: str = ""
    web_session_only: bool = False
    arguments: Arguments | None = None
    refused: Arguments | None = None
    calls: tuple[Arguments, ...] = ()
    volatile: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()
    defaults_of_caller: tuple[str, ...] = ()
    generated: GenerationRule | None = None
    gives: Flow | None = None
    opened_by: tuple[str, ...] = ()


def method_data(*chosen: Source) -> Mapping[str, MethodData]:
    """Every method that these contracts know, by default all that are in use, by name.

    Raises UsageError, naming file and method, for anything amiss.
    """
    return _read(chosen or sources())


@cache
def _read(chosen: Sequence[Source]) -> Mapping[str, MethodData]:
    found: dict[str, MethodData] = {}
    places: dict[str, Path] = {}
    for path in (path for source in chosen for path in sorted((source.specs / "methods").glob("*.yaml"))):
        for name, row in load(path, "methods").items():
            if name in found:
                raise UsageError(f"{path}: {name}: stands in {places[name]} as well")
            places[name], found[name] = path, _method(row)
    for name, known in found.items():
        if fault := _contradiction(known, found):
            raise UsageError(f"{places[name]}: {name}: {fault}")
    return found


def reads(name: str) -> bool:
    """Whether a method is one of Piwigo's own that only reads."""
    return name in method_data() and method_data()[name].effect == "reads"


def _method(row: Mapping[str, Any]) -> MethodData:
    return MethodData(
        effect=row["effect"],
        why=row.get("why", ""),
        web_session_only=row.get("web_session_only", False),
        arguments=_arguments(row.get("arguments")),
        refused=_arguments(row.get("refused")),
        calls=tuple(_arguments(call) or {} for call in row.get("calls", ())),
        volatile=row.get("volatile", {}),
        files=tuple(row.get("files", ())),
        undeclared=tuple(row.get("undeclared", ())),
        defaults_of_caller=tuple(row.get("defaults_of_caller", ())),
        generated=_rule(row),
        gives=_flow(row["gives"]) if "gives" in row else None,
        opened_by=tuple(row.get("opened_by", ())),
    )


def _rule(row: Mapping[str, Any]) -> GenerationRule | None:
    reading, said = row["effect"] == "reads", row.get("generated")
    if said is None and reading:
        said = {"always": {}}
    elif said is None and "arguments" in row:
        said = {"always": {name: [value] for name, value in row["arguments"].items()}}
    if said is None:
        return None
    always = {name: tuple(map(str, values)) for name, values in said["always"].items()}
    return GenerationRule(always, None if reading else frozenset(said.get("free", ())))


def _flow(row: Mapping[str, Any]) -> Flow:
    return Flow(row["field"], row["into"], _arguments(row.get("made")))


def _arguments(given: Mapping[str, str | int] | None) -> Arguments | None:
    return None if given is None else {name: str(value) for name, value in given.items()}


def _contradiction(known: MethodData, others: Mapping[str, MethodData]) -> str | None:
    """What of a method's data contradicts itself, or that of the methods that its id goes into."""
    generated = known.generated
    if generated and (both := sorted((generated.free or frozenset()) & set(generated.always))):
        return f"generated: {both[0]} is both always and free"
    for taker in known.gives.into if known.gives else ():
        if taker not in others:
            return f"gives an id to {taker}, which is no method of Piwigo's own"
        if known.gives and known.gives.made is None and others[taker].effect != "reads":
            return f"gives an id to {taker}, which writes, and it may be that of anything"
    return None
