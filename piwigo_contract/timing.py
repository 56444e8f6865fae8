"""Whether a target takes longer over one request than over another, told by comparing them in pairs."""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass

from piwigo_contract.answers import Answer
from piwigo_contract.credentials import Carrier
from piwigo_contract.gallery import Gallery

PAIRS = 40
ENOUGH = 33
"""Pairs measured, and how many of them must point the same way before two requests count as told apart."""

MARGIN = 0.001
"""Seconds that do not count: below that a difference drowns in the jitter of any network."""

# The false-alarm rate. In each pair a fair coin decides which of the two requests goes first. If the target treats
# both alike, exchanging them changes nothing but the sign of the pair's difference, so that each sign is a fair coin
# of its own, given everything else: load, drift, and jitter of any shape and however correlated, included. A request
# counts as slower in a pair only if it is so by more than MARGIN, which can't be likelier than the sign. So the number
# of pairs in which the first is slower is at most Binomial(40, 1/2), and
#     P(33 or more of 40) = (C(40,33) + C(40,34) + ... + C(40,40)) / 2**40 = 23242039 / 1099511627776 = 2.1e-5;
# for either of the two to be the slower one, 4.2e-5: one false alarm in some 23,000 runs. With a true difference below
# MARGIN the same bound holds as long as the jitter is symmetric between the two.


@dataclass(frozen=True)
class Race:
    """What came of it. Medians in seconds; `first_slower`, `second_slower`: in how many pairs, by more than MARGIN.

    pairs: how many were measured, at most PAIRS.
    """

    answers: tuple[Answer, ...]
    first_median: float
    second_median: float
    first_slower: int
    second_slower: int
    pairs: int

    @property
    def told_apart(self) -> bool:
        return max(self.first_slower, self.second_slower) >= ENOUGH

    def __str__(self) -> str:
        return (
            f"the first took {self.first_median * 1000:.1f} ms and the second {self.second_median * 1000:.1f} ms "
            f"(medians); the first was the slower in {self.first_slower}, the second in {self.second_slower} "
            f"of {self.pairs} pairs"
        )


def race(gallery: Gallery, first: Carrier, second: Carrier) -> Race:
    """Ask `whoami` with each of the two, in pairs one right after the other, in an order that a coin decides."""
    coin = random.SystemRandom()
    answers: list[Answer] = []

    def seconds(carrier: Carrier) -> float:
        answers.append(gallery.whoami(carrier))
        return gallery.transcript.exchanges[-1].seconds

    for carrier in (first, second):  # opens the connection, fills caches
        gallery.whoami(carrier)
    pairs: list[tuple[float, float]] = []
    while not _is_decided(pairs):
        if coin.random() < 0.5:
            pairs.append((seconds(first), seconds(second)))
        else:
            late = seconds(second)
            pairs.append((seconds(first), late))
    return Race(
        tuple(answers),
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        *_slower(pairs),
        len(pairs),
    )


def _slower(pairs: list[tuple[float, float]]) -> tuple[int, int]:
    return sum(one - other > MARGIN for one, other in pairs), sum(other - one > MARGIN for one, other in pairs)


def _is_decided(pairs: list[tuple[float, float]]) -> bool:
    """Whether the pairs still to come can't change the verdict: stopping then leaves the false-alarm rate as it is."""
    most = max(_slower(pairs))
    return most >= ENOUGH or most + PAIRS - len(pairs) < ENOUGH
