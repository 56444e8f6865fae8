"""The life of a key: made, listed, renamed and revoked by its owner and by nobody else, its secret told once."""

import datetime
import re
from itertools import combinations

import pytest

from piwigo_contract.check import FORMATS, clause, profile_page

DAYS = 30
BAD_ARGUMENT = (400, 1002, 1003)
NOT_YOURS = (403, 404)


def alike(one, other):
    """In how many places two texts have the same character."""
    return sum(a == b for a, b in zip(one.reveal(), other.reveal(), strict=False))


OF_ANY_LOOK = 8
"""Keys, as chance has them: those with some characters in them might not work."""
MORE_THAN_A_PAGE = 51
"""Keys of one user: lists that come in pages have 20, 25 or 50 to a page."""


def row_of(key, rows):
    """A key's row in the result of a list."""
    return {row["auth_key"]: row for row in rows or ()}.get(key.pkid.reveal(), {})


# --- creation


@clause("LIFE-01")
def test_new_key_is_accepted_at_once(gallery, keys, account, expect):
    for _ in range(OF_ANY_LOOK):
        answer = gallery.manage("create", account.session, key_name=keys.new_name(account), duration=DAYS)
        made = expect(answer).succeeds()
        expect(answer).that(
            isinstance(made, dict) and bool(made.get("auth_key")) and bool(made.get("apikey_secret")),
            "identifier and secret in the answer",
            "one of them is missing",
        )
        key = keys.as_key(made, account)
        keys.leave(key)
        expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("LIFE-02")
def test_form_of_a_key(gallery, keys, account, clock, expect):
    answer = gallery.manage("create", account.session, key_name=keys.new_name(account), duration=DAYS)
    key = keys.as_key(expect(answer).succeeds(), account)
    pkid, secret = key.pkid.reveal(), key.secret.reveal()
    # a day either way: PHP and the database may live in different time zones
    today = clock.now()
    days = {f"{today + datetime.timedelta(days=by):%Y%m%d}" for by in (-1, 0, 1)}
    form = re.fullmatch("pkid-([0-9]{8})-[A-Za-z0-9]{20}", pkid)
    expect(answer).that(form is not None, "an identifier such as pkid-20250609- and 20 letters or digits", "it is not")
    expect(answer).that(form[1] in days, f"its date to be that of {today}", f"it is {form[1]}")
    expect(answer).that(
        bool(re.fullmatch("[A-Za-z0-9]{40}", secret)), "a secret of 40 letters or digits", f"{len(secret)} characters"
    )


@clause("LIFE-03")
def test_two_keys_are_never_alike(gallery, keys, account, expect):
    name = keys.new_name(account)
    answers = [gallery.manage("create", account.session, key_name=name, duration=DAYS) for _ in range(3)]
    made = [keys.as_key(expect(answer).succeeds(), account) for answer in answers]
    for one, other in combinations(made, 2):
        expect(answers[-1]).that(one.pkid.reveal() != other.pkid.reveal(), "two identifiers", "they are the same")
        # by chance two secrets of 40 agree in 15 places once in 10 to the 16th pairs
        same = alike(one.secret, other.secret)
        expect(answers[-1]).that(same < 15, "two secrets that have nothing in common", f"they agree in {same} places")
    for key in made:
        keys.leave(key)
        same = alike(key.pkid[-20:], key.secret[:20])
        expect(answers[-1]).that(same < 10, "a secret that does not follow from the identifier", "it does")


# --- the secret, once


@clause("LIFE-04")
@pytest.mark.parametrize("format", ["json", "rest", "xmlrpc", "php"])
def test_list_shows_no_secret(gallery, account, key, expect, format):
    answer = gallery.manage("get", account.session, format=format)
    expect(answer).succeeds()
    expect(answer).that(key.pkid.reveal() in answer.text, "the key to be listed", "it is not")
    expect(answer).hides(*key.secret_parts)


@clause("LIFE-05")
def test_list_shows_the_same_for_every_secret(gallery, account, key, second_key, expect):
    answer = gallery.manage("get", account.session)
    rows = expect(answer).succeeds()
    first, second = row_of(key, rows), row_of(second_key, rows)
    expect(answer).that(bool(first) and bool(second), "both keys to be listed", "they are not")
    expect(answer).that(
        first.get("apikey_secret") == second.get("apikey_secret"),
        "the same in place of two secrets",
        "it depends on the key",
    )


