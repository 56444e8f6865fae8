"""pwg_token: needless with a key, and with nothing else; a cookie session must bring the right one as before."""

import pytest

from piwigo_contract.check import Body, Cookie, KeyHeader, OtherKeyHeader, Query, Text, clause

WRONG = 32 * "0"
NOBODY = "pkid-20250101-NobodyHasThisKey0000:0123456789abcdefghij0123456789ABCDEFGHIJ"
SET_INFO = "pwg.groups.setInfo"
KINDS = ["web form", "pwg.session.login"]


def session_opened_by(kind, account, sessions):
    return account.session if kind == "web form" else sessions.by_program(account.user.name, account.password)


@clause("TOK-01")
def test_no_method_asks_a_key_for_a_token(gallery, profile, webmaster_key, throw_away_webmaster, token_methods, expect):
    session = throw_away_webmaster.session
    for name, arguments in token_methods.with_arguments(
        to="administrators", by="key", forbidden=profile.forbidden_methods
    ):
        with expect.each(name):
            in_session = gallery.call(name, session, params={**arguments, "pwg_token": session.token.text})
            expect(gallery.call(name, webmaster_key, params=arguments)).is_answered_as_in_session(in_session)
    expect.remark(token_methods.left_out())


@clause("TOK-01")
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_token_is_never_what_a_call_with_a_key_lacks(gallery, profile, webmaster_key, token_methods, expect, verb):
    covered = [] if verb == "GET" else [name for name, _ in token_methods.with_arguments(to="administrators", by="key")]
    forbidden = [*profile.forbidden_methods, *covered]
    for name in token_methods.that_need_more(to="administrators", verb=verb, forbidden=forbidden):
        with expect.each(name):
            expect(gallery.call(name, webmaster_key, verb=verb)).asks_for_no_token()


