"""Measures what the checks of each clause do to a target, on the embedded reference: `python -m tests.costs`.

The file is what a run tells before it starts: specs/costs.json.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from piwigo_contract import cli
from piwigo_contract.client.transport import Transport
from piwigo_contract.contract.costs import KEYED, ONCE, OWN_KEYS, REQUESTS, WAITS, WRITES
from piwigo_contract.contract.resources import SPECS
from piwigo_contract.effort import QUICK, STANDARD
from piwigo_contract.methods.data import reads
from piwigo_contract.plugin.item import clause_of
from piwigo_contract.provision.keys import Keys
from piwigo_contract.reference import Reference, start

FILE = SPECS / "costs.json"
LIVE = Keys.live


class Meter:
    """A plugin that counts what is done to the one target of a run."""

    def __init__(self):
        self.costs = {}
        self._now = Counter()
        self._inside = 0

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session):
        run = session.config.pluginmanager.getplugin("piwigo-contract-run")
        (self._target,) = run.targets
        once = self._target.once
        take_turn, sleep = Transport.take_turn, time.sleep

        def counted_once(what, make):
            def measured():
                before, self._inside = self._seen(), self._inside + 1
                try:
                    return make()
                finally:
                    self._inside -= 1
                    if not self._inside:
                        self._add(ONCE, self._seen() - before)
                        self._shared += self._seen() - before

            return once(what, measured)

        def counted_turn(transport, exchange):
            self._now[KEYED] += exchange.sent.names_a_key
            self._now[WRITES] += exchange.method is not None and not reads(exchange.method)
            take_turn(transport, exchange)

        def counted_sleep(seconds):
            self._now[WAITS] += seconds
            sleep(seconds)

        self._target.once, Transport.take_turn, time.sleep = counted_once, counted_turn, counted_sleep
        Keys.live = Keys.new  # as where no earlier check was chosen

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        before, self._shared = self._seen(), Counter()
        yield
        self._add(clause_of(item), self._seen() - before - self._shared)

    def _seen(self):
        return Counter({**self._target.ledger.entered, **self._now, REQUESTS: self._target.gallery.requests_sent})

    def _add(self, name, what):
        self.costs.setdefault(name, Counter()).update(what)


class KeyMeter:
    """A plugin that counts the keys that a run with an account alone makes in its list, of which `keys` are all.

    Of keys that go from one check to the next (`Keys.live`) the check counts that ends one, and those in force count
    once: so no selection of checks makes more than is told of them.
    """

    def __init__(self, keys):
        self.costs = {ONCE: Counter()}
        self._keys = keys
        self._lent, self._lives, self._shared, self._inside, self._most = [], 0, 0, 0, 0

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session):
        (target,) = session.config.pluginmanager.getplugin("piwigo-contract-run").targets
        once, send_once = target.once, target.gallery.send_once

        def counted_live(keys, owner=None):
            before = len(self._keys)
            key = LIVE(keys, owner)
            if not self._inside:
                self._lent.append(key)
                self._lives += len(self._keys) - before
            return key

        def shared(call):
            def counted(*arguments):
                before, self._inside = len(self._keys), self._inside + 1
                try:
                    return call(*arguments)
                finally:
                    self._inside -= 1
                    self._shared += 0 if self._inside else len(self._keys) - before

            return counted

        Keys.live, target.once, target.gallery.send_once = counted_live, shared(once), shared(send_once)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        before, self._lent, self._lives, self._shared = len(self._keys), [], 0, 0
        yield
        ended = sum(self._keys[key.pkid.reveal()].revoked_on is not None for key in self._lent)
        made = len(self._keys) - before - self._lives - self._shared + ended
        self.costs.setdefault(clause_of(item), Counter())[OWN_KEYS] += made
        self.costs[ONCE][OWN_KEYS] += self._shared + max(0, len(self._lent) - ended - self._most)
        self._most = max(self._most, len(self._lent) - ended)


def measured(effort, arguments):
    meter = Meter()
    with TemporaryDirectory() as folder, start(Reference()) as gallery:
        options = ["--compliance-json", str(Path(folder, "c.json")), "-p", "no:html", "-p", "no:cacheprovider", "-q"]
        options += ["--effort", effort, *arguments]
        cli.main(options, plugins=[meter])
        key_meter = KeyMeter(gallery.gallery.store.keys)
        cli.main(
            [*options, "--target", gallery.banner["url"], "--account", gallery.banner["account"]], plugins=[key_meter]
        )
    costs = {name: row + key_meter.costs.get(name, Counter()) for name, row in meter.costs.items()}
    return {name: {kind: round(n, 1) for kind, n in row.items() if n >= 0.05} for name, row in costs.items()}


def main(arguments):
    known = json.loads(FILE.read_text(encoding="utf-8")) if arguments else {}
    told = []
    for effort in (QUICK, STANDARD):
        rows = {**known.get(effort, {}), **measured(effort, arguments)}
        lines = [f"  {json.dumps(name)}: {json.dumps(dict(sorted(row.items())))}" for name, row in sorted(rows.items())]
        told.append(f" {json.dumps(effort)}: {{\n" + ",\n".join(lines) + "\n }")
    FILE.write_text("{\n" + ",\n".join(told) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
