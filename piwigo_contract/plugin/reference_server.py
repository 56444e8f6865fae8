"""Fixtures for the tests of other projects: a gallery to test a client against, not imported before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from piwigo_contract.reference import RunningServer


@pytest.fixture
def piwigo_reference_factory() -> Iterator[Callable[..., RunningServer]]:
    """Start a stand-in for a Piwigo gallery, for this test: `piwigo_reference_factory(release="16.0", fixed=False)`.

    It takes the fields of piwigo_contract.reference.Reference, and raises UsageError for what can't be.
    """
    from piwigo_contract.reference import Reference, start

    with ExitStack() as stack:

        def started(**settings: Any) -> RunningServer:
            return stack.enter_context(start(Reference(**settings)))

        yield started


@pytest.fixture
def piwigo_reference(piwigo_reference_factory: Callable[..., RunningServer]) -> RunningServer:
    """A new stand-in for a Piwigo gallery of the newest stable release, with what real ones do wrong."""
    return piwigo_reference_factory(fixed=False)
