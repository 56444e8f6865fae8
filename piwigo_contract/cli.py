"""The console script `piwigo-contract`: pytest on the installed suite, and no second interface."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from typing import TextIO, cast

INTERRUPTED = 2
"""pytest's exit code of a run that was interrupted."""


class LastRun:
    """A plugin of pytest: the process ends with this run."""

    def pytest_unconfigure(self) -> None:
        """Have Python not look twice more, as pytest ends and as it does itself, through all that there is."""
        gc.freeze()


def main(arguments: list[str] | None = None, plugins: Sequence[object] = ()) -> int:
    """Run pytest with the given arguments (default: the process's) and return its exit code.

    plugins: objects with more of pytest's hooks.
    """
    try:
        return _main(sys.argv[1:] if arguments is None else arguments, plugins)
    except KeyboardInterrupt:  # before pytest took care of it, or as the end itself was interrupted
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


def _main(given: Sequence[str], plugins: Sequence[object]) -> int:
    from piwigo_contract.command_line import AsFarAsRead, write_out
    from piwigo_contract.commands.quick_listing import form_asked_for, list_quickly

    if (form := form_asked_for(list(given))) is not None:
        from piwigo_contract.errors import UsageError

        with suppress(UsageError):  # pytest is told of it, as of any other
            write_out(f"{list_quickly(form)}\n", None)
            return 0
    # these take their time, in which somebody may press Ctrl-C
    import pytest

    from piwigo_contract import __version__
    from piwigo_contract.options import own_arguments
    from piwigo_contract.report.job_page import JobPage, on_github
    from piwigo_contract.usage import CommandLine

    if {"--version", "-V"}.intersection(given):
        print(f"piwigo-contract {__version__} (pytest {pytest.__version__})")
        return 0
    ours = [CommandLine(), LastRun(), *([JobPage()] if on_github() else [])]
    out = AsFarAsRead(sys.stdout)
    with redirect_stdout(cast(TextIO, out)):
        code = int(pytest.main(own_arguments(given), plugins=[*plugins, *ours]))
    out.flush()  # pytest has put its own stream back in place by now
    return code


if __name__ == "__main__":
    sys.exit(main())
