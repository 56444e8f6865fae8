"""Last use: what a key's owner is told of when it was used, by the gallery's clock, and what is no use of it.

Most checks use a key made for them alone: one that was never used shows a first use without waiting for the clock.
"""

import pytest

from piwigo_contract.check import (
    SESSION_LOGIN,
    UPLOAD_LOGIN,
    Cookie,
    KeyHeader,
    OtherKeyHeader,
    Query,
    clause,
    each_end,
    profile_page,
    shows_last_use,
)

# --- before, at and after the first use


@clause("USED-01")
def test_never_used(gallery, keys, expect):
    key = keys.new()
    unused = keys.last_use(key)
    answer = gallery.whoami(key)
    expect.control(answer).is_the_owner_of(key)
    expect(answer).that(unused is None, "no last use of a key before its first", f"it was {unused}")
    expect.control(answer).that(keys.last_use(key) is not None, "a last use after its first", "there is none")


@clause("USED-02")
def test_set_to_the_targets_clock(gallery, keys, expect):
    key, last_use = keys.new_watched()
    answer = gallery.whoami(key)
    expect.control(answer).is_the_owner_of(key)
    expect(answer).counts_as_a_use(last_use)


@clause("USED-03")
def test_moved_by_each_use(gallery, keys, expect):
    key, last_use = keys.new_watched()
    for _ in range(3):
        last_use.note()
        last_use.wait()
        answer = gallery.whoami(key)
        expect(answer).is_the_owner_of(key)
        expect(answer).counts_as_a_use(last_use)


# --- what is a use


@clause("USED-04")
@pytest.mark.parametrize(
    ("verb", "format"),
    [("POST", "rest"), ("POST", "xmlrpc"), ("POST", "php"), ("POST", None), ("GET", "json"), ("GET", "rest")],
)
def test_used_by_any_verb_and_format(gallery, keys, expect, verb, format):
    key, last_use = keys.new_watched()
    answer = gallery.whoami(key, verb=verb, format=format)
    expect.control(answer).is_the_owner_of(key)
    expect(answer).counts_as_a_use(last_use)


@clause("USED-04")
@pytest.mark.parametrize("method", ["pwg.getVersion", "pwg.categories.getList", "reflection.getMethodList"])
def test_used_by_any_method(gallery, keys, expect, method):
    key, last_use = keys.new_watched()
    answer = gallery.call(method, key)
    expect(answer).succeeds()
    expect(answer).counts_as_a_use(last_use)


@clause("USED-05")
def test_used_by_a_forbidden_method(gallery, keys, throw_away_webmaster, set_info, expect):
    key, last_use = keys.new_watched(throw_away_webmaster)
    answer = gallery.send(set_info.by(key))
    expect(answer).is_denied()
    expect(answer).counts_as_a_use(last_use)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


@clause("USED-06")
@pytest.mark.parametrize("method", ["pwg.users.getList", "pwg.users.api_key.get"])
def test_used_by_a_method_that_the_caller_may_not_call(gallery, keys, expect, method):
    key, last_use = keys.new_watched()
    _, token = keys.owner_of(key).session.with_token
    answer = gallery.call(method, key, token)
    expect(answer).is_denied()
    expect(answer).counts_as_a_use(last_use)
    expect.control(gallery.whoami(key, token)).is_the_owner_of(key)


@clause("USED-07")
@pytest.mark.parametrize(
    "params", [{}, {"image_id": "none"}, {"image_id": "2000000000"}],
    ids=["parameter missing", "parameter invalid", "nothing found"],
)  # fmt: skip
def test_used_by_a_call_that_fails(gallery, keys, expect, params):
    key, last_use = keys.new_watched()
    answer = gallery.call("pwg.images.getInfo", key, params=params)
    expect(answer).is_refused()
    expect(answer).counts_as_a_use(last_use)
    expect.control(gallery.call("pwg.session.getStatus", key, params=params)).is_the_owner_of(key)


@clause("USED-08")
def test_used_by_an_unknown_method(gallery, keys, expect):
    key, last_use = keys.new_watched()
    answer = gallery.call("pwg.no.such.method", key)
    expect(answer).is_refused_with(501)
    expect(answer).counts_as_a_use(last_use)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-09")
def test_used_by_logging_in_with_it(keys, sessions, expect):
    key, last_use = keys.new_watched()
    answer = sessions.by_key(SESSION_LOGIN, key).answer
    expect.control(answer).succeeds()
    expect(answer).counts_as_a_use(last_use)


@clause("USED-20")
def test_used_by_an_upload_that_logs_in_with_it(gallery, keys, sessions, expect):
    key, last_use = keys.new_watched()
    answer = sessions.by_key(UPLOAD_LOGIN, key).answer
    expect(answer).counts_as_a_use(last_use)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-21")
@pytest.mark.parametrize("whose", ["the owner's", "another user's"])
def test_used_beside_a_session(gallery, keys, account, webmaster, expect, whose):
    key, last_use = keys.new_watched()
    session = account.session if whose == "the owner's" else webmaster.session
    answer = gallery.whoami(key, session)
    expect(answer).is_the_owner_of(key)
    expect(answer).counts_as_a_use(last_use)


# --- what is none


@clause("USED-10")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_wrong_secret_is_no_use(gallery, keys, expect, verb):
    key, last_use = keys.new_watched()
    wrong = gallery.whoami(KeyHeader(key.pkid + ":" + key.secret.other()), verb=verb)
    expect(wrong).is_refused_as_an_invalid_key()
    expect(wrong).is_no_use(last_use)
    right = gallery.whoami(key, verb=verb)
    expect.control(right).is_the_owner_of(key)
    expect.control(right).counts_as_a_use(last_use)


