"""Credentials made from a key: the sessions that its two halves open may do no more than it, and live no longer."""

import pytest

from piwigo_contract.check import SESSION_LOGIN, UPLOAD_LOGIN, administration, clause, profile_page

DAYS = 30
CLOSED = (301, 302, 303, 307, 308, 401, 403)
"""What a page answers to somebody whom it is not for: the login form, or a refusal."""
BOTH = pytest.mark.parametrize("way", [SESSION_LOGIN, UPLOAD_LOGIN])


def names_in(answer):
    """The names of all keys in the answer of `pwg.users.api_key.get`."""
    rows = answer.envelope.result if answer.envelope and answer.envelope.ok else None
    return [row["apikey_name"] for row in rows or ()]


def wrong(half, how):
    """A secret, wrong in one of several ways."""
    return {
        "wholly": half.other(),
        "in the first character": half[0].other() + half[1:],
        "in the last character": half[:-1] + half[-1].other(),
        "in the case of its letters": half.swapcase(),
        "for want of its end": half[:-1],
        "empty": half[:0],
    }[how]


WRONG = ["wholly", "in the first character", "in the last character", "in the case of its letters",
         "for want of its end", "empty"]  # fmt: skip


# --- what opens a session, and whose it is


@clause("DER-01")
def test_login_with_a_key_is_its_owner(gallery, key, sessions, expect):
    login = sessions.by_key(SESSION_LOGIN, key)
    expect(login.answer).succeeds()
    expect(gallery.whoami(login.session)).is_in_session(login.session)


@clause("DER-02")
@pytest.mark.parametrize("how", WRONG)
def test_login_with_a_wrong_secret(gallery, key, sessions, expect, how):
    good = sessions.by_key(SESSION_LOGIN, key)
    bad = sessions.log_in(SESSION_LOGIN, key.pkid, wrong(key.secret_half, how))
    expect.control(good.answer).succeeds()
    expect(bad.answer).is_a_refused_login(1002)
    expect.control(gallery.whoami(good.session)).is_in_session(good.session)
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("DER-27")
def test_login_with_the_secret_of_another_key(gallery, key, second_key, sessions, expect):
    good = sessions.by_key(SESSION_LOGIN, key)
    bad = sessions.log_in(SESSION_LOGIN, key.pkid, second_key.secret_half)
    expect.control(good.answer).succeeds()
    expect(bad.answer).is_a_refused_login()
    expect.control(gallery.whoami(good.session)).is_in_session(good.session)
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("DER-28")
def test_login_with_the_identifier_in_another_case(gallery, key, sessions, expect):
    good = sessions.by_key(SESSION_LOGIN, key)
    bad = sessions.log_in(SESSION_LOGIN, key.pkid.swapcase(), key.secret_half)
    expect.control(good.answer).succeeds()
    expect(bad.answer).is_refused_with(999, 401, 403)
    expect.control(gallery.whoami(good.session)).is_in_session(good.session)
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("DER-03")
def test_login_with_the_owner_s_name_and_the_secret(gallery, key, sessions, expect):
    good = sessions.by_key(SESSION_LOGIN, key)
    bad = sessions.log_in(SESSION_LOGIN, key.owner.name, key.secret_half)
    expect.control(good.answer).succeeds()
    expect(bad.answer).is_a_refused_login()
    expect.control(gallery.whoami(good.session)).is_in_session(good.session)
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("DER-04")
@pytest.mark.parametrize("how", WRONG)
def test_upload_with_a_wrong_secret(gallery, key, sessions, expect, how):
    good = sessions.by_key(UPLOAD_LOGIN, key)
    bad = sessions.log_in(UPLOAD_LOGIN, key.pkid, wrong(key.secret_half, how))
    expect.control(good.answer).that(_told_apart(good, bad), "a live key's halves to be told apart", ALIKE)
    expect(bad.answer).is_a_refused_login(1002)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("DER-05")
def test_upload_with_a_revoked_key(gallery, key, revoked_key, sessions, expect):
    good, bad = sessions.by_key(UPLOAD_LOGIN, key), sessions.by_key(UPLOAD_LOGIN, revoked_key)
    expect.control(good.answer).that(_told_apart(good, bad), "a live key's halves to be told apart", ALIKE)
    expect(bad.answer).is_a_refused_login()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("DER-06")
def test_upload_with_an_expired_key(gallery, key, expired_key, sessions, expect):
    good, bad = sessions.by_key(UPLOAD_LOGIN, key), sessions.by_key(UPLOAD_LOGIN, expired_key)
    expect.control(good.answer).that(_told_apart(good, bad), "a live key's halves to be told apart", ALIKE)
    expect(bad.answer).is_a_refused_login()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(bad.session)).is_a_guest()


ALIKE = "they are answered as bad ones are"


def _told_apart(good, bad):
    """Whether the upload's own login held; what is found wrong with the upload itself comes after it."""
    return good.answer.envelope is not None and good.answer.envelope != bad.answer.envelope


