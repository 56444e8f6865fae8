"""pwg_token: needless with a key, and with nothing else; a cookie session must bring the right one as before."""

import pytest

from piwigo_contract.check import Body, Cookie, KeyHeader, OtherKeyHeader, Query, Text, clause
from piwigo_contract.methods.calls import sent

WRONG, EMPTY = Body("pwg_token", 32 * "0"), Body("pwg_token", "")
NOT_THE_RIGHT_ONE = pytest.mark.parametrize("token", [(), (EMPTY,), (WRONG,)], ids=["none", "empty", "wrong"])
NOBODY = "pkid-20250101-NobodyHasThisKey0000:0123456789abcdefghij0123456789ABCDEFGHIJ"

KINDS = pytest.mark.parametrize("kind", ["web form", "pwg.session.login"])


def opened_by(kind, account, sessions):
    """A session of the account, as a person opens it or as a program does."""
    return account.session if kind == "web form" else sessions.by_api_login(account.user.name, account.password)


# --- with a key


@pytest.mark.parametrize(
    "token",
    [pytest.param((), id="none", marks=clause("TOK-01")), pytest.param((WRONG,), id="wrong", marks=clause("TOK-04"))],
)
def test_no_method_asks_a_key_for_the_right_token(
    gallery, profile, webmaster_key, throw_away_webmaster, token_methods, expect, token
):
    session = throw_away_webmaster.session
    for name, arguments in token_methods.with_arguments(
        to="administrators", by="key", forbidden=profile.forbidden_methods
    ):
        with expect.each(name):
            in_session = gallery.send_once(sent("POST", name, arguments, *session.with_token))
            by_key = gallery.call(name, webmaster_key, *token, params=arguments)
            expect(by_key).is_answered_as_in_session(in_session)
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
def test_no_method_asks_a_users_key_for_a_token(gallery, key, token_methods, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for name in token_methods.that_need_more(to="everybody"):
        with expect.each(name):
            expect(gallery.call(name, key)).asks_for_no_token()


@pytest.mark.parametrize(
    "token",
    [
        pytest.param((), id="none", marks=clause("TOK-03")),
        pytest.param((WRONG,), id="wrong", marks=clause("TOK-04")),
        pytest.param((EMPTY,), id="empty", marks=clause("TOK-05")),
    ],
)
def test_write_without_the_right_token_takes_effect(gallery, webmaster_key, writes, group, expect, token):
    write = writes.name_of(group)
    answer = gallery.send(write.by(webmaster_key, *token))
    expect(answer).succeeds()
    expect(answer).took_effect(write)


@clause("TOK-06")
@pytest.mark.parametrize("whose", ["the webmaster's", "a guest's", "the owner's"])
def test_write_with_a_token_of_a_session_takes_effect(
    gallery, webmaster, webmaster_key, throw_away_webmaster, sessions, writes, group, expect, whose
):
    session = {
        "the webmaster's": lambda: webmaster.session,
        "a guest's": sessions.of_a_guest,
        "the owner's": lambda: throw_away_webmaster.session,
    }[whose]()
    _, token = session.with_token
    write = writes.name_of(group)
    answer = gallery.send(write.by(webmaster_key, token))
    expect(answer).succeeds()
    expect(answer).took_effect(write)


# --- in a session


@KINDS
@pytest.mark.parametrize(
    "token",
    [
        pytest.param((), id="none", marks=clause("TOK-07")),
        pytest.param((WRONG,), id="wrong", marks=clause("TOK-09")),
        pytest.param((EMPTY,), id="empty", marks=clause("TOK-09")),
    ],
)
def test_webmasters_session_must_bring_the_right_token_to_every_method(
    gallery, throw_away_webmaster, sessions, token_methods, expect, kind, token
):
    session = opened_by(kind, throw_away_webmaster, sessions)
    # one that a method can do without may be missing, but not wrong
    for name, arguments in token_methods.with_arguments(to="administrators", by=kind, required=not token):
        with expect.each(name):
            right = gallery.send_once(sent("POST", name, arguments, *session.with_token))
            expect(gallery.call(name, session, *token, params=arguments)).is_refused_for_its_token(right)
    expect.remark(token_methods.left_out())


@KINDS
@pytest.mark.parametrize(
    "token",
    [
        pytest.param((), id="none", marks=clause("TOK-08")),
        pytest.param((WRONG,), id="wrong", marks=clause("TOK-10")),
        pytest.param((EMPTY,), id="empty", marks=clause("TOK-10")),
    ],
)
def test_users_session_must_bring_the_right_token_to_every_method(
    gallery, throw_away_user, sessions, token_methods, expect, kind, token
):
    session = opened_by(kind, throw_away_user, sessions)
    for name, arguments in token_methods.with_arguments(to="everybody", by=kind, required=not token):
        with expect.each(name):
            right = gallery.send_once(sent("POST", name, arguments, *session.with_token))
            expect(gallery.call(name, session, *token, params=arguments)).is_refused_for_its_token(right)


@clause("TOK-11")
@KINDS
@NOT_THE_RIGHT_ONE
def test_write_in_a_session_without_the_right_token_changes_nothing(
    gallery, throw_away_webmaster, sessions, writes, group, expect, kind, token
):
    session, write = opened_by(kind, throw_away_webmaster, sessions), writes.name_of(group)
    refused = gallery.send(write.by(session, *token))
    expect(refused).is_refused_with(403, 1002)
    expect(refused).changed_nothing(write)
    right = gallery.send(write.by(*session.with_token))
    expect.control(right).succeeds()
    expect.control(right).took_effect(write)


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
    gallery, webmaster, throw_away_webmaster, throw_away_user, sessions, writes, group, expect, whose
):
    owner, write = throw_away_webmaster, writes.name_of(group)
    other = {
        "another webmaster": lambda: webmaster.session,
        "an ordinary user": lambda: throw_away_user.session,
        "a guest": sessions.of_a_guest,
        "a session of pwg.session.login": lambda: sessions.by_api_login(owner.user.name, owner.password),
        "the same user's other session": lambda: sessions.second(owner),
    }[whose]()
    _, token = other.with_token
    refused = gallery.send(write.by(owner.session, token))
    expect(refused).is_refused_with(403, 1002)
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(*owner.session.with_token))).succeeds()