@clause("LIFE-06")
def test_profile_page_has_no_secret(gallery, account, key, revoked_key, expect):
    page = profile_page(gallery, account)
    expect(page).that(page.status == 200 and page.shows(account.user.name), "the owner's profile page", "it is not")
    expect(page).hides(*key.secret_parts, *revoked_key.secret_parts)


@clause("LIFE-07")
def test_rename_and_revocation_show_no_secret(gallery, keys, account, expect):
    key = keys.live()
    for answer in (
        gallery.manage("edit", account.session, pkid=key.pkid, key_name=keys.new_name(account)),
        gallery.manage("revoke", account.session, pkid=key.pkid),
        gallery.manage("get", account.session),
    ):
        expect(answer).succeeds()
        expect(answer).hides(*key.secret_parts)


@clause("LIFE-08")
@pytest.mark.parametrize(
    "method",
    ["pwg.session.getStatus", "no.such.method", "pwg.users.getList", "pwg.users.api_key.get", "pwg.images.rate"],
    ids=["a result", "an unknown method", "an admin's method", "managing keys", "missing parameters"],
)
def test_answers_to_a_key_do_not_show_it(gallery, key, expect, method):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for format in ("json", "rest"):
        answer = gallery.call(method, key, format=format)
        expect(answer).that(answer.envelope is not None, "an answer of the API", f"HTTP {answer.status} without one")
        expect(answer).hides(*key.secret_parts)


@clause("LIFE-08")
def test_refusal_of_a_key_does_not_show_it(gallery, key, revoked_key, expect):
    """That it is refused at all is REJ-09's promise."""
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.whoami(revoked_key)
    expect(answer).that(answer.envelope is not None, "an answer of the API", f"HTTP {answer.status} without one")
    expect(answer).hides(*revoked_key.secret_parts)


@clause("LIFE-09")
def test_list_of_users_shows_no_secret(gallery, webmaster, account, key, expect):
    answer = gallery.call("pwg.users.getList", webmaster.session, username=account.user.name, display="all")
    expect(answer).succeeds()
    expect(answer).that(account.user.name in answer.text, "the key's owner in the answer", "it is not")
    expect(answer).hides(*key.secret_parts)


@clause("LIFE-09")
def test_list_of_activities_shows_no_secret(gallery, webmaster, key, expect):
    expect.control(gallery.whoami(webmaster.session)).is_in_session(webmaster.session)
    answer = gallery.call("pwg.activity.getList", webmaster.session, page=0, offset=0)
    expect(answer).succeeds()
    expect(answer).hides(*key.secret_parts)


def shows_the_same_for(live, ended, answer, expect, promised_by):
    """What a list shows in place of the secrets of two keys, one in force and one that has ended, which is listed."""
    rows = expect(answer).succeeds()
    first, second = row_of(live, rows), row_of(ended, rows)
    listed = expect.control(answer, promised_by=promised_by)
    listed.that(bool(first) and bool(second), "both keys to be listed", "they are not")
    expect(answer).equals("in place of its secret", second.get("apikey_secret"), first.get("apikey_secret"))


@clause("LIFE-61")
@pytest.mark.parametrize("format", FORMATS)
def test_list_shows_the_same_for_a_revoked_key(gallery, account, key, revoked_key, expect, format):
    shows_the_same_for(key, revoked_key, gallery.manage("get", account.session, format=format), expect, "LIFE-15")


@clause("LIFE-62")
@pytest.mark.parametrize("format", FORMATS)
def test_list_shows_the_same_for_an_expired_key(gallery, keys, account, expect, format):
    live, expired = keys.new(), keys.new()
    keys.expire(expired)
    shows_the_same_for(live, expired, gallery.manage("get", account.session, format=format), expect, "LIFE-50")


@clause("LIFE-63")
@pytest.mark.parametrize("format", FORMATS)
def test_no_hash_where_keys_are_managed(gallery, keys, account, expect, format):
    key, name = keys.live(), keys.new_name(account)
    for answer in (
        gallery.manage("create", account.session, format=format, key_name=name, duration=DAYS),
        gallery.manage("edit", account.session, format=format, pkid=key.pkid, key_name=keys.new_name(account)),
        gallery.manage("get", account.session, format=format),
        gallery.manage("revoke", account.session, format=format, pkid=key.pkid),
        gallery.manage("get", account.session, format=format),
    ):
        expect(answer).succeeds()
        expect(answer).shows_no_hash()