@clause("DER-29")
def test_upload_with_a_key_logs_in(gallery, key, sessions, expect):
    good = sessions.by_key(UPLOAD_LOGIN, key)
    bad = sessions.log_in(UPLOAD_LOGIN, key.pkid, key.secret_half.other())
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(good.answer).that(
        _told_apart(good, bad), "the halves of a live key to log in", "it is answered as with a wrong secret"
    )


@clause("DER-07")
def test_upload_leaves_nobody_s_session_but_the_owner_s(gallery, key, sessions, expect):
    login = sessions.by_key(UPLOAD_LOGIN, key)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(login.session)).opens_nobody_but(key)


@clause("DER-08")
@BOTH
def test_no_session_of_a_key_passes_for_a_person_s(gallery, account, key, sessions, expect, way):
    person = gallery.whoami(account.session)
    program = gallery.whoami(sessions.by_key(way, key).session)
    expect.control(person).is_in_session(account.session)
    expect(program).that(
        program.caller is not None and program.caller.connected_with != person.caller.connected_with,
        f"a session not connected with {person.caller.connected_with}, as a person's is",
        f"it is that of {program.caller}",
    )


@clause("DER-09")
@BOTH
def test_logout_ends_the_session_of_a_key(gallery, key, sessions, expect, way):
    session = sessions.by_key(way, key).session
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.call("pwg.session.logout", session)).succeeds()
    expect(gallery.whoami(session)).is_a_guest()


# --- may do no more than the key


@clause("DER-10")
@BOTH
def test_session_of_a_key_lists_no_keys(gallery, account, key, sessions, expect, way):
    session = sessions.entitled(sessions.by_key(way, key).session)
    expect.control(gallery.call("pwg.users.api_key.get", *account.session.with_token)).succeeds()
    expect(gallery.call("pwg.users.api_key.get", *session.with_token)).is_denied()


@clause("DER-11")
@BOTH
def test_session_of_a_key_makes_no_key(gallery, keys, sessions, account, key, expect, way):
    session = sessions.entitled(sessions.by_key(way, key).session)
    wanted = {"key_name": keys.new_name(account), "duration": DAYS}
    expect(gallery.call("pwg.users.api_key.create", *session.with_token, params=wanted)).is_denied()
    answer = gallery.manage("get", account.session)
    expect(answer).shows("keys of that name", names_in(answer).count(wanted["key_name"]), 0)
    made = gallery.call("pwg.users.api_key.create", *account.session.with_token, params=wanted)
    expect.control(made).succeeds()
    keys.as_key(made.envelope.result, account)


@clause("DER-12")
@BOTH
def test_session_of_a_key_renames_no_key(gallery, keys, sessions, account, key, expect, way):
    session, other = sessions.entitled(sessions.by_key(way, key).session), keys.new()
    wanted = {"pkid": other.pkid, "key_name": keys.new_name(account)}
    expect(gallery.call("pwg.users.api_key.edit", *session.with_token, params=wanted)).is_denied()
    answer = gallery.manage("get", account.session)
    expect(answer).shows("keys of that name", names_in(answer).count(wanted["key_name"]), 0)
    expect.control(gallery.call("pwg.users.api_key.edit", *account.session.with_token, params=wanted)).succeeds()


@clause("DER-13")
@BOTH
def test_session_of_a_key_revokes_no_key(gallery, keys, sessions, account, key, expect, way):
    session, other = sessions.entitled(sessions.by_key(way, key).session), keys.new()
    expect(gallery.call("pwg.users.api_key.revoke", *session.with_token, pkid=other.pkid)).is_denied()
    expect(gallery.whoami(other)).is_the_owner_of(other)
    expect.control(gallery.call("pwg.users.api_key.revoke", *account.session.with_token, pkid=other.pkid)).succeeds()


@clause("DER-14")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_login_session_may_not_call_forbidden_methods(
    gallery, forbidden_methods, keys, sessions, webmaster_key, expect, verb
):
    person, program = keys.owner_of(webmaster_key).session, sessions.by_key(SESSION_LOGIN, webmaster_key).session
    for method in forbidden_methods:
        # without the parameters that they all demand: nothing can come of it
        expect.control(gallery.call(method, person, verb=verb)).is_heard()
        expect(gallery.call(method, program, verb=verb)).is_refused_with(401, 405)


@clause("DER-15")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_upload_session_may_not_call_forbidden_methods(
    gallery, forbidden_methods, keys, sessions, webmaster_key, expect, verb
):
    person, program = keys.owner_of(webmaster_key).session, sessions.by_key(UPLOAD_LOGIN, webmaster_key).session
    for method in forbidden_methods:
        expect.control(gallery.call(method, person, verb=verb)).is_heard()
        expect(gallery.call(method, program, verb=verb)).is_refused_with(401, 405)


@clause("DER-16")
@BOTH
def test_administration_is_closed_to_a_session_of_a_key(gallery, keys, sessions, webmaster_key, expect, way):
    person, program = keys.owner_of(webmaster_key), sessions.by_key(way, webmaster_key).session
    shown, kept = administration(gallery, person), gallery.page("admin.php", program)
    expect.control(shown).that(shown.status == 200, "a webmaster to see the administration", f"HTTP {shown.status}")
    expect(kept).that(kept.status in CLOSED, "the administration to stay closed, as to the key", f"HTTP {kept.status}")


