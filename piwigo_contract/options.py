"""The command line and environment of a run (README.md, "Point it at your own gallery"), read once and checked.

The command line goes before the environment. A value that makes no sense, and a credential variable that is
set but empty, is a UsageError: a gate that lost its secret must not be green.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeVar

import pytest

from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.site_list import SiteList, parse_site_list
from piwigo_contract.errors import UsageError
from piwigo_contract.urls import gallery_root

T = TypeVar("T")

DEFAULT_JSON = "reports/compliance.json"
"""Default paths of the two reports (with DEFAULT_HTML)."""
DEFAULT_HTML = "reports/compliance.html"
GATES = ("standard", "strict", "regression")
"""Values of `--gate`; see results.verdicts."""

WIRE = ("smuggling",)
"""What `--wire` may allow."""


def add_options(parser: pytest.Parser) -> None:
    """Register the options of a run with pytest."""
    group = parser.getgroup("piwigo-contract", "Piwigo API contract")
    add = group.addoption
    add("--target", action="append", metavar="URL", help="root of a gallery (repeatable); none: the embedded reference")
    add("--release", metavar="R", help="whose contract applies: auto (default), " + ", ".join(profiles()))
    add("--api-key", metavar="PKID:SECRET", help="a valid key")
    add("--account", metavar="USER:PASSWORD", help="an ordinary user, to create and revoke keys with")
    add("--webmaster", metavar="USER:PASSWORD", help="a webmaster, to create throw-away users with")
    add("--expired-key", metavar="PKID:SECRET", help="a key that has expired")
    add("--revoked-key", metavar="PKID:SECRET", help="a key that was revoked")
    add("--expire-command", metavar="CMD", help="makes the key {pkid} expire now; run without a shell")
    add(
        "--forbidden-methods",
        metavar="FILE|LIST",
        help="what this gallery adds to the methods that keys may not call and takes away from them: "
        "=+pwg.images.delete,-pwg.users.setInfo, or a file with one such a line (a name without sign is added; "
        "after # is a comment); an added method without known harmless arguments is called with no parameter "
        "at all, if it requires one, else it is not assessed",
    )
    add(
        "--wire",
        metavar="LIST",
        help="what may be sent besides harmless oddities: smuggling (requests whose end depends on who reads them, "
        "which may upset what is in front of the target for other visitors)",
    )
    add("--read-only", action="store_true", default=None, help="create and change nothing on the target")
    add("--ca-bundle", metavar="FILE", help="PEM file with the target's certificate, or with that of its authority")
    add("--insecure", action="store_true", default=None, help="accept any certificate of the target")
    add(
        "--browser-path",
        metavar="FILE",
        help="the Chromium that opens pages of the target (default: found by itself); none: open no pages",
    )
    add("--rate", metavar="N", help="at most N requests a second")
    add("--waivers", metavar="FILE", help="known deviations that do not fail the gate; 'known': the project's list")
    add(
        "--gate",
        metavar="|".join(GATES),
        help="strict: warnings and clauses not assessed fail the gate too; regression: only what got worse since "
        "--baseline does",
    )
    add("--baseline", metavar="FILE", help="an earlier compliance.json, to say what got worse and better since")
    add("--compliance-json", metavar="FILE", help=f"machine-readable result (default: {DEFAULT_JSON})")
    add("--har", metavar="FILE", help="every exchange of the run, as HTTP Archive")
    add(
        "--list-clauses",
        nargs="?",
        const="table",
        metavar="FORM",
        help="show the contract, as a table or as json, and send nothing",
    )
    add("--explain", metavar="ID", help="explain one clause, and send nothing")


@dataclass(frozen=True)
class Settings:
    """What the user asked for. `targets` is empty for the embedded reference; secrets have no repr."""

    targets: tuple[str, ...] = ()
    release: str = "auto"
    api_key: str | None = field(default=None, repr=False)
    account: tuple[str, str] | None = field(default=None, repr=False)
    webmaster: tuple[str, str] | None = field(default=None, repr=False)
    expired_key: str | None = field(default=None, repr=False)
    revoked_key: str | None = field(default=None, repr=False)
    expire_command: str | None = None
    site_list: SiteList | None = None
    wire: frozenset[str] = frozenset()
    """Of WIRE, what the user allows."""
    read_only: bool = False
    ca_bundle: Path | None = None
    insecure: bool = False
    browser: Path | None = None
    """The Chromium to open pages with, where there is one and playwright, which drives it."""
    rate: float | None = None
    waivers: str | None = None
    gate: str = "standard"
    compliance_json: Path = Path(DEFAULT_JSON)
    har: Path | None = None
    baseline: Path | None = None

    def trust(self) -> ssl.SSLContext | None:
        """The TLS context to verify the target with; None for the system's authorities."""
        if self.insecure:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return context
        return ssl.create_default_context(cafile=str(self.ca_bundle)) if self.ca_bundle else None

    @property
    def gives_credentials(self) -> bool:
        """Whether any credential was given: then a run without an accepted key has no verdict."""
        return any((self.api_key, self.account, self.webmaster, self.expired_key, self.revoked_key))

    def can_make_keys(self) -> bool:
        """Whether keys may be made: an account or a webmaster was given, without `--read-only`."""
        return not self.read_only and bool(self.account or self.webmaster)

    def within_reach(self) -> frozenset[str]:
        """What can be assessed with this access: keys of `contract.clauses.ACCESS`."""
        new_key = self.can_make_keys()
        live_key = new_key or self.api_key is not None
        reach = {
            "anonymous": True,
            "live-key": live_key,
            "key-session": live_key and not self.read_only,
            "new-key": new_key,
            "new-users": not self.read_only and self.webmaster is not None,
            "revoked-key": new_key or (self.revoked_key is not None and live_key),
            "expired-key": live_key and (self.expired_key is not None or (self.expire_command is not None and new_key)),
            "expiring-key": self.expire_command is not None and new_key,
            "webmaster": self.webmaster is not None,
            "site-list": self.site_list is not None,
            "browser": self.browser is not None,
            "smuggling": "smuggling" in self.wire,
        }
        return frozenset(name for name, there in reach.items() if there)

    def access(self) -> list[str]:
        """The options that gave access, by name, for the report."""
        given = {
            "api-key": self.api_key,
            "account": self.account,
            "webmaster": self.webmaster,
            "expired-key": self.expired_key,
            "revoked-key": self.revoked_key,
            "expire-command": self.expire_command,
            "forbidden-methods": self.site_list,
            "wire": self.wire,
            "read-only": self.read_only,
        }
        return [name for name, value in given.items() if value] or ["anonymous"]


