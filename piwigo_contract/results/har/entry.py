"""One exchange as an entry of a HAR file, in plain data, with no secret in it."""

from __future__ import annotations

import base64
import datetime
import http.client
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from harfile import Content, PostData, PostParameter, Record, Request, Response, Timings

from piwigo_contract.client.answers import CLOSED, Answer
from piwigo_contract.client.exchange import Cleaner, Exchange, Sent, shown_query
from piwigo_contract.client.vault import Text, Vault

Entry = Mapping[str, Any]
"""As HAR 1.2 has it: startedDateTime, time, request, response, timings, comment."""

KEPT_BODY = 64 * 1024
"""Characters of a body that are kept."""

LONGEST_SECRET = 16 * 1024
"""How many characters more than the limit are cleaned before the body is truncated, so that no part of a secret is left
at the end.
"""


def har_entry(exchange: Exchange, vault: Vault, about: Mapping[str, Any]) -> Entry:
    """The exchange as an entry. Its comment is JSON: `about`, and `phase`, `role` and `shown` of the exchange,
    and of a probe that is shown the `curl` line; `picture`, a PNG in base64, where a browser was looked at.

    An exchange without an answer has the status 0, and the reason as the comment of its response. What was written to
    the socket, where that is the point, is the comment of its request.
    """
    cleaned = Cleaner([exchange], vault)
    told = {**about, "phase": exchange.phase, "role": exchange.role}
    if exchange.shown:
        told["shown"] = True
        if exchange.role == "probe":
            told["curl"] = exchange.curl(vault)
    if exchange.picture is not None:
        told["picture"] = base64.b64encode(exchange.picture).decode()
    milliseconds = round(exchange.seconds * 1000, 3)
    return {
        "startedDateTime": datetime.datetime.fromtimestamp(exchange.started, datetime.UTC).isoformat(),
        "time": milliseconds,
        "request": _request(exchange.sent, vault).asdict(),
        "response": _response(exchange.answer, exchange.failure, cleaned).asdict(),
        "timings": Timings(send=0, wait=milliseconds, receive=0).asdict(),
        "comment": json.dumps(told),
    }


def about_entry(entry: Entry) -> Mapping[str, Any]:
    """What an entry's comment says; nothing for one that this project did not write."""
    return _told(entry.get("comment") or "{}")


@lru_cache(maxsize=16)  # of each entry several ask, one right after the other
def _told(comment: str) -> Mapping[str, Any]:
    try:
        told = json.loads(comment)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _request(sent: Sent, vault: Vault) -> Request:
    def shown(pairs: Sequence[tuple[str, Text]]) -> list[Record]:
        return [Record(name=vault.clean(name), value=vault.clean(value.shell())) for name, value in pairs]

    query = f"?{vault.clean(shown_query(sent.query))}" if sent.query else ""
    form = None
    if sent.form is not None:
        params = [PostParameter(name=record.name, value=record.value) for record in shown(sent.form)]
        params += [
            PostParameter(name=name, value=str(each), fileName=each.name, contentType=each.media_type)
            for name, each in sent.files
        ]
        kind = "multipart/form-data" if sent.files else "application/x-www-form-urlencoded"
        form = PostData(mimeType=kind, params=params)
    return Request(
        method=sent.verb,
        url=vault.clean(sent.url) + query,
        httpVersion="HTTP/1.1",
        headers=shown(sent.headers),
        queryString=shown(sent.query),
        postData=form,
        comment=vault.clean(sent.written.plain()) if sent.written is not None else None,
    )


def _response(answer: Answer | None, failure: str | None, cleaned: Cleaner) -> Response:
    if answer is None or answer.status == CLOSED:
        why = cleaned(failure or "the connection was closed")
        return Response(status=0, statusText="", httpVersion="", comment=why)
    text = answer.text
    body = cleaned(text[: KEPT_BODY + LONGEST_SECRET])[:KEPT_BODY]
    return Response(
        status=answer.status,
        statusText=http.client.responses.get(answer.status, ""),
        httpVersion="HTTP/1.1",
        headers=[Record(name=cleaned(name), value=cleaned(value)) for name, value in answer.headers],
        content=Content(
            size=len(answer.body),
            mimeType=cleaned(answer.header("content-type") or ""),
            text=body,
            comment=f"the first {KEPT_BODY} characters" if len(text) > KEPT_BODY else None,
        ),
        redirectURL=cleaned(answer.header("location") or ""),
        bodySize=len(answer.body),
    )
