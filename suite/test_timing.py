"""What the time of an answer gives away."""

from piwigo_contract.check import KeyHeader, clause, compare_timing

NOBODY = "pkid-20250101-NobodyHasThisKey0000"
WRONG = "0123456789abcdefghij0123456789ABCDEFGHIJ"


@clause("TIME-01")
def test_refusal_takes_as_long_whether_the_identifier_exists(gallery, key, expect):
    """At most 40 pairs in random order; the two are distinguishable if one is slower by over 1 ms in 33.

    False alarms: 1 in 23,000 runs at most, whatever the load and its jitter (piwigo_contract/claims/timing.py).
    """
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    result = compare_timing(gallery, KeyHeader(key.pkid + ":" + WRONG), KeyHeader(f"{NOBODY}:{WRONG}"))
    for answer in result.answers:
        expect(answer).is_refused_as_an_invalid_key()
    expect(result.answers[-1]).that(
        not result.distinguishable,
        "a refusal as slow for an identifier that exists as for one that does not",
        str(result),
    )
