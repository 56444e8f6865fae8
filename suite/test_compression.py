"""Compressed answers: what a client gets that says that it takes them, counted in bytes on the socket.

Everywhere else the suite asks for answers as they are: what one client has compressed and another has not would look
like two answers.
"""

import pytest

from piwigo_contract.check import ApiCall, KeyHeader, Text, clause

NOBODY = KeyHeader("pkid-20250101-NobodyHasThisKey0000:0123456789abcdefghij0123456789ABCDEFGHIJ")
LISTED = "reflection.getMethodList"
LONG = 1500 * "Été 日本 "
"""Text that the error of a bad name quotes: 21 kB in UTF-8, more than servers take to be worth compressing."""


def asked(method, *auth, accepting=None, format="json", verb="POST", **params):
    """A call by a client that accepts these codings; None for one that does not say which."""
    given = tuple((name, Text.of(value)) for name, value in params.items())
    if accepting is None:
        return ApiCall(method, given, verb, format, auth, without=("Accept-Encoding",))
    return ApiCall(method, given, verb, format, auth, (("Accept-Encoding", Text.of(accepting)),))


def calls(key, **how):
    """By somebody with a key, without, and with a bad one: results, errors and a refusal."""
    quoted = {"param": LONG, "value": "x"}
    return {
        "list with a key": asked(LISTED, key, **how),
        "long error with a key": asked("pwg.users.preferences.set", key, **how, **quoted),
        "list without a key": asked(LISTED, **how),
        "error without a key": asked("no.such.method", **how),
        "bad key": asked(LISTED, NOBODY, **how),
    }


@clause("FMT-35")
@pytest.mark.parametrize("accepted", ["gzip", "deflate", "gzip, deflate"])
@pytest.mark.parametrize("format", ["json", "rest"])
def test_same_answers(gallery, key, expect, accepted, format):
    who = gallery.send_counted(asked("pwg.session.getStatus", key, accepting=accepted, format=format))
    expect(who).is_the_owner_of(key)
    plain = calls(key, accepting="identity", format=format)
    for kind, call in calls(key, accepting=accepted, format=format).items():
        with expect.each(kind):
            answer = gallery.send_counted(call)
            expect(answer).is_in_no_coding_but("gzip", "deflate")
            expect(answer).says_the_same_as(gallery.send(plain[kind]))


@clause("FMT-36")
@pytest.mark.parametrize("accepted", ["identity", "gzip", "deflate"])
@pytest.mark.parametrize("format", ["json", "rest", "xmlrpc", "php"])
def test_length(gallery, key, expect, accepted, format):
    for kind, call in calls(key, accepting=accepted, format=format).items():
        with expect.each(kind):
            expect(gallery.send_counted(call)).is_as_long_as_it_says()


@clause("FMT-37")
@pytest.mark.parametrize(
    "accepted",
    [None, "", "identity", "gzip;q=0, deflate;q=0", "identity, *;q=0"],
    ids=["unsaid", "none", "as it is", "not these", "nothing else"],
)
@pytest.mark.parametrize("format", ["json", "rest"])
def test_nothing_is_compressed_unasked(gallery, key, expect, accepted, format):
    for kind, call in calls(key, accepting=accepted, format=format).items():
        with expect.each(kind):
            expect(gallery.send_counted(call)).is_in_no_coding_but()


@clause("FMT-38")
@pytest.mark.parametrize("verb", ["POST", "GET"])
@pytest.mark.parametrize("accepted", ["gzip", "deflate"])
def test_caches_keep_both(gallery, key, expect, accepted, verb):
    for auth in ((), (key,), (NOBODY,)):
        plain = gallery.send(asked(LISTED, *auth, accepting="identity", verb=verb))
        answer = gallery.send_counted(asked(LISTED, *auth, accepting=accepted, verb=verb))
        expect(answer).is_kept_for_its_coding_alone(plain)
