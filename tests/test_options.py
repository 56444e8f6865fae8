"""The command line and the environment: each mistake one line that repeats no secret."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from piwigo_contract.errors import UsageError
from piwigo_contract.option_values import browser
from piwigo_contract.options import read_settings

SECRET = "S3cret-of-mine"
KEY = f"pkid-20250609-aaaaaaaaaaaaaaaaaaaa:{SECRET}"
CREDENTIALS = ["api_key", "account", "webmaster", "expired_key", "revoked_key", "basic"]


@pytest.fixture(autouse=True)
def _no_environment_of_somebody_else(monkeypatch):
    import os

    for name in [name for name in os.environ if name.startswith("PIWIGO_")]:
        monkeypatch.delenv(name)
    # nor what happens to be installed
    monkeypatch.setenv("PATH", "")


def read(*, target=("http://host/",), **options):
    given = {"target": list(target), **options}
    return read_settings(SimpleNamespace(getoption=given.get))


def complaint(**options):
    with pytest.raises(UsageError) as caught:
        read(**options)
    line = str(caught.value)
    assert "\n" not in line
    assert SECRET not in line
    return line


ALL = {
    "release": "16.3",
    "api_key": KEY,
    "account": "alice:pass:word",
    "webmaster": "root:x",
    "basic": "proxy:pass:word",
    "expired_key": KEY,
    "revoked_key": KEY,
    "expire_command": "expire {pkid}",
    "rate": "2.5",
    "max_requests": "500",
    "request_timeout": "7.5",
    "waivers": "w.toml",
    "gate": "strict",
    "har": "run.har",
    "baseline": "old.json",
}


def as_asked(settings):
    assert settings.targets == ("http://host/",)
    assert (settings.release, settings.api_key, settings.rate, settings.gate) == ("16.3", KEY, 2.5, "strict")
    assert (settings.max_requests, settings.request_timeout) == (500, 7.5)
    assert (settings.har, settings.baseline) == (Path("run.har"), Path("old.json"))
    assert (settings.account, settings.webmaster) == (("alice", "pass:word"), ("root", "x"))
    assert settings.basic_of("http://host/") == ("proxy", "pass:word")
    assert (settings.expired_key, settings.revoked_key) == (KEY, KEY)
    assert (settings.expire_command, settings.waivers, settings.read_only) == ("expire {pkid}", "w.toml", True)


def test_all_options():
    as_asked(read(read_only=True, **ALL))


def test_all_variables(monkeypatch):
    for name, value in {**ALL, "target": "http://host/ http://host/ws.php", "read_only": "1"}.items():
        monkeypatch.setenv(f"PIWIGO_{name.upper()}", value)
    as_asked(read(target=()))


def test_the_command_line_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv("PIWIGO_RELEASE", "16.0")
    monkeypatch.setenv("PIWIGO_TARGET", "http://other/")
    settings = read(release="16.4")
    assert (settings.release, settings.targets) == ("16.4", ("http://host/",))


def test_settings_show_no_secret():
    assert SECRET not in repr(read(**dict.fromkeys(CREDENTIALS, KEY)))


@pytest.mark.parametrize("value", ["", "  "], ids=["empty", "blank"])
@pytest.mark.parametrize("name", [*ALL, "target"])
def test_empty_variable(monkeypatch, name, value):
    monkeypatch.setenv(f"PIWIGO_{name.upper()}", value)
    assert complaint(target=()).startswith(f"PIWIGO_{name.upper()} is empty")


@pytest.mark.parametrize("name", ALL)
def test_empty_option(name):
    assert complaint(**{name: ""}).startswith(f"--{name.replace('_', '-')} is empty")


MISTAKES = {
    "no such browser": ({"browser_path": "nowhere"}, "--browser-path: nowhere is no program that can be run"),
    "no such bundle": ({"ca_bundle": "nowhere.pem"}, "--ca-bundle: nowhere.pem: No such file"),
    "bundle without certificates": ({"ca_bundle": __file__}, "holds no certificate"),
    "key without a colon": ({"api_key": SECRET}, "PKID:SECRET"),
    "key without an id": ({"api_key": f":{SECRET}"}, "PKID:SECRET"),
    "key without a secret": ({"expired_key": f"{SECRET}:"}, "PKID:SECRET"),
    "key with a blank": ({"revoked_key": f"pkid:{SECRET} x"}, "blank"),
    "key with a line break": ({"api_key": f"pkid:{SECRET}\n"}, "blank"),
    "key with a letter that no key has": ({"api_key": f"pkid:{SECRET}é"}, "character"),
    "account without a colon": ({"account": SECRET}, "USER:PASSWORD"),
    "webmaster without a name": ({"webmaster": f":{SECRET}"}, "USER:PASSWORD"),
    "account without a password": ({"account": f"{SECRET}:"}, "USER:PASSWORD"),
    "release before API keys": ({"release": "15.0"}, "16.4"),
    "release with a patch level": ({"release": "16.4.0"}, "16.4"),
    "unknown gate": ({"gate": "lax"}, "'lax'"),
    "no requests at all": ({"rate": "0"}, "'0'"),
    "negative rate": ({"rate": "-5"}, "'-5'"),
    "rate that is not a number": ({"rate": "nan"}, "'nan'"),
    "no requests": ({"max_requests": "0"}, "'0'"),
    "requests that are no number": ({"max_requests": "1e3"}, "'1e3'"),
    "no time": ({"request_timeout": "0"}, "from 0.1 to 3600"),
    "time that is no number": ({"request_timeout": "nan"}, "'nan'"),
    "rate without end": ({"rate": "inf"}, "'inf'"),
    "expire command without the id": ({"expire_command": "true"}, "{pkid}"),
    "expire command with an open quote": ({"expire_command": "sh -c 'x {pkid}"}, "expire-command"),
    "target that is no URL": ({"target": ["photos.example.org"]}, "photos.example.org"),
    "target with a password alone": ({"target": [f"http://:{SECRET}@host/"]}, "USER:PASSWORD of the server in front"),
    "target with a user alone": ({"target": [f"http://{SECRET}@host/"]}, "USER:PASSWORD of the server in front"),
    "target with a password and no host": ({"target": [f"http://admin:{SECRET}@/"]}, "http:// or https:// URL"),
    "target with a password and no port": ({"target": [f"http://admin:{SECRET}@host:x/"]}, "no such host or port"),
    "password with a slash": ({"target": [f"http://admin:x/{SECRET}@host/"]}, "leave user name and password out"),
    "empty target": ({"target": [""]}, "--target"),
    "regression of nothing": ({"gate": "regression"}, "--baseline"),
    "archive that is a folder": ({"har": "."}, "is a folder"),
    "archive below a file": ({"har": __file__ + "/run.har"}, "can't be written"),
    "page that is a script": (
        {"contract_page": "javascript:alert(1)"},
        "--contract-page takes an http(s) URL or a path",
    ),
    "page with an anchor": ({"contract_page": "contract.html#HDR-13"}, "nothing after #"),
    "result that is a folder": ({"compliance_json": "/"}, "--compliance-json: / is a folder"),
}


@pytest.mark.parametrize(("options", "word"), MISTAKES.values(), ids=MISTAKES)
def test_mistake(options, word):
    assert word in complaint(**options)


@pytest.mark.parametrize("name", ["PIWIGO_READ_ONLY", "PIWIGO_INSECURE", "PIWIGO_KEEP", "PIWIGO_DRY_RUN"])
@pytest.mark.parametrize("value", ["on", "ja", "2"])
def test_switch_is_yes_or_no(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    assert name in complaint()


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("yes", True), ("True", True), ("0", False), ("no", False), ("FALSE", False)]
)
def test_switch(monkeypatch, value, on):
    monkeypatch.setenv("PIWIGO_READ_ONLY", value)
    monkeypatch.setenv("PIWIGO_INSECURE", value)
    monkeypatch.setenv("PIWIGO_DRY_RUN", value)
    assert (read().read_only, read().insecure, read().dry_run) == (on, on, on)
    monkeypatch.delenv("PIWIGO_READ_ONLY")
    monkeypatch.setenv("PIWIGO_KEEP", value)
    assert read().keep == on


@pytest.mark.parametrize("name", CREDENTIALS)
def test_credentials_without_a_target(name):
    assert "no --target" in complaint(target=(), **{name: KEY})


def test_password_in_the_url(monkeypatch):
    """It is taken out, decoded, and goes before that of the option; other targets have the option's."""
    urls = [f"https://j%40e:{SECRET}%3A@host:8443/photos/ws.php", "http://other/"]
    settings = read(target=urls, basic="proxy:x")
    assert settings.targets == ("https://host:8443/photos/", "http://other/")
    assert [settings.basic_of(url) for url in settings.targets] == [("j@e", f"{SECRET}:"), ("proxy", "x")]
    assert SECRET not in repr(settings)


