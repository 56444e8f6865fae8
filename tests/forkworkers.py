"""Workers of pytest-xdist that are forked from a process that has imported everything: that saves 2 s a worker.

They begin as execnet's own do, with a line of Python from their standard input; `test_given_secrets.py` has a run with
a worker that nobody forked.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from typing import Any

from execnet.gateway_io import Popen2IOMaster

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def fork_workers() -> None:
    """From here on execnet gets its processes from one that is forked now, before the run has threads and state."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        ours.close()
        _serve(theirs)
    theirs.close()

    def begin(io: Popen2IOMaster, _: object, execmodel: Any) -> None:
        io.popen = _Worker(ours)
        super(Popen2IOMaster, io).__init__(io.popen.stdin, io.popen.stdout, execmodel=execmodel)

    Popen2IOMaster.__init__ = begin


class _Worker:
    """What execnet asks of a subprocess.Popen."""

    def __init__(self, server: socket.socket) -> None:
        (its_stdin, stdin), (stdout, its_stdout) = os.pipe(), os.pipe()
        socket.send_fds(server, [b"fork"], [its_stdin, its_stdout])
        os.close(its_stdin)
        os.close(its_stdout)
        self.stdin, self.stdout = os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb")
        self._process = os.pidfd_open(int(server.recv(16)))

    def wait(self) -> None:
        select.select([self._process], [], [])

    def kill(self) -> None:
        signal.pidfd_send_signal(self._process, signal.SIGKILL)


def _serve(asked: socket.socket) -> None:
    """Fork a worker for each request, until the run is over. Does not return."""
    before = [(each, signal.signal(each, signal.SIG_IGN)) for each in SIGNALS]  # those are for run and workers
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # leaves no zombies
    while True:
        message, fds, *_ = socket.recv_fds(asked, 16, 2)
        if not message:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            break
        asked.send(str(pid).encode())
        for fd in fds:
            os.close(fd)
    asked.close()
    for each, handler in (*before, (signal.SIGCHLD, signal.SIG_DFL)):
        signal.signal(each, handler)
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    sys.stdin = os.fdopen(0, closefd=False)
    exec(eval(sys.stdin.readline()), {"__name__": "__main__"})
    sys.exit()
