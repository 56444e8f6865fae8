"""Methods that a key may not call: each of the list, however it is asked for, and nothing comes of it.

The control is usually the same call in the web session of the key's owner, a webmaster, who may make it.
"""

import re

import pytest

from piwigo_contract.check import SESSION_LOGIN, UPLOAD_LOGIN, Body, Cookie, PreEncoded, Query, clause

ALLOWED = "pwg.session.getStatus"
UNKNOWN = 501
POST_ONLY = 405


# --- the release's list


@clause("FORB-01")
def test_denied_to_a_webmasters_key(
    gallery, webmaster_key, throw_away_webmaster, forbidden_method, forbidden_methods, expect
):
    method, params = forbidden_method.method, forbidden_method.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.call(method, throw_away_webmaster.session, params=params)).is_not_forbidden()
    expect(gallery.call(method, webmaster_key, params=params)).is_denied_by_the_list(forbidden_methods)


@clause("FORB-02")
def test_denied_on_get(gallery, webmaster_key, forbidden_method, expect):
    method, params = forbidden_method.method, forbidden_method.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params, verb="GET")).is_the_owner_of(webmaster_key)
    expect(gallery.call(method, webmaster_key, params=params, verb="GET")).is_refused_with(401, POST_ONLY)


@clause("FORB-02")
def test_nothing_changed_by_get(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    params = set_info.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params, verb="GET")).is_the_owner_of(webmaster_key)
    denied = gallery.send(set_info.by(webmaster_key, verb="GET"))
    expect(denied).is_refused_with(401, POST_ONLY)
    expect(denied).changed_nothing(set_info)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


@clause("FORB-03")
@pytest.mark.parametrize("format", ["rest", "xmlrpc", "php", None])
def test_denied_in_each_format(gallery, webmaster_key, throw_away_webmaster, set_info, expect, format):
    denied = gallery.send(set_info.by(webmaster_key, format=format))
    expect(denied).is_denied()
    expect(denied).changed_nothing(set_info)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session, format=format))).succeeds()


