"""The journeys of clients as data, and how what they read is found."""

import re
import struct
from pathlib import Path

import pytest
import yaml

from piwigo_contract.claims.addresses import addresses_in
from piwigo_contract.client.vault import Text
from piwigo_contract.contract.resources import SPECS
from piwigo_contract.contract.suite_index import checks_of
from piwigo_contract.errors import NotInUse, UsageError
from piwigo_contract.journeys import journeys
from piwigo_contract.journeys.values import Values, found_at
from piwigo_contract.provision.picture import photo
from piwigo_contract.reference import Reference, start
from tests.faults import without
from tests.serving import gallery

SELF_SIGNED = Path(__file__).parent / "data" / "self-signed.pem"


def test_each_journey_has_a_clause_for_each_end_in_its_releases(contract):
    """The releases of a client stand in its data, and with its clauses."""
    seen = dict.fromkeys(journeys(), 0)
    for clause in contract.clauses.values():
        for check in checks_of(clause.id) if clause.chapter == "journeys" else ():
            for case in check.cases if "walk(" in check.code else ():
                name = case.split('"')[1]
                assert clause.releases == journeys()[name].releases
                seen[name] += 1
    assert set(seen.values()) == {3}


@pytest.fixture
def changed(tmp_path):
    """A copy of a journey with fields changed, as the only one of a folder."""

    def change(**fields):
        data = yaml.safe_load((SPECS / "journeys" / "curl.yaml").read_text())
        (tmp_path / "curl.yaml").write_text(yaml.safe_dump({**data, **fields}))
        return tmp_path

    return change


STEP = {"step": "asks", "call": "pwg.getVersion"}
DEFECTS = {
    "unknown release": ({"releases": "since 15.0"}, "15.0 is none of"),
    "end of no step": ({"ends_before": "never"}, "no step has that name"),
    "neither call nor load": ({"steps": [{"step": "asks"}], "ends_before": "asks"}, "either call or load"),
    "name that nothing gives": (
        {"steps": [{**STEP, "params": {"id": "{photo_id}"}}], "ends_before": "asks"},
        "{photo_id} is given by no step before it",
    ),
    "end before what others do": ({"steps": [{**STEP, "by": "visitor"}], "ends_before": "asks"}, "no step of the"),
    "unknown field": ({"steps": [{**STEP, "wait": 3}], "ends_before": "asks"}, "has no field wait"),
}


@pytest.mark.parametrize(("fields", "told"), DEFECTS.values(), ids=DEFECTS)
def test_defect_of_a_journey(changed, fields, told):
    folder = changed(**fields)
    with pytest.raises(UsageError) as caught:
        journeys(folder)
    line = str(caught.value)
    assert line.startswith(f"{folder / 'curl.yaml'}: ")
    assert told in line
    assert "\n" not in line


def test_journey_on_a_gallery_that_forbids_a_method_of_it():
    whole = journeys()["lightroom"]
    short, closed = whole.without(["pwg.images.delete"])
    assert closed is not None
    assert (closed.call, short.steps) == ("pwg.images.delete", whole.steps[: whole.steps.index(closed)])
    with pytest.raises(NotInUse):
        whole.without(["pwg.images.addSimple"])


RESULT = {"id": 7, "words": ["a", "b"], "rows": [{"id": "3", "name": "a"}, {"id": 4, "urls": {"small": "b"}}]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("id", 7),
        ("rows[0].name", "a"),
        ("rows[id=4].urls.small", "b"),
        ("rows[id=3].name", "a"),
        ("rows[2].name", None),
        ("rows[id=5].name", None),
        ("id.name", None),
        ("words[=b]", "b"),
        ("words[=c]", None),
    ],
)
def test_what_stands_at_a_path(path, found):
    assert found_at(path, RESULT) == found


