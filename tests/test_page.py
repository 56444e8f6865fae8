"""The compliance page: what it says, that it is inert and self-contained, and that it can be made again."""

import json
import re

import pytest

from piwigo_contract.report.__main__ import main
from piwigo_contract.report.page import render_page
from piwigo_contract.results.escaping import escape_ci_commands, escape_unprintable, on_one_line
from piwigo_contract.results.har.file import Archive
from tests.faults import cuts_long_values, hostile
from tests.pages import read_page, timeless
from tests.running import FEW_CHECKS
from tests.serving import closed_port, gallery

FEW = (*FEW_CHECKS, "--har", "run.har")


@pytest.fixture(scope="module")
def broken(_fork_server, tmp_path_factory):
    """A run that found two clauses broken, with its archive."""
    folder = tmp_path_factory.mktemp("page") / "run"
    with gallery(cuts_long_values) as front:
        return _fork_server.start(folder, *FEW, *front.options("webmaster")).finish()


@pytest.fixture(scope="module")
def page(broken):
    return read_page(broken.page)


def test_every_clause_is_there_once_and_can_be_linked_to(page, contract):
    clauses = [each.attributes["id"] for each in page.all() if "data-outcome" in each.attributes]
    assert sorted(clauses) == sorted(contract.clauses)
    ids = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    links = {each.attributes["href"][1:] for each in page.all("a") if each.attributes["href"].startswith("#")}
    assert links <= set(ids)


def test_the_verdict_comes_first(page, broken):
    (heading,) = page.all("h1")
    assert heading.text.startswith("The contract is broken: 2 of ")
    assert page.all("title")[0].text.startswith(heading.text)
    facts = {each.all("dt")[0].text: each.all("dd")[0].text for each in page.all("dl", cls="facts")[0].all("div")}
    assert facts["Reports itself as"] == "Piwigo 16.4.0"
    assert facts["Access"] == "webmaster"
    assert facts["Requests"] == str(broken.target()["requests"])
    sections = [each.attributes["aria-labelledby"] for each in page.all("section")]
    assert sections == ["fail-1", "not-assessed-1", "pass-1"]


def test_what_is_broken_comes_with_its_proof(page, broken, contract):
    (article,) = page.all("article", id="HDR-06")
    clause = contract["HDR-06"]
    for told in (clause.statement, clause.why, clause.source[0], broken.clause("HDR-06")["reason"][1:]):
        assert told in article.text
    assert [each.text.split()[0] for each in article.all("h5")] == ["Control", "Probe"]
    control, probe = ([side.text for side in each.all("div", cls="side")] for each in article.all(cls="exchange"))
    assert "X-PIWIGO-API: $PIWIGO_API_KEY" in control[0]
    assert "HTTP 200 OK" in probe[1]
    (varied,) = article.all("mark")
    assert varied.text == "X-PIWIGO-API: $PIWIGO_API_KEY:"
    assert next(check["curl"] for check in broken.clause("HDR-06")["checks"] if check["curl"]) in article.text


def test_what_would_bring_the_rest_within_reach(page):
    (section,) = page.all("section", aria_labelledby="not-assessed-1")
    reasons = [each.text for each in section.all("summary")]
    assert any(reason.startswith("Needs a key that can be made to expire: give --expire-command") for reason in reasons)
    assert reasons[-1].startswith("Not selected in this run")


def test_nothing_is_loaded_and_nothing_else_can_run(page):
    for element in page.all():
        assert element.tag not in ("link", "iframe", "object", "embed", "base", "img")
        assert not element.attributes.keys() & {"src", "style", "srcset", "srcdoc"}
        assert not [name for name in element.attributes if name.startswith("on")]
    (policy,) = page.all("meta", http_equiv="Content-Security-Policy")
    assert policy.attributes["content"].startswith("default-src 'none'; ")
    assert "unsafe" not in policy.attributes["content"]


def test_pytests_own_page_is_beside_it(broken, page):
    (link,) = [each for each in page.all("a") if each.attributes["href"] == "compliance-pytest.html"]
    assert link.text == "compliance-pytest.html"
    own = (broken.folder / "reports" / "compliance-pytest.html").read_text(encoding="utf-8")
    assert 'href="compliance.html"' in own
    assert "The contract is broken: 2 of " in own


