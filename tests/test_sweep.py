"""What killed runs leave is told, shown, asked for, and taken away; what only looks alike stays."""

from __future__ import annotations

import datetime
import json
import os
import pty
import signal
import subprocess
import sys

import pytest

from piwigo_contract.provision.names import Names, run_of, run_of_key
from tests.running import PATIENCE, QUICK, ROOT, clean_environment
from tests.serving import gallery
from tests.test_interrupted import Holds, ledgers


def things(front):
    """The names of what there is."""
    store = front.gallery.gallery.store
    tables = store.albums, store.photos, store.tags, store.groups
    return front.users.union(*({each.name for each in table.values()} for table in tables))


@pytest.fixture
def killed(begin):
    """A gallery with what a run left that was killed, what was there before, and where the run was."""
    hold = Holds()
    with gallery(hold) as front:
        before = things(front), front.live_keys
        started = begin("-k", "WRITE-04 or WRITE-05 or REJ", *front.options("webmaster"), "-p", "no:html")
        assert hold.reached.wait(PATIENCE)
        os.killpg(started.pid, signal.SIGKILL)
        hold.go.set()
        started.finish()
        assert things(front) > before[0]
        yield front, before, started.folder


def test_swept_by_the_ledger(run, killed):
    front, before, folder = killed
    left = things(front) - before[0]
    told = run(*QUICK, "-k", "HDR-01", *front.options("webmaster"), "-p", "no:html")
    assert f"an earlier run left things on {front.url}" in told.out
    assert f"--target {front.url} --sweep shows and removes them" in told.out
    quiet = run("-q", "-k", "HDR-01", *front.options("webmaster"), "-p", "no:html", name="run")
    assert f"note: an earlier run left things on {front.url}" in quiet.out
    assert things(front) == before[0] | left, "no run removes what it was not asked to"

    shown = run(*front.options("webmaster"), "--sweep")
    assert (shown.code, things(front)) == (4, before[0] | left)
    assert "--sweep=yes removes what is shown" in shown.err
    assert all(name in shown.out[len(told.out) :] for name in left & front.users)

    swept = run(*front.options("webmaster"), "--sweep=yes")
    assert swept.code == 0
    assert (things(front), front.live_keys) == before
    assert not ledgers(folder)
    again = run(*front.options("webmaster"), "--sweep", PIWIGO_SWEEP="ask")
    assert again.code == 0
    assert again.out.endswith("earlier runs left nothing\n")


def test_swept_by_name(run, killed):
    front, before, folder = killed
    for ledger in ledgers(folder):
        ledger.unlink()
    left = things(front)
    fresh = run(*front.options("webmaster"), "--sweep=yes")
    assert (fresh.code, things(front)) == (2, left), "it may be a run that is under way elsewhere"
    assert "made users less than an hour ago, and no ledger of it is here" in fresh.out
    front.gallery.move_clock(datetime.timedelta(hours=2))
    assert run(*front.options("webmaster"), "--sweep=yes").code == 0
    assert (things(front), front.live_keys) == before


ALIKE = (
    *("pc-20240817-user-1", "pc-0123abcd-user-1", "pc-user-1", "PC-{run}-user-1", "{run}", "{run}-user", "{run}-user-"),
    *("{run}-user-1x", "x{run}-user-1", "{run}-user-1 ", "{run} user", "{run}user-1", "{run}-user-0", "{run}-user-01"),
)


def test_what_looks_alike_stays(run, vault):
    names = Names(vault)
    alike = {name.format(run=names.prefix) for name in ALIKE}
    own = {kind: names.new(kind) for kind in ("album", "tag", "group")}
    with gallery() as front:
        store, now = front.gallery.gallery.store, front.gallery.gallery.now()
        for name in (*alike, names.new_login("user")):
            store.add_user(name, "password", "normal", now)
        owner = store.user_named(front.banner["account"].partition(":")[0])
        for number, name in enumerate((*alike, names.new("key"), f"{names.prefix} keys 1", f"{names.prefix} key ")):
            store.add_key(owner, f"pkid-20250101-{number:020}", "secret", name, now, now)
        before = front.users
        for name in (*alike, own["album"]):
            store.add_album(name)
        front.gallery.move_clock(datetime.timedelta(hours=2))
        assert run(*front.options("webmaster", "account"), "--sweep=yes").code == 0
        assert front.users == before - {f"{names.prefix}-user-1"}
        assert {album.name for album in store.albums.values()} >= alike
        assert own["album"] not in {album.name for album in store.albums.values()}
        revoked = {key.name for key in store.keys.values() if key.revoked_on and key.pkid.startswith("pkid-20250101-0")}
        assert revoked == {f"{names.prefix} key 1"}


