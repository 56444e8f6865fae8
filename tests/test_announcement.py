"""What a run says that it is going to do is what it does; with --dry-run it does none of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from piwigo_contract.contract.costs import cost_of
from tests.running import FEW_CHECKS
from tests.serving import gallery

MADE = {"pwg.users.add": "users", "pwg.users.api_key.create": "keys", "pwg.categories.add": "albums"}


def announced(out):
    """The numbers that a run told, by what they count."""
    (line,) = re.findall("makes, and takes away again, at most (.*); changes nothing else", out)
    return {kind: int(number) for number, kind in re.findall("([0-9]+) ([a-z]+)", line)}


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["in series", "a worker"])
def test_no_more_is_done_than_was_told(run, workers):
    with gallery() as front:
        done = run(*FEW_CHECKS, *front.options("webmaster"), *workers, "-p", "no:html")
    told = announced(done.out)
    made = Counter(MADE[method] for method in front.methods if method in MADE)
    assert made["users"]
    assert all(made[kind] <= told.get(kind, 0) for kind in MADE.values()), (made, told)
    (requests,) = re.findall(r"to be done on \S+: about ([0-9]+) requests", done.out)
    assert done.target()["requests"] / 2 < int(requests) + 100


def test_dry_run(run):
    with gallery() as front:
        before = front.users, front.live_keys
        done = run("-k", "HDR or FORB", *front.options("webmaster", "account"), "--dry-run", "-n", "2")
        assert (front.users, front.live_keys, front.logged_in) == (*before, [])
    assert done.code == 0
    assert announced(done.out)["users"] > 0
    assert "  HDR-01 suite/test_header.py::" in done.out
    assert "nothing but the preflight was sent" in done.out
    assert set(front.methods) <= {"pwg.session.getStatus", "pwg.session.logout"}
    assert not list(done.folder.rglob("compliance*"))


def test_read_only_is_told(run):
    with gallery() as front:
        done = run("-k", "HDR", *front.options("api-key"), "--read-only", "--dry-run")
    assert "creates and changes nothing" in done.out
    assert "are out of reach with this access" in done.out


@pytest.mark.parametrize(("given", "told"), [(["account"], True), (["account", "webmaster"], False)])
def test_what_stays_in_the_list_of_keys_of_an_account_is_told(run, given, told):
    with gallery() as front:
        done = run("-k", "HDR", *front.options(*given), "--dry-run")
    stays = "at most [0-9]+ keys of the account; they stay in its list of keys as revoked ones for good"
    assert bool(re.search(stays, done.out)) is told


def test_no_more_keys_stay_in_that_list_than_was_told(run):
    with gallery() as front:
        store = front.gallery.gallery.store
        before = len(store.keys)
        chosen = "LIFE-16 or LIFE-25 or LIFE-36 or LIFE-48 or END-12 or END-28"
        done = run("-k", chosen, *front.options("account"), "--effort", "quick", "-p", "no:html")
        made = len(store.keys) - before
    told = int(re.findall("at most ([0-9]+) keys of the account", done.out)[0])
    assert done.with_outcome("pass") == set(chosen.split(" or "))
    assert 0 < made <= told


def test_throw_away_administrators_are_told_on_the_page(run):
    with gallery() as front:
        done = run("-k", "FORB-01", *front.options("webmaster"))
    told = re.search(r"([0-9]+) throw-away webmasters and administrators were on \S+, none of them for", done.page)
    assert told
    assert int(told[1]) >= 1


def test_cost_of_a_clause_that_was_not_measured():
    assert cost_of(["HDR-999"])["requests"] > 0
    assert cost_of([]).total() == 0
