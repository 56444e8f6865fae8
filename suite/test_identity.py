"""Who a key is: its owner, no more and no less, in the header alone, for one request alone."""

import pytest

from piwigo_contract.check import (
    ApiKey,
    Body,
    Cookie,
    KeyHeader,
    Query,
    Session,
    Text,
    administration,
    basic_of,
    clause,
    profile_page,
    session_after,
    session_login,
    submit_login_form,
)

NOBODY = "pkid-20250101-NobodyHasThisKey0000"
WRONG = "0123456789abcdefghij0123456789ABCDEFGHIJ"
NO_PHOTO = 2147483000
"""The number of a photo that no gallery has: what would be done to it has no effect."""


# ---------------------------------------------------------------------- its owner's rights


@clause("WHO-01")
@pytest.mark.parametrize("status", ["webmaster", "admin", "normal", "generic"])
def test_key_is_its_owner(gallery, workshop, key_of, expect, status):
    key = key_of(status)
    session = workshop.owner_of(key).session
    expect.control(gallery.whoami(session)).is_in_session(session)
    for verb in ("POST", "GET"):
        answer = gallery.whoami(key, verb=verb)
        expect(answer).is_the_owner_of(key)
        expect(answer).shows("the caller's status", answer.caller.user.status, status)


ADMINS_ALONE = pytest.mark.parametrize(
    ("method", "params"),
    [("pwg.users.getList", {}), ("pwg.categories.getAdminList", {}), ("pwg.caddie.add", {"image_id": NO_PHOTO})],
    ids=["users", "albums", "a write"],
)


@clause("WHO-02")
@pytest.mark.parametrize("verb", ["POST", "GET"])
@pytest.mark.parametrize("status", ["normal", "generic"])
@ADMINS_ALONE
def test_key_of_no_administrator_is_denied(gallery, webmaster, key_of, expect, method, params, status, verb):
    key = key_of(status)
    expect.control(gallery.call(method, webmaster.session, params=params, verb=verb)).succeeds()
    expect(gallery.call(method, key, params=params, verb=verb)).is_denied()


@clause("WHO-03")
@pytest.mark.parametrize("status", ["webmaster", "admin"])
@ADMINS_ALONE
def test_key_of_an_administrator_may(gallery, workshop, key_of, expect, method, params, status):
    key = key_of(status)
    expect.control(gallery.call(method, workshop.owner_of(key).session, params=params)).succeeds()
    expect(gallery.call(method, key, params=params)).succeeds()


@clause("WHO-03")
@pytest.mark.parametrize("status", ["webmaster", "admin"])
def test_key_of_an_administrator_sees_users(gallery, workshop, key_of, expect, status):
    key, other = key_of(status), key_of("normal").owner
    session = workshop.owner_of(key).session
    by_session = expect.control(gallery.call("pwg.users.getList", session, username=other.name)).succeeds()
    answer = gallery.call("pwg.users.getList", key, username=other.name)
    by_key = expect(answer).succeeds()
    expect(answer).shows("what is told of a user", by_key["users"], by_session["users"])


@clause("WHO-04")
def test_same_albums_as_in_a_session(gallery, account, key, expect):
    def albums(answer, say):
        rows = say(answer).succeeds()["categories"]
        return {(row["id"], row["name"], row["nb_images"], row["total_nb_images"]) for row in rows}

    method = "pwg.categories.getList"
    before = albums(gallery.call(method, account.session, recursive="true"), expect.control)
    answer = gallery.call(method, key, recursive="true")
    by_key = albums(answer, expect)
    after = albums(gallery.call(method, account.session, recursive="true"), expect.control)
    # somebody else may make or delete an album at this moment: it may be missing on either side
    expect(answer).shows("albums hidden from the key", sorted((before & after) - by_key), [])
    expect(answer).shows("albums shown to the key alone", sorted(by_key - (before | after)), [])


