"""What GitHub shows on the page of a job of a run that has no result: the mistake, or that nothing was selected."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from piwigo_contract.report.ci import annotation, markdown
from piwigo_contract.results.escaping import on_one_line
from piwigo_contract.results.verdicts import Exit

WITHOUT_RESULT = {
    pytest.ExitCode.INTERNAL_ERROR: "pytest itself failed, before the first check",
    pytest.ExitCode.NO_TESTS_COLLECTED: "the selection matches no check",
}
"""Exit codes of pytest's own, after which nothing was written."""


class JobPage:
    """Says on the page of the job why there is no result. Register it only where GitHub runs the job."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_cmdline_parse(self) -> Generator[None, object, object]:
        """Where the command line makes no sense."""
        return (yield from _telling_mistakes())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_cmdline_main(self) -> Generator[None, object, object]:
        """Where anything else does, or nothing is left to be judged."""
        code = yield from _telling_mistakes()
        if isinstance(code, int) and code in WITHOUT_RESULT:
            _tell(Exit(int(code), WITHOUT_RESULT[pytest.ExitCode(code)]))
        return code


def on_github() -> bool:
    """Whether this is a job of GitHub's actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def append_summary(text: str) -> None:
    """Add Markdown to the job's page, where it has one. Raises OSError."""
    if path := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


def _telling_mistakes() -> Generator[None, object, object]:
    try:
        return (yield)
    except pytest.UsageError as error:
        _tell(Exit(int(pytest.ExitCode.USAGE_ERROR), "; ".join(map(str, error.args))))
        raise


def _tell(ends: Exit) -> None:
    sentence = on_one_line(ends.sentence)
    print(annotation("error", sentence), flush=True)
    try:
        append_summary(f"## Piwigo API compliance\n\n**No verdict.** {markdown(sentence[:1].upper() + sentence[1:])}\n")
    except OSError:
        return  # the annotation says it all
