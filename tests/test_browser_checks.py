"""The chapter for which a Chromium opens pages of the target: without one, with one that does not start, and a red."""

import base64
import dataclasses
import json
import re
import shutil
import ssl
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from piwigo_contract.client.browser import GRACE, visit
from piwigo_contract.client.chromium import ENDING, Chromium
from piwigo_contract.contract.clauses import ACCESS
from piwigo_contract.errors import OutOfReach
from piwigo_contract.option_values import browser
from piwigo_contract.options import Settings
from piwigo_contract.plugin.fixtures.browser import way_in
from piwigo_contract.reference import Reference, start
from piwigo_contract.reference.mutants import MUTANTS
from piwigo_contract.report.evidence import evidence_of
from piwigo_contract.results.har.file import Archive
from tests.serving import gallery, serve
from tests.test_basic import as_option, asks_for_basic

CERTIFICATE = Path(__file__).parent / "data" / "self-signed.pem"
CHROMIUM = browser()
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason=f"needs {ACCESS['browser']}")
needs_playwright = pytest.mark.skipif(browser(shutil.which("true")) is None, reason="playwright is not installed")


def test_without_a_browser_it_is_said_what_installs_one(run):
    done = run("-k", "BRW-01", "-p", "no:html")
    clause = done.clause("BRW-01")
    assert (clause["outcome"], clause["reason"]) == ("not-assessed", f"needs {ACCESS['browser']}")
    assert "pip install 'piwigo-contract[browser]'" in clause["reason"]


@needs_playwright
def test_browser_that_does_not_start(run):
    done = run("-k", "BRW-01", "-p", "no:html", "--browser-path", shutil.which("false"))
    clause = done.clause("BRW-01")
    assert clause["outcome"] == "not-assessed"
    assert clause["reason"].startswith(f"needs a browser at {shutil.which('false')} that starts (")


@needs_browser
def test_all_of_it_on_the_reference(run):
    done = run("-k", "BRW", "-p", "no:html", "--browser-path", CHROMIUM)
    assert (done.code, done.with_outcome("pass")) == (0, {f"BRW-{number:02}" for number in range(1, 14)})


@needs_browser
def test_pages_that_are_not_there(run):
    gone = {"/tools/ws.htm": 404, "/profile.php": 403}

    def lacks(request, pass_on):
        status = gone.get(request.path)
        return Response("<h1>No</h1>", status, content_type="text/html") if status else pass_on()

    with gallery(lacks) as front:
        done = run(*front.options("webmaster"), "-k", "BRW-01 or BRW-07", "-p", "no:html", "--browser-path", CHROMIUM)
    told = {clause: (done.clause(clause)["outcome"], done.clause(clause)["reason"]) for clause in ("BRW-01", "BRW-07")}
    assert told == {
        "BRW-01": ("not-assessed", "needs a page to open in a browser (no tools/ws.htm: HTTP 404)"),
        "BRW-07": ("not-assessed", "needs a page to open in a browser (no profile.php: HTTP 403)"),
    }
    assert done.document["targets"][0]["verdict"] == "not-fully-verified"


@needs_browser
def test_page_with_another_list(run):
    """Keys without a name in the list are a fault of the page, and none of the suite."""

    def renames(request, pass_on):
        answer = pass_on()
        if request.path == "/profile.php":
            answer.set_data(answer.get_data().replace(b"api_name", b"api_title"))
        return answer

    with gallery(renames) as front:
        done = run(*front.options("webmaster"), "-k", "BRW-09", "-p", "no:html", "--browser-path", CHROMIUM)
    found = done.clause("BRW-09")
    assert found["outcome"] == "warning"
    assert re.search("positive control: expected a key named '.*' in the list; it has", found["checks"][0]["message"])


@needs_browser
def test_behind_basic_and_within_max_requests(run):
    """What a page loads brings the password, and counts; a browser asks without the password first."""
    with gallery(asks_for_basic) as front:
        told = (*as_option(front), "-k", "BRW-01", "-p", "no:html", "--browser-path", CHROMIUM)
        done = run(*told, name="basic")
        let_in = [seen for seen in front.seen if seen.status != 401]
        page = [seen.path for seen in let_in].index("/tools/ws.htm") + 1
        few = run(*told, "--max-requests", str(page), name="few")
    assert done.clause("BRW-01")["outcome"] == "pass"
    assert done.target()["requests"] == len(let_in)
    assert few.clause("BRW-01")["outcome"] == "not-assessed"
    assert "--max-requests" in few.clause("BRW-01")["reason"]


@pytest.fixture(scope="module")
def chromium():
    browser = Chromium()
    yield browser
    browser.stop()


ENDLESS = "<script>for (;;);</script>"
LATER = "<script>setTimeout(() => { for (;;); }, 700)</script><input><p>text</p>"


@needs_browser
@pytest.mark.parametrize("page", [ENDLESS, LATER, "<script>while (true) alert(1)</script>"], ids=range(3))
def test_page_that_never_ends(client, chromium, page):
    """Within its patience, the grace and the time to end the browser, whatever is asked of it."""

    def look():
        looked.open("tools/ws.htm")
        looked.wait(looked.page.wait_for_function("false"))
        looked.do(looked.page.content())

    began = time.monotonic()
    with serve(Response(page, content_type="text/html")) as url:
        with visit(client(url), chromium, CHROMIUM, patience=1) as looked:
            with pytest.raises(OutOfReach):
                look()
            assert looked.picture() is None
        with visit(client(url), chromium, CHROMIUM) as another:
            assert another.do(another.page.evaluate("1 + 1")) == 2
    assert time.monotonic() - began < 2 * (1 + GRACE) + 4 * ENDING