@clause("LIFE-63")
@pytest.mark.usefixtures("key", "revoked_key")
def test_no_hash_on_the_profile_page(gallery, account, expect):
    page = profile_page(gallery, account)
    expect(page).that(page.status == 200 and page.shows(account.user.name), "the owner's profile page", "it is not")
    expect(page).shows_no_hash()


@clause("LIFE-64")
def test_activities_show_nothing_of_the_key_that_did_them(gallery, groups, webmaster, key_of, expect):
    key, new = key_of("admin"), groups.enter()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    done = gallery.call("pwg.groups.add", key, name=new.name)
    new.made(int(expect.control(done).succeeds()["groups"][0]["id"]))
    answer = gallery.call("pwg.activity.getList", webmaster.session, page=0, offset=0)
    listed = [
        row for row in expect(answer).succeeds()["result_lines"] if str(new.numbers[0]) in map(str, row["object_id"])
    ]
    expect(answer).that(bool(listed), "what the key did to be listed", "it is not")
    expect(answer).hides(*key.secret_parts)
    expect(answer).shows_no_hash()


@clause("LIFE-65")
@pytest.mark.parametrize("format", FORMATS)
def test_list_shows_no_key_of_a_link(gallery, another_user, key_of_another_user, link_key, expect, format):
    answer = gallery.manage("get", another_user.session, format=format)
    expect(answer).that(
        bool(row_of(key_of_another_user, expect(answer).succeeds())), "the key to be listed", "it is not"
    )
    expect(answer).hides(link_key)


# --- the list


@clause("LIFE-10")
def test_new_key_is_listed(gallery, keys, account, expect):
    name = keys.new_name(account)
    key = keys.as_key(
        expect(gallery.manage("create", account.session, key_name=name, duration=DAYS)).succeeds(), account
    )
    answer = gallery.manage("get", account.session)
    row = row_of(key, expect(answer).succeeds())
    expect(answer).equals("the key's name in the list", row.get("apikey_name"), name)
    expect(answer).equals("its duration", str(row.get("duration")), str(DAYS))


@clause("LIFE-50")
def test_every_key_is_listed(gallery, keys, users, expect):
    owner = users.new()
    keys = [keys.new(owner) for _ in range(MORE_THAN_A_PAGE)]
    expect.control(gallery.whoami(keys[0])).is_the_owner_of(keys[0])
    expect.control(gallery.whoami(keys[-1])).is_the_owner_of(keys[-1])
    answer = gallery.manage("get", owner.session)
    rows = expect(answer).succeeds()
    listed = sum(bool(row_of(key, rows)) for key in keys)
    expect(answer).equals("keys that are listed", listed, len(keys))


@clause("LIFE-11")
def test_new_key_is_listed_with_its_dates(gallery, keys, account, clock, expect):
    before = clock.now()
    made = expect(gallery.manage("create", account.session, key_name=keys.new_name(account), duration=DAYS)).succeeds()
    after = clock.now()
    answer = gallery.manage("get", account.session)
    row = row_of(keys.as_key(made, account), expect(answer).succeeds())
    expect(answer).that(bool(row.get("created_on")), "a time of its creation", "there is none")
    created = expect(answer).tells_time("created_on", row["created_on"])
    expect(answer).is_of_this_call("a creation", before, created, after)
    expect(answer).equals("the end of the key", row.get("expired_on"), made.get("expired_on"))


@clause("LIFE-12")
def test_new_key_is_listed_as_new(gallery, keys, account, expect):
    key = keys.new()
    answer = gallery.manage("get", account.session)
    row = row_of(key, expect(answer).succeeds())
    expect(answer).that(bool(row), "the key to be listed", "it is not")
    for field in ("is_expired", "revoked_on", "last_used_on"):
        expect(answer).that(not row.get(field), f"no {field} of a new key", f"it is {row.get(field)!r}")


# --- rename and revocation


@clause("LIFE-13")
def test_rename_changes_the_name_alone(gallery, keys, account, clock, expect):
    unused, used, revoked = keys.new(), keys.live(), keys.live()
    expect.control(gallery.whoami(used)).is_the_owner_of(used)
    keys.revoke(revoked)
    clock.next_second()  # a time that the rename moves would else be the same
    for key in (unused, used, revoked):
        listed = keys.rows(account)
        if key is revoked and key.pkid.reveal() not in listed:
            continue  # then nobody can see what a rename changes; that it is gone is LIFE-15's affair
        before, name = listed.get(key.pkid.reveal()) or keys.row(key), keys.new_name(account)
        renamed = gallery.manage("edit", account.session, pkid=key.pkid, key_name=name)
        expect(renamed).succeeds()
        after = keys.rows(account).get(key.pkid.reveal(), {})
        expect(renamed).leaves("the key but for its name", before | {"apikey_name": name}, after)


