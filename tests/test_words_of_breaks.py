"""What a message says: what differs, by how much, and which request showed it."""

import datetime

import pytest

from piwigo_contract.claims.claim import compared
from piwigo_contract.client.credentials import (
    GUEST,
    ApiKey,
    Body,
    Cookie,
    Header,
    KeyHeader,
    OtherKeyHeader,
    Query,
    Session,
    User,
)
from piwigo_contract.client.envelopes import flaw
from piwigo_contract.client.exchange import ApiCall, Exchange, Sent, request_in_words
from piwigo_contract.client.multipart import Upload
from piwigo_contract.client.vault import Secret, Text

NOON = datetime.datetime(2026, 3, 1, 12)


@pytest.mark.parametrize(
    ("wanted", "found", "told"),
    [
        (1, 2, ("1", "2")),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ("{'b': 2}", "{'b': 3}")),
        ({"a": None}, {}, ("{'a': None}", "{}")),
        ([{"a": 1, "b": 1}, {"a": 2}], [{"a": 1, "b": 1}, {"a": 3}], ("{'a': 2}", "{'a': 3}")),
        ([{"a": 1}], [], ("[{'a': 1}]", "[]")),
        ([1, 2], [2, 1], ("[1, 2]", "[2, 1]")),
        ([1, 2], [2, 3], ("[1, 2]", "[2, 3], without 1 and with 3")),
        ({1}, {1, 2}, ("{1}", "{1, 2}, with 2")),
        ("2026-03-01 12:00:00", "2026-03-01 14:00:00", (
            "'2026-03-01 12:00:00'", "'2026-03-01 14:00:00', 2 hours after that")),
        (NOON, NOON - datetime.timedelta(days=30), (str(NOON), "2026-01-30 12:00:00, 30 days before that")),
        (NOON, None, (str(NOON), "None")),
    ],
)  # fmt: skip
def test_what_differs(wanted, found, told):
    assert compared(wanted, found) == told


KEY = ApiKey(Secret("PIWIGO_API_KEY", "pkid-1:secret"), User("alice", "normal"))
SESSION = Session((), User("bob", "admin"))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (ApiCall(auth=(KEY,)), "pwg.session.getStatus with a key (status normal)"),
        (ApiCall("pwg.users.getList", verb="GET", format="rest"),
         "pwg.users.getList by GET in rest with no credential"),
        (ApiCall("a", format=None, auth=(KEY, SESSION, Body("pwg_token", "0"))),
         "a in no format with a key (status normal) and a session (status admin) and pwg_token in the body"),
        (ApiCall("a", auth=(Session((), GUEST), Query("auth", "x"), Cookie("auth", "x"))),
         "a with a session and auth in the query and the cookie auth"),
        (ApiCall("a", auth=(KeyHeader("bad"), Header("Authorization", "x"), OtherKeyHeader("x"))),
         "a with another value in the header of keys and the header Authorization"
         " and a key in the header of another release"),
        (ApiCall("pwg.session.login", params=(("username", Text.of("alice")),)), "pwg.session.login"),
        (ApiCall("a", files=(("file", Upload("a.jpg", b"", "image/jpeg")),), auth=(KEY,)),
         "a with a file with a key (status normal)"),
        (ApiCall(None, verb="GET", page="admin.php", auth=(KEY,)), "admin.php with a key (status normal)"),
    ],
)  # fmt: skip
def test_what_was_asked(call, told):
    form = tuple([("method", Text.of(call.method))] if call.method else [])
    assert request_in_words(Exchange(call, Sent("POST", "http://127.0.0.1/ws.php", (), (), form))) == told


@pytest.mark.parametrize(
    ("body", "format", "told"),
    [
        (b'{"stat": "ok"}', "json", None),
        (b"", "json", "it is empty"),
        (b'<br />{"stat": "ok"}', "json", "it is none from its first character on: Expecting value"),
        (b'{"stat": "ok"}<br />', "json", "Extra data"),
        (b'{"stat": NaN}', "json", "NaN is no JSON"),
        (b'{"stat": "\xe9"}', "json", "it is not in UTF-8"),
        (b"i:1;i:2;", "php", "something comes after it"),
        (b"i:1", "php", "no PHP value"),
        (b"<rsp>&nbsp;</rsp>", "rest", "undefined entity"),
        (b"<html/>", None, "its root is html, not rsp"),
        (b"<methodResponse/>", "xmlrpc", "it is no answer of XML-RPC"),
        (b"<!DOCTYPE rsp><rsp/>", "rest", "it has a document type"),
        (b"ok", "yaml", "no such format is known"),
    ],
)
def test_what_is_wrong_with_a_document(body, format, told):
    assert flaw(body, format) == told