@clause("WHO-05")
def test_private_album(gallery, workshop, key_of, expect):
    def names(answer, say):
        return {row["name"] for row in say(answer).succeeds()["categories"]}

    method = "pwg.categories.getList"
    admitted = key_of("admin")
    album = workshop.new_private_album(workshop.owner_of(admitted))
    stranger = workshop.new_key(workshop.new_user("admin"))  # made later: an album is opened to the admins there are
    for key, listed in ((admitted, True), (stranger, False)):
        session = workshop.owner_of(key).session
        by_session = gallery.call(method, session, recursive="true")
        by_key = gallery.call(method, key, recursive="true")
        expect.control(by_session).shows("the album listed", album in names(by_session, expect.control), listed)
        expect(by_key).shows("the album listed", album in names(by_key, expect), listed)


@clause("WHO-06")
def test_write_lands_on_the_owner(gallery, workshop, key_of, expect):
    key, other, param = key_of("normal"), key_of("admin"), "who_06"
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.call("pwg.users.preferences.set", key, param=param, value="written")
    expect(answer).succeeds()
    owner, stranger = workshop.owner_of(key), workshop.owner_of(other)
    expect(answer).shows("the owner's preference", workshop.preferences(owner).get(param), "written")
    expect(answer).shows("another user's preference", workshop.preferences(stranger).get(param), None)


# ---------------------------------------------------------------------- what becomes of its owner


@clause("WHO-07")
def test_owner_deleted(gallery, workshop, expect):
    owner = workshop.new_user()
    key = workshop.new_key(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    workshop.delete_user(owner)
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()
    expect(gallery.whoami(key, verb="GET")).is_refused_as_an_invalid_key()
    expect(gallery.call("pwg.categories.getList", key)).is_refused_as_an_invalid_key()


@clause("WHO-08")
@pytest.mark.parametrize(("was", "becomes"), [("webmaster", "normal"), ("admin", "generic")])
def test_owner_demoted(gallery, workshop, expect, was, becomes):
    owner = workshop.new_user(was)
    key = workshop.new_key(owner)
    for verb in ("POST", "GET"):
        expect.control(gallery.call("pwg.users.getList", key, verb=verb)).succeeds()
    workshop.set_status(owner, becomes)
    for verb in ("POST", "GET"):
        expect(gallery.call("pwg.users.getList", key, verb=verb)).is_denied()
    answer = gallery.whoami(key)
    expect(answer).shows("the caller's status", answer.caller and answer.caller.user.status, becomes)


@clause("WHO-09")
@pytest.mark.parametrize("becomes", ["admin", "webmaster"])
def test_owner_promoted(gallery, workshop, expect, becomes):
    owner = workshop.new_user()
    key = workshop.new_key(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.call("pwg.users.getList", key)).is_denied()
    workshop.set_status(owner, becomes)
    answer = gallery.whoami(key)
    expect(answer).shows("the caller's status", answer.caller and answer.caller.user.status, becomes)
    expect(gallery.call("pwg.users.getList", key)).succeeds()


@clause("WHO-10")
def test_owner_made_a_guest(gallery, workshop, expect):
    owner = workshop.new_user("webmaster")
    key = workshop.new_key(owner)
    mine = {"recent_period": 7, "pwg_token": owner.session.token.text}
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.call("pwg.users.getList", key)).succeeds()
    expect.control(gallery.call("pwg.users.setMyInfo", key, params=mine)).succeeds()
    workshop.set_status(owner, "guest")
    expect(gallery.whoami(key)).opens_nobody_but()
    expect(gallery.call("pwg.users.getList", key)).is_denied()
    expect(gallery.call("pwg.users.setMyInfo", key, params=mine)).is_refused_with(401, 403)


# ---------------------------------------------------------------------- the only way in


@clause("WHO-11")
def test_key_in_the_parameter_auth(gallery, key, expect):
    for verb in ("POST", "GET"):
        expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
        answer = gallery.whoami(Query("auth", key.text), verb=verb)
        expect(answer).is_a_guest()
        expect(answer).leaves_a_guest()


CLOSED = (301, 302, 303, 307, 308, 401, 403)
"""What a page answers to somebody whom it is not for: the login form, or a refusal."""
PAGES = ["index.php", "identification.php", "profile.php", "picture.php", "admin.php"]


@clause("WHO-12")
@pytest.mark.parametrize("page", PAGES)
def test_key_in_the_parameter_auth_of_a_page(gallery, key, visitor, expect, page):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.page(page, Query("auth", key.text), visitor)
    expect(answer).leaves_a_guest()


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
            expect(answer).leaves_a_guest()


