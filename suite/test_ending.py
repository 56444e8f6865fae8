"""Expired and revoked keys: refused from the second it takes effect, for everything and for good, and they alone."""

import datetime

import pytest

from piwigo_contract.check import FORMATS, SESSION_LOGIN, clause, each_end

READS = ["pwg.session.getStatus", "pwg.categories.getList", "reflection.getMethodList"]
NO_WRITE = {"pwg.users.preferences.set": {"param": "no name", "value": "1"}, "pwg.users.favorites.add": {"image_id": 0}}
"""Writes that find fault with their parameters before they change anything, whoever asks."""

HALF_HOUR, HOUR = 30 * 60, 60 * 60
CLOCKS = 5
"""Seconds by which two readings of the target's time may differ: those of its web server and of its database."""


def row_of(key, answer):
    """A key's row in the answer of `pwg.users.api_key.get`."""
    rows = answer.envelope.result if answer.envelope and answer.envelope.ok else None
    listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return next((row for row in listed if row.get("auth_key") == key.pkid.reveal()), {})


# --- from the second it takes effect


@each_end("end", revoked=clause("END-01"), expired=clause("END-02"))
@pytest.mark.parametrize("verb", ["POST", "GET"])
@pytest.mark.parametrize("read", READS)
def test_request_after_the_end(gallery, keys, end, expect, read, verb):
    key = keys.live()
    for _ in range(2):
        expect.control(gallery.call(read, key, verb=verb)).succeeds()
    end(key)
    for _ in range(2):
        expect(gallery.call(read, key, verb=verb)).is_refused_as_an_invalid_key()


@clause("END-03")
def test_key_of_one_day_on_its_first_day(gallery, keys, users, clock, expect):
    # a user without a mail address: the use of a key that ends within the week is announced to its owner
    key = keys.new(users.new(), days=1)
    # less than the whole day is left of it
    clock.next_second()
    expect(gallery.whoami(key)).is_the_owner_of(key)


# --- for everything


@each_end("ended_key", revoked=clause("END-04"), expired=clause("END-05"))
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_ended_key_reads_nothing(gallery, key, ended_key, expect, verb, format):
    expect.control(gallery.whoami(key, verb=verb, format=format)).is_the_owner_of(key)
    expect(gallery.whoami(ended_key, verb=verb, format=format)).is_refused_as_an_invalid_key()


@clause("END-30")
@pytest.mark.parametrize("written", ["ws.php/", "ws.php/api", "/ws.php", "%77s.php", "ws.php%2F"])
def test_revoked_key_under_another_spelling_of_the_address(gallery, key, revoked_key, expect, written):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.call("pwg.session.getStatus", revoked_key, address=written)
    let_in = answer.caller is not None and not gallery.takes_for_nobody(answer.caller)
    expect(answer).that(not let_in, "nobody to be let in", f"the caller was let in as {answer.caller}")


@each_end("ended_key", revoked=clause("END-06"), expired=clause("END-07"))
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("verb", ["POST", "GET"])
@pytest.mark.parametrize("method", NO_WRITE)
def test_ended_key_is_not_heard_for_a_write(gallery, key, ended_key, expect, method, verb, format):
    asked = {"verb": verb, "format": format, "params": NO_WRITE[method]}
    expect.control(gallery.call(method, key, **asked)).is_authorized()
    expect(gallery.call(method, ended_key, **asked)).is_refused_as_an_invalid_key()


@each_end("end", revoked=clause("END-08"), expired=clause("END-09"))
def test_write_with_an_ended_key_changes_nothing(gallery, keys, end, throw_away_user, writes, expect):
    key, write = keys.new(throw_away_user), writes.preference_of(throw_away_user)
    done = gallery.send(write.by(key))
    expect.control(done).succeeds()
    expect.control(done).took_effect(write)
    end(key)
    write = writes.preference_of(throw_away_user)
    refused = gallery.send(write.by(key))
    expect(refused).is_refused_as_an_invalid_key()
    expect(refused).changed_nothing(write)


