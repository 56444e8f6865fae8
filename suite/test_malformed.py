"""Malformed keys: each family is one way to get a key wrong, tried in every run. None may authenticate anybody."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piwigo_contract.check import clause
from piwigo_contract.generation import malformed as strategies


@pytest.mark.parametrize(
    "family",
    [
        pytest.param(strategies.CHANGED_IN_SECRET, marks=clause("MAL-01")),
        pytest.param(strategies.DROPPED_FROM_SECRET, marks=clause("MAL-02")),
        pytest.param(strategies.DOUBLED_IN_SECRET, marks=clause("MAL-03")),
        pytest.param(strategies.CHANGED_IN_IDENTIFIER, marks=clause("MAL-04")),
        pytest.param(strategies.DROPPED_FROM_IDENTIFIER, marks=clause("MAL-05")),
        pytest.param(strategies.DOUBLED_IN_IDENTIFIER, marks=clause("MAL-06")),
        pytest.param(strategies.CASE_OF_SECRET, marks=clause("MAL-07")),
        pytest.param(strategies.SEPARATOR_REPLACED, marks=clause("MAL-08")),
        pytest.param(strategies.COLON_MOVED, marks=clause("MAL-09")),
        pytest.param(strategies.COLON_DOUBLED, marks=clause("MAL-10")),
        pytest.param(strategies.DATE_IMPOSSIBLE, marks=clause("MAL-11")),
        pytest.param(strategies.TRUNCATED, marks=clause("MAL-12")),
        pytest.param(strategies.JUNK_ADDED, marks=clause("MAL-13")),
        pytest.param(strategies.VERY_LONG, marks=clause("MAL-14")),
        pytest.param(strategies.ENCODED, marks=clause("MAL-15")),
        pytest.param(strategies.UNICODE, marks=clause("MAL-16")),
        pytest.param(strategies.INJECTED, marks=clause("MAL-17")),
        pytest.param(strategies.SHAPED, marks=clause("MAL-18")),
        pytest.param(strategies.SCHEME_WORD, marks=clause("MAL-19")),
        pytest.param(strategies.CONTROL_CHARACTERS, marks=clause("MAL-21")),
    ],
    ids=str,
)
def test_every_member_of(gallery, key, some, expect, family):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    values = [value for _, value in some(family.members(key), sharp=family.has_sharp, usual=20)]
    expect.none_of_these_authenticates(gallery.whoami_batch(values))
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("MAL-20")
def test_two_keys_in_one_value(gallery, key, second_key, some, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(second_key)).is_the_owner_of(second_key)
    expect.none_of_these_authenticates(
        gallery.whoami_batch([value for _, value in some(strategies.joined(key, second_key), usual=20)])
    )
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@pytest.mark.parametrize(
    "family",
    [
        pytest.param(strategies.SLICE_REPLACED, marks=clause("MAL-22")),
        pytest.param(strategies.MADE_UP, marks=clause("MAL-23")),
        pytest.param(strategies.FROM_NOWHERE, marks=clause("MAL-24")),
    ],
    ids=str,
)
@settings(max_examples=max(2, settings().max_examples // 10))
@given(data=st.data())
def test_generated(gallery, key, expect, family, data):
    values = data.draw(family.batches(key))
    expect.begin_example()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.none_of_these_authenticates(gallery.whoami_batch(values))
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
