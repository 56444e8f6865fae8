"""Run by `pytest` where piwigo-contract is installed: the fixtures come with it."""

from datetime import timedelta

import pytest
from piwigo import Failed, KeyRefused, Piwigo

from piwigo_contract.reference.conditions import Conditions


def whoami(client):
    return client.call("pwg.session.getStatus")["username"]


@pytest.mark.parametrize("release", ["16.0", "16.1", "16.2", "16.3", "16.4", "17.0"])
def test_each_release_s_quirks(piwigo_reference_factory, release):
    server = piwigo_reference_factory(release=release, fixed=False)
    client = Piwigo(server.url, server.banner["webmaster_key"])
    assert whoami(client) == "webmaster"
    photos = client.call("pwg.categories.getImages", cat_id=1)["images"]
    assert [photo["file"] for photo in photos] == ["lake.jpg"]
    tag = client.call("pwg.tags.add", name="water")["id"]
    client.call("pwg.tags.delete", tag_id=tag)


def test_a_key_that_expires(piwigo_reference):
    client = Piwigo(piwigo_reference.url, piwigo_reference.banner["api_key"])
    assert whoami(client) == "alice"
    piwigo_reference.move_clock(timedelta(days=366))
    with pytest.raises(KeyRefused):
        whoami(client)
    assert piwigo_reference.asked[-1].caller == "key refused: expired"


def test_a_key_that_is_revoked(piwigo_reference):
    client = Piwigo(piwigo_reference.url, piwigo_reference.banner["api_key"])
    piwigo_reference.revoke(piwigo_reference.banner["api_key"])
    with pytest.raises(KeyRefused):
        whoami(client)


def test_a_missing_parameter(piwigo_reference):
    client = Piwigo(piwigo_reference.url, piwigo_reference.banner["webmaster_key"])
    with pytest.raises(Failed) as caught:
        client.call("pwg.categories.add")
    assert caught.value.args == (1002, "Missing parameters: name")


def test_what_is_no_picture(piwigo_reference):
    client = Piwigo(piwigo_reference.url, piwigo_reference.banner["webmaster_key"])
    with pytest.raises(Failed, match="forbidden file type"):
        client.call("pwg.images.addSimple", {"image": ("a.jpg", b"no picture")}, category=1)


def test_a_rate_limit(piwigo_reference_factory):
    server = piwigo_reference_factory(conditions=Conditions(rate=1))
    client = Piwigo(server.url, server.banner["api_key"])
    assert whoami(client) == "alice"
    assert [asked.status for asked in server.asked] == [200, 429, 200]
