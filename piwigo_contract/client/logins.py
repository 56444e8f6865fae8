"""Sessions that are opened with the two halves of a key, as the API's own two logins take them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import GUEST, ApiKey, Session, User
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.login import session_after
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import PiwigoContractError, SuiteError

SESSION_LOGIN = "pwg.session.login"
UPLOAD_LOGIN = "pwg.images.uploadAsync"
"""Without a file, and without the parameters that it cannot do without, it logs in and does nothing else."""


@dataclass(frozen=True)
class Login:
    """What a login was answered, and the session that the cookies of that answer make, good or not."""

    answer: Answer
    session: Session


class Logins:
    """Logs in with keys, and remembers what it opened, so that nothing of it stays open."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._opened: list[Session] = []

    def by(self, method: str, key: ApiKey) -> Login:
        """Log in with a key's identifier as user name and its secret as password."""
        return self.with_halves(method, key.pkid, key.secret_half, key.owner)

    def with_halves(self, method: str, username: Text | str, password: Text | str, user: User = GUEST) -> Login:
        """Log in with any two values. user: who the session would be, were it one."""
        answer = self._gallery.call(method, username=username, password=password)
        session = session_after(self._gallery, answer, label=f"LOGIN_{len(self._opened) + 1}")
        self._opened.append(session)
        return Login(answer, dataclasses.replace(session, user=user))

    def entitled(self, session: Session) -> Session:
        """The same session with the `pwg_token` that writes in it must bring, as the target tells it."""
        envelope = self._gallery.whoami(session).envelope
        token = envelope.result.get("pwg_token") if envelope and envelope.ok else None
        if not isinstance(token, str) or not token:
            raise SuiteError("the target tells no pwg_token (pwg.session.getStatus)")
        return dataclasses.replace(session, token=self._gallery.vault.secret("PIWIGO_LOGIN_TOKEN", token))

    def end_all(self) -> list[str]:
        """Log every session out that was opened; what could not be ended, a line each."""
        left = []
        while self._opened:
            session = self._opened.pop()
            try:
                if session.cookies:
                    self._gallery.call("pwg.session.logout", session)
            except PiwigoContractError as error:
                left.append(f"a session opened with a key: {error}")
        return left
