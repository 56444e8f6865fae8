"""The values of options: each is read from a text, and a text that makes no sense is a UsageError in one line.

source: the option or variable that the text is of, for the message.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import ssl
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from piwigo_contract.errors import UsageError
from piwigo_contract.urls import is_page

GATES = ("standard", "strict", "regression")
"""Values of `--gate`; see results.verdicts."""

WIRE = ("smuggling",)
"""What `--wire` may allow."""


def certificates(source: str, text: str) -> Path:
    try:
        ssl.create_default_context(cafile=text)
    except (OSError, ValueError) as error:
        reason = (
            getattr(error, "strerror", None) if not isinstance(error, ssl.SSLError) else "holds no certificate in PEM"
        )
        raise UsageError(f"{source}: {text}: {reason or 'can not be read'}") from error
    return Path(text)


def own_certificate(source: str, text: str) -> Path:
    try:
        ssl.create_default_context().load_cert_chain(text, password="")  # or else one would be asked for
    except (OSError, ValueError) as error:
        known = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
        raise UsageError(
            f"{source}: {text}: {known or 'holds no certificate with its key, unencrypted, in PEM'}"
        ) from error
    return Path(text)


def key(source: str, text: str) -> str:
    pkid, colon, secret = text.partition(":")
    if not (pkid and colon and secret):
        raise UsageError(f"{source} takes PKID:SECRET (what was given is not shown here)")
    if re.search(r"[^\x21-\x7e]", text):
        raise UsageError(f"{source} holds a blank or a character that no key has (what was given is not shown here)")
    return text


def user_and_password(source: str, text: str) -> tuple[str, str]:
    """Split `USER:PASSWORD` at the first colon. source: the option, for the UsageError."""
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        asked = "a password is asked for at a terminal alone"
        raise UsageError(f"{source} takes USER:PASSWORD; {asked} (what was given is not shown here)")
    return user, password


def command(source: str, text: str) -> str:
    if "{pkid}" not in text:
        raise UsageError(f"{source} has no {{pkid}} in it: say where the key's id goes")
    try:
        shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{source} can't be split into words: {error}") from error
    return text


def wire(source: str, text: str) -> frozenset[str]:
    allowed = [word.strip() for word in text.split(",")]
    if unknown := [word for word in allowed if word not in WIRE]:
        raise UsageError(f"{source}: {unknown[0]!r} is not one of {', '.join(WIRE)}")
    return frozenset(allowed)


_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
"""Names of programs that are Chromium, as Debian and others install it."""


def program(source: str, text: str) -> Path | Literal["none"]:
    if text == "none":
        return "none"
    if not os.access(text, os.X_OK) or Path(text).is_dir():
        raise UsageError(f"{source}: {text} is no program that can be run; none: open no pages")
    return Path(text)


def browser(given: Path | Literal["none"] | None = None) -> Path | None:
    """The Chromium to open pages with: the given one, or else what is installed; None without it or playwright."""
    if given == "none" or find_spec("playwright") is None:
        return None
    return given or next((Path(path) for name in _BROWSERS if (path := shutil.which(name))), None)


def rate(source: str, text: str) -> float:
    try:
        told = float(text)
    except ValueError:
        told = 0.0
    if not 0.001 <= told <= 1e6:
        raise UsageError(f"{source} takes a number of requests a second, not {text!r}")
    return told


def count(source: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not int(text):
        raise UsageError(f"{source} takes a number of requests, not {text!r}")
    return int(text)


def seconds(source: str, text: str) -> float:
    try:
        told = float(text)
    except ValueError:
        told = 0.0
    if not 0.1 <= told <= 3600:
        raise UsageError(f"{source} takes seconds, from 0.1 to 3600, not {text!r}")
    return told


def sweep(source: str, text: str) -> str:
    if text not in ("ask", "yes"):
        raise UsageError(f"{source} is yes, or has no value, not {text!r}")
    return text


def page(source: str, text: str) -> str:
    if not is_page(text):
        raise UsageError(f"{source} takes an http(s) URL or a path, with nothing after #, not {text!r}")
    return text


def gate(source: str, text: str) -> str:
    if text not in GATES:
        raise UsageError(f"{source} is {', '.join(GATES[:-1])} or {GATES[-1]}, not {text!r}")
    return text


def output(source: str, text: str) -> Path:
    """A file to write at the end of the run; checked now, so that a run is not lost because of a bad path."""
    path = Path(text)
    check_output(source, path)
    return path


def check_output(source: str, path: Path) -> None:
    """Raise UsageError for a file that can't be written."""
    if path.is_dir():
        raise UsageError(f"{source}: {path} is a folder")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise UsageError(f"{source}: {path} can't be written")
