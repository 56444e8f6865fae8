"""`python -m piwigo_contract.matrix A.json B.json -o matrix.html`: several results side by side, what differs first."""

from __future__ import annotations

import argparse
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_out
from piwigo_contract.report.matrix_model import columns_of, matrix_of
from piwigo_contract.report.page import render_matrix
from piwigo_contract.results.document_file import read_document


def main(arguments: list[str] | None = None) -> int:
    """Render the matrix; 0, or 4 for arguments that make no sense."""
    parser = Arguments("python -m piwigo_contract.matrix", description="Several results side by side.")
    parser.add_argument("results", nargs="+", type=Path, metavar="compliance.json")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the page (default: standard output)")
    return run(parser, arguments, _render)


def _render(asked: argparse.Namespace) -> None:
    columns = [column for path in asked.results for column in columns_of(read_document(path))]
    write_out(render_matrix(matrix_of(columns)), asked.output)
