"""The only way in: a key opens nothing but in its header, and the header takes nothing but keys."""

from itertools import product

import pytest

from piwigo_contract.check import (
    SESSION_LOGIN,
    Body,
    Cookie,
    KeyHeader,
    Query,
    Session,
    Text,
    administration_page,
    basic_of,
    clause,
    pages_that_know,
    profile_page,
    signs_of_login,
    submit_login_form,
)

NO_PHOTO = 2147483000
"""The number of a photo that no gallery has: what would be done to it has no effect."""


# --- the only way in


@clause("WHO-11")
def test_key_in_the_parameter_auth(gallery, key, expect):
    for verb in ("POST", "GET"):
        expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
        answer = gallery.whoami(Query("auth", key.text), verb=verb)
        expect(answer).is_a_guest()
        expect(answer).opens_no_session()


CLOSED = (301, 302, 303, 307, 308, 401, 403)
"""What a page answers to somebody whom it is not for: the login form, or a refusal."""

PAGES = ["index.php", "identification.php", "profile.php", "picture.php", "admin.php"]


@clause("WHO-12")
@pytest.mark.parametrize("page", PAGES)
def test_key_in_the_parameter_auth_of_a_page(gallery, key, visitor, expect, page):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.page(page, Query("auth", key.text), visitor)
    expect(answer).opens_no_session()


NAMES = ("auth", "AUTH", "username", "pwg_token", "pkid", "apikey_secret", "auth_key")
"""Names under which Piwigo reads something, of which `auth` in a URL is a matter of its own (WHO-11, WHO-12)."""

BY = {Query: ("POST", "GET"), Body: ("POST",), Cookie: ("POST", "GET")}
"""The verbs by which a carrier is tried."""


@clause("WHO-13")
@pytest.mark.parametrize("carrier", BY, ids=["URL", "body", "cookie"])
def test_key_under_another_name(gallery, key, expect, carrier):
    for verb in BY[carrier]:
        expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
        for name in NAMES[1:] if carrier is Query else NAMES:
            answer = gallery.whoami(carrier(name, key.text), verb=verb)
            expect(answer).is_a_guest()
            expect(answer).opens_no_session()


@clause("WHO-13")
@pytest.mark.parametrize("page", PAGES)
def test_key_under_another_name_on_a_page(gallery, profile, key, visitor, expect, page):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    names = (*NAMES, profile.header, "pwg_remember", "api_key", "apikey", "key", "token")
    for carrier, verb in ((Query, "GET"), (Body, "POST"), (Cookie, "GET"), (Cookie, "POST")):
        carriers = [carrier(name, key.text) for name in (names[1:] if carrier is Query else names)]
        expect(gallery.page(page, *carriers, visitor, verb=verb)).opens_no_session()


@clause("WHO-14")
@pytest.mark.parametrize("carrier", [Query, Body], ids=["URL", "body"])
@pytest.mark.parametrize("names", [("username", "password"), ("auth_key", "apikey_secret")], ids="/".join)
def test_halves_as_parameters(gallery, key, expect, carrier, names):
    for verb in BY[carrier]:
        expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
        answer = gallery.whoami(carrier(names[0], key.pkid), carrier(names[1], key.secret), verb=verb)
        expect(answer).is_a_guest()
        expect(answer).opens_no_session()


UPLOADS = {
    "pwg.images.upload": {"level": "none"},
    "pwg.images.addSimple": {"level": "none"},
    "pwg.images.add": {"level": "none"},
    "pwg.images.addChunk": {},
    "pwg.images.addFile": {"image_id": NO_PHOTO},
}
"""Methods that take photos, called without what they need: nothing comes of it, whoever asks."""


@clause("WHO-36")
@pytest.mark.parametrize("method", UPLOADS)
def test_halves_as_parameters_of_an_upload(gallery, open_to_keys, webmaster_key, expect, method):
    key = webmaster_key
    open_to_keys(method)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.call(method, key, params=UPLOADS[method])).is_authorized()
    for carrier in (Query, Body):
        halves = carrier("username", key.pkid), carrier("password", key.secret)
        answer = gallery.call(method, *halves, params=UPLOADS[method])
        expect(answer).is_denied()
        expect(answer).opens_no_session()


@clause("WHO-15")
@pytest.mark.parametrize("filled", ["the halves", "the key as the name", "the key as the password"])
def test_key_in_the_login_form(gallery, account, key, expect, filled):
    user, password = {
        "the halves": (key.pkid, key.secret),
        "the key as the name": (key.text, key.secret),
        "the key as the password": (key.pkid, key.text),
    }[filled]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(account.session)).is_in_session(account.session)
    _, session = submit_login_form(gallery, user, password)
    expect(gallery.whoami(session)).is_a_guest()


@clause("WHO-16")
@pytest.mark.parametrize("part", ["secret", "whole key"])
def test_secret_as_password(gallery, keys, key_of, sessions, expect, part):
    key = key_of("normal")
    owner = keys.owner_of(key)
    name, secret = Text.of(owner.user.name), key.secret if part == "secret" else key.text
    expect.control(gallery.whoami(owner.session)).is_in_session(owner.session)
    _, session = submit_login_form(gallery, name, secret)
    expect(gallery.whoami(session)).is_a_guest()
    expect.control(sessions.log_in(SESSION_LOGIN, name, owner.password).answer).succeeds()
    bad = sessions.log_in(SESSION_LOGIN, name, secret)
    expect(bad.answer).is_a_refused_login()
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("WHO-17")
def test_key_as_basic_credentials(gallery, key, expect):
    for verb in ("POST", "GET"):
        expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
        answer = gallery.whoami(basic_of(key), verb=verb)
        expect(answer).authenticates_nobody_but()
        expect(answer).opens_no_session()


