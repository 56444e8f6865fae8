"""What a person reads of pytest's command line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Generator, Sequence
from typing import cast

import pytest

from piwigo_contract.options import TITLE


class CommandLine:
    """Our name and options first, and one line for a mistake."""

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(self, pluginmanager: pytest.PytestPluginManager) -> Generator[None, object, object]:
        try:
            return (yield)
        except pytest.UsageError as error:
            parser = cast(pytest.Config, pluginmanager.get_plugin("pytestconfig"))._parser.optparser
            known = [option for action in parser._actions for option in action.option_strings]
            raise pytest.UsageError(_in_one_line(str(error), known)) from error

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        parser = config._parser.optparser
        parser.prog = "piwigo-contract"
        # first what is ours, which pytest has no way to ask for
        parser._action_groups.sort(key=lambda group: group.title != TITLE)


def _in_one_line(mistake: str, known: Sequence[str]) -> str:
    """argparse's account of a mistake without its usage; of an unknown option what it may have been meant for.

    Its value is not repeated, which may be a secret.
    """
    told = re.search(r"^\S+: error: (.*)", mistake, re.MULTILINE)
    if told is None:
        return mistake
    unknown = re.search(r"unrecognized arguments: (--?[\w-]+)", told[1])
    if unknown is None:
        return told[1]
    similar = difflib.get_close_matches(unknown[1], known, 1)
    return f"{unknown[1]} is no option{f': did you mean {similar[0]}?' if similar else ''} (--help shows all)"
