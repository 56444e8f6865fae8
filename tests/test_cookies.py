"""What a browser holds after an answer, and which of it goes where."""

import pytest

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.login import session_after
from piwigo_contract.client.rendering import render

ROOT = "http://photos.example.org/"
FOLDER = "http://photos.example.org/gallery/"
PHP_DELETES = [
    "pwg_id=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/",
    "pwg_id=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/; HttpOnly",
    "pwg_id=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; path=/; secure; HttpOnly; SameSite=Lax",
]


@pytest.fixture
def after(client):
    """The session of a browser once it has an answer that sets these cookies."""

    def session(*lines, url=ROOT, before=None, label="AFTERWARDS"):
        answer = Answer(200, [("Set-Cookie", line) for line in lines], b"")
        return session_after(client(url), answer, before, label)

    return session


def sent(session, page="ws.php", url=ROOT):
    """The cookies that this session's browser sends to a page."""
    header = dict(render(ApiCall(auth=(session,), page=page), url, None).headers).get("Cookie")
    return header and header.reveal()


def test_cookies_are_kept_and_replaced(after):
    first = after("pwg_id=one; path=/; HttpOnly", "other=1")
    second = after("pwg_id=two; path=/", before=first)
    assert (sent(first), sent(second)) == ("pwg_id=one; other=1", "pwg_id=two; other=1")


def test_evidence_names_each_by_its_label_and_its_own_name(after):
    session = after("pwg_id=0123456789", "a-b=1", label="WEBMASTER")
    header = dict(render(ApiCall(auth=(session,)), ROOT, None).headers)["Cookie"]
    assert header.shell() == "pwg_id=$PIWIGO_WEBMASTER_PWG_ID; a-b=$PIWIGO_WEBMASTER_A_B"
    assert "0123456789" not in repr(session)


# ------------------------------------------------------------------ until when


@pytest.mark.parametrize("line", PHP_DELETES)
def test_what_php_deletes(after, line):
    assert sent(after(line, before=after("pwg_id=one; path=/"))) is None


@pytest.mark.parametrize("until", ["Expires=Wed, 21 Oct 2015 07:28:00 GMT", "expires=Wed, 21-Oct-15 07:28:00 GMT",
                                   "Max-Age=0", "Max-Age=-1", "Max-Age=-3600",
                                   "Max-Age=0; Expires=Wed, 21 Oct 2099 07:28:00 GMT"])  # fmt: skip
def test_a_cookie_that_is_over_is_deleted(after, until):
    assert sent(after(f"pwg_id=two; path=/; {until}", before=after("pwg_id=one; path=/"))) is None


@pytest.mark.parametrize("until", ["Expires=Wed, 21 Oct 2099 07:28:00 GMT", "Max-Age=3600",
                                   "Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=3600", "Expires=soon"])  # fmt: skip
def test_a_cookie_that_is_not_over_is_sent(after, until):
    assert sent(after(f"pwg_id=one; path=/; {until}")) == "pwg_id=one"


def test_of_lines_that_contradict_the_last_counts(after):
    assert sent(after("pwg_id=one; path=/", PHP_DELETES[0])) is None
    assert sent(after(PHP_DELETES[0], "pwg_id=one; path=/")) == "pwg_id=one"


# ------------------------------------------------------------------ where


@pytest.mark.parametrize(("path", "goes"), [("/gallery/", True), ("/gallery", True), ("/", True),
                                            ("/gallery/ws.php", True), ("/gal", False), ("/gallery/admin/", False),
                                            ("/elsewhere/", False), ("/gallery/ws", False)])  # fmt: skip
def test_path(after, path, goes):
    session = after(f"pwg_id=one; path={path}", url=FOLDER)
    assert sent(session, url=FOLDER) == ("pwg_id=one" if goes else None)


def test_a_cookie_goes_to_the_page_that_its_path_names(after):
    session = after("a=1; path=/gallery/admin.php", "b=2", url=FOLDER)
    assert sent(session, "admin.php", FOLDER) == "a=1; b=2"
    assert sent(session, "ws.php", FOLDER) == "b=2"


def test_one_name_with_two_paths_is_two_cookies(after):
    both = after("pwg_id=mine; path=/gallery/", "pwg_id=theirs; path=/", url=FOLDER)
    assert sent(both, url=FOLDER) == "pwg_id=mine; pwg_id=theirs"
    header = dict(render(ApiCall(auth=(both,)), FOLDER, None).headers)["Cookie"]
    assert header.shell() == "pwg_id=$PIWIGO_AFTERWARDS_PWG_ID; pwg_id=$PIWIGO_AFTERWARDS_PWG_ID_2"
    assert sent(after(PHP_DELETES[0], before=both, url=FOLDER), url=FOLDER) == "pwg_id=mine"


@pytest.mark.parametrize("domain", ["example.com", "other.example.org", "org", "hotos.example.org"])
def test_domain_of_somebody_else_is_refused(after, domain):
    assert after(f"pwg_id=one; path=/; domain={domain}").cookies == ()


@pytest.mark.parametrize(("url", "domain"), [(ROOT, "photos.example.org"), (ROOT, ".example.org"),
                                             (ROOT, "EXAMPLE.org"), ("http://127.0.0.1:81/", "127.0.0.1"),
                                             ("http://localhost:81/", "localhost")])  # fmt: skip
def test_domain_of_the_gallery(after, url, domain):
    assert sent(after(f"pwg_id=one; domain={domain}", url=url), url=url) == "pwg_id=one"


def test_secure_cookies_go_by_https_alone(after):
    secure = ROOT.replace("http:", "https:")
    session = after("pwg_id=one; path=/; secure", "other=1", url=secure)
    assert sent(session, url=secure) == "pwg_id=one; other=1"
    assert sent(session) == "other=1"


def test_galleries_on_one_host_share_no_cookies(after):
    one, two = "http://127.0.0.1:8001/", "http://127.0.0.1:8002/"
    first, second = after("pwg_id=one; path=/", url=one), after("pwg_id=two; path=/", url=two)
    assert (sent(first, url=one), sent(second, url=two)) == ("pwg_id=one", "pwg_id=two")


@pytest.mark.parametrize("line", ["", "no-value", "=no name", ";", "; path=/"])
def test_what_is_no_cookie(after, line):
    assert after(line).cookies == ()


def test_odd_values_are_sent_as_they_came(after):
    line = 'a="b, c=d"; path=/'
    assert sent(after(line, "b=", "c=\xe9\udcff")) == 'a="b, c=d"; b=; c=\xe9\udcff'
