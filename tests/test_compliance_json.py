"""The form of compliance.json, which other people's tools read: docs/compliance-json.md."""

import base64
import datetime
import json
import re
from collections import Counter

import jsonschema_rs
import pytest
from werkzeug.wrappers import Response

from piwigo_contract.contract.resources import SPECS
from piwigo_contract.errors import UsageError
from piwigo_contract.matrix import main as matrix
from piwigo_contract.reference.call import RAW_HEADERS
from piwigo_contract.report.__main__ import main as report
from piwigo_contract.report.words import verdict_sentence
from piwigo_contract.results.document_file import read_document, upgraded
from piwigo_contract.results.har.entry import about_entry
from tests.faults import cuts_long_values
from tests.running import FEW_CHECKS, QUICK, ROOT
from tests.serving import closed_port, gallery

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
        done = run(*FEW_CHECKS, *front.options("webmaster"), "--target", nowhere, "-p", "no:html")
    conforms(done.document)
    assert [[clause["id"] for clause in target["clauses"]] for target in done.document["targets"]] == [
        list(contract.clauses),
        list(contract.clauses),
    ]
    assert done.target()["requests"] == len(front.seen)
    assert datetime.datetime.fromisoformat(done.document["started"]).utcoffset() == datetime.timedelta(0)


@pytest.mark.parametrize("wrong", [{"schema": "1"}, {"more": 1}, {"started": "yesterday"}, {"targets": [{}]}],
                         ids=["no number", "another field", "no time", "fields missing"])  # fmt: skip
def test_what_does_not_conform(conforms, wrong):
    document = json.loads((ROOT / "reports" / "sample.json").read_text(encoding="utf-8"))
    conforms(document)
    with pytest.raises(AssertionError):
        conforms({**document, **wrong})


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


# ------------------------------------------------------------------ what checks took


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_what_a_clause_costs(run, conforms, workers):
    """Requests are those of its checks alone; those that name a key are counted as the gallery counts them."""
    named = []

    def counts(request, pass_on):
        keys = front.gallery.gallery.store.keys
        told = [*request.headers.values(), *request.form.values(), *request.args.values()]
        told += [base64.b64decode(text[6:]).decode("utf-8", "replace") for text in told if text.startswith("Basic ")]
        named.append(any(pkid in text for pkid in keys for text in told))
        return pass_on()

    with gallery(counts) as front:
        chosen = ("-k", "HDR and not HDR-09 or REJ or WHO-04 or DER-01", "--effort", "quick", "--har", "run.har")
        done = run(*front.options("webmaster"), *chosen, *workers, "-p", "no:html")
    conforms(done.document)
    entries = json.loads((done.folder / "run.har").read_text())["log"]["entries"]
    sent = Counter(about.get("clause") for about in map(about_entry, entries))
    rows = done.target()["clauses"]
    assert {row["id"]: row["requests"] for row in rows if row["requests"]} == {
        clause: number for clause, number in sent.items() if clause
    }
    assert sum(row["keyed_requests"] for row in rows) == sum(named) > 0
    assert all(row["keyed_requests"] <= row["requests"] for row in rows)
    assert all(row["seconds"] > 0 for row in rows if row["outcome"] == "pass")
    assert not any(row["requests"] + row["seconds"] for row in rows if not row["checks"])
    assert sum(row["seconds"] for row in rows) < done.document["seconds"] * max(1, len(workers))


# ------------------------------------------------------------------ what was noticed of a target


def lacks_methods(request, pass_on):
    """Its list of methods leaves two of them out."""
    answer = pass_on()
    if request.values.get("method") == "reflection.getMethodList":
        told = json.loads(answer.data)
        told["result"]["methods"] = [name for name in told["result"]["methods"] if name not in LACKING]
        answer.data = json.dumps(told)
    return answer


LACKING = ["pwg.images.rate", "pwg.tags.merge"]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_methods_that_a_target_lacks(run, conforms, workers):
    with gallery(lacks_methods) as front:
        done = run(*front.options("webmaster"), "-k", "METH-04 or HDR-01", *workers, "-p", "no:html")
    conforms(done.document)
    assert done.target()["not_implemented"] == LACKING


def test_methods_that_nobody_asked_for(run):
    with gallery(lacks_methods) as front:
        done = run(*front.options("webmaster"), "-k", "HDR-01", "-p", "no:html")
    assert done.target()["not_implemented"] == []


def takes_no_chunks(request, pass_on):
    chunked = ("Transfer-Encoding", "chunked") in request.environ[RAW_HEADERS]
    return Response("no", 411) if chunked else pass_on()


