"""Credentials made from a key: the sessions that its two halves open may do no more than it, and live no longer."""

import pytest

from piwigo_contract.check import (
    SESSION_LOGIN,
    UPLOAD_LOGIN,
    Body,
    Query,
    administration_page,
    clause,
    each_end,
    profile_page,
)

CLOSED = (301, 302, 303, 307, 308, 401, 403)
"""What a page answers to somebody whom it is not for: the login form, or a refusal."""
NOBODY = "pkid-20250101-NobodyHasThisKey0000"
BOTH = pytest.mark.parametrize("way", [SESSION_LOGIN, UPLOAD_LOGIN])

WRONG = {
    "wholly": lambda half: half.other(),
    "in the first character": lambda half: half[0].other() + half[1:],
    "in the last character": lambda half: half[:-1] + half[-1].other(),
    "in the case of its letters": lambda half: half.swapcase(),
    "for want of its end": lambda half: half[:-1],
    "empty": lambda half: half[:0],
}
"""Secrets made from the right one."""
WRONGLY = pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)


# --- what opens a session, and whose it is


@clause("DER-01")
def test_login_with_a_key_is_its_owner(gallery, key, sessions, expect):
    login = sessions.by_key(SESSION_LOGIN, key)
    expect(login.answer).succeeds()
    expect(gallery.whoami(login.session)).is_in_session(login.session)


@clause("DER-02")
@WRONGLY
def test_login_with_a_wrong_secret(gallery, key, sessions, expect, wrong):
    good = sessions.by_key(SESSION_LOGIN, key)
    bad = sessions.log_in(SESSION_LOGIN, key.pkid, wrong(key.secret))
    expect.control(good.answer).succeeds()
    expect(bad.answer).is_a_refused_login(1002)
    expect.control(gallery.whoami(good.session)).is_in_session(good.session)
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("DER-27")
def test_login_with_the_secret_of_another_key(gallery, key, second_key, sessions, expect):
    good = sessions.by_key(SESSION_LOGIN, key)
    bad = sessions.log_in(SESSION_LOGIN, key.pkid, second_key.secret)
    expect.control(good.answer).succeeds()
    expect(bad.answer).is_a_refused_login()
    expect.control(gallery.whoami(good.session)).is_in_session(good.session)
    expect(gallery.whoami(bad.session)).is_a_guest()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("the owner's", marks=clause("DER-03")),
        pytest.param("the identifier in another case", marks=clause("DER-28")),
    ],
)
def test_login_with_another_name_than_the_identifier(gallery, key, sessions, expect, name):
    username = key.owner.name if name == "the owner's" else key.pkid.swapcase()
    good = sessions.by_key(SESSION_LOGIN, key)
    bad = sessions.log_in(SESSION_LOGIN, username, key.secret)
    expect.control(good.answer).succeeds()
    expect(bad.answer).is_a_refused_login()
    expect.control(gallery.whoami(good.session)).is_in_session(good.session)
    expect(gallery.whoami(bad.session)).is_a_guest()


@pytest.fixture
def let_in(key, sessions, expect):
    """The answer to an upload that logs in, told apart from that to halves of no key. What comes of the upload itself
    is another matter.
    """
    good, bad = sessions.by_key(UPLOAD_LOGIN, key), sessions.log_in(UPLOAD_LOGIN, NOBODY, key.secret.other())
    expect.control(good.answer, promised_by="DER-29").is_told_apart_from(bad.answer, "halves of no key")
    return good.answer


@clause("DER-04")
@WRONGLY
def test_upload_with_a_wrong_secret(gallery, key, sessions, let_in, expect, wrong):
    bad = sessions.log_in(UPLOAD_LOGIN, key.pkid, wrong(key.secret))
    expect(bad.answer).is_told_apart_from(let_in, "a live key's halves")
    expect(bad.answer).is_a_refused_login(1002)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(bad.session)).is_a_guest()


@each_end("ended_key", revoked=clause("DER-05"), expired=clause("DER-06"))
def test_upload_with_an_ended_key(gallery, key, ended_key, sessions, let_in, expect):
    bad = sessions.by_key(UPLOAD_LOGIN, ended_key)
    expect(bad.answer).is_told_apart_from(let_in, "a live key's halves")
    expect(bad.answer).is_a_refused_login()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(bad.session)).is_a_guest()


@clause("DER-29")
def test_upload_with_a_key_logs_in(gallery, key, sessions, expect):
    good, bad = sessions.by_key(UPLOAD_LOGIN, key), sessions.log_in(UPLOAD_LOGIN, NOBODY, key.secret.other())
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(good.answer).is_told_apart_from(bad.answer, "halves of no key")


@clause("DER-07")
def test_upload_leaves_nobody_s_session_but_the_owner_s(gallery, key, sessions, expect):
    login = sessions.by_key(UPLOAD_LOGIN, key)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(login.session)).authenticates_nobody_but(key)


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
    session = sessions.with_fresh_token(sessions.by_key(way, key).session)
    expect.control(gallery.call("pwg.users.api_key.get", *account.session.with_token)).succeeds()
    expect(gallery.call("pwg.users.api_key.get", *session.with_token)).is_denied()


