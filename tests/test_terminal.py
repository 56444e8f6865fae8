"""What a run says on the terminal, as a person, a pipe and CI see it."""

import os
import re
import subprocess
import sys
import threading
from collections import Counter

import pytest

from piwigo_contract.contract.clauses import load_contract
from piwigo_contract.plugin import progress
from piwigo_contract.plugin.summary import SHOWN_LINES
from piwigo_contract.reference import Reference, start
from tests.faults import cuts_long_values, refuses_an_empty_header
from tests.running import FEW_CHECKS, ROOT, clean_environment
from tests.serving import closed_port, gallery

TITLES = ("The header that carries the key", "Keys that must be refused")


@pytest.fixture(scope="module")
def front():
    with gallery(cuts_long_values) as front:
        yield front


@pytest.fixture
def say(run, front):
    """What a run on two chapters says; the page takes time and is not looked at."""
    return lambda *options, **settings: run(
        *FEW_CHECKS, *front.options("webmaster"), "-p", "no:html", *options, **settings
    ).out.splitlines()


def last_part(lines):
    return lines[next(n for n, line in enumerate(lines) if re.fullmatch("=+ Piwigo API contract =+", line)) : -1]


def told(lines):
    return [line for line in lines if re.match(r"\[ *\d+/\d+\]", line) and not line.endswith(" so far")]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_chapters_as_they_end_and_breaks_as_they_happen(say, workers):
    lines = say("--tb=no", *workers)
    chapters = told(lines)
    sizes = Counter(clause.chapter for clause in load_contract().clauses.values())
    assert sorted(re.sub(r"^\[.*?\] ", "", line) for line in chapters) == [
        f"Keys that must be refused: 1 broken, 1 not assessed, {sizes['rejection'] - 2} in order",
        f"The header that carries the key: 1 broken, {sizes['header'] - 1} in order",
    ]
    count, total = re.match(r"\[ *(\d+)/(\d+)\]", chapters[-1]).groups()
    assert count == total
    broken = next(n for n, line in enumerate(lines) if line.startswith("BROKEN HDR-06 "))
    assert lines[broken + 1].startswith("    expected to be refused with HTTP 401")
    assert broken < lines.index(next(line for line in chapters if TITLES[0] in line))
    assert sum(line.startswith("BROKEN HDR-06 ") for line in lines) == 1


def test_last_lines(say):
    lines = last_part(say("--tb=no", "--har", "run.har"))
    assert lines[1].startswith("The contract is broken: 2 of ")
    assert "Piwigo 16.4.0, contract of 16.4, 2 broken" in lines[2]
    assert [line.split()[:2] for line in lines[3:5]] == [["BROKEN", "HDR-06"], ["BROKEN", "REJ-08"]]
    assert any("give --expire-command" in line for line in lines)
    assert lines[-3:-1] == ["result: reports/compliance.json", "archive: run.har"]
    assert lines[-1] == "exit code 1: 2 required clauses broken"


def test_where_the_page_is(run, front):
    assert "report: x/page.html" in run(*front.options("webmaster"), "-k", "HDR-01", "--html", "x/page.html").out


def test_quietly(say):
    lines = say("-q", "--tb=no", "-r", "N")
    assert not told(lines)
    assert re.match(r"[.FE-]+ +\[ *\d+%\]", lines[0])
    assert lines[-6].startswith("The contract is broken: ")
    assert [line.split()[:2] for line in lines[-5:-3]] == [["BROKEN", "HDR-06"], ["BROKEN", "REJ-08"]]
    assert lines[-3] == "result: reports/compliance.json"


def test_in_detail(say):
    lines = say("-v", "--tb=no", "-k", "HDR-06")
    assert not told(lines)
    failed = next(n for n, line in enumerate(lines) if "test_second_colon[at the end] FAILED" in line)
    assert lines[failed + 1].startswith("BROKEN HDR-06 ")


def test_pytests_own_account_of_a_break_has_all_to_repeat_it(say):
    out = "\n".join(say("-k", "HDR-06"))
    assert "> X-PIWIGO-API: $PIWIGO_API_KEY:\n" in out
    assert 'reproduce: curl -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY:"' in out


COLOURS = {
    "not wanted": (["--color=no"], {"FORCE_COLOR": "1", "NO_COLOR": ""}, False),
    "NO_COLOR": ([], {"NO_COLOR": "1", "FORCE_COLOR": ""}, False),
    "FORCE_COLOR": ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
}