NOTICED = [
    "refused by the server in front of the API (Werkzeug) with HTTP 400",
    "the server in front refuses chunked requests (HTTP 411)",
    "the target reports version 16.4.0, but is held to the contract of 16.3 as asked",
]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_what_is_in_front_of_a_target(run, conforms, workers):
    with gallery(takes_no_chunks) as front:
        options = ("--release", "16.3", "-k", "WIRE-01 or WIRE-13", *workers, "-p", "no:html")
        done = run(*front.options("webmaster"), *options)
    conforms(done.document)
    assert done.target()["environment"] == NOTICED
    kinds = {row["id"]: (row["outcome"], row["reason_kind"]) for row in done.target()["clauses"]}
    assert ("not-assessed", "environment") in kinds.values()
    assert kinds["WIRE-01"] == ("pass", None)


def keeps_tags(request, pass_on):
    if request.form.get("method") == "pwg.tags.delete":
        return Response(b'{"stat":"fail","err":500,"message":"no"}', content_type="application/json")
    return pass_on()


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["in series", "a worker"])
def test_what_could_not_be_taken_away(run, conforms, workers):
    with gallery(keeps_tags) as front:
        done = run(*front.options("webmaster"), "-k", "WRITE-04", *workers, "-p", "no:html", "--hypothesis-seed", "1")
    conforms(done.document)
    left = done.target()["left_behind"]
    assert left
    assert all(
        re.fullmatch(r"tag 'pc-[0-9a-f]{8} tag \d+': pwg\.tags\.delete: HTTP 200, err 500 'no'", line) for line in left
    ), left
    assert f"note: left behind on {front.url}: {left[0]}" in done.out


# ------------------------------------------------------------------ schema 1

OLD = ROOT / "tests" / "data" / "compliance-1.json"


@pytest.fixture
def old():
    return json.loads(OLD.read_text(encoding="utf-8"))


def test_a_file_of_schema_1_is_read_as_one_of_today(old, conforms):
    document = read_document(OLD)
    conforms(document)
    (target,), (before,) = document["targets"], old["targets"]
    assert [{name: row[name] for name in before["clauses"][0]} for row in target["clauses"]] == before["clauses"]
    told = {row["id"]: (row["reason_kind"], row["blocked_by"], row["stock"]) for row in target["clauses"]}
    assert told == {
        "HDR-01": (None, [], False),
        "HDR-13": (None, [], True),
        "HDR-14": ("not-promised", [], False),
        "REJ-09": (None, [], False),
        "WIRE-20": ("out-of-reach", [], False),
        "END-01": ("blocked", ["REJ-09"], False),
        "DER-17": (None, [], True),
    }
    assert {row[name] for row in target["clauses"] for name in ("requests", "keyed_requests", "seconds")} == {None}
    assert target["not_implemented"] == target["environment"] == target["left_behind"] == []


KINDS = {
    "needs a webmaster: give --webmaster": "out-of-reach",
    "blocked by HDR-01, which is broken": "blocked",
    "not selected in this run": "not-selected",
    "the run was interrupted": "interrupted",
    "none of its checks could be made": "settings",
    "not today": "skipped",
}


@pytest.mark.parametrize(("reason", "kind"), KINDS.items(), ids=KINDS.values())
def test_kind_of_a_reason_of_schema_1(old, conforms, reason, kind):
    row = old["targets"][0]["clauses"][0]
    row.update(outcome="not-assessed", reason=reason)
    document = upgraded(old)
    conforms(document)
    assert document["targets"][0]["clauses"][0]["reason_kind"] == kind


def test_suite_that_failed_in_schema_1(old):
    old["targets"][0]["clauses"][0].update(outcome="error", reason="in call: KeyError")
    assert upgraded(old)["targets"][0]["clauses"][0]["reason_kind"] == "suite"


def test_target_that_could_not_be_judged_in_schema_1(old):
    (target,) = old["targets"]
    target["verdict"] = "no-verdict"
    for row in target["clauses"]:
        row.update(outcome="not-assessed", reason="it can't be reached", checks=[])
    document = upgraded(old)
    assert {row["reason_kind"] for row in document["targets"][0]["clauses"]} == {"no-verdict"}
    assert verdict_sentence(document["targets"][0]) == "No verdict: it can't be reached."


def test_a_file_of_schema_1_is_taken_wherever_one_is(run, tmp_path):
    assert report([str(OLD), "-o", str(tmp_path / "page.html"), "--baseline", str(OLD)]) == 0
    assert report([str(OLD), "--format", "markdown", "-o", str(tmp_path / "summary.md")]) == 0
    assert matrix([str(OLD), str(OLD), "-o", str(tmp_path / "matrix.html")]) == 0
    with gallery() as front:
        done = run(*front.options("webmaster"), "-k", "HDR-01", "--baseline", OLD, "-p", "no:html")
    assert done.code == 0
    assert "since the baseline nothing got worse or better" in done.out


@pytest.mark.parametrize("schema", [0, 3, "1", [], None])
def test_another_schema(tmp_path, old, schema):
    path = tmp_path / "c.json"
    path.write_text(json.dumps({**old, "schema": schema}))
    with pytest.raises(UsageError, match=r"c\.json: is no compliance\.json of schema 1 or 2$"):
        read_document(path)
