"""`python -m piwigo_contract.openapi`: the OpenAPI document of a gallery, or of a recorded reflection."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import NoReturn

from piwigo_contract.errors import NoVerdict, PiwigoContractError, SuiteError, UsageError
from piwigo_contract.openapi.document import openapi_document
from piwigo_contract.openapi.gaps import gaps
from piwigo_contract.reflection import Reflection, load_reflection, save_reflection
from piwigo_contract.releases import ReleaseProfile, choose
from piwigo_contract.shapes import shapes
from piwigo_contract.visit import visit

USAGE, NO_ANSWER = 4, 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = _Parser(prog="python -m piwigo_contract.openapi", description=__doc__)
    source = result.add_mutually_exclusive_group(required=True)
    source.add_argument("--target", metavar="URL", help="root of a gallery, whose reflection is asked")
    source.add_argument("--reflection", metavar="FILE", type=Path, help="what a gallery's reflection said, recorded")
    result.add_argument(
        "--webmaster", metavar="USER:PASSWORD", help="who asks (default: PIWIGO_WEBMASTER, else nobody in particular)"
    )
    result.add_argument("--release", default="auto", help="whose header and lists apply (default: as reported)")
    result.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: standard output")
    result.add_argument("--record", metavar="FILE", type=Path, help="also keep what reflection said, for --reflection")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 2 where the gallery does not answer or not tell; 4 for a usage error."""
    asked = parser().parse_args(arguments)
    try:
        reflection, profile = _read(asked)
        results = {name: shape.schema for name, shape in shapes().items()}
        document = openapi_document(reflection, profile, results=results)
        if asked.record:
            _write(asked.record, save_reflection(reflection))
        _write(asked.output, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    except UsageError as error:
        return _failed(error, USAGE)
    except (NoVerdict, SuiteError, PiwigoContractError) as error:
        return _failed(error, NO_ANSWER)
    for line in gaps(reflection, profile, results=results):
        print(f"warning: {line}", file=sys.stderr)
    return 0


def _read(asked: argparse.Namespace) -> tuple[Reflection, ReleaseProfile]:
    if asked.reflection:
        reflection = load_reflection(asked.reflection)
        return reflection, choose(reflection.release, asked.release).profile
    with visit(asked.target, asked.webmaster, asked.release) as visited:
        return visited.reflection(), visited.profile


def _write(path: Path | None, text: str) -> None:
    if path is None:
        sys.stdout.write(text)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error.strerror}") from error


def _failed(error: PiwigoContractError, code: int) -> int:
    print(f"piwigo_contract.openapi: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
