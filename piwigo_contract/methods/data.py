"""What calling each method does, how it is called so that nothing comes of it, where its ids go (specs/methods/)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from piwigo_contract.contract.resources import SPECS, load_yaml
from piwigo_contract.errors import UsageError

Effect = Literal["reads", "writes", "outside"]
Arguments = Mapping[str, str]


@dataclass(frozen=True)
class Generated:
    """What may be generated for a method.

    always: parameters that are sent with each call, and the values that they may have; {album}, {photo}, {tag} and
    {group} are things made for this purpose alone, 2147483647 is the number of nothing. free: names of those that may
    have any value. Nothing else is sent, but for a method that reads: all its other parameters are free.
    """

    always: Mapping[str, tuple[str, ...]]
    free: frozenset[str]


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
    generated: what may be generated for it; where nothing is said, any of its parameters if it reads, else its
    `arguments` and nothing else. gives: the id that it answers, for other methods.
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
    generated: Generated | None = None
    gives: Flow | None = None


_FIELDS = {*MethodData.__dataclass_fields__, "harmless"}


@cache
def method_data(folder: Path = SPECS / "methods") -> Mapping[str, MethodData]:
    """Every method that is known, by name. Raises UsageError, naming file and method, for anything amiss."""
    found: dict[str, MethodData] = {}
    places: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = load_yaml(path)
        if not isinstance(data, dict):
            raise UsageError(f"{path}: a map from methods to what they do")
        for name, row in data.items():
            if name in found:
                raise UsageError(f"{path}: {name}: stands in {places[name].partition(': ')[0]} as well")
            places[name] = f"{path}: {name}"
            found[name] = _method(places[name], row)
    for name, known in found.items():
        for taker in known.gives.into if known.gives else ():
            if taker not in found:
                raise UsageError(f"{places[name]}: gives an id to {taker}, which is no method of Piwigo's own")
            if known.gives and known.gives.made is None and found[taker].effect != "reads":
                raise UsageError(
                    f"{places[name]}: gives an id to {taker}, which writes, and it may be that of anything"
                )
    return found


def _method(here: str, row: Any) -> MethodData:
    if not isinstance(row, dict) or not set(row) <= _FIELDS:
        raise UsageError(f"{here}: has no fields but {', '.join(sorted(_FIELDS))}")
    if row.get("effect") not in get_args(Effect):
        raise UsageError(f"{here}: effect is one of {', '.join(get_args(Effect))}")
    for sentence in ("why", "harmless"):
        if sentence in row and not (isinstance(row[sentence], str) and row[sentence].endswith(".")):
            raise UsageError(f"{here}: {sentence} is a sentence that ends with a full stop")
    if row["effect"] == "outside" and "why" not in row:
        raise UsageError(f"{here}: with effects outside it says why")
    if ("arguments" in row or "refused" in row) and "harmless" not in row:
        raise UsageError(f"{here}: says why its arguments are harmless")
    calls = row.get("calls", [])
    if not isinstance(calls, list) or (calls and row["effect"] != "reads"):
        raise UsageError(f"{here}: calls is a list of arguments, for a method that reads")
    return MethodData(
        effect=cast(Effect, row["effect"]),
        why=row.get("why", ""),
        web_session_only=row.get("web_session_only", False),
        arguments=_arguments(here, row.get("arguments")),
        refused=_arguments(here, row.get("refused")),
        calls=tuple(_arguments(here, call) or {} for call in calls),
        volatile=_volatile(here, row.get("volatile", {})),
        files=tuple(row.get("files", ())),
        undeclared=tuple(row.get("undeclared", ())),
        defaults_of_caller=tuple(row.get("defaults_of_caller", ())),
        generated=_generated(here, row["generated"]) if "generated" in row else None,
        gives=_flow(here, row["gives"]) if "gives" in row else None,
    )


def _arguments(here: str, given: Any) -> Arguments | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise UsageError(f"{here}: arguments are a map")
    return {str(name): str(value) for name, value in given.items()}


def _volatile(here: str, given: Any) -> Mapping[str, str]:
    if not isinstance(given, dict) or not all(isinstance(why, str) and why.endswith(".") for why in given.values()):
        raise UsageError(f"{here}: volatile is a map from fields to reasons, each a sentence")
    return {str(path): why for path, why in given.items()}


def _generated(here: str, row: Any) -> Generated:
    if not isinstance(row, dict) or not {"always"} <= set(row) <= {"always", "free"}:
        raise UsageError(f"{here}: generated has always, and may have free")
    always = {parameter: tuple(map(str, values)) for parameter, values in row["always"].items()}
    free = frozenset(row.get("free", ()))
    if both := sorted(free & set(always)):
        raise UsageError(f"{here}: generated: {both[0]} is both always and free")
    return Generated(always, free)


def _flow(here: str, row: Any) -> Flow:
    if not isinstance(row, dict) or not {"field", "into"} <= set(row) <= {"field", "into", "made"}:
        raise UsageError(f"{here}: gives has field and into, and may have made")
    return Flow(row["field"], row["into"], row.get("made"))