@clause("WHO-13")
@pytest.mark.parametrize("page", PAGES)
def test_key_under_another_name_on_a_page(gallery, profile, key, visitor, expect, page):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    names = (*NAMES, profile.header, "pwg_remember", "api_key", "apikey", "key", "token")
    for carrier, verb in ((Query, "GET"), (Body, "POST"), (Cookie, "GET"), (Cookie, "POST")):
        carriers = [carrier(name, key.text) for name in (names[1:] if carrier is Query else names)]
        expect(gallery.page(page, *carriers, visitor, verb=verb)).leaves_a_guest()


@clause("WHO-14")
@pytest.mark.parametrize("carrier", [Query, Body], ids=["URL", "body"])
@pytest.mark.parametrize("names", [("username", "password"), ("auth_key", "apikey_secret")], ids="/".join)
def test_halves_as_parameters(gallery, key, expect, carrier, names):
    for verb in BY[carrier]:
        expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
        answer = gallery.whoami(carrier(names[0], key.pkid), carrier(names[1], key.secret_half), verb=verb)
        expect(answer).is_a_guest()
        expect(answer).leaves_a_guest()


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
    expect.control(gallery.call(method, key, params=UPLOADS[method])).is_heard()
    for carrier in (Query, Body):
        halves = carrier("username", key.pkid), carrier("password", key.secret_half)
        answer = gallery.call(method, *halves, params=UPLOADS[method])
        expect(answer).is_denied()
        expect(answer).leaves_a_guest()


@clause("WHO-15")
@pytest.mark.parametrize("filled", ["the halves", "the key as the name", "the key as the password"])
def test_key_in_the_login_form(gallery, account, key, expect, filled):
    user, password = {
        "the halves": (key.pkid, key.secret_half),
        "the key as the name": (key.text, key.secret_half),
        "the key as the password": (key.pkid, key.text),
    }[filled]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(account.session)).is_in_session(account.session)
    _, session = submit_login_form(gallery, user, password)
    expect(gallery.whoami(session)).is_a_guest()


@clause("WHO-16")
@pytest.mark.parametrize("part", ["secret", "whole key"])
def test_secret_as_password(gallery, workshop, key_of, expect, part):
    key = key_of("normal")
    owner = workshop.owner_of(key)
    name, secret = Text.of(owner.user.name), key.secret_half if part == "secret" else key.text
    expect.control(gallery.whoami(owner.session)).is_in_session(owner.session)
    _, session = submit_login_form(gallery, name, secret)
    expect(gallery.whoami(session)).is_a_guest()
    good, _ = session_login(gallery, name, owner.password, "GOOD")
    expect.control(good).succeeds()
    answer, session = session_login(gallery, name, secret, "LEFT")
    expect(answer).is_a_refused_login()
    expect(gallery.whoami(session)).is_a_guest()


@clause("WHO-17")
def test_key_as_basic_credentials(gallery, key, expect):
    for verb in ("POST", "GET"):
        expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
        answer = gallery.whoami(basic_of(key), verb=verb)
        expect(answer).opens_nobody_but()
        expect(answer).leaves_a_guest()


@clause("WHO-17")
@pytest.mark.parametrize("page", PAGES)
def test_key_as_basic_credentials_on_a_page(gallery, key, visitor, expect, page):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for verb in ("GET", "POST"):
        expect(gallery.page(page, basic_of(key), visitor, verb=verb)).leaves_a_guest()


@clause("WHO-18")
def test_header_on_the_profile_page(gallery, workshop, key_of, expect):
    key = key_of("normal")
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(profile_page(gallery, workshop.owner_of(key))).tells(key.owner.name)
    expect(gallery.page("profile.php", key)).hides(Text.of(key.owner.name))


@clause("WHO-18")
def test_header_on_the_administration(gallery, workshop, key_of, expect):
    key = key_of("webmaster")
    shown, kept = administration(gallery, workshop.owner_of(key)), gallery.page("admin.php", key)
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
    expect(answer).leaves_a_guest()


# ---------------------------------------------------------------------- the header takes nothing else


