"""Logging in as a person (the web form) and as a program (`pwg.session.login`)."""

from __future__ import annotations

import urllib.parse
from collections import Counter

from piwigo_contract.client.answers import REDIRECTS, Answer
from piwigo_contract.client.cookies import HeldCookie, held_after, sent_to
from piwigo_contract.client.credentials import GUEST, Session, User
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import NoVerdict
from piwigo_contract.urls import destination, origin

LOGIN_PAGE = "identification.php"
"""The page with the login form (upstream: identification.php)."""


class LoginFailed(NoVerdict):
    """A login that did not end in the user's own session; its text says why."""


def web_login(gallery: Gallery, user: str, password: Text, label: str) -> Session:
    """Log in through `identification.php` as a person does, and return the session.

    label: what the session is called in evidence, such as WEBMASTER. Raises LoginFailed, in one line that
    says what to do, for a wrong password, a second factor, or a form that leads elsewhere.
    """
    page = LOGIN_PAGE
    done, session = submit_login_form(gallery, Text.of(user), password, label)
    if done is None:
        raise LoginFailed(
            f"{gallery.url}{page} sets no cookie that a browser sends back: can't log in there as {user}; "
            "give the URL that browsers use"
        )
    # the form comes with 200 to who is refused; who is let in is sent elsewhere
    if done.status not in (200, *REDIRECTS):
        raise LoginFailed(
            f"{gallery.url}{page} answers {done.in_words} to the login of {user}: that is no answer of a gallery's; "
            "what stands in front of it has to let the suite through"
        )
    answer = gallery.whoami(session)
    caller = answer.caller
    if caller is not None and caller.user == gallery.anonymous != GUEST and caller.user.name != user:
        raise LoginFailed(
            f"whoever logs in, the target takes for {caller.user.name}, as it does who does not: single sign-on? "
            "give --api-key in place of a password"
        )
    if caller is None or caller.user.status == "guest":
        location = done.header("location")
        if done.status in REDIRECTS and location is not None:
            target = destination(gallery.url + page, location)
            if target is None or origin(target) != origin(gallery.url):
                raise LoginFailed(
                    f"the login of {user} leads to another host ({_host(target or '?')}): give its real URL"
                )
            raise LoginFailed(
                f"the login of {user} is accepted but leaves a guest: two-factor authentication? "
                "use an account without it, or --api-key"
            )
        raise LoginFailed(f"the target refuses user name and password of {user}")
    return with_token(gallery, session, answer, label)


def submit_login_form(
    gallery: Gallery, user: Text, password: Text, label: str = "FORM", **fields: Text | str
) -> tuple[Answer | None, Session]:
    """Send the login form as a browser does. Returns the answer, and the session that its cookies make, logged in or
    not.

    fields: further fields of the form. If the gallery does not set the cookie that the form needs, nothing is sent and
    the answer is None.
    """
    jar = session_after(gallery, gallery.page(LOGIN_PAGE), label=label)
    if not sent_to(gallery.url + LOGIN_PAGE, jar.cookies):
        return None, jar
    given: dict[str, Text | str | int] = {"username": user, "password": password, "login": "1", **fields}
    answer = gallery.page(LOGIN_PAGE, jar, verb="POST", params=given)
    return answer, session_after(gallery, answer, jar, label=label)


def session_login(gallery: Gallery, user: Text, password: Text, label: str) -> tuple[Answer, Session]:
    """Log in by `pwg.session.login`. Returns the answer, and the session that its cookies make, logged in or not."""
    answer = gallery.call("pwg.session.login", username=user, password=password)
    return answer, session_after(gallery, answer, label=label)


def session_after(
    gallery: Gallery, answer: Answer, before: Session | None = None, label: str = "AFTERWARDS"
) -> Session:
    """What a browser with the cookies of `before`, or with none, holds once it has this answer of the gallery.

    Whose session that is remains to be asked: it is put down as a guest's. label: what it is called in evidence.
    """
    held, used = [], Counter[str]()
    # all pages of a gallery lie in one folder, which is where a cookie without a path goes
    for rule, value in held_after(
        answer.all_headers("set-cookie"), gallery.url, before.cookies if before is not None else ()
    ):
        name = f"PIWIGO_{label}_{_shell_name(rule.name)}"
        used[name] += 1
        secret = gallery.vault.secret(name if used[name] == 1 else f"{name}_{used[name]}", value)
        held.append(HeldCookie(rule.name, secret.text, rule))
    return Session(tuple(held), GUEST)


def with_token(gallery: Gallery, session: Session, answer: Answer, label: str) -> Session:
    """The session with the user and the pwg_token that this answer of `pwg.session.getStatus`, asked in it, reports."""
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