@pytest.mark.parametrize(("options", "settings", "coloured"), COLOURS.values(), ids=COLOURS)
def test_colour(say, options, settings, coloured):
    lines = say("-k", "HDR-06", "--tb=no", *options, **settings)
    (line,) = [line for line in lines if "  BROKEN HDR-06" in line]
    assert line.startswith("\x1b[31m") == coloured
    assert ("\x1b" in "\n".join(lines)) == coloured


def test_warning_is_told_as_one(run):
    with gallery(refuses_an_empty_header) as front:
        done = run(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html")
    assert re.search(r"^WARNING HDR-08 ", done.out, re.MULTILINE)
    assert re.search(
        r"^Nothing is broken but 1 warning; \d+ of \d+ clauses could not be assessed\.$", done.out, re.MULTILINE
    )


def test_many_targets_in_few_lines(run, front):
    with closed_port() as nowhere:
        gone = [option for n in range(33) for option in ("--target", f"{nowhere}{n}/")]
        done = run(*gone, *front.options("webmaster"), "-k", "HDR-06", "-p", "no:html", "--tb=no")
    lines = last_part(done.out.splitlines())
    assert len(lines) <= SHOWN_LINES + 5
    assert lines[1].startswith(f"{front.url}: The contract is broken: ")
    assert any(re.match(r"and \d+ more: http", line) for line in lines)


def test_line_that_moves_on_a_terminal(front, tmp_path):
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "piwigo_contract", *front.options("webmaster"), "-p", "no:html", "-k", "HDR"]
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with subprocess.Popen(command, cwd=tmp_path, stdout=theirs, env=environment) as process:
        os.close(theirs)
        text = "".join(read_to_the_end(ours))
    assert process.returncode == 1
    assert re.search(r"\r\[ +1/\d+\](?: about \d+ \w+ left,)? The header that carries the key +", text)
    assert "1 broken so far" in text
    assert re.search(r"\r +\rBROKEN HDR-06 ", text)


def read_to_the_end(terminal):
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        while True:
            try:
                yield stream.read(65536).decode("utf-8", "replace")
            except OSError:  # so a pseudo-terminal says that its other end is closed
                return


def test_nothing_is_cut_at_80_columns(run, front):
    """The verdict, statements and reasons are wrapped, and the environment says how wide it is."""
    done = run(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html", "--tb=no", COLUMNS="80")
    lines = last_part(done.out.splitlines())
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line.endswith("...")]
    whole = " ".join(line.strip() for line in lines)
    assert "Particular" not in whole
    assert "None of it is known of Piwigo 16.4." in whole
    for row in done.target()["clauses"]:
        if row["outcome"] in ("fail", "warning"):
            assert f"{row['id']} {row['statement']}" in whole
        if row["outcome"] == "not-assessed" and row["reason_kind"] != "not-selected":
            assert row["id"] in whole
            assert row["reason"] in whole


def test_evidence_is_told_once_of_a_clause(run):
    with start(Reference(release="16.4", fixed=False)) as running:
        options = ("--target", running.url, "--webmaster", running.banner["webmaster"])
        text = run(*options, "-k", "FMT-12", "-p", "no:html").out
    assert text.count("\nFMT-12 (MUST) ") == text.count("\n  reproduce: curl") == 5
    assert text.count("\n  probe:\n") == text.count("\n  what helps: ") == 1


def test_something_is_said_now_and_then(monkeypatch):
    """Where no chapter ends for long, with how long the rest may take."""
    monkeypatch.setattr(progress, "SILENCE", 0.01)
    monkeypatch.setattr(progress, "ESTIMATED_AFTER", 0.0)
    said = threading.Event()
    lines = []

    class Reporter:
        ensure_newline = staticmethod(lambda: None)

        @staticmethod
        def write_line(line):
            lines.append(line)
            said.set()

    told = progress.Progress(None)
    told._reporter, told._done, told._total = Reporter(), Counter({"x": 1}), Counter({"x": 3})
    talking = threading.Thread(target=told._say_now_and_then)
    talking.start()
    assert said.wait(10)
    told._over.set()
    talking.join()
    assert re.fullmatch(r"\[1/3\] about \d+ (s|min) left, 0 broken so far", lines[0])


@pytest.mark.parametrize("options", [["--help"], ["-k", "HDR-06"]], ids=["help", "run"])
def test_output_that_nobody_reads_any_more_disturbs_nothing(tmp_path, options):
    """As `head` leaves it, and somebody who ends `less`: a run goes on to its end, and writes what it found."""
    ours, theirs = os.pipe()
    os.close(ours)
    command = [sys.executable, "-m", "piwigo_contract", *options]
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONUNBUFFERED", None)  # what is buffered is written at the very end
    done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=theirs, stderr=subprocess.PIPE, check=False)
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "reports" / "compliance.json").exists() == (options != ["--help"])
