"""Who manages keys: a person who is logged in, however that came about; no key, no program, no guest."""

import pytest

from piwigo_contract.check import clause, offers_keys, profile_page

DAYS = 30

# --- in the web session alone

ACTIONS = ["get", "create", "edit", "revoke"]


def arguments(action, keys, owner):
    """What an action takes, a key of its own included."""
    return {
        "get": lambda: {},
        "create": lambda: {"key_name": keys.usual_name(owner), "duration": DAYS},
        "edit": lambda: {"pkid": keys.live(owner).pkid, "key_name": keys.new_name(owner)},
        "revoke": lambda: {"pkid": keys.live(owner).pkid},
    }[action]()


def by_the_owner(gallery, owner, action, given):
    """The answer to the owner, for whom it works; one key is made beside all creations that are refused."""
    return gallery.manage(action, owner.session, once=action == "create", **given)


@clause("LIFE-37")
@pytest.mark.parametrize("action", ACTIONS)
def test_key_manages_no_keys(gallery, keys, account, key, expect, action):
    given, before = arguments(action, keys, account), keys.rows(account)
    refused = gallery.manage(action, account.session, by=(key,), **given)
    after = keys.rows(account)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, after, but_for="last_used_on")
    expect.control(by_the_owner(gallery, account, action, given)).succeeds()


@clause("LIFE-38")
@pytest.mark.parametrize("action", ACTIONS)
def test_webmasters_key_manages_no_keys(gallery, keys, throw_away_webmaster, webmaster_key, expect, action):
    owner = throw_away_webmaster
    given, before = arguments(action, keys, owner), keys.rows(owner)
    refused = gallery.manage(action, owner.session, by=(webmaster_key,), **given)
    after = keys.rows(owner)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, after, but_for="last_used_on")
    expect.control(by_the_owner(gallery, owner, action, given)).succeeds()


@clause("LIFE-39")
@pytest.mark.parametrize("action", ACTIONS)
def test_session_of_a_password_manages_no_keys(gallery, keys, sessions, account, expect, action):
    session = sessions.by_api_login(account.user.name, account.password)
    given = arguments(action, keys, account)
    before = keys.rows(account)
    expect.control(gallery.whoami_with(session, **given)).is_in_session(session)
    refused = gallery.manage(action, session, **given)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, keys.rows(account))
    expect.control(by_the_owner(gallery, account, action, given)).succeeds()


@clause("LIFE-40")
@pytest.mark.parametrize("action", ACTIONS)
def test_session_of_a_key_manages_no_keys(gallery, keys, sessions, account, key, expect, action):
    session = sessions.by_api_login(key.pkid, key.secret)
    given = arguments(action, keys, account)
    before = keys.rows(account)
    expect.control(gallery.whoami_with(session, **given)).is_in_session(session)
    refused = gallery.manage(action, session, **given)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, keys.rows(account))
    expect.control(by_the_owner(gallery, account, action, given)).succeeds()


@clause("LIFE-41")
@pytest.mark.parametrize("action", ACTIONS)
def test_guest_manages_no_keys(gallery, keys, sessions, account, expect, action):
    session = sessions.of_a_guest()
    given = arguments(action, keys, account)
    before = keys.rows(account)
    expect.control(gallery.whoami_with(session, **given)).is_in_session(session)
    refused = gallery.manage(action, session, **given)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, keys.rows(account))
    expect.control(by_the_owner(gallery, account, action, given)).succeeds()


@clause("LIFE-41")
@pytest.mark.parametrize("action", ACTIONS)
def test_token_without_a_session_manages_no_keys(gallery, keys, account, expect, action):
    given, before = arguments(action, keys, account), keys.rows(account)
    refused = gallery.manage(action, account.session, by=(), **given)
    after = keys.rows(account)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, after)
    expect.control(by_the_owner(gallery, account, action, given)).succeeds()


@clause("LIFE-42")
@pytest.mark.parametrize("action", ACTIONS)
def test_keys_are_not_managed_by_get(gallery, keys, account, expect, action):
    given, before = arguments(action, keys, account), keys.rows(account)
    refused = gallery.manage(action, account.session, verb="GET", **given)
    after = keys.rows(account)
    expect(refused).is_refused_with(405)
    expect(refused).leaves("the owner's keys", before, after)
    expect.control(by_the_owner(gallery, account, action, given)).succeeds()


@clause("LIFE-43")
def test_profile_page_offers_keys(gallery, account, expect):
    page = profile_page(gallery, account)
    expect(page).that(page.status == 200 and page.shows(account.user.name), "the owner's profile page", "it is not")
    expect(page).that(offers_keys(page), "a section on API keys", "Piwigo's standard page has none")


def manages_keys(gallery, keys, owner, session, expect):
    """Make, list, rename and revoke a key in a session; its end is read back in the owner's session of the form."""
    expect.control(gallery.manage("get", owner.session)).succeeds()
    first, second = keys.new_name(owner), keys.new_name(owner)
    made = expect(gallery.manage("create", session, key_name=first, duration=DAYS)).succeeds()
    pkid = keys.as_key(made, owner).pkid
    expect(gallery.manage("edit", session, pkid=pkid, key_name=second)).succeeds()
    listed = gallery.manage("get", session)
    names = {row["auth_key"]: row["apikey_name"] for row in expect(listed).succeeds() or ()}
    expect(listed).equals("the name in the list", names.get(pkid.reveal()), second)
    revoked = gallery.manage("revoke", session, pkid=pkid)
    expect(revoked).succeeds()
    row = keys.rows(owner).get(pkid.reveal(), {"revoked_on": "gone from the list"})
    expect(revoked).that(bool(row.get("revoked_on")), "the key to be revoked", "the owner still sees it live")


@clause("LIFE-44")
@pytest.mark.parametrize("page", ["index.php", "profile.php"])
def test_login_remembered_on_a_page(gallery, keys, account, remembered_logins, expect, page):
    session = remembered_logins.log_in_on(page, remembered_logins.of(account))
    manages_keys(gallery, keys, account, session, expect)


@clause("LIFE-45")
def test_login_remembered_by_the_api(gallery, keys, account, remembered_logins, expect):
    session = remembered_logins.log_in_on("ws.php", remembered_logins.of(account))
    manages_keys(gallery, keys, account, session, expect)


@clause("LIFE-46")
def test_registration(gallery, keys, registration, expect):
    account, session = registration.register()
    manages_keys(gallery, keys, account, session, expect)
