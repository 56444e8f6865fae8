"""Calls of methods that keys may not call, with arguments that do no harm if the target lets them through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from piwigo_contract.client.credentials import Session
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import LacksMethod, OutOfReach
from piwigo_contract.methods.data import method_data
from piwigo_contract.methods.reflection import read_method


@dataclass(frozen=True)
class ForbiddenCall:
    """A method that a key may not call, and arguments, pwg_token among them, that can take no effect."""

    method: str
    params: Mapping[str, Text | str]


def forbidden_call(gallery: Gallery, method: str, session: Session) -> ForbiddenCall:
    """How to call a method without effect. Raises OutOfReach where there is no way to, LacksMethod for no such method.

    Arguments that are known to have none (specs/methods/), else none at all: a call that lacks a required parameter
    is refused before the method is run (include/ws_core.inc.php, PwgServer::invoke). What the method requires is
    asked of the target, in the session.
    """
    known = method_data().get(method)
    if known is not None and known.arguments is not None:
        return ForbiddenCall(method, {**session.token_params, **known.arguments})
    try:
        requires = read_method(gallery, method, session).needs_more
    except OutOfReach:
        raise LacksMethod(method) from None
    if not requires:
        raise OutOfReach(detail=f"arguments of {method} that can have no effect (specs/methods/): it runs without any")
    return ForbiddenCall(method, {})
