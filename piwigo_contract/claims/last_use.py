"""The last use of a key, as its owner is told it: whether a call moved it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from piwigo_contract.claims.claim import BaseClaim, compared, shown
from piwigo_contract.client.clock import Clock, between, how_far_off


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
    """When something happened, and what a call did to the last use of a key.

    The latter is to be claimed before the key is used once more.
    """

    def is_of_this_call(
        self, what: str, since: datetime.datetime, when: datetime.datetime | None, until: datetime.datetime
    ) -> None:
        """The target says that `what` happened between two readings of its clock, `since` and `until`."""
        found = f"it is {when}, {how_far_off(since, when, until)}" if when else f"it is {shown(when)}"
        self.that(between(since, when, until), f"{what} between {since} and {until}", found)

    def counts_as_a_use(self, last_use: LastUse) -> None:
        """The last use is the time of this call, by the target's clock, and later than the one before."""
        since, until, used = last_use.since, last_use.clock.now(), last_use.told()
        self.is_of_this_call("a last use", since, used, until)
        if used is not None and last_use.before is not None:
            off = how_far_off(last_use.before, used, last_use.before)
            self.that(used > last_use.before, f"a last use after {last_use.before}", f"it is {used}, {off}")

    def is_no_use(self, last_use: LastUse) -> None:
        """The last use is what it was before."""
        before, used = last_use.before, last_use.told()
        was, now = compared(before, used)
        self.that(used == before, f"the last use to stay {was}", f"it is {now}")
