"""Keys that must be refused, each one change away from a key that works, and all refused alike."""

import pytest

from piwigo_contract.check import KeyHeader, clause

NOBODY = "pkid-20250101-NobodyHasThisKey0000"
WRONG = "0123456789abcdefghij0123456789ABCDEFGHIJ"
MANY = 60
"""Bad keys after which a gallery that counts them would have had enough: such limits are 3 to 50."""


@clause("REJ-01")
def test_key_that_nobody_has(gallery, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(f"{NOBODY}:{WRONG}"))).is_refused_as_an_invalid_key()


@clause("REJ-02")
@pytest.mark.parametrize("wrong", ["wholly", "in the first character", "in the last character"])
def test_wrong_secret(gallery, key, expect, wrong):
    secret = {
        "wholly": WRONG,
        "in the first character": key.secret[0].other() + key.secret[1:],
        "in the last character": key.secret[:-1] + key.secret[-1].other(),
    }[wrong]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(key.pkid + ":" + secret))).is_refused_as_an_invalid_key()


@clause("REJ-11")
def test_refused_alike_however_often(gallery, key, expect):
    bad = [KeyHeader(f"{NOBODY}:{WRONG}"), KeyHeader(key.pkid + ":" + WRONG)]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    first = [gallery.whoami(each) for each in bad]
    for answer in first:
        expect(answer).is_refused_as_an_invalid_key()
    for number in range(3, MANY + 1):
        answer = gallery.whoami(bad[number % 2])
        if (answer.status, answer.envelope) != (first[number % 2].status, first[number % 2].envelope):
            expect.step(f"{number - 1} bad keys were refused")
            expect(answer).is_refused_as_an_invalid_key()
    expect.step(f"{MANY} bad keys were refused")
    expect(gallery.whoami(key)).is_the_owner_of(key)


@clause("REJ-03")
def test_unknown_identifier(gallery, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(f"{NOBODY}:" + key.secret))).is_refused_as_an_invalid_key()


@clause("REJ-04")
def test_identifier_and_secret_of_two_keys_of_one_user(gallery, key, second_key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(second_key)).is_the_owner_of(second_key)
    expect(gallery.whoami(KeyHeader(key.pkid + ":" + second_key.secret))).is_refused_as_an_invalid_key()


@clause("REJ-05")
def test_identifier_and_secret_of_two_users(gallery, key, key_of_another_user, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect.control(gallery.whoami(key_of_another_user)).is_the_owner_of(key_of_another_user)
    expect(gallery.whoami(KeyHeader(key.pkid + ":" + key_of_another_user.secret))).is_refused_as_an_invalid_key()


@clause("REJ-06")
def test_secret_in_the_other_case(gallery, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(key.pkid + ":" + key.secret.swapcase()))).is_refused_as_an_invalid_key()


@clause("REJ-07")
@pytest.mark.parametrize(
    "lacking",
    ["secret's end", "secret's start", "half the secret", "whole secret", "identifier's end", "identifier's start",
     "whole identifier"],
)  # fmt: skip
def test_truncated_key(gallery, key, expect, lacking):
    pkid, secret = key.pkid, key.secret
    value = {
        "secret's end": pkid + ":" + secret[:-1],
        "secret's start": pkid + ":" + secret[1:],
        "half the secret": pkid + ":" + secret[:20],
        "whole secret": pkid + ":",
        "identifier's end": pkid[:-1] + ":" + secret,
        "identifier's start": pkid[1:] + ":" + secret,
        "whole identifier": ":" + secret,
    }[lacking]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(value))).is_refused_as_an_invalid_key()


@clause("REJ-08")
@pytest.mark.parametrize("added", ["secret's end", "secret's start", "identifier's end", "identifier's start"])
def test_extended_key(gallery, key, expect, added):
    pkid, secret = key.pkid, key.secret
    value = {
        "secret's end": pkid + ":" + secret + "0",
        "secret's start": pkid + ":" + "0" + secret,
        "identifier's end": pkid + "0" + ":" + secret,
        "identifier's start": "0" + pkid + ":" + secret,
    }[added]
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(KeyHeader(value))).is_refused_as_an_invalid_key()


@clause("REJ-09")
def test_revoked_key(gallery, key, revoked_key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(revoked_key)).is_refused_as_an_invalid_key()


@clause("REJ-10")
def test_expired_key(gallery, key, expired_key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    expect(gallery.whoami(expired_key)).is_refused_as_an_invalid_key()
