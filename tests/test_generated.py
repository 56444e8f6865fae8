"""Generated keys: the same choices mean the same on another gallery, are kept between runs, and hold no secret."""

import ast
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, find, given, reproduce_failure, settings
from hypothesis import strategies as st

from piwigo_contract.client.credentials import ApiKey, User
from piwigo_contract.client.vault import Secret
from piwigo_contract.generation import malformed as strategies
from piwigo_contract.generation.hypothesis_profiles import EXAMPLES, use_profiles
from piwigo_contract.reference import Reference, start
from tests.running import ROOT

ALICE = User("alice", "normal")
HERE, THERE = (
    ApiKey(Secret("PIWIGO_API_KEY", f"pkid-2025{day}-{20 * letter}:{40 * letter}"), ALICE)
    for day, letter in (("0609", "a"), ("1231", "Z"))
)
FAMILIES = [strategies.SLICE_REPLACED, strategies.MADE_UP, strategies.FROM_NOWHERE]
MUTANT = "text-that-is-not-ascii-is-fatal"


class Found(Exception):
    pass


def failing(family, key, drawn, *decorators):
    """A generated test that fails for each batch of five and more, and notes what was drawn last."""

    @settings(database=None, print_blob=True, phases=[Phase.explicit, Phase.generate])
    @given(data=st.data())
    def test(data):
        drawn[:] = [value.shell() for value in data.draw(family.batches(key))]
        if len(drawn) > 4:
            raise Found

    for decorator in decorators:
        test = decorator(test)
    return test


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_the_same_example_on_another_gallery_is_the_same_mutation_of_another_key(family):
    here, there = [], []
    with pytest.raises(Found) as found:
        failing(family, HERE, here)()
    version, blob = re.search(r"@reproduce_failure\('(.+?)', (b'.+?')\)", "\n".join(found.value.__notes__)).groups()
    with pytest.raises(Found):
        failing(family, THERE, there, reproduce_failure(version, ast.literal_eval(blob)))()
    assert here == there


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_no_batch_is_a_key(family):
    sizes = set()

    @settings(database=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test(data):
        values = [value.reveal() for value in data.draw(family.batches(HERE))]
        sizes.add(len(values))
        assert 1 <= len(values) <= family.batch
        assert HERE.secret.reveal() not in values
        assert not {"", "0"} & set(values), "to PHP those are no header at all"

    test()
    assert max(sizes) > family.batch / 2


def test_a_failing_batch_shrinks_to_the_one_value_that_matters():
    batches = replace(strategies.FROM_NOWHERE, batch=30).batches(HERE)
    shrinking = settings(max_examples=100, phases=tuple(Phase), database=None)  # whatever profile is in use
    smallest = find(batches, lambda values: any(not value.reveal().isascii() for value in values), settings=shrinking)
    assert [value.reveal() for value in smallest] == ["0\N{INVERTED EXCLAMATION MARK}"]


@pytest.fixture
def profile():
    """What hypothesis goes by in a run with `--hypothesis-profile` NAME, or without one, with the usual effort."""
    before = settings.default

    def chosen(name=None):
        use_profiles(SimpleNamespace(getoption=lambda option, default: name), "standard")
        return settings.default if name is None else settings.get_profile(name)

    yield chosen
    settings.register_profile("before", before)
    settings.load_profile("before")


def test_profiles_are_those_that_are_documented(profile):
    """With as many keys as is written there: each family has a tenth of the examples, of half a batch each."""
    text = " ".join((ROOT / "docs" / "odd-requests.md").read_text(encoding="utf-8").split())
    pattern = r"`--effort (\w+)`, `(\w+)` \(the default\) or `(\w+)` .*? some (\d+), (\d+) or (\d+) keys"
    quick, standard, deep, *keys = re.search(pattern, text).groups()
    assert list(EXAMPLES) == [quick, standard, deep, "unshrunk"]
    for name, told in zip((quick, standard, deep), map(int, keys), strict=True):
        sent = profile(name).max_examples / 10 * sum(family.batch for family in FAMILIES) / 2
        assert abs(sent - told) < told / 20
    assert profile().max_examples == profile(standard).max_examples


@pytest.mark.parametrize("name", EXAMPLES)
def test_busy_machine_is_no_fault(profile, name):
    """Values that took seconds to draw would end the check as an error of the suite."""
    assert profile(name).deadline is None
    assert HealthCheck.too_slow in profile(name).suppress_health_check


def test_unshrunk_is_quick_and_does_not_shrink(profile):
    assert "profile `unshrunk`" in (ROOT / "docs" / "detection.md").read_text(encoding="utf-8")
    assert set(profile("quick").phases) - set(profile("unshrunk").phases) == {Phase.shrink}
    assert profile("quick").max_examples == profile("unshrunk").max_examples


def test_profile_that_there_is_not(profile):
    with pytest.raises(pytest.UsageError, match="'deepest' is not one of quick, standard, deep, unshrunk"):
        profile("deepest")


def test_examples_are_kept_between_runs_with_no_secret(run):
    """What failed is tried first the next time, and how to make it again is told."""
    with start(Reference(mutant=MUTANT)) as server:
        told = {"PIWIGO_WEBMASTER": server.banner["webmaster"]}
        options = ("--target", server.url, "-k", "MAL-24", "--hypothesis-profile", "quick", "-p", "no:html")
        options += ("--hypothesis-show-statistics",)
        first = run(*options, **told)
        sent = first.target()["requests"]
        second = run(*options, **told)
        keys = [key.pkid for key in server.gallery.store.keys.values()]
    assert second.clause("MAL-24")["outcome"] == "fail"
    assert second.target()["requests"] < sent / 2
    assert "during reuse phase" in second.out
    assert "keys refused by the API" in first.out
    assert re.search(r"the same examples, on any target: @reproduce_failure\(.+\) above test_generated", second.out)
    kept = b"".join(text for path, text in second.files().items() if ".hypothesis" in path.parts)
    assert kept
    assert keys
    assert not [pkid for pkid in keys if pkid.encode() in kept]
