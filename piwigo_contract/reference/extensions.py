"""What other contracts add to the embedded reference: the methods of a plugin, and mutants of them.

`reference.py` of a contract's folder imports its words from here. It is imported when a reference is first wanted.
"""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from typing import TypeVar

from piwigo_contract.contract.sources import Source, sources
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import PwgError
from piwigo_contract.reference.mutants import mutant
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import Parameter, Signature

__all__ = ["Call", "Gallery", "Parameter", "PwgError", "Signature", "extension", "layers", "method", "mutant"]

G = TypeVar("G", bound=type[Gallery])
_EXTENSIONS: dict[str, list[type[Gallery]]] = {}
"""The classes that each module registered, by the module's name."""


def extension(added: G) -> G:
    """Register a subclass of Gallery that stands before it wherever its contract is in use."""
    _EXTENSIONS.setdefault(added.__module__, []).append(added)
    return added


def layers() -> list[type[Gallery]]:
    """The extensions of the contracts in use. The first call imports them, and so registers their mutants, too."""
    return [layer for source in sources() for layer in _EXTENSIONS.get(_imported(source) or "", ())]


@cache
def _imported(source: Source) -> str | None:
    """The name of the module that a contract's reference.py is imported as; None where there is none."""
    path = source.folder / "reference.py"
    if source.is_own or not path.is_file():
        return None
    name = f"{source.name.replace('-', '_').replace('.', '_')}_reference"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return name
