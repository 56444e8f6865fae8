"""What a run must not differ in from the next one with the same seed: chance, and the time of day."""

from __future__ import annotations

import random
import re

import pytest

_TIME = re.compile(r"\b20(?:2[5-9]|[3-9]\d)-\d\d-\d\d[ T]\d\d:\d\d:\d\d\b")
"""A time as a gallery writes it. Keys are no older than Piwigo 16, of 2025: what is older is no time of a run."""


def coin(config: pytest.Config, check: str) -> random.Random:
    """What decides by chance in one check: with `--hypothesis-seed` the same each time, and on every worker."""
    seed = config.getoption("--hypothesis-seed", default=None)
    return random.SystemRandom() if seed is None else random.Random(f"{seed} {check}")


def without_times(message: str) -> str:
    """A message with the times that it quotes as `$TIME_1`, `$TIME_2`; equal ones by one name."""
    names: dict[str, str] = {}
    return _TIME.sub(lambda match: names.setdefault(match[0], f"$TIME_{len(names) + 1}"), message)
