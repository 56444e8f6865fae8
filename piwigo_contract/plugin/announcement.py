"""What a run is going to do to its targets, said before the first check; and `--dry-run`, which does no more."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

from piwigo_contract.contract.costs import KEYED, OWN_KEYS, REQUESTS, WAITS, WRITES, cost_of
from piwigo_contract.contract.suite_index import clauses_by_function
from piwigo_contract.effort import DEEP
from piwigo_contract.options import only_lists
from piwigo_contract.plugin.item import TARGET_NUMBER, clause_of, stable_nodeid
from piwigo_contract.provision.kinds import KINDS
from piwigo_contract.provision.ledger import PRIVILEGED
from piwigo_contract.provision.target import Target
from piwigo_contract.results.escaping import escape_ci_commands, on_one_line

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

OWN_TIME = 0.004
"""Seconds that the suite itself takes for a request."""

SHOWN_TARGETS = 3
"""Targets that are told of one by one."""


class Announcement:
    """The hooks that say it, in the process that the user started."""

    def __init__(self, run: ContractRun) -> None:
        self._run = run
        self._told = False

    def pytest_report_collectionfinish(self, items: Sequence[pytest.Item]) -> list[str]:
        """In series, and for `--dry-run`."""
        ours = [item for item in items if clause_of(item)]
        chosen = bool(self._run.collection.collected)  # a selection that makes no sense comes this far
        if not ours or not chosen or only_lists(self._run.config) or not self._is_wanted:
            return []
        numbers = {number: [clause_of(i) for i in ours if i.stash[TARGET_NUMBER] == number] for number in self._numbers}
        lines = list(self._lines(numbers))
        return [*lines, *self._checks(ours)] if self._run.settings.dry_run else lines

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """In a distributed run, once the first worker knows which checks there are."""
        reporter = self._run.config.pluginmanager.getplugin("terminalreporter")
        if self._told or reporter is None or not self._is_wanted:
            return
        self._told = True
        known = clauses_by_function()
        functions = {nodeid.partition("[")[0].rpartition("::")[2] for nodeid in ids}
        clauses = [clause for function in functions for clause in known.get(function, ())]
        reporter.ensure_newline()
        for line in self._lines(dict.fromkeys(self._numbers, clauses)):
            reporter.write_line(line)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> bool | None:
        return True if self._run.settings.dry_run else None

    # ------------------------------------------------------------------ in words

    @property
    def _is_wanted(self) -> bool:
        settings = self._run.settings
        return settings.dry_run or (bool(settings.targets) and self._run.config.option.verbose >= 0)

    @property
    def _numbers(self) -> list[int]:
        return [number for number, target in enumerate(self._run.targets) if not target.preflight.stopped]

    def _lines(self, clauses: dict[int, list[str]]) -> Iterator[str]:
        for number, ids in list(clauses.items())[:SHOWN_TARGETS]:
            for line in self.told(self._run.targets[number], ids):
                indent = line[: len(line) - len(line.lstrip())]
                yield indent + escape_ci_commands(on_one_line(line))
        if len(clauses) > SHOWN_TARGETS:
            yield f"and as much on {len(clauses) - SHOWN_TARGETS} more targets"

    def told(self, target: Target, clauses: Sequence[str]) -> Iterator[str]:
        """What checking these clauses does to a target, as far as they are within reach."""
        settings, release = self._run.settings, target.preflight.release
        reach, contract = target.settings.within_reach(), self._run.contract
        reached = [each for each in dict.fromkeys(clauses) if reach.issuperset(contract[each].access)]
        cost = cost_of((each for each in reached if release in contract[each].releases), settings.effort)
        requests, seconds = cost[REQUESTS], target.preflight.seconds_per_request or 0.0
        workers = max(1, len(self._run.config.getoption("tx", None) or ()))
        duration = (requests * (seconds + OWN_TIME) + cost[WAITS]) / workers
        if settings.rate is not None:
            duration = max(duration, requests / settings.rate)
        yield (
            f"to be done on {target.preflight.url}: {'more than' if settings.effort == DEEP else 'about'} {requests} "
            f"requests, some {cost[KEYED]} of which name a key and {cost[WRITES]} ask to write, "
            f"in about {_spoken(duration)} ({seconds * 1000:.0f} ms a request)"
        )
        if "new-users" in reach:
            made = [_count(cost[kind], each.plural) for kind, each in KINDS.items() if each.counted and cost[kind]]
            what = "leaves there (--keep)" if settings.keep else "takes away again"
            rights = f", {cost[PRIVILEGED]} of the users as webmasters or administrators" if cost[PRIVILEGED] else ""
            if made:
                yield f"  makes, and {what}, at most {', '.join(made)}{rights}; changes nothing else"
        elif "new-key" in reach:
            yield (
                f"  makes, and revokes again, at most {cost[OWN_KEYS]} keys of the account; they stay in its list of "
                "keys as revoked ones for good (none do with --webmaster); changes nothing else"
            )
        else:
            yield "  creates and changes nothing"

    def _checks(self, items: Sequence[pytest.Item]) -> Iterator[str]:
        """The checks that would be made, a line each; and how many are out of reach."""
        contract, beyond = self._run.contract, 0
        for item in items:
            target = self._run.targets[item.stash[TARGET_NUMBER]]
            clause = contract[clause_of(item)]
            if target.preflight.release not in clause.releases:
                continue
            if target.settings.within_reach().issuperset(clause.access):
                yield f"  {clause.id} {stable_nodeid(item)}"
            else:
                beyond += 1
        if beyond:
            yield f"  {beyond} more checks are out of reach with this access"
        yield "nothing but the preflight was sent (--dry-run)"


def _count(number: int, words: str) -> str:
    return f"{number} {words.removesuffix('s') if number == 1 else words}"


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def measured(seconds: Sequence[float]) -> float | None:
    """What one request takes, of those that were sent so far."""
    return statistics.median(seconds) if seconds else None
