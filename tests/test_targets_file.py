"""`--targets-file`: many galleries, each with credentials and waivers of its own."""

import pytest

from piwigo_contract.errors import UsageError
from piwigo_contract.targets_file import read_targets
from tests.faults import cuts_long_values
from tests.running import QUICK, TABLES
from tests.serving import gallery

CHOSEN = ("-k", "HDR-06 or REJ-08 or LIFE-01", "-p", "no:html")


@pytest.fixture
def galleries():
    """One in order, and a broken one."""
    with gallery() as good, gallery(cuts_long_values) as broken:
        yield good, broken


TOML = """
[[target]]
url = "{good.url}"
webmaster = "GOOD_WEBMASTER"

[[target]]
url = "{broken.url}"
api-key = "BROKEN_KEY"
waivers = "own.toml"
"""
CSV = """url,webmaster,api-key,waivers
{good.url},GOOD_WEBMASTER,,
{broken.url},,BROKEN_KEY,own.toml
"""
WAIVERS = '[[waivers]]\nclause = "HDR-06"\nreason = "ours"\n'


@pytest.mark.parametrize(("name", "text", "workers"), [("t.toml", TOML, ["-n", "2"]), ("t.csv", CSV, [])])
def test_each_gallery_has_its_own(run, tmp_path, galleries, name, text, workers):
    good, broken = galleries
    (tmp_path / name).write_text(text.format(good=good, broken=broken))
    (tmp_path / "own.toml").write_text(WAIVERS)
    secrets = {"GOOD_WEBMASTER": good.banner["webmaster"], "BROKEN_KEY": broken.banner["api_key"]}
    done = run(*QUICK, *CHOSEN, *workers, "--targets-file", str(tmp_path / name), **secrets, **TABLES)
    first, second = done.target(0), done.target(1)
    assert [each["url"] for each in (first, second)] == [good.url, broken.url]
    assert [each["access"] for each in (first, second)] == [["webmaster"], ["api-key"]]
    assert done.outcomes(0)["HDR-06"] == "pass"
    assert (done.outcomes(1)["HDR-06"], done.outcomes(1)["REJ-08"], done.code) == ("waived", "fail", 1)
    assert "pwg.users.add" in good.methods
    assert "pwg.users.add" not in broken.methods
    for secret in secrets.values():
        assert secret.partition(":")[2] not in done.out


MISTAKES = {
    "no file": ("", None, "No such file"),
    "no TOML": ("t.toml", "target", "is no TOML"),
    "other tables": ("t.toml", "[gallery]\nurl = 'http://a/'", "is no TOML"),
    "no target": ("t.toml", "", "has no target"),
    "no url": ("t.toml", "[[target]]\nwebmaster = 'SET'", "target 1 has no url"),
    "unknown": ("t.toml", "[[target]]\nurl = 'http://a/'\npassword = 'x'", "'password' is not one of"),
    "no variable": ("t.toml", "[[target]]\nurl = 'http://a/'\nwebmaster = 'UNSET'", "the variable 'UNSET' is not set"),
    "number": ("t.toml", "[[target]]\nurl = 1", "url is no text"),
    "too many fields": ("t.csv", "url\nhttp://a/,SET", "nor a CSV"),
}


@pytest.mark.parametrize(("name", "text", "told"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(tmp_path, monkeypatch, name, text, told):
    monkeypatch.setenv("SET", "a:b")
    monkeypatch.delenv("UNSET", raising=False)
    path = tmp_path / (name or "none.toml")
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError, match=told) as raised:
        read_targets(path)
    assert "\n" not in str(raised.value)


def test_credentials_that_make_no_sense(run, tmp_path):
    (tmp_path / "t.csv").write_text("url,webmaster\nhttp://127.0.0.1:9/,SET\n")
    done = run(*CHOSEN, "--targets-file", str(tmp_path / "t.csv"), SET="S3cret-of-mine")
    assert (done.code, done.err.strip().count("\n")) == (4, 0)
    assert "target 1, webmaster takes USER:PASSWORD" in done.err
    assert "S3cret-of-mine" not in done.err


def test_url_twice(run, tmp_path):
    (tmp_path / "t.csv").write_text("url\nhttp://127.0.0.1:9/\nhttp://127.0.0.1:9/\n")
    done = run(*CHOSEN, "--targets-file", str(tmp_path / "t.csv"))
    assert (done.code, "two targets have the same url" in done.err) == (4, True)
