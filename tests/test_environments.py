"""Whoever stands between the suite and a gallery: the right one is blamed, or nobody.

CI tries a sample; ENVIRONMENTS=all tries each place of the table.
"""

import os

import pytest

from piwigo_contract.contract.site_list import SiteList
from tests.environments.places import PLACES
from tests.environments.table import PAGE, page
from tests.serving import gallery

OWN_LIST = SiteList(removed=("pwg.users.setInfo",))
WHOLE = os.environ.get("ENVIRONMENTS") == "all"
TRIED = [name for name, place in PLACES.items() if WHOLE or place.sample]


@pytest.mark.parametrize("name", TRIED)
def test_environment(run, name):
    place = PLACES[name]
    more = {"site_list": OWN_LIST} if name.startswith("own list") else {}
    with gallery(place.front(), **dict(place.reference), **more) as front:
        users, keys = front.users, front.live_keys
        options = [option.format_map(front.banner) if option == "{api_key}" else option for option in place.options]
        done = run(*front.options(*place.access), *options, "-k", place.chosen, "-p", "no:html")
        if place.code != 2:
            assert (front.users, front.live_keys) == (users, keys)
    broken = done.with_outcome("fail", "warning")
    assert (done.code, broken, done.with_outcome("error")) == (place.code, set(place.broken), set())
    reasons = [done.clause(clause_id)["reason"] for clause_id in broken]
    assert place.line in " ".join([done.out, done.err, *reasons])


def test_table_is_of_these():
    assert len(PLACES) >= 40
    assert PAGE.read_text(encoding="utf-8") == page()
