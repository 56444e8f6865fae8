"""What a run says on the terminal, as a person, a pipe and CI see it."""

import os
import re
import subprocess
import sys

import pytest

from piwigo_contract.contract.clauses import load_contract
from piwigo_contract.plugin.summary import SHOWN_LINES
from tests.faults import cuts_long_values, refuses_an_empty_header
from tests.running import QUICK, ROOT, clean_environment
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
        *QUICK, *front.options("webmaster"), "-p", "no:html", *options, **settings
    ).out.splitlines()


def last_part(lines):
    return lines[next(n for n, line in enumerate(lines) if re.fullmatch("=+ Piwigo API contract =+", line)) : -1]


def told(lines):
    return [line for line in lines if re.match(r"\[ *\d+/\d+\]", line)]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_chapters_as_they_end_and_breaks_as_they_happen(say, workers):
    lines = say("--tb=no", *workers)
    chapters = told(lines)
    header = [clause for clause in load_contract().clauses.values() if clause.chapter == "header"]
    assert sorted(re.sub(r"^\[.*?\] ", "", line) for line in chapters) == [
        "Keys that must be refused: 1 broken, 1 not assessed, 9 in order",
        f"The header that carries the key: 1 broken, {len(header) - 1} in order",
    ]
    count, total = re.match(r"\[ *(\d+)/(\d+)\]", chapters[-1]).groups()
    assert count == total
    broken = next(n for n, line in enumerate(lines) if line.startswith("BROKEN HDR-06 "))
    assert lines[broken + 1].startswith("    expected to be refused with HTTP 401")
    assert broken < lines.index(next(line for line in chapters if TITLES[0] in line))
    assert sum(line.startswith("BROKEN HDR-06 ") for line in lines) == 1


def test_last_lines(say):
    lines = last_part(say("--tb=no", "--har", "run.har"))
    assert len(lines) <= SHOWN_LINES
    assert lines[1].startswith("The contract is broken: 2 of ")
    assert "Piwigo 16.4.0, contract of 16.4, 2 broken" in lines[2]
    assert [line.split()[:2] for line in lines[3:5]] == [["BROKEN", "HDR-06"], ["BROKEN", "REJ-08"]]
    assert any("give --expire-command" in line for line in lines)
    assert lines[-2:] == ["result: reports/compliance.json", "archive: run.har"]


def test_where_the_page_is(run, front):
    assert "report: x/page.html" in run(*front.options("webmaster"), "-k", "HDR-01", "--html", "x/page.html").out


def test_quietly(say):
    lines = say("-q", "--tb=no", "-r", "N")
    assert not told(lines)
    assert re.match(r"[.FE-]+ +\[ *\d+%\]", lines[0])
    assert lines[-5].startswith("The contract is broken: ")
    assert [line.split()[:2] for line in lines[-4:-2]] == [["BROKEN", "HDR-06"], ["BROKEN", "REJ-08"]]
    assert lines[-2] == "result: reports/compliance.json"


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
        done = run(*QUICK, *front.options("webmaster"), "-p", "no:html")
    assert re.search(r"^WARNING HDR-08 ", done.out, re.MULTILINE)
    assert re.search(
        r"^Nothing is broken but 1 warning; \d+ of \d+ clauses could not be assessed\.$", done.out, re.MULTILINE
    )


def test_many_targets_in_few_lines(run, front):
    with closed_port() as nowhere:
        gone = [option for n in range(28) for option in ("--target", f"{nowhere}{n}/")]
        done = run(*gone, *front.options("webmaster"), "-k", "HDR-06", "-p", "no:html", "--tb=no")
    lines = last_part(done.out.splitlines())
    assert len(lines) <= SHOWN_LINES
    assert lines[1].startswith(f"{front.url}: The contract is broken: ")
    assert lines[-2].startswith("and ")


def test_line_that_moves_on_a_terminal(front, tmp_path):
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "piwigo_contract", *front.options("webmaster"), "-p", "no:html", "-k", "HDR"]
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with subprocess.Popen(command, cwd=tmp_path, stdout=theirs, env=environment) as process:
        os.close(theirs)
        text = "".join(read_to_the_end(ours))
    assert process.returncode == 1
    assert re.search(r"\r\[ +1/\d+\] The header that carries the key +", text)
    assert "1 broken so far" in text
    assert re.search(r"\r +\rBROKEN HDR-06 ", text)


def read_to_the_end(terminal):
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        while True:
            try:
                yield stream.read(65536).decode("utf-8", "replace")
            except OSError:  # so a pseudo-terminal says that its other end is closed
                return
