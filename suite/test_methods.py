"""Every method of the API, from the gallery's own reflection: who gets in, and what a key reads there.

Arguments are such that nothing comes of a call, wherever it is let through (specs/methods/). A plugin's methods are
held to the same rules as Piwigo's own.
"""

import functools

import pytest

from piwigo_contract.check import KeyHeader, clause
from piwigo_contract.methods.calls import sent
from piwigo_contract.methods.data import reads
from piwigo_contract.methods.undescribed import breaking, undescribed

UNKNOWN = 501


def with_token_of(session, method, arguments):
    """A session must bring its token where the method has one; with a key, or for a stranger, it does no harm."""
    return {**arguments, "pwg_token": session.token.text} if method.takes_token else arguments


# --- what the gallery says of its methods


def described(name, who):
    return sent("POST", "reflection.getMethodDetails", {"methodName": name}, *who)


@clause("METH-01")
def test_every_method_is_described(gallery, any_caller, expect):
    listed = gallery.call("reflection.getMethodList", *any_caller)
    for name in expect(listed).lists_methods():
        with expect.each(name):
            expect(gallery.send_once(described(name, any_caller))).describes(name)


@clause("METH-02")
def test_every_method_of_the_release_has_its_flags(gallery, released, any_caller, expect):
    listed = gallery.call("reflection.getMethodList", *any_caller)
    names = expect(listed).lists_methods()
    for name, as_released in released.items():
        with expect.each(name):
            expect(gallery.send_once(described(name, any_caller))).has_the_flags_of(as_released)
            expect(listed).is_so("the method", "in the list of methods", name in names, True)


@clause("METH-03")
def test_every_method_of_the_release_has_its_parameters(gallery, released, any_caller, expect):
    for name, as_released in released.items():
        with expect.each(name):
            expect(gallery.send_once(described(name, any_caller))).has_the_parameters_of(as_released)


# --- who gets in


def lets(answer):
    """Whether the caller is let in, whatever becomes of the call."""
    return answer.envelope is not None and answer.envelope.err not in (401, UNKNOWN)


def nobody_else_may_call(
    who, gallery, every_method, webmaster, expect, calls=None, owner_may=lambda method: False, opened=frozenset()
):
    """The webmaster may make the same call, so the refusal is about the caller.

    opened: methods that plugins of the gallery's let ordinary users call. owner_may: whether the owner of a key may
    make a call in the web session, and so by the key, too.
    """
    session = webmaster.session
    flagged = every_method.calls(for_administrators=True, to_be_refused=True)
    for method, arguments in flagged if calls is None else calls:
        if method.name in opened:
            expect.remark(f"left out: {method.name}, which a plugin lets ordinary users call")
            continue
        params = with_token_of(session, method, arguments)
        for how in every_method.ways_into(method, params):
            with expect.each(method.name):
                refused = gallery.send(sent(how, method.name, params, *who))
                if lets(refused) and owner_may(method.name):
                    expect.remark(f"left out: {method.name}, which the key's owner may call in the web session, too")
                    continue
                if not isinstance(every_method.harmless(method), str):
                    expect.control(gallery.send_once(sent(how, method.name, params, session))).may_call(unlike=refused)
                else:
                    expect.control(gallery.send_once(sent(how, "pwg.session.getStatus", params, *who))).may_call()
                expect(refused).is_refused_with(401)
    expect.remark(every_method.left_out(for_administrators=True, to_be_refused=True))


@clause("METH-04")
def test_nobody_in_particular_is_no_administrator(gallery, every_method, throw_away_webmaster, expect):
    nobody_else_may_call((), gallery, every_method, throw_away_webmaster, expect)


@clause("METH-05")
def test_visitor_is_no_administrator(gallery, every_method, throw_away_webmaster, visitor, expect):
    nobody_else_may_call((visitor,), gallery, every_method, throw_away_webmaster, expect)


@clause("METH-06")
def test_ordinary_user_is_no_administrator(
    gallery, every_method, throw_away_webmaster, ordinary_user, opened_by_plugins, expect
):
    who = (ordinary_user.session,)
    nobody_else_may_call(who, gallery, every_method, throw_away_webmaster, expect, opened=opened_by_plugins)


@clause("METH-07")
def test_ordinary_users_key_is_no_administrators(
    gallery, every_method, throw_away_webmaster, key_of_another_user, another_user, lets_in, opened_by_plugins, expect
):
    who, may = (key_of_another_user,), functools.partial(lets_in, another_user)
    nobody_else_may_call(
        who, gallery, every_method, throw_away_webmaster, expect, owner_may=may, opened=opened_by_plugins
    )


