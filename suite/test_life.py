"""The life of a key: made, listed, renamed and revoked by its owner, in the web session and nowhere else."""

import datetime
import re
from itertools import combinations

import pytest

from piwigo_contract.check import alive, between, clause, offers_keys, parse_time, profile_page

DAYS = 30
LONGEST = 100
BAD_ARGUMENT = (400, 1002, 1003)
NOT_YOURS = (403, 404)


def alike(one, other):
    """In how many places two texts have the same character."""
    return sum(a == b for a, b in zip(one.reveal(), other.reveal(), strict=False))


def row_of(key, rows):
    """A key's row in the result of a list."""
    return {row["auth_key"]: row for row in rows or ()}.get(key.pkid.reveal(), {})


# --- creation


@clause("LIFE-01")
def test_new_key_is_accepted_at_once(gallery, workshop, account, expect):
    answer = gallery.manage("create", account.session, key_name=workshop.new_name(account), duration=DAYS)
    made = expect(answer).succeeds()
    expect(answer).that(
        isinstance(made, dict) and bool(made.get("auth_key")) and bool(made.get("apikey_secret")),
        "identifier and secret in the answer",
        "one of them is missing",
    )
    key = workshop.as_key(made, account)
    expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("LIFE-02")
def test_form_of_a_key(gallery, workshop, account, clock, expect):
    answer = gallery.manage("create", account.session, key_name=workshop.new_name(account), duration=DAYS)
    key = workshop.as_key(expect(answer).succeeds(), account)
    pkid, secret = key.pkid.reveal(), key.secret_half.reveal()
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
def test_two_keys_are_never_alike(gallery, workshop, account, expect):
    name = workshop.new_name(account)
    answers = [gallery.manage("create", account.session, key_name=name, duration=DAYS) for _ in range(3)]
    keys = [workshop.as_key(expect(answer).succeeds(), account) for answer in answers]
    for one, other in combinations(keys, 2):
        expect(answers[-1]).that(one.pkid.reveal() != other.pkid.reveal(), "two identifiers", "they are the same")
        # by chance two secrets of 40 agree in 15 places once in 10 to the 16th pairs
        same = alike(one.secret_half, other.secret_half)
        expect(answers[-1]).that(same < 15, "two secrets that have nothing in common", f"they agree in {same} places")
    for key in keys:
        same = alike(key.pkid[-20:], key.secret_half[:20])
        expect(answers[-1]).that(same < 10, "a secret that does not follow from the identifier", "it does")


# --- the secret, once


@clause("LIFE-04")
@pytest.mark.parametrize("format", ["json", "rest", "xmlrpc", "php"])
def test_list_shows_no_secret(gallery, account, key, expect, format):
    answer = gallery.manage("get", account.session, format=format)
    expect(answer).succeeds()
    expect(answer).that(key.pkid.reveal() in answer.text, "the key to be listed", "it is not")
    expect(answer).hides(*key.traces)


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
def test_profile_page_has_no_secret(gallery, account, key, expect):
    page = profile_page(gallery, account)
    expect(page).that(page.status == 200 and page.shows(account.user.name), "the owner's profile page", "it is not")
    expect(page).hides(*key.traces)


@clause("LIFE-07")
def test_rename_and_revocation_show_no_secret(gallery, workshop, account, expect):
    key = workshop.new_key()
    for answer in (
        gallery.manage("edit", account.session, pkid=key.pkid, key_name=workshop.new_name(account)),
        gallery.manage("revoke", account.session, pkid=key.pkid),
        gallery.manage("get", account.session),
    ):
        expect(answer).succeeds()
        expect(answer).hides(*key.traces)


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
        expect(answer).hides(*key.traces)


@clause("LIFE-08")
def test_refusal_of_a_key_does_not_show_it(gallery, key, revoked_key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    answer = gallery.whoami(revoked_key)
    expect(answer).is_refused_with(401)
    expect(answer).hides(*revoked_key.traces)


@clause("LIFE-09")
def test_list_of_users_shows_no_secret(gallery, webmaster, account, key, expect):
    answer = gallery.call("pwg.users.getList", webmaster.session, username=account.user.name, display="all")
    expect(answer).succeeds()
    expect(answer).that(account.user.name in answer.text, "the key's owner in the answer", "it is not")
    expect(answer).hides(*key.traces)


@clause("LIFE-09")
def test_list_of_activities_shows_no_secret(gallery, webmaster, account, key, expect):
    expect.control(gallery.whoami(webmaster.session)).is_in_session(webmaster.session)
    answer = gallery.call("pwg.activity.getList", webmaster.session, page=0, offset=0)
    expect(answer).succeeds()
    expect(answer).hides(*key.traces)


# --- the list


@clause("LIFE-10")
def test_new_key_is_listed(gallery, workshop, account, expect):
    name = workshop.new_name(account)
    key = workshop.as_key(
        expect(gallery.manage("create", account.session, key_name=name, duration=DAYS)).succeeds(), account
    )
    answer = gallery.manage("get", account.session)
    row = row_of(key, expect(answer).succeeds())
    expect(answer).shows("the key's name in the list", row.get("apikey_name"), name)
    expect(answer).shows("its duration", str(row.get("duration")), str(DAYS))


@clause("LIFE-11")
def test_new_key_is_listed_with_its_dates(gallery, workshop, account, clock, expect):
    before = clock.now()
    made = expect(
        gallery.manage("create", account.session, key_name=workshop.new_name(account), duration=DAYS)
    ).succeeds()
    after = clock.now()
    answer = gallery.manage("get", account.session)
    row = row_of(workshop.as_key(made, account), expect(answer).succeeds())
    expect(answer).that(bool(row.get("created_on")), "a time of its creation", "there is none")
    created = parse_time(row["created_on"])
    expect(answer).that(
        between(before, created, after), f"a creation between {before} and {after}", f"it is listed as of {created}"
    )
    expect(answer).shows("the end of the key", row.get("expired_on"), made.get("expired_on"))


@clause("LIFE-12")
def test_new_key_is_listed_as_new(gallery, workshop, account, expect):
    key = workshop.new_key()
    answer = gallery.manage("get", account.session)
    row = row_of(key, expect(answer).succeeds())
    expect(answer).that(bool(row), "the key to be listed", "it is not")
    for field in ("is_expired", "revoked_on", "last_used_on"):
        expect(answer).that(not row.get(field), f"no {field} of a new key", f"it is {row.get(field)!r}")


# --- rename and revocation


@clause("LIFE-13")
def test_rename_changes_the_name_alone(gallery, workshop, account, clock, expect):
    unused, used, revoked = (workshop.new_key() for _ in range(3))
    expect.control(gallery.whoami(used)).is_the_owner_of(used)
    workshop.revoke(revoked)
    clock.next_second()  # a time that the rename moves would else be the same
    for key in (unused, used, revoked):
        before, name = workshop.rows(account)[key.pkid.reveal()], workshop.new_name(account)
        renamed = gallery.manage("edit", account.session, pkid=key.pkid, key_name=name)
        expect(renamed).succeeds()
        after = workshop.rows(account).get(key.pkid.reveal(), {})
        expect(renamed).leaves("the key but for its name", before | {"apikey_name": name}, after)


@clause("LIFE-14")
def test_renamed_key_goes_on_working(gallery, workshop, account, expect):
    key = workshop.new_key()
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    workshop.rename(key, workshop.new_name(account))
    expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("LIFE-15")
def test_revoked_key_is_shown_as_revoked(gallery, workshop, account, clock, expect):
    key = workshop.new_key()
    pkid, row = key.pkid.reveal(), workshop.rows(account)[key.pkid.reveal()]
    before = clock.next_second()
    answer = gallery.manage("revoke", account.session, pkid=key.pkid)
    expect(answer).succeeds()
    after = clock.now()
    listed = workshop.rows(account)
    expect(answer).that(pkid in listed, "the key to stay in the list", "it is gone")
    expect(answer).that(bool(listed[pkid].get("revoked_on")), "a date of its revocation", "there is none")
    revoked = parse_time(listed[pkid]["revoked_on"])
    expect(answer).that(
        between(before, revoked, after), f"a revocation between {before} and {after}", f"it is shown as of {revoked}"
    )
    told = {"revoked_on": listed[pkid]["revoked_on"]}
    expect(answer).leaves("the key but for its revocation", row | told, listed[pkid])


@clause("LIFE-16")
@pytest.mark.parametrize("action", ["edit", "revoke"])
def test_other_keys_stay_as_they_were(gallery, workshop, account, expect, action):
    key, other = workshop.new_key(), workshop.new_key()
    before = workshop.rows(account)
    given = {"key_name": workshop.new_name(account)} if action == "edit" else {}
    answer = gallery.manage(action, account.session, pkid=key.pkid, **given)
    expect(answer).succeeds()
    after = workshop.rows(account)
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
def test_keys_of_others_are_not_listed(gallery, workshop, account, key, stranger, expect, asking):
    own = workshop.new_key(stranger)
    whose = {"user_id": account.id or 0, "username": account.user.name} if asking == "for that user" else {}
    answer = gallery.manage("get", stranger.session, **whose)
    rows = expect(answer).succeeds()
    expect(answer).that(bool(row_of(own, rows)), "the caller's own key to be listed", "it is not")
    expect(answer).hides(key.pkid)


def asked(workshop, owner):
    """Nothing more, and then whose key it is, as parameters of other methods name a user."""
    return {}, {"user_id": workshop.id_of(owner), "username": owner.user.name}


@clause("LIFE-18")
def test_key_of_another_user_is_not_renamed(gallery, workshop, account, stranger, expect):
    key, own, name = workshop.new_key(), workshop.new_key(stranger), workshop.new_name(account)
    expect.control(gallery.manage("edit", stranger.session, pkid=own.pkid, key_name=name)).succeeds()
    before = workshop.rows(account)
    for whose in asked(workshop, account):
        refused = gallery.manage("edit", stranger.session, pkid=key.pkid, key_name=name, **whose)
        expect(refused).is_refused_with(*NOT_YOURS, *(BAD_ARGUMENT if whose else ()))
        expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-19")
def test_key_of_another_user_is_not_revoked(gallery, workshop, account, stranger, expect):
    key, own = workshop.new_key(), workshop.new_key(stranger)
    expect.control(gallery.manage("revoke", stranger.session, pkid=own.pkid)).succeeds()
    before = workshop.rows(account)
    for whose in asked(workshop, account):
        refused = gallery.manage("revoke", stranger.session, pkid=key.pkid, **whose)
        expect(refused).is_refused_with(*NOT_YOURS, *(BAD_ARGUMENT if whose else ()))
        expect(refused).leaves("the owner's keys", before, workshop.rows(account))
    expect(gallery.whoami(key)).is_the_owner_of(key)


# --- durations


@clause("LIFE-20")
@pytest.mark.parametrize("given", [{}, {"duration": ""}, {"duration": 0}], ids=["missing", "empty", "0"])
def test_no_duration(gallery, workshop, account, expect, given):
    name = workshop.new_name(account)
    expect.control(gallery.manage("create", account.session, key_name=name, duration=DAYS)).succeeds()
    before = workshop.rows(account)
    refused = gallery.manage("create", account.session, key_name=name, **given)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-21")
@pytest.mark.parametrize("duration", ["-1", "-30", "month", "30 days", "1.5", "1e3", "0x1E", "NaN"])
def test_duration_that_is_no_number_of_days(gallery, workshop, account, expect, duration):
    name = workshop.new_name(account)
    expect.control(gallery.manage("create", account.session, key_name=name, duration=DAYS)).succeeds()
    before = workshop.rows(account)
    refused = gallery.manage("create", account.session, key_name=name, duration=duration)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-22")
@pytest.mark.parametrize("duration", ["1000000", "4294967326", "18446744073709551646"])
def test_duration_that_is_too_long(gallery, workshop, account, expect, duration):
    name = workshop.new_name(account)
    expect.control(gallery.manage("create", account.session, key_name=name, duration=DAYS)).succeeds()
    before = workshop.rows(account)
    refused = gallery.manage("create", account.session, key_name=name, duration=duration)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-23")
@pytest.mark.parametrize("duration", [1, 999_999])
def test_shortest_and_longest_duration(gallery, workshop, account, expect, duration):
    answer = gallery.manage("create", account.session, key_name=workshop.new_name(account), duration=duration)
    key = workshop.as_key(expect(answer).succeeds(), account)
    listed = workshop.listed(key)
    expect(answer).shows("the duration in the list", str(listed["duration"]), str(duration))
    expect(answer).shows("is_expired of the new key", listed["is_expired"], False)


# --- names


@clause("LIFE-24")
@pytest.mark.parametrize("name", ["missing", "empty"])
def test_new_key_without_a_name(gallery, workshop, account, expect, name):
    given = {} if name == "missing" else {"key_name": workshop.no_name(account)}
    expect.control(
        gallery.manage("create", account.session, key_name=workshop.new_name(account), duration=DAYS)
    ).succeeds()
    before = workshop.rows(account)
    refused = gallery.manage("create", account.session, **given, duration=DAYS)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-25")
@pytest.mark.parametrize("given", [{}, {"key_name": ""}], ids=["missing", "empty"])
def test_rename_to_no_name(gallery, workshop, account, expect, given):
    key = workshop.new_key()
    expect.control(
        gallery.manage("edit", account.session, pkid=key.pkid, key_name=workshop.new_name(account))
    ).succeeds()
    before = workshop.rows(account)
    refused = gallery.manage("edit", account.session, pkid=key.pkid, **given)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


BLANKS = {"blanks": "   ", "no-break spaces": "\N{NO-BREAK SPACE}" * 2, "tab": "\t"}


@clause("LIFE-48")
@pytest.mark.parametrize("blanks", BLANKS.values(), ids=BLANKS)
@pytest.mark.parametrize("action", ["create", "edit"])
def test_name_of_blanks(gallery, workshop, account, expect, action, blanks):
    given = {"duration": DAYS} if action == "create" else {"pkid": workshop.new_key().pkid}
    good, blank = workshop.new_name(account), workshop.no_name(account, blanks)
    expect.control(gallery.manage(action, account.session, **given, key_name=good)).succeeds()
    before = workshop.rows(account)
    refused = gallery.manage(action, account.session, **given, key_name=blank)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-26")
def test_new_key_with_a_long_name(gallery, workshop, account, expect):
    name = workshop.new_name(account).ljust(LONGEST, "x")
    taken = gallery.manage("create", account.session, key_name=name, duration=DAYS)
    key = workshop.as_key(expect.control(taken).succeeds(), account)
    expect(taken).shows("the name in the list", workshop.listed(key)["apikey_name"], name)
    before = workshop.rows(account)
    refused = gallery.manage("create", account.session, key_name=name + "x", duration=DAYS)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-27")
def test_rename_to_a_long_name(gallery, workshop, account, expect):
    key, name = workshop.new_key(), workshop.new_name(account).ljust(LONGEST, "x")
    taken = gallery.manage("edit", account.session, pkid=key.pkid, key_name=name)
    expect.control(taken).succeeds()
    expect(taken).shows("the name in the list", workshop.listed(key)["apikey_name"], name)
    before = workshop.rows(account)
    refused = gallery.manage("edit", account.session, pkid=key.pkid, key_name=name + "x")
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-28")
@pytest.mark.parametrize("character", ["é", "写", "'", "\\"], ids=["e acute", "Chinese", "apostrophe", "backslash"])
@pytest.mark.parametrize("action", ["create", "edit"])
def test_length_is_counted_in_characters(gallery, workshop, account, expect, action, character):
    name = workshop.new_name(account).ljust(LONGEST, character)
    given = {"duration": DAYS} if action == "create" else {"pkid": workshop.new_key().pkid}
    answer = gallery.manage(action, account.session, **given, key_name=name)
    expect(answer).succeeds()
    names = [row["apikey_name"] for row in workshop.rows(account).values()]
    expect(answer).that(name in names, "the whole name in the list", "it is not")


LIVE = {
    "tag": "<pcx>",
    "tag after double quotes": '"><pcx>',
    "tag after single quotes": "'><pcx>",
    "attribute in double quotes": '" pcx="',
    "attribute in single quotes": "' pcx='",
    "end of a script": "</script><pcx>",
    "end of a textarea or title": "</textarea></title><pcx>",
}


@clause("LIFE-29")
@pytest.mark.parametrize("html", LIVE.values(), ids=LIVE)
def test_html_in_a_name_is_text(gallery, workshop, account, expect, html):
    name = f"{workshop.new_name(account)} {html}"
    made = gallery.manage("create", account.session, key_name=name, duration=DAYS)
    expect(made).that(made.envelope is not None, "an answer of the API", f"HTTP {made.status} without an envelope")
    page = profile_page(gallery, account)
    expect(page).that(page.status == 200 and page.shows(account.user.name), "the owner's profile page", "it is not")
    found = alive(page, "pcx")
    expect(page).that(not found, "the name to be text in the page", f"it has become {' and '.join(found)}")


NAMES = {
    "apostrophe": "it's",
    "double quotes": 'the "good" one',
    "backslash": "C:\\new\\table",
    "HTML": "<b>bold</b> <img src=x>",
    "entities": "R&amp;D &lt;&#39;&copy;",
    "percent and plus": "100%25 + %00 %s",
    "accents": "Clé d'été à Zürich, señor",
    "other scripts": "写真 зимой שלום",
    "braces and dollar": "{$x} ${y} {literal} {{z}}",
    "two blanks": "two  blanks",
}


@clause("LIFE-30")
@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_creation_shows_the_name_as_given(gallery, workshop, account, expect, text):
    name = f"{workshop.new_name(account)} {text}"
    answer = gallery.manage("create", account.session, key_name=name, duration=DAYS)
    made = expect(answer).succeeds()
    expect(answer).shows("the name in the answer", made.get("apikey_name"), name)


@clause("LIFE-31")
@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_list_shows_the_name_of_a_new_key_as_given(gallery, workshop, account, expect, text):
    name = f"{workshop.new_name(account)} {text}"
    created = gallery.manage("create", account.session, key_name=name, duration=DAYS)
    key = workshop.as_key(expect(created).succeeds(), account)
    expect(created).shows("the name in the list", workshop.listed(key)["apikey_name"], name)


@clause("LIFE-32")
@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_list_shows_the_name_of_a_renamed_key_as_given(gallery, workshop, account, expect, text):
    key, name = workshop.new_key(), f"{workshop.new_name(account)} {text}"
    renamed = gallery.manage("edit", account.session, pkid=key.pkid, key_name=name)
    expect(renamed).succeeds()
    expect(renamed).shows("the name in the list", workshop.listed(key)["apikey_name"], name)


@clause("LIFE-33")
@pytest.mark.parametrize("action", ["create", "edit"])
def test_emoji_in_a_name(gallery, workshop, account, expect, action):
    name = f"{workshop.new_name(account)} \N{CAMERA WITH FLASH}"
    given = {"duration": DAYS} if action == "create" else {"pkid": workshop.new_key().pkid}
    answer = gallery.manage(action, account.session, **given, key_name=name)
    expect(answer).succeeds()
    names = [row["apikey_name"] for row in workshop.rows(account).values()]
    expect(answer).that(name in names, "the name in the list as given", "it is not")


def list_stays_readable(gallery, workshop, expect, action, text):
    """A creation of, or a rename to, a name with this in it, and then the list in every format."""
    owner = workshop.new_user()  # whose list may be unreadable from here on
    key, name = workshop.new_key(owner), f"{workshop.new_name(owner)} {text} end"
    given = {"duration": DAYS} if action == "create" else {"pkid": key.pkid}
    answer = gallery.manage(action, owner.session, **given, key_name=name)
    expect(answer).that(
        answer.envelope is not None and answer.status < 500, "an envelope of the API", f"HTTP {answer.status} without"
    )
    for format in ("json", "rest", "xmlrpc", "php"):
        listed = gallery.manage("get", owner.session, format=format)
        expect(listed).succeeds()
        expect(listed).that(key.pkid.reveal() in listed.text, "the keys to be listed", "one is missing")


@clause("LIFE-34")
@pytest.mark.parametrize("action", ["create", "edit"])
def test_nul_in_a_name_does_no_harm(gallery, workshop, expect, action):
    list_stays_readable(gallery, workshop, expect, action, "\0")


@clause("LIFE-49")
@pytest.mark.parametrize("action", ["create", "edit"])
def test_control_characters_in_a_name_do_no_harm(gallery, workshop, expect, action):
    list_stays_readable(gallery, workshop, expect, action, "\x01 \x1f")


# --- identifiers

NOBODY = "pkid-20250101-NobodyHasThisKey0000"
WRONG_IDS = {
    "unknown": lambda key: NOBODY,
    "cut off": lambda key: key.pkid[:-1],
    "with more": lambda key: key.pkid + "0",
    "pattern": lambda key: key.pkid[:-1] + "%",
    "all": lambda key: "%",
    "with its secret": lambda key: key.text,
    "out of its quotes": lambda key: key.pkid + '" OR "1"="1',
    "out of single quotes": lambda key: key.pkid + "' OR '1'='1",
    "next line": lambda key: key.pkid + "\n",
    "empty": lambda key: "",
}


@clause("LIFE-35")
@pytest.mark.parametrize("wrong", WRONG_IDS.values(), ids=WRONG_IDS)
def test_rename_of_no_key(gallery, workshop, account, expect, wrong):
    key, name = workshop.new_key(), workshop.new_name(account)
    expect.control(gallery.manage("edit", account.session, pkid=key.pkid, key_name=name)).succeeds()
    before = workshop.rows(account)
    refused = gallery.manage("edit", account.session, pkid=wrong(key), key_name=name)
    expect(refused).is_refused_with_or_in_front(*NOT_YOURS, *BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))


@clause("LIFE-36")
@pytest.mark.parametrize("wrong", WRONG_IDS.values(), ids=WRONG_IDS)
def test_revocation_of_no_key(gallery, workshop, account, expect, wrong):
    key = workshop.new_key()
    before = workshop.rows(account)
    refused = gallery.manage("revoke", account.session, pkid=wrong(key))
    after = workshop.rows(account)
    expect.control(gallery.manage("revoke", account.session, pkid=key.pkid)).succeeds()
    expect(refused).is_refused_with_or_in_front(*NOT_YOURS, *BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, after)


@clause("LIFE-47")
@pytest.mark.parametrize("action", ["edit", "revoke"])
def test_identifier_in_another_case(gallery, workshop, account, expect, action):
    key = workshop.new_key()
    given = {"key_name": workshop.new_name(account)} if action == "edit" else {}
    before = workshop.rows(account)
    refused = gallery.manage(action, account.session, pkid=key.pkid.swapcase(), **given)
    after = workshop.rows(account)
    expect.control(gallery.manage(action, account.session, pkid=key.pkid, **given)).succeeds()
    expect(refused).is_refused_with(*NOT_YOURS, *BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, after)


# --- in the web session alone

ACTIONS = ["get", "create", "edit", "revoke"]


def arguments(action, workshop, owner):
    """What an action takes, a key of its own included."""
    return {
        "get": lambda: {},
        "create": lambda: {"key_name": workshop.new_name(owner), "duration": DAYS},
        "edit": lambda: {"pkid": workshop.new_key(owner).pkid, "key_name": workshop.new_name(owner)},
        "revoke": lambda: {"pkid": workshop.new_key(owner).pkid},
    }[action]()


@clause("LIFE-37")
@pytest.mark.parametrize("action", ACTIONS)
def test_key_manages_no_keys(gallery, workshop, account, key, expect, action):
    given, before = arguments(action, workshop, account), workshop.rows(account)
    refused = gallery.manage(action, account.session, by=(key,), **given)
    after = workshop.rows(account)
    expect.control(gallery.manage(action, account.session, **given)).succeeds()
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, after, but_for="last_used_on")


@clause("LIFE-38")
@pytest.mark.parametrize("action", ACTIONS)
def test_webmasters_key_manages_no_keys(gallery, workshop, throw_away_webmaster, webmaster_key, expect, action):
    owner = throw_away_webmaster
    given, before = arguments(action, workshop, owner), workshop.rows(owner)
    refused = gallery.manage(action, owner.session, by=(webmaster_key,), **given)
    after = workshop.rows(owner)
    expect.control(gallery.manage(action, owner.session, **given)).succeeds()
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, after, but_for="last_used_on")


@clause("LIFE-39")
@pytest.mark.parametrize("action", ACTIONS)
def test_session_of_a_password_manages_no_keys(gallery, workshop, account, expect, action):
    session = workshop.program_session(account.user.name, account.password)
    given = arguments(action, workshop, account)
    before = workshop.rows(account)
    expect.control(gallery.whoami_with(session, **given)).is_in_session(session)
    refused = gallery.manage(action, session, **given)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))
    expect.control(gallery.manage(action, account.session, **given)).succeeds()


@clause("LIFE-40")
@pytest.mark.parametrize("action", ACTIONS)
def test_session_of_a_key_manages_no_keys(gallery, workshop, account, key, expect, action):
    session = workshop.program_session(key.pkid, key.secret_half)
    given = arguments(action, workshop, account)
    before = workshop.rows(account)
    expect.control(gallery.whoami_with(session, **given)).is_in_session(session)
    refused = gallery.manage(action, session, **given)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))
    expect.control(gallery.manage(action, account.session, **given)).succeeds()


@clause("LIFE-41")
@pytest.mark.parametrize("action", ACTIONS)
def test_guest_manages_no_keys(gallery, workshop, account, expect, action):
    session = workshop.guest_session()
    given = arguments(action, workshop, account)
    before = workshop.rows(account)
    expect.control(gallery.whoami_with(session, **given)).is_in_session(session)
    refused = gallery.manage(action, session, **given)
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, workshop.rows(account))
    expect.control(gallery.manage(action, account.session, **given)).succeeds()


@clause("LIFE-41")
@pytest.mark.parametrize("action", ACTIONS)
def test_token_without_a_session_manages_no_keys(gallery, workshop, account, expect, action):
    given, before = arguments(action, workshop, account), workshop.rows(account)
    refused = gallery.manage(action, account.session, by=(), **given)
    after = workshop.rows(account)
    expect.control(gallery.manage(action, account.session, **given)).succeeds()
    expect(refused).is_denied()
    expect(refused).leaves("the owner's keys", before, after)


@clause("LIFE-42")
@pytest.mark.parametrize("action", ACTIONS)
def test_keys_are_not_managed_by_get(gallery, workshop, account, expect, action):
    given, before = arguments(action, workshop, account), workshop.rows(account)
    refused = gallery.manage(action, account.session, verb="GET", **given)
    after = workshop.rows(account)
    expect.control(gallery.manage(action, account.session, **given)).succeeds()
    expect(refused).is_refused_with(405)
    expect(refused).leaves("the owner's keys", before, after)


@clause("LIFE-43")
def test_profile_page_offers_keys(gallery, account, expect):
    page = profile_page(gallery, account)
    expect(page).that(page.status == 200 and page.shows(account.user.name), "the owner's profile page", "it is not")
    expect(page).that(offers_keys(page), "a section on API keys", "Piwigo's standard page has none")
