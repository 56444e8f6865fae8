"""Where the contract's data and its executable chapters lie.

In a checkout `specs/` and `suite/` stand beside the package; the wheel carries both inside it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from piwigo_contract.contract.validation import Schema
from piwigo_contract.errors import UsageError

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML without libyaml, which reads twice as fast
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

_PACKAGE = Path(__file__).resolve().parent.parent


def _find(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


SPECS = _find("specs")
"""Folder of the data files."""
SUITE = _find("suite")
"""Folder of the chapters of checks."""


class _Loader(_SafeLoader):
    """Refuses duplicate keys, of which YAML parsers silently keep the last."""

    def construct_document(self, node: yaml.Node) -> object:
        # before anything is constructed: merging (<<) puts fields into the nodes that may be given again
        for mapping in _mappings(node, set()):
            seen: set[tuple[str, str]] = set()
            for key, _ in mapping.value:
                if isinstance(key, yaml.ScalarNode):
                    if (key.tag, key.value) in seen:
                        raise yaml.MarkedYAMLError(problem=f"{key.value!r} is given twice", problem_mark=key.start_mark)
                    seen.add((key.tag, key.value))
        return super().construct_document(node)


# dates are texts, as in JSON
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def _mappings(node: yaml.Node, visited: set[int]) -> Iterator[yaml.MappingNode]:
    """The mappings at and below a node, each once however many aliases it has."""
    if id(node) in visited:
        return
    visited.add(id(node))
    if isinstance(node, yaml.MappingNode):
        yield node
        for pair in node.value:
            for each in pair:
                yield from _mappings(each, visited)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _mappings(each, visited)


def load(path: Path, kind: str) -> Any:
    """Read a data file, YAML or (by its suffix) TOML, and hold it to specs/schema/KIND.schema.json.

    Raises UsageError, in one line that names the file and what in it is wrong.
    """
    schema = _schema(kind)
    language, read = ("TOML", _toml) if path.suffix.lower() == ".toml" else ("YAML", _yaml)
    try:
        data = read(path.read_text(encoding="utf-8"))
        fault = schema.fault(data)
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: no UTF-8, no TOML, or what no JSON can hold
        raise UsageError(f"{path}: is no {language} that can be used: {' '.join(str(error).split())}") from error
    if fault is not None:
        raise UsageError(f"{path}: {' '.join(fault.split())}")
    return data


def _yaml(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)


def _toml(text: str) -> Any:
    """Dates become texts."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@cache
def _schema(kind: str) -> Schema:
    return Schema(json.loads((SPECS / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8")))
