"""A fleet: each gallery of `--targets-file` is judged by itself, and what was judged stands."""

import json
import re
import signal
import threading
from pathlib import Path

import pytest

from benchmarks.hosting import CLAUSES, hosted
from piwigo_contract.merge import main as merge
from piwigo_contract.provision.speed import quick_first
from piwigo_contract.report.__main__ import main as report
from piwigo_contract.report.words import verdict_sentence
from tests.pages import read_page
from tests.running import QUICK, TABLES
from tests.serving import closed_port, raw_server

CHOSEN = (*QUICK, "--effort", "quick", "-k", f"{CLAUSES[0]} or {CLAUSES[3]}", "--hypothesis-seed", "1")
"""Few requests."""

GALLERIES = 12
MUTANTS = ("proxy-drops-the-header", "every-key-is-the-webmaster")


def listed(folder, urls):
    """A targets file of these galleries."""
    path = folder / "fleet.csv"
    path.write_text("url,webmaster\n" + "".join(f"{url},OF_ALL\n" for url in urls))
    return str(path)


class Asked:
    """Counts what each gallery is asked; `when` may end one of them, or wait, at any request."""

    def __init__(self, when=lambda path, asked, environ: None):
        self.times, self._when = {}, when

    def around(self, path, gallery):
        def application(environ, start_response):
            self.times[path] = self.times.get(path, 0) + 1
            if (ends := self._when(path, self.times[path], environ)) is not None:
                start_response(ends, [])
                return [b""]
            return gallery(environ, start_response)

        return application


@pytest.fixture(scope="module")
def fleet(_fork_server, tmp_path_factory):
    """A run on a dozen galleries, of which two are mutants and one dies in the middle, and on one that is not there."""
    folder = tmp_path_factory.mktemp("fleet")

    def dies(path, asked, _):
        return "503 Service Unavailable" if path == "/gallery0005" and asked > 12 else None

    with closed_port() as nowhere, hosted(GALLERIES, MUTANTS, Asked(dies).around) as hoster:
        targets = listed(folder, [*hoster.urls, nowhere])
        arguments = (*CHOSEN, "-n", "2", "--targets-file", targets)
        done = _fork_server.start(folder / "run", *arguments, OF_ALL=hoster.webmaster, **TABLES).finish()
    return done, hoster, nowhere


def test_each_gallery_has_its_verdict(fleet):
    done, hoster, nowhere = fleet
    verdicts = {target["url"]: target["verdict"] for target in done.document["targets"]}
    assert list(verdicts) == [*hoster.urls, nowhere]
    assert len(hoster.mutants) == len(MUTANTS)
    dead = next(url for url in hoster.urls if url.endswith("gallery0005/"))
    assert {url for url in verdicts if verdicts[url] == "fail"} == set(hoster.mutants)
    assert {url for url in verdicts if verdicts[url] == "no-verdict"} == {nowhere, dead}
    assert done.code == 1
    assert f"Of {GALLERIES + 1} galleries: 2 broken, 2 without a verdict" in done.out
    assert all(url in done.out for url in hoster.mutants)
    assert hoster.webmaster.partition(":")[2] not in done.out


def test_releases_are_judged_apart(fleet):
    done, hoster, _ = fleet
    found = {target["release"] for target in done.document["targets"] if target["url"] in hoster.urls}
    assert found == {"16.0", "16.2", "16.4", "17.0"}


def test_overview_leads_to_the_page_of_each(fleet):
    done, hoster, _ = fleet
    page = read_page(done.page)
    rows = page.all("tbody")[0].all("tr")
    assert len(rows) == GALLERIES + 1
    assert [row.all("td")[2].text for row in rows[:3]] == ["broken", "broken", "without a verdict"]
    links = {row.all("th")[0].text: row.all("a")[0].attributes["href"] for row in rows if row.all("a")}
    assert set(links) == set(hoster.urls) | {fleet[2]}
    for url, link in links.items():
        assert url in (done.folder / "reports" / link).read_text(encoding="utf-8")
    cells = json.loads(page.all("script")[0].text)["cells"]
    assert {len(row) for row in cells} == {len(done.target()["clauses"])}


def test_clauses_that_differ_come_first(fleet):
    done, hoster, _ = fleet
    part = read_page(done.page).all("section")[2]
    assert part.all("h2")[0].text.startswith("Differs from gallery to gallery")
    first = part.all("tbody")[0].all("tr")[0]
    assert first.all("th")[0].text == CLAUSES[0]
    assert "2 broken" in [button.text for button in first.all("button")]
    assert set(first.all("td")[1].text.split("; ")) == set(hoster.mutants)


def test_shards_give_the_same_page(fleet, tmp_path):
    """The results of each gallery, as shards would bring them, are the whole, byte for byte."""
    done, _, _ = fleet
    whole = done.folder / "reports" / "compliance.json"
    journal = (done.folder / "reports" / "targets" / "judged.jsonl").read_text().splitlines()[1:]
    folders = {told["url"]: told["folder"] for told in map(json.loads, journal)}
    of_each = [
        str(done.folder / "reports" / "targets" / folders[target["url"]] / "compliance.json")
        for target in done.document["targets"]
    ]
    shards = [tmp_path / "first.json", tmp_path / "second.json"]
    assert merge([*of_each[:5], "-o", str(shards[0])]) == 0
    assert merge([*of_each[5:], "-o", str(shards[1])]) == 0
    again = whole.with_name("merged.json")
    assert merge([*map(str, shards), "-o", str(again)]) == 0
    assert without_times(again) == without_times(whole)
    pages = [whole.with_suffix(".again.html"), again.with_suffix(".html")]
    for result, page in zip((whole, again), pages, strict=True):
        assert report([str(result), "-o", str(page)]) == 0
    first, second = (without_when(page.read_text(encoding="utf-8")) for page in pages)
    assert first == second


