"""Several results side by side."""

import json
import re
from pathlib import Path

import pytest

from piwigo_contract.matrix import main
from tests.faults import cuts_long_values
from tests.pages import read_page
from tests.running import FEW_CHECKS
from tests.serving import gallery


@pytest.fixture(scope="module")
def results(_fork_server, tmp_path_factory):
    """The results of a 16.0 in order, and of a 16.1 with two clauses broken."""
    folder = tmp_path_factory.mktemp("matrix")
    paths = []
    for release, fault in (("16.0", None), ("16.1", cuts_long_values)):
        with gallery(*[fault] if fault else [], release=release) as front:
            done = _fork_server.start(
                folder / release, *FEW_CHECKS, *front.options("webmaster"), "-p", "no:html"
            ).finish()
        paths.append(str(done.folder / "reports" / "compliance.json"))
    return paths


def test_what_differs_comes_first(results, tmp_path, contract):
    assert main([*results, "-o", str(tmp_path / "m" / "matrix.html")]) == 0
    page = read_page((tmp_path / "m" / "matrix.html").read_text(encoding="utf-8"))
    assert page.all("h1")[0].text == "2 galleries side by side"
    titles = [each.text for each in page.all("thead")[0].all("th")]
    assert [re.sub(r":\d+", "", title) for title in titles] == [
        "Clause",
        "Promise",
        "http://127.0.0.1/ Piwigo 16.0.0, contract of 16.0",
        "http://127.0.0.1/ Piwigo 16.1.0, contract of 16.1",
    ]
    bodies = {body.all("th")[0].text.split(" (")[0]: body.all("tr")[1:] for body in page.all("tbody")}
    assert list(bodies) == ["Differs", "Not assessed anywhere", "The same everywhere"]
    differs = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in bodies["Differs"]}
    assert differs["HDR-06"] == differs["REJ-08"] == ["passed", "broken"]
    rows = [row for part in bodies.values() for row in part]
    assert len(rows) == len(contract.clauses)
    assert all(len(row.all("td")) == 2 for row in rows)


def test_result_that_lacks_clauses(results, tmp_path):
    """An older suite had fewer."""
    document = json.loads(Path(results[0]).read_text(encoding="utf-8"))
    document["targets"][0]["clauses"] = document["targets"][0]["clauses"][:3]
    (tmp_path / "old.json").write_text(json.dumps(document))
    assert main([str(tmp_path / "old.json"), results[0], "-o", str(tmp_path / "m.html")]) == 0
    page = read_page((tmp_path / "m.html").read_text(encoding="utf-8"))
    assert "not in this result" in page.all("tbody")[0].text


def test_to_standard_output(results, capsysbinary):
    assert main(results) == 0
    assert capsysbinary.readouterr().out.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(("arguments", "words"), [([], "compliance.json"), (["none.json"], "can't be read")])
def test_mistake(arguments, words, capsys):
    assert main(arguments) == 4
    assert words in capsys.readouterr().err
