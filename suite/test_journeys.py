"""What clients send from their first call to their last: to the end with a good key, and no further with one that ends.

The journeys themselves are data, a file a client (specs/journeys/). What a key made, and whether anything is left
half-made, is read by the webmaster of the gallery and by visitors.
"""

import pytest

from piwigo_contract.check import clause


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param("lightroom", marks=clause("JRN-01")),
        pytest.param("wordpress-sidebar", marks=clause("JRN-04")),
        pytest.param("curl", marks=clause("JRN-07")),
    ],
    indirect=True,
)
def test_journey_with_a_good_key(walk, client_s_key):
    walk(client_s_key).to_its_end()


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param("lightroom", marks=clause("JRN-02")),
        pytest.param("wordpress-sidebar", marks=clause("JRN-05")),
        pytest.param("curl", marks=clause("JRN-08")),
    ],
    indirect=True,
)
def test_journey_with_a_key_revoked_half_way(walk, keys, client_s_key):
    key = keys.new(keys.owner_of(client_s_key))
    walk(key).half_way(keys.revoke, "revoked", client_s_key)


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param("lightroom", marks=clause("JRN-03")),
        pytest.param("wordpress-sidebar", marks=clause("JRN-06")),
        pytest.param("curl", marks=clause("JRN-09")),
    ],
    indirect=True,
)
def test_journey_with_a_key_expired_half_way(walk, keys, client_s_key):
    key = keys.new(keys.owner_of(client_s_key))
    walk(key).half_way(keys.expire, "expired", client_s_key)
