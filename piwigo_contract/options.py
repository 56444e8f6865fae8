"""The command line and environment of a run (README.md, "Point it at your own gallery"), read once and checked.

The command line goes before the environment. A value that makes no sense, and a credential variable that is
set but empty, is a UsageError: a gate that lost its secret must not be green.
"""

from __future__ import annotations

import dataclasses
import glob
import os
import shlex
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest

from piwigo_contract import option_values as values
from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.contract.site_list import SiteList, parse_site_list
from piwigo_contract.effort import EFFORTS, STANDARD
from piwigo_contract.errors import UsageError
from piwigo_contract.targets_file import Row, read_targets
from piwigo_contract.urls import gallery_root, without_login

T = TypeVar("T")

DEFAULT_JSON = "reports/compliance.json"
"""Default paths of the two reports (with DEFAULT_HTML)."""
DEFAULT_HTML = "reports/compliance.html"
OWN_INI = Path(__file__).with_name("pytest.ini")
"""pytest's settings of a run by `piwigo-contract`, in place of those in the current folder."""
DEFAULT_REQUEST_TIMEOUT = 30.0
"""Seconds."""
TITLE = "Piwigo API contract"
"""Of these options in --help."""


def only_lists(config: pytest.Config) -> bool:
    """Whether pytest is asked for no more than what there is (`--collect-only`, `--fixtures`): nothing is sent."""
    option = config.option
    return bool(option.collectonly or option.showfixtures or option.show_fixtures_per_test)


def own_arguments(given: Sequence[str]) -> list[str]:
    """pytest's arguments of a run by `piwigo-contract`: its settings are the package's own, not those of the folder it
    happens to be called from; `-c` and `--rootdir` still choose others.
    """

    def chooses(*options: str) -> bool:
        return any(argument == o or argument.startswith(o + "=") for argument in given for o in options)

    own = [] if chooses("-c", "--config-file") else ["-c", str(OWN_INI)]
    own += [] if chooses("--rootdir") else ["--rootdir", str(Path.cwd())]
    # where the arguments name no path, pytest goes by testpaths
    own += ["-o", f"testpaths={shlex.quote(glob.escape(str(SUITE)))}", "-p", "piwigo_contract.plugin"]
    return [*own, *given]