@clause("METH-33")
def test_what_a_later_release_closes_is_closed(
    gallery, every_method, closed, throw_away_webmaster, ordinary_user, key_of_another_user, expect
):
    """Whatever the gallery says of these methods; to users and their keys those that it calls open itself."""
    known = list(
        every_method.calls(
            to_be_refused=True, only=lambda method: method.name in closed, sharp=lambda method: not method.admin_only
        )
    )
    called_open = [each for each in known if not each[0].admin_only]
    nobody_else_may_call((), gallery, every_method, throw_away_webmaster, expect, known)
    for who in (ordinary_user.session, key_of_another_user):
        nobody_else_may_call((who,), gallery, every_method, throw_away_webmaster, expect, called_open)


@clause("METH-34")
def test_what_is_taken_without_being_described(
    gallery, profile, every_method, throw_away_webmaster, without_a_key, expect
):
    """Of methods that read, as they are called anyway: what becomes of such a call else is GEN-01's affair."""
    for method, arguments in every_method.calls(only=lambda method: reads(method.name), usual=24):
        call = functools.partial(gallery.call, method.name, throw_away_webmaster.session)
        if call(params=arguments).envelope is None:
            continue
        for which, names in undescribed(method, profile.release):
            for given in breaking(names):
                with expect.each(f"{method.name}: {which}"):
                    expect(call(params={**arguments, **given})).is_in_the_apis_own_form(without_a_key)


@clause("METH-20")
def test_name_in_another_case_lets_nobody_in(gallery, every_method, key_of_another_user, another_user, lets_in, expect):
    """It names no method, or the same one for the same people."""
    for method, arguments in every_method.calls(for_administrators=True, usual=30):
        with expect.each(method.name):
            refused = gallery.call(method.name.swapcase(), key_of_another_user, params=arguments)
            if lets(refused) and lets_in(another_user, method.name):
                continue
            expect.control(
                gallery.send_once(sent("POST", "pwg.session.getStatus", arguments, key_of_another_user))
            ).may_call()
            expect(refused).is_refused_with(401, UNKNOWN)


@clause("METH-08")
def test_webmaster_gets_into_every_method(gallery, every_method, throw_away_webmaster, expect):
    session = throw_away_webmaster.session
    for method, arguments in every_method.calls():
        with expect.each(method.name):
            params = with_token_of(session, method, arguments)
            stranger = gallery.send_once(sent("POST", method.name, params)) if method.admin_only else None
            expect(gallery.send_once(sent("POST", method.name, params, session))).may_call(unlike=stranger)
    expect.remark(every_method.left_out())


@clause("METH-09")
def test_webmasters_key_is_answered_as_the_session(gallery, every_method, webmaster_key, throw_away_webmaster, expect):
    session = throw_away_webmaster.session
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    for method, arguments in every_method.calls(by_key=True):
        with expect.each(method.name):
            params = with_token_of(session, method, arguments)
            in_session = gallery.send_once(sent("POST", method.name, params, session))
            expect(gallery.call(method.name, webmaster_key, params=params)).is_answered_like(in_session, "the session")
    expect.remark(every_method.left_out(by_key=True))


@clause("METH-10")
def test_ordinary_users_key_is_answered_as_the_session(
    gallery, every_method, key_of_another_user, another_user, expect
):
    session = another_user.session
    expect.control(gallery.whoami(key_of_another_user)).is_the_owner_of(key_of_another_user)
    for method, arguments in every_method.calls(for_administrators=False, by_key=True):
        with expect.each(method.name):
            params = with_token_of(session, method, arguments)
            in_session = gallery.send_once(sent("POST", method.name, params, session))
            by_key = gallery.call(method.name, key_of_another_user, params=params)
            expect(by_key).is_answered_like(in_session, "the session")
    expect.remark(every_method.left_out(for_administrators=False, by_key=True))


def refused_by_every_method(gallery, every_method, bad_key, elsewhere, session, expect, ways=None, calls=None):
    """Refused exactly as such a key is elsewhere; the webmaster may make the same call."""
    for method, arguments in calls or every_method.calls(sharp=every_method.is_used):
        params = with_token_of(session, method, arguments)
        for how in ways or every_method.ways_into(method, params):
            with expect.each(method.name):
                refused = gallery.send(sent(how, method.name, params, bad_key))
                expect.control(gallery.send_once(sent(how, method.name, params, session))).may_call(unlike=refused)
                expect(refused).is_refused_as_an_invalid_key()
                expect(refused).is_answered_like(elsewhere, "such a key elsewhere")


@clause("METH-11")
def test_revoked_key_is_refused_by_every_method(
    gallery, every_method, throw_away_webmaster, revoked_webmaster_key, expect
):
    session = throw_away_webmaster.session
    elsewhere = gallery.whoami(revoked_webmaster_key)
    expect.control(gallery.whoami(session)).is_in_session(session)
    refused_by_every_method(gallery, every_method, revoked_webmaster_key, elsewhere, session, expect)
    expect.remark(every_method.left_out())


@clause("METH-31")
def test_expired_key_is_refused_by_every_method(
    gallery, every_method, throw_away_webmaster, expired_webmaster_key, expect
):
    session = throw_away_webmaster.session
    elsewhere = gallery.whoami(expired_webmaster_key)
    expect.control(gallery.whoami(session)).is_in_session(session)
    refused_by_every_method(gallery, every_method, expired_webmaster_key, elsewhere, session, expect)
    expect.remark(every_method.left_out())


