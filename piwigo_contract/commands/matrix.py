"""`python -m piwigo_contract.matrix A.json B.json -o matrix.html`: several results side by side, what differs first."""

from __future__ import annotations

import argparse
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_out
from piwigo_contract.report.matrix_model import columns_of, matrix_of
from piwigo_contract.report.overview import Overview, pages_beside
from piwigo_contract.report.page import render_matrix, render_overview
from piwigo_contract.results.document_file import read_document
from piwigo_contract.results.stream import stored

COLUMNS = 30
"""Galleries that have a column each; of more there is an overview."""


def main(arguments: list[str] | None = None) -> int:
    """Render the matrix; 0, or 4 for arguments that make no sense."""
    parser = Arguments("python -m piwigo_contract.matrix", description="Several results side by side.")
    parser.add_argument("results", nargs="+", type=Path, metavar="compliance.json")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the page (default: standard output)")
    return run(parser, arguments, _render)


def _render(asked: argparse.Namespace) -> None:
    overview = Overview(lambda target: pages[target["url"]])
    pages: dict[str, str | None] = {}
    for path in asked.results:
        page_of = pages_beside(path, asked.output or path)
        for target in stored(path).targets():
            pages = {target["url"]: page_of(target)}
            overview.add(target)
    if len(overview) > COLUMNS:
        write_out(render_overview(overview), asked.output)
        return
    columns = [column for path in asked.results for column in columns_of(read_document(path))]
    write_out(render_matrix(matrix_of(columns)), asked.output)
