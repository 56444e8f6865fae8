"""Methods that a key may not call: each of the list, however it is asked for, and nothing comes of it.

The control is the same call in the web session of the key's owner, a webmaster, who may make it.
"""

import re

import pytest

from piwigo_contract.check import Body, Cookie, Query, Verbatim, clause, session_after

ALLOWED = "pwg.session.getStatus"
UNKNOWN = 501
POST_ONLY = 405


# --- the release's list


@clause("FORB-01")
def test_denied_to_a_webmasters_key(gallery, webmaster_key, throw_away_webmaster, forbidden_method, expect):
    method, params = forbidden_method.method, forbidden_method.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.call(method, throw_away_webmaster.session, params=params)).gets_past_the_list()
    expect(gallery.call(method, webmaster_key, params=params)).is_denied()


@clause("FORB-02")
def test_denied_on_get(gallery, webmaster_key, forbidden_method, expect):
    method, params = forbidden_method.method, forbidden_method.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params, verb="GET")).is_the_owner_of(webmaster_key)
    expect(gallery.call(method, webmaster_key, params=params, verb="GET")).is_refused_with(401, POST_ONLY)


@clause("FORB-02")
def test_nothing_changed_by_get(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    method, params = set_info.method, set_info.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params, verb="GET")).is_the_owner_of(webmaster_key)
    denied = gallery.call(method, webmaster_key, params=params, verb="GET")
    expect(denied).is_refused_with(401, POST_ONLY)
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(method, throw_away_webmaster.session, params=params)).succeeds()


@clause("FORB-03")
@pytest.mark.parametrize("format", ["rest", "xmlrpc", "php", None])
def test_denied_in_each_format(gallery, webmaster_key, throw_away_webmaster, set_info, expect, format):
    method, params = set_info.method, set_info.params
    denied = gallery.call(method, webmaster_key, params=params, format=format)
    expect(denied).is_denied()
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(method, throw_away_webmaster.session, params=params, format=format)).succeeds()


@clause("FORB-03")
def test_nothing_changed_in_an_unknown_format(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    denied = gallery.call(set_info.method, webmaster_key, params=set_info.params, format="json2")
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(ALLOWED, webmaster_key, params=set_info.params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=set_info.params)).succeeds()


# --- how the method is named


@clause("FORB-04")
@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.title, str.swapcase], ids=lambda f: f.__name__)
def test_name_in_another_case(gallery, webmaster_key, throw_away_webmaster, set_info, expect, spelling):
    name, params = spelling(set_info.method), set_info.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    denied = gallery.call(name, webmaster_key, params=params)
    expect(denied).is_refused_with(401, UNKNOWN)
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=params)).succeeds()


@clause("FORB-05")
@pytest.mark.parametrize(
    "around",
    [" {}", "{} ", "\t{}", "{}\r\n", "{}\0", "\0{}", "/{}", "{}/", "{}()", "\ufeff{}"],
    ids=["blank before", "blank after", "tab before", "line end after", "NUL after", "NUL before", "slash before",
         "slash after", "parentheses after", "byte order mark before"],
)  # fmt: skip
def test_name_with_something_around_it(gallery, webmaster_key, throw_away_webmaster, set_info, expect, around):
    name, params = around.format(set_info.method), set_info.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    denied = gallery.call(name, webmaster_key, params=params)
    expect(denied).is_refused_with_or_in_front(401, UNKNOWN)
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=params)).succeeds()


def percent(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


@clause("FORB-06")
@pytest.mark.parametrize("place", [Body, Query], ids=["body", "query"])
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_name_percent_encoded(gallery, webmaster_key, throw_away_webmaster, set_info, expect, place, times):
    encoded = percent(set_info.method) if times == 1 else percent(percent(set_info.method))
    named, params = place("method", Verbatim(encoded)), set_info.params
    harmless = place("method", Verbatim(percent(ALLOWED)))
    expect.control(gallery.call(None, webmaster_key, harmless, params=params)).is_the_owner_of(webmaster_key)
    denied = gallery.call(None, webmaster_key, named, params=params)
    expect(denied).is_refused_with(401, UNKNOWN)
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=params)).succeeds()


# --- where the method is named


@clause("FORB-07")
def test_method_in_the_query_of_a_post(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    named, params = Query("method", set_info.method), set_info.params
    denied = gallery.call(None, webmaster_key, named, params=params)
    expect(denied).is_denied()
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(None, throw_away_webmaster.session, named, params=params)).gets_past_the_list()


@clause("FORB-08")
@pytest.mark.parametrize("empty", ["", "0"], ids=["empty", "zero"])
def test_method_in_the_query_and_none_in_the_body(
    gallery, webmaster_key, throw_away_webmaster, set_info, expect, empty
):
    places, params = (Query("method", set_info.method), Body("method", empty)), set_info.params
    answer = gallery.call(None, webmaster_key, *places, params=params)
    expect(answer).shows("the user afterwards", set_info.now(), set_info.before)
    expect(answer).that(not (answer.envelope and answer.envelope.ok), "a refusal", f"HTTP {answer.status} with stat ok")
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=params)).succeeds()


