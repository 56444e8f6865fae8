"""Repeatable runs: with the same seed two runs differ neither in random choices nor in quoted times."""

from __future__ import annotations

import random
import re
from typing import cast

import pytest

_TIME = re.compile(r"\b20(?:2[5-9]|[3-9]\d)-\d\d-\d\d[ T]\d\d:\d\d:\d\d\b")
"""A time as a gallery writes it, from 2025 on: API keys are no older, so an older time is not of this run."""


def seed_of(config: pytest.Config) -> str | None:
    """What `--hypothesis-seed` says; None without it."""
    return cast("str | None", config.getoption("--hypothesis-seed", default=None))


def rng(config: pytest.Config, check: str) -> random.Random:
    """The random generator of one check: with `--hypothesis-seed` the same each time, and on every worker."""
    seed = seed_of(config)
    return random.SystemRandom() if seed is None else random.Random(f"{seed} {check}")


def without_times(message: str) -> str:
    """A message with the times that it quotes as `$TIME_1`, `$TIME_2`; equal ones by one name."""
    names: dict[str, str] = {}
    return _TIME.sub(lambda match: names.setdefault(match[0], f"$TIME_{len(names) + 1}"), message)