@each_end("end", revoked=clause("END-08"), expired=clause("END-09"))
def test_write_by_get_with_an_ended_key_changes_nothing(gallery, keys, end, throw_away_user, writes, expect):
    key, write = keys.new(throw_away_user), writes.preference_of(throw_away_user)
    expect.control(gallery.whoami(key, verb="GET")).is_the_owner_of(key)
    end(key)
    refused = gallery.send(write.by(key, verb="GET"))
    expect(refused).is_refused_as_an_invalid_key()
    expect(refused).changed_nothing(write)
    # the control is the owner's own: releases lose what a good key asks by GET (upstream issue 2573)
    expect.control(gallery.send(write.by(throw_away_user.session, verb="GET"))).succeeds()


@each_end("ended_key", revoked=clause("END-10"), expired=clause("END-11"))
def test_login_with_an_ended_key(gallery, key, ended_key, sessions, expect):
    good, bad = sessions.by_key(SESSION_LOGIN, key), sessions.by_key(SESSION_LOGIN, ended_key)
    expect.control(good.answer, promised_by="DER-01").succeeds()
    expect(bad.answer).is_a_refused_login()
    expect.control(gallery.whoami(good.session), promised_by="DER-01").is_in_session(good.session)
    expect(gallery.whoami(bad.session)).is_a_guest()


# --- for good


@each_end("end", revoked=clause("END-12"), expired=clause("END-16"))
def test_ended_key_renamed(gallery, keys, end, account, expect):
    key = keys.live()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    end(key)
    keys.rename(key, keys.new_name(account))
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()


@each_end("end", revoked=clause("END-13"), expired=clause("END-17"))
def test_ended_key_revoked(gallery, keys, end, expect):
    key = keys.live()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    end(key)
    again = gallery.manage("revoke", keys.owner_of(key).session, pkid=key.pkid)
    expect(again).that(again.envelope is not None, "an answer of the API", f"HTTP {again.status} without an envelope")
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()


@each_end("end", revoked=clause("END-14"), expired=clause("END-18"))
def test_ended_key_and_a_new_one(gallery, keys, end, expect):
    key = keys.live()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    end(key)
    new = keys.new()
    expect.control(gallery.whoami(new)).is_the_owner_of(new)
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()


@each_end("end", revoked=clause("END-15"), expired=clause("END-19"))
def test_ended_key_tried_again_and_again(gallery, keys, end, sessions, expect):
    key = keys.live()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    end(key)
    for _ in range(2):
        expect(gallery.whoami(key)).is_refused_as_an_invalid_key()
        expect(gallery.whoami(sessions.by_key(SESSION_LOGIN, key).session)).is_a_guest()
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()


# --- and no other


def dates_stay(expect, key, before, after, *dates):
    """These dates of a key are the same in two lists."""
    then, now = (expect.control(answer).lists(key) for answer in (before, after))
    for date in dates:
        expect(after).equals(f"{date} of the key", now.get(date), then.get(date, "listed"))


@each_end("end", revoked=clause("END-20"), expired=clause("END-21"))
def test_other_keys_of_whose_key_ends(gallery, keys, end, account, expect):
    older, key, newer = keys.live(), keys.new(), keys.new()
    before = gallery.manage("get", account.session)
    end(key)
    expect.control(gallery.whoami(older)).is_the_owner_of(older)
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()
    after = gallery.manage("get", account.session)
    for other in (older, newer):
        expect(gallery.whoami(other)).is_the_owner_of(other)
        dates_stay(expect, other, before, after, "revoked_on", "expired_on")


@clause("END-31")
def test_other_keys_of_who_makes_one(gallery, keys, account, expect):
    name = keys.new_name(account)
    made = [gallery.manage("create", account.session, key_name=name, duration=30) for _ in range(2)]
    before = gallery.manage("get", account.session)
    first = keys.as_key(expect.control(made[0]).succeeds(), account)
    second = keys.as_key(expect.control(made[1]).succeeds(), account)
    other = keys.new()
    after = gallery.manage("get", account.session)
    expect.control(gallery.whoami(other)).is_the_owner_of(other)
    for key in (first, second):
        expect(gallery.whoami(key)).is_the_owner_of(key)
        dates_stay(expect, key, before, after, "revoked_on", "expired_on")


@clause("END-22")
def test_own_session_of_who_revokes_a_key(gallery, keys, users, expect):
    owner = users.new_owner()
    key = keys.live(owner)
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    keys.revoke(key)
    expect(gallery.whoami(key)).is_refused_as_an_invalid_key()
    expect(gallery.whoami(owner.session)).is_in_session(owner.session)


