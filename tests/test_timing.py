"""Races: how seldom chance alone tells two requests apart, and that a true difference does. Nothing here takes time."""

import inspect
import itertools
import math
import os
import random
import re
import tempfile
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piwigo_contract.claims import timing
from piwigo_contract.claims.timing import ENOUGH, MARGIN, PAIRS, SHOWN_PAIRS, compare_timing
from piwigo_contract.client.alone import alone_with
from piwigo_contract.client.credentials import KeyHeader

FIRST, SECOND = KeyHeader("pkid-1:one"), KeyHeader("pkid-2:other")
BASE = 0.05
STEP = 3 * MARGIN


class Gallery:
    """What `compare_timing` needs of one.

    take: the seconds of an answer, given who asks and how many asked before (in all).
    """

    url = "http://timed.test/"

    def __init__(self, take, seed=1):
        self.take, self.asked = take, []
        self.rng = random.Random(seed)
        self._exchanges = {}
        self.transcript = SimpleNamespace(exchange_of=self._exchanges.__getitem__)

    def whoami(self, carrier):
        answer = f"answer {len(self.asked) + 1}"
        self._exchanges[answer] = SimpleNamespace(seconds=self.take(carrier, len(self.asked)))
        self.asked.append(carrier)
        return answer


def of_signs(signs):
    """A gallery in whose pairs the first takes longer (1), the second (-1), or neither (0)."""
    # the first answer is to what warms up
    left = {FIRST: iter([0, *(max(sign, 0) for sign in signs)]), SECOND: iter([0, *(max(-sign, 0) for sign in signs)])}
    return Gallery(lambda carrier, _: BASE + STEP * next(left[carrier], 0))


def told_apart_by_all(signs):
    """The verdict where no pair is left out."""
    return max(signs.count(1), signs.count(-1)) >= timing.ENOUGH


def bound():
    """How often chance may tell two requests apart that are alike."""
    tail = sum(math.comb(timing.PAIRS, slower) for slower in range(timing.ENOUGH, timing.PAIRS + 1))
    return 2 * tail / 2**timing.PAIRS


@pytest.fixture
def smaller(monkeypatch):
    """Races of so few pairs that every one can be run, and that chance decides one often enough to be counted."""

    def make(pairs, enough):
        monkeypatch.setattr(timing, "PAIRS", pairs)
        monkeypatch.setattr(timing, "ENOUGH", enough)

    return make


def alarms(make, races):
    """How many of so many races, each on a gallery of its own, tell the two apart."""
    return sum(compare_timing(make(number), FIRST, SECOND).distinguishable for number in range(races))


# ------------------------------------------------------------------ the error bound


def test_the_bound_that_is_stated_is_the_bound():
    source = inspect.getsource(timing)
    told = re.search(r"P\((\d+) or more of (\d+)\) = .* = (\d+) / (\d+) = ([\d.e-]+);", source)
    enough, pairs, favourable, all_told, one_sided = told.groups()
    two_sided, runs = re.search(
        r"for either of the two .*, ([\d.e-]+): one false alarm in some ([\d,]+)", source
    ).groups()
    assert (int(pairs), int(enough)) == (PAIRS, ENOUGH)
    assert int(all_told) == 2**PAIRS
    assert int(favourable) / 2**PAIRS == bound() / 2
    assert (one_sided, two_sided) == tuple(f"{each:.1e}".replace("e-0", "e-") for each in (bound() / 2, bound()))
    assert int(runs.replace(",", "")) == math.floor(1 / bound() / 1000) * 1000
    assert bound() < 1e-4


def test_a_fair_coin_is_told_apart_as_often_as_the_bound_says(smaller):
    """The bound is reached where each pair differs by more than the margin; four standard deviations are allowed."""
    smaller(8, 7)
    races = 4000

    def fair(number):
        signs = random.Random(f"fair {number}")
        return of_signs([signs.choice([1, -1]) for _ in range(8)])

    assert abs(alarms(fair, races) - races * bound()) < 4 * math.sqrt(races * bound())


def test_a_fair_coin_tells_nothing_apart():
    def fair(number):
        signs = random.Random(f"fair {number}")
        return of_signs([signs.choice([1, -1]) for _ in range(PAIRS)])

    assert alarms(fair, 1000) == 0


