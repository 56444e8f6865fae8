"""Claims about unusual requests, whichever server decides how they are read.

How a request is read is decided before the gallery sees it: by the server in front of it (nginx, Apache) or by a
proxy before that. Where the RFC leaves them a choice, each is right; so these claims are about who the target
identifies the caller as. An answer that the gallery never saw is a refusal, and the check's remark says whose.
"""

from __future__ import annotations

from piwigo_contract.claims.claim import BaseClaim
from piwigo_contract.claims.front import refused_in_front, server_in_front
from piwigo_contract.client.answers import CLOSED
from piwigo_contract.client.credentials import GUEST, ApiKey, User

ALSO_REFUSED = frozenset({CLOSED, 501, 502, 503, 504, 505})
"""Statuses, besides 4xx, by which servers and gateways refuse what they can't read or pass on."""


class OddRequestClaims(BaseClaim):
    """Who the target identifies the caller as, or which server refused the request."""

    def is_refused_or_guest(self) -> None:
        """The caller is a guest, or gets the uniform refusal, or is refused by the server in front."""
        self._is_one_of("to be a guest, or refused", GUEST)

    def is_the_owner_or_refused(self, *keys: ApiKey) -> None:
        """The caller is the owner of one of these keys, or refused as above. A guest is a break: the key was lost."""
        self._is_one_of(f"to be taken for {_named(keys)}, or refused", *(key.owner for key in keys))

    def is_the_owner_or_nobody(self, key: ApiKey) -> None:
        """The caller is the key's owner, a guest, or refused as above."""
        self._is_one_of(f"to be taken for {_named((key,))}, or a guest, or refused", key.owner, GUEST)

    def _is_one_of(self, promised: str, *users: User) -> None:
        self._needs_control()
        answer, envelope = self._answer, self._answer.envelope
        by = server_in_front(answer)
        if answer.caller is not None and answer.status == 200:
            if answer.caller.user not in users and not (
                GUEST in users and self._gallery.takes_for_nobody(answer.caller)
            ):
                self._broken(promised, f"the target takes the caller for {answer.caller}; {by} decides what it reads")
        elif envelope is not None and answer.status == envelope.err == 401:
            if difference := self._expect._uniform_refusal.difference(self._exchange, self._expect._gallery):
                self._broken(promised, f"the refusal differs from that of an unknown key in {difference}")
            if GUEST not in users:
                self._expect.remark(f"refused by the API, as what {by} made of it is no key")
        elif told := refused_in_front(answer, also=ALSO_REFUSED):
            self._expect.noticed(told)
        else:
            self._broken(promised, f"the target answered {self._summary()}; {by} decides what it reads")
        self._held()


def _named(keys: tuple[ApiKey, ...]) -> str:
    return " or ".join(dict.fromkeys(repr(key.owner.name) for key in keys))
