"""What ends a run before its first check, each in one line that says what to do."""

import json
import re
import ssl
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.contract.releases import profiles
from piwigo_contract.options import Settings
from piwigo_contract.provision.inspection import run_preflight
from piwigo_contract.provision.target import Target
from piwigo_contract.reference import Reference, start
from tests.faults import reads_the_query
from tests.running import FEW_CHECKS
from tests.serving import closed_port, gallery, raw_server, serve

SELF_SIGNED = Path(__file__).parent / "data" / "self-signed.pem"


@pytest.fixture
def stopped(vault):
    """Inspect a target and give the line with which the preflight ends; None where it goes on."""
    targets = []

    def look(url, **settings):
        targets.append(Target(url, Settings(targets=(url,), **settings), vault))
        line = run_preflight(targets[-1]).stopped
        assert line is None or "\n" not in line
        return line

    yield look
    for target in targets:
        target.gallery.close()


def status(version, **more):
    return json.dumps({"stat": "ok", "result": {"username": "guest", "status": "guest", "version": version, **more}})


METHODS = json.dumps({"stat": "ok", "result": {"methods": ["pwg.session.getStatus"]}})


def old_without_a_version(environ, start_response):
    listing = "getMethodList" in environ["QUERY_STRING"]
    return Response(METHODS if listing else status(""))(environ, start_response)


def moved_within(environ, start_response):
    return Response("", 301, headers={"Location": "/photos/ws.php"})(environ, start_response)


SITES = {
    "a page": (Response("<html>Hello", content_type="text/html"), ["no Piwigo", "HTTP 200", "text/html"]),
    "not found": (Response("none", 404), ["no Piwigo", "HTTP 404"]),
    "another API": (Response('{"data": []}', content_type="application/json"), ["no Piwigo"]),
    "maintenance": (
        Response("<html><title>Under maintenance</title>", 503, {"Retry-After": "900"}, content_type="text/html"),
        ["out of service", "HTTP 503", "text/html", "Under maintenance"],
    ),
    "web services switched off": (Response("Web services are disabled", 403), ["HTTP 403", "'Web services are dis"]),
    "Basic": (
        Response("<h1>Authorization Required</h1>", 401, {"WWW-Authenticate": "Basic"}, content_type="text/html"),
        ["HTTP 401", "'Authorization Required'", "credentials of its own"],
    ),
    "an error for everybody": (Response('{"stat":"fail","err":401,"message":"Access denied"}', 401), ["Access denied"]),
    "everybody has a key": (
        Response(status("16.4.0", username="root", status="webmaster", connected_with="api_key")),
        ["without a key that it came with one", "'root' (webmaster)"],
    ),
    "15.7": (Response(status("15.7.0")), ["15.7.0", "no API keys"]),
    "no version and no API keys": (old_without_a_version, ["no API keys"]),
    "another host": (
        Response("", 302, headers={"Location": "https://elsewhere.example/x?y"}),
        ["another host", "https://elsewhere.example"],
    ),
    "another folder": (moved_within, ["redirects to /photos/ws.php"]),
}


@pytest.mark.parametrize(("site", "words"), SITES.values(), ids=SITES)
def test_site_that_is_no_gallery_to_be_judged(stopped, site, words):
    with serve(site) as url:
        line = stopped(url, api_key="pkid-1:S3cret-of-somebody")
    assert not [word for word in words if word not in line]
    assert "S3cret" not in line


def test_nobody_listens(stopped):
    with closed_port() as url:
        assert f"{url} can't be reached" in stopped(url)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n"], ids=["closed at once", "no HTTP"])
def test_no_web_server(stopped, answer):
    with raw_server(answer) as server:
        assert "can't be reached" in stopped(server.url)


def test_certificate_that_is_not_trusted(stopped):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SELF_SIGNED)
    with serve(Response(status("16.4.0")), context) as url:
        assert f"the certificate of {url} is not trusted" in stopped(url)


def test_https_where_http_is_spoken(stopped):
    with serve(Response(status("16.4.0"))) as url:
        assert "or is it http:// there?" in stopped(url.replace("http:", "https:"))


