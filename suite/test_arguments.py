"""Arguments of key management: durations, names and identifiers, valid and invalid, and the effect of each."""

import pytest

from piwigo_contract.check import clause, markup_named, profile_page

DAYS = 30
LONGEST = 100
BAD_ARGUMENT = (400, 1002, 1003)
NOT_YOURS = (403, 404)


def made_as_usual(gallery, keys, account):
    """The answer to a creation as it should be: one key is made beside all that are refused."""
    return gallery.manage("create", account.session, once=True, key_name=keys.usual_name(account), duration=DAYS)


# --- durations


@clause("LIFE-20")
@pytest.mark.parametrize("given", [{}, {"duration": ""}, {"duration": 0}], ids=["missing", "empty", "0"])
def test_no_duration(gallery, keys, account, expect, given):
    expect.control(made_as_usual(gallery, keys, account)).succeeds()
    before = keys.rows(account)
    refused = gallery.manage("create", account.session, key_name=keys.usual_name(account), **given)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-21")
@pytest.mark.parametrize("duration", ["-1", "-30", "month", "30 days", "1.5", "1e3", "0x1E", "NaN"])
def test_duration_that_is_no_number_of_days(gallery, keys, account, expect, duration):
    expect.control(made_as_usual(gallery, keys, account)).succeeds()
    before = keys.rows(account)
    refused = gallery.manage("create", account.session, key_name=keys.usual_name(account), duration=duration)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-22")
@pytest.mark.parametrize("duration", ["1000000", "4294967326", "18446744073709551646"])
def test_duration_that_is_too_long(gallery, keys, account, expect, duration):
    expect.control(made_as_usual(gallery, keys, account)).succeeds()
    before = keys.rows(account)
    refused = gallery.manage("create", account.session, key_name=keys.usual_name(account), duration=duration)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-23")
@pytest.mark.parametrize("duration", [1, 999_999])
def test_shortest_and_longest_duration(gallery, keys, account, expect, duration):
    answer = gallery.manage("create", account.session, key_name=keys.new_name(account), duration=duration)
    key = keys.as_key(expect(answer).succeeds(), account)
    listed = keys.row(key)
    expect(answer).equals("the duration in the list", str(listed.get("duration")), str(duration))
    expect(answer).equals("is_expired of the new key", listed.get("is_expired"), False)


# --- names


@clause("LIFE-24")
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_new_key_without_a_name(gallery, keys, account, expect, how):
    given = {} if how == "missing" else {"key_name": keys.no_name(account)}
    expect.control(made_as_usual(gallery, keys, account)).succeeds()
    before = keys.rows(account)
    refused = gallery.manage("create", account.session, **given, duration=DAYS)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-25")
@pytest.mark.parametrize("given", [{}, {"key_name": ""}], ids=["missing", "empty"])
def test_rename_to_no_name(gallery, keys, account, expect, given):
    key = keys.live()
    expect.control(gallery.manage("edit", account.session, pkid=key.pkid, key_name=keys.new_name(account))).succeeds()
    before = keys.rows(account)
    refused = gallery.manage("edit", account.session, pkid=key.pkid, **given)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


BLANKS = {"blanks": "   ", "no-break spaces": "\N{NO-BREAK SPACE}" * 2, "tab": "\t"}


@clause("LIFE-48")
@pytest.mark.parametrize("blanks", BLANKS.values(), ids=BLANKS)
@pytest.mark.parametrize("action", ["create", "edit"])
def test_name_of_blanks(gallery, keys, account, expect, action, blanks):
    blank = keys.no_name(account, blanks)
    if action == "create":
        given, usual = {"duration": DAYS}, made_as_usual(gallery, keys, account)
    else:
        given = {"pkid": keys.live().pkid}
        usual = gallery.manage("edit", account.session, **given, key_name=keys.new_name(account))
    expect.control(usual).succeeds()
    before = keys.rows(account)
    refused = gallery.manage(action, account.session, **given, key_name=blank)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-26")
