"""A server in front of the gallery asks for a password of its own (RFC 7617): --basic, or in the URL."""

import base64

import pytest
from werkzeug.wrappers import Response

from tests.running import FEW_CHECKS
from tests.serving import gallery

USER, PASSWORD = "p@roxy", "S3cret-of-the-front:x"
GOOD = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def asks_for_basic(request, pass_on):
    """As nginx's auth_basic: the header goes on to the gallery."""
    if request.headers.get("Authorization") != GOOD:
        told = "<html><title>401 Authorization Required</title></html>"
        return Response(told, 401, {"WWW-Authenticate": 'Basic realm="photos"'}, content_type="text/html")
    return pass_on()


def keeps_it(request, pass_on):
    """As asks_for_basic, but the header is kept from the gallery."""

    def without():
        request.environ.pop("HTTP_AUTHORIZATION")
        return pass_on()

    return asks_for_basic(request, without)


def in_the_url(front):
    return [
        "--target",
        front.url.replace("://", "://p%40roxy:S3cret-of-the-front%3Ax@"),
        *front.options("webmaster")[2:],
    ]


def as_option(front):
    return [*front.options("webmaster"), "--basic", f"{USER}:{PASSWORD}"]


@pytest.mark.parametrize(("given", "workers"), [(as_option, []), (in_the_url, ["-n", "1"])])
def test_gallery_behind_basic(run, given, workers):
    """Everything that a run sends brings the password, and nothing that it writes shows it."""
    wire = "HDR or REJ or WIRE-01 or MAL-03 or LIFE-01 or FMT-11"
    with gallery(asks_for_basic) as front:
        done = run(*given(front), "-k", wire, "--effort", "quick", "--har", "run.har", *workers)
    assert {seen.status for seen in front.seen} >= {200}
    assert {seen.headers.get("Authorization") for seen in front.seen} == {GOOD}
    assert (done.code, done.with_outcome("fail", "warning", "error")) == (0, set())
    assert {"HDR-01", "HDR-13", "HDR-14", "WIRE-01", "MAL-03", "FMT-11"} <= done.with_outcome("pass")
    assert "needs the header Authorization for itself" in done.clause("HDR-02")["reason"]
    told = [done.out.encode(), done.err.encode(), *done.files().values()]
    hidden = (PASSWORD.encode(), b"S3cret-of-the-front", GOOD.partition(" ")[2].encode())
    assert not [word for word in hidden for text in told if word in text]


def test_nobody_gave_it(run):
    with gallery(asks_for_basic) as front:
        done = run(*front.options("webmaster"), *FEW_CHECKS, "-p", "no:html")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "401 Authorization Required" in done.err
    assert "--basic USER:PASSWORD" in done.err


def test_wrong_password(run):
    with gallery(asks_for_basic) as front:
        done = run(*front.options("webmaster"), *FEW_CHECKS, "-p", "no:html", PIWIGO_BASIC="proxy:S3cret")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "refuses the credentials of --basic" in done.err
    assert "S3cret" not in done.out + done.err


def test_collision_with_the_header_of_16_0(run):
    """The gallery takes the password for a key, and refuses everybody."""
    with gallery(asks_for_basic, "16.0", fixed=False) as front:
        done = run(*as_option(front), *FEW_CHECKS, "-p", "no:html")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "takes the credentials of --basic for a key" in done.err
    assert "issues/2460" in done.err


@pytest.mark.parametrize("access", [("webmaster",), ("api-key",)], ids="".join)
def test_no_key_can_be_sent_to_16_0(run, access):
    with gallery(keeps_it, "16.0") as front:
        done = run(*front.options(*access), "--basic", f"{USER}:{PASSWORD}", *FEW_CHECKS, "-p", "no:html")
    assert (done.code, done.with_outcome("fail", "warning", "error")) == (2, set())
    assert "needs the header Authorization for itself" in done.clause("HDR-01")["reason"]
    assert any("no key can be sent" in line for line in done.target()["environment"])