@clause("FORB-03")
def test_nothing_changed_in_an_unknown_format(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    denied = gallery.send(set_info.by(webmaster_key, format="json2"))
    expect(denied).changed_nothing(set_info)
    expect.control(gallery.call(ALLOWED, webmaster_key, params=set_info.params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


# --- how the method is named


@clause("FORB-04")
@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.title, str.swapcase], ids=lambda f: f.__name__)
def test_name_in_another_case(gallery, webmaster_key, throw_away_webmaster, set_info, expect, spelling):
    name, params = spelling(set_info.method), set_info.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    denied = gallery.call(name, webmaster_key, params=params)
    expect(denied).is_refused_with(401, UNKNOWN)
    expect(denied).changed_nothing(set_info)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


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
    expect(denied).changed_nothing(set_info)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


def percent(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


@clause("FORB-06")
@pytest.mark.parametrize("place", [Body, Query], ids=["body", "query"])
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
def test_name_percent_encoded(gallery, webmaster_key, throw_away_webmaster, set_info, expect, place, times):
    encoded = percent(set_info.method) if times == 1 else percent(percent(set_info.method))
    named, params = place("method", PreEncoded(encoded)), set_info.params
    harmless = place("method", PreEncoded(percent(ALLOWED)))
    expect.control(gallery.call(None, webmaster_key, harmless, params=params)).is_the_owner_of(webmaster_key)
    denied = gallery.call(None, webmaster_key, named, params=params)
    expect(denied).is_refused_with(401, UNKNOWN)
    expect(denied).changed_nothing(set_info)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


# --- where the method is named


@clause("FORB-07")
def test_method_in_the_query_of_a_post(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    named, params = Query("method", set_info.method), set_info.params
    denied = gallery.call(None, webmaster_key, named, params=params)
    expect(denied).is_denied()
    expect(denied).changed_nothing(set_info)
    expect.control(gallery.call(None, throw_away_webmaster.session, named, params=params)).is_not_forbidden()


@clause("FORB-08")
@pytest.mark.parametrize("empty", ["", "0"], ids=["empty", "zero"])
def test_method_in_the_query_and_none_in_the_body(
    gallery, webmaster_key, throw_away_webmaster, set_info, expect, empty
):
    places, params = (Query("method", set_info.method), Body("method", empty)), set_info.params
    answer = gallery.call(None, webmaster_key, *places, params=params)
    expect(answer).changed_nothing(set_info)
    expect(answer).that(not (answer.envelope and answer.envelope.ok), "a refusal", f"HTTP {answer.status} with stat ok")
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


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
    answer = gallery.send(set_info.by(webmaster_key, address=ADDRESSES[written]))
    expect(answer).changed_nothing(set_info)
    expect(answer).that(not (answer.envelope and answer.envelope.ok), "a refusal", f"HTTP {answer.status} with stat ok")
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


BESIDE_ANOTHER = {
    "query, another in the body": (Query("method", "{}"), Body("method", ALLOWED)),
    "body, another in the query": (Query("method", ALLOWED), Body("method", "{}")),
    "body, another in a cookie": (Body("method", "{}"), Cookie("method", ALLOWED)),
    "cookie, another in the body": (Body("method", ALLOWED), Cookie("method", "{}")),
    "body, before another": (Body("method", "{}"), Body("method", ALLOWED)),
    "body, after another": (Body("method", ALLOWED), Body("method", "{}")),
    "query, before another": (Query("method", "{}"), Query("method", ALLOWED)),
    "query, after another": (Query("method", ALLOWED), Query("method", "{}")),
}
AS_AN_ARRAY = {
    "in the body": (Body("method[]", "{}"),),
    "in the query": (Query("method[]", "{}"),),
    "of two": (Body("method[]", ALLOWED), Body("method[]", "{}")),
    "beside a plain one": (Query("method", "{}"), Body("method[]", ALLOWED)),
    "beside an empty one": (Query("method[]", "{}"), Body("method", "")),
}


@pytest.mark.parametrize(
    "places",
    [
        *(pytest.param(places, id=where, marks=clause("FORB-09")) for where, places in BESIDE_ANOTHER.items()),
        *(pytest.param(places, id=where, marks=clause("FORB-10")) for where, places in AS_AN_ARRAY.items()),
    ],
)
def test_method_named_more_than_once(gallery, webmaster_key, throw_away_webmaster, set_info, expect, places):
    named = [type(place)(place.name, place.value.format(set_info.method)) for place in places]
    answer = gallery.call(None, webmaster_key, *named, params=set_info.params)
    expect(answer).changed_nothing(set_info)
    expect.control(gallery.call(ALLOWED, webmaster_key, params=set_info.params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


# --- when it is decided, and what comes of it


@clause("FORB-11")
def test_denied_before_parameters_are_missed(gallery, webmaster_key, throw_away_webmaster, forbidden_method, expect):
    expect.control(gallery.call(forbidden_method.method, throw_away_webmaster.session)).is_not_forbidden()
    expect(gallery.call(forbidden_method.method, webmaster_key)).is_denied()


@clause("FORB-11")
def test_denied_before_parameters_are_judged(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    params = {**set_info.params, "user_id": "nobody"}
    expect.control(gallery.call(set_info.method, throw_away_webmaster.session, params=params)).is_not_forbidden()
    expect(gallery.call(set_info.method, webmaster_key, params=params)).is_denied()


@clause("FORB-12")
def test_nothing_changed_by_a_denied_call(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    denied = gallery.send(set_info.by(webmaster_key))
    expect(denied).is_denied()
    expect(denied).changed_nothing(set_info)
    done = gallery.send(set_info.by(throw_away_webmaster.session))
    expect.control(done).succeeds()
    expect.control(done).took_effect(set_info)


WAYS_IN = {
    "pwg.users.getAuthKey": r"(?<![A-Za-z0-9])[A-Za-z0-9]{30}(?![A-Za-z0-9])",
    "pwg.users.generatePasswordLink": r"password\.php|[?&]key=",
}


@clause("FORB-13")
@pytest.mark.parametrize("credential_method", WAYS_IN, indirect=True)
def test_denied_call_gives_no_way_into_an_account(
    gallery, webmaster_key, throw_away_webmaster, throw_away_user, expect, credential_method
):
    method, gives = credential_method, WAYS_IN[credential_method]
    params = {"user_id": throw_away_user.id, "pwg_token": throw_away_webmaster.session.token.text}
    given = gallery.call(method, throw_away_webmaster.session, params=params)
    expect.control(given).succeeds()
    expect.control(given).that(bool(re.search(gives, given.text)), "a way into the account in a session", "none")
    answer = gallery.call(method, webmaster_key, params=params)
    expect(answer).is_denied()
    expect(answer).that(not re.search(gives, answer.text), "no way into the account", "the answer gives one out")


@clause("FORB-14")
def test_denied_call_leaves_the_key_as_it_was(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    expect(gallery.send(set_info.by(webmaster_key))).is_denied()
    expect(gallery.call(ALLOWED, webmaster_key, params=set_info.params)).is_the_owner_of(webmaster_key)
    again = gallery.send(set_info.by(webmaster_key))
    expect(again).is_denied()
    expect(again).changed_nothing(set_info)
    expect.control(gallery.send(set_info.by(throw_away_webmaster.session))).succeeds()


@clause("FORB-15")
def test_denied_beside_a_webmasters_session(gallery, webmaster_key, throw_away_webmaster, set_info, expect):
    session = throw_away_webmaster.session
    denied = gallery.send(set_info.by(webmaster_key, session))
    expect(denied).is_denied()
    expect(denied).changed_nothing(set_info)
    expect.control(gallery.send(set_info.by(session))).succeeds()


@clause("FORB-16")
def test_denied_to_an_ordinary_users_key(gallery, key, forbidden_method, expect):
    method, params = forbidden_method.method, forbidden_method.params
    expect.control(gallery.call(ALLOWED, key, params=params)).is_the_owner_of(key)
    expect(gallery.call(method, key, params=params)).is_denied()


# --- in which words


@clause("FORB-31")
def test_forbidden_method_is_told_apart_from_a_bad_key(gallery, webmaster_key, forbidden_method, expect):
    method, params = forbidden_method.method, forbidden_method.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    for verb in ("POST", "GET"):
        expect(gallery.call(method, webmaster_key, params=params, verb=verb)).is_told_apart_from_a_bad_key()


@clause("FORB-31")
@pytest.mark.parametrize("format", ["rest", "xmlrpc", "php", None])
def test_denial_is_told_apart_from_a_bad_key_in_each_format(gallery, webmaster_key, set_info, expect, format):
    expect.control(gallery.whoami(webmaster_key, format=format)).is_the_owner_of(webmaster_key)
    expect(gallery.send(set_info.by(webmaster_key, format=format))).is_told_apart_from_a_bad_key()


DENIED = {
    "for administrators": ("pwg.users.getList", {}),
    "the list of keys": ("pwg.users.api_key.get", {"pwg_token": "none"}),
    "a new key": ("pwg.users.api_key.create", {"pwg_token": "none", "key_name": "none", "duration": "none"}),
    "a login": (SESSION_LOGIN, {"username": "nobody", "password": "nothing"}),
    "a login by an upload": (UPLOAD_LOGIN, {"username": "nobody", "password": "nothing"}),
    "a logout": ("pwg.session.logout", {}),
}


@clause("FORB-31")
@pytest.mark.parametrize("what", DENIED)
def test_what_no_ordinary_users_key_may_do_is_told_apart_from_a_bad_key(gallery, key, expect, what):
    method, params = DENIED[what]
    expect.control(gallery.call(ALLOWED, key, params=params)).is_the_owner_of(key)
    expect(gallery.call(method, key, params=params)).is_told_apart_from_a_bad_key()


# --- logging in and out


@clause("FORB-17")
def test_login_by_password_with_a_key_in_the_header(gallery, webmaster_key, throw_away_user, sessions, expect):
    login = SESSION_LOGIN, throw_away_user.user.name, throw_away_user.password
    opened, denied = sessions.log_in(*login), sessions.log_in(*login, webmaster_key)
    expect.control(opened.answer).succeeds()
    expect.control(gallery.whoami(opened.session)).is_in_session(throw_away_user.session)
    expect(denied.answer).is_denied()
    expect(gallery.whoami(denied.session)).is_a_guest()


@clause("FORB-17")
def test_login_by_the_key_itself_with_the_key_in_the_header(
    gallery, webmaster_key, throw_away_webmaster, sessions, expect
):
    login = SESSION_LOGIN, webmaster_key.pkid, webmaster_key.secret
    opened, denied = sessions.log_in(*login), sessions.log_in(*login, webmaster_key)
    expect.control(opened.answer, promised_by="DER-01").succeeds()
    expect.control(gallery.whoami(opened.session)).is_in_session(throw_away_webmaster.session)
    expect(denied.answer).is_denied()
    expect(gallery.whoami(denied.session)).is_a_guest()


@clause("FORB-18")
def test_logout_with_a_key_in_the_header(gallery, webmaster_key, sessions, expect):
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    denied = gallery.call("pwg.session.logout", webmaster_key)
    expect(denied).is_denied()
    expect(gallery.whoami(sessions.left_by(denied))).is_a_guest()
    expect(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)


@clause("FORB-19")
@pytest.mark.parametrize("verb", ["POST", "GET"])
def test_session_beside_the_key_outlives_a_logout(gallery, webmaster_key, users, expect, verb):
    session = users.new().session
    expect.control(gallery.whoami(webmaster_key, session, verb=verb)).is_the_owner_of(webmaster_key)
    gallery.call("pwg.session.logout", webmaster_key, session, verb=verb)
    expect(gallery.whoami(session)).is_in_session(session)


@clause("FORB-20")
def test_session_beside_the_key_stays_as_it_was_after_a_login(
    gallery, webmaster_key, throw_away_user, users, sessions, expect
):
    session = users.new().session
    login = SESSION_LOGIN, throw_away_user.user.name, throw_away_user.password
    sessions.log_in(*login, webmaster_key, session)
    expect(gallery.whoami(session)).is_in_session(session)
    expect.control(sessions.log_in(*login).answer).succeeds()


# --- a site's own list


@clause("FORB-21")
def test_method_that_the_site_adds(gallery, webmaster_key, throw_away_webmaster, added_method, expect):
    method, params = added_method.method, added_method.params
    expect.control(gallery.call(ALLOWED, webmaster_key, params=params)).is_the_owner_of(webmaster_key)
    expect.control(gallery.call(method, throw_away_webmaster.session, params=params)).is_not_forbidden()
    expect(gallery.call(method, webmaster_key, params=params)).is_denied()


@clause("FORB-22")
def test_method_that_the_site_takes_off(gallery, webmaster_key, throw_away_webmaster, removed_method, expect):
    method, params = removed_method.method, removed_method.params
    in_session = gallery.call(method, throw_away_webmaster.session, params=params)
    expect.control(in_session).is_not_forbidden()
    with_key = gallery.call(method, webmaster_key, params=params)
    expect(with_key).is_not_forbidden()
    expect(with_key).is_answered_as_in_session(in_session)
