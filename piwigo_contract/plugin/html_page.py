"""Where the two HTML files go: the compliance page to `--html`, pytest-html's own page beside it.

pytest-html's page lists checks, in a table that its script makes: nothing can be read without the script or found by
clause, and it has no place for what a clause promises. So the compliance page is a file of its own. It is what people
ask for with `--html FILE`; pytest-html's page goes to FILE's name with `-pytest` added, and each links to the other.
"""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import Any

import pytest

from piwigo_contract.errors import UsageError
from piwigo_contract.option_values import check_output
from piwigo_contract.options import DEFAULT_HTML, only_lists
from piwigo_contract.plugin.one_target import JOB
from piwigo_contract.results.folder import PAGE


def page_path(config: pytest.Config) -> Path | None:
    """Where the compliance page goes, or None in a run without pages; pytest-html is told to go beside it.

    To be called before pytest-html reads its option, which it does in its own pytest_configure. Raises
    pytest.UsageError for a place that can't be written.
    """
    if (job := config.stash.get(JOB, None)) is not None:
        return Path(config.option.compliance_json).with_name(PAGE) if job.page else None
    if not config.pluginmanager.hasplugin("html") or only_lists(config):
        return None
    asked = config.getoption("htmlpath") or DEFAULT_HTML
    page = Path(config.invocation_params.dir, os.path.expandvars(asked)).expanduser()
    try:
        check_output("--html", page)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    config.option.htmlpath = str(pytest_page(page))
    config.option.self_contained_html = True
    return page


def pytest_page(page: Path) -> Path:
    """Where pytest-html's own page goes."""
    return page.with_name(f"{page.stem}-pytest{page.suffix}")


def pytest_page_beside(config: pytest.Config, page: Path) -> str | None:
    """Its name, where there is one."""
    return pytest_page(page).name if config.pluginmanager.hasplugin("html") else None


def summary(sentence: str, page: Path) -> str:
    """What pytest-html's page says on top, as HTML."""
    return f'<p><strong>{escape(sentence)}</strong> <a href="{escape(page.name)}">The compliance page</a></p>'


def _page(config: pytest.Config) -> Any:
    """pytest-html's report object, or None in a run without one."""
    from pytest_html.basereport import BaseReport  # type: ignore[import-untyped]

    return next((p for p in config.pluginmanager.get_plugins() if isinstance(p, BaseReport)), None)


def withdraw(config: pytest.Config) -> None:
    """No contract was collected: write no page."""
    page = _page(config)
    if page is not None:
        config.pluginmanager.unregister(page)


def write_now(config: pytest.Config, session: pytest.Session) -> None:
    """Write pytest-html's page of a run that ends before pytest would have it written."""
    page = _page(config)
    if page is not None:
        page.pytest_sessionstart(session)
        page.pytest_sessionfinish(session)
