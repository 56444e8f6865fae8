"""A person who is logged in, however that came about: what it allows, and what becomes of it beside a key."""

import pytest

from piwigo_contract.check import KeyHeader, Session, clause, session_after

DAYS = 30
WRONG = "0123456789abcdefghij0123456789ABCDEFGHIJ"


def manages_keys(gallery, workshop, owner, session, expect):
    """Make, list, rename and revoke a key in a session; its end is read back in the owner's session of the form."""
    expect.control(gallery.manage("get", owner.session)).succeeds()
    first, second = workshop.new_name(owner), workshop.new_name(owner)
    made = expect(gallery.manage("create", session, key_name=first, duration=DAYS)).succeeds()
    pkid = workshop.as_key(made, owner).pkid
    expect(gallery.manage("edit", session, pkid=pkid, key_name=second)).succeeds()
    listed = gallery.manage("get", session)
    names = {row["auth_key"]: row["apikey_name"] for row in expect(listed).succeeds() or ()}
    expect(listed).shows("the name in the list", names.get(pkid.reveal()), second)
    revoked = gallery.manage("revoke", session, pkid=pkid)
    expect(revoked).succeeds()
    row = workshop.rows(owner).get(pkid.reveal(), {"revoked_on": "gone from the list"})
    expect(revoked).that(bool(row.get("revoked_on")), "the key to be revoked", "the owner still sees it live")


@clause("LIFE-44")
@pytest.mark.parametrize("page", ["index.php", "profile.php"])
def test_login_remembered_on_a_page(gallery, workshop, account, persons, expect, page):
    session = persons.seen_by(page, persons.remembered(account))
    manages_keys(gallery, workshop, account, session, expect)


@clause("LIFE-45")
def test_login_remembered_by_the_api(gallery, workshop, account, persons, expect):
    session = persons.seen_by("ws.php", persons.remembered(account))
    manages_keys(gallery, workshop, account, session, expect)


@clause("LIFE-46")
def test_registration(gallery, workshop, persons, expect):
    account, session = persons.registered()
    manages_keys(gallery, workshop, account, session, expect)


@clause("WHO-34")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_key_beside_a_remembered_login(gallery, workshop, key_of, persons, expect, verb):
    key, other = key_of("normal"), workshop.owner_of(key_of("admin"))
    _, remembered = persons.remembered_by_the_api(other)
    expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
    answer = gallery.whoami(key, remembered, verb=verb)
    opened = persons.opened_by(answer, remembered)
    expect(answer).is_the_owner_of(key)
    expect(gallery.whoami(opened, verb=verb)).is_a_guest()
    afterwards = session_after(gallery, answer, remembered)
    expect(gallery.whoami(afterwards)).is_in_session(Session(afterwards.cookies, other.user))


@clause("WHO-30")
def test_bad_key_with_a_remembered_login(gallery, workshop, key_of, persons, expect):
    key = key_of("normal")
    owner, method = workshop.owner_of(key), "pwg.users.preferences.set"
    write = {"param": "who_30_remembered", "value": "written"}
    good, remembered = persons.remembered_by_the_api(owner)
    expect.control(good).is_in_session(remembered)
    answer = gallery.call(method, KeyHeader(key.pkid + ":" + WRONG), remembered, params=write)
    afterwards = session_after(gallery, answer, remembered)
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).shows("the preference", workshop.preferences(owner).get(write["param"]), None)
    expect.control(gallery.call(method, afterwards, params=write)).succeeds()


@clause("WHO-31")
def test_remembered_login_sent_along_with_a_bad_key(gallery, workshop, key_of, persons, expect):
    key = key_of("normal")
    good, remembered = persons.remembered_by_the_api(workshop.owner_of(key))
    expect.control(good).is_in_session(remembered)
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + WRONG), remembered)
    afterwards = session_after(gallery, answer, remembered)
    expect(gallery.whoami(afterwards)).is_in_session(Session(afterwards.cookies, remembered.user))


@clause("WHO-35")
def test_refusal_beside_a_remembered_login_logs_nobody_in(gallery, workshop, key_of, persons, expect):
    key = key_of("normal")
    good, remembered = persons.remembered_by_the_api(workshop.owner_of(key))
    expect.control(good).is_in_session(remembered)
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + WRONG), remembered)
    opened = persons.opened_by(answer, remembered)
    expect(answer).is_refused_as_an_invalid_key()
    expect(gallery.whoami(opened)).is_a_guest()
