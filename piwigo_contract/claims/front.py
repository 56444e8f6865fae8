"""Refusals that a server in front of the API gave: a web server, a proxy, a web application firewall."""

from __future__ import annotations

from piwigo_contract.answers import Answer


def refused_in_front(answer: Answer) -> str | None:
    """By whom and with what an odd request was refused before the API saw it, or None.

    An error of the client (HTTP 4xx) without the API's envelope: 400 for what is no HTTP, 413, 414 and 431 for what is
    too long, 403, 406 or another for what a firewall takes for an attack. Not 401, which asks for credentials.
    """
    if answer.envelope is not None or not 400 <= answer.status < 500 or answer.status == 401:
        return None
    server = (answer.header("server") or "").partition("/")[0].strip() or "which gives no name"
    return f"refused by the server in front of the API ({server}) with HTTP {answer.status}"
