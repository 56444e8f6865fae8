"""What all commands have in common: how mistakes in their arguments and files are told, and where they write."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TextIO

from piwigo_contract.errors import PiwigoContractError, UsageError

USAGE, NO_VERDICT = 4, 2
"""Exit codes: what was asked for makes no sense; the target, or the suite itself, gave no answer."""


class Arguments(argparse.ArgumentParser):
    """A command line whose mistakes are UsageErrors."""

    def error(self, message: str) -> NoReturn:
        """Raises UsageError in place of ending the process."""
        raise UsageError(message)


def run(
    parser: argparse.ArgumentParser,
    arguments: list[str] | None,
    command: Callable[[argparse.Namespace], int | None],
) -> int:
    """Carry a command out and give its exit code, 0 where it gives none.

    A UsageError, and a file that can't be written, is one line on standard error and USAGE; any other error that is
    raised on purpose one line and NO_VERDICT.
    """
    try:
        return command(parser.parse_args(arguments)) or 0
    except PiwigoContractError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return USAGE if isinstance(error, UsageError) else NO_VERDICT
    except OSError as error:
        print(f"ERROR: {error.filename}: can't be written: {error.strerror}", file=sys.stderr)
        return USAGE


def write_out(text: str, path: Path | None) -> None:
    """Write a text to a file, or else to standard output, to as much of it as is read there."""
    if path is not None:
        write_file(text, path)
        return
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except BrokenPipeError:
        _read_no_more(sys.stdout)


class AsFarAsRead:
    """A stream that is written to as before, and to nowhere once nobody reads it any more."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text; give its length, as any stream does."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            _read_no_more(self._stream)
            return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            _read_no_more(self._stream)


def _read_no_more(stream: TextIO) -> None:
    """As into `head`: what is buffered still must not be written at exit."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def write_file(text: str, path: Path) -> None:
    """Write a text as it stands, making the folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
