"""Galleries that the tests of the reference share."""

from __future__ import annotations

import pytest

from .replay import World


@pytest.fixture
def world() -> World:
    """A gallery of 16.4 that keeps every promise."""
    return World("16.4", fixed=True)


@pytest.fixture
def faithful() -> World:
    """A gallery of 16.4 as it really is."""
    return World("16.4")