def test_password_in_a_url_is_for_no_other_target_on_that_host():
    """It is for where that target says that it is, such as with TLS."""
    settings = read(target=[f"http://j:{SECRET}@host:8080/", "http://host/b/"], basic="proxy:x")
    urls = ("http://host:8080/", "http://host/b/", "https://host:8080/")
    assert [settings.basic_of(url) for url in urls] == [("j", SECRET), ("proxy", "x"), ("j", SECRET)]


REACH = {
    "nothing": ([], {"anonymous"}),
    "key": (["api_key"], {"anonymous", "live-key", "key-session"}),
    "key and expired key": (["api_key", "expired_key"], {"anonymous", "live-key", "expired-key", "key-session"}),
    "key and revoked key": (["api_key", "revoked_key"], {"anonymous", "live-key", "revoked-key", "key-session"}),
    "dead keys alone": (["expired_key", "revoked_key"], {"anonymous"}),
    "account": (["account"], {"anonymous", "live-key", "new-key", "revoked-key", "key-session"}),
    "account and command": (["account", "expire_command"],
                            {"anonymous", "live-key", "new-key", "revoked-key", "expired-key", "expiring-key",
                             "key-session"}),
    "webmaster": (["webmaster"], {"anonymous", "live-key", "new-key", "revoked-key", "new-users", "webmaster",
                                "key-session"}),
    "read-only account": (["account", "read_only"], {"anonymous"}),
    "read-only webmaster and key": (["webmaster", "api_key", "read_only"], {"anonymous", "live-key", "webmaster"}),
    "key and command": (["api_key", "expire_command"], {"anonymous", "live-key", "key-session"}),
}  # fmt: skip


