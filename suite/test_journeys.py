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
        pytest.param("lightroom-predecessor", marks=clause("JRN-10")),
        pytest.param("wordpress", marks=clause("JRN-13")),
        pytest.param("drupal", marks=clause("JRN-16")),
        pytest.param("samwilson-cli", marks=clause("JRN-19")),
        pytest.param("ios", marks=clause("JRN-22")),
        pytest.param("flutter", marks=clause("JRN-25")),
        pytest.param("darktable", marks=clause("JRN-28")),
        pytest.param("digikam", marks=clause("JRN-31")),
        pytest.param("python-httpx", marks=clause("JRN-34")),
        pytest.param("python-requests", marks=clause("JRN-37")),
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
        pytest.param("lightroom-predecessor", marks=clause("JRN-11")),
        pytest.param("wordpress", marks=clause("JRN-14")),
        pytest.param("drupal", marks=clause("JRN-17")),
        pytest.param("samwilson-cli", marks=clause("JRN-20")),
        pytest.param("ios", marks=clause("JRN-23")),
        pytest.param("flutter", marks=clause("JRN-26")),
        pytest.param("darktable", marks=clause("JRN-29")),
        pytest.param("digikam", marks=clause("JRN-32")),
        pytest.param("python-httpx", marks=clause("JRN-35")),
        pytest.param("python-requests", marks=clause("JRN-38")),
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
        pytest.param("lightroom-predecessor", marks=clause("JRN-12")),
        pytest.param("wordpress", marks=clause("JRN-15")),
        pytest.param("drupal", marks=clause("JRN-18")),
        pytest.param("samwilson-cli", marks=clause("JRN-21")),
        pytest.param("ios", marks=clause("JRN-24")),
        pytest.param("flutter", marks=clause("JRN-27")),
        pytest.param("darktable", marks=clause("JRN-30")),
        pytest.param("digikam", marks=clause("JRN-33")),
        pytest.param("python-httpx", marks=clause("JRN-36")),
        pytest.param("python-requests", marks=clause("JRN-39")),
    ],
    indirect=True,
)
def test_journey_with_a_key_expired_half_way(walk, keys, client_s_key):
    key = keys.new(keys.owner_of(client_s_key))
    walk(key).half_way(keys.expire, "expired", client_s_key)
