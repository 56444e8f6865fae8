"""Sessions of persons that the login form did not open: remembered by a cookie, or left by a registration."""

from __future__ import annotations

import dataclasses
import datetime
import re
from typing import NoReturn

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.clock import Clock
from piwigo_contract.client.credentials import Account, Session
from piwigo_contract.client.html import read_page
from piwigo_contract.client.login import (
    LOGIN_PAGE,
    session_after,
    submit_login_form,
    with_token,
)
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.makers import Makers

REGISTER_PAGE = "register.php"
SETTINGS_PAGE = "admin.php"
OPEN = "a gallery that lets people register, without a mail address and without a mail to anybody"

_WAIT = re.compile(r"[0-9.]+:([0-9]{1,2}):[0-9a-f]+")
"""The key of a form, with the seconds that it must be looked at (include/functions.inc.php, get_ephemeral_key)."""


class Persons:
    """What makes such sessions. All of them are ended with the run."""

    def __init__(self, makers: Makers, clock: Clock) -> None:
        self._gallery = makers.gallery
        self._makers = makers
        self._clock = clock

    # ------------------------------------------------------------------ remembered

    def remembered(self, account: Account) -> Session:
        """The cookies alone by which a browser is logged in again once the cookie of its session is gone.

        Raises OutOfReach where the gallery's login form remembers nobody.
        """
        if account.password is None:
            raise OutOfReach(detail="an account whose password is known")
        label = self._label("REMEMBER")
        visitor = session_after(self._gallery, self._gallery.page(LOGIN_PAGE), label=label)
        _, session = submit_login_form(
            self._gallery, Text.of(account.user.name), account.password, label, remember_me="1"
        )
        self._makers.sessions.end_with_the_run(session)
        kept = tuple(cookie for cookie in session.cookies if cookie.name not in _names(visitor))
        if not kept:
            raise OutOfReach(detail="a gallery that remembers logins ($conf['authorize_remembering'])")
        return Session(kept, account.user)

    def seen_by(self, page: str, remembered: Session) -> Session:
        """What a browser that held nothing else holds after this page: the session, with its pwg_token.

        Raises OutOfReach where the page does not log it in.
        """
        asked = self._gallery.whoami(remembered) if page == "ws.php" else self._gallery.page(page, remembered)
        # without what remembers it: this very page must have opened the session, not the next request
        answer = self._gallery.whoami(self.opened_by(asked, remembered))
        if answer.caller is None or answer.caller.user != remembered.user:
            raise OutOfReach(detail=f"a gallery that remembers logins on {page}")
        label = self._label("REMEMBERED")
        session = session_after(self._gallery, asked, remembered, label=label)
        return with_token(self._gallery, session, answer, label)

    def remembered_by_the_api(self, account: Account) -> tuple[Answer, Session]:
        """As `remembered`, seen by the API once: what it answered, and the cookies as this left them.

        Raises OutOfReach where the API does not look at them.
        """
        remembered = self.remembered(account)
        answer = self._gallery.whoami(remembered)
        self.opened_by(answer, remembered)
        if answer.caller is None or answer.caller.user != account.user:
            raise OutOfReach(detail="a gallery that remembers logins on ws.php")
        after = session_after(self._gallery, answer, remembered, label=self._label("REMEMBER"))
        kept = tuple(cookie for cookie in after.cookies if cookie.name in _names(remembered))
        return answer, Session(kept, account.user)

    def opened_by(self, answer: Answer, remembered: Session) -> Session:
        """The session that an answer sets a cookie for, without the cookies that remember a login."""
        session = session_after(self._gallery, answer, label=self._label("OPENED"))
        self._makers.sessions.end_with_the_run(session)
        new = tuple(cookie for cookie in session.cookies if cookie.name not in _names(remembered))
        return dataclasses.replace(session, cookies=new)

    # ------------------------------------------------------------------ registered

    def registered(self) -> tuple[Account, Session]:
        """Register a throw-away user, without a mail address: the user, and the session that this left.

        The account's own session is one of the login form. Raises OutOfReach where the gallery lets nobody
        register, asks for more than name and password, sends mails, or logs nobody in by it.
        """
        self._must_be_open()
        form = self._gallery.page(REGISTER_PAGE)
        fields = {field["name"]: field.get("value", "") for field in read_page(form).all("input") if field.get("name")}
        if form.status != 200 or not {"login", "password", "password_conf"} <= fields.keys():
            self._closed()
        self._look_at(fields.get("key", ""))
        visitor = session_after(self._gallery, form, label=self._label("VISITOR"))
        person = self._makers.users.new_person()
        given: dict[str, Text | str | int] = {
            **fields,
            "login": person.name,
            "password": person.password,
            "password_conf": person.password,
            "mail_address": "",
        }
        answer = self._gallery.page(REGISTER_PAGE, visitor, verb="POST", params=given)
        label = self._label("REGISTERED")
        session = session_after(self._gallery, answer, visitor, label=label)
        told = self._gallery.whoami(session)
        if told.caller is None or told.caller.user.name != person.name:
            raise OutOfReach(detail="a gallery that logs in whoever registers with a name and a password")
        return self._makers.users.enrolled(person), with_token(self._gallery, session, told, label)

    def _must_be_open(self) -> None:
        """A registration must send nobody a mail: what the settings do not show is not taken for granted."""
        webmaster = self._makers.webmaster.account
        if webmaster is None:
            self._closed()
        page = self._gallery.page(SETTINGS_PAGE, webmaster.session, params={"page": "configuration"})
        boxes = [field for field in read_page(page).all("input") if field.get("type") == "checkbox"]
        ticked = {box.get("name", ""): "checked" in box for box in boxes}
        for setting, wanted in (
            ("allow_user_registration", True),
            ("email_admin_on_new_user", False),
            ("obligatory_user_mail_address", False),
        ):
            if ticked.get(setting) is not wanted:
                self._closed()

    def _closed(self) -> NoReturn:
        raise OutOfReach(detail=OPEN)

    def _look_at(self, key: str) -> None:
        """Wait as long as the form wants to be looked at before it is sent."""
        wait = _WAIT.fullmatch(key)
        until = self._clock.now() + datetime.timedelta(seconds=int(wait[1]) if wait else 0)
        while wait and int(wait[1]) and self._clock.next_second() <= until:
            pass

    def _label(self, what: str) -> str:
        return f"{what}_{self._makers.names.count(what)}"


def _names(session: Session) -> set[str]:
    return {cookie.name for cookie in session.cookies}
