"""A plugin that notes which methods each check calls, itself or in what is made once for several; and chooses by it.

For `-p tests.callers`. The file CALLERS is written; where CALLS_OF names a method it is read, and of the checks those
are left that call this method. Where no check could use what was made with it, which fails as a whole, a few are left
of those that only rest on that: it is the same failure each time.
"""

import json
import os
from pathlib import Path

import pytest

from piwigo_contract.client.transport import Transport
from piwigo_contract.effort import spread
from piwigo_contract.methods.results import FORMS
from piwigo_contract.plugin.item import stable_nodeid

FEW = 8


def chosen(items, method, called):
    """Those that call the method; `called` has for each check the methods of its own and those of shared things."""
    own = [item for item in items if method in called[stable_nodeid(item)][0]]
    shared = [item for item in items if item not in own and method in called[stable_nodeid(item)][1]]
    fails_as_a_whole = method in FORMS and not FORMS[method][1](None)
    kept = {*own, *(spread(shared, FEW, method) if fails_as_a_whole else shared)}
    return [item for item in items if item in kept]


class Callers:
    def __init__(self):
        self._file, self._method = Path(os.environ["CALLERS"]), os.environ.get("CALLS_OF")
        self._called, self._made, self._open = {}, {}, [set()]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config, items):
        if self._method is not None:
            left = chosen(items, self._method, json.loads(self._file.read_text(encoding="utf-8")))
            config.hook.pytest_deselected(items=[item for item in items if item not in left])
            items[:] = left

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session):
        (target,) = session.config.pluginmanager.getplugin("piwigo-contract-run").targets
        once, take_turn = target.once, Transport.take_turn

        def noted_once(what, make):
            def noted():
                self._open.append(self._made.setdefault(what, set()))
                try:
                    return make()
                finally:
                    self._open.pop()

            try:
                return once(what, noted)
            finally:
                (self._open[-1] if len(self._open) > 1 else self._shared).update(self._made.get(what, ()))

        def noted_turn(transport, exchange):
            self._open[-1].add(exchange.method or "")
            take_turn(transport, exchange)

        target.once, Transport.take_turn = noted_once, noted_turn

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        self._open[0], self._shared = set(), set()
        yield
        self._called[stable_nodeid(item)] = sorted(self._open[0]), sorted(self._shared)

    def pytest_sessionfinish(self):
        if self._method is None:
            self._file.write_text(json.dumps(self._called), encoding="utf-8")


def pytest_configure(config):
    config.pluginmanager.register(Callers())