@clause("DER-11")
@BOTH
def test_session_of_a_key_makes_no_key(gallery, keys, sessions, writes, account, key, expect, way):
    session, write = sessions.with_fresh_token(sessions.by_key(way, key).session), writes.new_key_of(account)
    refused = gallery.send(write.by(*session.with_token))
    expect(refused).is_denied()
    expect(refused).changed_nothing(write)
    made = gallery.send(write.by(*account.session.with_token))
    keys.as_key(expect.control(made).succeeds(), account)


@clause("DER-12")
@BOTH
def test_session_of_a_key_renames_no_key(gallery, keys, sessions, writes, account, key, expect, way):
    session, write = sessions.with_fresh_token(sessions.by_key(way, key).session), writes.name_of_key(keys.live())
    refused = gallery.send(write.by(*session.with_token))
    expect(refused).is_denied()
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(*account.session.with_token))).succeeds()


@clause("DER-13")
@BOTH
def test_session_of_a_key_revokes_no_key(gallery, keys, sessions, account, key, expect, way):
    session, other = sessions.with_fresh_token(sessions.by_key(way, key).session), keys.live()
    expect(gallery.call("pwg.users.api_key.revoke", *session.with_token, pkid=other.pkid)).is_denied()
    expect(gallery.whoami(other)).is_the_owner_of(other)
    expect.control(gallery.call("pwg.users.api_key.revoke", *account.session.with_token, pkid=other.pkid)).succeeds()


@pytest.mark.parametrize(
    "way", [pytest.param(SESSION_LOGIN, marks=clause("DER-14")), pytest.param(UPLOAD_LOGIN, marks=clause("DER-15"))]
)
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_session_of_a_key_may_not_call_forbidden_methods(
    gallery, forbidden_methods, without_effect, keys, sessions, webmaster_key, expect, verb, way
):
    person = keys.owner_of(webmaster_key).session
    program = sessions.with_fresh_token(sessions.by_key(way, webmaster_key).session)
    place = Body if verb == "POST" else Query
    for method in forbidden_methods:
        with expect.each(method):
            params = {
                name: value for name, value in without_effect(method, person).params.items() if name != "pwg_token"
            }
            by_person, by_api_login = (
                gallery.call(method, who, place("pwg_token", who.token.text), params=params, verb=verb)
                for who in (person, program)
            )
            denied = by_person.envelope is None or by_person.envelope.err == 401
            expect.control(by_person).that(not denied, "a person not to be denied the call", by_person.in_words)
            expect(by_api_login).is_refused_with(401, 405)


@clause("DER-16")
@BOTH
def test_administration_is_closed_to_a_session_of_a_key(gallery, keys, sessions, webmaster_key, expect, way):
    person, program = keys.owner_of(webmaster_key), sessions.by_key(way, webmaster_key).session
    shown, kept = administration_page(gallery, person), gallery.page("admin.php", program)
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


@each_end("end", revoked=clause("DER-18"), expired=clause("DER-20"))
def test_login_session_after_the_end(gallery, keys, end, sessions, expect):
    key = keys.live()
    session = sessions.by_key(SESSION_LOGIN, key).session
    expect.control(gallery.whoami(session)).is_in_session(session)
    end(key)
    expect(gallery.whoami(session)).is_a_guest()


@each_end("end", revoked=clause("DER-19"), expired=clause("DER-21"))
def test_write_in_a_login_session_after_the_end(
    gallery, keys, end, sessions, throw_away_webmaster, group, writes, expect
):
    """Not a write to the owner's account, which a gallery may keep from all that a key opened (WHO-63)."""
    key, write = keys.new(throw_away_webmaster), writes.name_of(group)
    session = sessions.with_fresh_token(sessions.by_key(SESSION_LOGIN, key).session)
    done = gallery.send(write.by(*session.with_token))
    expect.control(done).succeeds()
    expect.control(done).took_effect(write)
    end(key)
    write = writes.name_of(group)
    refused = gallery.send(write.by(*session.with_token))
    expect(refused).is_refused_with(401, 403)
    expect(refused).changed_nothing(write)


@each_end("end", revoked=clause("DER-22"), expired=clause("DER-24"))
def test_upload_session_after_the_end(gallery, keys, end, sessions, expect):
    key = keys.live()
    session = sessions.by_key(UPLOAD_LOGIN, key).session
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(session)).authenticates_nobody_but(key)
    end(key)
    expect(gallery.whoami(session)).is_a_guest()


@each_end("end", revoked=clause("DER-23"), expired=clause("DER-25"))
def test_write_in_an_upload_session_after_the_end(gallery, keys, end, sessions, throw_away_user, writes, expect):
    key, write = keys.new(throw_away_user), writes.address_of(throw_away_user)
    session = sessions.with_fresh_token(sessions.by_key(UPLOAD_LOGIN, key).session)
    end(key)
    refused = gallery.send(write.by(*session.with_token))
    expect(refused).is_refused_with(401, 403)
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(*throw_away_user.session.with_token))).succeeds()


@clause("DER-26")
@BOTH
def test_session_of_another_key_of_the_owner(gallery, keys, sessions, expect, way):
    key, other = keys.live(), keys.live()
    session = sessions.by_key(way, other).session
    before = gallery.whoami(session)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    keys.revoke(key)
    after = gallery.whoami(session)
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()
    expect(after).equals("whose session it is", after.caller, before.caller)
