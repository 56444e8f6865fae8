"""`python -m piwigo_contract.commands.findings -o docs/findings`: a page for each thing that real releases do wrong.

Made of `specs/findings/`, the releases' known deviations and the contract. The scripts beside the pages are those that
runs wrote (`reports/reproduce/ID.sh`), for any gallery, and shorter where that shows the cause better.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_file
from piwigo_contract.contract.clauses import load_contract
from piwigo_contract.contract.findings import Findings, load_findings
from piwigo_contract.templating import templates


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = Arguments(prog="python -m piwigo_contract.commands.findings", description=__doc__)
    result.add_argument("-o", "--output", metavar="FOLDER", type=Path, required=True)
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 4 for a usage error, or where the data does not fit the releases."""
    return run(parser(), arguments, _write)


def _write(asked: argparse.Namespace) -> None:
    for name, text in pages(load_findings()):
        write_file(text, asked.output / name)


def pages(findings: Findings) -> Iterator[tuple[str, str]]:
    """File names and texts: a page for each finding, the index, and the draft of the report."""
    environment = templates("piwigo_contract.commands", markup=False)
    contract = load_contract()
    for finding in findings:
        yield f"{finding.id}.md", environment.get_template("finding.md").render(finding=finding, contract=contract)
    for name, template in (("README.md", "findings.md"), ("private-report.md", "private-report.md")):
        yield name, environment.get_template(template).render(findings=findings, contract=contract)


if __name__ == "__main__":
    sys.exit(main())
