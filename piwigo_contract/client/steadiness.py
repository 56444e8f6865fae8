"""Whether a target stays the one that it was at first: the same version, the same nobody, a clock that goes on."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from piwigo_contract.client.credentials import User
from piwigo_contract.client.exchange import Exchange

WHOAMI = "pwg.session.getStatus"

BACK = datetime.timedelta(minutes=1)
"""How far a clock goes back where it runs backwards: answers to requests at the same time come in any order."""


class Steadiness:
    """Looks at what pwg.session.getStatus answers. remarks: what is to be said of the target, a line a thing."""

    def __init__(self) -> None:
        self.remarks: list[str] = []
        self.version: str | None = None
        self.nobody: User | None = None
        """At first; what the preflight found, where another process made that."""
        self._latest: datetime.datetime | None = None

    def look_at(self, exchanges: Sequence[Exchange]) -> None:
        """Compare what these tell with what was told before."""
        for exchange in exchanges:
            answer = exchange.answer
            if answer is None or exchange.method != WHOAMI or answer.format != "json" or answer.caller is None:
                continue
            self._look_at_version(answer.result.get("version"))
            self._look_at_clock(answer.result.get("current_datetime"))
            call = exchange.call
            if not (call.auth or call.headers or call.params or exchange.sent.written):
                self._look_at_nobody(answer.caller.user)

    def _look_at_version(self, told: object) -> None:
        if isinstance(told, str):
            self.version = self.version or told
            if told != self.version:
                self._remark(f"the target was of version {self.version[:100]} at first, and of another one later")

    def _look_at_nobody(self, user: User) -> None:
        self.nobody = self.nobody or user
        if user != self.nobody:
            first = f"{self.nobody.name[:100]!r} ({self.nobody.status[:100]})"
            self._remark(f"who brings no key was {first} at first, and somebody else later")

    def _look_at_clock(self, told: object) -> None:
        try:
            now = datetime.datetime.fromisoformat(str(told)).replace(tzinfo=None)
        except ValueError:
            return
        if self._latest is not None and self._latest - now > BACK:
            self._remark("the target's clock went back: what is told of expiry and of last uses may come from that")
        self._latest = now

    def _remark(self, text: str) -> None:
        if text not in self.remarks:
            self.remarks.append(text)
