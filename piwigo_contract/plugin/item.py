"""pytest's item of a check: its clause, its target, and what it stores there."""

from __future__ import annotations

import re
from typing import cast

import pytest
from _pytest.outcomes import Skipped

from piwigo_contract.claims import Expect
from piwigo_contract.client.browser import Visit
from piwigo_contract.contract.sources import sources
from piwigo_contract.plugin.record import Record
from piwigo_contract.provision.target import Target
from piwigo_contract.results.outcomes import Found
from piwigo_contract.results.reasons import Reason

TARGET = pytest.StashKey[Target]()
"""Stash keys of an item (TARGET, EXPECT, RECORD): its target, its Expect once made, its record."""
TARGET_NUMBER = pytest.StashKey[int]()
"""Which of the run's targets, counted from 0."""
EXPECT = pytest.StashKey[Expect]()
RECORD = pytest.StashKey[Record]()
VISIT = pytest.StashKey[Visit]()
"""The browser of a check that has one open."""


class NotJudged(Skipped):
    """Ends a check before it is made; `outcome` says whether it is not assessed or not applicable."""

    def __init__(self, outcome: Found, reason: Reason) -> None:
        super().__init__(reason.kind)
        self.outcome = outcome
        self.reason = reason


def clause_of(item: pytest.Item) -> str:
    """The id of the clause, or an empty text for an item that is no check of the contract."""
    marker = item.get_closest_marker("clause")
    return cast(str, marker.args[0]) if marker else ""


def stable_nodeid(item: pytest.Item) -> str:
    """The check's id from the folder of its contract on, the same in a checkout and in an installed package."""
    places = (source.where(item.path) for source in sources() if source.suite in item.path.parents)
    return "::".join([next(places, item.nodeid.split("::")[0]), *item.nodeid.split("::")[1:]])


def example_of(item: pytest.Item) -> str:
    """The id of the check's parameters, the same in a run on one target and in one on several."""
    target = rf"target{item.stash[TARGET_NUMBER] + 1}(-|$)"
    return re.sub(f"^{target}", "", item.nodeid.partition("[")[2].removesuffix("]"))