@clause("TOK-02")
def test_no_method_asks_an_throw_away_users_key_for_a_token(gallery, key, token_methods, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for name in token_methods.that_need_more(to="everybody"):
        with expect.each(name):
            expect(gallery.call(name, key)).asks_for_no_token()


@clause("TOK-03")
def test_write_without_a_token_takes_effect(gallery, webmaster_key, groups, group, expect):
    named = f"{group.name} by key"
    answer = gallery.call(SET_INFO, webmaster_key, group_id=group.id, name=named)
    expect(answer).succeeds()
    expect(answer).shows("the group's name", groups.name_of(group), named)


@clause("TOK-04")
def test_wrong_token_does_no_harm_to_any_method(
    gallery, profile, webmaster_key, throw_away_webmaster, token_methods, expect
):
    session = throw_away_webmaster.session
    for name, arguments in token_methods.with_arguments(
        to="administrators", by="key", forbidden=profile.forbidden_methods
    ):
        with expect.each(name):
            in_session = gallery.call(name, session, params={**arguments, "pwg_token": session.token.text})
            by_key = gallery.call(name, webmaster_key, params={**arguments, "pwg_token": WRONG})
            expect(by_key).is_answered_as_in_session(in_session)
    expect.remark(token_methods.left_out())


@clause("TOK-04")
def test_write_with_a_wrong_token_takes_effect(gallery, webmaster_key, groups, group, expect):
    named = f"{group.name} by key"
    answer = gallery.call(SET_INFO, webmaster_key, group_id=group.id, name=named, pwg_token=WRONG)
    expect(answer).succeeds()
    expect(answer).shows("the group's name", groups.name_of(group), named)


@clause("TOK-05")
def test_write_with_an_empty_token_takes_effect(gallery, webmaster_key, groups, group, expect):
    named = f"{group.name} by key"
    answer = gallery.call(SET_INFO, webmaster_key, group_id=group.id, name=named, pwg_token="")
    expect(answer).succeeds()
    expect(answer).shows("the group's name", groups.name_of(group), named)


@clause("TOK-06")
@pytest.mark.parametrize("whose", ["the webmaster's", "a guest's", "the owner's"])
def test_write_with_a_token_of_a_session_takes_effect(
    gallery, webmaster, webmaster_key, throw_away_webmaster, sessions, groups, group, expect, whose
):
    session = {
        "the webmaster's": lambda: webmaster.session,
        "a guest's": sessions.of_a_guest,
        "the owner's": lambda: throw_away_webmaster.session,
    }[whose]()
    named = f"{group.name} by key"
    token = session.token.text
    answer = gallery.call(SET_INFO, webmaster_key, group_id=group.id, name=named, pwg_token=token)
    expect(answer).succeeds()
    expect(answer).shows("the group's name", groups.name_of(group), named)


@clause("TOK-07")
@pytest.mark.parametrize("kind", KINDS)
def test_webmasters_session_must_bring_a_token_to_every_method(
    gallery, throw_away_webmaster, sessions, token_methods, expect, kind
):
    session = session_opened_by(kind, throw_away_webmaster, sessions)
    for name, arguments in token_methods.with_arguments(to="administrators", by=kind, required=True):
        with expect.each(name):
            right = gallery.call(name, session, params={**arguments, "pwg_token": session.token.text})
            expect(gallery.call(name, session, params=arguments)).is_refused_for_its_token(right)
    expect.remark(token_methods.left_out())


@clause("TOK-08")
@pytest.mark.parametrize("kind", KINDS)
def test_throw_away_users_session_must_bring_a_token_to_every_method(
    gallery, throw_away_user, sessions, token_methods, expect, kind
):
    session = session_opened_by(kind, throw_away_user, sessions)
    for name, arguments in token_methods.with_arguments(to="everybody", by=kind, required=True):
        with expect.each(name):
            right = gallery.call(name, session, params={**arguments, "pwg_token": session.token.text})
            expect(gallery.call(name, session, params=arguments)).is_refused_for_its_token(right)


@clause("TOK-09")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("token", [WRONG, ""], ids=["wrong", "empty"])
def test_webmasters_session_must_bring_the_right_token_to_every_method(
    gallery, throw_away_webmaster, sessions, token_methods, expect, kind, token
):
    session = session_opened_by(kind, throw_away_webmaster, sessions)
    for name, arguments in token_methods.with_arguments(to="administrators", by=kind):
        with expect.each(name):
            right = gallery.call(name, session, params={**arguments, "pwg_token": session.token.text})
            wrong = gallery.call(name, session, params={**arguments, "pwg_token": token})
            expect(wrong).is_refused_for_its_token(right)
    expect.remark(token_methods.left_out())


@clause("TOK-10")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("token", [WRONG, ""], ids=["wrong", "empty"])
def test_throw_away_users_session_must_bring_the_right_token_to_every_method(
    gallery, throw_away_user, sessions, token_methods, expect, kind, token
):
    session = session_opened_by(kind, throw_away_user, sessions)
    for name, arguments in token_methods.with_arguments(to="everybody", by=kind):
        with expect.each(name):
            right = gallery.call(name, session, params={**arguments, "pwg_token": session.token.text})
            wrong = gallery.call(name, session, params={**arguments, "pwg_token": token})
            expect(wrong).is_refused_for_its_token(right)


@clause("TOK-11")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("token", [None, "", WRONG], ids=["none", "empty", "wrong"])
def test_write_in_a_session_without_the_right_token_changes_nothing(
    gallery, throw_away_webmaster, sessions, groups, group, expect, kind, token
):
    session = session_opened_by(kind, throw_away_webmaster, sessions)
    write = {"group_id": group.id, "name": f"{group.name} in session"}
    refused = gallery.call(SET_INFO, session, params=write if token is None else {**write, "pwg_token": token})
    expect(refused).is_refused_with(403, 1002)
    expect(refused).shows("the group's name", groups.name_of(group), group.name)
    right = gallery.call(SET_INFO, session, params={**write, "pwg_token": session.token.text})
    expect.control(right).succeeds()
    expect.control(right).shows("the group's name", groups.name_of(group), write["name"])


@pytest.mark.parametrize(
    "whose",
    [
        pytest.param("another webmaster", marks=clause("TOK-12")),
        pytest.param("an ordinary user", marks=clause("TOK-12")),
        pytest.param("a guest", marks=clause("TOK-12")),
        pytest.param("a session of pwg.session.login", marks=clause("TOK-18")),
        pytest.param("the same user's other session", marks=clause("TOK-18")),
    ],
)
def test_token_of_another_session_is_refused(
    gallery, webmaster, throw_away_webmaster, throw_away_user, sessions, groups, group, expect, whose
):
    owner = throw_away_webmaster
    session = owner.session
    other = {
        "another webmaster": lambda: webmaster.session,
        "an ordinary user": lambda: throw_away_user.session,
        "a guest": sessions.of_a_guest,
        "a session of pwg.session.login": lambda: sessions.by_program(
            throw_away_webmaster.user.name, throw_away_webmaster.password
        ),
        "the same user's other session": lambda: sessions.second(owner),
    }[whose]()
    write = {"group_id": group.id, "name": f"{group.name} in session"}
    refused = gallery.call(SET_INFO, session, params={**write, "pwg_token": other.token.text})
    expect(refused).is_refused_with(403, 1002)
    expect(refused).shows("the group's name", groups.name_of(group), group.name)
    right = gallery.call(SET_INFO, session, params={**write, "pwg_token": session.token.text})
    expect.control(right).succeeds()


@clause("TOK-13")
@pytest.mark.parametrize("token", [None, "", WRONG], ids=["none", "empty", "wrong"])
def test_no_key_is_made_without_the_right_token(gallery, throw_away_user, keys, expect, token):
    session = throw_away_user.session
    wanted = {"key_name": keys.new_name(throw_away_user), "duration": 30}
    create = "pwg.users.api_key.create"
    refused = gallery.call(create, session, params=wanted if token is None else {**wanted, "pwg_token": token})
    expect(refused).is_refused_with(403, 1002)
    expect(refused).shows("the keys of that name", keys.count_named(throw_away_user, wanted["key_name"]), 0)
    right = gallery.call(create, session, params={**wanted, "pwg_token": session.token.text})
    made = keys.as_key(expect.control(right).succeeds(), throw_away_user)
    expect.control(right).shows("the keys of that name", keys.count_named(throw_away_user, wanted["key_name"]), 1)
    expect.control(gallery.whoami(made)).is_the_owner_of(made)


@clause("TOK-14")
@pytest.mark.parametrize("bad", ["unknown", "wrong secret", "malformed"])
def test_bad_key_beside_a_session_is_no_way_round_its_token(
    gallery, webmaster_key, throw_away_webmaster, groups, group, expect, bad
):
    value = {
        "unknown": Text.of(NOBODY),
        "wrong secret": webmaster_key.text[:-1] + webmaster_key.text[-1].other(),
        "malformed": webmaster_key.pkid,
    }[bad]
    write = {"group_id": group.id, "name": f"{group.name} beside", "pwg_token": WRONG}
    refused = gallery.call(SET_INFO, throw_away_webmaster.session, KeyHeader(value), params=write)
    expect(refused).is_refused_with(401)
    expect(refused).shows("the group's name", groups.name_of(group), group.name)
    expect.control(gallery.call(SET_INFO, throw_away_webmaster.session, webmaster_key, params=write)).succeeds()


@clause("TOK-15")
@pytest.mark.parametrize("carrier", ["query", "body", "cookie", "header of another release", "empty header"])
def test_key_that_is_none_beside_a_session_is_no_way_round_its_token(
    gallery, profile, webmaster_key, throw_away_webmaster, groups, group, expect, carrier
):
    beside = {
        "query": Query(profile.header, webmaster_key.text),
        "body": Body(profile.header, webmaster_key.text),
        "cookie": Cookie(profile.header, webmaster_key.text),
        "header of another release": OtherKeyHeader(webmaster_key.text),
        "empty header": KeyHeader(Text()),
    }[carrier]
    write = {"group_id": group.id, "name": f"{group.name} beside", "pwg_token": WRONG}
    refused = gallery.call(SET_INFO, throw_away_webmaster.session, beside, params=write)
    expect(refused).is_refused_with(403, 1002)
    expect(refused).shows("the group's name", groups.name_of(group), group.name)
    expect.control(gallery.call(SET_INFO, throw_away_webmaster.session, webmaster_key, params=write)).succeeds()


@clause("TOK-16")
@pytest.mark.parametrize("token", [None, "", WRONG], ids=["none", "empty", "wrong"])
def test_session_opened_with_a_key_must_bring_its_token(gallery, webmaster_key, sessions, groups, group, expect, token):
    session = sessions.by_program(webmaster_key.pkid, webmaster_key.secret_half)
    write = {"group_id": group.id, "name": f"{group.name} in session"}
    refused = gallery.call(SET_INFO, session, params=write if token is None else {**write, "pwg_token": token})
    expect(refused).is_refused_with(403, 1002)
    expect(refused).shows("the group's name", groups.name_of(group), group.name)
    right = gallery.call(SET_INFO, session, params={**write, "pwg_token": session.token.text})
    expect.control(right).succeeds()


@clause("TOK-17")
@pytest.mark.parametrize("kind", KINDS)
def test_key_beside_a_session_leaves_its_token_demanded(
    gallery, webmaster_key, throw_away_webmaster, sessions, groups, group, expect, kind
):
    session = session_opened_by(kind, throw_away_webmaster, sessions)
    write = {"group_id": group.id, "name": f"{group.name} afterwards", "pwg_token": WRONG}
    beside = {**write, "name": f"{group.name} beside"}
    expect.control(gallery.call(SET_INFO, session, webmaster_key, params=beside)).succeeds()
    refused = gallery.call(SET_INFO, session, params=write)
    expect(refused).is_refused_with(403, 1002)
    expect(refused).shows("the group's name", groups.name_of(group), beside["name"])
    right = gallery.call(SET_INFO, session, params={**write, "pwg_token": session.token.text})
    expect.control(right).succeeds()
