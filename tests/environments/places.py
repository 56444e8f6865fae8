"""The table: what stands there, what is given, and what a run comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.environments import fronts
from tests.environments.fronts import PASSWORD, USER
from tests.faults import odd, without
from tests.serving import Fault

FEW = "HDR-01 or HDR-02 or HDR-08 or HDR-13 or HDR-14 or WHO-01 or REJ-01 or FMT-18"
"""Clauses that are soon judged: how a key gets to the gallery, and who it is then."""

BASIC = ("--basic", f"{USER}:{PASSWORD}")


@dataclass(frozen=True)
class Place:
    """What stands between the suite and a gallery, or what the gallery is like.

    front: makes what stands in front of the reference. code: the run's exit code. line: what it says, on the terminal
    or of a broken clause. broken: ids of the clauses that are red. access: the options that give credentials; options:
    more of the command line. reference: what else the gallery is, arguments of Reference. sample: whether it is tried
    with each commit.
    """

    about: str
    code: int
    line: str
    front: Callable[[], Fault] = fronts.nothing
    broken: tuple[str, ...] = ()
    access: tuple[str, ...] = ("webmaster",)
    options: tuple[str, ...] = ()
    chosen: str = FEW
    reference: tuple[tuple[str, object], ...] = ()
    sample: bool = False


FINE = "Nothing is broken"
GONE = "the target went away during the run"

_SPEED = {
    "rate limit, 429": Place(
        "every 20th request is answered 429, Retry-After 0",
        0,
        "halved its speed; --rate N",
        fronts.now_and_then(20, 429, after="0", times=6),
    ),
    "rate limit, 503": Place(
        "as nginx's limit_req: now and then 503 as HTML, and not for how long",
        0,
        "halved its speed; --rate N",
        fronts.now_and_then(30, 503, after=None, times=3),
    ),
    "rate limit for good": Place(
        "429 to everything, once ten keys were seen",
        2,
        "limit the suite's speed (--rate N)",
        fronts.from_then_on(10, 429, "Too many requests"),
        sample=True,
    ),
    "limit of wrong keys": Place(
        "429 to keys alone, after five wrong ones",
        2,
        "lift the target's limit of wrong keys",
        fronts.limits_wrong_keys,
        chosen="HDR-01 or HDR-04 or HDR-05 or HDR-06",
    ),
}

_GONE = {
    "maintenance": Place(
        "503 as HTML, Retry-After 900",
        2,
        "is out of service",
        fronts.always(503, "Under maintenance", Retry_After="900"),
    ),
    "maintenance that begins": Place(
        "the same, once ten keys were seen",
        2,
        GONE,
        fronts.from_then_on(10, 503, "Under maintenance", Retry_After="900"),
        sample=True,
    ),
    "failure that begins": Place(
        "502 as HTML, once ten keys were seen", 2, GONE, fronts.from_then_on(10, 502, "Bad Gateway")
    ),
    "page that begins": Place("200 as HTML, once ten keys were seen", 2, GONE, fronts.from_then_on(10, 200, "Welcome")),
    "death": Place("connections are closed, once ten keys were seen", 2, GONE, fronts.from_then_on(10)),
}

_IN_PLACE = {
    "web services switched off": Place(
        "403 as HTML", 2, "are web services switched off there", fronts.always(403, "Web services are disabled")
    ),
    "firewall, 403": Place(
        "403 as HTML to the suite",
        2,
        "does a firewall refuse the suite",
        fronts.always(403, "Access denied by rule 1000"),
    ),
    "challenge of a browser": Place(
        "503 as HTML", 2, "Checking your browser", fronts.always(503, "Checking your browser")
    ),
    "bot protection, 202": Place(
        "POST is answered 202 as HTML",
        2,
        "what stands in front of it has to let the suite through",
        fronts.refuses(202, "Just a moment", lambda request: request.method == "POST"),
        sample=True,
    ),
    "another program": Place("200, JSON of its own", 2, "is no Piwigo web API", fronts.answers_in_json({"data": []})),
    "a page": Place("200 as HTML", 2, "is the URL the gallery's root?", fronts.always(200, "Welcome")),
    "another folder": Place(
        "301 to the gallery's folder",
        2,
        "redirects to /photos/ws.php",
        fronts.always(301, "Moved", Location="/photos/ws.php"),
    ),
    "another host": Place(
        "302 to another host",
        2,
        "redirects to another host",
        fronts.always(302, "Moved", Location="https://elsewhere.example/"),
    ),
}

_LOGINS = {
    "two-factor authentication": Place(
        "the login leads to a page that asks for a code",
        2,
        "two-factor authentication?",
        fronts.login_leads_to("tfa.php"),
    ),
    "single sign-on elsewhere": Place(
        "the login leads to another host", 2, "leads to another host", fronts.login_leads_to("https://sso.example/")
    ),
    "no cookies": Place("no cookie gets through", 2, "sets no cookie that a browser sends back", fronts.cookies(None)),
    "cookies for https": Place(
        "the cookie is Secure, the URL http://",
        2,
        "sets no cookie that a browser sends back",
        fronts.cookies("pwg_id=0123456789abcdef; path=/; secure"),
    ),
    "wrong password": Place(
        "the webmaster's password is wrong",
        2,
        "refuses user name and password of webmaster",
        access=(),
        options=("--webmaster", "webmaster:wrong"),
    ),
    "no webmaster": Place(
        "--webmaster of an ordinary user",
        2,
        "has the status normal, not webmaster",
        access=(),
        options=("--webmaster", "alice:alice-password"),
    ),
    "unknown key": Place(
        "--api-key that nobody has",
        2,
        "refuses the key of --api-key",
        access=(),
        options=("--api-key", "pkid-20250101-aaaaaaaaaaaaaaaaaaaa:" + 40 * "x"),
    ),
    "signed on by the server": Place(
        "who brings nothing is a user (REMOTE_USER)", 0, FINE, fronts.renames_everybody_to("jo"), sample=True
    ),
    "sessions that end": Place("every 40th request in a session finds it gone", 0, FINE, fronts.ends_sessions(40)),
}

_BASIC = {
    "Basic": Place(
        "HTTP Basic in front; nothing given", 2, "give them with --basic USER:PASSWORD", fronts.asks_for_basic()
    ),
    "Basic, --basic": Place(
        "HTTP Basic in front; HDR-02 is not assessed", 0, FINE, fronts.asks_for_basic(), options=BASIC
    ),
    "Basic, wrong": Place(
        "HTTP Basic in front; a wrong password",
        2,
        "refuses the credentials of --basic",
        fronts.asks_for_basic(),
        options=("--basic", "proxy:wrong"),
    ),
    "Basic, 16.0": Place(
        "HTTP Basic in front of 16.0, which takes it for a key",
        2,
        "takes the credentials of --basic for a key",
        fronts.asks_for_basic(),
        options=BASIC,
        reference=(("release", "16.0"), ("fixed", False)),
    ),
    "Basic, 16.0, kept from it": Place(
        "HTTP Basic in front of 16.0, which never sees it",
        2,
        "no key was ever accepted",
        fronts.asks_for_basic(passes_it_on=False),
        options=BASIC,
        reference=(("release", "16.0"),),
    ),
}

_FRONTS = {
    "header dropped": Place(
        "X-PIWIGO-API does not get through",
        1,
        "drop the header X-PIWIGO-API",
        fronts.drops("X-Piwigo-Api"),
        broken=("HDR-01",),
        sample=True,
    ),
    "header dropped, --api-key": Place(
        "the same; a key was given",
        2,
        "drop the header X-PIWIGO-API",
        fronts.drops("X-Piwigo-Api"),
        access=("api-key",),
    ),
    "Authorization dropped": Place(
        "16.0 behind Apache and CGI",
        1,
        "CGIPassAuth On",
        fronts.drops("Authorization"),
        broken=("HDR-01",),
        reference=(("release", "16.0"),),
    ),
    "no HEAD": Place(
        "405 as HTML for HEAD",
        0,
        FINE,
        fronts.refuses(405, "Not Allowed", lambda request: request.method == "HEAD"),
        sample=True,
    ),
    "no uploads": Place(
        "413 as HTML for files",
        0,
        FINE,
        fronts.refuses(413, "Request Entity Too Large", lambda request: bool(request.files)),
        chosen="HDR-01 or WRITE-02",
    ),
    "short URLs": Place(
        "414 as HTML above 60 characters",
        0,
        FINE,
        fronts.refuses(414, "URI Too Large", lambda request: len(request.query_string) > 60),
        chosen="HDR-01 or FMT-11",
    ),
    "short heads": Place(
        "431 as HTML above 600 characters",
        0,
        FINE,
        fronts.refuses(431, "Header Fields Too Large", lambda request: len(str(request.headers)) > 600),
        chosen="HDR-01 or FMT-14 or HDR-31",
    ),
    "cache for all": Place(
        "answers to GET are kept under their URL",
        1,
        "or answer from a cache?",
        fronts.keeps(for_keys=True),
        broken=("FMT-18", "WHO-01"),
    ),
    "cache for guests": Place(
        "the same, but keys are not answered from it",
        1,
        "by a cache in front?",
        fronts.keeps(for_keys=False),
        broken=("FMT-18",),
        sample=True,
    ),
    "balanced": Place("a load balancer's cookie and headers", 0, FINE, reference=(("variation", "balanced"),)),
    "compressed": Place("every answer is compressed", 0, FINE, reference=(("variation", "compressed"),)),
    "path rewritten": Place(
        "a folder that the gallery knows nothing of", 0, FINE, reference=(("variation", "path-rewritten"),)
    ),
    "firewall, one method": Place(
        "403 as HTML for pwg.users.add",
        2,
        "no key was ever accepted",
        fronts.one_method("pwg.users.add", 403, "Blocked"),
    ),
    "firewall, one method, --account": Place(
        "the same; an account was given",
        0,
        FINE,
        fronts.one_method("pwg.users.add", 403, "Blocked"),
        access=("webmaster", "account"),
    ),
}

_GALLERIES = {
    "as usual": Place("nothing", 0, FINE, sample=True),
    "French": Place("a gallery in French", 0, FINE, reference=(("variation", "french"),)),
    "notices": Place(
        "PHP's notices before each answer", 0, FINE, fronts.prints(b"<br />\n<b>Deprecated</b>: strftime()<br />\n")
    ),
    "members are administrators": Place(
        "as the Community plugin has it",
        0,
        FINE,
        reference=(("variation", "members-are-administrators"),),
        chosen="WHO-01 or WHO-02",
        sample=True,
    ),
    "administrators see all": Place(
        "every album is open to them",
        0,
        FINE,
        reference=(("variation", "administrators-see-all"),),
        chosen="WHO-05 or PHO-02",
    ),
    "own list": Place(
        "keys may call pwg.users.setInfo; nobody said so",
        1,
        "--forbidden-methods=-pwg.users.setInfo",
        broken=("FORB-01",),
        chosen="HDR-01 or FORB-01",
    ),
    "own list, said": Place(
        "the same, with --forbidden-methods",
        0,
        FINE,
        options=("--forbidden-methods=-pwg.users.setInfo",),
        chosen="HDR-01 or FORB-01",
    ),
    "no pwg.users.add": Place("a method is missing", 2, "no key was ever accepted", lambda: without("pwg.users.add")),
    "no pwg.users.add, --account": Place(
        "the same; an account was given", 0, FINE, lambda: without("pwg.users.add"), access=("webmaster", "account")
    ),
    "lists fail": Place("pwg.users.api_key.get is 500 as HTML", 0, FINE, lambda: odd("pwg.users.api_key.get", "500")),
    "keys can't be made": Place(
        "pwg.users.api_key.create is 500 as HTML",
        2,
        "no key was ever accepted",
        lambda: odd("pwg.users.api_key.create", "500"),
    ),
}

_OPERATOR = {
    "expire command of no effect": Place(
        "--expire-command 'true {pkid}'",
        2,
        "--expire-command had no effect",
        options=("--expire-command", "true {pkid}"),
        chosen="HDR-01 or END-02",
    ),
    "expire command that fails": Place(
        "--expire-command 'false {pkid}'",
        2,
        "ended with exit code 1",
        options=("--expire-command", "false {pkid}"),
        chosen="HDR-01 or END-02",
    ),
    "live key as an expired one": Place(
        "--expired-key lives, by its owner's list",
        2,
        "is not expired",
        access=("account",),
        options=("--expired-key", "{api_key}"),
        sample=True,
    ),
    "live key as an expired one, no list": Place(
        "the same, and nobody's list tells",
        1,
        "or the key of --expired-key has not expired",
        access=("api-key",),
        options=("--expired-key", "{api_key}"),
        broken=("REJ-10",),
        chosen="HDR-01 or REJ-10",
    ),
    "wrong release": Place(
        "--release 16.0 for 16.4",
        1,
        "drop the header Authorization",
        options=("--release", "16.0"),
        broken=("HDR-01", "HDR-02"),
    ),
    "two workers, one account": Place(
        "-n 2 with --account alone",
        0,
        FINE,
        access=("account",),
        options=("-n", "2"),
        chosen="HDR-01 or LIFE-1 or LIFE-2",
    ),
}

PLACES = {**_GALLERIES, **_SPEED, **_GONE, **_IN_PLACE, **_LOGINS, **_BASIC, **_FRONTS, **_OPERATOR}
