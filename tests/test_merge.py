"""The results of shards as one, and the page of it."""

import json

import pytest

from piwigo_contract.merge import main
from piwigo_contract.report.__main__ import main as report
from piwigo_contract.results.har.entry import about_entry
from piwigo_contract.results.har.file import read_har
from tests.faults import cuts_long_values
from tests.pages import read_page
from tests.running import QUICK
from tests.serving import gallery


@pytest.fixture(scope="module")
def shards(_fork_server, tmp_path_factory):
    """Two runs on a gallery each, the second one's broken: their results and archives."""
    folder = tmp_path_factory.mktemp("shards")
    made = []
    for release, fault in (("16.0", None), ("16.4", cuts_long_values)):
        with gallery(*[fault] if fault else [], release=release) as front:
            options = (*QUICK, *front.options("webmaster"), "-p", "no:html", "--har", "run.har")
            done = _fork_server.start(folder / release, *options).finish()
        made.append((done.folder / "reports" / "compliance.json", done.folder / "run.har"))
    return made


def merge(shards, folder, *more):
    results = [str(result) for result, _ in shards]
    assert main([*results, "-o", str(folder / "all.json"), *more]) == 0
    return json.loads((folder / "all.json").read_text(encoding="utf-8"))


def test_targets_are_those_of_all(shards, tmp_path):
    documents = [json.loads(result.read_text(encoding="utf-8")) for result, _ in shards]
    whole = merge(shards, tmp_path)
    assert whole["targets"] == [target for document in documents for target in document["targets"]]
    assert whole["started"] == min(document["started"] for document in documents)
    assert whole["seconds"] >= max(document["seconds"] for document in documents)
    assert whole["suite"] == documents[0]["suite"]


def test_page_of_all_has_the_evidence_of_each(shards, tmp_path):
    archives = [part for _, har in shards for part in ("--har", str(har))]
    merge(shards, tmp_path, *archives, "--har-output", str(tmp_path / "all.har"))
    page = tmp_path / "page.html"
    assert report([str(tmp_path / "all.json"), "--har", str(tmp_path / "all.har"), "-o", str(page)]) == 0
    assert read_page(page.read_text(encoding="utf-8")).all("h1")
    assert "curl -sS" in page.read_text(encoding="utf-8")
    shown = [about_entry(entry) for entry in read_har(tmp_path / "all.har").entries]
    assert {each["target"] for each in shown if each.get("shown")} == {2}
    assert {each["target"] for each in shown} == {1, 2}


def test_one_result_stays_as_it_is(shards, tmp_path):
    assert merge(shards[1:], tmp_path) == json.loads(shards[1][0].read_text(encoding="utf-8"))


def test_results_that_do_not_go_together(shards, tmp_path, capsys):
    other = json.loads(shards[0][0].read_text(encoding="utf-8"))
    other["suite"]["effort"] = "quick"
    (tmp_path / "other.json").write_text(json.dumps(other))
    assert main([str(shards[1][0]), str(tmp_path / "other.json")]) == 4
    assert "effort is standard and quick" in capsys.readouterr().err


@pytest.mark.parametrize("given", [["--har", "a.har", "--har-output", "b.har"], ["--har-output", "b.har"]])
def test_archives_go_with_all_results_or_none(shards, given, capsys):
    assert main([*(str(result) for result, _ in shards), *given]) == 4
    assert "--har" in capsys.readouterr().err
