"""The API's envelope in each of its answer formats (upstream: include/ws_protocols/)."""

from __future__ import annotations

import json
import re
import xmlrpc.client
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

DEEPEST = 100
"""Values within each other that are read; more is no answer of this API, and too much for many a reader."""

MOST_MARKS = 500_000
"""Marks between the values of a document that is read; each value takes many times the memory that it takes there."""

_MARKS = {"json": b"[{,:", "php": b";:{", "rest": b"<=", "xmlrpc": b"<="}

_ENCODING = re.compile(rb"""<\?xml\b[^>]*?\sencoding\s*=\s*["']([^"']*)""")


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
    return reader(body) if reader and _is_bearable(body, format or "rest") else None


def is_whole_document(body: bytes, format: str | None) -> bool:
    """Whether the body, from its first byte to its last, is one well-formed document of the format."""
    return flaw(body, format) is None


def flaw(body: bytes, format: str | None) -> str | None:
    """Why the body, from its first byte to its last, is not one well-formed document of the format, in words that do
    not depend on what it tells; None where it is one.
    """
    if not body:
        return "it is empty"
    if b"<!DOCTYPE" in body and (format or "rest") in ("rest", "xmlrpc"):
        return "it has a document type"
    if not _is_bearable(body, format or "rest"):
        return "it has too many values, or another encoding, to be read"
    try:
        match format or "rest":
            case "json":
                # given bytes, it would forgive a byte order mark and UTF-16 (RFC 8259, 8.1)
                _not_too_deep(json.loads(body.decode(), parse_constant=_no_json))
            case "php":
                return None if _unserialize(body, 0)[1] == len(body) else "something comes after it"
            case "xmlrpc":
                return _xml_flaw(body, "methodResponse") or (None if _xmlrpc(body) else "it is no answer of XML-RPC")
            case "rest":
                return _xml_flaw(body, "rsp")
            case _:
                return "no such format is known"
    except json.JSONDecodeError as error:
        return f"it is none from its first character on: {error.msg}" if error.pos == 0 else error.msg
    except UnicodeDecodeError:
        return "it is not in UTF-8"
    except ValueError as error:
        return str(error).partition(" at ")[0]
    except RecursionError:
        return "its values are nested too deep"
    return None


def _is_bearable(body: bytes, format: str) -> bool:
    """Whether the body may be read at all.

    It has no more than MOST_MARKS; as XML, no entities (XXE, billion laughs), not in an encoding either in which they
    are not seen here.
    """
    if sum(body.count(mark) for mark in _MARKS.get(format, b"")) > MOST_MARKS:
        return False
    if format not in ("rest", "xmlrpc"):
        return True
    encodings = {name.lower() for name in _ENCODING.findall(body)}
    return b"<!DOCTYPE" not in body and b"\0" not in body and encodings <= {b"utf-8", b"us-ascii", b"iso-8859-1"}


