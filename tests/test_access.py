"""What is assessed with which credentials, and that nothing more is done to the target than that needs."""

import copy
import dataclasses

import pytest

from piwigo_contract.contract.clauses import ACCESS
from tests.running import FEW_CHECKS
from tests.serving import gallery

EVERYTHING = frozenset(ACCESS)
REACH = {
    "nothing": ([], {"anonymous"}),
    "key": (["api-key"], {"anonymous", "live-key"}),
    "key and dead keys": (["api-key", "expired-key", "revoked-key"],
                          {"anonymous", "live-key", "expired-key", "revoked-key"}),
    "account": (["account"], {"anonymous", "live-key", "new-key", "revoked-key"}),
    "webmaster": (["webmaster"], EVERYTHING - {"expired-key", "expiring-key"}),
}  # fmt: skip


@pytest.mark.parametrize(("given", "reach"), REACH.values(), ids=REACH)
def test_what_is_assessed(run, contract, given, reach):
    with gallery() as front:
        users, keys = front.users, front.live_keys
        done = run(*FEW_CHECKS, *front.options(*given), "-p", "no:html")
        assert (front.users, front.live_keys) == (users, keys), "something was left behind"
    quick = {clause.id for clause in contract.clauses.values() if clause.chapter in ("header", "rejection")}
    within = {clause_id for clause_id in quick if reach.issuperset(contract[clause_id].access)}
    assert done.code == 0
    assert done.target()["access"] == (given or ["anonymous"])
    assert done.with_outcome("pass") == within
    for clause_id in quick - within:
        assert done.clause(clause_id)["outcome"] == "not-assessed"
        assert "--" in done.clause(clause_id)["reason"], "the option that would bring it within reach"


def test_what_is_not_assessed_fails_the_strict_gate(run):
    with gallery() as front:
        done = run(*front.options("api-key"), "-k", "header_of_the_release", "--gate", "strict", "-p", "no:html")
    assert (done.code, done.target()["verdict"]) == (1, "not-fully-verified")


HARMLESS = {"pwg.session.getStatus", "reflection.getMethodList", "pwg.session.logout"}
"""What changes nothing of a gallery: of sessions only the run's own end."""


@pytest.mark.parametrize("given", [["api-key"], ["api-key", "account", "webmaster"]], ids="+".join)
def test_read_only_changes_nothing(run, given):
    with gallery() as front:
        users, keys = front.users, front.live_keys
        done = run(*FEW_CHECKS, *front.options(*given), "--read-only", "-p", "no:html")
        assert (front.users, front.live_keys) == (users, keys)
    assert set(front.methods) <= HARMLESS
    assert (done.code, done.clause("REJ-02")["outcome"]) == (0, "pass")
    assert done.clause("REJ-04")["outcome"] == "not-assessed"


class KeepsItsState:
    """Notes each request that changes anything of the gallery but sessions, its log, and when a key was last used."""

    def __init__(self):
        self.front, self.state, self.changed_by = None, None, []

    def now(self):
        """The gallery's own objects, which go on changing."""
        store = self.front.gallery.gallery.store
        keys = [dataclasses.replace(key, last_used_on=None) for key in store.keys.values()]
        tables = ("users", "auth_keys", "albums", "photos", "tags", "groups", "chunks", "updates_ignored")
        return keys, [getattr(store, name) for name in tables]

    def __call__(self, request, pass_on):
        self.state = self.state or copy.deepcopy(self.now())
        answer = pass_on()
        if (now := self.now()) != self.state:
            self.changed_by.append(request.form.get("method") or request.args.get("method"))
            self.state = copy.deepcopy(now)
        return answer


@pytest.mark.parametrize("given", [["webmaster"], ["api-key", "account", "webmaster"]], ids="+".join)
def test_read_only_changes_nothing_whatever_is_asked(run, given):
    """All chapters, by the rules that hold without a key as well: a verdict needs none then."""
    watched = KeepsItsState()
    with gallery(watched) as watched.front:
        done = run(*watched.front.options(*given), "--read-only", "--hypothesis-profile", "quick", "-p", "no:html")
    assert watched.state is not None
    assert watched.changed_by == []
    assert (done.code, done.target()["left_behind"]) == (0, [])
    assert done.target()["verdict"] == "not-fully-verified"


def test_the_state_is_watched(run):
    """Without --read-only a change is seen."""
    watched = KeepsItsState()
    with gallery(watched) as watched.front:
        run(*watched.front.options("webmaster"), "-k", "HDR-01", "-p", "no:html")
    assert {"pwg.users.add", "pwg.users.delete", "pwg.users.api_key.create"} <= set(watched.changed_by)


@pytest.mark.parametrize("given", [["api-key"], ["api-key", "account", "webmaster"]], ids="+".join)
def test_documents_are_judged_without_a_write(run, given):
    """What a call quotes in its answer is kept by the gallery: pwg.users.preferences.set."""
    with gallery() as front:
        done = run(*front.options(*given), "--read-only", "-k", "FMT-34 or FMT-35 or FMT-36 or FMT-37", "-p", "no:html")
    assert "pwg.users.preferences.set" not in front.methods
    assert done.clause("FMT-34")["outcome"] == "not-assessed"


def test_expired_by_a_command(run):
    """The command is run without a shell, with the id of a key that was made for it."""
    with gallery() as front:
        done = run(*front.options("webmaster", "expire-command"), "-k", "REJ-10", "-p", "no:html")
    assert (done.code, done.clause("REJ-10")["outcome"]) == (0, "pass")
