"""A step as the request that its client sends."""

from __future__ import annotations

from collections.abc import Mapping

from piwigo_contract.client.credentials import ApiKey, Carrier, Query, Session
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.vault import Text
from piwigo_contract.journeys.data import Step
from piwigo_contract.journeys.values import Values
from piwigo_contract.provision.uploading import File


def carriers(step: Step, key: ApiKey, browser: Session | None) -> tuple[Carrier, ...]:
    """What the step sends along of the key and of the cookies that were given before."""
    found: list[Carrier] = [key] if "key" in step.sends else []
    if "cookie" in step.sends and browser is not None:
        found.append(browser)
    return tuple(found)


def call_of(
    step: Step, values: Values, file: File | None, who: tuple[Carrier, ...], headers: Mapping[str, str]
) -> ApiCall:
    """The request. file: what goes into the step's field for a file."""
    params = tuple((name, values.fill(value)) for name, value in step.params.items())
    if step.format is not None and step.format_in == "body":
        params = (("format", Text.of(step.format)), *params)
    in_query = step.verb == "POST" and step.method_in == "query"
    return ApiCall(
        None if in_query else step.call,
        params,
        step.verb,
        step.format if step.format_in == "query" else None,
        (*((Query("method", step.call or ""),) if in_query else ()), *who),
        tuple((name, values.fill(value)) for name, value in headers.items()),
        files=((step.file, file.upload),) if step.file and file else (),
    )