ADDRESSES = {
    "slash after it": "ws.php/",
    "path after it": "ws.php/api",
    "two slashes before it": "/ws.php",
    "percent-encoded": "%77s.php",
    "encoded slash after it": "ws.php%2F",
}


@clause("FORB-23")
@pytest.mark.parametrize("written", ADDRESSES)
def test_another_spelling_of_the_address(gallery, webmaster_key, throw_away_webmaster, set_info, expect, written):
    params = set_info.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    answer = gallery.call(set_info.method, webmaster_key, params=params, address=ADDRESSES[written])
    expect(answer).shows("the user afterwards", set_info.now(), set_info.before)
    expect(answer).that(not (answer.envelope and answer.envelope.ok), "a refusal", f"HTTP {answer.status} with stat ok")
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=params)).succeeds()


PLACES = {
    "query, another in the body": (Query("method", "{}"), Body("method", ALLOWED)),
    "body, another in the query": (Query("method", ALLOWED), Body("method", "{}")),
    "body, another in a cookie": (Body("method", "{}"), Cookie("method", ALLOWED)),
    "cookie, another in the body": (Body("method", ALLOWED), Cookie("method", "{}")),
    "body, before another": (Body("method", "{}"), Body("method", ALLOWED)),
    "body, after another": (Body("method", ALLOWED), Body("method", "{}")),
    "query, before another": (Query("method", "{}"), Query("method", ALLOWED)),
    "query, after another": (Query("method", ALLOWED), Query("method", "{}")),
}


@clause("FORB-09")
@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES.keys())
def test_two_methods_named(gallery, webmaster_key, throw_away_webmaster, set_info, expect, places):
    named = [type(place)(place.name, place.value.format(set_info.method)) for place in places]
    answer = gallery.call(None, webmaster_key, *named, params=set_info.params)
    expect(answer).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(ALLOWED, webmaster_key, params=set_info.params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=set_info.params)).succeeds()


ARRAYS = {
    "in the body": (Body("method[]", "{}"),),
    "in the query": (Query("method[]", "{}"),),
    "of two": (Body("method[]", ALLOWED), Body("method[]", "{}")),
    "beside a plain one": (Query("method", "{}"), Body("method[]", ALLOWED)),
    "beside an empty one": (Query("method[]", "{}"), Body("method", "")),
}


@clause("FORB-10")
@pytest.mark.parametrize("places", ARRAYS.values(), ids=ARRAYS.keys())
def test_method_as_an_array(gallery, webmaster_key, throw_away_webmaster, set_info, expect, places):
    named = [type(place)(place.name, place.value.format(set_info.method)) for place in places]
    answer = gallery.call(None, webmaster_key, *named, params=set_info.params)
    expect(answer).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(ALLOWED, webmaster_key, params=set_info.params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=set_info.params)).succeeds()


# --- when it is decided, and what comes of it


@clause("FORB-11")
def test_denied_before_parameters_are_missed(gallery, webmaster_key, throw_away_webmaster, forbidden_method, expect):
    expect.control(gallery.call(forbidden_method.method, throw_away_webmaster.session)).gets_past_the_list()
    expect(gallery.call(forbidden_method.method, webmaster_key)).is_denied()


@clause("FORB-11")
def test_denied_before_parameters_are_judged(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    params = {**set_info.params, "user_id": "nobody"}
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=params)).gets_past_the_list()
    expect(gallery.call(set_info.method, webmaster_key, params=params)).is_denied()


