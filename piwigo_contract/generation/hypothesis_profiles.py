"""Hypothesis' profiles for the contract: how much a run spends on generated examples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import InvalidArgument

EXAMPLES = {"quick": 20, "standard": 100, "deep": 5000, "unshrunk": 20}
"""Examples of a generated check, by profile; an expensive check takes a fixed share of them.

`unshrunk` is for runs whose examples nobody reads: it stops at the first failing one and does not shrink it.
"""


def use_profiles(config: pytest.Config, usual: str) -> None:
    """Register the profiles, and use the usual one unless `--hypothesis-profile` names another.

    No time is too long, as that of an answer depends on target and network, and that of values on the machine. Raises
    pytest.UsageError for an unknown profile.
    """
    for name, examples in EXAMPLES.items():
        settings.register_profile(
            name,
            max_examples=examples,
            deadline=None,
            print_blob=True,
            # the explain phase would cost a thousand requests
            phases=[
                phase
                for phase in Phase
                if phase is not Phase.explain and (phase is not Phase.shrink or name != "unshrunk")
            ],
            # the fixtures of a check are the same for all its examples, and meant to be; and a machine may be busy
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )
    given = config.getoption("--hypothesis-profile", default=None)
    if given is None:
        settings.load_profile(usual)
        return
    try:
        settings.get_profile(given)
    except InvalidArgument:
        raise pytest.UsageError(f"--hypothesis-profile: {given!r} is not one of {', '.join(EXAMPLES)}") from None


def keep_examples_in(folder: Path) -> None:
    """Have hypothesis keep what it writes there, unless its own variable names another folder."""
    if "HYPOTHESIS_STORAGE_DIRECTORY" not in os.environ:
        set_hypothesis_home_dir(folder)


def make_ready() -> None:
    """Do now what hypothesis (its table of Unicode characters, three seconds) and schemathesis (most of its imports)
    put off until the first example: forked runs then need not do it.
    """
    import schemathesis.specs.openapi.schemas  # noqa: F401

    find(st.text(st.characters(codec="utf-8")), lambda _: True, settings=settings(database=None))
