"""The form of compliance.json, which other people's tools read: docs/compliance-json.md."""

import datetime
import json
import re

import jsonschema_rs
import pytest

from piwigo_contract.contract.resources import SPECS
from tests.running import QUICK, ROOT
from tests.serving import closed_port, gallery
from tests.test_broken_targets import cuts_long_values

SCHEMA = SPECS / "compliance.schema.json"


@pytest.fixture
def conforms():
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()), validate_formats=True)

    def conforms(document):
        assert [error.message for error in validator.iter_errors(document)] == []

    return conforms


def test_run_on_two_targets(run, contract, conforms):
    """One is broken, the other can't be reached: nearly every kind of value is in the result."""
    with gallery(cuts_long_values) as front, closed_port() as nowhere:
        done = run(*QUICK, *front.options("webmaster"), "--target", nowhere, "-p", "no:html")
    conforms(done.document)
    assert [[clause["id"] for clause in target["clauses"]] for target in done.document["targets"]] == [
        list(contract.clauses),
        list(contract.clauses),
    ]
    assert done.target()["requests"] == len(front.seen)
    assert datetime.datetime.fromisoformat(done.document["started"]).utcoffset() == datetime.timedelta(0)


def test_seed_that_was_given(run, conforms):
    done = run(*QUICK, "-k", "no_colon", "--hypothesis-seed", "7", "-p", "no:html")
    conforms(done.document)
    assert done.document["suite"]["seed"] == "7"


def test_nodeids_are_the_same_wherever_the_suite_lies(run):
    done = run(*QUICK, "-k", "no_colon", "-p", "no:html")
    assert [check["nodeid"] for check in done.clause("HDR-04")["checks"]] == ["suite/test_header.py::test_no_colon"]


def test_every_field_is_in_the_documentation():
    schema = json.loads(SCHEMA.read_text())
    objects = [schema, *schema["$defs"].values()]
    fields = {name for each in objects for name in each.get("properties", {})}
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "compliance-json.md").read_text(), re.MULTILINE))
    assert documented == fields
