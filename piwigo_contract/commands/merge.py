"""`python -m piwigo_contract.merge A.json B.json -o compliance.json`: the results of shards as that of one run."""

from __future__ import annotations

import argparse
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_out
from piwigo_contract.errors import UsageError
from piwigo_contract.results.har.file import write_har
from piwigo_contract.results.merge import merged_archive, merged_head
from piwigo_contract.results.stream import stored, streamed, write_stream


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
    results = [stored(path) for path in asked.results]
    head = merged_head([each.head for each in results])
    numbers = [sum(1 for _ in each.targets()) for each in results]  # each is looked at before anything is written
    if asked.har:
        write_har(asked.har_output, merged_archive(zip(numbers, asked.har, strict=True)))
    texts = (text for each in results for text in each.texts())
    if asked.output is not None:
        write_stream(head, texts, asked.output)
    else:
        write_out("".join(streamed(head, texts)), None)
