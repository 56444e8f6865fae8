"""Statelessness: a session, or a remember-me login, sent together with a key."""

import pytest

from piwigo_contract.check import ApiKey, KeyHeader, Session, clause, session_after
from piwigo_contract.client.credentials import ANY_TOKEN

NOBODY = "pkid-20250101-NobodyHasThisKey0000"
WRONG = "0123456789abcdefghij0123456789ABCDEFGHIJ"
NO_PHOTO = 2147483000
"""The number of a photo that no gallery has: what would be done to it has no effect."""


# --- never a session


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
        expect(answer).opens_no_session()


@clause("WHO-25")
def test_cookies_of_a_refusal(gallery, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + WRONG))
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).opens_no_session()


@clause("WHO-26")
def test_session_of_a_guest_sent_along(gallery, key, visitor, expect):
    for verb in ("POST", "GET"):
        answer = gallery.whoami(key, visitor, verb=verb)
        expect.control(answer).is_the_owner_of(key)
        expect(gallery.whoami(visitor, verb=verb)).is_a_guest()
        expect(answer).opens_no_session()


@clause("WHO-27")
@pytest.mark.parametrize("verb", ["POST", "GET"])
@pytest.mark.parametrize(("mine", "theirs"), [("normal", "webmaster"), ("webmaster", "normal")])
def test_key_goes_before_a_session(gallery, keys, key_of, expect, mine, theirs, verb):
    key, session = key_of(mine), keys.owner_of(key_of(theirs)).session
    expect.control(gallery.whoami(session, verb=verb)).is_in_session(session)
    expect(gallery.whoami(key, session, verb=verb)).is_the_owner_of(key)


@clause("WHO-27")
def test_rights_of_the_key_not_of_the_session(gallery, keys, key_of, expect):
    normal, webmaster = key_of("normal"), key_of("webmaster")
    theirs, mine = keys.owner_of(webmaster).session, keys.owner_of(normal).session
    expect.control(gallery.call("pwg.users.getList", theirs)).succeeds()
    expect(gallery.call("pwg.users.getList", normal, theirs)).is_denied()
    expect(gallery.call("pwg.users.getList", webmaster, mine)).succeeds()


@clause("WHO-28")
def test_write_with_key_and_session(gallery, keys, writes, key_of, expect):
    key, other = key_of("normal"), keys.owner_of(key_of("admin"))
    write, session_users = (writes.preference_of(each) for each in (keys.owner_of(key), other))
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.send(write.by(key, other.session))
    expect(answer).succeeds()
    expect(answer).took_effect(write)
    expect(answer).changed_nothing(session_users)


def told(answer, claim):
    """Everything that a session is told of itself, but the time and the token, which may be another each time."""
    return {name: value for name, value in claim.succeeds().items() if name not in ("current_datetime", "pwg_token")}


@clause("WHO-68")
def test_sessions_outlive_uses_of_a_key(gallery, keys, users, sessions, expect):
    owner = users.new()
    key, opened = keys.new(owner), [owner.session, sessions.second(owner)]
    for session in opened:
        expect.control(gallery.whoami(session)).is_in_session(session)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    gallery.call("pwg.categories.getList", key, verb="GET")
    gallery.call("pwg.users.favorites.remove", key, params={"image_id": NO_PHOTO, "pwg_token": ANY_TOKEN})
    for session in opened:
        expect(gallery.whoami(session)).is_in_session(session)


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
def test_session_sent_along_with_a_key(gallery, keys, key_of, expect, method, params, verb):
    key, other = key_of("normal"), keys.owner_of(key_of("admin"))
    first = gallery.whoami(other.session)
    before = told(first, expect.control(first))
    answer = gallery.call(method, key, other.session, verb=verb, params=params)
    for session in (other.session, session_after(gallery, answer, other.session)):
        again = gallery.whoami(session)
        expect(again).equals("what the session is told of itself", told(again, expect(again)), before)
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
def test_bad_key_with_a_good_session(gallery, keys, writes, key_of, expect, bad, verb):
    key = key_of("normal")
    owner, header = keys.owner_of(key), bad_header(bad, key)
    write = writes.preference_of(owner)
    expect.control(gallery.whoami(owner.session, verb=verb)).is_in_session(owner.session)
    expect(gallery.whoami(header, owner.session, verb=verb)).is_refused_as_an_invalid_key()
    refused = gallery.send(write.by(header, owner.session, verb=verb))
    expect(refused).is_refused_as_an_invalid_key()
    expect(refused).changed_nothing(write)
    done = gallery.send(write.by(owner.session, verb=verb))
    expect.control(done, promised_by="WHO-31").succeeds()


@clause("WHO-31")
@BAD_KEYS
def test_session_sent_along_with_a_bad_key(gallery, keys, key_of, expect, bad):
    key = key_of("normal")
    owner = keys.owner_of(key)
    first = gallery.whoami(owner.session)
    before = told(first, expect.control(first))
    answer = gallery.whoami(bad_header(bad, key), owner.session)
    for session in (owner.session, session_after(gallery, answer, owner.session)):
        again = gallery.whoami(session)
        expect(again).equals("what the session is told of itself", told(again, expect(again)), before)
    expect(gallery.call("pwg.users.api_key.get", session, pwg_token=owner.session.token.text)).succeeds()


@clause("WHO-34")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_key_beside_a_remembered_login(gallery, keys, key_of, remembered_logins, expect, verb):
    key, other = key_of("normal"), keys.owner_of(key_of("admin"))
    _, remembered = remembered_logins.known_to_the_api(other)
    expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
    answer = gallery.whoami(key, remembered, verb=verb)
    opened = remembered_logins.opened_by(answer, remembered)
    expect(answer).is_the_owner_of(key)
    expect(gallery.whoami(opened, verb=verb)).is_a_guest()
    afterwards = session_after(gallery, answer, remembered)
    expect(gallery.whoami(afterwards)).is_in_session(Session(afterwards.cookies, other.user))


@clause("WHO-30")
def test_bad_key_with_a_remembered_login(gallery, keys, writes, key_of, remembered_logins, expect):
    key = key_of("normal")
    owner = keys.owner_of(key)
    write = writes.preference_of(owner)
    good, remembered = remembered_logins.known_to_the_api(owner)
    expect.control(good).is_in_session(remembered)
    refused = gallery.send(write.by(KeyHeader(key.pkid + ":" + WRONG), remembered))
    afterwards = session_after(gallery, refused, remembered)
    expect(refused).is_refused_as_an_invalid_key()
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(afterwards))).succeeds()


@clause("WHO-31")
def test_remembered_login_sent_along_with_a_bad_key(gallery, keys, key_of, remembered_logins, expect):
    key = key_of("normal")
    good, remembered = remembered_logins.known_to_the_api(keys.owner_of(key))
    expect.control(good).is_in_session(remembered)
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + WRONG), remembered)
    afterwards = session_after(gallery, answer, remembered)
    expect(gallery.whoami(afterwards)).is_in_session(Session(afterwards.cookies, remembered.user))


@clause("WHO-35")
def test_refusal_beside_a_remembered_login_logs_nobody_in(gallery, keys, key_of, remembered_logins, expect):
    key = key_of("normal")
    good, remembered = remembered_logins.known_to_the_api(keys.owner_of(key))
    expect.control(good).is_in_session(remembered)
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + WRONG), remembered)
    opened = remembered_logins.opened_by(answer, remembered)
    expect(answer).is_refused_as_an_invalid_key()
    expect(gallery.whoami(opened)).is_a_guest()