@pytest.mark.parametrize(("given", "reach"), REACH.values(), ids=REACH)
def test_what_is_within_reach(given, reach):
    options = {name: True if name == "read_only" else ALL[name] for name in given}
    assert read(**options).within_reach() == reach


@pytest.mark.skipif(browser(Path("x")) is None, reason="playwright is not installed")
def test_browser_is_found_or_given_or_none(monkeypatch, tmp_path):
    assert read().browser is None
    given, found = tmp_path / "own", tmp_path / "chromium"
    for program in (given, found):
        program.touch(mode=0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (read().browser, read(browser_path=str(given)).browser) == (found, given)
    assert read(browser_path="none").browser is None
    assert "browser" in read().within_reach()


def test_wire_allows_nothing_by_itself(monkeypatch):
    assert read().wire == frozenset()
    assert "smuggling" not in read(webmaster="a:b").within_reach()
    assert read(wire="smuggling").wire == {"smuggling"}
    assert "smuggling" in read(wire=" smuggling ").within_reach()
    assert "wire" in read(wire="smuggling").access()
    monkeypatch.setenv("PIWIGO_WIRE", "smuggling")
    assert read().wire == {"smuggling"}


@pytest.mark.parametrize("wrong", ["everything", "smuggling,", "smuggling,x"])
def test_wire_takes_known_words_alone(wrong):
    assert complaint(wire=wrong).endswith("is not one of smuggling")
