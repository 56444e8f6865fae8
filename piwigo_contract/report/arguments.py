"""What the commands that render a result have in common: their arguments' mistakes, and where they write."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from piwigo_contract.errors import UsageError
from piwigo_contract.report.page import write_page


class Arguments(argparse.ArgumentParser):
    """A command line whose mistakes are UsageErrors."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def run(
    parser: argparse.ArgumentParser, arguments: list[str] | None, command: Callable[[argparse.Namespace], None]
) -> int:
    """Carry a command out; bad arguments and files give one line and exit code 4."""
    try:
        command(parser.parse_args(arguments))
    except UsageError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 4
    except OSError as error:
        print(f"ERROR: {error.filename}: can't be written: {error.strerror}", file=sys.stderr)
        return 4
    return 0


def write_out(text: str, path: Path | None) -> None:
    """Write a text to a file, or else to standard output."""
    if path is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    else:
        write_page(text, path)
