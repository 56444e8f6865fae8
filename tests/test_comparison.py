"""In what two results differ, and which differences say something."""

import pytest

from piwigo_contract.claims.comparison import as_text, differences, is_significant


@pytest.mark.parametrize(
    ("one", "other", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": "1"}, ["result.a"]),
        ({"a": 1}, {"a": True}, ["result.a"]),
        ({"a": 1}, {}, ["result.a"]),
        ({}, {"a": None}, ["result.a"]),
        ([], {}, ["result"]),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, ["result.a[1].b"]),
        ([1, 2], [1], ["result"]),
        (None, False, ["result"]),
    ],
)
def test_paths_of_differences(one, other, paths):
    assert list(differences(one, other)) == paths


def test_numbers_may_be_written_as_text():
    assert not list(differences({"a": 10}, {"a": "10"}, same=as_text))
    assert list(differences({"a": 10}, {"a": "11"}, same=as_text))
    assert list(differences({"a": True}, {"a": "True"}, same=as_text))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("result.urls[3]", False),
        ("result.urls", True),
        ("result.users[0].last", False),
        ("result.users[0].last.day", False),
        ("result.users[0].lastly", True),
        ("result.users", True),
    ],
)
def test_volatile_fields_say_nothing(path, says):
    assert is_significant(path, ["result.urls[]", "result.users[].last"]) == says
