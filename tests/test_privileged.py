"""Throw-away webmasters and administrators have the rights of one while a check needs them, and no longer."""

from __future__ import annotations

import pytest

from piwigo_contract.client.vault import Vault
from piwigo_contract.errors import OutOfReach
from piwigo_contract.options import Settings
from piwigo_contract.provision.ledger import PRIVILEGED
from piwigo_contract.provision.target import Target
from tests.faults import odd
from tests.serving import gallery


def privileged(front):
    """The names of who has the rights of an administrator on a gallery, but for its own webmaster."""
    own = front.banner["webmaster"].split(":")[0]
    return {user.username for user in front.gallery.gallery.store.users.values() if user.is_admin} - {own}


def test_rights_are_taken_and_given_back(place):
    users, identities = place.makers.users, place.target.identities
    once = users.new("admin").user.name
    standing = identities.webmaster_key().owner.name
    assert privileged(place.front) == {once, standing}
    users.stand_down({"webmaster_key"})
    assert privileged(place.front) == {standing}
    users.stand_down(set())
    assert privileged(place.front) == set()
    asked = len(place.front.seen)
    users.stand_down(set())
    assert len(place.front.seen) == asked
    assert identities.webmaster_key().owner.name == standing
    assert privileged(place.front) == {standing}
    assert place.target.gallery.whoami(identities.webmaster_key()).caller.user.status == "webmaster"
    ledger = place.target.ledger
    assert ledger.entered[PRIVILEGED] == 2
    assert place.target.take_away() == []
    assert len(ledger.privileged_for) == 2


def test_somebody_else_s_number_is_not_taken_for_that_of_a_new_user():
    with gallery(odd("pwg.users.add", "somebody else's ids")) as front:
        own, password = front.banner["webmaster"].split(":")
        target = Target(front.url, Settings(webmaster=(own, password)), Vault())
        with pytest.raises(OutOfReach, match="not somebody else's"):
            target.makers.users.new("admin")
        target.gallery.close()
        assert front.gallery.gallery.store.user_named(own).status == "webmaster"


def test_user_that_is_gone_by_then(place):
    users = place.makers.users
    users.delete(users.new("webmaster"))
    asked = len(place.front.seen)
    users.stand_down(set())
    assert len(place.front.seen) == asked


def test_a_run_has_one_at_a_time(run):
    most = [set()]

    def watch(request, pass_on):
        most.append(privileged(front))
        return pass_on()

    with gallery(watch) as front:
        done = run(*front.options("webmaster"), "-k", "WHO-08 or WHO-09 or WHO-10 or PHO-03 or WHO-01", "-p", "no:html")
        assert done.code == 0, done.out
    names = set.union(*most)
    assert len(names) >= 8
    assert max(map(len, most)) <= 4  # those of whom photos are hidden, and who owns them


def test_script_of_a_break_does_not_tell_of_it(run):
    """What gives rights back is no part of what was done."""
    with gallery(mutant="activity-says-nothing-of-a-key") as front:
        done = run(*front.options("webmaster"), "-k", "WHO-41 or WHO-56 or WHO-67", "-p", "no:html")
        given = [
            seen.form["status"] for seen in front.seen if seen.method == "pwg.users.setInfo" and "status" in seen.form
        ]
    assert given.count("admin") > 1
    script = (done.folder / "reports" / "reproduce" / "WHO-67.sh").read_text()
    assert (script.count("status=admin"), script.count("status=normal")) == (1, 0)