def add_options(parser: pytest.Parser) -> None:
    """Register the options of a run with pytest."""
    group = parser.getgroup("piwigo-contract", TITLE)

    def add(option: str, *, help: str, variable: bool = True, **settings: Any) -> None:
        named = f" [{_variable(option)}]" if variable else ""
        group.addoption(option, help=f"{help}{named}", **settings)

    add("--target", action="append", metavar="URL", help="root of a gallery (repeatable); none: the embedded reference")
    add(
        "--targets-file",
        metavar="FILE",
        help="TOML or CSV file of galleries: url, and for each of its credentials the name of the variable that has "
        "it; each is judged by itself, in a process of its own",
    )
    add(
        "--resume",
        action="store_true",
        default=None,
        help="with --targets-file: go on where the last run stopped, whose verdicts stand",
    )
    add("--release", metavar="R", help="whose contract applies: auto (default), " + ", ".join(profiles()))
    add("--api-key", metavar="PKID:SECRET", help="a valid key")
    add("--account", metavar="USER[:PASSWORD]", help="an ordinary user, to create and revoke keys with")
    add(
        "--webmaster",
        metavar="USER[:PASSWORD]",
        help="a webmaster, to create throw-away users with; a password that is left out is asked for at a terminal",
    )
    add(
        "--basic",
        metavar="USER:PASSWORD",
        help="for HTTP Basic authentication by the server in front of the gallery; also in the URL: "
        "https://USER:PASSWORD@HOST/",
    )
    add("--expired-key", metavar="PKID:SECRET", help="a key that has expired")
    add("--revoked-key", metavar="PKID:SECRET", help="a key that was revoked")
    add(
        "--secrets-file",
        metavar="FILE",
        help="TOML file of secrets, named as these options are, that nobody else can read",
    )
    add("--expire-command", metavar="CMD", help="makes the key {pkid} expire now; run without a shell")
    add(
        "--forbidden-methods",
        metavar="FILE|LIST",
        help="what this gallery adds to the methods that keys may not call and takes away from them: "
        "--forbidden-methods=+pwg.images.delete,-pwg.users.setInfo, or a file with one such a line (a name without "
        "sign is added; after # is a comment); an added method without known harmless arguments is called with no "
        "parameter at all, if it requires one, else it is not assessed",
    )
    add(
        "--wire",
        metavar="LIST",
        help="what may be sent besides harmless oddities: smuggling (requests whose end depends on who reads them, "
        "which may upset what is in front of the target for other visitors)",
    )
    add(
        "--effort",
        metavar="|".join(EFFORTS),
        help="how many examples a run takes of what each clause promises: quick a few, deep all there is time for "
        f"(default: {STANDARD})",
    )
    add("--read-only", action="store_true", default=None, help="create and change nothing on the target")
    add(
        "--sweep",
        nargs="?",
        const="ask",
        metavar="yes",
        help="run no check; show what earlier runs left on the target, ask, and remove it (=yes: without asking)",
    )
    add("--keep", action="store_true", default=None, help="leave what the run makes on the target, and say what")
    add("--dry-run", action="store_true", default=None, help="say what would be done, and send only the preflight")
    add("--ca-bundle", metavar="FILE", help="PEM file with the target's certificate, or with that of its authority")
    add("--client-cert", metavar="FILE", help="PEM file with the certificate that the suite shows, and its key")
    add("--insecure", action="store_true", default=None, help="accept any certificate of the target")
    add(
        "--browser-path",
        metavar="FILE",
        help="the Chromium that opens pages of the target (default: found by itself); none: open no pages",
    )
    add("--rate", metavar="N", help="at most N requests a second")
    add(
        "--max-requests",
        metavar="N",
        help="at most N requests, shared by all workers; what takes away what the run made comes on top",
    )
    add(
        "--request-timeout",
        metavar="S",
        help=f"seconds in which an answer has to be whole (default: {DEFAULT_REQUEST_TIMEOUT:g})",
    )
    add("--waivers", metavar="FILE", help="known deviations that do not fail the gate; 'known': the project's list")
    add(
        "--gate",
        metavar="|".join(values.GATES),
        help="strict: warnings and clauses not assessed fail the gate too; regression: only what got worse since "
        "--baseline does",
    )
    add("--baseline", metavar="FILE", help="an earlier compliance.json, to say what got worse and better since")
    add("--compliance-json", metavar="FILE", variable=False, help=f"machine-readable result (default: {DEFAULT_JSON})")
    add("--har", metavar="FILE", help="every exchange of the run, as HTTP Archive")
    add(
        "--contract-page",
        metavar="URL",
        help="where each clause has its anchor, for links of the report: the documentation's contract.html, with or "
        "without a host",
    )
    add(
        "--contract",
        action="append",
        metavar="FOLDER",
        help="clauses of your own beside these (repeatable): FOLDER/specs/contract/*.yaml, FOLDER/suite/test_*.py",
    )
    add(
        "--list-clauses",
        nargs="?",
        const="table",
        metavar="FORM",
        variable=False,
        help="show the contract, as a table or as json, and send nothing",
    )
    add("--explain", metavar="ID", variable=False, help="explain one clause, and send nothing")


