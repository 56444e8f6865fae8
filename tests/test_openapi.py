"""The OpenAPI documents: those of the releases are what the generator makes of what real galleries said."""

import json

import pytest

from piwigo_contract.commands.openapi import main
from piwigo_contract.contract.releases import choose_profile, profiles
from piwigo_contract.contract.resources import SPECS
from piwigo_contract.methods.openapi import gaps, openapi_document
from piwigo_contract.methods.openapi.descriptions import released_document
from piwigo_contract.methods.reflection import Reflection, load_reflection, method_of, save_reflection
from piwigo_contract.reference import Reference, start
from tests.running import ROOT
from tests.serving import closed_port

RECORDED = {path.stem: path for path in sorted((ROOT / "tests" / "data" / "reflection").glob("*.json"))}
RELEASES = pytest.mark.parametrize("version", RECORDED)


COMMITTED = {path.stem: path for path in sorted((SPECS / "openapi").glob("*.json"))}


def described(version):
    reflection = load_reflection(RECORDED[version])
    return openapi_document(reflection, choose_profile(version).profile)


def is_that_of_the_release(made, release):
    """Byte for byte, where the release has a document of its own; another one's has its own version."""
    if release in COMMITTED:
        return made == COMMITTED[release].read_text()
    document = json.loads(made)
    document["info"]["version"] = release
    return document == released_document(release)


def test_every_release_has_its_document():
    assert {choose_profile(version).profile.release for version in RECORDED} == set(profiles())
    for release, profile in profiles().items():
        assert released_document(release)["info"]["version"].startswith(release)
        assert released_document(release)["components"]["securitySchemes"]["apiKey"]["name"] == profile.header


def test_no_document_is_committed_that_another_one_gives():
    assert set(COMMITTED) < set(profiles())
    for release in COMMITTED:
        extended = profiles()[release].extends
        assert extended is None or released_document(extended)["paths"] != released_document(release)["paths"]


@RELEASES
def test_document_of_a_release_is_what_the_generator_makes(version, tmp_path):
    made = tmp_path / "made.json"
    assert main(["--reflection", str(RECORDED[version]), "-o", str(made)]) == 0
    assert is_that_of_the_release(made.read_text(), choose_profile(version).profile.release)


@pytest.mark.parametrize("release", profiles())
def test_document_of_a_gallery_is_that_of_its_release(release, tmp_path, capsys):
    made, record = tmp_path / "made.json", tmp_path / "record.json"
    with start(Reference(release=release)) as server:
        webmaster = server.banner["webmaster"]
        asked = ["--target", server.url, "--webmaster", webmaster, "-o", str(made), "--record", str(record)]
        assert main(asked) == 0
    assert is_that_of_the_release(made.read_text(), release)
    assert webmaster.partition(":")[2] not in made.read_text() + capsys.readouterr().err
    again = tmp_path / "again.json"
    assert main(["--reflection", str(record), "-o", str(again)]) == 0
    assert again.read_text() == made.read_text()


@pytest.mark.parametrize("release", profiles())
def test_document_of_a_release_is_written(release, tmp_path):
    made = tmp_path / "made.json"
    assert main(["--release", release, "-o", str(made)]) == 0
    assert is_that_of_the_release(made.read_text(), release)


@RELEASES
def test_recorded_reflection_is_read_and_written_alike(version):
    path = RECORDED[version]
    assert save_reflection(load_reflection(path)) == path.read_text()


