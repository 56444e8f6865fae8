"""The HTML page: pytest-html's own, self-contained, with the compliance part as its summary."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from piwigo_contract.contract import Contract
from piwigo_contract.plugin.terminal import VERDICTS, WORDS
from piwigo_contract.verdicts import TargetResult

TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("piwigo_contract", "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)

ORDER = ("fail", "error", "warning", "waived", "not-assessed", "not-applicable", "pass")
"""What a reader needs first comes first."""


def compliance_section(targets: list[TargetResult], contract: Contract, document: dict[str, Any]) -> str:
    """The compliance part, as HTML with its own style; every value in it is escaped."""
    return TEMPLATES.get_template("compliance.html").render(
        targets=targets, contract=contract, document=document, order=ORDER, words=WORDS, verdicts=VERDICTS
    )


def _page(config: pytest.Config) -> Any:
    """pytest-html's report object, or None in a run without one."""
    from pytest_html.basereport import BaseReport  # type: ignore[import-untyped]

    return next((p for p in config.pluginmanager.get_plugins() if isinstance(p, BaseReport)), None)


def withdraw(config: pytest.Config) -> None:
    """No contract was collected: let no page of ours be written."""
    page = _page(config)
    if page is not None:
        config.pluginmanager.unregister(page)


def write_now(config: pytest.Config, session: pytest.Session) -> None:
    """Write the page of a run that ends before pytest would have it written."""
    page = _page(config)
    if page is not None:
        page.pytest_sessionstart(session)
        page.pytest_sessionfinish(session)
