"""Refusals that a server in front of the API gave: a web server, a proxy, a web application firewall."""

from __future__ import annotations

from collections.abc import Collection

from piwigo_contract.client.answers import CLOSED, Answer

CLIENT_ERRORS = frozenset(range(400, 500)) - {401}


def server_in_front(answer: Answer) -> str:
    """Whoever an answer came through last, by the name that it gives itself, without versions."""
    name = (answer.header("server") or "").partition("/")[0].strip() or "which gives no name"
    return f"the server in front of the API ({name})"


def refused_in_front(answer: Answer, *, also: Collection[int] = ()) -> str | None:
    """By whom and with what an odd request was refused before the API saw it, or None.

    An error of the client (HTTP 4xx) without the API's envelope: 400 for what is no HTTP, 413, 414 and 431 for what is
    too long, 403, 406 or another for what a firewall takes for an attack. Not 401, which asks for credentials.
    also: further statuses, CLOSED among them, that will do.
    """
    if (answer.status not in CLIENT_ERRORS and answer.status not in also) or answer.envelope is not None:
        return None
    how = "by closing the connection" if answer.status == CLOSED else f"with HTTP {answer.status}"
    return f"refused by {server_in_front(answer)} {how}"