def _not_too_deep(value: object) -> object:
    """The value. Raises ValueError where it holds values in values more than DEEPEST times."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, list | dict)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return value
    raise ValueError(f"more than {DEEPEST} values in each other")


def _no_json(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _xml_flaw(body: bytes, root: str) -> str | None:
    try:
        found = _tree(body).tag
    except ElementTree.ParseError as error:
        return str(error).partition(":")[0]
    return None if found == root else f"its root is {found}, not {root}"


def _tree(document: bytes) -> ElementTree.Element:
    """Raises ParseError where it is no XML, ValueError where it is nested too deep."""
    root = ElementTree.fromstring(document)
    level = [root]
    for _ in range(DEEPEST):
        level = [child for each in level for child in each]
        if not level:
            return root
    raise ValueError(f"more than {DEEPEST} elements in each other")


def texts_of(body: bytes, format: str | None) -> frozenset[str]:
    """All texts in a whole document, as whoever reads the format finds them; none in what is no document."""
    if not is_whole_document(body, format):
        return frozenset()
    match format:
        case "json":
            return frozenset(_texts(json.loads(body)))
        case "php":
            return frozenset(_texts(_unserialize(body, 0)[0]))
        case "xmlrpc":
            told = _xmlrpc(body)
            return frozenset(_texts([told.result, told.message] if told else []))
        case _:
            elements = list(ElementTree.fromstring(body).iter())
            return frozenset(
                text for each in elements for text in (each.text, each.tail, *each.attrib.values()) if text
            )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def json_fields(body: bytes) -> list[str]:
    """Names of the fields of a JSON object, sorted; empty where the body is not an object."""
    data = _json_document(body)
    return sorted(data) if isinstance(data, dict) else []


def _json(body: bytes) -> Envelope | None:
    return _from_map(_json_document(body))


_JSON = json.JSONDecoder()


def _json_document(body: bytes) -> object:
    """The first JSON value in the body, whatever PHP prints before or after it; None where there is none."""
    text = body.decode("utf-8", "replace")
    try:
        return _not_too_deep(_JSON.raw_decode(text, max(text.find('{"stat"'), 0))[0])
    except (ValueError, RecursionError):
        return None


def _php(body: bytes) -> Envelope | None:
    start = body.find(b'a:2:{s:4:"stat"') if b'a:2:{s:4:"stat"' in body else body.find(b'a:3:{s:4:"stat"')
    try:
        data, _ = _unserialize(body, max(start, 0))
    except ValueError:
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
    start = body.find(b"<?xml")
    try:
        root = _tree(body[max(start, 0) : body.rfind(b">") + 1])
    except (ElementTree.ParseError, ValueError):
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
    start = body.find(b"<methodResponse>")
    try:
        values, _ = xmlrpc.client.loads(body[max(start, 0) : body.rfind(b">") + 1], use_builtin_types=True)
        _not_too_deep(list(values))
    except xmlrpc.client.Fault as fault:
        return _from_map({"stat": "fail", "err": fault.faultCode, "message": fault.faultString})
    except (xmlrpc.client.ResponseError, ExpatError, ValueError, TypeError, LookupError, ArithmeticError):
        return None  # what is well-formed XML and no XML-RPC is all of these to xmlrpc.client
    return Envelope(True, result=values[0]) if len(values) == 1 else None


_PHP_HEAD = re.compile(rb"(?:(N)|b:([01])|i:(-?\d{1,19})|d:([-+.\deEINFAN]{1,32})|s:(\d{1,9})|a:(\d{1,9}))([;:])")


def _unserialize(data: bytes, at: int, deep: int = 0) -> tuple[Any, int]:
    """One value of PHP's serialize() at that offset, and the offset after it. Raises ValueError.

    An object is none that a client can read: its class is the gallery's own.
    """
    head = _PHP_HEAD.match(data, at)
    if head is None or (head[7] == b":") == (head[5] is head[6] is None):
        raise ValueError(f"no PHP value at {at}")
    null, truth, number, fraction, length, count, _ = head.groups()
    at = head.end()
    if null is not None:
        return None, at
    if truth is not None:
        return truth == b"1", at
    if number is not None:
        return int(number), at
    if fraction is not None:
        return float(fraction), at
    if length is not None:
        end = at + 1 + int(length)
        if data[at : at + 1] != b'"' or data[end : end + 2] != b'";':
            raise ValueError(f"no PHP text at {at}")
        return data[at + 1 : end].decode("utf-8", "replace"), end + 2
    if data[at : at + 1] != b"{" or deep == DEEPEST:
        raise ValueError(f"no PHP array at {at}")
    found, at = {}, at + 1
    for _ in range(int(count)):
        name, at = _unserialize(data, at, deep + 1)
        if type(name) not in (int, str):
            raise ValueError(f"no PHP index before {at}")
        found[name], at = _unserialize(data, at, deep + 1)
    if data[at : at + 1] != b"}":
        raise ValueError(f"no end of a PHP array at {at}")
    return (list(found.values()) if list(found) == list(range(len(found))) and found else found), at + 1


_READERS: Mapping[str, Callable[[bytes], Envelope | None]] = {
    "json": _json,
    "rest": _rest,
    "xmlrpc": _xmlrpc,
    "php": _php,
}

FORMATS = tuple(_READERS)
"""The answer formats of the API."""
