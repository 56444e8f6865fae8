"""Sessions that a run opens besides those of the web form: programs', guests', and those opened with keys.

All are entered in the ledger, and logged out at the end.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import GUEST, Account, ApiKey, Carrier, Session, User
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.login import session_after, session_login, with_token
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.ledger import Ledger
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.users import logged_in
from piwigo_contract.provision.webmaster import required_result

SESSION_LOGIN = "pwg.session.login"
"""The login methods of the API (with UPLOAD_LOGIN)."""
UPLOAD_LOGIN = "pwg.images.uploadAsync"
"""Called without a file and required parameters, it logs in and does nothing else."""


@dataclass(frozen=True)
class Login:
    """The answer to a login, and the session that its cookies make, logged in or not."""

    answer: Answer
    session: Session


class Sessions:
    """Opens sessions on one target."""

    def __init__(self, gallery: Gallery, names: Names, ledger: Ledger) -> None:
        self._gallery = gallery
        self._names = names
        self._ledger = ledger

    # ------------------------------------------------------------------ good or not

    def log_in(
        self, method: str, username: Text | str, password: Text | str, *beside: Carrier, user: User = GUEST
    ) -> Login:
        """Log in with any user name and password. beside: further credentials in the request. user: whom the session
        belongs to if the login succeeds.
        """
        answer = self._gallery.call(method, *beside, username=username, password=password)
        opened = answer.envelope is not None and answer.envelope.ok
        return Login(answer, dataclasses.replace(self.left_by(answer, user if opened else GUEST), user=user))

    def by_key(self, method: str, key: ApiKey) -> Login:
        """Log in with a key's identifier as user name and its secret as password."""
        return self.log_in(method, key.pkid, key.secret, user=key.owner)

    def left_by(self, answer: Answer, user: User = GUEST) -> Session:
        """The session, a guest's or another, that the cookies of an answer make; logged out at the end."""
        session = session_after(self._gallery, answer, label=self._names.label("LOGIN"))
        session = dataclasses.replace(session, user=user)
        self.end_with_the_run(session)
        return session

    def with_fresh_token(self, session: Session) -> Session:
        """The same session with the `pwg_token` that the target now reports for it."""
        answer = self._gallery.whoami(session)
        token = answer.result.get("pwg_token") if answer.caller else None
        if not isinstance(token, str) or not token:
            raise OutOfReach(detail="a pwg_token (pwg.session.getStatus)")
        return dataclasses.replace(session, token=self._gallery.vault.secret("PIWIGO_LOGIN_TOKEN", token))

    # ------------------------------------------------------------------ otherwise

    def by_api_login(self, user: Text | str, password: Text) -> Session:
        """A session opened by `pwg.session.login`. Raises OutOfReach where the target refuses it."""
        label = self._names.label("SESSION")
        answer, session = session_login(self._gallery, Text.of(user), password, label)
        self.end_with_the_run(session)
        required_result(answer, SESSION_LOGIN)
        return self._known(session, label)

    def second(self, account: Account) -> Session:
        """Another session of a throw-away user, opened through the web form."""
        session = logged_in(self._gallery, account.user.name, account.password, self._names.label("SESSION"))
        self.end_with_the_run(session)
        return session

    def of_a_guest(self) -> Session:
        """As `of_nobody`; keys that it is used to make are revoked at the end."""
        session = self.of_nobody()
        self._ledger.enter("keys of a guest", self._names.prefix, held=session)
        return session

    def of_nobody(self) -> Session:
        """A session that nobody logged in to, with the pwg_token that the gallery gives to guests."""
        label = self._names.label("SESSION")
        page = self._gallery.page("identification.php")
        return self._known(session_after(self._gallery, page, label=label), label)

    def end_with_the_run(self, session: Session) -> None:
        """Have a session logged out at the end."""
        if session.cookies:
            self._ledger.enter("session", "", of=session.user.name, held=session)

    def _known(self, session: Session, label: str) -> Session:
        answer = self._gallery.whoami(session)
        if answer.caller is None:
            raise OutOfReach(detail=f"pwg.session.getStatus to work in a session: HTTP {answer.status}")
        return with_token(self._gallery, session, answer, label)