def test_names_in_a_template():
    values = Values()
    values["photo.md5"] = lambda: Text.of("abc")
    values["n"] = Text.of(3)
    assert values.fill("x{n}-{photo.md5}").reveal() == "x3-abc"
    with pytest.raises(KeyError):
        values.fill("{other}")


def test_addresses_in_a_result():
    result = {
        "id": 3,
        "url": "a",
        "tags": [{"page_url": "b", "url_name": "c"}],
        "derivatives": {"square": {"url": "d"}},
    }
    assert list(addresses_in(result)) == [
        ("result.url", "a"),
        ("result.tags[].page_url", "b"),
        ("result.derivatives.square.url", "d"),
    ]


@pytest.mark.parametrize("least", [0, 100, 512_000])
def test_photo_is_a_whole_jpeg_file(least):
    """Its segments follow each other up to the scan, which has two bits for each of 80 by 60 blocks."""
    data, at, kinds = photo("lake", least), 2, []
    assert data[:2] == b"\xff\xd8"
    while not kinds or kinds[-1] != 0xDA:
        mark, kind, length = struct.unpack(">BBH", data[at : at + 4])
        assert mark == 0xFF
        kinds.append(kind)
        at += 2 + length
    assert set(kinds) == {0xFE, 0xDB, 0xC0, 0xC4, 0xDA}
    assert data[at:] == bytes(2 * 80 * 60 // 8) + b"\xff\xd9"
    assert least <= len(data) <= least + 2000


def test_addresses_in_a_folder_by_tls(run):
    with start(Reference(path="/photos", tls=SELF_SIGNED)) as server:
        done = run("--target", server.url, "--insecure", "-k", "JRN-5", PIWIGO_WEBMASTER=server.banner["webmaster"])
    assert {done.outcomes()[f"JRN-5{number}"] for number in range(1, 7)} == {"pass"}


def test_gallery_where_new_albums_are_private(run):
    """What a client puts into an album of its own is for nobody else there, as the gallery's owner wants it."""
    clauses = ("JRN-04", "JRN-34", "JRN-53")
    with start(Reference(variation="new-albums-private")) as server:
        done = run("--target", server.url, "-k", " or ".join(clauses), PIWIGO_WEBMASTER=server.banner["webmaster"])
    assert {done.outcomes()[each] for each in clauses} == {"pass"}
    assert (
        "left out: 'a visitor sees it', as this gallery shows visitors nothing new" in done.clause("JRN-34")["reason"]
    )


def test_method_that_a_client_looks_for_and_the_gallery_does_not_have(run):
    with gallery(without("pwg.users.api_key.revoke")) as front:
        done = run(*front.options("webmaster"), "-k", "JRN-22", "-p", "no:html")
    assert done.outcomes()["JRN-22"] == "not-assessed"
    assert "pwg.users.api_key.revoke, a method that the target does not have" in done.clause("JRN-22")["reason"]


BROKEN = {
    "JRN-01": "'says that it is uploaded' (GET pwg.images.uploadCompleted): .*(METH-15)",
    "JRN-04": "'asks for a random photo' (GET pwg.categories.getImages): .*(METH-18)",
    "JRN-07": "'asks for the albums' (POST pwg.categories.getList): .*(FMT-09)",
    "JRN-11": "'lists the albums', the key being revoked, (GET pwg.categories.getAdminList): .*(DER-18)",
}
"""What a real 16.4 breaks of these, and where."""


def test_broken_journey_names_the_step_and_what_explains_it(run):
    with start(Reference("16.4", fixed=False)) as server:
        wanted = ("--target", server.url, "-k", " or ".join(BROKEN))
        done = run(*wanted, "--waivers", "known", PIWIGO_WEBMASTER=server.banner["webmaster"])
    for clause, told in BROKEN.items():
        [message] = [check["message"] for check in done.clause(clause)["checks"]]
        assert re.search(re.escape(told).replace(r"\.\*", ".*"), message)
        assert done.outcomes()[clause] == "waived"
