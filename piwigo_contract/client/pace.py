"""How fast a target may be asked: as fast as it answers, until it says that this is too fast."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from piwigo_contract.client.answers import Answer

LONGEST_PAUSE = 30.0
"""Seconds of a Retry-After that are waited for."""

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds to wait, one time after another, where nobody says how long."""

SLOWEST = 5.0
"""Seconds between two requests, at most."""

FASTEST = 0.005
"""Seconds between two requests, at least, that are doubled."""

MEASURED = 20
"""Requests that the speed is measured by."""

SLOWED = (
    "the target limits how fast it may be asked (HTTP {status}): the suite waited, asked again, and halved its speed; "
    "--rate N keeps below the limit"
)


def is_too_fast(answer: Answer) -> bool:
    """Whether an answer says "too fast", and not the API what it thinks of the request.

    HTTP 429; and 503 with a Retry-After, or without an envelope of the API, as nginx's limit_req has it.
    """
    if answer.status == 503:
        return answer.header("retry-after") is not None or answer.envelope is None
    return answer.status == 429


class Pace:
    """The turns of one target's requests; safe from several threads.

    clock: seconds since 1970. sleep: waits so many seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep) -> None:
        self.clock = clock
        self.remark: str | None = None
        """What a reader of the report should know of it, once it was slowed down."""
        self.limits_keys = False
        """Whether it was found to answer HTTP 429 to keys alone, for good."""
        self.patient = True
        """Whether waiting may help: not where it did not, until a request is let in."""
        self._sleep = sleep
        self._lock = threading.Lock()
        self._interval = 0.0
        self._next = 0.0
        self._slowed_at = 0.0
        self._turns: deque[float] = deque(maxlen=MEASURED)

    def take_turn(self) -> float:
        """Wait until a request may be sent; when that is."""
        with self._lock:
            turn = max(self.clock(), self._next)
            self._next = turn + self._interval
            self._turns.append(turn)
        self.wait(turn - self.clock())
        return self.clock()

    def wait(self, seconds: float) -> None:
        """Wait so many seconds, if that is any time."""
        if seconds > 0:
            self._sleep(seconds)

    def pause(self, answer: Answer, sent: float, tries: int) -> float | None:
        """How many seconds to wait before a request is sent again that was too fast; None: that is of no use.

        Halves the speed. sent: when that request was. tries: how often it was sent again already.
        """
        if not self.patient or tries == len(PAUSES):
            return None
        asked_for = self._asked_for(answer)
        pause = PAUSES[tries] if asked_for is None else max(asked_for, 0.0)
        if pause > LONGEST_PAUSE:
            return None
        with self._lock:
            self.remark = self.remark or SLOWED.format(status=answer.status)
            if sent > self._slowed_at and not tries:  # others under way at the same moment were no faster
                self._slow_down()
        return pause

    def _slow_down(self) -> None:
        self._slowed_at = self.clock()
        if not self._interval and len(self._turns) > 1:
            self._interval = (self._turns[-1] - self._turns[0]) / (len(self._turns) - 1)
        # from now on the pauses would be measured as well
        self._interval = min(2 * max(self._interval, FASTEST), SLOWEST)

    def _asked_for(self, answer: Answer) -> float | None:
        """The seconds of a Retry-After (RFC 9110, section 10.2.3); None where there is none to be understood."""
        told = (answer.header("retry-after") or "").strip()
        if told.isascii() and told.isdigit():
            return float(told)
        try:
            return parsedate_to_datetime(told).timestamp() - self.clock()
        except (ValueError, TypeError, OverflowError):
            return None