def test_http_where_https_is_spoken(stopped):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SELF_SIGNED)
    with serve(Response(status("16.4.0")), context) as url:
        assert "is it https:// there?" in stopped(url.replace("https:", "http:"))
    with raw_server(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nHTTPS") as server:
        assert "is it https:// there?" in stopped(server.url)


def test_certificate_that_the_user_vouches_for(run):
    with start(Reference(tls=SELF_SIGNED)) as running:
        asked = ("--target", running.url, "--webmaster", running.banner["webmaster"], "-k", "HDR-01 or HDR-03")
        for number, trust in enumerate([("--ca-bundle", str(SELF_SIGNED)), ("--insecure",)]):
            done = run(*asked, *trust, "-p", "no:html", name=str(number))
            assert (done.code, done.with_outcome("pass")) == (0, {"HDR-01", "HDR-03"})
        done = run(*asked, "-p", "no:html", name="untrusted")
        assert done.code == 2
        assert "give --ca-bundle FILE, or --insecure" in done.out + done.err


@pytest.fixture(scope="module")
def front():
    with gallery() as front:
        yield front


REFUSED = {
    "wrong password": ({"webmaster": ("webmaster", "S3cret")}, ["refuses user name and password of webmaster"]),
    "unknown user": ({"account": ("nobody", "S3cret")}, ["refuses user name and password of nobody"]),
    "webmaster who is none": ({"webmaster": ("alice", "alice-password")}, ["--webmaster", "normal"]),
    "unknown key": ({"api_key": "pkid-20250101-aaaaaaaaaaaaaaaaaaaa:S3cret"}, ["--api-key", "X-PIWIGO-API"]),
}


@pytest.mark.parametrize(("settings", "words"), REFUSED.values(), ids=REFUSED)
def test_credentials_that_are_refused(stopped, front, settings, words):
    line = stopped(front.url, **settings)
    assert not [word for word in words if word not in line]
    assert "S3cret" not in line


def test_key_that_is_ignored(stopped, front):
    line = stopped(front.url, api_key=front.banner["api_key"], release="16.0")
    assert "ignores the key in the header Authorization" in line
    assert "--release 16.1" in line


def second_factor(request, pass_on):
    """The password is right, and the next page asks for a code."""
    if request.path == "/identification.php" and request.method == "POST":
        return Response("", 302, headers={"Location": "tfa.php"})
    return pass_on()


def single_sign_on(request, pass_on):
    if request.path == "/identification.php" and request.method == "POST":
        return Response("", 302, headers={"Location": "https://sso.example/login"})
    return pass_on()


def no_cookies(request, pass_on):
    answer = pass_on()
    del answer.headers["Set-Cookie"]
    return answer


def cookies_for_https(request, pass_on):
    answer = pass_on()
    answer.headers["Set-Cookie"] = "pwg_id=0123456789abcdef; path=/; secure; HttpOnly"
    return answer


def bot_protection(request, pass_on):
    if request.method == "POST":
        return Response("<style>x</style><h1>Just a moment</h1>", 202, content_type="text/html")
    return pass_on()


LOGINS = [
    (bot_protection, "HTTP 202 (text/html, 'Just a moment')"),
    (second_factor, "two-factor"),
    (single_sign_on, "sso.example"),
    (no_cookies, "sets no cookie"),
    (cookies_for_https, "sets no cookie that a browser sends back"),
]


@pytest.mark.parametrize(("fault", "word"), LOGINS, ids=lambda each: getattr(each, "__name__", ""))
def test_login_that_opens_no_session(stopped, fault, word):
    with gallery(fault) as front:
        assert word in stopped(front.url, webmaster=("webmaster", "webmaster-password"))


WITHOUT_EFFECT = {
    "another row": ("true {pkid}", "--expire-command had no effect"),
    "fails": ("false {pkid}", "--expire-command ended with exit code 1"),
    "not found": ("/nowhere/expire {pkid}", "--expire-command: FileNotFoundError: /nowhere/expire"),
}


@pytest.mark.parametrize(("command", "words"), WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT)
@pytest.mark.parametrize("who", ["webmaster", "account"])
def test_expire_command_without_effect(run, command, words, who):
    with gallery() as front:
        users, keys = front.users, front.live_keys
        done = run(*front.options(who), "--expire-command", command, "-k", "END-02", "-p", "no:html")
        assert (front.users, front.live_keys) == (users, keys)
    assert (done.code, done.with_outcome("fail", "error"), done.err.count("\n")) == (2, set(), 1)
    assert words in done.err
    assert "expired_on" in done.err


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["in series", "a worker"])
def test_expire_command_is_tried_once(run, workers):
    with gallery() as front:
        users, keys = front.users, front.live_keys
        options = front.options("webmaster", "expire-command")
        done = run(*options, "-k", "HDR-01", "-p", "no:html", *workers)
        assert (done.code, front.users, front.live_keys) == (0, users, keys)
    assert front.methods.count("pwg.users.api_key.create") == 2


def never_says_expired(request, pass_on):
    """The list of keys calls none expired."""
    answer = pass_on()
    answer.data = answer.data.replace(b'"is_expired":true', b'"is_expired":false')
    return answer


def says_no_date(request, pass_on):
    answer = never_says_expired(request, pass_on)
    answer.data = answer.data.replace(b'"expired_on"', b'"ends"')
    return answer


