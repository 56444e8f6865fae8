"""Time as a gallery tells it."""

from __future__ import annotations

from datetime import datetime, timedelta

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


FARTHEST = timedelta(days=36_500)
"""How far the clock is put forward or back at most: a century."""


class Clock:
    """Hooks: what time it is. moved: how far the clock was put forward (or back)."""

    moved = timedelta()

    def move_clock(self, by: timedelta) -> None:
        """Put the clock forward (or back). Raises OverflowError where that is too far, and leaves it as it was."""
        moved = self.moved + by
        if abs(moved) > FARTHEST:
            raise OverflowError("the clock is a century off at most")
        self.moved = moved

    def now(self) -> datetime:
        """The gallery's time, local, to the second."""
        return (datetime.now() + self.moved).replace(microsecond=0)


def stamp(when: datetime | None) -> str | None:
    """`YYYY-MM-DD HH:MM:SS`, or None."""
    return None if when is None else when.isoformat(" ", "seconds")


def spoken(when: datetime) -> str:
    """A day for people: `March 7, 2026`."""
    return f"{MONTHS[when.month - 1]} {when.day}, {when.year}"


def since(when: datetime, now: datetime) -> str:
    """How far away a time is, in words, days at the finest."""
    days = abs((now.date() - when.date()).days)
    if days == 0:
        return "today"
    amount, unit = next((days // size, name) for size, name in _UNITS if days >= size)
    text = f"{amount} {unit}{'s' if amount > 1 else ''}"
    return f"{text} ago" if when < now else f"in {text}"


def left(until: datetime, now: datetime) -> str:
    """The time left, in the largest unit that is not zero, as the list of keys shows it."""
    rest: timedelta = until - now
    if rest.days > 0:
        return f"{rest.days} days"
    hours = rest.seconds // 3600
    return f"{hours} hours" if hours else f"{rest.seconds // 60} minutes"


_UNITS = ((365, "year"), (30, "month"), (7, "week"), (1, "day"))
