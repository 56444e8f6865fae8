"""The four answer formats of ws.php: json, rest (XML), xmlrpc, php.

A result is made of None, bool, int, float, str, list and dict; `Items` and `Struct` add what the XML of
`rest` needs and are plain lists and dicts everywhere else. Source: include/ws_protocols/.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from piwigo_contract.reference.model import PwgError

CONTENT_TYPES = {"json": "text/plain", "rest": "text/xml", "xmlrpc": "text/xml", "php": "text/plain"}
"""Content type of each known format; another format can't be answered in."""


class Items(list[Any]):
    """A list whose members have an element name in XML, and a set of keys that become attributes."""

    def __init__(self, items: Sequence[Any], element: str, attributes: Sequence[str] = ()) -> None:
        super().__init__(items)
        self.element = element
        self.attributes = frozenset(attributes)


class Struct(dict[str, Any]):
    """A map whose keys in `attributes` become XML attributes (None: each that holds a plain value)."""

    def __init__(self, content: Mapping[str, Any], attributes: Sequence[str] | None = None) -> None:
        super().__init__(content)
        if attributes is None:
            attributes = [key for key, value in content.items() if not isinstance(value, (list, dict))]
        self.attributes = frozenset(attributes)


def encode(format_name: str, result: Any) -> str:
    """The body of an answer. `result` may be a PwgError. Raises KeyError for an unknown format."""
    return _ENCODERS[format_name](result)


def _envelope(result: Any) -> dict[str, Any]:
    if isinstance(result, PwgError):
        return {"stat": "fail", "err": result.code, "message": result.message}
    return {"stat": "ok", "result": result}


def _listed(value: Any) -> Any:
    """PHP has one kind of array: an empty map is an empty list."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()} or []
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    return value


def _json(result: Any) -> str:
    return json.dumps(_listed(_envelope(result)), separators=(",", ":")).replace("/", "\\/")


def _php(result: Any) -> str:
    return _serialize(_envelope(result))


def _serialize(value: Any) -> str:
    if value is None:
        return "N;"
    if isinstance(value, bool):
        return f"b:{int(value)};"
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, float):
        return f"d:{value:g};"
    if isinstance(value, dict):
        pairs: list[tuple[Any, Any]] = list(value.items())
    elif isinstance(value, (list, tuple)):
        pairs = list(enumerate(value))
    else:
        text = str(value)
        return f's:{len(text.encode())}:"{text}";'
    inner = "".join(_serialize(key) + _serialize(item) for key, item in pairs)
    return f"a:{len(pairs)}:{{{inner}}}"


def _html(text: str) -> str:
    return escape(text, quote=True).replace("&#x27;", "&#039;")


def _plain(value: Any) -> str:
    """A plain value the way PHP prints it: true is 1, false and null are nothing."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _rest(result: Any) -> str:
    if isinstance(result, PwgError):
        return (
            '<?xml version="1.0"?>\n<rsp stat="fail">\n'
            f'\t<err code="{result.code}" msg="{_html(result.message)}" />\n</rsp>'
        )
    return f'<?xml version="1.0" encoding="utf-8" ?>\n<rsp stat="ok">\n{_rest_content(result)}\n</rsp>'


def _rest_content(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        name = value.element if isinstance(value, Items) else "item"
        attributes = value.attributes if isinstance(value, Items) else frozenset[str]()
        return "\n".join(_rest_element(name, item, attributes) for item in value)
    if isinstance(value, dict):
        shown = _rest_children(value, _attributes(value))
        return "\n".join(_rest_element(name, item, frozenset()) for name, item in shown)
    return _html(_plain(value))


def _attributes(value: dict[str, Any]) -> frozenset[str]:
    return value.attributes if isinstance(value, Struct) else frozenset()


def _rest_children(value: dict[str, Any], attributes: frozenset[str]) -> list[tuple[str, Any]]:
    return [(name, item) for name, item in value.items() if item is not None and name not in attributes]


def _rest_element(name: str, value: Any, attributes: frozenset[str]) -> str:
    if name[0].isdigit():
        name = "_" + name
    head = name
    content = ""
    if isinstance(value, dict):
        attributes = attributes | _attributes(value)
        for key, item in value.items():
            if key in attributes and item is not None:
                head += f' {key}="{_html(_plain(item))}"'
        content = "\n".join(_rest_element(key, item, frozenset()) for key, item in _rest_children(value, attributes))
        if not content:
            return f"<{head} />"
    elif isinstance(value, (list, tuple)) and not value:
        return f"<{head} />"
    else:
        content = _rest_content(value)
    return f"<{head}>{content}</{name}>"


def _xmlrpc(result: Any) -> str:
    if isinstance(result, PwgError):
        fault = (
            f"<member>\n<name>faultCode</name>\n<value><int>{result.code}</int></value>\n</member>\n"
            f"<member>\n<name>faultString</name>\n<value><string>{_html(result.message)}</string></value>\n</member>"
        )
        return (
            f"<methodResponse>\n<fault>\n<value>\n<struct>\n{fault}\n</struct>\n</value>\n</fault>\n</methodResponse>"
        )
    value = f"<value>\n{_xmlrpc_value(result)}\n</value>"
    return f"<methodResponse>\n<params>\n<param>\n{value}\n</param>\n</params>\n</methodResponse>"


def _xmlrpc_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"<boolean>{int(value)}</boolean>"
    if isinstance(value, int):
        return f"<int>{value}</int>"
    if isinstance(value, float):
        return f"<double>{value:g}</double>"
    if isinstance(value, (list, tuple)) or value == {}:
        items = "".join(f"<value>{_xmlrpc_value(item)}</value>\n" for item in value)
        return f"<array><data>\n{items}</data></array>"
    if isinstance(value, dict):
        members = "".join(
            f"<member><name>{_html(str(name))}</name><value>{_xmlrpc_value(item)}</value></member>\n"
            for name, item in value.items()
        )
        return f"<struct>\n{members}</struct>"
    return f"<string>{_html(str(value))}</string>"


_ENCODERS = {"json": _json, "rest": _rest, "xmlrpc": _xmlrpc, "php": _php}
