"""`python -m piwigo_contract.merge A.json B.json -o compliance.json`: the results of shards as that of one run."""

from __future__ import annotations

import argparse
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_out
from piwigo_contract.errors import UsageError
from piwigo_contract.results.document import as_text
from piwigo_contract.results.document_file import read_document
from piwigo_contract.results.har.file import read_har, write_har
from piwigo_contract.results.merge import merged, merged_archive


def main(arguments: list[str] | None = None) -> int:
    """Merge; 0, or 4 for arguments that make no sense."""
    parser = Arguments("python -m piwigo_contract.merge", description="The results of shards as that of one run.")
    parser.add_argument("results", nargs="+", type=Path, metavar="compliance.json")
    parser.add_argument(
        "--har", action="append", default=[], type=Path, metavar="FILE", help="the archive of each result, in order"
    )
    parser.add_argument("--har-output", type=Path, metavar="FILE", help="the merged archive, for the page's evidence")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the result (default: standard output)")
    return run(parser, arguments, _merge)


def _merge(asked: argparse.Namespace) -> None:
    if asked.har and len(asked.har) != len(asked.results):
        raise UsageError("--har is given for each result, in their order, or for none")
    if bool(asked.har) != (asked.har_output is not None):
        raise UsageError("--har and --har-output go together")
    documents = [read_document(path) for path in asked.results]
    whole = merged(documents)
    if asked.har:
        write_har(asked.har_output, merged_archive(documents, [read_har(path) for path in asked.har]))
    write_out(as_text(whole), asked.output)
