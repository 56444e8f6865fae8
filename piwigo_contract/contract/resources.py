"""Where the contract's data and its executable chapters lie.

In a checkout `specs/` and `suite/` stand beside the package; the wheel carries both inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

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
SUITE = _find("suite")


class _Loader(_SafeLoader):
    """Refuses a field given twice, of which YAML's readers take the last in silence."""

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


def load_yaml(path: Path) -> object:
    """Read one YAML data file.

    Raises UsageError, in one line that names the file, when it can't be read or is no YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: no UTF-8, or a date such as 2027-02-30
        reason = " ".join(str(error).split())
        raise UsageError(f"{path}: is no valid YAML: {reason}") from error
