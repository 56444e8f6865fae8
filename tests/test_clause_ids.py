"""An id, once given, stays what it is: reports, waivers and links name it.

Clauses may be added to data/clause-ids.json (`python -m tests.test_clause_ids` adds them); a row there is never
taken away, moved or given another level.
"""

import json
from pathlib import Path

from piwigo_contract.contract.clauses import load_contract

SNAPSHOT = Path(__file__).parent / "data" / "clause-ids.json"


def rows(contract):
    return {clause.id: {"chapter": clause.chapter, "level": clause.level} for clause in contract.clauses.values()}


def test_ids_are_never_dropped_reused_or_moved(contract):
    recorded = json.loads(SNAPSHOT.read_text())
    now = rows(contract)
    assert {clause_id: now.get(clause_id) for clause_id in recorded} == recorded


def test_every_clause_is_recorded(contract):
    unrecorded = contract.clauses.keys() - json.loads(SNAPSHOT.read_text()).keys()
    assert not unrecorded, f"`python -m tests.test_clause_ids` records {sorted(unrecorded)} in {SNAPSHOT.name}"


def record():
    """Add the clauses that are not recorded yet, in the contract's order; what is recorded stays as it is."""
    recorded = json.loads(SNAPSHOT.read_text())
    now = rows(load_contract())
    lines = [f" {json.dumps(each)}: {json.dumps(row)}" for each, row in {**now, **recorded}.items()]
    SNAPSHOT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    record()
