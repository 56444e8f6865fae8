"""`python -m piwigo_contract.report compliance.json --har run.har`: the compliance page again, byte for byte."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from piwigo_contract.contract import load_contract
from piwigo_contract.errors import UsageError
from piwigo_contract.har.file import Archive, read_har
from piwigo_contract.report.document_file import read_document
from piwigo_contract.report.page import render_page, write_page


def main(arguments: list[str] | None = None) -> int:
    """Render the page; 0, or 4 for arguments that make no sense."""
    parser = Arguments("python -m piwigo_contract.report", description="The compliance page again.")
    parser.add_argument("result", type=Path, metavar="compliance.json")
    parser.add_argument("--har", type=Path, metavar="FILE", help="what the same run wrote with --har")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="an earlier compliance.json to compare with")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the page (default: standard output)")
    return run(parser, arguments, _render)


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


def _render(asked: argparse.Namespace) -> None:
    document = read_document(asked.result)
    archive = Archive() if asked.har is None else read_har(asked.har)
    baseline = None if asked.baseline is None else read_document(asked.baseline)
    write_out(render_page(document, archive, load_contract(), baseline=baseline), asked.output)


def write_out(page: str, path: Path | None) -> None:
    """Write a page to a file, or else to standard output."""
    if path is None:
        sys.stdout.buffer.write(page.encode())
        sys.stdout.flush()
    else:
        write_page(page, path)


if __name__ == "__main__":
    sys.exit(main())
