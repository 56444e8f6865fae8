"""Last use: what a key's owner is told of when it was used, by the gallery's clock, and what is no use of it.

Most checks use a key made for them alone: one that was never used shows a first use without waiting for the clock.
"""

import pytest

from piwigo_contract.check import (
    UPLOAD_LOGIN,
    Cookie,
    KeyHeader,
    OtherKeyHeader,
    Query,
    between,
    clause,
    profile_page,
    session_after,
    shows_last_use,
)

NOT_LISTED = "pwg.users.getList"
UNKNOWN = "pwg.no.such.method"


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
def test_set_to_the_targets_clock(gallery, keys, clock, expect):
    key = keys.new()
    start = clock.now()
    answer = gallery.whoami(key)
    end = clock.now()
    used = keys.last_use(key)
    expect.control(answer).is_the_owner_of(key)
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")


@clause("USED-03")
def test_moved_by_each_use(gallery, keys, clock, expect):
    key = keys.new()
    for _ in range(3):
        before = keys.last_use(key)
        start = clock.next_second()
        answer = gallery.whoami(key)
        end, used = clock.now(), keys.last_use(key)
        expect(answer).is_the_owner_of(key)
        expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")
        expect(answer).that(before is None or used > before, f"a last use after {before}", f"it is {used}")


# --- what is a use


@clause("USED-04")
@pytest.mark.parametrize(
    ("verb", "format"),
    [("POST", "rest"), ("POST", "xmlrpc"), ("POST", "php"), ("POST", None), ("GET", "json"), ("GET", "rest")],
)
def test_used_by_any_verb_and_format(gallery, keys, clock, expect, verb, format):
    key = keys.new()
    start = clock.now()
    answer = gallery.whoami(key, verb=verb, format=format)
    end, used = clock.now(), keys.last_use(key)
    expect.control(answer).is_the_owner_of(key)
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")


@clause("USED-04")
@pytest.mark.parametrize("method", ["pwg.getVersion", "pwg.categories.getList", "reflection.getMethodList"])
def test_used_by_any_method(gallery, keys, clock, expect, method):
    key = keys.new()
    start = clock.now()
    answer = gallery.call(method, key)
    end, used = clock.now(), keys.last_use(key)
    expect(answer).succeeds()
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")


@clause("USED-05")
def test_used_by_a_forbidden_method(gallery, keys, throw_away_webmaster, set_info, clock, expect):
    key = keys.new(throw_away_webmaster)
    start = clock.now()
    answer = gallery.call(set_info.method, key, params=set_info.params)
    end, used = clock.now(), keys.last_use(key)
    expect(answer).is_denied()
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=set_info.params)).succeeds()


@clause("USED-06")
@pytest.mark.parametrize("method", [NOT_LISTED, "pwg.users.api_key.get"])
def test_used_by_a_method_that_the_caller_may_not_call(gallery, keys, clock, expect, method):
    key = keys.new()
    token = keys.owner_of(key).session.token
    start = clock.now()
    answer = gallery.call(method, key, pwg_token=token.text)
    end, used = clock.now(), keys.last_use(key)
    expect(answer).is_denied()
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")
    expect.control(gallery.call("pwg.session.getStatus", key, pwg_token=token.text)).is_the_owner_of(key)


@clause("USED-07")
@pytest.mark.parametrize(
    "params", [{}, {"image_id": "none"}, {"image_id": "2000000000"}],
    ids=["parameter missing", "parameter invalid", "nothing found"],
)  # fmt: skip
def test_used_by_a_call_that_fails(gallery, keys, clock, expect, params):
    key = keys.new()
    start = clock.now()
    answer = gallery.call("pwg.images.getInfo", key, params=params)
    end, used = clock.now(), keys.last_use(key)
    expect(answer).is_refused()
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")
    expect.control(gallery.call("pwg.session.getStatus", key, params=params)).is_the_owner_of(key)


@clause("USED-08")
def test_used_by_an_unknown_method(gallery, keys, clock, expect):
    key = keys.new()
    start = clock.now()
    answer = gallery.call(UNKNOWN, key)
    end, used = clock.now(), keys.last_use(key)
    expect(answer).is_refused_with(501)
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-09")
def test_used_by_logging_in_with_it(gallery, keys, clock, expect):
    key = keys.new()
    start = clock.now()
    answer = gallery.call("pwg.session.login", username=key.pkid, password=key.secret_half)
    end, used = clock.now(), keys.last_use(key)
    expect.control(answer).succeeds()
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")
    gallery.call("pwg.session.logout", session_after(gallery, answer, label="OPENED_BY_A_KEY"))


@clause("USED-20")
def test_used_by_an_upload_that_logs_in_with_it(gallery, keys, sessions, clock, expect):
    key = keys.new()
    start = clock.now()
    answer = sessions.by_key(UPLOAD_LOGIN, key).answer
    end, used = clock.now(), keys.last_use(key)
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-21")
@pytest.mark.parametrize("whose", ["the owner's", "another user's"])
def test_used_beside_a_session(gallery, keys, account, webmaster, clock, expect, whose):
    key = keys.new()
    session = account.session if whose == "the owner's" else webmaster.session
    start = clock.now()
    answer = gallery.whoami(key, session)
    end, used = clock.now(), keys.last_use(key)
    expect(answer).is_the_owner_of(key)
    expect(answer).that(between(start, used, end), f"a last use between {start} and {end}", f"it is {used}")


