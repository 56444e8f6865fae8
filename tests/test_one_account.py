"""Several workers with one account: each makes keys there, and none takes the others' for a change of its own."""

import itertools
import json
import os

import pytest

from tests.serving import gallery

LIST = "LIFE-18 or LIFE-19 or LIFE-20 or LIFE-21 or LIFE-22 or LIFE-35 or LIFE-36 or LIFE-37 or LIFE-39 or LIFE-41"
LIST += " or LIFE-42 or LIFE-13 or LIFE-15 or LIFE-16"


def another_worker():
    """Somebody else makes a key, and uses it, between any two looks at the list."""
    seconds = itertools.count()

    def fault(request, pass_on):
        answer = pass_on()
        if request.values.get("method") == "pwg.users.api_key.get" and answer.status_code == 200:
            told = json.loads(answer.get_data())
            second = next(seconds)
            key = {"auth_key": f"pkid-20250101-{second // 3:020}", "apikey_name": f"pc-0123abcd key {second // 3}"}
            answer.set_data(json.dumps({**told, "result": [*told["result"], {**key, "last_used_on": str(second)}]}))
        return answer

    return fault


@pytest.mark.parametrize("access", [("account",), ("webmaster", "account")], ids=" and ".join)
def test_two_workers(run, access):
    with gallery() as front:
        live, known = front.live_keys, set(front.gallery.gallery.store.keys)
        done = run(*front.options(*access), "-n", "2", "-k", LIST, "-p", "no:html")
        new = set(front.gallery.gallery.store.keys) - known
    assert (done.code, done.with_outcome("fail", "error")) == (0, set())
    assert front.live_keys == live
    assert bool(new) == ("webmaster" not in access)  # keys of throw-away users go with these


def test_keys_of_another_worker_come_and_go(run):
    with gallery(another_worker()) as front:
        done = run(*front.options("account"), "-k", LIST, "-p", "no:html")
    assert (done.code, done.with_outcome("fail", "error")) == (0, set())
    assert "LIFE-20" in done.with_outcome("pass")


TIMES = int(os.environ.get("TWO_AT_ONCE", "1"))


@pytest.mark.parametrize("access", [("account",), ("webmaster", "account")], ids=" and ".join)
@pytest.mark.parametrize("_", range(TIMES))
def test_two_runs_at_the_same_time(begin, access, _):
    """With the same credentials, on one gallery: neither takes what the other does for the gallery's doing."""
    with gallery() as front:
        live, users = front.live_keys, front.users
        asked = (*front.options(*access), "-k", LIST, "-p", "no:html")
        runs = [begin(*asked, name=name) for name in ("one", "other")]
        done = [each.finish() for each in runs]
        left = front.live_keys - live, front.users - users
    assert [each.code for each in done] == [0, 0], [each.out for each in done]
    assert left == (set(), set())