@dataclass(frozen=True)
class Settings:
    """What the user asked for. `targets` is empty for the embedded reference; secrets have no repr."""

    targets: tuple[str, ...] = ()
    release: str = "auto"
    api_key: str | None = field(default=None, repr=False)
    account: tuple[str, str] | None = field(default=None, repr=False)
    webmaster: tuple[str, str] | None = field(default=None, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    basic_in_url: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    """By a target's URL, where its own had user name and password in it."""
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    """By a target's URL: what is given for it alone, by the names of these fields."""
    fleet: Mapping[str, Row] = field(default_factory=dict, repr=False)
    """By a target's URL: how it was given, where each is judged by itself."""
    resume: bool = False
    expired_key: str | None = field(default=None, repr=False)
    revoked_key: str | None = field(default=None, repr=False)
    expire_command: str | None = None
    site_list: SiteList | None = None
    wire: frozenset[str] = frozenset()
    """Of option_values.WIRE, what the user allows."""
    effort: str = STANDARD
    read_only: bool = False
    sweep: str | None = None
    """"ask" or "yes" where no check is to run, but what earlier runs left is to be removed."""
    keep: bool = False
    dry_run: bool = False
    ca_bundle: Path | None = None
    client_cert: Path | None = None
    insecure: bool = False
    browser: Path | None = None
    """The Chromium to open pages with, where there is one and playwright, which drives it."""
    rate: float | None = None
    max_requests: int | None = None
    request_timeout: float = DEFAULT_REQUEST_TIMEOUT
    """seconds in which an answer has to be whole"""
    waivers: str | None = None
    gate: str = "standard"
    compliance_json: Path = Path(DEFAULT_JSON)
    har: Path | None = None
    baseline: Path | None = None
    contract_page: str | None = None
    """where each clause has its anchor, for the report"""

    def for_target(self, number: int) -> Settings:
        """The settings for one of the targets, counted from 0."""
        return dataclasses.replace(self, **self.own.get(self.targets[number], {}))

    def basic_of(self, url: str) -> tuple[str, str] | None:
        """User name and password for the server in front of a target, or None.

        url: the target's, as it was given or as it says itself that it is, on the same host.
        """
        if url in self.targets:
            return self.basic_in_url.get(url, self.basic)
        of_host = {urlsplit(given).hostname: login for given, login in self.basic_in_url.items()}
        return of_host.get(urlsplit(url).hostname, self.basic)

    def trust(self) -> ssl.SSLContext | None:
        """The TLS context to verify the target with; None for the system's authorities."""
        if not (self.insecure or self.ca_bundle or self.client_cert):
            return None
        context = ssl.create_default_context(cafile=str(self.ca_bundle) if self.ca_bundle else None)
        if self.insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if self.client_cert:
            context.load_cert_chain(self.client_cert)
        return context

    @property
    def gives_credentials(self) -> bool:
        """Whether any credential was given."""
        return any((self.api_key, self.account, self.webmaster, self.expired_key, self.revoked_key))

    @property
    def owes_a_key(self) -> bool:
        """Whether a key should be accepted in this run: one was given, or can be made."""
        return any((self.api_key, self.expired_key, self.revoked_key)) or self.can_make_keys()

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


def read_settings(config: pytest.Config, only: Row | None = None) -> Settings:
    """The run's settings from command line and environment. Raises UsageError, in one line.

    only: the target, where the run is one of a fleet's.
    """
    file = [only] if only else _read(config, "targets_file", lambda _, text: read_targets(Path(text))) or []
    asked = config.getoption("target") or ([] if file else _words("PIWIGO_TARGET"))
    targets, own, rows = [], {}, {}
    for row in [*(Row(url, {}) for url in asked), *file]:
        url, login = without_login(row.url)
        targets.append((gallery_root(url), login))
        rows[targets[-1][0]] = row
        if row in file:
            own[targets[-1][0]] = {_field(name): _OWN[name](*given) for name, given in row.given.items()}
    if len(own) < len(file):
        raise UsageError("--targets-file: two targets have the same url")
    if (resume := _switch(config, "resume")) and not file:
        raise UsageError("--resume goes on with a run on the galleries of --targets-file: give that, too")
    if xml := config.getoption("xmlpath", None):
        values.check_output("--junitxml", Path(xml))
    settings = Settings(
        targets=tuple(dict.fromkeys(url for url, _ in targets)),
        basic=_read(config, "basic", values.user_and_password),
        basic_in_url={url: login for url, login in targets if login is not None},
        own=own,
        fleet=rows if file and not only else {},
        resume=resume and not only,
        release=_release(config),
        api_key=_read(config, "api_key", values.key),
        account=_read(config, "account", values.user_and_password),
        webmaster=_read(config, "webmaster", values.user_and_password),
        expired_key=_read(config, "expired_key", values.key),
        revoked_key=_read(config, "revoked_key", values.key),
        expire_command=_read(config, "expire_command", values.command),
        site_list=_read(config, "forbidden_methods", parse_site_list),
        wire=_read(config, "wire", values.wire) or frozenset(),
        effort=effort(config),
        read_only=_switch(config, "read_only"),
        sweep=_read(config, "sweep", values.sweep),
        keep=_switch(config, "keep"),
        dry_run=_switch(config, "dry_run"),
        ca_bundle=_read(config, "ca_bundle", values.certificates),
        client_cert=_read(config, "client_cert", values.own_certificate),
        insecure=_switch(config, "insecure"),
        browser=values.browser(_read(config, "browser_path", values.program)),
        rate=_read(config, "rate", values.rate),
        max_requests=_read(config, "max_requests", values.count),
        request_timeout=_read(config, "request_timeout", values.seconds) or DEFAULT_REQUEST_TIMEOUT,
        waivers=_read(config, "waivers", lambda _, text: text),
        gate=_read(config, "gate", values.gate) or "standard",
        baseline=_read(config, "baseline", lambda _, text: Path(text)),
        compliance_json=values.output("--compliance-json", config.getoption("compliance_json") or DEFAULT_JSON),
        har=_read(config, "har", values.output),
        contract_page=_read(config, "contract_page", values.page),
    )
    if settings.gate == "regression" and settings.baseline is None:
        raise UsageError("--gate regression compares: give an earlier result with --baseline FILE")
    if not settings.targets and (settings.gives_credentials or settings.basic):
        raise UsageError("credentials are given but no --target: the embedded reference has its own")
    if settings.keep and settings.read_only:
        raise UsageError("--keep leaves what is made, and --read-only makes nothing: leave one of them out")
    return settings


_OWN: Mapping[str, Callable[[str, str], Any]] = {
    "api-key": values.key,
    "expired-key": values.key,
    "revoked-key": values.key,
    "account": values.user_and_password,
    "webmaster": values.user_and_password,
    "basic": values.user_and_password,
    "expire-command": values.command,
    "waivers": lambda _, text: text,
}
"""How what `--targets-file` gives is read, by the option of that name."""


def _field(option: str) -> str:
    return option.replace("-", "_")


def effort(config: pytest.Config) -> str:
    """What `--effort` says. Raises UsageError for what is none."""

    def parse(source: str, text: str) -> str:
        if text not in EFFORTS:
            raise UsageError(f"{source}: {text!r} is not one of {', '.join(EFFORTS)}")
        return text

    return _read(config, "effort", parse) or STANDARD


def contract_folders(config: pytest.Config) -> list[str]:
    """The folders of `--contract`, else of PIWIGO_CONTRACT (with the system's path separator between).

    Raises UsageError for an empty variable.
    """
    given: list[str] | None = config.getoption("contract")
    text = os.environ.get("PIWIGO_CONTRACT")
    if given is not None or text is None:
        return given or []
    if not text.strip():
        raise UsageError("PIWIGO_CONTRACT is empty: give it a value or leave it out")
    return text.split(os.pathsep)


def _read(config: pytest.Config, name: str, parse: Callable[[str, str], T]) -> T | None:
    option = "--" + name.replace("_", "-")
    variable = _variable(option)
    given = config.getoption(name)
    source = option
    if given is None:
        given, source = os.environ.get(variable), variable
    if given is None:
        return None
    if not given.strip():
        raise UsageError(f"{source} is empty: give it a value or leave it out")
    return parse(source, given)


def _variable(option: str) -> str:
    """The environment variable of an option."""
    return "PIWIGO_" + option.removeprefix("--").replace("-", "_").upper()


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
