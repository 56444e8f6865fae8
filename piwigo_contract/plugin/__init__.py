"""The pytest plugin: options for every run, everything else only where the contract may be collected.

The entry point has the name of this module, so that a checkout's conftest.py can load it by name whether or
not it is installed as well.
"""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path

import pytest

from piwigo_contract.command_line import write_out
from piwigo_contract.contract import sources
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.errors import UsageError
from piwigo_contract.options import OWN_INI, add_options, contract_folders, effort
from piwigo_contract.plugin.reference_server import piwigo_reference as piwigo_reference
from piwigo_contract.plugin.reference_server import piwigo_reference_factory as piwigo_reference_factory

MADE_BEFORE_A_LOOK = 10_000
"""Objects that are made before Python looks for garbage: by its own 700, it does so 3,000 times in a quick run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """`--list-clauses`, `--explain` and `--sweep` are no run of checks."""
    _use_contracts(config)
    _hint_at_options(config)
    form, clause_id = config.getoption("list_clauses"), config.getoption("explain")
    if form is None and clause_id is None:
        return _sweep(config)
    from piwigo_contract.commands.listing import explain, list_clauses

    try:
        text = explain(clause_id) if clause_id is not None else list_clauses(form)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    write_out(f"{text}\n", None)
    return 0


def _use_contracts(config: pytest.Config) -> None:
    """Choose whose clauses there are. A mistake in that is no affair of a run of other tests."""
    try:
        sources.use(contract_folders(config))
    except UsageError as error:
        asked = any(config.getoption(name) is not None for name in ("contract", "list_clauses", "explain", "sweep"))
        if asked or may_collect_the_contract(config):
            raise pytest.UsageError(str(error)) from error


def _sweep(config: pytest.Config) -> int | None:
    """Take away what earlier runs left, where that is what is asked for: by the variable in no run of other tests."""
    by_variable = "PIWIGO_SWEEP" in os.environ and may_collect_the_contract(config)
    if hasattr(config, "workerinput") or (config.getoption("sweep") is None and not by_variable):
        return None
    from piwigo_contract.commands.sweep import sweep
    from piwigo_contract.given_secrets import take_in
    from piwigo_contract.options import read_settings

    try:
        vars(config.option).update(take_in(config))
        if (capturing := config.pluginmanager.getplugin("capturemanager")) is not None:
            capturing.suspend_global_capture(in_=True)  # somebody may be asked
        return sweep(read_settings(config), Path(config.invocation_params.dir))
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


def _hint_at_options(config: pytest.Config) -> None:
    """Raise pytest.UsageError for an argument that is no file, but what an option takes."""
    for argument in config.args:
        if Path(config.invocation_params.dir, argument).exists():
            continue
        if re.match("https?://", argument):
            raise pytest.UsageError("a URL is no file with checks: give that of a gallery as --target URL")
        if re.fullmatch("[A-Za-z]{2,8}-[0-9]{2,3}", argument):
            from piwigo_contract.contract.clauses import load_contract

            known = argument.upper() in load_contract().clauses
            hint = f"choose the clause with -k {argument.upper()}" if known else "no such clause (--list-clauses)"
            raise pytest.UsageError(f"{argument}: {hint}")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "clause(id): the clause of the contract that a check stands for")
    if config.args_source == config.ArgsSource.TESTPATHS and may_collect_the_contract(config):
        config.args += [str(source.suite) for source in sources.sources() if not source.is_own]
    if (jobs := getattr(config, "workerinput", {}).get("piwigo_fleet")) is not None:
        from piwigo_contract.plugin.fleet import register_in_worker

        register_in_worker(config, jobs)
        return
    if not may_collect_the_contract(config):
        return
    gc.set_threshold(MADE_BEFORE_A_LOOK)
    from piwigo_contract.generation.hypothesis_profiles import keep_examples_in, use_profiles
    from piwigo_contract.plugin import fixtures, html_page
    from piwigo_contract.plugin.run import ContractRun

    try:
        use_profiles(config, effort(config))
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    if config.inipath == OWN_INI:
        keep_examples_in(config.rootpath / "reports" / ".hypothesis")
    for module in fixtures.MODULES:
        config.pluginmanager.register(module)
    run = ContractRun(config)
    if not config.option.help:
        run.prepare()
        run.page = html_page.page_path(config)
    if run.settings.fleet:
        from piwigo_contract.plugin.fleet import Fleet

        try:
            Fleet(run).register()
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
    else:
        run.register()


def may_collect_the_contract(config: pytest.Config) -> bool:
    """Whether an argument of this run leads to the suite. Without it the plugin does nothing at all."""
    installed = SUITE.parent.name == "piwigo_contract"
    others = [source for source in sources.sources() if not source.is_own]
    for argument in config.args:
        if argument.startswith("piwigo_contract.suite"):
            return True
        path = Path(config.invocation_params.dir, argument.split("::")[0]).resolve()
        if any(path in (source.folder, source.suite) or source.suite in path.parents for source in others):
            return True
        if path == SUITE or SUITE in path.parents:
            return True
        # somebody's project with this package in a virtual environment below it does not mean the suite
        if path in SUITE.parents and not installed:
            return True
    return False
