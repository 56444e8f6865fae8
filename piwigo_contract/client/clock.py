"""The target's own clock, as `pwg.session.getStatus` tells it: nothing is assumed of how far it is off."""

from __future__ import annotations

import datetime
import time
from typing import Any

from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import OutOfReach

LONGEST_SECOND = 5.0
"""Seconds after which a clock that has not moved on is taken to stand still."""


class Clock:
    """Times are naive datetimes of the target's own zone, to the second, as its database writes them."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery

    def now(self) -> datetime.datetime:
        """What time it is there. Raises OutOfReach where the target does not say."""
        answer = self._gallery.whoami(verb="GET")
        return parse_time(answer.envelope.result.get("current_datetime") if answer.caller and answer.envelope else None)

    def next_second(self) -> datetime.datetime:
        """Wait until the target's clock shows a later second than now, and return it."""
        start, gave_up = self.now(), time.monotonic() + LONGEST_SECOND
        while (now := self.now()) <= start:
            if time.monotonic() > gave_up:
                raise OutOfReach(detail="a clock that goes on (current_datetime of pwg.session.getStatus)")
            time.sleep(0.05)  # the event is the target's: it can only be asked for
        return now

    def pass_by(self, when: datetime.datetime) -> None:
        """Wait until the target's clock is past `when`, if that is a matter of seconds."""
        if self.now() <= when <= self.now() + datetime.timedelta(seconds=LONGEST_SECOND):
            while self.next_second() <= when:
                pass


A_SECOND = datetime.timedelta(seconds=1)


def between(start: datetime.datetime, when: datetime.datetime | None, end: datetime.datetime) -> bool:
    """Whether a time that the target wrote down lies between two readings of its clock, give or take a second.

    Its database's NOW() is when a statement began, and some servers round a time where others cut it.
    """
    return when is not None and start - A_SECOND <= when <= end + A_SECOND


def parse_time(text: Any) -> datetime.datetime:
    """A time as Piwigo writes it, `2026-01-31 23:59:59`. Raises OutOfReach for anything else."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    except (TypeError, ValueError) as error:
        raise OutOfReach(detail=f"a time such as 2026-01-31 23:59:59, not {text!r}") from error
