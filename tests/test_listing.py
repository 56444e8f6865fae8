"""`--list-clauses` and `--explain`: the contract, with no run and no request."""

import json
import re
import subprocess
import sys

import pytest

from piwigo_contract import __version__
from piwigo_contract.commands import quick_listing
from piwigo_contract.commands.clause_table import RELEASES
from piwigo_contract.commands.quick_listing import form_asked_for, list_quickly
from tests.running import ROOT


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


def test_explanation_shows_what_is_sent(run):
    out = run("--explain", "HDR-13").out
    assert "suite/test_header.py::test_basic_credentials" in out
    assert "for_a_proxy" in out


def test_explanation_of_one_row_of_a_table(run):
    out = run("--explain", "MAL-09").out
    assert "strategies.COLON_MOVED" in out
    assert "strategies.TRUNCATED" not in out


def test_explanation_of_one_of_two_ends_of_a_key(run):
    out = run("--explain", "END-02").out
    assert 'test_request_after_the_end with expired=clause("END-02")\n' in out


def test_explanation_of_several_rows_of_a_table(run):
    out = run("--explain", "TOK-12").out
    assert '"another webmaster"' in out
    assert '"a guest", marks=clause("TOK-12")' in out
    assert 'marks=clause("TOK-18")' not in out


def test_explanation_shows_what_a_helper_of_the_chapter_sends(run):
    out = run("--explain", "WRITE-03").out
    assert "pytest.param(photos," in out
    assert "pytest.param(tags," not in out
    assert "write.by(key)" in out
    assert "took_effect(write)" in out


def test_releases_that_deviate_alike_are_told_together(run):
    assert "Known deviation of 16.0, 16.1, 16.2, 16.3: A pwg_token must be sent" in run("--explain", "TOK-01").out


@pytest.mark.parametrize("asked", [["piwigo_contract", "--list-clauses=json"],
                                   ["piwigo_contract.reference.cli", "--list-mutants"]],
                         ids=["clauses", "mutants"])  # fmt: skip
def test_a_pipe_that_is_closed_early_is_no_error(asked):
    command = [sys.executable, "-m", *asked]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_explained_in_lower_case(run):
    assert run("--explain", "hdr-13").out == run("--explain", "HDR-13", name="capitals").out


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(run, option):
    done = run(option)
    assert (done.code, done.out.split()[:2]) == (0, ["piwigo-contract", __version__])


@pytest.mark.parametrize("form", ["table", "json"])
def test_quick_list_is_the_one_of_pytest(run, tmp_path, form):
    by_pytest = run(f"--list-clauses={form}", "-q").out
    assert by_pytest == run("--list-clauses", form, name="quick").out
    kept = tmp_path / "clauses.json"
    assert json.loads(list_quickly("json", kept)) == json.loads(run("--list-clauses=json", "-q", name="other").out)


def test_list_is_kept_until_a_file_changes(monkeypatch, tmp_path):
    kept = tmp_path / "made" / "clauses.json"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    whole = list_quickly("json", kept)
    state, _, text = kept.read_text().partition("\n")
    assert text == whole
    kept.write_text(f"{state}\n[]")
    assert list_quickly("json", kept) == "[]"
    other = [["specs/contract/header.yaml", 1, 2]]
    monkeypatch.setattr(quick_listing, "_state", lambda: iter(other))
    assert list_quickly("json", kept) == whole
    assert json.loads(kept.read_text().partition("\n")[0]) == other


def test_list_is_not_kept_where_no_byte_code_is(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    list_quickly("json", tmp_path / "clauses.json")
    assert list(tmp_path.iterdir()) == []


def test_list_where_nothing_can_be_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "file").write_text("")
    assert json.loads(list_quickly("json", tmp_path / "file" / "clauses.json"))


@pytest.mark.parametrize(
    ("arguments", "form"),
    [
        (["--list-clauses"], "table"),
        (["--list-clauses", "json"], "json"),
        (["--list-clauses=table"], "table"),
        (["--list-clauses=xml"], None),
        (["--list-clauses", "suite"], None),
        (["--list-clauses", "--contract", "mine"], None),
        (["--explain", "HDR-01"], None),
        ([], None),
    ],
)
def test_what_is_listed_without_pytest(arguments, form):
    assert form_asked_for(arguments) == form


def test_other_contracts_are_listed_by_pytest(monkeypatch):
    monkeypatch.setenv("PIWIGO_CONTRACT", "mine")
    assert form_asked_for(["--list-clauses"]) is None


def test_table_fits_the_terminal(run):
    for columns in (80, 132):
        lines = run("--list-clauses", COLUMNS=str(columns), name=str(columns)).out.splitlines()
        assert max(map(len, lines)) <= columns
        assert [len(line) for line in lines if len(line) > columns - RELEASES]  # and takes its width
