"""The schemas of data files: each file names its own, and what is wrong is told in their words."""

import json
from collections.abc import Iterator
from typing import get_args

import jsonschema_rs
import pytest

from piwigo_contract.contract.clauses import ACCESS, Level
from piwigo_contract.contract.releases import TokenRule
from piwigo_contract.contract.resources import SPECS, load
from piwigo_contract.contract.validation import Schema
from piwigo_contract.errors import UsageError
from piwigo_contract.methods.data import Effect

KINDS = {
    "contract": "contract",
    "releases": "release",
    "methods": "methods",
    "shapes": "shapes",
    "journeys": "journey",
    "coverage": "coverage",
    "findings": "findings",
    "measured": "measured",
}
FILES = [(path, kind) for folder, kind in KINDS.items() for path in sorted((SPECS / folder).glob("*.yaml"))]
SCHEMAS = {path.name.partition(".")[0]: json.loads(path.read_text()) for path in (SPECS / "schema").glob("*.json")}


def test_every_data_file_has_a_schema():
    assert {path for path, _ in FILES} == set(SPECS.rglob("*.yaml"))
    assert set(SCHEMAS) == {*KINDS.values(), "waivers", "seed"}


@pytest.mark.parametrize(("path", "kind"), FILES, ids=lambda value: getattr(value, "stem", None))
def test_file_names_its_schema_for_editors(path, kind):
    first = path.read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema=../schema/{kind}.schema.json"
    assert (path.parent / first.partition("=")[2]).is_file()


def rules(schema) -> Iterator[dict]:
    """Subschemas that data is held to by themselves: not those that only tell cases apart."""
    yield schema
    for name, value in schema.items():
        if name in ("properties", "$defs"):
            for each in value.values():
                yield from rules(each)
        elif name in ("items", "then", "else") or (name == "additionalProperties" and isinstance(value, dict)):
            yield from rules(value)
        elif name == "allOf":
            for each in value:
                yield from rules(each)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schema_has_a_title_for_what_it_refuses(kind):
    jsonschema_rs.meta.validate(SCHEMAS[kind])
    for rule in rules(SCHEMAS[kind]):
        plain = isinstance(rule.get("type"), str) or "enum" in rule
        needs_words = {"pattern", "format", "minItems", "anyOf", "not", "required"} & set(rule)
        if needs_words or ("type" in rule and not plain) or (rule.get("type") == "object"):
            assert rule.get("title"), rule
        assert set(rule) <= {
            *("$schema", "$defs", "$ref", "title", "description", "type", "enum", "properties", "required", "items"),
            *("additionalProperties", "pattern", "format", "minItems", "anyOf", "allOf", "if", "then", "else", "not"),
        }, "a keyword for which there may be no words"


def test_choices_are_those_of_the_code():
    clause = SCHEMAS["contract"]["$defs"]["clause"]["properties"]
    assert clause["access"]["items"]["enum"] == list(ACCESS)
    assert clause["level"]["enum"] == list(get_args(Level))
    assert SCHEMAS["release"]["properties"]["token_with_key"]["enum"] == list(get_args(TokenRule))
    assert SCHEMAS["methods"]["$defs"]["method"]["properties"]["effect"]["enum"] == list(get_args(Effect))


CLAUSE = {
    "id": "HDR-01",
    "level": "MUST",
    "statement": "It works.",
    "why": "Without it nothing does.",
    "source": ["wiki"],
    "releases": "all",
    "access": ["live-key"],
    "depends": [],
}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, None),
        ({"level": "MAY"}, "HDR-01: level is MUST or SHOULD, not 'MAY'"),
        ({"why": "Because"}, "HDR-01: why is a sentence that ends with a full stop, not 'Because'"),
        ({"source": []}, "HDR-01: source is a list of texts, at least one, not []"),
        ({"source": ["wiki", 7]}, "HDR-01: source: entry 2 is a text, not 7"),
        ({"level": "MAY", "why": "Because", "depends": None}, "HDR-01: depends is a list of ids, not None"),
        ({"id": "hdr-1"}, "hdr-1: id is an id such as HDR-01, not 'hdr-1'"),
        ({"id": 1}, "clauses: entry 1: id is an id such as HDR-01, not 1"),
        ({"statement": "x" * 99}, f"HDR-01: statement is a sentence that ends with a full stop, not '{'x' * 59}..."),
        (
            {"severity": "high"},
            "HDR-01: has no field severity; a clause has id, level, statement, why, source, releases, access and "
            "depends",
        ),
    ],
)
def test_fault_is_told_by_entry_and_field(fields, told):
    chapter = {"chapter": "header", "order": 1, "title": "The header", "clauses": [{**CLAUSE, **fields}]}
    assert Schema(SCHEMAS["contract"]).fault(chapter) == told


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"waivers": [{"clause": "HDR-01", "why": "x"}]},
         "HDR-01: lacks reason, has no field why; a waiver has clause and reason, and may have link, expires, target, "
         "release and found"),
        ({"waivers": ["HDR-01"]}, "waivers: entry 1 is a waiver with its fields, not 'HDR-01'"),
        ({"waivers": "HDR-01"}, "waivers is a list, not 'HDR-01'"),
        ([], "the file is a file of waivers with its fields, not []"),
        ({}, "lacks waivers; a file of waivers has waivers"),
    ],
)  # fmt: skip
def test_fault_of_a_whole(data, told):
    assert Schema(SCHEMAS["waivers"]).fault(data) == told


@pytest.mark.parametrize("text", ["waivers: [!!binary eA==]", "waivers: [{1: x}]", "waivers: &all [*all]"])
def test_what_no_json_can_hold(tmp_path, text):
    (tmp_path / "w.yaml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load(tmp_path / "w.yaml", "waivers")
    assert str(caught.value).startswith(f"{tmp_path / 'w.yaml'}: is no YAML that can be used: ")
    assert "\n" not in str(caught.value)
