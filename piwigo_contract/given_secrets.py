"""Secrets that neither the command line nor the environment has: those of a file, and passwords that are typed in."""

from __future__ import annotations

import getpass
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from piwigo_contract.errors import UsageError

SECRETS = ("api_key", "account", "webmaster", "basic", "expired_key", "revoked_key")
"""The options that are secrets, as pytest knows them."""

WITH_PASSWORD = ("account", "webmaster", "basic")
"""Those of which the password may be typed in: with a user's name alone."""


def take_in(config: pytest.Config) -> dict[str, str]:
    """The secrets that were given elsewhere than on the command line alone, by the name of their option.

    The command line goes before the environment, and that before `--secrets-file`. A name without a password is asked
    for it where somebody sits at a terminal. Raises UsageError, in one line.
    """
    path, source = config.getoption("secrets_file"), "--secrets-file"
    if path is None:
        path, source = os.environ.get("PIWIGO_SECRETS_FILE"), "PIWIGO_SECRETS_FILE"
    if path is not None and not path.strip():
        raise UsageError(f"{source} is empty: give it a value or leave it out")
    in_file = {} if path is None else read_secrets(Path(path))
    taken = {}
    for name in SECRETS:
        given = config.getoption(name)
        if given is None:
            given = os.environ.get(f"PIWIGO_{name.upper()}")
        if given is None and name in in_file:
            given = taken[name] = in_file[name]
        nameless = name not in WITH_PASSWORD or not (given or "").strip() or ":" in str(given)
        if not nameless and (password := _typed(config, str(given))) is not None:
            taken[name] = f"{given}:{password}"
    return taken


def read_secrets(path: Path) -> Mapping[str, str]:
    """A TOML file of secrets, named as their options are. Raises UsageError, also where others can read the file."""
    try:
        with path.open("rb") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                raise UsageError(f"--secrets-file: others can read {path}, or write it: chmod 600 {path}")
            found = tomllib.load(file)
    except OSError as error:
        raise UsageError(f"--secrets-file: {path}: {error.strerror}") from error
    except ValueError:
        # the error's own words may quote a secret
        raise UsageError(f"--secrets-file: {path} is no TOML, such as webmaster = 'USER:PASSWORD'") from None
    if not found:
        raise UsageError(f"--secrets-file: {path} holds no secret, such as webmaster = 'USER:PASSWORD'")
    names = {name.replace("_", "-"): name for name in SECRETS}
    if unknown := [name for name in found if name not in names]:
        raise UsageError(f"--secrets-file: {path}: {unknown[0]!r} is not one of {', '.join(names)}")
    for name, value in found.items():
        if not isinstance(value, str) or not value.strip():
            raise UsageError(f"--secrets-file: {path}: {name} is no text, or an empty one")
    return {names[name]: value for name, value in found.items()}


def _typed(config: pytest.Config, user: str) -> str | None:
    """A password that somebody types in, unseen; None where nobody is there to be asked."""
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture:
        capturing = capture._global_capturing.is_started()
        capture.suspend_global_capture(in_=True)
    try:
        there = sys.stdin is not None and sys.stdin.isatty()
        return getpass.getpass(f"Password of {user}: ") or None if there else None
    except EOFError:
        return None
    finally:
        if capture and capturing:  # or else what the run says from here on would be captured, too
            capture.resume_global_capture()
