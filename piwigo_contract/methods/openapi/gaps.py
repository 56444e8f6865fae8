"""What a reflection does not say, so that the OpenAPI document lacks it or takes it from elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.methods.data import method_data
from piwigo_contract.methods.openapi.parameters import contradiction
from piwigo_contract.methods.reflection import Reflection


def gaps(reflection: Reflection, profile: ReleaseProfile, *, results: Collection[str] = ()) -> Iterator[str]:
    """One line for each kind of gap, or for each method or parameter that has one of its own.

    results: names of the methods whose result is known.
    """
    yield from _of_methods(reflection, profile)
    for method in reflection:
        for parameter in method.parameters:
            if told := contradiction(parameter):
                yield f"{method.name}: {parameter.name} {told}"
    parameters = [parameter for method in reflection for parameter in method.parameters]
    mixed = sum(parameter.type == "mixed" for parameter in parameters)
    yield f"{mixed} of {len(parameters)} parameters are mixed: neither form nor choices are told, so they are texts"
    silent = sum(parameter.optional and parameter.default is None for parameter in parameters)
    yield f"{silent} optional parameters have no default told: what stands for them is not known"
    lists = sum(parameter.accepts_array for parameter in parameters)
    yield f"{lists} parameters accept an array: whether one value by itself is made one is not told"
    if unknown := [method.name for method in reflection if method.name not in results]:
        yield f"what {len(unknown)} of {len(reflection)} methods answer is not known: {', '.join(unknown)}"


def _of_methods(reflection: Reflection, profile: ReleaseProfile) -> Iterator[str]:
    for method in reflection:
        known = method_data().get(method.name)
        if known is None:
            yield f"{method.name}: no method of Piwigo's own, so that nothing is known but what reflection tells"
            continue
        if known.files:
            yield f"{method.name}: wants a file as {', '.join(known.files)}, added from elsewhere"
        if known.undeclared:
            yield f"{method.name}: also looks at {', '.join(known.undeclared)}, left out here too"
        if known.defaults_of_caller:
            yield f"{method.name}: the default of {', '.join(known.defaults_of_caller)} is the caller's own, left out"
        if known.web_session_only:
            yield f"{method.name}: only for a session of the web login form, added from elsewhere"
        if method.name in profile.forbidden_methods:
            yield f"{method.name}: forbidden to keys by default, added from elsewhere"
    here = {method.name for method in reflection}
    if missing := [name for name in method_data() if name not in here]:
        yield f"not told of at all: {', '.join(missing)}"
