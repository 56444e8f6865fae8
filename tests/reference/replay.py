"""The requests behind the recorded rows of tests/data/observed/, sent to a reference gallery.

A row names its request in words; here each name has the request that those words stand for. Requests go to
the WSGI application itself, without a socket.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx

from piwigo_contract.reference.reference import Reference
from piwigo_contract.reference.seed import ACCOUNT, WEBMASTER

Row = dict[str, Any]
ROOT = "http://gallery.example/"
MADE_UP = "0" * 32
API_KEY = "pwg.users.api_key."


class World:
    """A gallery with the accounts and keys of the recording, and who may ask it."""

    def __init__(self, release: str, fixed: bool = False, mutant: str | None = None) -> None:
        self.gallery, _ = Reference(release, fixed, mutant).build()
        self.header = self.gallery.profile.header
        self.other_header = self.gallery.profile.other_header
        self.web = self.log_in(*WEBMASTER)
        self.alice_web = self.log_in(*ACCOUNT)
        self.ws = self.client()
        self.post(self.ws, "pwg.session.login", username=WEBMASTER[0], password=WEBMASTER[1])
        self.good = self.new_key(self.web)
        self.second = self.new_key(self.web)
        self.alice = self.new_key(self.alice_web)
        self.revoked = self.new_key(self.web)
        self.managed(self.web, "revoke", pkid=self.revoked[0])
        self.expired = self.new_key(self.web)
        self.expire(self.expired)
        # the list of keys in the recording is of one that has been used
        self.status(self.good)

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.WSGITransport(app=self.gallery), base_url=ROOT)

    def log_in(self, username: str, password: str) -> httpx.Client:
        """A web session."""
        client = self.client()
        client.get("identification.php")
        answer = client.post("identification.php", data={"username": username, "password": password, "login": "1"})
        assert answer.status_code == 302
        return client

    def token(self, client: httpx.Client) -> str:
        status = self.post(client, "pwg.session.getStatus").json()["result"]
        return str(status["pwg_token"])

    def managed(self, client: httpx.Client, action: str, **params: Any) -> httpx.Response:
        """A call of pwg.users.api_key.* with the right token."""
        return self.post(client, API_KEY + action, **{"pwg_token": self.token(client), **params})

    def new_key(self, client: httpx.Client) -> tuple[str, str]:
        made = self.managed(client, "create", key_name="a key", duration=30).json()["result"]
        return made["auth_key"], made["apikey_secret"]

    def expire(self, key: tuple[str, str]) -> None:
        self.gallery.store.keys[key[0]].expired_on = self.gallery.now() - timedelta(seconds=1)

    def headers(self, key: tuple[str, str] | str | None) -> dict[str, str]:
        if key is None:
            return {}
        return {self.header: key if isinstance(key, str) else ":".join(key)}

    def post(
        self,
        client: httpx.Client | None,
        method: str | None,
        key: tuple[str, str] | str | None = None,
        /,
        answer: str = "json",
        headers: dict[str, str] | None = None,
        **params: Any,
    ) -> httpx.Response:
        """POST, the format in the query."""
        body = {**({} if method is None else {"method": method}), **params}
        sent = {**self.headers(key), **(headers or {})}
        return (client or self.client()).post(f"ws.php?format={answer}", data=body, headers=sent)

    def get(
        self, client: httpx.Client | None, method: str, key: tuple[str, str] | None = None, /, **params: Any
    ) -> httpx.Response:
        query = {"format": "json", "method": method, **params}
        return (client or self.client()).get("ws.php", params=query, headers=self.headers(key))

    def status(self, key: tuple[str, str] | str | None = None, **more: Any) -> httpx.Response:
        return self.post(None, "pwg.session.getStatus", key, **more)


def _bad_values(world: World) -> dict[str, str]:
    """The headers that are no good key, by the name of their row."""
    pkid, secret = world.good
    other, day = "Z" * 20, pkid[5:13]
    last = "a" if secret[-1] != "a" else "b"
    return {
        "Bearer": f"Bearer {pkid}:{secret}",
        "no colon": pkid + secret,
        "two colons": f"{pkid}::{secret}",
        "colon at the start": f":{pkid}:{secret}",
        "colon at the end": f"{pkid}:{secret}:",
        "= for colon": f"{pkid}={secret}",
        "blank for colon": f"{pkid} {secret}",
        "blank after colon": f"{pkid}: {secret}",
        "percent-encoded colon": f"{pkid}%3A{secret}",
        "only the pkid": pkid,
        "pkid and colon": f"{pkid}:",
        "only the secret": secret,
        "colon and secret": f":{secret}",
        "secret and pkid swapped": f"{secret}:{pkid}",
        "wrong secret": f"{pkid}:{'x' * 40}",
        "last character of the secret changed": f"{pkid}:{secret[:-1]}{last}",
        "secret one shorter": f"{pkid}:{secret[:-1]}",
        "secret one longer": f"{pkid}:{secret}a",
        "secret in other case": f"{pkid}:{secret.swapcase()}",
        "unknown pkid": f"pkid-{day}-{other}:{secret}",
        "pkid's date changed": f"pkid-20000101-{pkid[14:]}:{secret}",
        "pkid one shorter": f"{pkid[:-1]}:{secret}",
        "pkid one longer": f"{pkid}a:{secret}",
        "id and secret of two keys": f"{pkid}:{world.second[1]}",
        "id of the webmaster, secret of alice": f"{pkid}:{world.alice[1]}",
        "revoked": ":".join(world.revoked),
        "expired": ":".join(world.expired),
        "rubbish": "rubbish",
        "underscore for hyphen": f"{pkid.replace('-', '_')}:{secret}",
        "percent sign": f"%:{secret}",
        "quote": f"{pkid}':{secret}",
        "joined by comma": f"{pkid}:{secret},{pkid}:{secret}",
        "7 kB": "k" * 7000,
        "the wiki's example": "pkid-20250609-abcdef1234567890:0123456789abcdef0123456789abcdef01234567",
        "empty value": "",
        "value 0": "0",
    }


def _plain_calls(world: World) -> dict[str, Callable[[], httpx.Response]]:
    """Rows whose name alone says what is sent."""
    version, status, users = "pwg.getVersion", "pwg.session.getStatus", "pwg.users.getList"
    nobody = world.client
    wrong = f"{world.good[0]}:{'x' * 40}"
    key_text = ":".join(world.good)
    calls: dict[str, Callable[[], httpx.Response]] = {
        "getVersion GET": lambda: world.get(None, version),
        "getStatus GET": lambda: world.get(None, status),
        "getVersion POST": lambda: world.post(None, version),
        "getStatus POST": lambda: world.post(None, status),
        "no method": lambda: world.post(None, None, foo="1"),
        "empty method": lambda: world.post(None, ""),
        "unknown method": lambda: world.post(None, "pwg.nope"),
        "format in the body": lambda: nobody().post("ws.php", data={"method": version, "format": "json"}),
        "no format": lambda: nobody().post("ws.php", data={"method": version}),
        "admin method": lambda: world.post(None, users),
        "missing parameter": lambda: world.post(None, "pwg.images.getInfo"),
        "invalid parameter": lambda: world.post(None, "pwg.images.getInfo", image_id="x"),
        "negative parameter": lambda: world.post(None, "pwg.images.getInfo", image_id="-1"),
        "unknown id": lambda: world.post(None, "pwg.images.getInfo", image_id="999999"),
        "array where scalar": lambda: world.post(None, "pwg.images.getInfo", **{"image_id[]": "1"}),
        "login, wrong password": lambda: world.post(None, "pwg.session.login", username="webmaster", password="wrong"),
        "login, by GET": lambda: world.get(None, "pwg.session.login"),
        "a good key": lambda: world.status(world.good),
        "a good key, normal user": lambda: world.status(world.alice),
        "a good key by GET": lambda: world.get(None, status, world.good),
        "the other release's header": lambda: world.status(headers={world.other_header: key_text}),
        "both headers": lambda: world.status(world.good, headers={world.other_header: "rubbish"}),
        "header name in lower case": lambda: world.status(headers={world.header.lower(): key_text}),
        "Basic beside": lambda: world.status(headers={"Authorization": "Basic dTpw"}),
        "key in the query": lambda: nobody().get(
            "ws.php", params={"format": "json", "method": status, world.header: key_text}
        ),
        "key in the body": lambda: world.post(None, status, **{world.header: key_text}),
        "key in the cookie": lambda: world.status(headers={"Cookie": f"{world.header}={key_text}"}),
        "bad key, no method": lambda: world.post(None, None, wrong, foo="1"),
        "bad key, unknown method": lambda: world.post(None, "pwg.nope", wrong),
        "good key, no method": lambda: world.post(None, None, world.good, foo="1"),
        "good key, unknown method": lambda: world.post(None, "pwg.nope", world.good),
        "bad key beside a good cookie": lambda: world.post(world.web, status, wrong),
        "alice's key beside the webmaster's cookie": lambda: world.post(world.web, status, world.alice),
        "the cookie afterwards": lambda: world.post(world.web, status),
        "the cookie that an answer to a key sets": lambda: world.post(_after_key(world), status),
    }
    for name in ("rest", "xmlrpc", "php"):
        calls[f"format {name}"] = lambda name=name: world.post(None, version, answer=name)  # type: ignore[misc]
        calls[f"format {name}, failure"] = lambda name=name: world.post(None, users, answer=name)  # type: ignore[misc]
        calls[f"bad key, format {name}"] = lambda name=name: world.post(None, status, wrong, answer=name)  # type: ignore[misc]
        calls[f"forbidden, format {name}"] = lambda name=name: world.post(  # type: ignore[misc]
            None, "pwg.users.getAuthKey", world.good, answer=name
        )
    for name, value in _bad_values(world).items():
        calls[name] = lambda value=value: world.status(value)  # type: ignore[misc]
    return calls


def _after_key(world: World) -> httpx.Client:
    """A client that has nothing but the cookie of an answer to a key."""
    client = world.client()
    world.post(client, "pwg.session.getStatus", world.good)
    return client


def _management_calls(world: World) -> dict[str, Callable[[], httpx.Response]]:
    """Rows about making, renaming and revoking keys."""
    web, alice = world.web, world.alice_web
    key, malformed, unknown = world.second, "pkid-1", f"pkid-20260101-{'Z' * 20}"
    name = {"key_name": "renamed"}

    def create(**params: Any) -> Callable[[], httpx.Response]:
        return lambda: world.managed(web, "create", **params)

    return {
        "create, good": create(key_name="a name", duration=10),
        "create, duration 0": create(key_name="x", duration=0),
        "create, duration -1": create(key_name="x", duration=-1),
        "create, duration x": create(key_name="x", duration="x"),
        "create, duration 1.5": create(key_name="x", duration="1.5"),
        "create, duration empty": create(key_name="x", duration=""),
        "create, duration 999999": create(key_name="x", duration=999999),
        "create, duration 1000000": create(key_name="x", duration=1000000),
        "create, no duration": create(key_name="x"),
        "create, no name": create(duration=1),
        "create, name empty": create(key_name="", duration=1),
        "create, name of 100": create(key_name="n" * 100, duration=1),
        "create, name of 101": create(key_name="n" * 101, duration=1),
        "create, no token": lambda: world.post(web, API_KEY + "create", key_name="x", duration=1),
        "create, wrong token": create(key_name="x", duration=1, pwg_token=MADE_UP),
        "create by GET": lambda: world.get(web, API_KEY + "create"),
        "get": lambda: world.managed(web, "get"),
        "get, wrong token": lambda: world.managed(web, "get", pwg_token=MADE_UP),
        "rename": lambda: world.managed(web, "edit", pkid=key[0], **name),
        "rename, someone else's": lambda: world.managed(alice, "edit", pkid=key[0], **name),
        "revoke, someone else's": lambda: world.managed(alice, "revoke", pkid=key[0]),
        "revoke, malformed pkid": lambda: world.managed(web, "revoke", pkid=malformed),
        "rename, malformed pkid": lambda: world.managed(web, "edit", pkid=malformed, **name),
        "revoke, unknown pkid": lambda: world.managed(web, "revoke", pkid=unknown),
        "rename, unknown pkid": lambda: world.managed(web, "edit", pkid=unknown, **name),
        "revoke, empty pkid": lambda: world.managed(web, "revoke", pkid=""),
        "rename, empty pkid": lambda: world.managed(web, "edit", pkid="", **name),
        "revoke": lambda: world.managed(web, "revoke", pkid=key[0]),
        "revoke twice": lambda: world.managed(web, "revoke", pkid=key[0]),
        "rename a revoked key": lambda: world.managed(web, "edit", pkid=key[0], **name),
        "the revoked key after a rename": lambda: world.status(key),
        "login with a key's halves": lambda: _halves(world, world.good),
        "login with an expired key's halves": lambda: _halves(world, world.expired),
        "login with a revoked key's halves": lambda: _halves(world, world.revoked),
        "login with a wrong secret": lambda: _halves(world, (world.good[0], "wrong")),
    }


def _halves(world: World, key: tuple[str, str]) -> httpx.Response:
    return world.post(None, "pwg.session.login", username=key[0], password=key[1])


PARAMETERS: dict[str, dict[str, Any]] = {
    "pwg.users.generatePasswordLink": {"user_id": 999999},
    "pwg.users.getAuthKey": {"user_id": 999999},
    "pwg.users.setMainUser": {"user_id": 999999},
    "pwg.users.setInfo": {"user_id": 999999},
    "pwg.plugins.performAction": {"action": "activate", "plugin": "none"},
    "pwg.themes.performAction": {"action": "activate", "theme": "none"},
    "pwg.extensions.ignoreUpdate": {"type": "plugins", "id": "0"},
    "pwg.extensions.update": {"type": "plugins", "id": "0", "revision": "0"},
    "pwg.images.getInfo": {"image_id": 1},
    API_KEY + "create": {"key_name": "x", "duration": 1},
    API_KEY + "edit": {"key_name": "x", "pkid": f"pkid-20260101-{'Z' * 20}"},
    API_KEY + "revoke": {"pkid": f"pkid-20260101-{'Z' * 20}"},
    API_KEY + "get": {},
    "pwg.session.login": {"username": "webmaster", "password": "x"},
}
"""What is sent with a method where the row says so; harmless."""


def _who(world: World, row: Row) -> tuple[httpx.Client | None, tuple[str, str] | None]:
    """The client and the key that a row asks with."""
    return {
        "nobody": (None, None),
        "webmaster's key": (None, world.good),
        "alice's key": (None, world.alice),
        "webmaster, cookie": (world.web, None),
        "webmaster, web session": (world.web, None),
        "webmaster, session of pwg.session.login": (world.ws, None),
    }[row["who"]]


def _method_call(world: World, row: Row) -> httpx.Response:
    """Rows that are named after a method, or after what was done about its token."""
    client, key = _who(world, row)
    name, by_get, with_parameters = row["name"], False, " with parameters" in row["name"]
    name = name.removesuffix(" with parameters")
    if name == "post only by GET":
        return world.get(client, "pwg.categories.setInfo", **({"category_id": 1} if client else {}))
    if name == "getStatus":
        return world.post(client, "pwg.session.getStatus")
    if name.startswith("pwg_token "):
        return _token_call(world, row, name.removeprefix("pwg_token "))
    if name.endswith(" by GET"):
        name, by_get = name.removesuffix(" by GET"), True
    if row["sent"] == "the name in capitals":
        return world.post(client, name, key)
    if by_get:
        return world.get(client, name, key)
    params = dict(PARAMETERS.get(name, {})) if "no parameters" not in row["sent"] else {}
    if "made-up token" in row["sent"]:
        params["pwg_token"] = MADE_UP
    elif "right token" in row["sent"] and client is not None:
        params["pwg_token"] = world.token(client)
    elif with_parameters or (key and name.startswith(API_KEY)):
        params["pwg_token"] = world.status(key).json()["result"]["pwg_token"]
    return world.post(client, name, key, **params)


def _token_call(world: World, row: Row, state: str) -> httpx.Response:
    client, key = _who(world, row)
    token = {"wrong": {"pwg_token": MADE_UP}, "absent": {}, "empty": {"pwg_token": ""}}[state]
    if "setInfo" in row["sent"]:
        return world.post(client, "pwg.users.setInfo", key, user_id=2, **token)
    return world.post(client, "pwg.images.delete", key, image_id=999999, **token)


def send(world: World, row: Row) -> httpx.Response:
    """Send the request that a row describes."""
    named = {**_plain_calls(world), **_management_calls(world)}
    if row["name"] in named:
        return named[row["name"]]()
    return _method_call(world, row)


def shape(value: Any) -> Any:
    """The names and types of a result's fields, as the recording has them; a list is its first member's."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if value is None:
        return "null"
    return {bool: "bool", int: "int", float: "float", str: "string"}[type(value)]
