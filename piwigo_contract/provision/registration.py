"""Registration: a visitor makes an account on the gallery's own page, and is logged in by that."""

from __future__ import annotations

import datetime
import re
from typing import NoReturn

from piwigo_contract.client.clock import Clock
from piwigo_contract.client.credentials import Account, Session
from piwigo_contract.client.html import read_page
from piwigo_contract.client.login import session_after, with_token
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.makers import Makers

REGISTER_PAGE = "register.php"
"""Pages that a browser uses to register (with SETTINGS_PAGE, for the webmaster)."""
SETTINGS_PAGE = "admin.php"
OPEN = "a gallery that lets people register, without a mail address and without a mail to anybody"
"""What registration needs; follows "needs "."""

_WAIT = re.compile(r"[0-9.]+:([0-9]{1,2}):[0-9a-f]+")
"""The form's hidden key, which says how many seconds to wait before sending (include/functions.inc.php,
get_ephemeral_key).
"""


class Registration:
    """Registers throw-away users."""

    def __init__(self, makers: Makers, clock: Clock) -> None:
        self._gallery = makers.gallery
        self._makers = makers
        self._clock = clock

    def register(self) -> tuple[Account, Session]:
        """Register a throw-away user without a mail address. Returns the account, and the session that the registration
        opened.

        The account's own session is one of the login form. Raises OutOfReach where registration is closed, needs more
        than name and password, sends mails, or does not log in.
        """
        self._must_be_open()
        form = self._gallery.page(REGISTER_PAGE)
        fields = {field["name"]: field.get("value", "") for field in read_page(form).all("input") if field.get("name")}
        if form.status != 200 or not {"login", "password", "password_conf"} <= fields.keys():
            self._closed()
        self._look_at(fields.get("key", ""))
        visitor = session_after(self._gallery, form, label=self._makers.names.label("VISITOR"))
        pending = self._makers.users.pending_user()
        given: dict[str, Text | str | int] = {
            **fields,
            "login": pending.name,
            "password": pending.password,
            "password_conf": pending.password,
            "mail_address": "",
        }
        answer = self._gallery.page(REGISTER_PAGE, visitor, verb="POST", params=given)
        label = self._makers.names.label("REGISTERED")
        session = session_after(self._gallery, answer, visitor, label=label)
        told = self._gallery.whoami(session)
        if told.caller is None or told.caller.user.name != pending.name:
            raise OutOfReach(detail="a gallery that logs in whoever registers with a name and a password")
        return self._makers.users.log_in(pending), with_token(self._gallery, session, told, label)

    def _must_be_open(self) -> None:
        """Raise OutOfReach unless the settings show that registration is open and mails nobody."""
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
