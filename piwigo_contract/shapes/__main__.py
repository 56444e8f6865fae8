"""`python -m piwigo_contract.shapes`: learn from galleries what their methods' results look like."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from piwigo_contract.errors import PiwigoContractError, UsageError
from piwigo_contract.shapes.learning import Learned, observed
from piwigo_contract.shapes.shape import FOLDER
from piwigo_contract.visit import visit

USAGE, NO_ANSWER = 4, 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = _Parser(
        prog="python -m piwigo_contract.shapes",
        description="Learn from galleries what their methods' results look like. What is learned is added to what "
        "the folder holds; what is made on a gallery for the purpose is taken away again.",
    )
    add = result.add_argument
    add("--target", metavar="URL", action="append", required=True, help="root of a gallery (repeatable)")
    add("--webmaster", metavar="USER:PASSWORD", help="default: PIWIGO_WEBMASTER")
    add("--release", default="auto", help="whose header and lists apply (default: as reported)")
    add("-o", "--output", metavar="FOLDER", type=Path, default=FOLDER, help="default: %(default)s")
    add("--afresh", action="store_true", help="forget what the folder holds")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 2 where a gallery can't be used; 4 for a usage error."""
    asked = parser().parse_args(arguments)
    try:
        learned = Learned(asked.output, afresh=asked.afresh)
        for url in asked.target:
            with visit(url, asked.webmaster, asked.release) as target:
                if target.settings.webmaster is None:
                    raise UsageError("--webmaster: things must be made on the gallery to be read")
                for method, result in observed(target):
                    learned.learn(method, result)
        changed = _write(learned)
    except UsageError as error:
        return _failed(error, USAGE)
    except PiwigoContractError as error:
        return _failed(error, NO_ANSWER)
    print(f"{len(changed)} shapes changed{': ' if changed else ''}{', '.join(changed)}")
    return 0


def _write(learned: Learned) -> list[str]:
    changed = []
    for path, text in learned.written().items():
        try:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                changed.append(path.stem)
        except OSError as error:
            raise UsageError(f"{path}: can't be written: {error.strerror}") from error
    return changed


def _failed(error: PiwigoContractError, code: int) -> int:
    print(f"piwigo_contract.shapes: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