@clause("LIFE-14")
def test_renamed_key_goes_on_working(gallery, keys, account, expect):
    key = keys.live()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    keys.rename(key, keys.new_name(account))
    expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("LIFE-15")
def test_revoked_key_is_shown_as_revoked(gallery, keys, account, clock, expect):
    key = keys.live()
    pkid = key.pkid.reveal()
    row = keys.rows(account).get(pkid) or keys.row(key)
    before = clock.next_second()
    answer = gallery.manage("revoke", account.session, pkid=key.pkid)
    expect(answer).succeeds()
    after = clock.now()
    listed = keys.rows(account)
    expect(answer).that(pkid in listed, "the key to stay in the list", "it is gone")
    expect(answer).that(bool(listed[pkid].get("revoked_on")), "a date of its revocation", "there is none")
    revoked = expect(answer).tells_time("revoked_on", listed[pkid]["revoked_on"])
    expect(answer).is_of_this_call("a revocation", before, revoked, after)
    told = {"revoked_on": listed[pkid]["revoked_on"]}
    expect(answer).leaves("the key but for its revocation", row | told, listed[pkid])


@clause("LIFE-16")
@pytest.mark.parametrize("action", ["edit", "revoke"])
def test_other_keys_stay_as_they_were(gallery, keys, account, expect, action):
    key, other = keys.live(), keys.live()
    before = keys.rows(account)
    given = {"key_name": keys.new_name(account)} if action == "edit" else {}
    answer = gallery.manage(action, account.session, pkid=key.pkid, **given)
    expect(answer).succeeds()
    after = keys.rows(account)
    expect(answer).that(other.pkid.reveal() in after, "the other key to be listed", "it is not")
    before.pop(key.pkid.reveal()), after.pop(key.pkid.reveal(), None)
    expect(answer).leaves("the other keys", before, after)


# --- for its owner alone


@pytest.fixture(params=["another user", "a webmaster"])
def stranger(request):
    """Somebody who may manage keys, but not these."""
    return request.getfixturevalue("another_user" if request.param == "another user" else "throw_away_webmaster")


@clause("LIFE-17")
@pytest.mark.parametrize("asking", ["plainly", "for that user"])
def test_keys_of_others_are_not_listed(gallery, keys, account, key, stranger, expect, asking):
    own = keys.new(stranger)
    whose = {"user_id": account.id or 0, "username": account.user.name} if asking == "for that user" else {}
    answer = gallery.manage("get", stranger.session, **whose)
    rows = expect(answer).succeeds()
    expect(answer).that(bool(row_of(own, rows)), "the caller's own key to be listed", "it is not")
    expect(answer).hides(key.pkid)


def asked(users, owner):
    """No further parameters; and then those by which other methods name a user."""
    return {}, {"user_id": users.id_of(owner), "username": owner.user.name}


@clause("LIFE-18")
def test_key_of_another_user_is_not_renamed(gallery, keys, users, account, stranger, expect):
    key, own, name = keys.new(), keys.new(stranger), keys.new_name(account)
    expect.control(gallery.manage("edit", stranger.session, pkid=own.pkid, key_name=name)).succeeds()
    before = keys.rows(account)
    for whose in asked(users, account):
        refused = gallery.manage("edit", stranger.session, pkid=key.pkid, key_name=name, **whose)
        expect(refused).is_refused_with(*NOT_YOURS, *(BAD_ARGUMENT if whose else ()))
        expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-19")
def test_key_of_another_user_is_not_revoked(gallery, keys, users, account, stranger, expect):
    key, own = keys.new(), keys.new(stranger)
    expect.control(gallery.manage("revoke", stranger.session, pkid=own.pkid)).succeeds()
    before = keys.rows(account)
    for whose in asked(users, account):
        refused = gallery.manage("revoke", stranger.session, pkid=key.pkid, **whose)
        expect(refused).is_refused_with(*NOT_YOURS, *(BAD_ARGUMENT if whose else ()))
        expect(refused).leaves("the owner's keys", before, keys.rows(account))
    expect(gallery.whoami(key)).is_the_owner_of(key)
