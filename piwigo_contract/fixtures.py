"""The fixtures of checks for plain pytest projects: `pytest_plugins = ["piwigo_contract.fixtures"]` in conftest.py.

A test that asks for `gallery`, `key` or `expect` is an ordinary test of pytest's: it passes, fails, or is skipped for
want of access, and writes no report. The gallery is that of `--target` and the other options of a run, or their
environment variables; with none it is the embedded reference. It is asked for nothing before the first test that needs
it, and what tests made there is taken away at the end of the session.

A break is an AssertionError. Raises pytest.UsageError for options that make no sense.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.vault import Vault
from piwigo_contract.errors import Hindered, NotInUse, OutOfReach, UsageError
from piwigo_contract.given_secrets import take_in
from piwigo_contract.option_values import user_and_password
from piwigo_contract.options import Settings, read_settings
from piwigo_contract.plugin import fixtures
from piwigo_contract.plugin.item import EXPECT, TARGET, clause_of
from piwigo_contract.plugin.redaction import LogRedaction
from piwigo_contract.provision.inspection import run_preflight
from piwigo_contract.provision.ledger_file import LedgerFile, new_run
from piwigo_contract.provision.target import Target
from piwigo_contract.results.reasons import Reason, sentence


def pytest_configure(config: pytest.Config) -> None:
    """Make the fixtures known, beside a run of the contract or without one."""
    for module in fixtures.MODULES:
        if not config.pluginmanager.is_registered(module):
            config.pluginmanager.register(module)
    tests = config.stash[_OWN_TESTS] = OwnTests(config)
    config.pluginmanager.register(tests, "piwigo-contract-own-tests")
    config.pluginmanager.register(LogRedaction(tests.vault))


@pytest.fixture(scope="session")
def piwigo_target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The target of all tests of the session."""
    with request.config.stash[_OWN_TESTS].running_target() as target:
        yield target


class OwnTests:
    """The hooks around tests that stand for no clause, and the gallery that they ask."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.vault = Vault()
        try:
            vars(config.option).update(take_in(config))
            self._settings = read_settings(config)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error

    @contextmanager
    def running_target(self) -> Iterator[Target]:
        """The target of all tests of the session, once the preflight found that it can be asked."""
        with ExitStack() as stack:
            target = self._target(stack)
            run_preflight(target)
            if target.preflight.stopped:
                pytest.fail(f"no verdict: {self.vault.clean(target.preflight.stopped)}", pytrace=False)
            yield target
            left = self._take_away(target)
        if left:
            pytest.fail(f"left behind: {'; '.join(left)}", pytrace=False)

    @pytest.fixture
    def target(self, request: pytest.FixtureRequest) -> Target:
        """The target that this test is about."""
        stash = request.node.stash
        if TARGET not in stash:  # else it is a check of the contract
            target = stash[TARGET] = request.getfixturevalue("piwigo_target")
            target.gallery.transcript = Transcript()
        return stash[TARGET]  # type: ignore[no-any-return]

    def _target(self, stack: ExitStack) -> Target:
        if self._settings.targets:
            worker: dict[str, Any] = getattr(self._config, "workerinput", {})
            file = LedgerFile(Path(self._config.invocation_params.dir), new_run())
            share = int(worker.get("workercount", 1))
            target = Target(self._settings.targets[0], self._settings, self.vault, share=share, file=file)
            stack.callback(lambda: file.close(all_gone=not target.ledger.entries))
        else:
            from piwigo_contract.reference import Reference, start

            asked = self._settings.release
            server = stack.enter_context(start(Reference() if asked == "auto" else Reference(release=asked)))
            target = Target(server.url, _with_access(self._settings, server.banner), self.vault)
        stack.callback(target.gallery.close)
        return target

    def _take_away(self, target: Target) -> list[str]:
        """Take away what tests made; what could not be, and why."""
        target.gallery.transcript = Transcript()
        left = [f"{entry.in_words}: {why}" for entry, why in target.take_away()]
        with suppress(NoAnswer, Hindered):
            target.log_out()
        return [self.vault.clean(line) for line in left]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        yield from self._skipping_what_is_out_of_reach(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        if TARGET in item.stash and not clause_of(item):
            item.stash[TARGET].gallery.transcript.phase = "call"
        yield from self._skipping_what_is_out_of_reach(item)
        expect = item.stash.get(EXPECT, None)
        if expect is not None and not clause_of(item) and (expect.claims or expect.broke_in_one):
            expect.assert_all()

    def _skipping_what_is_out_of_reach(self, item: pytest.Item) -> Generator[None]:
        try:
            yield
        except OutOfReach as error:
            if clause_of(item):
                raise
            pytest.skip(self.vault.clean(sentence(Reason.of(error))))
        except NotInUse as off:
            if clause_of(item):
                raise
            pytest.skip(self.vault.clean(str(off)))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.failed and TARGET in item.stash and not clause_of(item):
            report.longrepr = self.vault.clean(str(report.longrepr))
            report.sections = [(name, self.vault.clean(text)) for name, text in report.sections]
        return report


def _with_access(settings: Settings, banner: dict[str, str]) -> Settings:
    """The settings with the embedded reference's own credentials."""
    told: dict[str, Any] = {name: banner[name] for name in ("api_key", "expired_key", "revoked_key", "expire_command")}
    return dataclasses.replace(settings, webmaster=user_and_password("webmaster", banner["webmaster"]), **told)


_OWN_TESTS = pytest.StashKey[OwnTests]()