def test_the_same_again_byte_for_byte(broken, tmp_path):
    again = tmp_path / "again.html"
    result, har = (str(broken.folder / name) for name in ("reports/compliance.json", "run.har"))
    assert main([result, "--har", har, "-o", str(again)]) == 0
    assert again.read_bytes() == (broken.folder / "reports" / "compliance.html").read_bytes()


def test_without_the_archive_there_is_no_proof(broken, tmp_path):
    again = tmp_path / "again.html"
    assert main([str(broken.folder / "reports" / "compliance.json"), "-o", str(again)]) == 0
    page = read_page(again.read_text(encoding="utf-8"))
    assert not page.all(cls="exchange")
    assert len(page.all(cls="curl")) >= 2


def test_workers_and_a_run_without_archive_say_the_same(run, broken):
    """Times and the galleries' ports apart; and workers, who clean up each by itself, ask more."""
    with gallery(cuts_long_values) as front:
        serial = run(*FEW_CHECKS, *front.options("webmaster"), name="serial")
        parallel = run(*FEW_CHECKS, *front.options("webmaster"), "-n", "2", name="parallel")
    assert serial.target()["requests"] == broken.target()["requests"]
    told = [re.sub(r"(?<=127\.0\.0\.1:)\d+", "", timeless(done.page)) for done in (broken, serial, parallel)]
    assert told[0] == told[1]
    asked = [f"<dt>Requests</dt><dd>{done.target()['requests']}</dd>" for done in (broken, parallel)]
    assert told[2].count(asked[1]) == 1
    assert told[0] == told[2].replace(asked[1], asked[0])


# ------------------------------------------------------------------ hostile targets


def test_hostile_content_is_inert(run):
    with gallery(hostile) as front:
        done = run(*FEW, *front.options("webmaster"))
    assert done.code == 1
    page = read_page(done.page)
    (article,) = page.all("article", id="HDR-06")
    assert "<script>alert(1)</script>" in article.text
    assert r"\x00\x1b[31m" in article.text
    assert not article.all("script")
    assert not page.all("img") + page.all("b") + page.all("i")
    assert len(page.all("script")) == 1
    for told in (done.page, done.out, (done.folder / "reports" / "compliance.json").read_text(encoding="utf-8")):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\ud800]", told)


INERT = {
    "plain": ("as it is\n\tit stays, é 漢 😀", "as it is\n\tit stays, é 漢 😀"),
    "ANSI": ("\x1b[2J", r"\x1b[2J"),
    "NUL": ("a\x00b", r"a\x00b"),
    "C1": ("\x9b31m", r"\x9b31m"),
    "bidi": ("\u202eabc\u2066", r"\u202eabc\u2066"),
    "invisible": ("a\u200b\ufeffb", r"a\u200b\ufeffb"),
    "surrogate": ("\ud800", r"\ud800"),
    "beyond": ("\U000e0041", r"\U000e0041"),
    "CRLF": ("a\r\nb\rc", "a\nb\\x0dc"),
}


@pytest.mark.parametrize(("text", "shown"), INERT.values(), ids=INERT)
def test_inert(text, shown):
    assert escape_unprintable(text) == shown
    assert escape_unprintable(shown) == shown


def test_on_one_line():
    assert on_one_line(" a\r\n b\x00 ") == r"a b\x00"
    assert escape_ci_commands("a\n::warning::b") == "a\n:\\:warning::b"
    assert escape_ci_commands("  ::set-output name=x::y ##[error]") == r"  :\:set-output name=x::y #\#[error]"


# ------------------------------------------------------------------ no verdict, several targets, size


def test_no_verdict(run):
    with closed_port() as nowhere:
        done = run("--target", nowhere)
    page = read_page(done.page)
    assert page.all("h1")[0].text.startswith(f"No verdict: {nowhere} can't be reached")
    assert (done.folder / "reports" / "compliance-pytest.html").exists()


def test_several_targets_are_shown_side_by_side(run):
    with gallery(cuts_long_values, "16.1") as first, gallery(release="16.0") as second:
        done = run(*FEW, *first.options("webmaster"), "--target", second.url)
    page = read_page(done.page)
    assert page.all("h1")[0].text == "Of 2 galleries: 1 broken, 1 not fully verified."
    first_rows = page.all("tbody")[0].all("tr")
    assert first_rows[0].text.startswith("Differs")
    cells = {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in first_rows[1:]}
    assert cells["HDR-06"] == ["broken", "passed"]
    assert {"HDR-06", "HDR-06-2"} <= {each.attributes.get("id") for each in page.all()}