def read_settings(config: pytest.Config) -> Settings:
    """The run's settings from command line and environment. Raises UsageError, in one line."""
    targets = config.getoption("target") or _words("PIWIGO_TARGET")
    if xml := config.getoption("xmlpath", None):
        check_output("--junitxml", Path(xml))
    settings = Settings(
        targets=tuple(dict.fromkeys(gallery_root(url) for url in targets)),
        release=_release(config),
        api_key=_read(config, "api_key", _key),
        account=_read(config, "account", user_and_password),
        webmaster=_read(config, "webmaster", user_and_password),
        expired_key=_read(config, "expired_key", _key),
        revoked_key=_read(config, "revoked_key", _key),
        expire_command=_read(config, "expire_command", _command),
        site_list=_read(config, "forbidden_methods", parse_site_list),
        wire=_read(config, "wire", _wire) or frozenset(),
        read_only=_switch(config, "read_only"),
        ca_bundle=_read(config, "ca_bundle", _certificates),
        insecure=_switch(config, "insecure"),
        browser=browser(_read(config, "browser_path", _program)),
        rate=_read(config, "rate", _rate),
        waivers=_read(config, "waivers", lambda _, text: text),
        gate=_read(config, "gate", _gate) or "standard",
        baseline=_read(config, "baseline", lambda _, text: Path(text)),
        compliance_json=_output("--compliance-json", config.getoption("compliance_json") or DEFAULT_JSON),
        har=_read(config, "har", _output),
    )
    if settings.gate == "regression" and settings.baseline is None:
        raise UsageError("--gate regression compares: give an earlier result with --baseline FILE")
    if not settings.targets and settings.gives_credentials:
        raise UsageError("credentials are given but no --target: the embedded reference has its own")
    return settings


def _read(config: pytest.Config, name: str, parse: Callable[[str, str], T]) -> T | None:
    option, variable = "--" + name.replace("_", "-"), "PIWIGO_" + name.upper()
    given = config.getoption(name)
    source = option
    if given is None:
        given, source = os.environ.get(variable), variable
    if given is None:
        return None
    if not given.strip():
        raise UsageError(f"{source} is empty: give it a value or leave it out")
    return parse(source, given)


def _words(variable: str) -> list[str]:
    value = os.environ.get(variable)
    if value is not None and not value.strip():
        raise UsageError(f"{variable} is empty: give it a value or leave it out")
    return (value or "").split()


def _release(config: pytest.Config) -> str:
    known = ("auto", *profiles())

    def parse(source: str, text: str) -> str:
        if text not in known:
            raise UsageError(f"{source}: {text!r} is not one of {', '.join(known)}")
        return text

    return _read(config, "release", parse) or "auto"


_YES, _NO = {"1", "true", "yes"}, {"", "0", "false", "no"}


def _switch(config: pytest.Config, name: str) -> bool:
    if config.getoption(name):
        return True
    variable = f"PIWIGO_{name.upper()}"
    value = os.environ.get(variable, "")
    if value.lower() not in _NO | _YES:
        raise UsageError(f"{variable} is 1, true or yes, or 0, false or no; not {value!r}")
    return value.lower() in _YES


def _certificates(source: str, text: str) -> Path:
    try:
        ssl.create_default_context(cafile=text)
    except (OSError, ValueError) as error:
        reason = (
            getattr(error, "strerror", None) if not isinstance(error, ssl.SSLError) else "holds no certificate in PEM"
        )
        raise UsageError(f"{source}: {text}: {reason or 'can not be read'}") from error
    return Path(text)


def _key(source: str, text: str) -> str:
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
        raise UsageError(f"{source} takes USER:PASSWORD (what was given is not shown here)")
    return user, password


def _command(source: str, text: str) -> str:
    if "{pkid}" not in text:
        raise UsageError(f"{source} has no {{pkid}} in it: say where the key's id goes")
    try:
        shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{source} can't be split into words: {error}") from error
    return text


def _wire(source: str, text: str) -> frozenset[str]:
    allowed = [word.strip() for word in text.split(",")]
    if unknown := [word for word in allowed if word not in WIRE]:
        raise UsageError(f"{source}: {unknown[0]!r} is not one of {', '.join(WIRE)}")
    return frozenset(allowed)


_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
"""Names of programs that are Chromium, as Debian and others install it."""


def _program(source: str, text: str) -> Path | Literal["none"]:
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


def _rate(source: str, text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.001 <= rate <= 1e6:
        raise UsageError(f"{source} takes a number of requests a second, not {text!r}")
    return rate


def _gate(source: str, text: str) -> str:
    if text not in GATES:
        raise UsageError(f"{source} is {', '.join(GATES[:-1])} or {GATES[-1]}, not {text!r}")
    return text


def _output(source: str, text: str) -> Path:
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
