"""Generated calls for every operation that the gallery describes.

schemathesis generates the values. In every method that does more than read, an id is that of a thing of this run, or
one that nothing has (specs/methods/). Each cause of a break is reported once, with its smallest call.
"""

import schemathesis

from piwigo_contract.check import KeyHeader, Text, clause

NOBODY = "pkid-20250101-NobodyHasThisKey0000:0123456789abcdefghij0123456789ABCDEFGHIJ"

values_that_fit = schemathesis.pytest.from_fixture("values_that_fit")
values_that_do_not_fit = schemathesis.pytest.from_fixture("values_that_do_not_fit")
any_values = schemathesis.pytest.from_fixture("any_values")


@clause("GEN-01")
@values_that_fit.parametrize()
def test_values_that_fit_are_answered_in_the_apis_own_form(case, generated, without_a_key, expect):
    generated.run_case(case, expect, lambda answer: expect(answer).is_in_the_apis_own_form(without_a_key))


@clause("GEN-02")
@values_that_do_not_fit.parametrize()
def test_values_that_do_not_fit_are_answered_in_the_apis_own_form(case, generated, without_a_key, expect):
    generated.run_case(case, expect, lambda answer: expect(answer).is_in_the_apis_own_form(without_a_key))


@clause("GEN-03")
@any_values.parametrize()
def test_bad_keys_are_refused_whatever_comes_with_them(
    case, gallery, generated, webmaster_key, throw_away_webmaster, expect
):
    """The control is the same call in a webmaster's session."""
    elsewhere = gallery.whoami_once(KeyHeader(Text.of(NOBODY)))
    bad = KeyHeader(Text.of(NOBODY)), KeyHeader(webmaster_key.text[:-1])
    nobodys, cut_short = (generated.call_of(case, each) for each in bad)
    with expect.each_example(nobodys.method):
        refused = gallery.send(nobodys)
        in_session = gallery.send_once(generated.call_of(case, throw_away_webmaster.session))
        expect.control(in_session).may_call(unlike=refused)
        for answer in (refused, gallery.send(cut_short)):
            expect(answer).is_refused_as_an_invalid_key()
            expect(answer).is_answered_like(elsewhere, "an unknown key elsewhere")


@clause("GEN-11")
@any_values.parametrize()
def test_expired_key_is_refused_whatever_comes_with_it(
    case, gallery, generated, expired_webmaster_key, throw_away_webmaster, expect
):
    """The control is the same call in a webmaster's session."""
    elsewhere = gallery.whoami_once(expired_webmaster_key)
    call = generated.call_of(case, expired_webmaster_key)
    with expect.each_example(call.method):
        refused = gallery.send(call)
        in_session = gallery.send_once(generated.call_of(case, throw_away_webmaster.session))
        expect.control(in_session).may_call(unlike=refused)
        expect(refused).is_refused_as_an_invalid_key()
        expect(refused).is_answered_like(elsewhere, "an expired key elsewhere")


@clause("GEN-04")
def test_ids_flow_from_one_method_into_the_next(gallery, journeys, webmaster_key, expect):
    """Albums, tags and groups are made for this run, then read and changed by the ids in the answers."""
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    journeys(expect)
