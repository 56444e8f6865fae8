"""Which checks a quick run makes, of those of a clause that differ in their parameters alone (specs/quick-checks.json).

They were chosen by what they see: `python -m tests.quick_checks` runs every check on every mutant of the reference, and
keeps as few as turn red for each mutant that any check turns red for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from piwigo_contract.contract.resources import SPECS

FILE = SPECS / "quick-checks.json"


@cache
def quick_checks() -> Mapping[str, frozenset[str]]:
    """Of each function of the suite (`suite/test_x.py::test_y`) the ids of the parameters that a quick run takes."""
    found: Mapping[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return {function: frozenset(ids) for function, ids in found.items()}
