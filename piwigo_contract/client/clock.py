"""The target's own clock, read from `pwg.session.getStatus`. It may differ from this machine's by any amount."""

from __future__ import annotations

import datetime
import time
from typing import Any

from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import OutOfReach

LONGEST_SECOND = 5.0
"""Seconds after which a clock that has not moved on is taken to stand still."""

NEAR = 0.1
"""Seconds before the target's next second from which on its clock is polled, once it is known when they begin."""


class Clock:
    """Times are naive datetimes of the target's own zone, to the second, as its database writes them."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._turned: float | None = None
        """When a second was seen to begin there, by this machine's monotonic clock."""

    def now(self) -> datetime.datetime:
        """The target's time. Raises OutOfReach where it does not report one."""
        answer = self._gallery.whoami(verb="GET")
        return parse_time(answer.result.get("current_datetime") if answer.caller else None)

    def next_second(self) -> datetime.datetime:
        """Wait until the target's clock shows a later second than now, and return it."""
        asked = time.monotonic()
        start, gave_up = self.now(), asked + LONGEST_SECOND
        if self._turned is not None:
            next_turn = asked + (self._turned - asked) % 1
            time.sleep(max(next_turn - NEAR - time.monotonic(), 0))
        turned = None
        while (now := self.now()) <= start:
            if time.monotonic() > gave_up:
                raise OutOfReach(detail="a clock that goes on (current_datetime of pwg.session.getStatus)")
            time.sleep(0.05)  # the target's clock can only be polled
            turned = time.monotonic()
        self._turned = turned
        return now

    def pass_by(self, when: datetime.datetime) -> None:
        """Wait until the target's clock is past `when`, if that is at most LONGEST_SECOND away; else return at once."""
        if self.now() <= when <= self.now() + datetime.timedelta(seconds=LONGEST_SECOND):
            while self.next_second() <= when:
                pass


A_SECOND = datetime.timedelta(seconds=1)
"""The precision of times that the target stores."""


def between(start: datetime.datetime, when: datetime.datetime | None, end: datetime.datetime) -> bool:
    """Whether a time that the target stored lies between two readings of its clock, plus or minus a second.

    The database's NOW() is the start of a statement, and some servers round a time where others truncate it.
    """
    return when is not None and start - A_SECOND <= when <= end + A_SECOND


def how_far_off(start: datetime.datetime, when: datetime.datetime, end: datetime.datetime) -> str:
    """By how much a time lies before `start` or after `end`, in words, and the same words each time that it is asked.

    What is less than two minutes depends on how long a call took: it is told as no more than that.
    """
    early = when < start
    seconds = int((start - when if early else when - end).total_seconds())
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    told = " ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number)
    return f"{told if seconds >= 120 else 'less than two minutes'} {'before' if early else 'after'} that"


FIRST_YEAR, LAST_YEAR = 2, 9998
"""Years that are told apart; others are taken for these."""


def as_time(value: Any) -> datetime.datetime:
    """As `parse_time`, of what may be a time already."""
    return value if isinstance(value, datetime.datetime) else parse_time(value)


def parse_time(text: Any) -> datetime.datetime:
    """A time as Piwigo writes it, `2026-01-31 23:59:59`. Raises OutOfReach for anything else."""
    try:
        when = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
        return when.replace(year=min(max(when.year, FIRST_YEAR), LAST_YEAR))  # times near it can be told, too
    except (TypeError, ValueError) as error:
        raise OutOfReach(detail=f"a time such as 2026-01-31 23:59:59, not {text!r}") from error
