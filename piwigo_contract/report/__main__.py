"""`python -m piwigo_contract.report compliance.json --har run.har`: the compliance page again, byte for byte."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_out
from piwigo_contract.contract.clauses import load_contract
from piwigo_contract.report.ci import code_quality, step_summary
from piwigo_contract.report.model import how_it_ended
from piwigo_contract.report.overview import SHOWN_WHOLE, Overview, pages_beside
from piwigo_contract.report.page import render_overview, render_page
from piwigo_contract.results.document_file import read_document
from piwigo_contract.results.har.file import Archive, read_har
from piwigo_contract.results.stream import stored


def main(arguments: list[str] | None = None) -> int:
    """Render the page, or another form of the result; 0, or 4 for arguments that make no sense."""
    parser = Arguments("python -m piwigo_contract.report", description="A result in another form.")
    parser.add_argument("result", type=Path, metavar="compliance.json")
    parser.add_argument("--har", type=Path, metavar="FILE", help="what the same run wrote with --har")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="an earlier compliance.json to compare with")
    parser.add_argument(
        "--format",
        choices=("html", "markdown", "code-quality"),
        default="html",
        help="the compliance page (default), GitHub's step summary, or GitLab's code quality report",
    )
    parser.add_argument(
        "--place",
        metavar="FILE",
        default=os.environ.get("CI_CONFIG_PATH") or ".gitlab-ci.yml",
        help="the file of your repository that code quality links to (default: that of the CI's configuration)",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to (default: standard output)")
    return run(parser, arguments, _render)


def _render(asked: argparse.Namespace) -> None:
    if asked.format == "html" and (many := _overview(asked)) is not None:
        write_out(many, asked.output)
        return
    document = read_document(asked.result)
    archive = Archive() if asked.har is None else read_har(asked.har)
    baseline = None if asked.baseline is None else read_document(asked.baseline)
    if asked.format == "markdown":
        text = step_summary(document, how_it_ended(archive.about), baseline)
    elif asked.format == "code-quality":
        text = json.dumps(code_quality(document, asked.place), indent=1) + "\n"
    else:
        text = render_page(document, archive, load_contract(), baseline=baseline)
    write_out(text, asked.output)


def _overview(asked: argparse.Namespace) -> str | None:
    """The page of many galleries; None where they are few enough to be shown whole."""
    result = stored(asked.result)
    overview = Overview(pages_beside(asked.result, asked.output or asked.result))
    for target in result.targets():
        overview.add(target)
    if len(overview) <= SHOWN_WHOLE:
        return None
    about = {} if asked.har is None else read_har(asked.har).about
    return render_overview(overview, result.head, about)


if __name__ == "__main__":
    sys.exit(main())
