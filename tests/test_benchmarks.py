"""The benchmarks: that they work, and reckon right. How fast anything is, is no matter here."""

import json

import pytest

from benchmarks.__main__ import main
from benchmarks.figures import FIGURES, Found, Round, Spent, covered, is_met
from benchmarks.told import table


def test_command_measures_tells_and_keeps(tmp_path, capsys):
    result, history = tmp_path / "out.json", tmp_path / "history.jsonl"
    history.write_text('{"when": "before"}\n')
    smallest = ["--repeat", "1", "--keys", "2", "--memory-keys", "2", "--connections", "1"]
    files = ["--json", str(result), "--history", str(history)]
    assert main(["--only", "keys", "--only", "memory", *smallest, *files]) == 0
    found = json.loads(result.read_text())
    assert found["settings"]["memory_keys"] == 2
    assert set(found["figures"]["reference 16.4"]) == {"keys", "memory"}
    assert found["figures"]["reference 16.4"]["memory"]["ratio"] == {"least": 1, "median": 1, "most": 1}
    assert [json.loads(line) for line in history.read_text().splitlines()] == [{"when": "before"}, found]
    out = capsys.readouterr().out
    assert "malformed keys a second" in out
    assert "1.00 (1.00 to 1.00)" in out


def test_bad_number_is_one_line(capsys):
    with pytest.raises(SystemExit):
        main(["--repeat", "0"])
    assert "a number from 1" in capsys.readouterr().err.splitlines()[-1]


def test_target_that_can_not_be_judged_is_one_line(tmp_path, capsys):
    asked = ["--target", "http://127.0.0.1:9/", "--only", "keys", "--repeat", "1", "--keys", "1"]
    assert main([*asked, "--json", str(tmp_path / "out.json"), "--history", str(tmp_path / "history")]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("ERROR: ")
    assert not (tmp_path / "history").exists()


def test_time_in_which_something_is_under_way():
    assert covered([]) == 0
    assert covered([(5, 6), (0, 2), (1, 3), (1, 2)]) == 4
    assert covered([(0, 10), (2, 3), (9, 12)]) == 12


def test_ratio_of_wall_and_of_processor_time():
    assert Spent(6, 2).over(Spent(3, 4)) == Round(2, 0.5)


def test_spread_of_rounds():
    found = Found.of([Round(3, 1), Round(1), Round(2, 2), Round(9)])
    assert (found.ratio.least, found.ratio.median, found.ratio.most, found.rounds) == (1, 2.5, 9, 4)
    assert found.cpu is not None
    assert (found.cpu.least, found.cpu.median, found.cpu.most) == (1, 1.5, 2)
    assert Found.of([Round(1)]).cpu is None
    with pytest.raises(ValueError, match="no round"):
        Found.of([])


def test_aim_is_a_bound_of_the_median():
    assert is_met(FIGURES["waiting"], Found.of([Round(1.1), Round(1.15), Round(9)]))
    assert not is_met(FIGURES["waiting"], Found.of([Round(1.1), Round(1.16), Round(1.16)]))
    assert is_met(FIGURES["keys"], Found.of([Round(0.8)]))
    assert not is_met(FIGURES["keys"], Found.of([Round(0.79)]))


def test_table_has_a_row_for_each_figure_of_each_target():
    found = Found.of([Round(1.0)])
    assert table({("reference", "bare"): found, ("target", "bare"): found}).row_count == 2
