"""What several tests of the harness share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Vault
from piwigo_contract.contract.clauses import Contract, load_contract
from piwigo_contract.contract.releases import profiles
from piwigo_contract.options import Settings
from piwigo_contract.provision.target import Target
from tests.running import ForkServer, Run, Started
from tests.serving import Fault, Front, gallery

LONG = {
    *("test_whole_runs.py", "test_detection.py", "test_repeatable.py", "test_known_deviations.py"),
    "test_one_account.py",
}
"""Modules whose tests take longest: begun first, so that no worker is left with them at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """With `-n`, who has nothing left to do takes tests from others: the longest are all at the beginning."""
    if config.getoption("dist", "no") == "no" and config.getoption("numprocesses", None):
        config.option.dist = "worksteal"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A table without rows would be a test that is skipped, and proves nothing."""
    items.sort(key=lambda item: item.path.name not in LONG)
    for item in items:
        for mark in item.iter_markers("skip"):
            if "empty parameter set" in mark.kwargs.get("reason", ""):
                raise pytest.UsageError(f"{item.nodeid}: {mark.kwargs['reason']}")


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load_contract()


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def client(vault: Vault) -> Iterator[Callable[..., Gallery]]:
    """Makes a client of the gallery at a URL; closed at the end."""
    made = []

    def make(url: str, release: str = "16.4", **settings: object) -> Gallery:
        made.append(Gallery(url, profiles()[release], vault, **{"timeout": 10, **settings}))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="session")
def _fork_server() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.stop()


@pytest.fixture
def begin(_fork_server: ForkServer, tmp_path: Path) -> Callable[..., Started]:
    """Start a run: `begin("--target", url, PIWIGO_RATE="5")`; `name` tells several runs of one test apart."""

    def start(*arguments: str, name: str = "run", **settings: object) -> Started:
        return _fork_server.start(tmp_path / name, *map(str, arguments), **settings)

    return start


@pytest.fixture
def run(begin: Callable[..., Started]) -> Callable[..., Run]:
    """As `begin`, to the end."""
    return lambda *arguments, **settings: begin(*arguments, **settings).finish()


@pytest.fixture(scope="module")
def at_once(
    _fork_server: ForkServer, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[Hashable, tuple[Run, Front]]]:
    """Runs on several galleries at the same time, of which each waits most of its own: `at_once({name: fault}, ...)`.

    Gives each run and the front that it had, by the name of the fault; the options are those of all.
    """

    def run_all(faults: Mapping[Hashable, Fault], *options: str) -> dict[Hashable, tuple[Run, Front]]:
        with ExitStack() as stack:
            fronts = {name: stack.enter_context(gallery(fault)) for name, fault in faults.items()}
            started = {
                name: _fork_server.start(
                    tmp_path_factory.mktemp("at_once") / "run", *front.options("webmaster"), *options
                )
                for name, front in fronts.items()
            }
            return {name: (each.finish(), fronts[name]) for name, each in started.items()}

    return run_all


@pytest.fixture
def place() -> Iterator[SimpleNamespace]:
    """A gallery, and a run's makers on it."""
    with gallery() as front:
        given = {name: tuple(front.banner[name].split(":", 1)) for name in ("webmaster", "account")}
        target = Target(front.url, Settings(**given), Vault())
        running = front.gallery.gallery
        yield SimpleNamespace(
            front=front, target=target, makers=target.makers, store=running.store, now=running.now(),
            owner=running.store.user_named(given["account"][0]),
        )  # fmt: skip
        target.gallery.close()
