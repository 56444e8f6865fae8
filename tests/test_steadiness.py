"""A target that is another one in the middle of a run is said to be, in one line."""

import pytest

from piwigo_contract.client.vault import Vault
from piwigo_contract.options import Settings
from piwigo_contract.provision.target import PreflightResult, Target
from tests.hostile import GALLERIES
from tests.serving import gallery

CHANGES = {
    "another user with each request": "who brings no key was 'guest' (guest) at first, and somebody else later",
    "another version with each request": "the target was of version 16.4.0 at first, and of another one later",
    "a clock that runs backwards": "the target's clock went back: "
    "what is told of expiry and of last uses may come from that",
}


@pytest.mark.parametrize("kind", CHANGES)
def test_change_is_said_once(client, kind):
    with gallery(GALLERIES[kind]()) as front:
        asking = client(front.url)
        for _ in range(7):
            asking.whoami()
        assert asking.remarks == []
        for _ in range(3):
            asking.whoami(verb="GET")
    assert asking.remarks == [CHANGES[kind]]


def test_worker_knows_what_the_target_was_at_first(vault: Vault):
    with gallery() as front:
        found = PreflightResult(front.url, "16.4", "16.3.0", anonymous=("jo", "normal"))
        target = Target(front.url, Settings(), vault, found)
        target.gallery.whoami()
        target.gallery.close()
    assert target.gallery.remarks == [
        "the target was of version 16.3.0 at first, and of another one later",
        "who brings no key was 'jo' (normal) at first, and somebody else later",
    ]


def test_nobody_is_asked_for_once_more_at_the_end(run):
    kind = "another user with each request"
    with gallery(GALLERIES[kind]()) as front:
        done = run(*front.options("api-key"), "-k", "HDR-01 or HDR-02", "-p", "no:html")
    assert CHANGES[kind] in done.target()["environment"]
    assert done.out.count(f"note: {CHANGES[kind]}") == 1