def says_another_date(request, pass_on):
    answer = never_says_expired(request, pass_on)
    answer.data = re.sub(rb'"expired_on":"\d+', b'"expired_on":"2999', answer.data)
    return answer


def makes_no_keys(request, pass_on):
    if "api_key.create" in (request.form.get("method") or ""):
        return Response('{"stat":"ok","result":null}')
    return pass_on()


@pytest.mark.parametrize("fault", [never_says_expired, says_no_date, says_another_date, makes_no_keys])
def test_expire_command_whose_effect_the_list_does_not_tell(stopped, fault):
    """What is wrong with the list of keys is for the checks to say."""
    with gallery(fault) as front:
        command = front.banner["expire_command"]
        assert stopped(front.url, webmaster=("webmaster", "webmaster-password"), expire_command=command) is None


@pytest.mark.parametrize("release", profiles())
def test_expire_command_of_each_release(stopped, release):
    with start(Reference(release=release, fixed=False)) as running:
        user, _, password = running.banner["webmaster"].partition(":")
        given = {"webmaster": (user, password), "expire_command": running.banner["expire_command"]}
        assert stopped(running.url, **given) is None


def signed_on(request, pass_on):
    """Whoever comes without a key and without a session is somebody, as the server in front says (REMOTE_USER)."""
    answer = pass_on()
    answer.data = answer.data.replace(b'"username":"guest","status":"guest"', b'"username":"jo","status":"normal"')
    return answer


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["in series", "a worker"])
def test_behind_single_sign_on(run, workers):
    """What anybody is was measured: a key that is not read leaves one that."""
    with gallery(signed_on) as front:
        done = run(*FEW_CHECKS, *front.options("webmaster", "api-key"), "-p", "no:html", *workers)
    assert (done.code, done.with_outcome("fail", "warning", "error")) == (0, set())
    assert {"HDR-02", "HDR-10", "HDR-11", "HDR-12", "HDR-13"} <= done.with_outcome("pass")
    assert any("who brings no key is 'jo' (normal) here" in line for line in done.target()["environment"])
    assert done.out.count("note: who brings no key") >= 1


def reads_the_query_behind_single_sign_on(request, pass_on):
    return reads_the_query(request, lambda: signed_on(request, pass_on))


def test_key_that_is_read_behind_single_sign_on(run):
    with gallery(reads_the_query_behind_single_sign_on) as front:
        done = run(*front.options("webmaster"), "-k", "HDR-10 or HDR-11", "-p", "no:html")
    assert (done.code, done.with_outcome("fail"), done.with_outcome("pass")) == (1, {"HDR-10"}, {"HDR-11"})


def everybody_is_alice(request, pass_on):
    """The owner of the key, who is never said to be there by a key."""
    answer = signed_on(request, pass_on)
    answer.data = answer.data.replace(b'"username":"jo"', b'"username":"alice"')
    answer.data = answer.data.replace(b'"connected_with":"api_key"', b'"connected_with":null')
    return answer


def test_owner_of_the_key_signed_on(run):
    """With and without the key the target says the same: nothing is known of it."""
    with gallery(everybody_is_alice) as front:
        done = run(*front.options("api-key"), "-k", "HDR-01 or HDR-11", "-p", "no:html")
    assert (done.code, done.with_outcome("fail", "pass", "error")) == (2, set())
    assert "somebody else than 'alice'" in done.clause("HDR-11")["reason"]


def test_all_is_well(stopped, front):
    user, _, password = front.banner["webmaster"].partition(":")
    assert stopped(front.url, webmaster=(user, password), api_key=front.banner["api_key"]) is None


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_live_key_given_for_one_that_has_ended(stopped, front, how):
    """Its owner's list tells; where nobody's does, that is not known before it is tried."""
    user, _, password = front.banner["account"].partition(":")
    live, ended = front.banner["api_key"], front.banner[f"{how}_key"]
    assert f"the key of --{how}-key is not {how}" in stopped(
        front.url, account=(user, password), **{f"{how}_key": live}
    )
    assert stopped(front.url, account=(user, password), **{f"{how}_key": ended}) is None
    assert stopped(front.url, api_key=live, **{f"{how}_key": live}) is None


@pytest.mark.parametrize(("how", "clause"), [("expired", "REJ-10"), ("revoked", "REJ-09")])
def test_key_that_may_not_have_ended(run, front, how, clause):
    """A red says both that it may mean."""
    key = front.banner["api_key"]
    done = run(*front.options("api-key"), f"--{how}-key", key, "-k", clause, "-p", "no:html")
    assert (done.code, done.with_outcome("fail")) == (1, {clause})
    assert f"or the key of --{how}-key has not" in done.clause(clause)["reason"]
