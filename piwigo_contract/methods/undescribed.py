"""Parameters that a method is not described to take, and may read all the same; what they are tried with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from piwigo_contract.methods.data import method_data
from piwigo_contract.methods.openapi.descriptions import every_parameter, parameters_from_release_on
from piwigo_contract.methods.reflection import TOKEN, Method

_BREAKING = ("'", '"', "\\", "1'", "1 OR", "(", "none", "-1", 20 * "9", "1e400", "2026-02-30", "%")
"""Values that a method fails over which puts them into a statement, a date or a number as they came."""

NAMED_OTHERWISE = frozenset({TOKEN, "username", "password"})
"""Names by which somebody says who they are, whatever the method."""


def undescribed(method: Method, release: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Groups of parameters that a method of a gallery of this release is not described to take, with a word for each.

    Each one by itself that it is known to read, or that a later release describes; then all at once that any method of
    any release takes.
    """
    data = method_data().get(method.name)
    read = parameters_from_release_on(release, method.name) | frozenset(data.undeclared if data is not None else ())
    read -= {*method.names, *NAMED_OTHERWISE}
    yield from ((name, (name,)) for name in sorted(read))
    yield "parameters of other methods", tuple(sorted(every_parameter() - read - {*method.names, *NAMED_OTHERWISE}))


def breaking(names: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """These parameters, all of them with each value that may break something; and each of them as a list."""
    names = tuple(names)
    yield from (dict.fromkeys(names, value) for value in _BREAKING)
    yield {f"{name}[]": _BREAKING[0] for name in names}