def test_names_of_runs(vault):
    names = Names(vault)
    assert {run_of(names.new_login("user")), run_of(names.new("group name")), run_of(names.new("photo"))} == {
        names.prefix
    }
    assert run_of_key(f"{names.new('key')} <b>x</b>") == names.prefix
    assert {run_of(name.format(run=names.prefix)) for name in ALIKE} == {None}


def test_a_run_that_is_under_way_is_let_be(run, begin):
    hold = Holds()
    with gallery(hold) as front:
        users = front.users
        started = begin(*QUICK, *front.options("webmaster"), "-p", "no:html", name="run")
        assert hold.reached.wait(PATIENCE)
        made = front.users - users
        # one run at a time is what the server of forks starts; the sweep is a process of its own
        swept = sweep(started.folder, *front.options("webmaster"), "--sweep=yes")
        assert (swept.returncode, swept.stdout) == (0, f"{front.url}: earlier runs left nothing\n")
        assert made <= front.users
        hold.go.set()
        assert started.finish().code == 0


def sweep(folder, *arguments, **given):
    command = [sys.executable, "-m", "piwigo_contract", *arguments]
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, text=True, stdout=-1, stderr=-1, check=False, **given)


@pytest.mark.parametrize(("answer", "removed"), [("y\n", True), ("n\n", False)], ids=["yes", "no"])
def test_asked_on_a_terminal(killed, answer, removed):
    front, before, folder = killed
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    try:
        done = sweep(folder, *front.options("webmaster"), "--sweep", stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0, done.stderr
    assert "Remove all of this? [y/N]" in done.stdout
    assert (things(front) == before[0]) is removed


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--sweep"], "give --target URL"),
        (["--sweep", "--target", "http://127.0.0.1:1/"], "needs --webmaster USER:PASSWORD"),
        (["--sweep", "--read-only", "--target", "http://127.0.0.1:1/"], "--read-only changes nothing"),
        (["--sweep=no"], "is yes, or has no value"),
        (["--keep", "--read-only"], "--read-only makes nothing"),
    ],
    ids=["no target", "no access", "read-only", "another value", "kept and read-only"],
)
def test_what_makes_no_sense(run, options, told):
    done = run(*options)
    assert done.code == 4
    assert told in done.err


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["in series", "a worker"])
def test_kept(run, workers):
    with gallery() as front:
        before = things(front), front.live_keys
        done = run(*front.options("webmaster"), "--keep", "-k", "WRITE-04", *workers, "-p", "no:html")
        kept = front.users - before[0]
        assert done.code == 0
        assert kept
        left = done.target()["left_behind"]
        assert {f"user {name!r}: kept, as asked for" for name in kept} <= set(left)
        assert all(f"user {name!r}" in done.out for name in kept)
        assert f"--target {front.url} --sweep removes it" in done.out
        assert not [name for name in front.logged_in if not run_of(name)]
        assert run(*front.options("webmaster"), "--sweep=yes").code == 0
        assert (things(front), front.live_keys) == before


def test_a_ledger_that_is_none(run):
    with gallery() as front:
        done = run(*QUICK, *front.options("webmaster"), "-k", "HDR-01", "-p", "no:html")
        folder = done.folder / ".piwigo-contract"
        folder.mkdir()
        (folder / "20260101T000000Z-0123abcd-main.jsonl").write_text(json.dumps({"ledger": 99}))
        swept = run(*front.options("webmaster"), "--sweep=yes")
    assert swept.code == 4
    assert "is no ledger that this version reads: look into it, and delete it" in swept.err
