"""The detection command: what becomes of a mutant is told rightly, and the suite survives no fault of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from piwigo_contract.contract.clauses import load_contract
from piwigo_contract.detection import command, false_alarms, tables
from piwigo_contract.detection.mutant_results import MutantResult, enough_killed, false_alarm, judge, without_mutant
from piwigo_contract.detection.runs import Job, Run
from piwigo_contract.errors import UsageError
from piwigo_contract.reference import Reference, start
from piwigo_contract.reference.mutants import MUTANTS, Mutant
from piwigo_contract.reference.proxy import Proxy
from tests.running import ROOT, clean_environment

MUTANT = Mutant("some-fault", "Something is wrong.", ("HDR-03", "HDR-07"), Proxy, also=("HDR-08",))


def over(outcomes, code=1, mutant=MUTANT):
    """A run that is over, with these outcomes of clauses."""
    kinds = {"not-assessed": "blocked", "error": "suite"}
    rows = [
        {"id": name, "outcome": outcome, "reason": f"it is {outcome}", "reason_kind": kinds.get(outcome)}
        for name, outcome in outcomes.items()
    ]
    document = {"targets": [{"clauses": rows, "requests": 10}]}
    return Run(Job(mutant.name, Reference()), code, 1.0, 1.0, document, "the last line\n")


FATES = {
    "each named": ({"HDR-03": "fail", "HDR-07": "warning", "REJ-01": "pass"}, 1, "killed"),
    "one that may": ({"HDR-03": "fail", "HDR-07": "fail", "HDR-08": "fail"}, 1, "killed"),
    "one more": ({"HDR-03": "fail", "HDR-07": "fail", "REJ-01": "fail"}, 1, "collateral"),
    "an error besides": ({"HDR-03": "fail", "HDR-07": "fail", "REJ-01": "error"}, 1, "collateral"),
    "one of two": ({"HDR-03": "fail", "HDR-07": "pass"}, 1, "wrong-clause"),
    "one of two blocked": ({"HDR-03": "fail", "HDR-07": "not-assessed"}, 1, "wrong-clause"),
    "another": ({"HDR-03": "pass", "HDR-07": "pass", "REJ-01": "fail"}, 1, "wrong-clause"),
    "none": ({"HDR-03": "pass", "HDR-07": "pass"}, 0, "survived"),
    "none, for an error": ({"HDR-03": "error", "HDR-07": "pass"}, 2, "error"),
    "no verdict": ({"HDR-03": "not-assessed", "HDR-07": "not-assessed"}, 2, "error"),
    "ended by a signal": ({}, -14, "error"),
}


@pytest.mark.parametrize(("outcomes", "code", "fate"), FATES.values(), ids=FATES)
def test_fate_of_a_mutant(outcomes, code, fate):
    judged = judge(MUTANT, over(outcomes, code))
    assert judged.fate == fate
    assert judged.blocked == [name for name, outcome in outcomes.items() if outcome == "not-assessed"]
    assert bool(judged.explanation) == (fate != "killed")
    assert tables.line(judged).startswith(fate)


@pytest.mark.parametrize(("outcome", "code", "alarm"), [("pass", 0, False), ("fail", 1, True), ("warning", 0, True),
                                                        ("error", 2, True), ("not-assessed", 2, True)])  # fmt: skip
def test_false_alarm(outcome, code, alarm):
    assert bool(false_alarm(over({"HDR-03": outcome}, code))) == alarm


@pytest.mark.parametrize(("outcomes", "code", "alarm"), [({"HDR-03": "fail"}, 1, False), ({"HDR-03": "pass"}, 0, True),
                                                         ({"HDR-03": "fail", "HDR-04": "fail"}, 1, True),
                                                         ({"HDR-03": "fail"}, 2, True), ({}, 0, False)])  # fmt: skip
def test_false_alarm_on_a_target_that_breaks_a_clause(outcomes, code, alarm):
    assert bool(false_alarm(over(outcomes, code), ["HDR-03"])) == alarm


def test_every_clause_has_a_mutant(contract):
    assert without_mutant(contract, MUTANTS.values()) == []
    assert without_mutant(contract, [MUTANT]) == [name for name in contract.clauses if name not in MUTANT.clauses]


def test_mutants_name_clauses_of_the_contract(contract):
    assert {name for mutant in MUTANTS.values() for name in (*mutant.clauses, *mutant.also)} <= contract.clauses.keys()
    for mutant in MUTANTS.values():
        assert [name for name in mutant.clauses if mutant.release in contract[name].releases], mutant.name
        assert mutant.fault.endswith("."), mutant.name


@pytest.mark.parametrize("arguments", [["--mutant", "nope"], ["--clause", "HDR-77"], ["-n", "0"]])
def test_mistakes_on_the_command_line(capsys, arguments):
    assert command.main(arguments) == 4
    err = capsys.readouterr().err
    assert arguments[1] in err
    assert len(err.splitlines()) == 1


def test_one_mutant_from_a_shell(tmp_path):
    arguments = ["--mutant", "revoked-key-accepted", "--output", str(tmp_path)]
    done = subprocess.run([sys.executable, "-m", "piwigo_contract.detection", *arguments], cwd=ROOT,
                          env=clean_environment(), capture_output=True, text=True, timeout=120)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 mutants: 1 killed" in done.stdout
    assert "revoked-key-accepted" in (tmp_path / "detection.txt").read_text()
    assert "A revoked key goes on working." in (tmp_path / "detection.html").read_text()


# --- faults of the suite itself


@pytest.fixture(scope="module")
def faulty_runs() -> list[str]:
    """What is told of every fault, on a few clauses; on all of them it takes some minutes."""
    few = (
        "HDR-01",
        "HDR-04",
        "HDR-10",
        "REJ-02",
        "REJ-09",
        "REJ-10",
        "LIFE-10",
        "FORB-12",
        "FMT-02",
        "WHO-28",
        "MAL-08",
    )
    arguments = ["--suite-faults", "--effort", "quick", "-n", "2"]
    arguments += [word for name in few for word in ("--clause", name)]
    done = subprocess.run([sys.executable, "-m", "piwigo_contract.detection", *arguments], cwd=ROOT,
                          env=clean_environment(), capture_output=True, text=True, timeout=240)  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_no_check_passes_with_something_taken_away(faulty_runs):
    assert faulty_runs[-1] == "0 faults of the suite went unseen"
    assert [line for line in faulty_runs[:-1] if not line.startswith("fine ")] == []
    assert len(faulty_runs) > 20


@pytest.mark.parametrize(("fault", "word"), [("ClaimsRemoved", "claimed nothing"), ("ControlsRemoved", "control"),
                                             ("NothingSent", "did not ask for"), ("fixture key", "fixture fails"),
                                             ("target gone after 20 ", "not-assessed")])  # fmt: skip
def test_what_is_taken_away_is_told(faulty_runs, fault, word):
    line = next(line for line in faulty_runs if f"fault: {fault}" in line)
    assert word in line
    assert (" error" in line) == (word != "not-assessed")  # a target that is gone is no failure of the suite


# --- good galleries in odd places


def test_no_false_alarm_in_an_odd_place():
    """A few clauses in each place. All of them, with many seeds: `--no-false-alarm 100`."""
    few = (
        "HDR-03",
        "REJ-09",
        "REJ-10",
        "WHO-12",
        "LIFE-15",
        "USED-02",
        "END-23",
        "FMT-02",
        "FMT-14",
        "FMT-31",
        "TOK-01",
        "SHAPE-05",
        "GEN-04",
    )
    count = len(false_alarms.places())
    arguments = ["--no-false-alarm", str(count), "--hypothesis-seed", "5", "--release", "16.4"]
    arguments += ["--effort", "quick", "-n", "2"]
    arguments += [word for name in few for word in ("--clause", name)]
    done = subprocess.run([sys.executable, "-m", "piwigo_contract.detection", *arguments], cwd=ROOT,
                          env=clean_environment(), capture_output=True, text=True, timeout=240)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.splitlines()[-1] == f"0 false alarms in {count} runs"
    about = [line.split() for line in done.stdout.splitlines()[:-1]]
    assert sorted(place for _, _, place, _ in about) == sorted(false_alarms.places())
    assert sorted(int(seed) for *_, seed in about) == [*range(5, 5 + count)]


@pytest.mark.parametrize("wrong", [{"variation": "nope"}, {"tls": Path("nowhere.pem")}])
def test_place_that_can_not_be_served(wrong):
    with pytest.raises(UsageError, match=r"nope|nowhere"):
        start(Reference(**wrong))


def test_parts_are_all_of_the_mutants_and_none_twice():
    arguments = [command.parser().parse_args(["--part", f"{part}/3"]) for part in (1, 2, 3)]
    parts = [[mutant.name for mutant in command.chosen_mutants(each, load_contract())] for each in arguments]
    assert sorted(name for part in parts for name in part) == sorted(MUTANTS)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


SHARES = [(100, "ks", False), (50, "ks", True), (51, "ks", False), (100, "kk", True), (1, "ke", False), (100, "", True)]


@pytest.mark.parametrize(("share", "fates", "enough"), SHARES)
def test_share_that_has_to_be_killed(share, fates, enough):
    told = {"k": "killed", "s": "survived", "e": "error"}
    results = [MutantResult(MUTANT, over({}), told[each]) for each in fates]
    assert enough_killed(results, share) == enough


@pytest.mark.parametrize("share", ["0", "101", "x", "1.5"])
def test_what_is_no_share(share):
    with pytest.raises(UsageError, match="is no number from 1 to 100"):
        command.parser().parse_args(["--share", share])


@pytest.mark.parametrize("part", ["0/3", "4/3", "1", "x/3", "1/0"])
def test_what_is_no_part(part):
    with pytest.raises(UsageError, match="is no part such as 1/3"):
        command.parser().parse_args(["--part", part])