def drift(number):
    """Each answer takes longer than the one before, whoever asks."""
    return Gallery(lambda _, asked: BASE + STEP * asked, seed=number)


def spikes(number):
    """One answer in four takes far longer, whoever asks."""
    jitter = random.Random(f"spikes {number}")
    return Gallery(lambda *_: BASE + jitter.choice([0, 0, 0, 500 * MARGIN]), seed=number)


def load(number):
    """Load that comes and goes: an answer takes about as long as the one before."""
    jitter, level = random.Random(f"load {number}"), [BASE]

    def take(*_):
        level[0] = abs(level[0] + jitter.gauss(0, 5 * MARGIN))
        return level[0]

    return Gallery(take, seed=number)


@pytest.mark.parametrize("trouble", [drift, spikes, load])
def test_what_both_suffer_stays_below_the_bound(smaller, trouble):
    """Since a coin decides who goes first. Four standard deviations are allowed."""
    smaller(8, 7)
    races = 2000
    assert alarms(trouble, races) < races * bound() + 4 * math.sqrt(races * bound())


@pytest.mark.parametrize("trouble", [drift, spikes, load])
def test_what_both_suffer_tells_nothing_apart(trouble):
    assert alarms(trouble, 200) == 0


# ------------------------------------------------------------------ stopping early


@pytest.mark.parametrize(("pairs", "enough"), [(5, 4), (6, 6), (6, 5), (7, 6)])
def test_it_stops_when_the_rest_can_t_change_the_verdict_and_not_before(smaller, pairs, enough):
    """Over all races there are."""
    smaller(pairs, enough)
    verdicts = {}
    for signs in itertools.product((1, 0, -1), repeat=pairs):
        result = compare_timing(of_signs(signs), FIRST, SECOND)
        assert result.distinguishable == told_apart_by_all(signs)
        for length in range(pairs + 1):
            verdicts.setdefault(signs[:length], set()).add(result.distinguishable)
    for signs in itertools.product((1, 0, -1), repeat=pairs):
        decided = next(length for length in range(pairs + 1) if len(verdicts[signs[:length]]) == 1)
        assert compare_timing(of_signs(signs), FIRST, SECOND).pairs == decided


@st.composite
def nearly_decided(draw):
    """All pairs of a race, in any order, about as many of them one way as it takes."""
    one_way = draw(st.integers(ENOUGH - 3, ENOUGH + 3))
    others = draw(st.lists(st.sampled_from([0, -1]), min_size=PAIRS - one_way, max_size=PAIRS - one_way))
    sign = draw(st.sampled_from([1, -1]))
    return [sign * each for each in draw(st.permutations([1] * one_way + others))]


@given(nearly_decided() | st.lists(st.sampled_from([1, 0, -1]), min_size=PAIRS, max_size=PAIRS))
def test_the_verdict_is_that_of_all_pairs(signs):
    result = compare_timing(of_signs(signs), FIRST, SECOND)
    assert result.distinguishable == told_apart_by_all(signs)
    measured = signs[: result.pairs]
    assert (result.first_slower, result.second_slower) == (measured.count(1), measured.count(-1))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("slower", "apart"), [(ENOUGH - 1, False), (ENOUGH, True)])
def test_so_many_pairs_are_enough_and_one_fewer_is_not(sign, slower, apart):
    rest = [0] * (PAIRS - slower)
    assert compare_timing(of_signs([*rest, *[sign] * slower]), FIRST, SECOND).distinguishable == apart
    assert compare_timing(of_signs([*[sign] * slower, *rest]), FIRST, SECOND).distinguishable == apart


# ------------------------------------------------------------------ what is a difference


@pytest.mark.parametrize(("part", "apart"), [(0.9, False), (1.1, True)])
def test_what_is_below_the_margin_does_not_count(part, apart):
    gallery = Gallery(lambda carrier, _: BASE + (part * MARGIN if carrier is FIRST else 0))
    result = compare_timing(gallery, FIRST, SECOND)
    assert (result.distinguishable, result.first_slower) == (apart, ENOUGH if apart else 0)


