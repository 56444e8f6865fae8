"""Logging in as a person (the web form) and as a program (`pwg.session.login`)."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import GUEST, Session, User
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import NoVerdict
from piwigo_contract.urls import origin

LOGIN_PAGE = "identification.php"


class LoginFailed(NoVerdict):
    """A login that did not end in the user's own session; its text says why."""


def cookies_of(answer: Answer) -> Mapping[str, str]:
    """The cookies that an answer sets; one that it deletes has an empty value (RFC 6265, section 5.3)."""
    found = {}
    for line in answer.all_headers("set-cookie"):
        pair, *attributes = line.split(";")
        name, _, value = pair.strip().partition("=")
        told = {a.strip().partition("=")[0].lower(): a.strip().partition("=")[2] for a in attributes}
        deleted = value == "deleted" or told.get("max-age", "").strip() in ("0", "-1")
        found[name] = "" if deleted else value
    return found


def web_login(gallery: Gallery, user: str, password: Text, label: str) -> Session:
    """Log in through `identification.php` as a person does, and return the session.

    label: what the session is called in evidence, such as WEBMASTER. Raises LoginFailed, in one line that
    says what to do, for a wrong password, a second factor, or a form that leads elsewhere.
    """
    page = LOGIN_PAGE
    done, session = submit_login_form(gallery, Text.of(user), password, label)
    if done is None:
        raise LoginFailed(f"{gallery.url}{page} sets no cookie: can't log in there as {user}")
    answer = gallery.whoami(session)
    caller = answer.caller
    if caller is None or caller.user.status == "guest":
        location = done.header("location")
        if done.status in (301, 302, 303, 307, 308) and location is not None:
            target = urllib.parse.urljoin(gallery.url + page, location)
            if origin(target) != origin(gallery.url):
                raise LoginFailed(f"the login of {user} leads to another host ({_host(target)}): give its real URL")
            raise LoginFailed(
                f"the login of {user} is accepted but leaves a guest: two-factor authentication? "
                "use an account without it, or --api-key"
            )
        raise LoginFailed(f"the target refuses user name and password of {user}")
    return with_token(gallery, session, answer, label)


def submit_login_form(
    gallery: Gallery, user: Text, password: Text, label: str = "FORM", **fields: Text | str
) -> tuple[Answer | None, Session]:
    """Fill in and send the login form, as a browser does: the answer, and the session that it leaves, good or not.

    fields: further fields of the form. Without the cookie that the form asks for nothing is sent: answer None.
    """
    jar = session_after(gallery, gallery.page(LOGIN_PAGE), label=label)
    if not jar.cookies:
        return None, jar
    given: dict[str, Text | str | int] = {"username": user, "password": password, "login": "1", **fields}
    answer = gallery.page(LOGIN_PAGE, jar, verb="POST", params=given)
    return answer, session_after(gallery, answer, jar, label=label)


def session_login(gallery: Gallery, user: Text, password: Text, label: str) -> tuple[Answer, Session]:
    """Log in by `pwg.session.login`: the answer, and the session that its cookies make, good or not."""
    answer = gallery.call("pwg.session.login", username=user, password=password)
    return answer, session_after(gallery, answer, label=label)


def session_after(
    gallery: Gallery, answer: Answer, before: Session | None = None, label: str = "AFTERWARDS"
) -> Session:
    """The cookies that a browser with those of `before` holds once it has this answer: set, replaced, deleted."""
    jar = {name: value.reveal() for name, value in before.cookies} if before is not None else {}
    jar.update(cookies_of(answer))
    return _session(gallery, {name: value for name, value in jar.items() if value}, label)


def _session(gallery: Gallery, jar: Mapping[str, str], label: str) -> Session:
    cookies = tuple(
        (name, gallery.vault.secret(f"PIWIGO_{label}_{_shell_name(name)}", value).text) for name, value in jar.items()
    )
    return Session(cookies, GUEST)


def with_token(gallery: Gallery, session: Session, answer: Answer, label: str) -> Session:
    """The session as the answer of `pwg.session.getStatus` in it tells: its user and its pwg_token."""
    assert answer.caller is not None
    assert answer.envelope is not None
    token = answer.envelope.result.get("pwg_token")
    return Session(
        session.cookies,
        User(answer.caller.user.name, answer.caller.user.status),
        gallery.vault.secret(f"PIWIGO_{label}_TOKEN", token) if isinstance(token, str) and token else None,
    )


def _shell_name(name: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in name).upper()


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc
