"""What a person sees of keys: the API browser and the profile page, in a real Chromium."""

import datetime

import pytest

from piwigo_contract.check import API_BROWSER, PROFILE, clause
from piwigo_contract.client.clock import parse_time

DAYS = 10
"""Until the end that is chosen in the form: more than seven, as a key that ends sooner has a mail sent."""

MARKUP = " <img src=x onerror='document.title=1'> &lt;b&gt;"
"""In the name of a key: as it stands, and as it is told from it where it is put into a page unescaped."""

# --- the API browser


@clause("BRW-01")
def test_field_for_a_key(gallery, profile, api_browser, expect):
    page = gallery.page(API_BROWSER)
    label = api_browser.label_of_key()
    expect(page).that(label == profile.header, f"a field for a key, labelled {profile.header}", f"it is {label!r}")


@clause("BRW-02")
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_key_typed_in(gallery, key, api_browser, expect, verb):
    shown = api_browser.whoami(key, verb)
    answer = gallery.whoami(key, verb=verb)
    expect.control(answer).is_the_owner_of(key)
    same = (shown.username, shown.connected_with) == (key.owner.name, "api_key")
    expect(answer).that(same, "the same in the API browser", f"it shows {shown}")


@clause("BRW-03")
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_revoked_key_typed_in(gallery, revoked_key, key, api_browser, expect, verb):
    expect.control(gallery.whoami(key, verb=verb)).is_the_owner_of(key)
    refused = gallery.whoami(revoked_key, verb=verb)
    expect(refused).is_refused_as_an_invalid_key()
    shown = api_browser.whoami(revoked_key, verb)
    same = (shown.stat, shown.err) == ("fail", "401")
    expect(refused).that(same, "the same refusal in the API browser", f"it shows {shown}")


@clause("BRW-04")
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_key_typed_in_stays_where_it_is(gallery, key, visit, api_browser, expect, verb):
    shown = api_browser.whoami(key, verb)
    answer = gallery.whoami(key, verb=verb)
    expect.control(answer).is_the_owner_of(key)
    same = shown.username == key.owner.name
    expect.control(answer).that(same, "the same in the API browser", f"it shows {shown}")
    places = visit.places_with(key)
    expect(answer).that(not places, "the key typed in to be in the header alone", f"it is in {'; '.join(places)}")


# --- the profile page


@clause("BRW-05")
def test_new_key_by_the_form(gallery, keys, person, profile_keys, expect):
    key = new_key(gallery, keys, person, profile_keys, expect)
    expect(gallery.whoami(key)).is_the_owner_of(key)


def new_key(gallery, keys, person, profile_keys, expect, end=None):
    page = gallery.page(PROFILE, person.session)
    pkid, secret = profile_keys.make(keys.new_name(person), end)
    expect.control(page).that(bool(pkid and secret), "id and secret of a new key", "one of them is not shown")
    return keys.as_key({"auth_key": pkid, "apikey_secret": secret}, person)


@clause("BRW-06")
def test_secret_is_gone_once_the_page_is_loaded_anew(gallery, keys, person, visit, profile_keys, expect):
    key = new_key(gallery, keys, person, profile_keys, expect)
    profile_keys.open()
    answer = gallery.whoami(key)
    expect.control(answer).is_the_owner_of(key)
    places = [*visit.places_with(key), *(["the page"] if visit.shows(key) else [])]
    expect(answer).that(not places, "the secret to be gone from the profile page", f"it is in {'; '.join(places)}")


@clause("BRW-11")
def test_secret_is_gone_once_the_form_is_closed(gallery, keys, person, visit, profile_keys, expect):
    key = new_key(gallery, keys, person, profile_keys, expect)
    profile_keys.close_form()
    answer = gallery.whoami(key)
    expect.control(answer).is_the_owner_of(key)
    expect(answer).that(not visit.shows(key), "the secret to be gone with the form", "it is in the page")