@clause("TOK-13")
@NOT_THE_RIGHT_ONE
def test_no_key_is_made_without_the_right_token(gallery, throw_away_user, keys, writes, expect, token):
    session, write = throw_away_user.session, writes.new_key_of(throw_away_user)
    refused = gallery.send(write.by(session, *token))
    expect(refused).is_refused_with(403, 1002)
    expect(refused).changed_nothing(write)
    right = gallery.send(write.by(*session.with_token))
    made = keys.as_key(expect.control(right).succeeds(), throw_away_user)
    expect.control(right).took_effect(write)
    expect.control(gallery.whoami(made)).is_the_owner_of(made)


@clause("TOK-14")
@pytest.mark.parametrize("bad", ["unknown", "wrong secret", "malformed"])
def test_bad_key_beside_a_session_is_no_way_round_its_token(
    gallery, webmaster_key, throw_away_webmaster, writes, group, expect, bad
):
    session, write = throw_away_webmaster.session, writes.name_of(group)
    value = {
        "unknown": Text.of(NOBODY),
        "wrong secret": webmaster_key.text[:-1] + webmaster_key.text[-1].other(),
        "malformed": webmaster_key.pkid,
    }[bad]
    refused = gallery.send(write.by(session, KeyHeader(value), WRONG))
    expect(refused).is_refused_with(401)
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(session, webmaster_key, WRONG))).succeeds()


@clause("TOK-15")
@pytest.mark.parametrize("carrier", ["query", "body", "cookie", "header of another release", "empty header"])
def test_key_that_is_none_beside_a_session_is_no_way_round_its_token(
    gallery, profile, webmaster_key, throw_away_webmaster, writes, group, expect, carrier
):
    session, write = throw_away_webmaster.session, writes.name_of(group)
    beside = {
        "query": Query(profile.header, webmaster_key.text),
        "body": Body(profile.header, webmaster_key.text),
        "cookie": Cookie(profile.header, webmaster_key.text),
        "header of another release": OtherKeyHeader(webmaster_key.text),
        "empty header": KeyHeader(Text()),
    }[carrier]
    refused = gallery.send(write.by(session, beside, WRONG))
    expect(refused).is_refused_with(403, 1002)
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(session, webmaster_key, WRONG))).succeeds()


@clause("TOK-16")
@NOT_THE_RIGHT_ONE
def test_session_opened_with_a_key_must_bring_its_token(gallery, webmaster_key, sessions, writes, group, expect, token):
    session, write = sessions.by_api_login(webmaster_key.pkid, webmaster_key.secret), writes.name_of(group)
    refused = gallery.send(write.by(session, *token))
    expect(refused).is_refused_with(403, 1002)
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(*session.with_token))).succeeds()


@clause("TOK-17")
@KINDS
def test_key_beside_a_session_leaves_its_token_demanded(
    gallery, webmaster_key, throw_away_webmaster, sessions, writes, group, expect, kind
):
    session, write = opened_by(kind, throw_away_webmaster, sessions), writes.name_of(group)
    beside = gallery.send(write.by(session, webmaster_key, WRONG))
    expect.control(beside).succeeds()
    expect.control(beside).took_effect(write)
    write = writes.name_of(group)
    refused = gallery.send(write.by(session, WRONG))
    expect(refused).is_refused_with(403, 1002)
    expect(refused).changed_nothing(write)
    expect.control(gallery.send(write.by(*session.with_token))).succeeds()