@RELEASES
def test_document_has_nothing_but_names_types_flags_and_limits(version):
    """None of what reflection says in prose: only the generator's own few words are descriptions."""
    prose = set()

    def walk(node):
        if isinstance(node, dict):
            if isinstance(node.get("description"), str):
                prose.add(node["description"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(described(version))
    assert prose == {"done, or an error that is no status", "not done"}


def operation(version, method, verb="post"):
    return described(version)["paths"][f"/ws.php?method={method}"][verb]


def body(version, method, media="application/x-www-form-urlencoded"):
    return operation(version, method)["requestBody"]["content"][media]["schema"]


def test_types_limits_and_defaults_of_parameters():
    fields = body("16.4.0", "pwg.images.search")["properties"]
    assert fields["query"] == {"type": "string", "minLength": 1}
    assert fields["per_page"] == {"type": "integer", "minimum": 0, "maximum": 500, "default": 100}
    assert fields["f_min_rate"] == {"type": "number"}
    assert fields["f_min_ratio"] == {"type": "number", "minimum": 0}
    assert body("16.4.0", "pwg.categories.getList")["properties"]["public"] == {"type": "boolean", "default": False}
    caddie = body("16.4.0", "pwg.caddie.add")
    assert caddie["properties"] == {
        "image_id[]": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1}
    }
    assert caddie["required"] == ["image_id[]"]


@pytest.mark.parametrize("limit", ["many", [], "500"])
def test_limit_that_is_no_number_is_another_form(limit):
    row = {"options": {}, "params": [{"name": "per_page", "optional": True, "maxValue": limit}]}
    with pytest.raises(TypeError):
        method_of("plugin.getThings", row)


def test_flags_verbs_and_ways_to_authenticate():
    paths = described("16.4.0")["paths"]
    assert set(paths["/ws.php?method=pwg.images.delete"]) == {"parameters", "post"}
    assert set(paths["/ws.php?method=pwg.getInfos"]) == {"parameters", "get", "post"}
    delete = operation("16.4.0", "pwg.images.delete")
    assert delete["x-admin-only"]
    assert delete["x-post-only"]
    assert delete["security"] == [{"apiKey": []}, {"session": []}]
    assert operation("16.4.0", "pwg.getVersion")["security"] == [{"apiKey": []}, {"session": []}, {}]
    assert operation("16.4.0", "pwg.users.setInfo")["security"] == [{"session": []}]
    schemes = {version: described(version)["components"]["securitySchemes"] for version in RECORDED}
    assert schemes["16.0.0"]["apiKey"]["name"] == "Authorization"
    assert {schemes[version]["apiKey"]["name"] for version in list(RECORDED)[1:]} == {"X-PIWIGO-API"}


def test_token_is_asked_of_a_key_only_where_the_release_does():
    assert "pwg_token" in body("16.3.0", "pwg.images.delete")["required"]
    assert "pwg_token" not in body("16.4.0", "pwg.images.delete")["required"]
    assert operation("16.4.0", "pwg.images.delete")["x-token-with-session-only"]


def test_uploads_want_a_file():
    assert "image" in body("16.4.0", "pwg.images.addSimple", "multipart/form-data")["required"]


def test_gaps_name_what_reflection_leaves_out():
    reflection = load_reflection(RECORDED["16.4.0"])
    told = list(gaps(reflection, profiles()["16.4"], results=["pwg.getVersion"]))
    assert "pwg.images.upload: also looks at chunk, chunks, left out here too" in told
    assert any(line.startswith("pwg.users.add: auto_password is of type mixed") for line in told)
    assert not any("not told of at all" in line for line in told)
    assert any(line.startswith("what 96 of 97 methods answer is not known") for line in told)
    fewer = gaps(Reflection(reflection.methods[2:], reflection.version), profiles()["16.4"])
    assert f"not told of at all: {', '.join(each.name for each in reflection.methods[:2])}" in list(fewer)


def test_plugin_method_is_described_like_any_other():
    row = {"options": {"admin_only": True}, "params": [{"name": "id", "optional": False, "type": "int positive"}]}
    reflection = load_reflection(RECORDED["16.4.0"])
    with_plugin = Reflection((*reflection.methods, method_of("plugin.getThings", row)), reflection.version)
    document = openapi_document(with_plugin, profiles()["16.4"])
    assert document["paths"]["/ws.php?method=plugin.getThings"]["post"]["x-admin-only"]
    assert any(line.startswith("plugin.getThings: no method of") for line in gaps(with_plugin, profiles()["16.4"]))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 4, "required"),
        (["--release", "15.0"], 4, "15.0"),
        (["--release", "16.4", "--record", "record.json"], 4, "required"),
        (["--target", "ftp://x"], 4, "http"),
        (["--target", "http://127.0.0.1:1/", "--release", "15.0"], 4, "15.0"),
        (["--target", "http://127.0.0.1:1/", "--webmaster", "secret-word"], 4, "USER:PASSWORD"),
        (["--reflection", "nowhere.json"], 4, "nowhere.json"),
        (["--reflection", str(ROOT / "README.md")], 4, "README.md"),
    ],
    ids=[
        "nothing",
        "unknown release",
        "nothing to record",
        "no URL",
        "no release",
        "no password",
        "no file",
        "no reflection",
    ],
)
def test_mistake_ends_in_one_line(arguments, code, words, capsys):
    try:
        ended = main(arguments)
    except SystemExit as exit:
        ended = exit.code
    told = capsys.readouterr().err
    assert ended == code
    assert len(told.splitlines()) == 1
    assert words in told
    assert "secret-word" not in told


def test_no_answer_is_no_document(tmp_path, capsys):
    with closed_port() as url:
        assert main(["--target", url, "-o", str(tmp_path / "none.json")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not list(tmp_path.iterdir())