@clause("FORB-12")
def test_nothing_changed_by_a_denied_call(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    denied = gallery.call(set_info.method, webmaster_key, params=set_info.params)
    expect(denied).is_denied()
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    done = gallery.call(set_info.method, throw_away_webmaster.session, params=set_info.params)
    expect.control(done).succeeds()
    expect.control(done).shows("the user after the same call in a session", set_info.now(), set_info.wanted)


WAYS_IN = {
    "pwg.users.getAuthKey": r"(?<![A-Za-z0-9])[A-Za-z0-9]{30}(?![A-Za-z0-9])",
    "pwg.users.generatePasswordLink": r"password\.php|[?&]key=",
}


@clause("FORB-13")
@pytest.mark.parametrize("way_in", WAYS_IN, indirect=True)
def test_denied_call_gives_no_way_into_an_account(
    gallery, webmaster_key, throw_away_webmaster, throw_away_user, expect, way_in
):
    method, gives = way_in, WAYS_IN[way_in]
    params = {"user_id": throw_away_user.id, "pwg_token": throw_away_webmaster.session.token.text}
    given = gallery.call(method, throw_away_webmaster.session, params=params)
    expect.control(given).succeeds()
    expect.control(given).that(bool(re.search(gives, given.text)), "a way into the account in a session", "none")
    answer = gallery.call(method, webmaster_key, params=params)
    expect(answer).is_denied()
    expect(answer).that(not re.search(gives, answer.text), "no way into the account", "the answer gives one out")


@clause("FORB-14")
def test_denied_call_leaves_the_key_as_it_was(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    method, params = set_info.method, set_info.params
    expect(gallery.call(method, webmaster_key, params=params)).is_denied()
    expect(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    again = gallery.call(method, webmaster_key, params=params)
    expect(again).is_denied()
    expect(again).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(method, throw_away_webmaster.session, params=params)).succeeds()


@clause("FORB-15")
def test_denied_beside_a_webmasters_session(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    method, params, session = set_info.method, set_info.params, throw_away_webmaster.session
    denied = gallery.call(method, webmaster_key, session, params=params)
    expect(denied).is_denied()
    expect(denied).shows("the user afterwards", set_info.now(), set_info.before)
    expect.control(gallery.call(method, session, params=params)).succeeds()


@clause("FORB-16")
def test_denied_to_an_ordinary_users_key(gallery, key, forbidden_method, expect):
    method, params = forbidden_method.method, forbidden_method.params
    expect.control(gallery.call(ALLOWED, key, params=params)).is_the_owner_of(key)
    expect(gallery.call(method, key, params=params)).is_denied()


# --- logging in and out


@clause("FORB-17")
def test_login_by_password_with_a_key_in_the_header(gallery, webmaster_key, throw_away_user, expect):
    login = {"username": throw_away_user.user.name, "password": throw_away_user.password}
    opened = gallery.call("pwg.session.login", params=login)
    expect.control(opened).succeeds()
    afterwards = gallery.whoami(session_after(gallery, opened, label="CONTROL"))
    expect.control(afterwards).is_in_session(throw_away_user.session)
    denied = gallery.call("pwg.session.login", webmaster_key, params=login)
    expect(denied).is_denied()
    expect(gallery.whoami(session_after(gallery, denied, label="PROBE"))).is_a_guest()


@clause("FORB-17")
def test_login_by_the_key_itself_with_the_key_in_the_header(gallery, webmaster_key, throw_away_webmaster, expect):
    login = {"username": webmaster_key.pkid, "password": webmaster_key.secret_half}
    opened = gallery.call("pwg.session.login", params=login)
    expect.control(opened, promised_by="DER-01").succeeds()
    afterwards = gallery.whoami(session_after(gallery, opened, label="CONTROL"))
    expect.control(afterwards).is_in_session(throw_away_webmaster.session)
    denied = gallery.call("pwg.session.login", webmaster_key, params=login)
    expect(denied).is_denied()
    expect(gallery.whoami(session_after(gallery, denied, label="PROBE"))).is_a_guest()


@clause("FORB-18")
def test_logout_with_a_key_in_the_header(gallery, webmaster_key, expect):
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    denied = gallery.call("pwg.session.logout", webmaster_key)
    expect(denied).is_denied()
    expect(gallery.whoami(session_after(gallery, denied, label="PROBE"))).is_a_guest()
    expect(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)


@clause("FORB-19")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_session_beside_the_key_outlives_a_logout(gallery, webmaster_key, users, expect, verb):
    session = users.new().session
    expect.control(gallery.whoami(webmaster_key, session, verb=verb)).is_the_owner_of(webmaster_key)
    gallery.call("pwg.session.logout", webmaster_key, session, verb=verb)
    expect(gallery.whoami(session)).is_in_session(session)


@clause("FORB-20")
def test_session_beside_the_key_stays_as_it_was_after_a_login(gallery, webmaster_key, throw_away_user, users, expect):
    session = users.new().session
    login = {"username": throw_away_user.user.name, "password": throw_away_user.password}
    gallery.call("pwg.session.login", webmaster_key, session, params=login)
    expect(gallery.whoami(session)).is_in_session(session)
    expect.control(gallery.call("pwg.session.login", params=login)).succeeds()


# --- a site's own list


@clause("FORB-21")
def test_method_that_the_site_adds(gallery, webmaster_key, throw_away_webmaster, added_method, expect):
    method, params = added_method.method, added_method.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.call(method, throw_away_webmaster.session, params=params)).gets_past_the_list()
    expect(gallery.call(method, webmaster_key, params=params)).is_denied()


@clause("FORB-22")
def test_method_that_the_site_takes_off(gallery, webmaster_key, throw_away_webmaster, removed_method, expect):
    method, params = removed_method.method, removed_method.params
    in_session = gallery.call(method, throw_away_webmaster.session, params=params)
    expect.control(in_session).gets_past_the_list()
    with_key = gallery.call(method, webmaster_key, params=params)
    expect(with_key).gets_past_the_list()
    expect(with_key).is_answered_as_in_session(in_session)