# --- what is none


@clause("USED-10")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_wrong_secret_is_no_use(gallery, keys, expect, verb):
    key = keys.new()
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + key.secret_half.other()), verb=verb)
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).shows("the last use", keys.last_use(key), None)
    expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
    expect.control(answer).that(keys.last_use(key) is not None, "a last use after a use", "there is none")


@clause("USED-10")
def test_wrong_secret_after_a_use_is_no_use(gallery, keys, clock, expect):
    key = keys.new()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    before = keys.last_use(key)
    clock.next_second()
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + key.secret_half.other()))
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).shows("the last use", keys.last_use(key), before)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    after = keys.last_use(key)
    expect.control(answer).that(after is not None and after > before, f"a last use after {before}", f"it is {after}")


@clause("USED-10")
def test_wrong_secret_at_the_login_is_no_use(gallery, keys, expect):
    key = keys.new()
    answer = gallery.call("pwg.session.login", username=key.pkid, password=key.secret_half.other())
    expect(answer).shows("the last use", keys.last_use(key), None)
    right = gallery.call("pwg.session.login", username=key.pkid, password=key.secret_half)
    expect.control(right, promised_by="DER-01").succeeds()
    expect(answer).is_a_refused_login()
    gallery.call("pwg.session.logout", session_after(gallery, right, label="OPENED_BY_A_KEY"))


@clause("USED-11")
@pytest.mark.parametrize(
    "form", ["identifier alone", "no colon", "secret cut short", "secret too long", "halves swapped"]
)
def test_malformed_key_is_no_use(gallery, keys, expect, form):
    key = keys.new()
    value = {
        "identifier alone": key.pkid,
        "no colon": key.pkid + key.secret_half,
        "secret cut short": key.text[:-1],
        "secret too long": key.text + "0",
        "halves swapped": key.secret_half + ":" + key.pkid,
    }[form]
    answer = gallery.whoami(KeyHeader(value))
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).shows("the last use", keys.last_use(key), None)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-12")
@pytest.mark.parametrize("place", ["other header", "query", "cookie"])
def test_key_where_none_is_read_is_no_use(gallery, keys, expect, place):
    key = keys.new()
    carrier = {
        "other header": OtherKeyHeader(key.text),
        "query": Query("key", key.text),
        "cookie": Cookie("key", key.text),
    }[place]
    answer = gallery.whoami(carrier)
    expect(answer).is_a_guest()
    expect(answer).shows("the last use", keys.last_use(key), None)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-13")
def test_use_of_another_key_is_no_use(gallery, keys, clock, expect):
    key, other = keys.new(), keys.new()
    answer = gallery.whoami(other)
    expect(answer).is_the_owner_of(other)
    expect(answer).shows("the last use of a key of the same owner", keys.last_use(key), None)
    first = keys.last_use(other)
    clock.next_second()
    answer = gallery.whoami(key)
    expect(answer).is_the_owner_of(key)
    expect(answer).shows("the last use of the other key", keys.last_use(other), first)
    second = keys.last_use(key)
    expect(answer).that(second is not None and second > first, f"a last use after {first}", f"it is {second}")


@clause("USED-13")
def test_halves_of_two_keys_are_no_use_of_either(gallery, keys, expect):
    key, other = keys.new(), keys.new()
    answer = gallery.whoami(KeyHeader(key.pkid + ":" + other.secret_half))
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).shows("the last use of the one", keys.last_use(key), None)
    expect(answer).shows("the last use of the other", keys.last_use(other), None)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)


@clause("USED-14")
def test_owners_session_is_no_use(gallery, keys, expect):
    key = keys.new()
    session = keys.owner_of(key).session
    answer = gallery.whoami(session)
    expect(answer).is_in_session(session)
    expect(answer).shows("the last use", keys.last_use(key), None)


@clause("USED-14")
def test_cookie_of_a_keyed_answer_is_no_use(gallery, keys, clock, expect):
    key = keys.new()
    keyed = gallery.whoami(key)
    expect.control(keyed).is_the_owner_of(key)
    before = keys.last_use(key)
    clock.next_second()
    answer = gallery.whoami(session_after(gallery, keyed, label="OF_A_KEYED_ANSWER"))
    expect(answer).is_a_guest()
    expect(answer).shows("the last use", keys.last_use(key), before)


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
    key = keys.new()
    answer = gallery.whoami(key)
    expect(answer).is_the_owner_of(key)
    used = keys.last_use(key)
    clock.next_second()
    keys.rename(key, keys.new_name(keys.owner_of(key)))
    expect(answer).shows("the last use after a rename", keys.last_use(key), used)
    keys.revoke(key)
    expect(answer).shows("the last use after the revocation", keys.last_use(key), used)


@clause("USED-16")
def test_revoked_key_is_not_used(gallery, keys, clock, expect):
    key = keys.new()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    used = keys.last_use(key)
    keys.revoke(key)
    clock.next_second()
    answer = gallery.whoami(key)
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).shows("the last use", keys.last_use(key), used)


@clause("USED-17")
def test_expired_key_is_not_used(gallery, keys, clock, expect):
    key = keys.new()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    used = keys.last_use(key)
    keys.expire(key)
    clock.next_second()
    answer = gallery.whoami(key)
    expect(answer).is_refused_as_an_invalid_key()
    expect(answer).shows("the last use", keys.last_use(key), used)


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