@clause("METH-32")
def test_expired_key_is_refused_by_every_method_in_a_form_with_a_file(
    gallery, every_method, throw_away_webmaster, expired_webmaster_key, expect
):
    session = throw_away_webmaster.session
    elsewhere = gallery.whoami(expired_webmaster_key)
    expect.control(gallery.whoami(session)).is_in_session(session)
    calls, ways = every_method.calls(sharp=every_method.is_used, usual=30), ("a form with a file",)
    refused_by_every_method(
        gallery, every_method, expired_webmaster_key, elsewhere, session, expect, ways=ways, calls=calls
    )
    expect.remark(every_method.left_out())


@clause("METH-12")
def test_malformed_key_is_refused_by_every_method(gallery, every_method, throw_away_webmaster, webmaster_key, expect):
    session = throw_away_webmaster.session
    cut_short = KeyHeader(webmaster_key.text[:-1])
    elsewhere = gallery.whoami(cut_short)
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    refused_by_every_method(gallery, every_method, cut_short, elsewhere, session, expect)
    expect.remark(every_method.left_out())


@clause("METH-13")
def test_methods_for_post_alone_stay_so(gallery, every_method, webmaster_key, throw_away_webmaster, expect):
    session = throw_away_webmaster.session
    for method in every_method.for_post_alone():
        with expect.each(method.name):
            expect.control(gallery.call(method.name, session, verb="GET")).is_told_that_it_takes_a_post()
            expect(gallery.call(method.name, webmaster_key, verb="GET")).is_told_that_it_takes_a_post()


# --- what is read there


def reads_what_the_session_reads(gallery, readings, how, key, session, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    for reading in readings:
        with expect.each(reading.name):
            in_session = gallery.send_once(reading.sent(how, session))
            by_key = gallery.send_once(reading.sent(how, key))
            expect(by_key).gives_the_same_result(in_session, volatile=reading.known.volatile)


@clause("METH-14")
def test_webmasters_key_reads_the_same_by_post(
    gallery, every_method, things, webmaster_key, throw_away_webmaster, expect
):
    readings, session = every_method.readings(things), throw_away_webmaster.session
    reads_what_the_session_reads(gallery, readings, "POST", webmaster_key, session, expect)


@clause("METH-15")
def test_webmasters_key_reads_the_same_by_get(
    gallery, every_method, things, webmaster_key, throw_away_webmaster, expect
):
    readings = every_method.readings(things, by_get=True, sharp=every_method.is_used)
    session = throw_away_webmaster.session
    reads_what_the_session_reads(gallery, readings, "GET", webmaster_key, session, expect)


@clause("METH-16")
def test_webmasters_key_reads_the_same_with_the_method_in_the_query(
    gallery, every_method, things, webmaster_key, throw_away_webmaster, expect
):
    readings = every_method.readings(things, sharp=every_method.is_used, usual=16)
    session = throw_away_webmaster.session
    reads_what_the_session_reads(gallery, readings, "method in the query", webmaster_key, session, expect)


@clause("METH-17")
def test_webmasters_key_reads_the_same_with_all_in_the_query(
    gallery, every_method, things, webmaster_key, throw_away_webmaster, expect
):
    readings = every_method.readings(things, by_get=True, sharp=every_method.is_used, usual=16)
    session = throw_away_webmaster.session
    reads_what_the_session_reads(gallery, readings, "POST without a body", webmaster_key, session, expect)


@clause("METH-18")
@pytest.mark.parametrize("how", ["POST", "GET"])
def test_ordinary_users_key_reads_the_same(
    gallery, every_method, things, key_of_another_user, another_user, expect, how
):
    readings = every_method.readings(things, for_administrators=False, by_get=how == "GET")
    reads_what_the_session_reads(gallery, readings, how, key_of_another_user, another_user.session, expect)


@clause("METH-35")
def test_what_is_read_has_no_secret_and_no_hash(
    gallery, every_method, things, webmaster_key, key_of_another_user, throw_away_webmaster, expect
):
    for reading in every_method.readings(things):
        with expect.each(reading.name):
            answer = gallery.send_once(reading.sent("POST", throw_away_webmaster.session))
            expect(answer).hides(*webmaster_key.secret_parts, *key_of_another_user.secret_parts)
            expect(answer).shows_no_hash()


@clause("METH-19")
def test_defaults_are_those_of_the_description(gallery, every_method, things, webmaster_key, expect):
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    for reading in every_method.readings(things, sharp=every_method.is_used):
        if reading.defaults:
            with expect.each(reading.name):
                left_out = gallery.send_once(reading.sent("POST", webmaster_key))
                given = gallery.send(reading.with_defaults().sent("POST", webmaster_key))
                expect(given).gives_the_result_of(left_out, volatile=reading.known.volatile)
