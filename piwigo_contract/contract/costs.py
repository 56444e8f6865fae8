"""What the checks of each clause do to a target: measured once on the reference (specs/costs.json), told before a run.

`python -m tests.costs` measures it anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from piwigo_contract.contract.resources import SPECS
from piwigo_contract.effort import QUICK, STANDARD

REQUESTS, KEYED, WRITES, WAITS = "requests", "keyed", "writes", "waits"
"""Names in the file: requests, those that name a key that exists, those whose method writes, and seconds that are
waited whatever the target's speed. All other names are kinds of things that are made, as a ledger has them.
"""

DELETED_AT_ONCE = 10
"""Things of a kind that a run deletes in one call, at most: a gallery may be slow with each."""

CLEAN_UP = {**dict.fromkeys(("user", "group", "tag", "album", "photo"), DELETED_AT_ONCE), "session": 1}
"""Kinds of things that are taken away at the end, and how many in a request."""

LOOKS = 2
"""Requests that ask what is there of a kind, before it is deleted and after."""

OWN_KEYS = "own keys"
"""Under this name in the file, the keys that a run with an account alone makes in its list."""

ONCE = "once"
"""Under this name, what many checks share: made when the first of them needs it."""


@cache
def _costs(effort: str) -> Mapping[str, Mapping[str, float]]:
    found: Mapping[str, Mapping[str, Mapping[str, float]]]
    found = json.loads((SPECS / "costs.json").read_text(encoding="utf-8"))
    return found[effort]


def cost_of(clauses: Iterable[str], effort: str = STANDARD) -> Counter[str]:
    """What checking these clauses takes, at most, but for what a gallery has more of than the reference.

    A deep run takes as much as there is time for: more than a standard one. A clause that was not measured yet counts
    as much as the costliest one of its chapter's letters.
    """
    costs, found = _costs(QUICK if effort == QUICK else STANDARD), Counter[str]()
    for clause in clauses:
        family = clause.partition("-")[0] + "-"
        rows = [costs[clause]] if clause in costs else [row for name, row in costs.items() if name.startswith(family)]
        for row in rows[:1] if clause in costs else [max(rows, key=lambda row: row.get(REQUESTS, 0), default={})]:
            found.update({name: int(number) for name, number in row.items()})
    if found:
        found.update({name: int(number) for name, number in costs.get(ONCE, {}).items()})
    for kind, at_once in CLEAN_UP.items():
        calls = -(-found[kind] // at_once)
        found.update({REQUESTS: calls + (LOOKS if calls and at_once > 1 else 0), WRITES: calls})
    return found