def without_times(result):
    """A result without when it was made, and how long that took."""
    text = Path(result).read_text(encoding="utf-8")
    return re.sub(r'(?m)^ "(?:started|seconds)": .*\n', "", text)


def without_when(page):
    return re.sub(r"<div><dt>When</dt>.*", "", page)


def test_what_was_judged_stands(begin, tmp_path):
    """A run is killed while it has things on the fourth gallery, and gone on with."""
    reached = threading.Event()

    def when(path, asked, _):
        if path == "/gallery0003" and asked > 12:
            reached.set()

    asked = Asked(when)
    with hosted(6, (), asked.around) as hoster:
        given = (*CHOSEN, "--targets-file", listed(tmp_path, hoster.urls))
        started = begin(*given, OF_ALL=hoster.webmaster)
        assert reached.wait(60)
        started.interrupt(signal.SIGKILL)
        assert started.finish().code == -signal.SIGKILL
        assert list((started.folder / ".piwigo-contract").glob("*.jsonl"))
        before = dict(asked.times)
        done = begin(*given, "--resume", OF_ALL=hoster.webmaster).finish()
        assert {path for path in before if asked.times[path] == before[path]} == {f"/gallery000{n}" for n in range(3)}
        assert not (started.folder / ".piwigo-contract").exists()
        assert "all of it is gone" in done.out
        undisturbed = begin(*given, name="undisturbed", OF_ALL=hoster.webmaster).finish()
    assert [target["verdict"] for target in done.document["targets"]] == ["not-fully-verified"] * 6
    assert [done.outcomes(number) for number in range(6)] == [undisturbed.outcomes(number) for number in range(6)]
    first, second = (without_requests(without_when(each.page)) for each in (done, undisturbed))
    assert first == second


def without_requests(page):
    """How often a clock is asked counts as time."""
    return re.sub(r"<div><dt>Requests</dt>.*", "", page)


def test_resumed_in_another_way(begin, tmp_path):
    with hosted(2) as hoster:
        targets = listed(tmp_path, hoster.urls)
        begin(*CHOSEN, "--targets-file", targets, OF_ALL=hoster.webmaster).finish()
        other = begin(
            *CHOSEN, "-k", CLAUSES[1], "--targets-file", targets, "--resume", OF_ALL=hoster.webmaster
        ).finish()
    assert other.code == 4
    assert "--resume: the run that" in other.err
    assert f"-k was '{CLAUSES[0]} or {CLAUSES[3]}', and is '{CLAUSES[1]}'" in other.err


def test_dry_run(begin, tmp_path):
    """Of each gallery what would be done, with ids that can be given to a run, and nothing of how that was found."""
    with hosted(2) as hoster:
        targets = listed(tmp_path, hoster.urls)
        # -s: here a gallery's process is forked from pytest's own, and has what that captures
        done = begin(*CHOSEN, "-s", "--targets-file", targets, "--dry-run", OF_ALL=hoster.webmaster).finish()
    assert (done.code, list(done.folder.rglob("compliance*"))) == (0, [])
    assert [url for url in hoster.urls if f"to be done on {url}" not in done.out] == []
    assert len(re.findall(r"^  [A-Z]+-\d+ suite/test_\w+\.py::", done.out, re.MULTILINE)) > 2
    assert done.out.count("test session starts") == 1


def test_fleet_of_one(run, tmp_path):
    with hosted(1) as hoster:
        done = run(*CHOSEN, "--targets-file", listed(tmp_path, hoster.urls), OF_ALL=hoster.webmaster)
    assert (done.code, [target["url"] for target in done.document["targets"]]) == (0, hoster.urls)
    assert f"\n{verdict_sentence(done.target())}\n" in re.sub("\n  ", " ", done.out)


def test_selection_of_nothing(run, tmp_path):
    with hosted(1) as hoster:
        done = run("--targets-file", listed(tmp_path, hoster.urls), "-k", "HDRR", OF_ALL=hoster.webmaster)
    assert done.code == 2
    assert "No verdict: the selection (-k, a path) matches none of its checks." in done.out


def test_resume_without_a_file(begin):
    done = begin("--target", "http://127.0.0.1:9/", "--resume").finish()
    assert (done.code, "--targets-file" in done.err) == (4, True)


def test_who_does_not_answer_comes_last(monkeypatch):
    monkeypatch.setattr("piwigo_contract.provision.speed.SOON", 0.5)
    silent, answered = threading.Event(), b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    with raw_server(lambda _: b"late" if silent.wait(10) else b"") as slow, raw_server(answered) as quick:
        assert quick_first([slow.url, quick.url]) == [quick.url, slow.url]
        silent.set()
