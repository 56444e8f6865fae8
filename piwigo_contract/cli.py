"""The console script `piwigo-contract`: pytest on the installed suite, and no second interface."""

from __future__ import annotations

import difflib
import glob
import re
import shlex
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import cast

import pytest

from piwigo_contract import __version__
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.options import TITLE

INI = Path(__file__).with_name("pytest.ini")
"""pytest.ini of this package: used in place of one in the current folder."""


def main(arguments: list[str] | None = None, plugins: Sequence[object] = ()) -> int:
    """Run pytest with the given arguments (default: the process's) and return its exit code.

    plugins: objects with more of pytest's hooks.

    pytest's settings are this package's own, not those of the folder it happens to be called from; `-c` and
    `--rootdir` still choose others.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if _chooses(given, "--version", "-V"):
        print(f"piwigo-contract {__version__} (pytest {pytest.__version__})")
        return 0
    own = [] if _chooses(given, "-c", "--config-file") else ["-c", str(INI)]
    own += [] if _chooses(given, "--rootdir") else ["--rootdir", str(Path.cwd())]
    # where the arguments name no path, pytest goes by testpaths
    own += ["-o", f"testpaths={shlex.quote(glob.escape(str(SUITE)))}", "-p", "piwigo_contract.plugin"]
    return int(pytest.main([*own, *given], plugins=[*plugins, _CommandLine()]))


class _CommandLine:
    """What a person reads of pytest's command line: our name and options first, and one line for a mistake."""

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


def _chooses(arguments: list[str], *options: str) -> bool:
    return any(argument == o or argument.startswith(o + "=") for argument in arguments for o in options)


if __name__ == "__main__":
    sys.exit(main())
