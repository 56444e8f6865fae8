"""A run that is ended from outside: what was made is removed, by whoever is left, and the report says what happened."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import pytest
from werkzeug.wrappers import Response

from tests.running import FEW_CHECKS, PATIENCE, ROOT, clean_environment
from tests.serving import gallery


class Holds:
    """Holds the request with a wrong secret back until `go`: by then users and keys have been made."""

    def __init__(self):
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, request, pass_on):
        if "NobodyHasThisKey" in request.headers.get("X-PIWIGO-API", "") and not self.go.is_set():
            self.reached.set()
            self.go.wait(PATIENCE)
        return pass_on()


def ledgers(folder):
    return list((folder / ".piwigo-contract").glob("*"))


def pid_of(ledger):
    return json.loads(ledger.read_text().splitlines()[0])["pid"]


@pytest.mark.parametrize(
    "with_signals",
    [[signal.SIGINT], [signal.SIGTERM], [signal.SIGHUP], [signal.SIGINT, signal.SIGINT]],
    ids=["Ctrl-C", "SIGTERM", "SIGHUP", "Ctrl-C twice"],
)
def test_interrupted(begin, with_signals):
    hold = Holds()
    with gallery(hold) as front:
        users = front.users
        started = begin(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html")
        assert hold.reached.wait(PATIENCE)
        assert front.users > users
        for each in with_signals:
            started.interrupt(each)
        hold.go.set()
        done = started.finish()
        assert front.users == users
        assert not front.logged_in
        assert not ledgers(started.folder)
    assert (done.code, done.target()["verdict"]) == (2, "no-verdict")
    kinds = {(clause["reason_kind"], clause["reason"]) for clause in done.target()["clauses"]}
    assert ("interrupted", "the run was interrupted") in kinds
    assert "No verdict: the run was interrupted." in done.out


class HoldsTheEnd:
    """Holds the deletion of users back until `go`, while the run takes away what it made, and does not do it then."""

    def __init__(self):
        self.reached, self.go = threading.Event(), threading.Event()

    def __call__(self, request, pass_on):
        if request.form.get("method") != "pwg.users.delete":
            return pass_on()
        self.reached.set()
        self.go.wait(PATIENCE)
        return Response(status=503)


def test_ctrl_c_again_and_again(begin):
    """Who does not want to wait for the end leaves it to a sweep."""
    hold = HoldsTheEnd()
    with gallery(hold) as front:
        users = front.users
        started = begin(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html")
        assert hold.reached.wait(PATIENCE)
        told = started.folder.parent / f"{started.folder.name}.err"
        for number in range(3):
            started.interrupt(signal.SIGINT)
            said_by(told, number + 1)
        hold.go.set()
        done = started.finish()
        assert front.users > users
    assert done.code == 2
    assert "Traceback" not in done.out + done.err
    assert done.err.splitlines()[-2:] == ["what the run made is left to --sweep", "interrupted"]
    assert ledgers(started.folder)


def said_by(path, lines):
    """Wait until a run has said so many lines for as many signals."""
    until = time.monotonic() + PATIENCE
    while sum(map(bool, path.read_text().splitlines())) < lines and time.monotonic() < until:
        time.sleep(0.01)  # nothing tells of a file that grows


def test_a_terminal_that_is_closed(tmp_path):
    """What is printed then goes nowhere."""
    hold = Holds()
    with gallery(hold) as front:
        users = front.users
        ours, theirs = os.openpty()
        process = in_a_terminal(theirs, tmp_path, *FEW_CHECKS, *front.options("webmaster"), "-p", "no:html")
        os.close(theirs)
        assert hold.reached.wait(PATIENCE)
        assert front.users > users
        os.close(ours)
        hold.go.set()
        process.wait(PATIENCE)
        assert front.users == users


def in_a_terminal(terminal, folder, *arguments):
    """A run that a terminal belongs to, and that is sent SIGHUP when it is closed."""
    command = [sys.executable, "-c", LEADS, sys.executable, "-m", "piwigo_contract", *map(str, arguments)]
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    )


LEADS = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_what_is_made_is_written_down_first(begin):
    """And no secret with it."""
    hold = Holds()
    with gallery(hold) as front:
        users = front.users
        started = begin(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html")
        assert hold.reached.wait(PATIENCE)
        (ledger,) = ledgers(started.folder)
        assert (ledger.stat().st_mode & 0o777, ledger.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        told = ledger.read_text()
        lines = [json.loads(line) for line in told.splitlines()]
        keys, sessions = front.gallery.gallery.store.keys, front.gallery.gallery.store.sessions
        assert not [
            secret for secret in (*keys, *sessions, front.banner["webmaster"].partition(":")[2]) if secret in told
        ]
        assert {line["name"] for line in lines if line.get("kind") == "user"} == front.users - users
        hold.go.set()
        started.finish()
    assert not ledger.parent.exists()


@pytest.mark.parametrize("who", ["a worker", "its controller"])
def test_killed(begin, who):
    """Whoever is left takes away what was made."""
    hold = Holds()
    with gallery(hold) as front:
        users = front.users
        started = begin(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html", "-n", "1")
        assert hold.reached.wait(PATIENCE)
        (ledger,) = ledgers(started.folder)
        worker = pid_of(ledger)
        os.kill(worker if who == "a worker" else started.pid, signal.SIGKILL)
        hold.go.set()
        started.finish()
        worker_is_gone(worker)
        assert front.users == users
    assert not ledgers(started.folder)


def worker_is_gone(pid):
    """Wait for a process that is no child of this one."""
    with suppress(ProcessLookupError), closing(os.fdopen(os.pidfd_open(pid), "rb", closefd=True)) as process:
        assert select.select([process], [], [], PATIENCE)[0]


class Breaks:
    """Ends each connection from the first deletion of a user on, so many times, and answers then."""

    def __init__(self, times):
        self.left = times
        self.broke = False

    def __call__(self, request, pass_on):
        self.broke = self.broke or request.form.get("method") == "pwg.users.delete"
        if self.broke and self.left:
            self.left -= 1
            raise ConnectionResetError
        return pass_on()


def test_lost_connection_is_tried_again(run):
    with gallery(Breaks(3)) as front:
        users = front.users
        done = run(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html")
        assert front.users == users
    assert (done.code, done.target()["left_behind"]) == (0, [])
    assert not ledgers(done.folder)


def test_lost_connection_is_told(run):
    with gallery(Breaks(1000)) as front:
        users = front.users
        done = run(*FEW_CHECKS, *front.options("webmaster"), "-p", "no:html")
        left = front.users - users
    assert left
    assert done.code == 0, "a problem at the end is no broken clause"
    told = done.target()["left_behind"]
    assert {name for name in left if any(line.startswith(f"user '{name}': no answer to ") for line in told)} == left
    (ledger,) = ledgers(done.folder)
    assert all(name in ledger.read_text() for name in left)
