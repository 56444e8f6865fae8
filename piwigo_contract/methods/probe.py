"""How a method that keys may not call is probed: with arguments that do no harm where the target lets it through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from piwigo_contract.client.credentials import Session
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import LacksMethod, OutOfReach
from piwigo_contract.methods.data import method_data
from piwigo_contract.methods.reflection import TOKEN, read_method


@dataclass(frozen=True)
class Probe:
    """A method that a key may not call, and arguments, pwg_token among them, that can take no effect."""

    method: str
    params: Mapping[str, Text | str]


def probe_of(gallery: Gallery, method: str, session: Session) -> Probe:
    """How to call a method without effect. Raises OutOfReach where there is no way to, LacksMethod for no such method.

    Arguments that are known to have none (specs/methods/), else none at all: a call that lacks a required parameter
    is refused before the method is run (include/ws_core.inc.php, PwgServer::invoke). What the method requires is
    asked of the target, in the session.
    """
    token = {} if session.token is None else {TOKEN: session.token.text}
    known = method_data().get(method)
    if known is not None and known.arguments is not None:
        return Probe(method, {**token, **known.arguments})
    try:
        requires = read_method(gallery, method, session).needs_more
    except OutOfReach:
        raise LacksMethod(method) from None
    if not requires:
        raise OutOfReach(detail=f"arguments of {method} that can have no effect (specs/methods/): it runs without any")
    return Probe(method, {})
