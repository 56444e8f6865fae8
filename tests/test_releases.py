"""Which release's contract a target is held to."""

import shutil
from dataclasses import replace

import pytest
import yaml

from piwigo_contract.contract.releases import choose_profile, profiles
from piwigo_contract.contract.resources import SPECS
from piwigo_contract.errors import NoVerdict, UsageError

NEWEST = "17.0"


@pytest.mark.parametrize("reported", ["16.0.0", "16.1.0", "16.4.0", "16.4.12", "16.4", "17.0.0", "17.0.0beta1"])
def test_known_version(reported):
    choice = choose_profile(reported)
    assert (choice.profile.release, choice.note) == (reported[:4], None)


@pytest.mark.parametrize(
    ("reported", "nearest"),
    [("16.9.1", "16.4"), ("16.10.0", "16.4"), ("17.1.0", NEWEST), ("18.2", NEWEST), ("100.0.0", NEWEST)],
)
def test_version_between_or_after_the_known_ones(reported, nearest):
    choice = choose_profile(reported)
    assert choice.profile.release == nearest
    assert reported in choice.note
    assert nearest in choice.note


@pytest.mark.parametrize("reported", ["15.7.0", "15.99.99", "2.10.0", "1.0"])
def test_version_from_before_api_keys(reported):
    with pytest.raises(NoVerdict, match="no API keys") as caught:
        choose_profile(reported)
    assert reported in str(caught.value)


@pytest.mark.parametrize("reported", [None, "", "rubbish", "16", "v16.4.0", "-16.4", "99999.0"])
def test_version_that_says_nothing(reported):
    choice = choose_profile(reported)
    assert choice.profile.release == NEWEST
    assert "--release" in choice.note
    assert repr(reported) in choice.note if reported else "no version" in choice.note


@pytest.mark.parametrize(
    ("reported", "told"),
    [("16.4.0", None), ("16.0.0", "16.0.0"), ("15.7.0", "15.7.0"), ("rubbish", "rubbish"), (None, None)],
)
def test_release_that_is_asked_for_applies_whatever_is_reported(reported, told):
    choice = choose_profile(reported, "16.4")
    assert choice.profile.release == "16.4"
    assert choice.note is None if told is None else told in choice.note


def test_release_that_is_not_known():
    with pytest.raises(UsageError, match=r"^--release 16\.9: .*16\.4"):
        choose_profile("16.4.0", "16.9")


# ------------------------------------------------------------------ the files


@pytest.fixture
def change(tmp_path):
    """Sets fields of a release in a copy of the shipped files (None takes one away); gives the folder."""
    folder = shutil.copytree(SPECS / "releases", tmp_path / "releases")

    def change(release, /, **fields):
        path = folder / f"{release}.yaml"
        data = {**yaml.safe_load(path.read_text()), **fields}
        path.write_text(yaml.safe_dump({name: value for name, value in data.items() if value is not None}))
        return folder

    return change


def test_release_is_as_the_one_that_it_extends_but_for_what_it_says(change):
    told = {"clause": "HDR-01", "summary": "Other words.", "remedy": "Wait.", "upstream": None, "found": ["other"]}
    folder = change("16.1", header="X-OTHER", mended=["DER-15"], known_deviations=[told])
    first, second, third = list(profiles(folder).values())[:3]
    assert (second.header, second.token_with_key) == ("X-OTHER", first.token_with_key)
    assert second.forbidden_methods == first.forbidden_methods
    assert set(first.known_deviations) - set(second.known_deviations) == {"DER-15"}
    assert second.known_deviations["HDR-01"].summary == "Other words."
    assert third == replace(second, release="16.2", extends="16.1")


WHOLE = {"token_with_key": "needless", "forbidden_methods": [], "known_deviations": []}
DEFECTS = {
    "unknown field": ({"colour": "red"}, "has no field colour; a release has release, and may have extends"),
    "release as a number": ({"release": 16.1}, "release is a release such as '16.4', in quotes, not 16.1"),
    "another release's name": ({"release": "16.8"}, "'16.8'"),
    "extends none, and says little": ({"extends": None, "mended": None}, "lacks token_with_key and forbidden"),
    "extends none, and mends": (
        {**WHOLE, "extends": None},
        "lacks extends; a release with something mended has extends",
    ),
    "extends a later one": ({"extends": "16.4"}, "extends 16.4, which is no earlier release"),
    "extends itself": ({"extends": "16.1"}, "extends 16.1, which is no earlier release"),
    "token": ({"token_with_key": "perhaps"}, "token_with_key is must-be-present or needless, not 'perhaps'"),
    "mends what was whole": ({"mended": ["REJ-01"]}, "REJ-01: is mended, but no known deviation of 16.0"),
    "deviation without a link": (
        {"known_deviations": [{"clause": "REJ-01", "summary": "x"}]},
        "REJ-01: lacks remedy, upstream and found",
    ),
}


@pytest.mark.parametrize(("fields", "word"), DEFECTS.values(), ids=DEFECTS)
def test_defect_of_a_release(change, fields, word):
    folder = change("16.1", **fields)
    with pytest.raises(UsageError) as caught:
        profiles(folder)
    line = str(caught.value)
    assert line.startswith(f"{folder / '16.1.yaml'}: ")
    assert word in line
    assert "\n" not in line