@clause("DER-17")
@BOTH
def test_profile_is_closed_to_a_session_of_a_key(gallery, account, key, sessions, expect, way):
    program = sessions.by_key(way, key).session
    shown, kept = profile_page(gallery, account), gallery.page("profile.php", program)
    expect.control(shown).that(shown.status == 200, "a person to see the own profile", f"HTTP {shown.status}")
    expect(kept).that(kept.status in CLOSED, "the profile to stay closed, as to the key", f"HTTP {kept.status}")


# --- lives no longer than the key


@clause("DER-18")
def test_login_session_after_revocation(gallery, keys, sessions, expect):
    key = keys.new()
    session = sessions.by_key(SESSION_LOGIN, key).session
    expect.control(gallery.whoami(session)).is_in_session(session)
    keys.revoke(key)
    expect(gallery.whoami(session)).is_a_guest()


@clause("DER-19")
def test_write_in_a_login_session_after_revocation(gallery, keys, sessions, throw_away_user, address, expect):
    key = keys.new(throw_away_user)
    session = sessions.entitled(sessions.by_key(SESSION_LOGIN, key).session)
    before, after = address.named("before"), address.named("after")
    expect.control(address.write(before, *session.with_token)).succeeds()
    seen = address.read()
    expect.control(seen).shows("the address", address.value_in(seen), before)
    keys.revoke(key)
    expect(address.write(after, *session.with_token)).is_refused_with(401, 403)
    seen = address.read()
    expect(seen).shows("the address", address.value_in(seen), before)


@clause("DER-20")
def test_login_session_after_expiry(gallery, keys, sessions, expect):
    key = keys.new()
    session = sessions.by_key(SESSION_LOGIN, key).session
    expect.control(gallery.whoami(session)).is_in_session(session)
    keys.expire(key)
    expect(gallery.whoami(session)).is_a_guest()


@clause("DER-21")
def test_write_in_a_login_session_after_expiry(gallery, keys, sessions, throw_away_user, address, expect):
    key = keys.new(throw_away_user)
    session = sessions.entitled(sessions.by_key(SESSION_LOGIN, key).session)
    before, after = address.named("before"), address.named("after")
    expect.control(address.write(before, *session.with_token)).succeeds()
    seen = address.read()
    expect.control(seen).shows("the address", address.value_in(seen), before)
    keys.expire(key)
    expect(address.write(after, *session.with_token)).is_refused_with(401, 403)
    seen = address.read()
    expect(seen).shows("the address", address.value_in(seen), before)


@clause("DER-22")
def test_upload_session_after_revocation(gallery, keys, sessions, expect):
    key = keys.new()
    session = sessions.by_key(UPLOAD_LOGIN, key).session
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(session)).opens_nobody_but(key)
    keys.revoke(key)
    expect(gallery.whoami(session)).is_a_guest()


@clause("DER-23")
def test_write_in_an_upload_session_after_revocation(gallery, keys, sessions, throw_away_user, address, expect):
    key = keys.new(throw_away_user)
    session = sessions.entitled(sessions.by_key(UPLOAD_LOGIN, key).session)
    before, after = address.named("before"), address.named("after")
    expect.control(address.write(after, *throw_away_user.session.with_token)).succeeds()
    expect.control(address.write(before, *throw_away_user.session.with_token)).succeeds()
    keys.revoke(key)
    expect(address.write(after, *session.with_token)).is_refused_with(401, 403)
    seen = address.read()
    expect(seen).shows("the address", address.value_in(seen), before)


@clause("DER-24")
def test_upload_session_after_expiry(gallery, keys, sessions, expect):
    key = keys.new()
    session = sessions.by_key(UPLOAD_LOGIN, key).session
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(session)).opens_nobody_but(key)
    keys.expire(key)
    expect(gallery.whoami(session)).is_a_guest()


@clause("DER-25")
def test_write_in_an_upload_session_after_expiry(gallery, keys, sessions, throw_away_user, address, expect):
    key = keys.new(throw_away_user)
    session = sessions.entitled(sessions.by_key(UPLOAD_LOGIN, key).session)
    before, after = address.named("before"), address.named("after")
    expect.control(address.write(after, *throw_away_user.session.with_token)).succeeds()
    expect.control(address.write(before, *throw_away_user.session.with_token)).succeeds()
    keys.expire(key)
    expect(address.write(after, *session.with_token)).is_refused_with(401, 403)
    seen = address.read()
    expect(seen).shows("the address", address.value_in(seen), before)


@clause("DER-26")
@BOTH
def test_session_of_another_key_of_the_owner(gallery, keys, sessions, expect, way):
    key, other = keys.new(), keys.new()
    session = sessions.by_key(way, other).session
    before = gallery.whoami(session)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    keys.revoke(key)
    after = gallery.whoami(session)
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()
    expect(after).shows("whose session it is", after.caller, before.caller)
