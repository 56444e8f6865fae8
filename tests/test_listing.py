"""`--list-clauses` and `--explain`: the contract, with no run and no request."""

import json
import re


def test_list_of_all_clauses(run, contract):
    done = run("--list-clauses", "--target", "http://never.invalid/")
    assert done.code == 0
    for clause in contract.clauses.values():
        assert re.search(rf"^ *{clause.id} +{clause.chapter} +{clause.level} ", done.out, re.MULTILINE)
    assert not done.files()


def test_list_as_json(run, contract):
    done = run("--list-clauses=json")
    rows = json.loads(done.out)
    assert [row["id"] for row in rows] == list(contract.clauses)
    thirteenth = next(row for row in rows if row["id"] == "HDR-13")
    assert thirteenth["known"] == {"16.0": "https://github.com/Piwigo/Piwigo/issues/2460"}


def test_explanation_of_one_clause(run, contract):
    done = run("--explain", "HDR-13")
    clause = contract["HDR-13"]
    assert done.code == 0
    for part in (clause.statement, clause.why, *clause.source, "Depends on: HDR-01", "Known deviation of 16.0"):
        assert part in done.out
