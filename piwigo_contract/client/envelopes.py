"""The API's envelope in each of its answer formats (upstream: include/ws_protocols/)."""

from __future__ import annotations

import json
import re
import xmlrpc.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError


@dataclass(frozen=True)
class Envelope:
    """`{"stat": "ok", "result": ...}` or `{"stat": "fail", "err": ..., "message": ...}`, whatever the format.

    In XML (`rest`) all values are texts, and what PHP calls null is left out.
    """

    ok: bool
    result: Any = None
    err: int | None = None
    message: str | None = None

    @property
    def http_status(self) -> int:
        """The HTTP status that belongs to it: `err` from 400 to 599, else 200."""
        return self.err if self.err is not None and 400 <= self.err < 600 else 200


def read_envelope(body: bytes, format: str | None) -> Envelope | None:
    """The envelope in an answer's body, or None where it holds none. `format` None is XML, the API's default."""
    reader = _READERS.get(format or "rest")
    return reader(body) if reader else None


def is_whole_document(body: bytes, format: str | None) -> bool:
    """Whether the body is one well-formed document of the format, with nothing before or after it."""
    try:
        match format or "rest":
            case "json":
                json.loads(body.decode())  # given bytes, it would forgive a byte order mark and UTF-16 (RFC 8259, 8.1)
            case "php":
                return _unserialize(body, 0)[1] == len(body)
            case _:
                return b"<!DOCTYPE" not in body and ElementTree.fromstring(body) is not None
    except (ValueError, IndexError, ElementTree.ParseError):
        return False
    return True


def json_fields(body: bytes) -> list[str]:
    """Names of the fields of a JSON object, sorted; empty where the body is not an object."""
    data = _json_document(body)
    return sorted(data) if isinstance(data, dict) else []


def _json(body: bytes) -> Envelope | None:
    return _from_map(_json_document(body))


def _json_document(body: bytes) -> object:
    """The first JSON value in the body, whatever PHP prints before or after it; None where there is none."""
    text = body.decode("utf-8", "replace")
    try:
        return json.JSONDecoder().raw_decode(text, max(text.find('{"stat"'), 0))[0]
    except ValueError:
        return None


def _php(body: bytes) -> Envelope | None:
    start = body.find(b'a:2:{s:4:"stat"') if b'a:2:{s:4:"stat"' in body else body.find(b'a:3:{s:4:"stat"')
    try:
        data, _ = _unserialize(body, max(start, 0))
    except (ValueError, IndexError):
        return None
    return _from_map(data)


def _from_map(data: object) -> Envelope | None:
    if not isinstance(data, dict):
        return None
    if data.get("stat") == "ok" and "result" in data:
        return Envelope(True, result=data["result"])
    if data.get("stat") == "fail" and isinstance(data.get("err"), int) and isinstance(data.get("message"), str):
        return Envelope(False, err=data["err"], message=data["message"])
    return None


def _rest(body: bytes) -> Envelope | None:
    if b"<!DOCTYPE" in body:  # no answer of this API has one, and entities can attack the parser (XXE, billion laughs)
        return None
    start = body.find(b"<?xml")
    try:
        root = ElementTree.fromstring(body[max(start, 0) : body.rfind(b">") + 1])
    except ElementTree.ParseError:
        return None
    if root.tag != "rsp":
        return None
    if root.get("stat") == "ok":
        return Envelope(True, result=_element(root))
    error = root.find("err")
    if error is None or not re.fullmatch(r"[0-9]{1,9}", error.get("code", "")):
        return None
    return Envelope(False, err=int(error.get("code", "")), message=error.get("msg"))


def _element(element: ElementTree.Element) -> Any:
    children = list(element)
    if not children:
        return (element.text or "").strip()
    if len({child.tag for child in children}) == 1 and (len(children) > 1 or children[0].tag == "item"):
        return [_element(child) for child in children]
    return {child.tag: _element(child) for child in children}


def _xmlrpc(body: bytes) -> Envelope | None:
    if b"<!DOCTYPE" in body:
        return None
    start = body.find(b"<methodResponse>")
    try:
        values, _ = xmlrpc.client.loads(body[max(start, 0) : body.rfind(b">") + 1], use_builtin_types=True)
    except xmlrpc.client.Fault as fault:
        return Envelope(False, err=fault.faultCode, message=fault.faultString)
    except (xmlrpc.client.ResponseError, ExpatError, ValueError, TypeError):
        return None
    return Envelope(True, result=values[0]) if len(values) == 1 else None


def _unserialize(data: bytes, at: int) -> tuple[Any, int]:
    """One value of PHP's serialize() at that offset, and the offset after it. Raises ValueError or IndexError."""
    kind = data[at : at + 1]
    if kind == b"N":
        return None, at + 2
    end = data.index(b":" if kind in b"sa" else b";", at + 2)
    head = data[at + 2 : end]
    if kind in (b"i", b"b", b"d"):
        number: Any = float(head) if kind == b"d" else int(head)
        return (bool(number) if kind == b"b" else number), end + 1
    if kind == b"s":
        start, length = end + 2, int(head)
        return data[start : start + length].decode("utf-8", "replace"), start + length + 2
    if kind == b"a":
        found, at = {}, end + 2
        for _ in range(int(head)):
            name, at = _unserialize(data, at)
            found[name], at = _unserialize(data, at)
        return (list(found.values()) if list(found) == list(range(len(found))) and found else found), at + 1
    raise ValueError(f"no PHP value of kind {kind!r}")


_READERS: Mapping[str, Callable[[bytes], Envelope | None]] = {
    "json": _json,
    "rest": _rest,
    "xmlrpc": _xmlrpc,
    "php": _php,
}

FORMATS = tuple(_READERS)
"""The answer formats of the API."""
