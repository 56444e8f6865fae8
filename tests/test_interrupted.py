"""Ctrl-C in the middle of a run: what was made is removed, and the report says what happened."""

import signal
import threading

import pytest

from tests.running import PATIENCE, QUICK
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


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_interrupted(begin, with_signal):
    hold = Holds()
    with gallery(hold) as front:
        users = front.users
        started = begin(*QUICK, *front.options("webmaster"), "-p", "no:html")
        assert hold.reached.wait(PATIENCE)
        assert front.users > users
        started.interrupt(with_signal)
        hold.go.set()
        done = started.finish()
        assert front.users == users
    assert (done.code, done.target()["verdict"]) == (2, "no-verdict")
    kinds = {(clause["reason_kind"], clause["reason"]) for clause in done.target()["clauses"]}
    assert ("interrupted", "the run was interrupted") in kinds
    assert "No verdict: the run was interrupted." in done.out
