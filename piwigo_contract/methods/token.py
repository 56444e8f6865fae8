"""The methods that take a pwg_token, and how each is called without harm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from piwigo_contract.contract.resources import SPECS, load_yaml
from piwigo_contract.errors import SuiteError, UsageError
from piwigo_contract.methods.reflection import TOKEN, Method


@dataclass(frozen=True)
class Harmless:
    """How a method is called so that no target, however wrong, does anything.

    arguments: every required parameter but the token, or None where there are no such arguments; reason: why
    they do no harm, or why there are none. web_session_only: for no key, and no session but the web form's.
    """

    arguments: Mapping[str, str] | None
    reason: str
    web_session_only: bool = False


@cache
def harmless_calls(path: Path = SPECS / "methods" / "token.yaml") -> Mapping[str, Harmless]:
    """The data of specs/methods/token.yaml. Raises UsageError, naming file and method, for anything amiss."""
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise UsageError(f"{path}: a map from methods to how they are called")
    return {name: _harmless(f"{path}: {name}", row) for name, row in data.items()}


def _harmless(here: str, row: Any) -> Harmless:
    known = {"arguments", "harmless", "left_out", "web_session_only"}
    if not isinstance(row, dict) or not set(row) <= known or ("arguments" in row) == ("left_out" in row):
        raise UsageError(f"{here}: either arguments, with harmless, or left_out")
    reason = row.get("left_out") or row.get("harmless")
    if not isinstance(reason, str) or not reason.strip().endswith("."):
        raise UsageError(f"{here}: the reason is a sentence that ends with a full stop")
    arguments = row.get("arguments")
    if arguments is not None:
        if not isinstance(arguments, dict):
            raise UsageError(f"{here}: arguments is a map")
        arguments = {str(name): str(value) for name, value in arguments.items()}
    return Harmless(arguments, " ".join(reason.split()), bool(row.get("web_session_only")))


class TokenMethods:
    """Those of a target's methods that take a pwg_token."""

    def __init__(self, methods: Iterable[Method]) -> None:
        self._methods = [method for method in methods if method.takes_token]
        if not self._methods:
            raise SuiteError("the target's reflection tells of no method with a pwg_token")

    def with_arguments(
        self, *, to: str = "everybody", by: str = "web form", required: bool = False, forbidden: Sequence[str] = ()
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Names of methods with arguments that can't take effect.

        to: "everybody" leaves out what is for administrators alone, "administrators" does not. by: "web form"
        leaves nothing out, anything else the methods for a session of the web form alone. required: only
        methods that require the token. forbidden: names to leave out.
        """
        for method in self._methods:
            call = harmless_calls().get(method.name)
            if call is None or call.arguments is None or method.name in forbidden:
                continue
            if (method.admin_only and to == "everybody") or (call.web_session_only and by != "web form"):
                continue
            if not required or TOKEN in method.required:
                yield method.name, dict(call.arguments)

    def that_need_more(
        self, *, to: str = "everybody", verb: str = "POST", forbidden: Sequence[str] = ()
    ) -> Iterator[str]:
        """Names of methods that require something besides the token: called with nothing at all they can't run."""
        for method in self._methods:
            needs_more = any(name != TOKEN for name in method.required) and method.name not in forbidden
            allowed = to == "administrators" or not method.admin_only
            if needs_more and allowed and (verb == "POST" or not method.post_only):
                yield method.name

    def left_out(self) -> str:
        """A line for the report: the methods that have no harmless arguments, each with its reason."""
        told = []
        for method in self._methods:
            call = harmless_calls().get(method.name)
            if call is None:
                told.append(f"{method.name} (unknown to the suite, so that no arguments are sure to be harmless)")
            elif call.arguments is None:
                told.append(f"{method.name} ({call.reason.rstrip('.')})")
        return f"left out: {', '.join(told)}" if told else ""
