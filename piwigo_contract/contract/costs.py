"""What the checks of each clause do to a target: measured once on the reference (specs/costs.json), told before a run.

`python -m tests.costs` measures it anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from piwigo_contract.contract.resources import SPECS

REQUESTS, WRITES, WAITS = "requests", "writes", "waits"
"""Names in the file: requests, those of them whose method writes, and seconds that are waited whatever the target's
speed. All other names are kinds of things that are made, as a ledger has them.
"""

CLEAN_UP = {"user": 2, "group": 2, "tag": 2, "album": 1, "photo": 1, "session": 1}
"""Requests that it takes to take away one thing of each kind."""

ONCE = "once"
"""Under this name, what many checks share: made when the first of them needs it."""


@cache
def _costs() -> Mapping[str, Mapping[str, float]]:
    found: Mapping[str, Mapping[str, float]] = json.loads((SPECS / "costs.json").read_text(encoding="utf-8"))
    return found


def cost_of(clauses: Iterable[str]) -> Counter[str]:
    """What checking these clauses takes, at most, but for what a gallery has more of than the reference.

    A clause that was not measured yet counts as much as the costliest one of its chapter's letters.
    """
    costs, found = _costs(), Counter[str]()
    for clause in clauses:
        family = clause.partition("-")[0] + "-"
        rows = [costs[clause]] if clause in costs else [row for name, row in costs.items() if name.startswith(family)]
        for row in rows[:1] if clause in costs else [max(rows, key=lambda row: row.get(REQUESTS, 0), default={})]:
            found.update({name: int(number) for name, number in row.items()})
    if found:
        found.update({name: int(number) for name, number in costs.get(ONCE, {}).items()})
    found[REQUESTS] += sum(found[kind] * requests for kind, requests in CLEAN_UP.items())
    found[WRITES] += sum(found[kind] for kind in CLEAN_UP)
    return found
