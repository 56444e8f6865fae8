"""Files of waivers: TOML and YAML, each mistake one line."""

import datetime

import pytest
import yaml

from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.waivers import Waiver, load_waivers, stale
from piwigo_contract.errors import UsageError

ENTRY = {
    "clause": "HDR-13",
    "reason": "no proxy in front of ours",
    "link": "https://example.org/1",
    "expires": datetime.date(2030, 6, 30),
    "target": "http://host/photos/ws.php",
    "release": "16.0",
}
LOADED = Waiver(**{**ENTRY, "target": "http://host/photos/"})
TOML = """[[waivers]]
clause = "HDR-13"
reason = "no proxy in front of ours"
link = "https://example.org/1"
expires = 2030-06-30
target = "http://host/photos/ws.php"
release = "16.0"
"""


@pytest.fixture
def load(tmp_path, contract):
    def load(content, name="w.yaml"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return load_waivers(str(path), contract)

    return load


@pytest.mark.parametrize("name", ["w.toml", "W.TOML"])
def test_toml(load, name):
    assert load(TOML, name) == [LOADED]


@pytest.mark.parametrize("name", ["w.yaml", "w.yml", "waivers"])
def test_yaml(load, name):
    assert load({"waivers": [ENTRY]}, name) == [LOADED]


def test_date_as_a_text(load):
    assert load(TOML.replace("2030-06-30", '"2030-06-30"'), "w.toml") == [LOADED]


def test_clause_and_reason_are_enough(load):
    (waiver,) = load({"waivers": [{"clause": "HDR-01", "reason": "x"}]})
    assert not waiver.expired
    assert waiver.speaks_of("http://any/", "17.0")


@pytest.mark.parametrize(("url", "release", "speaks"), [("http://host/photos/", "16.0", True),
                                                        ("http://host/photos/", "16.1", False),
                                                        ("http://host/", "16.0", False)])  # fmt: skip
def test_whom_a_waiver_speaks_of(url, release, speaks):
    assert LOADED.speaks_of(url, release) == speaks


MISTAKES = {
    "unknown clause": ({"clause": "HDR-77"}, "HDR-77"),
    "clause that is no text": ({"clause": ["HDR-01"]}, "clause"),
    "no reason": ({"reason": None}, "reason"),
    "empty reason": ({"reason": " "}, "reason"),
    "unknown field": ({"until": "2030"}, "clause and reason"),
    "date that is none": ({"expires": "2030-02-30"}, "2030-02-30"),
    "date and time": ({"expires": datetime.datetime(2030, 1, 1, 1)}, "expires"),
    "date as a number": ({"expires": 2030}, "2030"),
    "unknown release": ({"release": "15.0"}, "15.0"),
    "release as a number": ({"release": 16.0}, "16.0"),
    "release that is a list": ({"release": ["16.0"]}, "release"),
    "target that is no URL": ({"target": "host"}, "host"),
    "link that is no text": ({"link": 7}, "link"),
}


@pytest.mark.parametrize(("fields", "word"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_in_an_entry(load, fields, word):
    entry = {name: value for name, value in {**ENTRY, **fields}.items() if value is not None}
    assert word in complaint(lambda: load({"waivers": [entry]}))


def complaint(action):
    with pytest.raises(UsageError) as caught:
        action()
    assert "\n" not in str(caught.value)
    return str(caught.value)


FILES = {
    "no TOML": ("[[waivers", "w.toml"),
    "no YAML": ("waivers: [", "w.yaml"),
    "a list": ("- clause: HDR-01", "w.yaml"),
    "empty": ("", "w.yaml"),
    "something else beside": ("waivers = []\nother = 1", "w.toml"),
    "waivers not a list": ("waivers: HDR-01", "w.yaml"),
    "entry not a mapping": ("waivers: [HDR-01]", "w.yaml"),
    "field twice": ("waivers:\n- {clause: HDR-01, reason: x, clause: HDR-02}", "w.yaml"),
    "day that is none": ("waivers:\n- {clause: HDR-01, reason: x, expires: 2030-02-30}", "w.yaml"),
}


@pytest.mark.parametrize(("content", "name"), FILES.values(), ids=FILES)
def test_mistake_in_a_file(load, content, name):
    assert name in complaint(lambda: load(content, name))


def test_merged_fields_may_be_given_again(load):
    """YAML's `<<`; it is no field given twice, wherever the node lies that it is put into."""
    first, second = load(
        "waivers:\n- &b {<<: &a {reason: x, clause: HDR-01}, clause: HDR-02}\n- {<<: *b, clause: HDR-03}"
    )
    assert [(each.clause, each.reason) for each in (first, second)] == [("HDR-02", "x"), ("HDR-03", "x")]


@pytest.mark.parametrize("name", ["none.toml", "none.yaml", "."])
def test_file_that_cannot_be_read(tmp_path, contract, name):
    assert "can't be read" in complaint(lambda: load_waivers(str(tmp_path / name), contract))


def test_known_deviations(contract):
    waivers = load_waivers("known", contract)
    assert ("HDR-13", "16.0") in {(waiver.clause, waiver.release) for waiver in waivers}
    assert all(waiver.shipped and waiver.release and waiver.clause in contract.clauses for waiver in waivers)


def test_what_some_installations_alone_have_is_no_known_deviation_to_be_waived(contract):
    """FORB-09 of 16.0, where a setting of PHP makes it so."""
    assert "FORB-09" in profiles()["16.0"].known_deviations
    assert all(waiver.clause != "FORB-09" for waiver in load_waivers("known", contract))


def test_pattern_that_is_none(tmp_path, contract):
    (tmp_path / "w.yaml").write_text('waivers: [{clause: HDR-13, reason: x, found: "err ("}]')
    told = complaint(lambda: load_waivers(str(tmp_path / "w.yaml"), contract))
    assert "HDR-13: found is a regular expression, which 'err (' is not" in told


# ------------------------------------------------------------------ stale ones

ENDED = datetime.date.today() - datetime.timedelta(days=1)
HERE, THERE = "http://here/", "http://there/"
STALE = {
    "needed": (Waiver("HDR-13", "x"), ["waived"], None),
    "not needed": (Waiver("HDR-13", "x"), ["pass"], "is not needed, the clause holds"),
    "no promise of the release": (Waiver("HDR-13", "x"), ["not-applicable"], "no promise of the release"),
    "needed by one of two": (Waiver("HDR-13", "x"), ["pass", "waived"], None),
    "needed by neither": (Waiver("HDR-13", "x"), ["pass", "not-applicable"], "is not needed"),
    "not assessed": (Waiver("HDR-13", "x"), ["not-assessed"], None),
    "one of two not assessed": (Waiver("HDR-13", "x"), ["pass", "not-assessed"], None),
    "suite error": (Waiver("HDR-13", "x"), ["error"], None),
    "ended": (Waiver("HDR-13", "x", expires=ENDED), ["fail"], f"ended on {ENDED}"),
    "ended, not assessed": (Waiver("HDR-13", "x", expires=ENDED), ["not-assessed"], f"ended on {ENDED}"),
    "last day": (Waiver("HDR-13", "x", expires=datetime.date.today()), ["waived"], None),
    "of another target": (Waiver("HDR-13", "x", target="http://elsewhere/"), ["pass"], None),
    "of another release, ended": (Waiver("HDR-13", "x", release="16.4", expires=ENDED), ["pass"], None),
    "of one of two": (Waiver("HDR-13", "x", target=THERE), ["waived", "pass"], "is not needed"),
    "project's own": (Waiver("HDR-13", "x", shipped=True), ["pass"], None),
}


@pytest.mark.parametrize(("waiver", "outcomes", "words"), STALE.values(), ids=STALE)
def test_stale(waiver, outcomes, words):
    judged = [(url, "16.0", {"HDR-13": outcome}) for url, outcome in zip((HERE, THERE), outcomes, strict=False)]
    told = stale([waiver], judged)
    assert [words in line for line in told] == ([True] if words else [])
    assert all(line.startswith("stale waiver: that of HDR-13 ") for line in told)


def test_stale_ones_are_told_once():
    assert len(stale([Waiver("HDR-13", "x"), Waiver("HDR-13", "y")], [(HERE, "16.0", {"HDR-13": "pass"})])) == 1
    assert stale([Waiver("HDR-13", "x")], []) == []
