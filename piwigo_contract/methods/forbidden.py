"""How a method that keys may not call is probed: with arguments that do no harm where the target lets it through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Session
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.resources import SPECS, load_yaml
from piwigo_contract.errors import LacksMethod, OutOfReach, UsageError


@dataclass(frozen=True)
class Probe:
    """A method that a key may not call, and arguments, pwg_token among them, that can take no effect."""

    method: str
    params: Mapping[str, Text | str]


@cache
def _harmless() -> Mapping[str, Mapping[str, str]]:
    path = SPECS / "methods" / "harmless.yaml"
    data = load_yaml(path)
    rows = data.get("methods") if isinstance(data, dict) else None
    if not isinstance(rows, dict):
        raise UsageError(f"{path}: has a mapping of methods")
    for name, row in rows.items():
        if not isinstance(row, dict) or set(row) != {"params", "why"} or not isinstance(row["params"], dict):
            raise UsageError(f"{path}: {name}: has params, a mapping, and why")
        if not row["params"] or not all(isinstance(value, str) for value in row["params"].values()):
            raise UsageError(f"{path}: {name}: params are texts, at least one")
    if missing := [m for p in profiles().values() for m in p.forbidden_methods if m not in rows]:
        raise UsageError(f"{path}: {missing[0]}: forbidden by a release, but without harmless arguments")
    return {name: row["params"] for name, row in rows.items()}


def harmless_probe(gallery: Gallery, method: str, session: Session) -> Probe:
    """How to call a method without effect. Raises OutOfReach where there is no way to, LacksMethod for no such method.

    Arguments that are known to have none (specs/methods/harmless.yaml), else none at all: a call that lacks a
    required parameter is refused before the method is run (include/ws_core.inc.php, PwgServer::invoke). What the
    method requires is asked of the target, in the session.
    """
    token = {} if session.token is None else {"pwg_token": session.token.text}
    if method in _harmless():
        return Probe(method, {**token, **_harmless()[method]})
    answer = gallery.call("reflection.getMethodDetails", session, verb="GET", methodName=method)
    required = _required(answer)
    if required is None:
        raise LacksMethod(detail=f"a method {method}: the target knows none of that name (reflection.getMethodDetails)")
    if not required:
        raise OutOfReach(
            detail=f"arguments of {method} that can have no effect (specs/methods/harmless.yaml): it runs without any"
        )
    return Probe(method, {})


def _required(answer: Answer) -> list[str] | None:
    """The parameters that a method can't do without, beside pwg_token; None where there is no such method."""
    result = answer.envelope.result if answer.envelope and answer.envelope.ok else None
    rows = result.get("params") if isinstance(result, dict) else None
    if not isinstance(rows, list):
        return None
    return [row["name"] for row in rows if not row.get("optional") and row.get("name") != "pwg_token"]
