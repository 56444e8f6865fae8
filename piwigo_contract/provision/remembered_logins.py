"""Remembered logins: the cookies by which a browser is logged in again once its session is gone."""

from __future__ import annotations

import dataclasses

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, Session
from piwigo_contract.client.login import (
    LOGIN_PAGE,
    session_after,
    submit_login_form,
    with_token,
)
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.makers import Makers


class RememberedLogins:
    """Has the gallery remember logins. The sessions that they open are ended with the run."""

    def __init__(self, makers: Makers) -> None:
        self._gallery, self._names, self._sessions = makers.gallery, makers.names, makers.sessions

    def of(self, account: Account) -> Session:
        """The cookies that remember a login, and none of a session.

        Raises OutOfReach where the gallery's login form remembers nobody.
        """
        label = self._names.label("REMEMBER")
        visitor = session_after(self._gallery, self._gallery.page(LOGIN_PAGE), label=label)
        _, session = submit_login_form(
            self._gallery, Text.of(account.user.name), account.password, label, remember_me="1"
        )
        self._sessions.end_with_the_run(session)
        kept = tuple(cookie for cookie in session.cookies if cookie.name not in _names(visitor))
        if not kept:
            raise OutOfReach(detail="a gallery that remembers logins ($conf['authorize_remembering'])")
        return Session(kept, account.user)

    def log_in_on(self, page: str, remembered: Session) -> Session:
        """The session, with its pwg_token, that a browser with only these cookies has after this page.

        Raises OutOfReach where the page does not log it in.
        """
        asked = self._gallery.whoami(remembered) if page == "ws.php" else self._gallery.page(page, remembered)
        # without the remember-me cookies: this page must have opened the session, not the next request
        answer = self._gallery.whoami(self.opened_by(asked, remembered))
        if answer.caller is None or answer.caller.user != remembered.user:
            raise OutOfReach(detail=f"a gallery that remembers logins on {page}")
        label = self._names.label("REMEMBERED")
        session = session_after(self._gallery, asked, remembered, label=label)
        return with_token(self._gallery, session, answer, label)

    def known_to_the_api(self, account: Account) -> tuple[Answer, Session]:
        """As `of`, seen by the API once: what it answered, and the cookies as this left them.

        Raises OutOfReach where the API does not look at them.
        """
        remembered = self.of(account)
        answer = self._gallery.whoami(remembered)
        self.opened_by(answer, remembered)
        if answer.caller is None or answer.caller.user != account.user:
            raise OutOfReach(detail="a gallery that remembers logins on ws.php")
        after = session_after(self._gallery, answer, remembered, label=self._names.label("REMEMBER"))
        kept = tuple(cookie for cookie in after.cookies if cookie.name in _names(remembered))
        return answer, Session(kept, account.user)

    def opened_by(self, answer: Answer, remembered: Session) -> Session:
        """The session that an answer sets a cookie for, without the cookies that remember a login."""
        session = self._sessions.left_by(answer)
        new = tuple(cookie for cookie in session.cookies if cookie.name not in _names(remembered))
        return dataclasses.replace(session, cookies=new)


def _names(session: Session) -> set[str]:
    return {cookie.name for cookie in session.cookies}
