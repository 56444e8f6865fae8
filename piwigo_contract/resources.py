"""Where the contract's data and its executable chapters lie.

In a checkout `specs/` and `suite/` stand beside the package; the wheel carries both inside it.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from piwigo_contract.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent


def _find(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


SPECS = _find("specs")
SUITE = _find("suite")


def load_yaml(path: Path) -> object:
    """Read one YAML data file.

    Raises UsageError, in one line that names the file, when it can't be read or is no YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{path}: is no valid YAML: {reason}") from error