@clause("WHO-19")
@pytest.mark.parametrize("status", ["normal", "webmaster"])
def test_password_in_the_header(gallery, workshop, key_of, expect, status):
    key = key_of(status)
    owner = workshop.owner_of(key)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(f"{owner.user.name}:" + owner.password))).is_refused_as_an_invalid_key()


@clause("WHO-20")
def test_cookies_in_the_header(gallery, workshop, key_of, expect):
    key = key_of("normal")
    owner = workshop.owner_of(key)
    _, left = submit_login_form(gallery, Text.of(owner.user.name), owner.password, remember_me="1")
    session = Session(left.cookies, owner.user)
    expect.control(gallery.whoami(session)).is_in_session(session)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for value in [value for _, value in session.cookies if len(value) >= 16]:
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
    header = KeyHeader(key.pkid if half == "identifier" else key.secret_half)
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
    expect(gallery.whoami(KeyHeader(pkid + ":" + key.secret_half))).is_refused_as_an_invalid_key()


# ---------------------------------------------------------------------- never a session


@clause("WHO-25")
@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("pwg.session.getStatus", {}),
        ("pwg.users.favorites.remove", {"image_id": NO_PHOTO}),
        ("pwg.users.getList", {}),
        ("pwg.session.login", {"username": "nobody", "password": "nothing"}),
        ("pwg.session.logout", {}),
        ("pwg.users.preferences.set", {}),
        ("pwg.no.such.method", {}),
    ],
    ids=["a read", "a write", "denied", "a login", "a logout", "lacking parameters", "unknown method"],
)
def test_cookies_of_an_answer(gallery, key, expect, method, params):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for verb in ("POST", "GET"):
        answer = gallery.call(method, key, params=params, verb=verb)
        expect(answer).leaves_a_guest()


@clause("WHO-25")
def test_cookies_of_a_refusal(gallery, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + WRONG))
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).leaves_a_guest()


@clause("WHO-26")
def test_session_of_a_guest_sent_along(gallery, key, visitor, expect):
    for verb in ("POST", "GET"):
        answer = gallery.whoami(key, visitor, verb=verb)
        expect.control(answer).is_the_owner_of(key)
        expect(gallery.whoami(visitor, verb=verb)).is_a_guest()
        expect(answer).leaves_a_guest()


@clause("WHO-27")
@pytest.mark.parametrize("verb", ["POST", "GET"])
@pytest.mark.parametrize(("mine", "theirs"), [("normal", "webmaster"), ("webmaster", "normal")])
def test_key_goes_before_a_session(gallery, workshop, key_of, expect, mine, theirs, verb):
    key, session = key_of(mine), workshop.owner_of(key_of(theirs)).session
    expect.control(gallery.whoami(session, verb=verb)).is_in_session(session)
    expect(gallery.whoami(key, session, verb=verb)).is_the_owner_of(key)


@clause("WHO-27")
def test_rights_of_the_key_not_of_the_session(gallery, workshop, key_of, expect):
    normal, webmaster = key_of("normal"), key_of("webmaster")
    theirs, mine = workshop.owner_of(webmaster).session, workshop.owner_of(normal).session
    expect.control(gallery.call("pwg.users.getList", theirs)).succeeds()
    expect(gallery.call("pwg.users.getList", normal, theirs)).is_denied()
    expect(gallery.call("pwg.users.getList", webmaster, mine)).succeeds()


@clause("WHO-28")
def test_write_with_key_and_session(gallery, workshop, key_of, expect):
    key, param = key_of("normal"), "who_28"
    owner, other = workshop.owner_of(key), workshop.owner_of(key_of("admin"))
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.call("pwg.users.preferences.set", key, other.session, param=param, value="written")
    expect(answer).succeeds()
    expect(answer).shows("the key's owner's preference", workshop.preferences(owner).get(param), "written")
    expect(answer).shows("the session's user's preference", workshop.preferences(other).get(param), None)


def told(answer, claim):
    """Everything that a session is told of itself, but the time and the token, which may be another each time."""
    return {name: value for name, value in claim.succeeds().items() if name not in ("current_datetime", "pwg_token")}


