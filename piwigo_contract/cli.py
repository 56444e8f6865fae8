"""The console script `piwigo-contract`: pytest on the installed suite, and no second interface."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

INTERRUPTED = 2
"""pytest's exit code of a run that was interrupted."""


def main(arguments: list[str] | None = None, plugins: Sequence[object] = ()) -> int:
    """Run pytest with the given arguments (default: the process's) and return its exit code.

    plugins: objects with more of pytest's hooks.

    pytest's settings are this package's own, not those of the folder it happens to be called from; `-c` and
    `--rootdir` still choose others.
    """
    try:
        return _main(sys.argv[1:] if arguments is None else arguments, plugins)
    except KeyboardInterrupt:  # before pytest took care of it, or as the end itself was interrupted
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


def _main(given: Sequence[str], plugins: Sequence[object]) -> int:
    from piwigo_contract.commands.quick_listing import form_asked_for, list_quickly

    if (form := form_asked_for(list(given))) is not None:
        from piwigo_contract.command_line import write_out
        from piwigo_contract.errors import UsageError

        with suppress(UsageError):  # pytest is told of it, as of any other
            write_out(f"{list_quickly(form)}\n", None)
            return 0
    # these take their time, in which somebody may press Ctrl-C
    import glob
    import shlex

    import pytest

    from piwigo_contract import __version__
    from piwigo_contract.contract.resources import SUITE
    from piwigo_contract.options import OWN_INI
    from piwigo_contract.report.job_page import JobPage, on_github
    from piwigo_contract.usage import CommandLine

    if _chooses(given, "--version", "-V"):
        print(f"piwigo-contract {__version__} (pytest {pytest.__version__})")
        return 0
    own = [] if _chooses(given, "-c", "--config-file") else ["-c", str(OWN_INI)]
    own += [] if _chooses(given, "--rootdir") else ["--rootdir", str(Path.cwd())]
    # where the arguments name no path, pytest goes by testpaths
    own += ["-o", f"testpaths={shlex.quote(glob.escape(str(SUITE)))}", "-p", "piwigo_contract.plugin"]
    ours = [CommandLine(), *([JobPage()] if on_github() else [])]
    return int(pytest.main([*own, *given], plugins=[*plugins, *ours]))


def _chooses(arguments: Sequence[str], *options: str) -> bool:
    return any(argument == o or argument.startswith(o + "=") for argument in arguments for o in options)


if __name__ == "__main__":
    sys.exit(main())
