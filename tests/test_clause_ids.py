"""An id, once given, stays what it is: reports, waivers and links name it.

Clauses may be added to data/clause-ids.json, and a SHOULD there may become a MUST, which `raised` says of it:
`python -m tests.test_clause_ids` does both. A row is never taken away or moved to another chapter, and a level never
lowered: who was refused by a gate for it would then be told that it did no harm.
"""

import json
from pathlib import Path

from piwigo_contract.contract.clauses import load_contract

SNAPSHOT = Path(__file__).parent / "data" / "clause-ids.json"


def rows(contract):
    return {clause.id: {"chapter": clause.chapter, "level": clause.level} for clause in contract.clauses.values()}


def told_now(row):
    """What a recorded row says of the clause as it is; that it was raised once is no more to be seen of it."""
    return {name: value for name, value in row.items() if name != "raised"}


def raised(row, now):
    """A recorded row of a clause whose level is higher now; else the row as it is."""
    higher = (row["level"], now["level"]) == ("SHOULD", "MUST")
    return {**row, "level": "MUST", "raised": True} if higher else row


def test_ids_are_never_dropped_reused_moved_or_lowered(contract):
    recorded = json.loads(SNAPSHOT.read_text())
    now = rows(contract)
    became = sorted(each for each, row in recorded.items() if each in now and raised(row, now[each]) != row)
    assert not became, f"`python -m tests.test_clause_ids` records that {became} became a MUST"
    assert {each: now.get(each) for each in recorded} == {each: told_now(row) for each, row in recorded.items()}


def test_every_clause_is_recorded(contract):
    unrecorded = contract.clauses.keys() - json.loads(SNAPSHOT.read_text()).keys()
    assert not unrecorded, f"`python -m tests.test_clause_ids` records {sorted(unrecorded)} in {SNAPSHOT.name}"


def test_only_a_must_was_ever_raised():
    recorded = json.loads(SNAPSHOT.read_text())
    assert {row["level"] for row in recorded.values() if "raised" in row} == {"MUST"}
    row = {"chapter": "life", "level": "MUST", "raised": True}
    assert raised(row, {"chapter": "life", "level": "SHOULD"}) == row


def record():
    """Add the clauses that are not recorded yet, in the contract's order, and say which became a MUST; all that is
    recorded stays otherwise as it is.
    """
    recorded = json.loads(SNAPSHOT.read_text())
    now = rows(load_contract())
    recorded = {each: raised(row, now[each]) if each in now else row for each, row in recorded.items()}
    lines = [f" {json.dumps(each)}: {json.dumps(row)}" for each, row in {**now, **recorded}.items()]
    SNAPSHOT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    record()