@clause("USED-10")
def test_wrong_secret_after_a_use_is_no_use(gallery, keys, expect):
    key, last_use = keys.new_watched()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    last_use.note()
    last_use.wait()
    wrong = gallery.whoami(KeyHeader(key.pkid + ":" + key.secret.other()))
    expect(wrong).is_refused_as_an_invalid_key()
    expect(wrong).is_no_use(last_use)
    right = gallery.whoami(key)
    expect.control(right).is_the_owner_of(key)
    expect.control(right).counts_as_a_use(last_use)


@clause("USED-10")
def test_wrong_secret_at_the_login_is_no_use(keys, sessions, expect):
    key, last_use = keys.new_watched()
    wrong = sessions.log_in(SESSION_LOGIN, key.pkid, key.secret.other()).answer
    expect(wrong).is_no_use(last_use)
    expect.control(sessions.by_key(SESSION_LOGIN, key).answer, promised_by="DER-01").succeeds()
    expect(wrong).is_a_refused_login()


@clause("USED-11")
def test_malformed_key_is_no_use(gallery, keys, expect):
    key, last_use = keys.new_watched()
    halves_swapped = key.secret + ":" + key.pkid
    for value in (key.pkid, key.pkid + key.secret, key.text[:-1], key.text + "0", halves_swapped):
        answer = gallery.whoami(KeyHeader(value))
        expect(answer).is_refused_as_an_invalid_key()
        expect(answer).is_no_use(last_use)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-12")
def test_key_where_none_is_read_is_no_use(gallery, keys, expect):
    key, last_use = keys.new_watched()
    for carrier in (OtherKeyHeader(key.text), Query("key", key.text), Cookie("key", key.text)):
        answer = gallery.whoami(carrier)
        expect(answer).is_a_guest()
        expect(answer).is_no_use(last_use)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-13")
def test_use_of_another_key_is_no_use(gallery, keys, expect):
    (key, last_use), (other, last_use_of_other) = keys.new_watched(), keys.new_watched()
    answer = gallery.whoami(other)
    expect(answer).is_the_owner_of(other)
    expect(answer).is_no_use(last_use)
    last_use_of_other.note()
    last_use.wait()
    answer = gallery.whoami(key)
    expect(answer).is_the_owner_of(key)
    expect(answer).is_no_use(last_use_of_other)
    expect(answer).counts_as_a_use(last_use)


@clause("USED-13")
def test_halves_of_two_keys_are_no_use_of_either(gallery, keys, expect):
    (key, last_use), (other, last_use_of_other) = keys.new_watched(), keys.new_watched()
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + other.secret))
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).is_no_use(last_use)
    expect(answer).is_no_use(last_use_of_other)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-14")
def test_owners_session_is_no_use(gallery, keys, expect):
    key, last_use = keys.new_watched()
    session = keys.owner_of(key).session
    answer = gallery.whoami(session)
    expect(answer).is_in_session(session)
    expect(answer).is_no_use(last_use)


@clause("USED-14")
def test_cookie_of_a_keyed_answer_is_no_use(gallery, keys, sessions, expect):
    key, last_use = keys.new_watched()
    keyed = gallery.whoami(key)
    expect.control(keyed).is_the_owner_of(key)
    last_use.note()
    last_use.wait()
    answer = gallery.whoami(sessions.left_by(keyed))
    expect(answer).is_a_guest()
    expect(answer).is_no_use(last_use)


@clause("USED-15")
def test_rename_is_no_use(gallery, keys, expect):
    key = keys.new()
    keys.rename(key, keys.new_name(keys.owner_of(key)))
    unused = keys.last_use(key)
    answer = gallery.whoami(key)
    expect(answer).is_the_owner_of(key)
    expect(answer).that(unused is None, "no last use of a key that was renamed only", f"it was {unused}")


@clause("USED-15")
def test_rename_and_revocation_keep_the_last_use(gallery, keys, clock, expect):
    key = keys.live()
    answer = gallery.whoami(key)
    expect(answer).is_the_owner_of(key)
    used = keys.last_use(key)
    clock.next_second()
    keys.rename(key, keys.new_name(keys.owner_of(key)))
    expect(answer).equals("the last use after a rename", keys.last_use(key), used)
    keys.revoke(key)
    expect(answer).equals("the last use after the revocation", keys.last_use(key), used)


@each_end("end", revoked=clause("USED-16"), expired=clause("USED-17"))
def test_ended_key_is_not_used(gallery, keys, end, expect):
    key, last_use = keys.new_watched()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    last_use.note()
    end(key)
    last_use.wait()
    answer = gallery.whoami(key)
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).is_no_use(last_use)


# --- where a person looks


@clause("USED-18")
def test_told_in_words(gallery, keys, clock, expect):
    key = keys.new()
    never = keys.row(key).get("last_used_on_since")
    answer = gallery.whoami(key)
    expect(answer).is_the_owner_of(key)
    clock.next_second()  # in the second of the use itself there is nothing to be told in words
    words = keys.row(key).get("last_used_on_since")
    for told in (never, words):
        expect(answer).that(bool(told), "the last use in words", f"it is {told!r}")
    expect(answer).that(never != words, "other words after a use than before it", f"both are {words!r}")
    expect(answer).that(words == " ".join(words.split()), "words without a gap where the time should be", repr(words))


@clause("USED-19")
def test_shown_on_the_profile_page(gallery, keys, account, expect):
    key = keys.new()
    before = profile_page(gallery, account)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    page = profile_page(gallery, account)
    shown = shows_last_use(gallery, account, key, before, page)
    expect(page).that(shown, "the last use of each key on the page", "it tells of keys and not of their last use")
