"""Generated keys: the same choices mean the same on another gallery, are kept between runs, and hold no secret."""

import ast
import re
from dataclasses import replace

import pytest
from hypothesis import Phase, find, given, reproduce_failure, settings
from hypothesis import strategies as st

from piwigo_contract.client.credentials import ApiKey, User
from piwigo_contract.client.vault import Secret
from piwigo_contract.generation import malformed as strategies
from piwigo_contract.generation.profiles import EXAMPLES
from piwigo_contract.reference import Reference, start

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
    @settings(database=None, max_examples=20)
    @given(data=st.data())
    def test(data):
        values = [value.reveal() for value in data.draw(family.batches(HERE))]
        assert len(values) <= family.batch
        assert HERE.secret.reveal() not in values
        assert not {"", "0"} & set(values), "to PHP those are no header at all"

    test()


def test_a_failing_batch_shrinks_to_the_one_value_that_matters():
    batches = replace(strategies.FROM_NOWHERE, batch=30).batches(HERE)
    smallest = find(batches, lambda values: any(not value.reveal().isascii() for value in values))
    assert [value.reveal() for value in smallest] == ["0\N{INVERTED EXCLAMATION MARK}"]


def test_profiles_are_those_that_are_documented():
    assert list(EXAMPLES) == ["quick", "standard", "deep", "unshrunk"]
    assert EXAMPLES["unshrunk"] == EXAMPLES["quick"] < EXAMPLES["standard"] < EXAMPLES["deep"]


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
    assert not [pkid for pkid in keys if pkid.encode() in kept]