@clause("WHO-17")
@pytest.mark.parametrize("page", PAGES)
def test_key_as_basic_credentials_on_a_page(gallery, key, visitor, expect, page):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for verb in ("GET", "POST"):
        expect(gallery.page(page, basic_of(key), visitor, verb=verb)).opens_no_session()


@clause("WHO-18")
def test_header_on_the_profile_page(gallery, keys, key_of, expect):
    key = key_of("normal")
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(profile_page(gallery, keys.owner_of(key))).page_shows(key.owner.name)
    expect(gallery.page("profile.php", key)).hides(Text.of(key.owner.name))


@clause("WHO-18")
def test_header_on_the_administration(gallery, keys, key_of, expect):
    key = key_of("webmaster")
    shown, kept = administration_page(gallery, keys.owner_of(key)), gallery.page("admin.php", key)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(shown).that(shown.status == 200, "a webmaster to see the administration", f"HTTP {shown.status}")
    expect(kept).that(kept.status in CLOSED, "the administration to stay closed", f"HTTP {kept.status}")


@clause("WHO-18")
@pytest.mark.parametrize("page", PAGES)
def test_header_on_a_page(gallery, key_of, visitor, expect, page):
    key = key_of("normal")
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.page(page, key, visitor)
    expect(answer).hides(Text.of(key.owner.name))
    expect(answer).opens_no_session()


METHODS = ("pwg.session.getStatus", "pwg.images.uploadAsync")
"""Two that the API, which is one more page of the gallery, reads: one that anybody may call, one that logs in."""


@clause("WHO-61")
@pytest.mark.parametrize("where", ["in the URL", "in the form", "in both"])
def test_header_beside_a_method_on_a_page(gallery, keys, key_of, visitor, some, expect, where):
    key = key_of("webmaster")
    owner = keys.owner_of(key)
    verb, carriers = {
        "in the URL": ("GET", [Query]),
        "in the form": ("POST", [Body]),
        "in both": ("POST", [Query, Body]),
    }[where]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for (page, query), method in some(product(pages_that_know(gallery, owner, visitor), METHODS)):
        asked = [*(Query(*each) for each in query), *(carrier("method", method) for carrier in carriers)]
        guests, kept = (gallery.page(page, *asked, *who, verb=verb) for who in ([visitor], [visitor, key]))
        with expect.each(" ".join([page, *(value for _, value in query), method])):
            expect(kept).equals("the guest's page", signs_of_login(kept, owner), signs_of_login(guests, owner))
            expect(kept).opens_no_session()


# --- the header takes nothing else


@clause("WHO-19")
@pytest.mark.parametrize("status", ["normal", "webmaster"])
def test_password_in_the_header(gallery, keys, key_of, expect, status):
    key = key_of(status)
    owner = keys.owner_of(key)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(f"{owner.user.name}:" + owner.password))).is_refused_as_an_invalid_key()


@clause("WHO-20")
def test_cookies_in_the_header(gallery, keys, key_of, expect):
    key = key_of("normal")
    owner = keys.owner_of(key)
    _, left = submit_login_form(gallery, Text.of(owner.user.name), owner.password, remember_me="1")
    session = Session(left.cookies, owner.user)
    expect.control(gallery.whoami(session)).is_in_session(session)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for value in [cookie.value for cookie in session.cookies if len(cookie.value) >= 16]:
        expect(gallery.whoami(KeyHeader(value))).is_refused_as_an_invalid_key()
        expect(gallery.whoami(KeyHeader(f"{owner.user.name}:" + value))).is_refused_as_an_invalid_key()


@clause("WHO-21")
def test_token_in_the_header(gallery, account, key, expect):
    token = account.session.token.text
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(token))).is_refused_as_an_invalid_key()
    expect(gallery.whoami(KeyHeader(key.pkid + ":" + token))).is_refused_as_an_invalid_key()


@clause("WHO-22")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_link_key_in_the_header(gallery, key_of, link_key, expect, verb):
    key = key_of("normal")
    expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(link_key), verb=verb)).is_refused_as_an_invalid_key()


@clause("WHO-23")
@pytest.mark.parametrize("half", ["identifier", "secret"])
def test_half_a_key(gallery, key, expect, half):
    header = KeyHeader(key.pkid if half == "identifier" else key.secret)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(header)).is_refused_as_an_invalid_key()


@clause("WHO-24")
@pytest.mark.parametrize("changed", ["prefix", "identifier's letters", "all"])
def test_identifier_in_another_case(gallery, key, expect, changed):
    prefix = len("pkid-")
    pkid = {
        "prefix": key.pkid[:prefix].swapcase() + key.pkid[prefix:],
        "identifier's letters": key.pkid[:prefix] + key.pkid[prefix:].swapcase(),
        "all": key.pkid.swapcase(),
    }[changed]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(pkid + ":" + key.secret))).is_refused_as_an_invalid_key()
