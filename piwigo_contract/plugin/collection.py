"""Which checks are collected, on which targets, and in what order."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from piwigo_contract.contract.clauses import in_dependency_order
from piwigo_contract.contract.quick_checks import quick_checks
from piwigo_contract.contract.releases import ReleaseProfile, profiles
from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.contract.sources import sources
from piwigo_contract.effort import DEEP, QUICK, spread
from piwigo_contract.plugin import html_page
from piwigo_contract.plugin.item import TARGET, TARGET_NUMBER, clause_of, example_of, stable_nodeid
from piwigo_contract.provision.target import Target

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun

CHECKS = 2
"""Most checks of a clause, of those that differ in their parameters alone, that a quick run makes where none of them
were chosen for it.
"""

USUAL = 12
"""The same of a standard run, of the suite's own checks; of somebody else's it makes all."""


class Collection:
    """The hooks of collection. `collected` is the number of checks, those of a distributed run's workers included."""

    def __init__(self, run: ContractRun) -> None:
        self._run = run
        self.collected = 0
        self.by_chapter: Counter[tuple[int, str]] = Counter()
        """How many checks each target's chapters have, by the target's number and the chapter."""

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave alone a module of checks that names none of the clauses, where `-k` is nothing but their ids."""
        keyword = self._run.config.option.keyword
        ours = any(source.suite in collection_path.parents for source in sources())
        if not ours or collection_path.suffix != ".py" or not _IDS.fullmatch(keyword):
            return None
        named = _named_in(collection_path)
        return True if not any(each in named for each in keyword.upper().split(" OR ")) else None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if len(self._run.targets) > 1 and metafunc.definition.get_closest_marker("clause"):
            metafunc.fixturenames.append("target_number")
            numbers = [number for number, target in enumerate(self._run.targets) if not target.preflight.stopped]
            metafunc.parametrize("target_number", numbers, ids=[f"target{n + 1}" for n in numbers])
        for fixture in _LISTS:
            if fixture in metafunc.fixturenames:
                methods = dict.fromkeys(method for target in self._run.targets for method in _methods(fixture, target))
                metafunc.parametrize(fixture, list(methods), ids=str, indirect=True)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Let `-k HDR-13` select the checks of that clause, and `-k HDR` those of all clauses whose id contains it."""
        item.extra_keyword_matches.add(clause_of(item))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        ours = [item for item in items if clause_of(item)]
        for item in ours:
            if clause_of(item) not in self._run.contract.clauses:
                raise pytest.UsageError(f"{item.nodeid}: {clause_of(item)} is no clause of the contract")
            callspec = getattr(item, "callspec", None)
            number = callspec.params.get("target_number") if callspec else None
            item.stash[TARGET_NUMBER] = self._only_target() if number is None else number
            item.stash[TARGET] = self._run.targets[item.stash[TARGET_NUMBER]]
        ours = [item for item in ours if _is_of_its_target(item)]
        if self._run.settings.effort != DEEP:
            ours = self._some_of_each(ours)
        self.collected = len(ours)
        self.by_chapter.update((item.stash[TARGET_NUMBER], self._chapter_of(item)) for item in ours)
        order = in_dependency_order(self._run.contract, self._run.contract.clauses)
        places = {clause_id: place for place, clause_id in enumerate(order)}
        ours.sort(key=lambda item: (item.stash[TARGET_NUMBER], places[clause_of(item)]))
        items[:] = [item for item in items if not clause_of(item)] + ours

    def _some_of_each(self, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        """Of the checks that differ in their parameters alone as many as the run's effort makes; those that were asked
        for by name all.
        """
        most_telling = _few if self._run.settings.effort == QUICK else _usual
        if any("::" in argument for argument in self._run.config.args):
            return list(items)
        alike: dict[object, list[pytest.Item]] = {}
        for item in items:
            alike.setdefault((item.stash[TARGET_NUMBER], clause_of(item), _function_of(item)), []).append(item)
        chosen = [each for few in alike.values() for each in most_telling(few)]
        taken = set(chosen)
        if left := [item for item in items if item not in taken]:
            self._run.config.hook.pytest_deselected(items=left)
        return chosen

    def _chapter_of(self, item: pytest.Item) -> str:
        return self._run.contract[clause_of(item)].chapter

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        try:
            return (yield)
        except BaseException:
            html_page.withdraw(self._run.config)
            raise

    def pytest_collection_finish(self) -> None:
        """Have Python look no more, to its very end, through what stays: thousands of checks, hundreds of modules."""
        if self.collected:
            gc.collect()
            gc.freeze()

    def _only_target(self) -> int:
        return next((n for n, target in enumerate(self._run.targets) if not target.preflight.stopped), 0)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self.collected = max(self.collected, len(ids))


_IDS = re.compile(r"[A-Z]+-\d+( or [A-Z]+-\d+)*", re.IGNORECASE)


@cache
def _named_in(module: Path) -> str:
    """What a module of checks says, and its path; ids of clauses stand in it as they are."""
    return f"{module}\n{module.read_text(encoding='utf-8')}".upper()


_LISTS: Mapping[str, Callable[[SiteList, ReleaseProfile], Sequence[str]]] = {
    "forbidden_method": lambda site, profile: [m for m in profile.forbidden_methods if m not in site.removed],
    "added_method": SiteList.added_to,
    "removed_method": SiteList.removed_from,
}
"""Fixtures that stand for each method of a list in turn; the lists differ by release and site."""


def _methods(fixture: str, target: Target) -> Sequence[str | None]:
    """The methods that the fixture gives on this target; [None] where there are none, so that one check says why."""
    methods = _LISTS[fixture](target.settings.site_list or SiteList(), profiles()[target.preflight.release])
    return list(methods) or [None]


def _function_of(item: pytest.Item) -> str:
    return stable_nodeid(item).partition("[")[0]


def _few(alike: Sequence[pytest.Item]) -> Sequence[pytest.Item]:
    """Of checks of one clause that differ in their parameters alone, those that a quick run makes."""
    alike, taken = _applicable(alike), quick_checks().get(_function_of(alike[0]), ())
    chosen = [item for item in alike if example_of(item) in taken]
    return chosen or spread(alike, 1 if taken else CHECKS, clause_of(alike[0]))


def _usual(alike: Sequence[pytest.Item]) -> Sequence[pytest.Item]:
    """The same of a standard run: those of a quick one among them; all of a function that nothing was chosen of."""
    if len(alike) <= USUAL or _function_of(alike[0]) not in quick_checks():
        return alike
    few = _few(alike)
    others = [item for item in _applicable(alike) if item not in few]
    chosen = {*few, *spread(others, max(USUAL - len(few), 0), clause_of(alike[0]))}
    return [item for item in alike if item in chosen]


def _applicable(items: Sequence[pytest.Item]) -> Sequence[pytest.Item]:
    """Without those that stand for a call which their target forbids to keys, unless all of them do."""

    def methods(item: pytest.Item) -> set[object]:
        callspec = getattr(item, "callspec", None)
        return {getattr(value, "method", None) for value in callspec.params.values()} if callspec else set()

    return [item for item in items if methods(item).isdisjoint(item.stash[TARGET].forbidden_methods())] or items


def _is_of_its_target(item: pytest.Item) -> bool:
    """Whether the item's method is on the list of the item's own target; the parameters are those of all targets
    together.
    """
    callspec = getattr(item, "callspec", None)
    params = callspec.params if callspec else {}
    return all(params[fixture] in _methods(fixture, item.stash[TARGET]) for fixture in _LISTS if fixture in params)
