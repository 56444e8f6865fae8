"""Whether a target takes longer for one request than for another, decided by comparing them in pairs."""

from __future__ import annotations

import logging
import statistics
from dataclasses import dataclass

from piwigo_contract.client.alone import alone_with
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Carrier
from piwigo_contract.client.gallery import Gallery

_log = logging.getLogger(__name__)

PAIRS = 40
ENOUGH = 33
"""Pairs measured, and how many of them must point the same way before two requests count as told apart."""

SHOWN_PAIRS = 3
"""Pairs sent once more after the decision, for the report only; they are not counted."""

MARGIN = 0.001
"""Seconds of difference that are ignored: smaller ones can't be told from network jitter."""

# The false-alarm rate. In each pair a fair coin decides which of the two requests goes first. If the target treats
# both alike, exchanging them changes nothing but the sign of the pair's difference, so that each sign is a fair coin
# of its own, given everything else: load, drift, and jitter of any shape and however correlated, included. A request
# counts as slower in a pair only if it is so by more than MARGIN, which can't be likelier than the sign. So the number
# of pairs in which the first is slower is at most Binomial(40, 1/2), and
#     P(33 or more of 40) = (C(40,33) + C(40,34) + ... + C(40,40)) / 2**40 = 23242039 / 1099511627776 = 2.1e-5;
# for either of the two to be the slower one, 4.2e-5: one false alarm in some 23,000 runs. With a true difference below
# MARGIN the same bound holds as long as the jitter is symmetric between the two.


@dataclass(frozen=True)
class TimingComparison:
    """What came of it.

    answers: those to the first request, then those to the second. Medians in seconds. first_slower, second_slower: in
    how many pairs, by more than MARGIN. pairs: how many were measured, at most PAIRS.
    """

    answers: tuple[Answer, ...]
    first_median: float
    second_median: float
    first_slower: int
    second_slower: int
    pairs: int

    @property
    def distinguishable(self) -> bool:
        """Whether one of the two was slower in ENOUGH pairs."""
        return max(self.first_slower, self.second_slower) >= ENOUGH

    def __str__(self) -> str:
        """What decides, in words that are the same each time."""
        if not self.distinguishable:
            return "no difference"
        slower = "first" if self.first_slower > self.second_slower else "second"
        return f"the {slower} was the slower by over {MARGIN * 1000:.0f} ms in {ENOUGH} of at most {PAIRS} pairs"

    @property
    def figures(self) -> str:
        """What was measured."""
        return (
            f"the first took {self.first_median * 1000:.1f} ms and the second {self.second_median * 1000:.1f} ms "
            f"(medians); the first was the slower in {self.first_slower}, the second in {self.second_slower} "
            f"of {self.pairs} pairs"
        )


def compare_timing(gallery: Gallery, first: Carrier, second: Carrier) -> TimingComparison:
    """Ask `whoami` with each of the two, in pairs one right after the other, in an order that a coin decides.

    No other comparison of this user's on this machine disturbs the target meanwhile.
    """
    with alone_with(gallery.url):
        return _compared(gallery, first, second)


def _compared(gallery: Gallery, first: Carrier, second: Carrier) -> TimingComparison:
    answers: tuple[list[Answer], list[Answer]] = ([], [])

    def seconds(which: int) -> float:
        answers[which].append(gallery.whoami((first, second)[which]))
        return gallery.transcript.exchange_of(answers[which][-1]).seconds

    for carrier in (first, second):  # opens the connection, fills caches
        gallery.whoami(carrier)
    pairs: list[tuple[float, float]] = []
    while not _is_decided(pairs):
        if gallery.rng.random() < 0.5:
            pairs.append((seconds(0), seconds(1)))
        else:
            late = seconds(1)
            pairs.append((seconds(0), late))
    result = TimingComparison(
        (*answers[0], *answers[1]),
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        *_slower(pairs),
        len(pairs),
    )
    if result.distinguishable:
        _log.warning("%s", result.figures)
        for _ in range(SHOWN_PAIRS):  # what reports show, in the same order each time
            seconds(0), seconds(1)
    return result


def _slower(pairs: list[tuple[float, float]]) -> tuple[int, int]:
    return sum(one - other > MARGIN for one, other in pairs), sum(other - one > MARGIN for one, other in pairs)


def _is_decided(pairs: list[tuple[float, float]]) -> bool:
    """Whether the pairs still to come can't change the verdict: stopping then leaves the false-alarm rate as it is."""
    most = max(_slower(pairs))
    return most >= ENOUGH or most + PAIRS - len(pairs) < ENOUGH
