"""How somebody becomes a user without an administrator: hooks.

Source: register.php, register_user in include/functions_user.inc.php, get_ephemeral_key in include/functions.inc.php.
"""

from __future__ import annotations

import hashlib
import hmac
from html import escape

from werkzeug.wrappers import Response

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.management import Management
from piwigo_contract.reference.model import Caller, Session, User

FORM_WAIT = 0
"""Seconds that a form must be looked at before it is sent. Piwigo wants 6, which would cost every run as much."""
FORM_LASTS = 3600


class Registration(Management):
    """Hooks: HTML, and the form for a new account, which anybody may fill in."""

    def html(self, title: str, body: str, status: int = 200) -> Response:
        page = (
            f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
            f'<body>\n{body}\n<footer>Powered by <a href="https://piwigo.org">Piwigo</a></footer>\n</body>\n</html>\n'
        )
        return Response(page, status, content_type="text/html; charset=utf-8")

    def redirect(self, location: str) -> Response:
        return Response("", 302, headers={"Location": location}, content_type="text/html; charset=utf-8")

    def settings_form(self) -> str:
        """What the administration shows: anybody may register, nobody is sent a mail, an address is not asked for."""
        return (
            '\n<form method="post">\n<input type="checkbox" name="allow_user_registration" checked="checked">\n'
            '<input type="checkbox" name="email_admin_on_new_user" >\n'
            '<input type="checkbox" name="obligatory_user_mail_address" >\n</form>'
        )

    def form_key(self, when: int) -> str:
        """`TIME:SECONDS:PROOF`, which a form carries and must bring back."""
        proof = hmac.new(self.store.site_secret, f"{when}:{FORM_WAIT}".encode(), hashlib.md5)
        return f"{when}:{FORM_WAIT}:{proof.hexdigest()}"

    def form_key_ok(self, key: str) -> bool:
        when, now = key.partition(":")[0], int(self.now().timestamp())
        if not php.is_digits(when) or not FORM_WAIT <= now - int(when) <= FORM_LASTS:
            return False
        return hmac.compare_digest(self.form_key(int(when)), key)

    def register_page(self, call: Call, caller: Caller) -> Response:
        """The form; when it is sent, a new user, who is logged in at once."""
        if "submit" not in call.post:
            return self.register_form("")
        given = {name: str(call.post.get(name, "")) for name in ("login", "password", "password_conf", "key")}
        if not self.form_key_ok(given["key"]):
            return self.register_form("Invalid/expired form key", 403)
        if not given["password"] or given["password"] != given["password_conf"]:
            return self.register_form("The passwords do not match")
        if not given["login"] or self.store.user_named(given["login"]) is not None:
            return self.register_form("this login is already used")
        now = self.now()
        user = self.store.add_user(given["login"], given["password"], "normal", now)
        self.store.log("user", user.id, "add", user, now)
        self.registered(call, caller.session, user)
        return self.redirect(self.path + "/")

    def registered(self, call: Call, session: Session, user: User) -> Session:
        """Log in who has just registered: a person, as after the login form."""
        return self.log_in(call, session, user, "pwg_ui")

    def register_form(self, error: str, status: int = 200) -> Response:
        shown = f'<p class="errors">{escape(error)}</p>\n' if error else ""
        return self.html(
            "Registration | Reference gallery",
            f'{shown}<form action="register.php" method="post" name="register_form">\n'
            '<label>Email address <input name="mail_address" type="email"></label>\n'
            '<label>Username <input name="login" type="text"></label>\n'
            '<label>Password <input name="password" type="password"></label>\n'
            '<label>Confirm Password <input name="password_conf" type="password"></label>\n'
            f'<input type="hidden" name="key" value="{self.form_key(int(self.now().timestamp()))}">\n'
            '<input type="submit" name="submit" value="Register">\n</form>',
            status,
        )
