"""`--effort`: a quick run assesses every clause that a standard one does, by fewer examples of each."""

import pytest

from piwigo_contract.contract.costs import KEYED, REQUESTS, cost_of
from piwigo_contract.contract.quick_checks import quick_checks
from piwigo_contract.effort import Some, spread
from piwigo_contract.plugin.collection import USUAL
from tests.running import QUICK
from tests.serving import gallery

FAST = ("--effort", "quick")
CHOSEN = ("-k", "HDR or REJ or METH-04 or METH-12 or METH-34", "-p", "no:html")


def test_spread_keeps_the_order_and_covers_the_whole():
    chosen = spread(range(100), 4, "HDR-01")
    assert (len(chosen), chosen) == (4, sorted(chosen))
    assert {(each - chosen[0]) % 25 for each in chosen} == {0}
    assert spread(range(3), 4, "HDR-01") == [0, 1, 2]
    assert spread([], 4, "HDR-01") == []


def test_clauses_take_other_examples():
    taken = [tuple(spread(range(100), 4, f"HDR-{number:02}")) for number in range(20)]
    assert len(set(taken)) > 10
    assert taken == [tuple(spread(range(100), 4, f"HDR-{number:02}")) for number in range(20)]


@pytest.mark.parametrize(("effort", "taken"), [("quick", (6, 6, 6)), ("standard", (9, 7, 9)), ("deep", (9, 9, 9))])
def test_less_effort_takes_fewer(effort, taken):
    some = Some("HDR-01", effort)
    assert (len(some(range(9))), len(some(range(9), usual=7)), some.times(9, few=6)) == taken


@pytest.mark.parametrize("sharp", [set(), {7}, set(range(40, 60))], ids=len)
def test_what_a_quick_run_takes_a_standard_one_takes_too(sharp):
    for number in range(20):
        quick, standard = (
            Some(f"HDR-{number:02}", effort)(range(90), sharp=sharp.__contains__, usual=30)
            for effort in ("quick", "standard")
        )
        assert set(quick) < set(standard)
        assert len(standard) == 30


def test_one_way_is_tried_after_the_first_time_but_all_in_a_deep_run():
    ways, others = ("POST", "GET"), ("POST", "method in the query")
    some, again = Some("METH-04", "standard"), Some("METH-04", "standard")
    assert [some.one_of(each, "first") for each in (ways, others)] == [ways, others]
    taken = {name: some.one_of(ways, name) for name in "abcdefghij"}
    assert set(taken.values()) == {(way,) for way in ways}
    again.one_of(ways, "first")
    assert {name: again.one_of(ways, name) for name in reversed(taken)} == taken
    deep = Some("METH-04", "deep")
    assert [deep.one_of(ways, name) for name in "ab"] == [ways, ways]


def test_no_sharp_one_is_left_out():
    some = Some("HDR-01", "quick")
    taken = some(range(100), few=6, sharp=lambda number: number in (0, 1, 99))
    assert (len(taken), taken) == (6, sorted(taken))
    assert {0, 1, 99} <= set(taken)
    assert some(range(9), few=1, sharp=lambda number: number > 6) == [7, 8]


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["in series", "two workers"])
def test_quick_run_assesses_all_by_fewer_requests(run, workers):
    told = {}
    for effort in ("standard", "quick"):
        with gallery() as front:
            done = run(*front.options("webmaster"), *CHOSEN, *workers, "--effort", effort)
        assert done.document["suite"]["effort"] == effort
        told[effort] = {row["id"]: row["requests"] for row in done.target()["clauses"] if row["outcome"] == "pass"}
    assert told["quick"].keys() == told["standard"].keys() >= {"METH-04", "METH-12", "METH-34", "HDR-10"}
    assert sum(told["quick"].values()) * 3 < sum(told["standard"].values()) * 2


def test_checks_that_are_named_are_all_made(run):
    with gallery() as front:
        named = f"{QUICK[0]}::test_name_of_the_header_in_any_case"
        done = run(named, *front.options("webmaster"), "--effort", "quick", "-p", "no:html")
    assert sum(len(clause["checks"]) for clause in done.target()["clauses"]) > 1


def test_quick_run_makes_the_checks_that_were_chosen_for_it_on_each_target(run):
    function = "suite/test_arguments.py::test_duration_that_is_no_number_of_days"
    chosen = quick_checks()[function]
    with gallery() as one, gallery() as other:
        done = run(
            *one.options("webmaster"), "--target", other.url, "-k", "duration_that_is_no", *FAST, "-p", "no:html"
        )
    for number in (0, 1):
        checks = [check["nodeid"] for clause in done.target(number)["clauses"] for check in clause["checks"]]
        assert "-1" in chosen
        assert set(checks) == {f"{function}[target{number + 1}-{example}]" for example in chosen}


def test_more_effort_makes_more_of_the_checks_that_differ_in_their_parameters_alone(run):
    made = {}
    with gallery() as front:
        for effort in ("quick", "standard", "deep"):
            done = run(*front.options("webmaster"), "-k", "WIRE-14", "--effort", effort, "-p", "no:html", name=effort)
            (clause,) = (row for row in done.target()["clauses"] if row["id"] == "WIRE-14")
            made[effort] = {check["nodeid"] for check in clause["checks"]}
    assert made["quick"] < made["standard"] < made["deep"]
    assert len(made["standard"]) == USUAL


def test_what_a_quick_run_costs_is_less():
    clauses = [f"METH-{number:02}" for number in range(1, 21)]
    quick, standard = cost_of(clauses, "quick"), cost_of(clauses)
    assert (quick[REQUESTS] * 2 < standard[REQUESTS], quick[KEYED] * 2 < standard[KEYED]) == (True, True)
    assert cost_of(clauses, "deep") == standard
