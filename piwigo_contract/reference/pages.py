"""The pages that a person logs in through, and the few others that a client may ask for.

Source: identification.php, profile.php, index.php, access_denied in include/functions_html.inc.php.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import jinja2
from werkzeug.wrappers import Response

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.model import Caller, Session, User
from piwigo_contract.reference.registration import Registration
from piwigo_contract.reference.sessions import COOKIE, REMEMBER
from piwigo_contract.templating import templates

DURATIONS = (30, 90, 180, 365)
"""Days that the profile page offers for a new key, beside a date of one's own."""

PERSONAL = ("/profile.php", "/admin.php")
"""Pages on which a person does what a key may not: manages keys and account, or the whole gallery."""

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
"""The picture that stands in for every photo whose file is not kept: a PNG of one pixel."""

_FILE = re.compile(r"/[0-9]{14}-([0-9a-f]{8})[-.]")
"""The name of a photo's file, or of a smaller picture of it."""


class Pages(Registration):
    """Hooks: the web session of a person."""

    def home_page(self, call: Call, caller: Caller) -> Response:
        if caller.is_guest:
            who = '<a href="identification.php">Login</a>'
        else:
            who = (
                f"<p>Hello {escape(caller.user.username)}!</p>"
                '<a href="profile.php">Customize</a> <a href="index.php?act=logout">Logout</a>'
            )
        return self.html("Home | Reference gallery", f"<h1>Reference gallery</h1>\n{who}")

    def identification_page(self, call: Call, caller: Caller) -> Response:
        """The login form. It wants the cookie of an earlier answer; success is a redirect."""
        if not caller.is_guest:
            return self.redirect(self.path + "/")
        if "login" not in call.post:
            return self.login_form("", str(call.get.get("redirect", "")))
        if COOKIE not in call.cookies:
            return self.login_form("Cookies are blocked or not supported by your browser.")
        user = self.password_login(str(call.post.get("username", "")), str(call.post.get("password", "")))
        if user is None:
            return self.login_form("Invalid username or password!")
        self.web_login(call, caller.session, user)
        return self.redirect(self.after_login(call))

    def web_login(self, call: Call, session: Session, user: User) -> Session:
        """Open a person's session, the only kind that may manage keys."""
        return self.log_in(call, session, user, "pwg_ui", remember=not php.is_empty(call.post.get("remember_me")))

    def after_login(self, call: Call) -> str:
        """Where to go after a login: a path of this gallery, else its home."""
        wanted = unquote_plus(str(call.post.get("redirect", "")))
        home = self.path + "/"
        return wanted if wanted.startswith(home) and wanted[:2] not in ("//", "/\\") else home

    def login_form(self, error: str, redirect: str = "") -> Response:
        shown = f'<p class="errors">{escape(error)}</p>\n' if error else ""
        return self.html(
            "Identification | Reference gallery",
            f'{shown}<form action="identification.php" method="post" name="login_form">\n'
            f'<input type="hidden" name="redirect" value="{escape(redirect)}">\n'
            '<label>Username <input name="username" type="text"></label>\n'
            '<label>Password <input name="password" type="password"></label>\n'
            '<label><input name="remember_me" type="checkbox" value="1"> Auto login</label>\n'
            '<input type="submit" name="login" value="Login">\n</form>',
        )

    def profile_page(self, call: Call, caller: Caller) -> Response:
        """A person's own page. Its script manages keys by the API; none of its forms is taken."""
        if caller.is_guest:
            return self.to_login(call)
        if caller.user.status == "generic":
            return self.html("Access denied", "<p>You are not authorized to access the requested page</p>", 401)
        if call.post:
            if php.is_empty(call.post.get("pwg_token")):
                return self.html("Bad request", "<p>missing token</p>", 400)
            if not self.token_ok(caller, call.post["pwg_token"]):
                return self.html("Access denied", "<p>You are not authorized to access the requested page</p>", 401)
            return self.html("Not served", "<p>not implemented by the reference server</p>", 501)
        return self.html("Your Gallery Customization | Reference gallery", self.profile_body(caller))

    def admin_page(self, call: Call, caller: Caller) -> Response:
        """The administration; nothing of it is served here but its door, and the settings of registration."""
        if caller.is_guest:
            return self.to_login(call)
        if not caller.user.is_admin:
            return self.html("Access denied", "<p>You are not authorized to access the requested page</p>", 401)
        settings = self.settings_form() if call.get.get("page") == "configuration" else ""
        return self.html("Administration | Reference gallery", f"<h1>Administration</h1>{settings}")

    def to_login(self, call: Call) -> Response:
        here = f"{self.path}{call.path}"
        return self.redirect(f"identification.php?redirect={quote_plus(quote(here, safe=''))}")

    def caller_of_page(self, call: Call) -> Caller:
        """Who looks at a page. A session opened by a key is for the API: on a person's own pages it is a guest's."""
        caller = self.session_caller(self.page_session(call))
        if caller.session.pkid is not None and call.path in PERSONAL:
            return Caller(self.guest(), caller.session)
        return caller

    def profile_body(self, caller: Caller) -> str:
        """The content of the profile page: the list is of names and dates, never of secrets."""
        now = self.now()
        return self.script(
            "profile",
            user=caller.user.username,
            token=self.token_for(caller.session),
            durations=DURATIONS,
            rows=[(key, self.listed(key, now)) for key in self.keys_of(caller.user)],
        )

    def api_browser(self, call: Call, caller: Caller) -> Response:
        """The page from which a person calls methods of the API (tools/ws.htm), which has a field for a key."""
        return self.html("API explorer | Reference gallery", self.script("ws", header=self.profile.header))

    def script(self, name: str, **values: Any) -> str:
        """The body of a page that has a script of its own."""
        return _templates().get_template(f"{name}.html").render(values)

    def photo_page(self, call: Call, caller: Caller) -> Response:
        """A photo's file or a smaller picture of it: the same pixel for all, and for an address of none."""
        if not self.has_photo_of(call):
            return self.html("Not found", "<p>Requested file not found</p>", 404)
        return Response(DOT, 200, content_type="image/png")

    def has_photo_of(self, call: Call) -> bool:
        """Whether the photo is there that an address names, if any: by its number, or by the beginning of its sum."""
        if call.path == "/action.php":
            return str(call.get.get("id", "")) in map(str, self.store.photos)
        named = _FILE.search(f"{call.path}?{call.environ.get('QUERY_STRING', '')}")
        return named is None or any(photo.md5sum.startswith(named[1]) for photo in self.store.photos.values())

    def page(self, call: Call) -> Response:
        """Any page but ws.php. A key in a header is not looked at here."""
        pages = {
            "/": self.home_page,
            "/index.php": self.home_page,
            "/identification.php": self.identification_page,
            "/register.php": self.register_page,
            "/picture.php": self.home_page,
            "/tags.php": self.home_page,
            "/about.php": self.home_page,
            "/profile.php": self.profile_page,
            "/admin.php": self.admin_page,
            "/i.php": self.photo_page,
            "/action.php": self.photo_page,
            "/tools/ws.htm": self.api_browser,
        }
        shown = pages.get(call.path, self.photo_page if call.path.startswith(("/upload/", "/_data/")) else None)
        if shown is None:
            return self.html("Not found", "<p>Page not found</p>", 404)
        return shown(call, self.caller_of_page(call))

    def leave(self, call: Call) -> Response:
        """`?act=logout` on any page, with a session cookie."""
        session = self.store.sessions.get(call.cookies[COOKIE])
        if session is not None:
            self.log_out(call, session)
        call.cookies_set.update({COOKIE: None, REMEMBER: None})
        return self.redirect(self.path + "/")


@cache
def _templates() -> jinja2.Environment:
    return templates("piwigo_contract.reference")
