"""What calling each method does, and how it is called so that nothing comes of it (specs/methods/)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from piwigo_contract.contract.resources import SPECS, load_yaml
from piwigo_contract.errors import UsageError
from piwigo_contract.methods.token import harmless_calls

Effect = Literal["reads", "writes", "outside"]
Arguments = Mapping[str, str]

_FIELDS = {
    *("effect", "why", "arguments", "harmless", "calls", "refused", "volatile"),
    *("files", "undeclared", "defaults_of_caller"),
}


@dataclass(frozen=True)
class MethodData:
    """What is known of a method of Piwigo's own.

    effect: `reads`; `writes`, to things that a run can make and put back; or `outside`, what reaches beyond these.
    arguments: with which it does nothing on any target, the pwg_token left out; None where there are none.
    why: what it does, for one with effects outside. calls: for one that reads, arguments that read something,
    with names in braces for what is on the gallery. refused: arguments for callers who must be refused, where
    there are none for others. files, undeclared: parameters that reflection does not tell of.
    defaults_of_caller: parameters whose default, as reflection tells it, is the caller's own.
    volatile: fields of the result that differ between two equal calls, such as `urls[]`, each with the reason.
    web_session_only: for no key, and no session but the web form's.
    """

    effect: Effect
    arguments: Arguments | None = None
    why: str = ""
    calls: tuple[Arguments, ...] = ()
    refused: Arguments | None = None
    files: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()
    defaults_of_caller: tuple[str, ...] = ()
    volatile: Mapping[str, str] = field(default_factory=dict)
    web_session_only: bool = False


@cache
def method_data(path: Path = SPECS / "methods" / "methods.yaml") -> Mapping[str, MethodData]:
    """Every method that is known, by name. Raises UsageError, naming file and method, for anything amiss."""
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise UsageError(f"{path}: a map from methods to what they do")
    return {name: _row(f"{path}: {name}", name, row) for name, row in data.items()}


def _row(here: str, name: str, row: Any) -> MethodData:
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
    with_token = harmless_calls().get(name)
    if with_token is not None and "arguments" in row:
        raise UsageError(f"{here}: has its arguments in token.yaml")
    arguments = _arguments(here, row.get("arguments"))
    if with_token is not None:
        arguments = with_token.arguments
    calls = row.get("calls", [])
    if not isinstance(calls, list) or (calls and row["effect"] != "reads"):
        raise UsageError(f"{here}: calls is a list of arguments, for a method that reads")
    return MethodData(
        effect=cast(Effect, row["effect"]),
        arguments=arguments,
        why=row.get("why", ""),
        calls=tuple(_arguments(here, call) or {} for call in calls),
        refused=_arguments(here, row.get("refused")),
        files=tuple(row.get("files", ())),
        undeclared=tuple(row.get("undeclared", ())),
        defaults_of_caller=tuple(row.get("defaults_of_caller", ())),
        volatile=_volatile(here, row.get("volatile", {})),
        web_session_only=with_token is not None and with_token.web_session_only,
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