@needs_browser
def test_browser_that_is_gone_is_started_again(client, chromium):
    with serve(Response("<p>text</p>", content_type="text/html")) as url:
        with visit(client(url), chromium, CHROMIUM) as looked:
            for crashing in (looked.page.goto("chrome://crash"), looked.page.evaluate("1")):
                with pytest.raises(OutOfReach):
                    looked.do(crashing)
        chromium.do(chromium._browser.close(), ENDING, "")
        with visit(client(url), chromium, CHROMIUM) as looked:
            looked.open("")


@needs_browser
def test_redirect_brings_a_key_nowhere_else(client, chromium):
    """playwright tells nobody what a redirect leads to."""
    elsewhere = []

    @Request.application
    def other(request):
        elsewhere.append(request.url)
        return Response("", headers=dict.fromkeys(["Access-Control-Allow-Origin", "Access-Control-Allow-Headers"], "*"))

    @Request.application
    def redirects(request):
        if request.path == "/away":
            return Response("", 307, {"Location": f"{there}?from-{request.method}"})
        page = """<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
            <script>fetch("away", { headers: { key: "1" } }); fetch("away", { method: "POST", body: "1" })</script>"""
        return Response(page, content_type="text/html")

    with serve(other) as there, serve(redirects) as url, visit(client(url), chromium, CHROMIUM) as looked:
        looked.open("")
        with pytest.raises(OutOfReach):
            looked.open("away")
        noted = {place for place in looked._places if place.startswith("a URL: ")}
        counted = looked.gallery.requests_sent
    assert elsewhere == []
    assert noted == {f"a URL: {each}" for each in (url, f"{url}away", f"{there}?from-GET", f"{there}?from-POST")}
    assert counted == 4


@needs_browser
@pytest.mark.parametrize("shown", [True, False])
def test_browser_shows_its_certificate(client, chromium, shown):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.load_verify_locations(CERTIFICATE)
    context.verify_mode = ssl.CERT_REQUIRED
    settings = Settings(insecure=True, client_cert=CERTIFICATE if shown else None)
    with (
        serve(Response("<p>text</p>", content_type="text/html"), context) as url,
        visit(client(url), chromium, CHROMIUM, **way_in(settings, url)) as looked,
        nullcontext() if shown else pytest.raises(OutOfReach),
    ):
        looked.open("")


def test_browser_does_not_know_a_bundle():
    settings = Settings(ca_bundle=CERTIFICATE)
    with pytest.raises(OutOfReach, match="--ca-bundle"):
        way_in(settings, "https://host/")
    assert way_in(dataclasses.replace(settings, insecure=True), "https://host/") == {"ignore_https_errors": True}
    assert way_in(dataclasses.replace(settings, client_cert=CERTIFICATE), "http://host/") == {
        "ignore_https_errors": False
    }


def test_password_is_for_the_gallery_alone():
    told = way_in(Settings(basic=("proxy", "pass:word")), "https://host:443/gallery/")["http_credentials"]
    assert told == {"username": "proxy", "password": "pass:word", "origin": "https://host"}


@needs_browser
def test_red_shows_what_was_on_the_screen_without_secrets(run):
    with start(Reference(mutant="form-shows-the-secret-cut")) as server:
        told = ("--target", server.url, "--webmaster", server.banner["webmaster"], "--browser-path", CHROMIUM)
        done = run(*told, "-k", "BRW-05")
    assert (done.code, done.clause("BRW-05")["outcome"]) == (1, "fail")
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', done.page)
    assert [base64.b64decode(picture)[:4] for picture in pictures] == [b"\x89PNG"]


@pytest.mark.parametrize("name", [name for name, each in MUTANTS.items() if each.clauses[0].startswith("BRW-")])
def test_mutant_changes_its_page(name):
    """Also where there is no browser: what a mutant replaces in a script is there."""
    gallery, _ = Reference(mutant=name).build()
    right, _ = Reference().build()
    values = {
        "ws": {"header": "X-PIWIGO-API"},
        "profile": {"user": "alice", "token": "0", "durations": (30,), "rows": []},
    }
    changed = [page for page, given in values.items() if gallery.script(page, **given) != right.script(page, **given)]
    assert len(changed) == 1


@pytest.mark.parametrize("told", [None, 7, "", "R0lGODlh", 'iVBORw0KGgo="><script>', "iVBORw0KGgo\n"])
def test_archive_puts_nothing_but_a_png_into_the_page(told):
    entry = {
        "request": {"method": "GET", "url": "http://host/", "headers": []},
        "response": {"status": 200, "statusText": "OK", "headers": [], "content": {}},
        "comment": json.dumps({"target": 1, "check": "x", "role": "probe", "shown": True, "picture": told}),
    }
    assert [each.picture for each in evidence_of(Archive((entry,)))[1, "x"]] == [""]
