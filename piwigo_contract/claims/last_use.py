"""The last use of a key, as its owner is told it: whether a call moved it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from piwigo_contract.claims.claim import BaseClaim, shown
from piwigo_contract.client.clock import Clock, between


class LastUse:
    """The last use of a key that was never used, from now on.

    told: asks what the key's owner is told, None where it was never used. clock: the target's.
    """

    def __init__(self, told: Callable[[], datetime.datetime | None], clock: Clock) -> None:
        self.told = told
        self.clock = clock
        self.before: datetime.datetime | None = None
        """What the owner was told before the call that is claimed of."""
        self.since = clock.now()
        """The target's time before that call."""

    def note(self) -> None:
        """What the owner is told now is what it was before."""
        self.before = self.told()

    def wait(self) -> None:
        """Until another use would be told apart from the one before."""
        self.since = self.clock.next_second()


class LastUseClaims(BaseClaim):
    """What a call did to the last use of a key. To be claimed before the key is used once more."""

    def counts_as_a_use(self, last_use: LastUse) -> None:
        """The last use is the time of this call, by the target's clock, and later than the one before."""
        since, until, used = last_use.since, last_use.clock.now(), last_use.told()
        self.that(between(since, used, until), f"a last use between {since} and {until}", f"it is {used}")
        if used is not None and last_use.before is not None:
            self.that(used > last_use.before, f"a last use after {last_use.before}", f"it is {used}")

    def is_no_use(self, last_use: LastUse) -> None:
        """The last use is what it was before."""
        before, used = last_use.before, last_use.told()
        self.that(used == before, f"the last use to stay {shown(before)}", f"it is {shown(used)}")
