"""Results of many galleries: read and written one after another, and shown on one page."""

import json
from pathlib import Path

import pytest

from piwigo_contract.errors import UsageError
from piwigo_contract.matrix import main as matrix
from piwigo_contract.report.overview import NAMED, Overview
from piwigo_contract.report.page import render_overview
from piwigo_contract.results.document import as_text
from piwigo_contract.results.document_file import read_document
from piwigo_contract.results.stream import stored, streamed, target_text, write_stream
from tests.pages import read_page

SAMPLE = Path(__file__).resolve().parent.parent / "reports" / "sample.json"
MANY = 300


@pytest.fixture(scope="module")
def sample():
    return read_document(SAMPLE)


def gallery(sample, number, **instead):
    """The gallery of the sample as another one. instead: another verdict, and another outcome of HDR-06."""
    (target,) = sample["targets"]
    clauses = [
        {**row, "outcome": instead.get("outcome", row["outcome"])} if row["id"] == "HDR-06" else row
        for row in target["clauses"]
    ]
    verdict = instead.get("verdict", target["verdict"])
    return {**target, "url": f"https://g{number}.example.org/", "verdict": verdict, "clauses": clauses}


BROKEN, IN_ORDER = {"verdict": "fail", "outcome": "fail"}, {"verdict": "pass", "outcome": "pass"}


def test_a_stream_is_the_document(sample, tmp_path):
    document = {**sample, "targets": [gallery(sample, number) for number in range(3)]}
    path = tmp_path / "all.json"
    write_stream({**document, "targets": []}, map(target_text, document["targets"]), path)
    assert path.read_text(encoding="utf-8") == as_text(document)
    found = stored(path)
    assert (found.head, list(found.targets())) == ({**document, "targets": []}, document["targets"])
    assert "".join(streamed(found.head, found.texts())) == as_text(document)


def test_another_layout_is_read_as_a_whole(sample, tmp_path):
    document = {**sample, "targets": [gallery(sample, number) for number in range(2)]}
    (tmp_path / "compact.json").write_text(json.dumps(document))
    found = stored(tmp_path / "compact.json")
    assert "".join(streamed(found.head, found.texts())) == as_text(document)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (lambda text: text.replace('"verdict": "fail"', '"verdict": "good"'), "is not what it should be"),
        (lambda text: text[: len(text) // 4], "is no JSON file"),
        (lambda text: text.replace('"schema": 2', '"schema": 9'), "of schema"),
    ],
    ids=["a verdict that is none", "cut", "another schema"],
)
def test_what_is_no_result(sample, tmp_path, changes, told):
    text = as_text({**sample, "targets": [gallery(sample, 1)]})
    (tmp_path / "bad.json").write_text(changes(text), encoding="utf-8")
    with pytest.raises(UsageError, match=told) as raised:
        stored(tmp_path / "bad.json")
    assert "\n" not in str(raised.value)


@pytest.fixture(scope="module")
def page(sample):
    overview = Overview(lambda target: None)
    for number in range(MANY):
        overview.add(gallery(sample, number, **(IN_ORDER if number % 30 else BROKEN)))
    return render_overview(overview)


def test_page_of_many_stays_small(page):
    assert len(page) < 3000 * MANY


def test_page_has_what_differs_first(page):
    section = read_page(page).all("section")[2]
    (row,) = section.all("tbody")[0].all("tr")
    assert row.all("th")[0].text == "HDR-06"
    assert [button.text for button in row.all("button")] == [f"{MANY - MANY // 30} passed", f"{MANY // 30} broken"]
    assert row.all("td")[1].text.endswith(f"and {MANY // 30 - NAMED} more")


def test_page_has_the_worst_first(page):
    rows = read_page(page).all("tbody")[0].all("tr")
    assert [row.all("td")[2].text for row in rows] == ["broken"] * (MANY // 30) + ["in order"] * (MANY - MANY // 30)
    number = int(read_page(page).all("section")[2].all("tbody")[0].all("tr")[0].attributes["data-number"])
    cells = json.loads(read_page(page).all("script")[0].text)["cells"]
    assert [row[number] for row in cells] == ["f"] * (MANY // 30) + ["p"] * (MANY - MANY // 30)


def test_result_that_lacks_a_clause(sample):
    overview = Overview(lambda target: None)
    old = gallery(sample, 1)
    overview.add({**old, "clauses": old["clauses"][:3]})
    overview.add(gallery(sample, 2))
    first, second = overview.cells()
    assert first == second[:3].ljust(len(second), "-")
    assert "not in this result" in render_overview(overview)


def test_matrix_of_many_is_the_overview(sample, tmp_path):
    few = {**sample, "targets": [gallery(sample, number) for number in range(31)]}
    (tmp_path / "many.json").write_text(as_text(few), encoding="utf-8")
    assert matrix([str(tmp_path / "many.json"), "-o", str(tmp_path / "m.html")]) == 0
    made = read_page((tmp_path / "m.html").read_text(encoding="utf-8"))
    assert made.all("h1")[0].text == "Of 31 galleries: 31 broken."
    assert len(made.all("tbody")[0].all("tr")) == 31