@clause("WHO-29")
@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("pwg.session.getStatus", {}),
        ("pwg.users.favorites.remove", {"image_id": NO_PHOTO}),
        ("pwg.users.getList", {}),
        ("pwg.session.logout", {}),
    ],
    ids=["a read", "a write", "denied", "a logout"],
)
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_session_sent_along_with_a_key(gallery, workshop, key_of, expect, method, params, verb):
    key, other = key_of("normal"), workshop.owner_of(key_of("admin"))
    first = gallery.whoami(other.session)
    before = told(first, expect.control(first))
    answer = gallery.call(method, key, other.session, verb=verb, params=params)
    for session in (other.session, session_after(gallery, answer, other.session)):
        again = gallery.whoami(session)
        expect(again).shows("the session", told(again, expect(again)), before)
    expect(gallery.call("pwg.users.api_key.get", session, pwg_token=other.session.token.text)).succeeds()


BAD_KEYS = pytest.mark.parametrize("bad", ["unknown", "wrong secret", "malformed"])


def bad_header(bad: str, key: ApiKey) -> KeyHeader:
    return {
        "unknown": KeyHeader(f"{NOBODY}:{WRONG}"),
        "wrong secret": KeyHeader(key.pkid + ":" + WRONG),
        "malformed": KeyHeader("no-key"),
    }[bad]


@clause("WHO-30")
@pytest.mark.parametrize("verb", ["POST", "GET"])
@BAD_KEYS
def test_bad_key_with_a_good_session(gallery, workshop, key_of, expect, bad, verb):
    key = key_of("normal")
    owner, header = workshop.owner_of(key), bad_header(bad, key)
    write = {"param": f"who_30_{bad}_{verb}".replace(" ", "_"), "value": "written"}
    method = "pwg.users.preferences.set"
    expect.control(gallery.whoami(owner.session, verb=verb)).is_in_session(owner.session)
    expect(gallery.whoami(header, owner.session, verb=verb)).is_refused_as_an_invalid_key()
    answer = gallery.call(method, header, owner.session, verb=verb, params=write)
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).shows("the preference", workshop.preferences(owner).get(write["param"]), None)
    done = gallery.call(method, owner.session, verb=verb, params=write)
    expect.control(done, promised_by="WHO-31").succeeds()


@clause("WHO-31")
@BAD_KEYS
def test_session_sent_along_with_a_bad_key(gallery, workshop, key_of, expect, bad):
    key = key_of("normal")
    owner = workshop.owner_of(key)
    first = gallery.whoami(owner.session)
    before = told(first, expect.control(first))
    answer = gallery.whoami(bad_header(bad, key), owner.session)
    for session in (owner.session, session_after(gallery, answer, owner.session)):
        again = gallery.whoami(session)
        expect(again).shows("the session", told(again, expect(again)), before)
    expect(gallery.call("pwg.users.api_key.get", session, pwg_token=owner.session.token.text)).succeeds()


# ---------------------------------------------------------------------- each request by itself


@clause("WHO-32")
@pytest.mark.parametrize("pipelined", [False, True], ids=["one after the other", "pipelined"])
def test_requests_on_one_connection(gallery, key, expect, pipelined):
    bad = KeyHeader(key.pkid + ":" + WRONG)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    row = gallery.whoami_in_a_row((), (key,), (), (bad,), (key,), (bad,), (), pipelined=pipelined)
    expect(row[0]).is_a_guest()
    expect(row[1]).is_the_owner_of(key)
    expect(row[2]).is_a_guest()
    expect(row[3]).is_refused_as_an_invalid_key()
    expect(row[4]).is_the_owner_of(key)
    expect(row[5]).is_refused_as_an_invalid_key()
    expect(row[6]).is_a_guest()


@clause("WHO-33")
def test_requests_at_the_same_moment(gallery, key, key_of, expect):
    other = key_of("webmaster")
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(other)).is_the_owner_of(other)
    of_key, of_other, of_nobody = gallery.whoami_at_once((key,), (other,), (), times=8)
    for answer in of_key:
        expect(answer).is_the_owner_of(key)
    for answer in of_other:
        expect(answer).is_the_owner_of(other)
    for answer in of_nobody:
        expect(answer).is_a_guest()
