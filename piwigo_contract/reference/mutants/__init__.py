"""The reference with one fault: proof that the suite catches it.

A mutant is a subclass of Gallery that overrides a hook or two, or a Proxy in front of it: a realistic mistake of
somebody who implements or operates API keys, in a few lines. Each module of this package holds those of one theme;
importing the package registers all of them in MUTANTS.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from piwigo_contract.reference.mutants.registry import MUTANTS, Mutant, mutant

__all__ = ["MUTANTS", "Mutant", "mutant"]

for _module in sorted(found.name for found in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")
