"""`python -m piwigo_contract.commands.openapi`: the OpenAPI document of a gallery, a reflection or a release."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from piwigo_contract.command_line import Arguments, run, write_file, write_out
from piwigo_contract.commands.open_target import open_target
from piwigo_contract.contract.releases import ReleaseProfile, choose_profile
from piwigo_contract.errors import UsageError
from piwigo_contract.methods.openapi.descriptions import released_document
from piwigo_contract.methods.openapi.document import openapi_document
from piwigo_contract.methods.openapi.gaps import gaps
from piwigo_contract.methods.reflection import Reflection, load_reflection, save_reflection
from piwigo_contract.methods.shapes import shapes


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = Arguments(prog="python -m piwigo_contract.commands.openapi", description=__doc__)
    source = result.add_mutually_exclusive_group()
    source.add_argument("--target", metavar="URL", help="root of a gallery, whose reflection is asked")
    source.add_argument("--reflection", metavar="FILE", type=Path, help="what a gallery's reflection said, recorded")
    result.add_argument(
        "--webmaster", metavar="USER:PASSWORD", help="who asks (default: PIWIGO_WEBMASTER, else nobody in particular)"
    )
    result.add_argument(
        "--release",
        default="auto",
        help="whose header and lists apply (default: as reported); by itself: the document of that release",
    )
    result.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: standard output")
    result.add_argument("--record", metavar="FILE", type=Path, help="also keep what reflection said, for --reflection")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 2 where the gallery does not answer or does not describe its methods; 4 for a usage error."""
    return run(parser(), arguments, _document)


def _document(asked: argparse.Namespace) -> None:
    if asked.target is None and asked.reflection is None:
        if asked.release == "auto" or asked.record:
            raise UsageError("--target or --reflection is required, or --release alone")
        _write(released_document(choose_profile(None, asked.release).profile.release), asked.output)
        return
    reflection, profile = _read(asked)
    results = {name: shape.schema for name, shape in shapes().items()}
    document = openapi_document(reflection, profile, results=results)
    if asked.record:
        write_file(save_reflection(reflection), asked.record)
    _write(document, asked.output)
    for line in gaps(reflection, profile, results=results):
        print(f"warning: {line}", file=sys.stderr)


def _write(document: Mapping[str, Any], path: Path | None) -> None:
    write_out(json.dumps(document, indent=1, ensure_ascii=False) + "\n", path)


def _read(asked: argparse.Namespace) -> tuple[Reflection, ReleaseProfile]:
    if asked.reflection:
        reflection = load_reflection(asked.reflection)
        return reflection, choose_profile(reflection.version, asked.release).profile
    with open_target(asked.target, asked.webmaster, asked.release) as visited:
        return visited.reflection(), visited.profile


if __name__ == "__main__":
    sys.exit(main())
