"""Refusals that a server in front of the API gave: a web server, a proxy, a web application firewall."""

from __future__ import annotations

from collections.abc import Collection

from piwigo_contract.client.answers import CLOSED, Answer

CLIENT_ERRORS = frozenset(range(400, 500)) - {401}
"""Statuses by which a server in front refuses a malformed request."""


OF_ANY_SERVER = frozenset({405, 413, 414, 431})
"""Those by which a server says of a request that its verb, its body, its URL or its head is none for it."""


def server_in_front(answer: Answer) -> str:
    """The server that sent the answer, by its Server header without the version."""
    name = (answer.header("server") or "").partition("/")[0].strip() or "which gives no name"
    return f"the server in front of the API ({name})"


def refused_in_front(answer: Answer, *, also: Collection[int] = ()) -> str | None:
    """Which server refused the request before the API saw it, and how, as a text for remarks; None if none did.

    That is an HTTP 4xx without the API's envelope: 400 for a request that is not HTTP, 413, 414 and 431 for one that is
    too long, 403, 406 or another for one that a firewall blocks. Not 401, which asks for credentials. also: further
    statuses that count, CLOSED among them.
    """
    if (answer.status not in CLIENT_ERRORS and answer.status not in also) or answer.envelope is not None:
        return None
    how = "by closing the connection" if answer.status == CLOSED else f"with HTTP {answer.status}"
    return f"refused by {server_in_front(answer)} {how}"
