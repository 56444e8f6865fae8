"""Which release's contract a target is held to."""

import pytest

from piwigo_contract.contract.releases import choose
from piwigo_contract.errors import NoVerdict, UsageError

NEWEST = "17.0"


@pytest.mark.parametrize("reported", ["16.0.0", "16.1.0", "16.4.0", "16.4.12", "16.4", "17.0.0", "17.0.0beta1"])
def test_known_version(reported):
    choice = choose(reported)
    assert (choice.profile.release, choice.note) == (reported[:4], None)


@pytest.mark.parametrize(
    ("reported", "nearest"),
    [("16.9.1", "16.4"), ("16.10.0", "16.4"), ("17.1.0", NEWEST), ("18.2", NEWEST), ("100.0.0", NEWEST)],
)
def test_version_between_or_after_the_known_ones(reported, nearest):
    choice = choose(reported)
    assert choice.profile.release == nearest
    assert reported in choice.note
    assert nearest in choice.note


@pytest.mark.parametrize("reported", ["15.7.0", "15.99.99", "2.10.0", "1.0"])
def test_version_from_before_api_keys(reported):
    with pytest.raises(NoVerdict, match="no API keys") as caught:
        choose(reported)
    assert reported in str(caught.value)


@pytest.mark.parametrize("reported", [None, "", "rubbish", "16", "v16.4.0", "-16.4", "99999.0"])
def test_version_that_says_nothing(reported):
    choice = choose(reported)
    assert choice.profile.release == NEWEST
    assert "--release" in choice.note
    assert repr(reported) in choice.note if reported else "no version" in choice.note


@pytest.mark.parametrize(
    ("reported", "told"),
    [("16.4.0", None), ("16.0.0", "16.0.0"), ("15.7.0", "15.7.0"), ("rubbish", "rubbish"), (None, None)],
)
def test_release_that_is_asked_for_applies_whatever_is_reported(reported, told):
    choice = choose(reported, "16.4")
    assert choice.profile.release == "16.4"
    assert choice.note is None if told is None else told in choice.note


def test_release_that_is_not_known():
    with pytest.raises(UsageError, match=r"^--release 16\.9: .*16\.4"):
        choose("16.4.0", "16.9")
