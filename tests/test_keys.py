"""Keys that go from one check to the next, so that few are made: only those that are in force for certain."""

import pytest

from piwigo_contract.client.transcript import Transcript


@pytest.fixture
def keys(place):
    return place.makers.keys


@pytest.fixture
def next_check(place):
    def begin():
        place.target.gallery.transcript = Transcript()

    return begin


def test_a_check_is_given_what_an_earlier_one_left(keys, next_check):
    first = keys.live()
    keys.rename(first, keys.new_name(keys.owner_of(first)))
    next_check()
    assert keys.live() == first


def test_a_check_is_given_no_key_twice(keys, next_check):
    first = keys.live()
    next_check()
    assert keys.live() == first
    assert keys.live() != first


def test_others_do_not_get_the_key(place, keys, next_check):
    first = keys.live()
    next_check()
    assert keys.live(place.makers.users.new()).owner != first.owner


@pytest.mark.parametrize("end", ["revoked", "expired", "refused", "unlisted"])
def test_a_key_that_ended_is_given_to_nobody(place, keys, next_check, end):
    first = keys.live()
    kept = place.store.keys[first.pkid.reveal()]
    if end == "revoked":
        keys.revoke(first)
    elif end == "expired":
        kept.expired_on = place.now.replace(year=place.now.year - 1)
    elif end == "refused":
        kept.secret = place.store.keys[keys.new().pkid.reveal()].secret
    else:
        del place.store.keys[first.pkid.reveal()]
    next_check()
    assert keys.live() != first