# --- the dates


@clause("END-23")
@pytest.mark.parametrize("days", [1, 30, 90, 365, 10_000])
def test_expiry_is_creation_and_duration(gallery, keys, account, clock, expect, days):
    before = clock.now()
    key = keys.new(days=days)
    after = clock.now()
    answer = gallery.manage("get", account.session)
    row = expect.control(answer).lists(key)
    created, expires = (expect(answer).tells_time(name, row.get(name)) for name in ("created_on", "expired_on"))
    expect(answer).equals("the duration", str(row.get("duration")), str(days))
    # Where the target's zone has summer time, and the target counts in seconds since 1970, the same length of time
    # ends up to an hour (half an hour on Lord Howe) earlier or later by its clock: no other difference is right.
    off = (expires - created - datetime.timedelta(days=days)).total_seconds()
    summer_time = min((HOUR, HALF_HOUR, 0, -HALF_HOUR, -HOUR), key=lambda change: abs(off - change))
    expect(answer).that(
        abs(off - summer_time) <= CLOCKS,
        f"expired_on to be created_on ({created}) and {days} days",
        f"it is {expires}, {off:+.0f} seconds from that",
    )
    slack = datetime.timedelta(seconds=CLOCKS)
    expect(answer).is_of_this_call("created_on, by the target's clock,", before - slack, created, after + slack)


@clause("END-24")
def test_use_moves_no_expiry(gallery, keys, sessions, account, clock, expect):
    key = keys.new()
    before = gallery.manage("get", account.session)
    clock.next_second()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(key, verb="GET")).is_the_owner_of(key)
    sessions.by_key(SESSION_LOGIN, key)
    after = gallery.manage("get", account.session)
    dates_stay(expect, key, before, after, "expired_on", "created_on", "duration")


@clause("END-25")
def test_rename_moves_no_expiry(gallery, keys, account, clock, expect):
    key = keys.new()
    before = gallery.manage("get", account.session)
    clock.next_second()
    keys.rename(key, keys.new_name(account))
    after = gallery.manage("get", account.session)
    dates_stay(expect, key, before, after, "expired_on", "created_on", "duration")


@clause("END-26")
def test_list_says_which_key_has_expired(gallery, keys, account, expect):
    key = keys.new()
    keys.expire(key)
    answer = gallery.manage("get", account.session)
    expect(answer).equals("is_expired of an expired key", row_of(key, answer).get("is_expired"), True)


@clause("END-27")
def test_list_does_not_call_a_live_key_expired(gallery, account, key, revoked_key, expect):
    answer = gallery.manage("get", account.session)
    for what, row in (("a live", expect.control(answer).lists(key)), ("a revoked", row_of(revoked_key, answer))):
        told = row.get("is_expired")
        expect(answer).that(not told, f"{what} key not to be listed as expired", f"is_expired is {told!r}")


@clause("END-28")
def test_date_of_revocation(gallery, keys, account, clock, expect):
    key, other = keys.live(), keys.live()
    created = clock.now()
    # so that the date of creation will not do
    while (before := clock.next_second()) <= created + datetime.timedelta(seconds=2):
        pass
    keys.revoke(key)
    after = clock.now()
    answer = gallery.manage("get", account.session)
    told = row_of(key, answer).get("revoked_on")
    expect(answer).that(bool(told), "a date of the revocation", "there is none")
    revoked = expect(answer).tells_time("revoked_on", told)
    expect(answer).is_of_this_call("revoked_on, by the target's clock,", before, revoked, after)
    live = expect.control(answer).lists(other)
    expect(answer).equals("revoked_on of a live key", live.get("revoked_on", "listed"), None)


@clause("END-29")
def test_second_revocation_keeps_the_date(gallery, keys, account, clock, expect):
    key = keys.live()
    keys.revoke(key)
    before = gallery.manage("get", account.session)
    clock.next_second()
    gallery.manage("revoke", account.session, pkid=key.pkid)
    after = gallery.manage("get", account.session)
    first, second = (expect.control(answer).lists(key)["revoked_on"] for answer in (before, after))
    expect(after).equals("the date of the first revocation", second, first)