@pytest.mark.parametrize(("slow", "word"), [(FIRST, "first"), (SECOND, "second")])
def test_a_true_difference_is_found_among_jitter(slow, word, caplog):
    """Of 5 ms, where any answer takes up to 4 ms more than another, and whoever asks first 2 ms more."""
    jitter = random.Random(7)

    def take(carrier, asked):
        return BASE + jitter.uniform(0, 4 * MARGIN) + (asked % 2) * 2 * MARGIN + (5 * MARGIN if carrier is slow else 0)

    result = compare_timing(Gallery(take), FIRST, SECOND)
    assert result.distinguishable
    assert str(result) == f"the {word} was the slower by over 1 ms in {ENOUGH} of at most {PAIRS} pairs"
    assert abs(abs(result.first_median - result.second_median) - 5 * MARGIN) < 2 * MARGIN
    assert (result.first_median > result.second_median) == (slow is FIRST)
    assert result.figures in caplog.text


def test_medians_are_those_of_the_pairs_and_not_of_what_warms_up():
    gallery = Gallery(lambda carrier, asked: 9 if asked < 2 else 0.002 if carrier is FIRST else 0.0024)
    result = compare_timing(gallery, FIRST, SECOND)
    assert (result.first_median, result.second_median) == (0.002, 0.0024)
    assert str(result) == "no difference"
    assert "first took 2.0 ms and the second 2.4 ms" in result.figures


def test_who_is_asked_and_which_answers_count():
    """In pairs, in an order that a coin decides; where two are told apart a few are shown after it, in a fixed one."""
    gallery = of_signs([1] * PAIRS)
    result = compare_timing(gallery, FIRST, SECOND)
    warm_up, pairs, shown = gallery.asked[:2], gallery.asked[2 : 2 + 2 * ENOUGH], gallery.asked[2 + 2 * ENOUGH :]
    assert warm_up == [FIRST, SECOND]
    assert shown == [FIRST, SECOND] * SHOWN_PAIRS
    assert set(zip(pairs[::2], pairs[1::2], strict=True)) == {(FIRST, SECOND), (SECOND, FIRST)}
    answers = [[f"answer {n}" for n, asked in enumerate(pairs, 3) if asked is carrier] for carrier in (FIRST, SECOND)]
    assert result.answers == (*answers[0], *answers[1])


def test_nothing_is_shown_of_two_that_are_alike():
    gallery = of_signs([0] * PAIRS)
    result = compare_timing(gallery, FIRST, SECOND)
    assert len(gallery.asked) == 2 + 2 * result.pairs
    assert result.pairs == PAIRS - ENOUGH + 1


def test_one_comparison_of_a_target_at_a_time():
    """Two that are made at the same time ask one after the other, and two targets are no matter of each other."""
    order, first_asks, other_is_done = [], threading.Event(), threading.Event()

    def compare(name, url, asks, wait):
        def take(carrier, asked):
            order.append(name)
            asks.set()
            assert wait is None or wait.wait(10)
            return BASE

        gallery = Gallery(take)
        gallery.url = url
        compare_timing(gallery, FIRST, SECOND)

    first = threading.Thread(target=compare, args=("first", "http://one.test/", first_asks, other_is_done))
    first.start()
    assert first_asks.wait(10)
    second = threading.Thread(target=compare, args=("second", "http://one.test/", threading.Event(), None))
    second.start()
    compare("other", "http://other.test/", threading.Event(), None)
    assert "second" not in order
    other_is_done.set()
    first.join()
    second.join()
    assert [name for name, _ in itertools.groupby(order) if name != "other"][-2:] == ["first", "second"]
    assert order[-1] == "second"


def test_lock_of_others_is_nobodys_matter(monkeypatch, tmp_path):
    """A folder that somebody else can write to has no lock to wait for."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / f"piwigo-contract-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    with alone_with("http://one.test/"), alone_with("http://one.test/"):
        assert list(folder.iterdir()) == []
    folder.chmod(0o700)
    with alone_with("http://one.test/"):
        assert len(list(folder.iterdir())) == 1
    assert list(folder.iterdir()) == []