@clause("BRW-12")
def test_key_that_ends_on_a_day_of_ones_choice(gallery, keys, person, profile_keys, expect):
    before = today()
    key = new_key(gallery, keys, person, profile_keys, expect, before + datetime.timedelta(DAYS))
    possible = {DAYS, DAYS - (today() - before).days}
    row = keys.row(key)
    lasts = parse_time(row["expired_on"]) - parse_time(row["created_on"])
    answer = gallery.whoami(key)
    expect.control(answer).is_the_owner_of(key)
    days = round(lasts / datetime.timedelta(days=1))
    expect(answer).that(days in possible, f"a key that ends in {DAYS} days, as was chosen", f"it lasts {lasts}")


def today():
    """The day in universal time, as of which the browser counts: its clock is this machine's."""
    return datetime.datetime.now(datetime.UTC).date()


@clause("BRW-07")
def test_key_renamed_on_the_page(gallery, keys, person, profile_keys, expect):
    first, key, last = (keys.new(person) for _ in range(3))
    before, name = keys.row(key)["apikey_name"], keys.new_name(person)
    others = {keys.row(each)["apikey_name"] for each in (first, last)}
    page = gallery.page(PROFILE, person.session)
    profile_keys.open()
    expect(page).that(before in names(profile_keys), f"a key named {before!r} in the list", f"{names(profile_keys)}")
    profile_keys.rename(key, name, not_after_all=first)
    found = names(profile_keys)
    renamed = name in found and before not in found and others <= {*found}
    expect(page).that(renamed, f"that key renamed to {name!r}, and no other", f"the list has {found}")


def names(profile_keys):
    return [line.name for line in profile_keys.lines()]


@clause("BRW-13")
def test_markup_in_a_name(gallery, keys, person, profile_keys, expect):
    key = keys.new(person)
    keys.rename(key, f"{keys.new_name(person)}{MARKUP}")
    name = " ".join(keys.row(key)["apikey_name"].split())
    page = gallery.page(PROFILE, person.session)
    profile_keys.open()
    found = names(profile_keys)
    expect(page).that(name in found, f"a key named {name!r} in the list", f"it has {found}")


@clause("BRW-08")
def test_key_revoked_on_the_page(gallery, keys, person, profile_keys, expect):
    # the one in the middle is neither the first nor the last of a list, however it is sorted
    _, key, _ = (keys.new(person) for _ in range(3))
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    name = keys.row(key)["apikey_name"]
    profile_keys.open()
    profile_keys.revoke(key)
    refused = gallery.whoami(key)
    expect(refused).is_refused_as_an_invalid_key()
    expect(refused).that(name not in names(profile_keys), "a list without that key", f"it has {name!r}")


@clause("BRW-10")
def test_key_not_revoked_after_all(gallery, keys, person, profile_keys, expect):
    others, key, kept = (keys.new(person) for _ in range(3))
    for each in (others, key, kept):
        expect.control(gallery.whoami(each)).is_the_owner_of(each)
    profile_keys.open()
    profile_keys.revoke(key, not_after_all=kept)
    expect(gallery.whoami(kept)).is_the_owner_of(kept)
    expect(gallery.whoami(others)).is_the_owner_of(others)


@clause("BRW-09")
def test_last_use_is_shown(gallery, keys, person, profile_keys, expect):
    key = keys.new(person)
    name = keys.row(key)["apikey_name"]
    page = gallery.page(PROFILE, person.session)
    profile_keys.open()
    unused = last_use(profile_keys, name, expect.control(page))
    answer = gallery.whoami(key)
    expect.control(answer).is_the_owner_of(key)
    profile_keys.open()
    used = last_use(profile_keys, name, expect.control(answer))
    expect(answer).that(used != unused, "a last use on the profile page", f"it shows {used!r} before and after")


def last_use(profile_keys, name, control):
    listed = {line.name: line.last_use for line in profile_keys.lines()}
    control.that(name in listed, f"a key named {name!r} in the list", f"it has {list(listed)}")
    return listed.get(name)
