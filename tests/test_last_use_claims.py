"""Claims of a key's last use: it is the time of the call by the target's clock, or what it was before."""

import datetime

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.claims import Expect, UniformRefusal
from piwigo_contract.claims.last_use import LastUse
from piwigo_contract.errors import ContractBroken
from tests.serving import serve


def at(second):
    return datetime.datetime(2026, 1, 31, 12) + datetime.timedelta(seconds=second)


class Watch:
    """A clock that is set, and a last use that is."""

    def __init__(self):
        self.time, self.used = at(10), None

    def now(self):
        return self.time

    def next_second(self):
        self.time += datetime.timedelta(seconds=1)
        return self.time


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def last_use(watch):
    return LastUse(lambda: watch.used, watch)


@pytest.fixture
def claim(client):
    with serve(Response('{"stat":"ok","result":true}')) as url:
        gallery = client(url)
        yield Expect(gallery, UniformRefusal())(gallery.whoami())


def broken(claimed, last_use):
    with pytest.raises(ContractBroken) as caught:
        claimed(last_use)
    return str(caught.value)


def test_use_within_the_call(claim, watch, last_use):
    watch.time, watch.used = at(12), at(11)
    claim.counts_as_a_use(last_use)
    assert broken(claim.is_no_use, last_use) == f"expected the last use to stay None; it is {at(11)}"


@pytest.mark.parametrize(
    ("used", "found"),
    [
        (None, "None"),
        (at(8), f"{at(8)}, less than two minutes before that"),
        (at(14), f"{at(14)}, less than two minutes after that"),
        (at(12 + 7200), f"{at(12 + 7200)}, 2 hours after that"),
        (at(10 - 90061), f"{at(10 - 90061)}, 1 day 1 hour 1 minute before that"),
    ],
    ids=["none", "before the call", "after it", "in another zone", "a day ago"],
)
def test_no_use_within_the_call(claim, watch, last_use, used, found):
    watch.time, watch.used = at(12), used
    expected = f"expected a last use between {at(10)} and {at(12)}; it is {found}"
    assert broken(claim.counts_as_a_use, last_use) == expected


def test_use_that_is_no_later_than_the_one_before(claim, watch, last_use):
    watch.used = at(10)
    last_use.note()
    last_use.wait()
    claim.is_no_use(last_use)
    assert "expected a last use after" in broken(claim.counts_as_a_use, last_use)
    watch.used = at(11)
    claim.counts_as_a_use(last_use)