def many(document, har, checks, bodies):
    """The result with every clause broken by so many checks, each with evidence so long."""
    (target,) = document["targets"]
    entries = [entry for entry in har["log"]["entries"] if '"shown"' in entry["comment"]][:2]
    made = []
    for clause in target["clauses"]:
        clause.update(outcome="fail", level="MUST", reason="expected this; found that " * 20)
        clause.update(reason_kind=None, blocked_by=[])
        clause["checks"] = [
            {"nodeid": f"suite/test_x.py::test_{clause['id']}[{number}]", "outcome": "fail", "curl": "curl x" * 50,
             "message": "expected this; found that " * 20}
            for number in range(checks)
        ]  # fmt: skip
        for check in clause["checks"]:
            for entry in entries:
                entry["response"]["content"]["text"] = "x" * bodies
                about = {**json.loads(entry["comment"]), "check": check["nodeid"], "clause": clause["id"]}
                made.append({**entry, "comment": json.dumps(about)})
    target["verdict"] = "fail"
    har["log"]["entries"] = made


@pytest.mark.parametrize(("checks", "bodies"), [(6, 3000), (60, 50)])
def test_page_of_a_target_with_everything_broken_is_below_two_megabytes(broken, tmp_path, checks, bodies):
    document, har = json.loads(json.dumps(broken.document)), json.loads((broken.folder / "run.har").read_text())
    many(document, har, checks, bodies)
    (tmp_path / "c.json").write_text(json.dumps(document))
    (tmp_path / "run.har").write_text(json.dumps(har))
    assert main([str(tmp_path / "c.json"), "--har", str(tmp_path / "run.har"), "-o", str(tmp_path / "page.html")]) == 0
    content = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert len(content.encode()) < 2_000_000
    page = read_page(content)
    assert len(page.all("article")) == len(document["targets"][0]["clauses"])
    assert page.all("article")[0].all(cls="exchange")


MISTAKES = {
    "no such file": (["none.json"], "none.json: can't be read"),
    "no result": (["odd.json"], "odd.json: is no compliance.json"),
    "no JSON": (["page.html"], "page.html: is no JSON"),
    "no archive": (["good.json", "--har", "odd.json"], "odd.json: "),
    "nothing": ([], "compliance.json"),
    "page that cannot be written": (["good.json", "-o", "."], "can't be written"),
}


@pytest.mark.parametrize(("arguments", "words"), MISTAKES.values(), ids=MISTAKES)
def test_mistake(broken, tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.json").write_text('{"schema": 2}')
    (tmp_path / "page.html").write_text("<html>")
    (tmp_path / "good.json").write_text(json.dumps(broken.document))
    assert main(arguments) == 4
    told = capsys.readouterr().err
    assert told.startswith("ERROR: ")
    assert words in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ("https://docs.example/contract.html", "https://docs.example/contract.html#HDR-06"),
        ("../site/contract.html", "../site/contract.html#HDR-06"),
        ("javascript:alert(1)//", None),
    ],
)
def test_link_to_the_clause_in_the_documentation(broken, contract, given, link):
    """The run's own was told of none; an archive that tells of what is no page leads nowhere."""
    told = Archive(about={"contract_page": given})
    article = read_page(render_page(broken.document, told, contract)).all("article", id="HDR-06")[0]
    links = [each.attributes["href"] for each in article.all("a") if "in the contract" in each.text]
    assert links == ([link] if link else [])
    assert "in the contract" not in broken.page


def test_contract_page_is_kept_in_the_archive(run):
    with gallery(cuts_long_values) as front:
        done = run(*front.options("webmaster"), "-k", "HDR-06", "--har", "run.har", "--contract-page", "c.html")
    assert 'href="c.html#HDR-06"' in done.page
    again = done.folder / "again.html"
    assert (
        main(
            [str(done.folder / "reports" / "compliance.json"), "--har", str(done.folder / "run.har"), "-o", str(again)]
        )
        == 0
    )
    assert again.read_text(encoding="utf-8") == done.page
