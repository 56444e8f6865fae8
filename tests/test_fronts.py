"""What a server in front answers by itself, keeps, drops or is told to forbid: put down to that, whatever was asked."""

import re

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.reference import Reference, start
from tests.faults import HEADER
from tests.serving import gallery

PAGE = "<html><head><title>{0} {1}</title></head><body><center><h1>{0} {1}</h1></center><hr>nginx/1.22.1</body></html>"


def page(status, words):
    return Response(PAGE.format(status, words), status, {"Server": "nginx/1.22.1"}, content_type="text/html")


def takes_no_head(request, pass_on):
    return page(405, "Not Allowed") if request.method == "HEAD" else pass_on()


def takes_no_uploads(request, pass_on):
    return page(413, "Request Entity Too Large") if request.files else pass_on()


def takes_short_urls(request, pass_on):
    return page(414, "Request-URI Too Large") if len(request.query_string) > 60 else pass_on()


def takes_short_headers(request, pass_on):
    return page(431, "Request Header Fields Too Large") if len(str(request.headers)) > 600 else pass_on()


FRONTS = {
    takes_no_head: ("FMT-12 or FMT-13 or FMT-18 or FMT-39", {"FMT-18", "FMT-12", "FMT-13", "FMT-39"}, set(), "405"),
    takes_no_uploads: ("WRITE-02 or WRITE-03", set(), {"WRITE-02"}, "413"),
    takes_short_urls: ("FMT-11 or FMT-03 or HDR-10", {"FMT-03"}, {"FMT-11"}, "414"),
    takes_short_headers: ("FMT-14 or HDR-12 or HDR-31", {"FMT-14"}, set(), "431"),
}


@pytest.mark.parametrize("front", FRONTS, ids=lambda front: front.__name__)
def test_server_in_front_that_refuses_what_it_is_asked(run, front):
    chosen, holds, out_of_reach, status = FRONTS[front]
    with gallery(front) as served:
        done = run(*served.options("webmaster"), "-k", chosen, "-p", "no:html")
    assert (done.code, done.with_outcome("fail", "warning", "error")) == (0, set())
    assert holds <= done.with_outcome("pass")
    assert out_of_reach <= done.with_outcome("not-assessed")
    told = re.compile(rf"refused by the server in front of the API \(.+\) with HTTP {status}")
    assert any(map(told.search, done.target()["environment"]))
    assert all(told.search(done.clause(each)["reason"]) for each in out_of_reach)


def drops_the_header(request, pass_on):
    request.environ.pop(HEADER, None)
    return pass_on()


@pytest.mark.parametrize("access", ["webmaster", "account", "api-key"])
def test_header_that_is_dropped(run, access):
    """Whichever credentials were given, one line says where to look."""
    with gallery(drops_the_header) as front:
        done = run(*front.options(access), "-k", "HDR-01", "-p", "no:html")
    hint = "does something in front of it drop the header X-PIWIGO-API, or answer from a cache?"
    told = done.err if access == "api-key" else done.clause("HDR-01")["reason"]
    assert hint in told
    assert done.code == (2 if access == "api-key" else 1)


class Cache:
    """Keeps what is read by GET under its URL, whatever it says of that itself."""

    def __init__(self):
        self.kept = {}

    def __call__(self, request, pass_on):
        if request.method != "GET" or request.path != "/ws.php":
            return pass_on()
        if request.query_string not in self.kept:
            answer = pass_on()
            self.kept[request.query_string] = (answer.get_data(), answer.status_code, answer.content_type)
        body, status, kind = self.kept[request.query_string]
        return Response(body, status, {"Cache-Control": "no-store"}, content_type=kind)


def test_cache_that_gives_a_guest_the_owners_answer(run):
    with gallery(Cache()) as front:
        done = run(*front.options("webmaster"), "-k", "FMT-18", "-p", "no:html")
    assert (done.code, done.with_outcome("fail")) == (1, {"FMT-18"})
    assert "by a cache in front?" in done.clause("FMT-18")["reason"]


OWN_LISTS = {
    "taken off": (SiteList(removed=("pwg.users.setInfo",)), "FORB-01", "--forbidden-methods=-pwg.users.setInfo"),
    "added": (SiteList(added=("pwg.tags.add",)), "WRITE-04", "--forbidden-methods=+pwg.tags.add"),
}


@pytest.mark.parametrize(("site_list", "clause", "option"), OWN_LISTS.values(), ids=OWN_LISTS)
def test_list_of_the_gallery_s_own(run, site_list, clause, option):
    """Nobody said so: it is seen by what is denied and what is not, and the option that says so is named; it helps."""
    with start(Reference(site_list=site_list)) as server:
        asked = ("--target", server.url, "--webmaster", server.banner["webmaster"], "-k", clause, "-p", "no:html")
        done, told = run(*asked), run(*asked, option, name="told")
    assert done.code == 1
    assert option in " ".join(check["message"] for check in done.clause(clause)["checks"])
    assert (told.code, told.with_outcome("fail")) == (0, set())


def test_list_that_is_not_kept_at_all_is_none_of_the_gallery_s_own(run):
    with start(Reference(mutant="list-empty-for-webmasters")) as server:
        asked = ("--target", server.url, "--webmaster", server.banner["webmaster"], "-k", "FORB-01", "-p", "no:html")
        done = run(*asked)
    assert (done.code, done.with_outcome("fail")) == (1, {"FORB-01"})
    assert "--forbidden-methods" not in done.clause("FORB-01")["reason"]