def test_new_key_with_a_long_name(gallery, keys, account, expect):
    name = keys.new_name(account).ljust(LONGEST, "x")
    taken = gallery.manage("create", account.session, key_name=name, duration=DAYS)
    key = keys.as_key(expect.control(taken).succeeds(), account)
    expect(taken).equals("the name in the list", keys.row(key)["apikey_name"], name)
    before = keys.rows(account)
    refused = gallery.manage("create", account.session, key_name=name + "x", duration=DAYS)
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-27")
def test_rename_to_a_long_name(gallery, keys, account, expect):
    key, name = keys.live(), keys.new_name(account).ljust(LONGEST, "x")
    taken = gallery.manage("edit", account.session, pkid=key.pkid, key_name=name)
    expect.control(taken).succeeds()
    expect(taken).equals("the name in the list", keys.row(key)["apikey_name"], name)
    before = keys.rows(account)
    refused = gallery.manage("edit", account.session, pkid=key.pkid, key_name=name + "x")
    expect(refused).is_refused_with(*BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-28")
@pytest.mark.parametrize("character", ["é", "写", "'", "\\"], ids=["e acute", "Chinese", "apostrophe", "backslash"])
@pytest.mark.parametrize("action", ["create", "edit"])
def test_length_is_counted_in_characters(gallery, keys, account, expect, action, character):
    name = keys.new_name(account).ljust(LONGEST, character)
    given = {"duration": DAYS} if action == "create" else {"pkid": keys.live().pkid}
    answer = gallery.manage(action, account.session, **given, key_name=name)
    expect(answer).succeeds()
    names = [row["apikey_name"] for row in keys.rows(account).values()]
    expect(answer).that(name in names, "the whole name in the list", "it is not")


INJECTED_MARKUP = {
    "tag": "<pcx>",
    "tag after double quotes": '"><pcx>',
    "tag after single quotes": "'><pcx>",
    "attribute in double quotes": '" pcx="',
    "attribute in single quotes": "' pcx='",
    "end of a script": "</script><pcx>",
    "end of a textarea or title": "</textarea></title><pcx>",
}


@clause("LIFE-29")
@pytest.mark.parametrize("html", INJECTED_MARKUP.values(), ids=INJECTED_MARKUP)
def test_html_in_a_name_is_text(gallery, keys, account, expect, html):
    name = f"{keys.new_name(account)} {html}"
    made = gallery.manage("create", account.session, key_name=name, duration=DAYS)
    expect(made).that(made.envelope is not None, "an answer of the API", f"HTTP {made.status} without an envelope")
    page = profile_page(gallery, account)
    expect(page).that(page.status == 200 and page.shows(account.user.name), "the owner's profile page", "it is not")
    found = markup_named(page, "pcx")
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


@pytest.fixture
def named(target, keys, gallery, account):
    """Makes a key with this in its name, the same for all checks; gives the name, and the answer."""

    def make(text):
        name = target.once(f"name with {text}", lambda: f"{keys.new_name(account)} {text}")
        return name, gallery.manage("create", account.session, once=True, key_name=name, duration=DAYS)

    return make


@clause("LIFE-30")
@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_creation_shows_the_name_as_given(named, expect, text):
    name, answer = named(text)
    made = expect(answer).succeeds()
    expect(answer).equals("the name in the answer", made.get("apikey_name"), name)


@clause("LIFE-31")
@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_list_shows_the_name_of_a_new_key_as_given(keys, account, named, expect, text):
    name, created = named(text)
    key = keys.as_key(expect(created).succeeds(), account)
    expect(created).equals("the name in the list", keys.row(key)["apikey_name"], name)


@clause("LIFE-32")
@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_list_shows_the_name_of_a_renamed_key_as_given(gallery, keys, account, expect, text):
    key, name = keys.live(), f"{keys.new_name(account)} {text}"
    renamed = gallery.manage("edit", account.session, pkid=key.pkid, key_name=name)
    expect(renamed).succeeds()
    expect(renamed).equals("the name in the list", keys.row(key)["apikey_name"], name)


@clause("LIFE-33")
@pytest.mark.parametrize("action", ["create", "edit"])
def test_emoji_in_a_name(gallery, keys, account, expect, action):
    name = f"{keys.new_name(account)} \N{CAMERA WITH FLASH}"
    given = {"duration": DAYS} if action == "create" else {"pkid": keys.live().pkid}
    answer = gallery.manage(action, account.session, **given, key_name=name)
    expect(answer).succeeds()
    names = [row["apikey_name"] for row in keys.rows(account).values()]
    expect(answer).that(name in names, "the name in the list as given", "it is not")


def list_stays_readable(gallery, users, keys, expect, action, text):
    """A creation of, or a rename to, a name with this in it, and then the list in every format."""
    owner = users.new()  # whose list may be unreadable from here on
    key, name = keys.new(owner), f"{keys.new_name(owner)} {text} end"
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
def test_nul_in_a_name_does_no_harm(gallery, users, keys, expect, action):
    list_stays_readable(gallery, users, keys, expect, action, "\0")


@clause("LIFE-49")
@pytest.mark.parametrize("action", ["create", "edit"])
def test_control_characters_in_a_name_do_no_harm(gallery, users, keys, expect, action):
    list_stays_readable(gallery, users, keys, expect, action, "\x01 \x1f")


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
def test_rename_of_no_key(gallery, keys, account, expect, wrong):
    key, name = keys.live(), keys.new_name(account)
    expect.control(gallery.manage("edit", account.session, pkid=key.pkid, key_name=name)).succeeds()
    before = keys.rows(account)
    refused = gallery.manage("edit", account.session, pkid=wrong(key), key_name=name)
    expect(refused).is_refused_with_or_in_front(*NOT_YOURS, *BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-36")
@pytest.mark.parametrize("wrong", WRONG_IDS.values(), ids=WRONG_IDS)
def test_revocation_of_no_key(target, gallery, keys, account, expect, wrong):
    other = target.once("key that is revoked beside those that are not", keys.live)
    expect.control(gallery.manage("revoke", account.session, once=True, pkid=other.pkid)).succeeds()
    key, before = keys.live(), keys.rows(account)
    refused = gallery.manage("revoke", account.session, pkid=wrong(key))
    expect(refused).is_refused_with_or_in_front(*NOT_YOURS, *BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, keys.rows(account))


@clause("LIFE-47")
@pytest.mark.parametrize("action", ["edit", "revoke"])
def test_identifier_in_another_case(gallery, keys, account, expect, action):
    key = keys.live()
    given = {"key_name": keys.new_name(account)} if action == "edit" else {}
    before = keys.rows(account)
    refused = gallery.manage(action, account.session, pkid=key.pkid.swapcase(), **given)
    after = keys.rows(account)
    expect.control(gallery.manage(action, account.session, pkid=key.pkid, **given)).succeeds()
    expect(refused).is_refused_with(*NOT_YOURS, *BAD_ARGUMENT)
    expect(refused).leaves("the owner's keys", before, after)
