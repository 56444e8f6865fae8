"""Shapes of results: learned so that all that was seen fits, and what differs is told with its path."""

import json

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from piwigo_contract.commands.shapes import main
from piwigo_contract.errors import UsageError
from piwigo_contract.methods.data import method_data
from piwigo_contract.methods.shapes import Shape, shapes
from piwigo_contract.methods.shapes.rules import with_what_is_known
from piwigo_contract.methods.shapes.schema import as_learned, as_published, merged, schema_of
from piwigo_contract.reference import Reference, start
from tests.serving import closed_port

SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.sampled_from(["", "a", "none"])
KEYS = st.sampled_from(["id", "name", "file", "derivatives", "comment", "categories", "7", "none", 32 * "a"])
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=4), max_leaves=12)


def published(values):
    return as_published(with_what_is_known(merged(map(schema_of, values))))


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_whatever_was_seen_fits(values):
    shape = Shape(published(values))
    jsonschema_rs.meta.validate(shape.schema)
    assert [shape.misfit(value) for value in values] == [None] * len(values)


@given(st.lists(VALUES, min_size=1, max_size=3), st.lists(VALUES, min_size=1, max_size=3))
def test_what_is_learned_later_is_added_to_what_is_written(first, later):
    schema = merged([as_learned(published(first)), *map(schema_of, later)])
    shape = Shape(as_published(with_what_is_known(schema)))
    assert [shape.misfit(value) for value in [*first, *later]] == [None] * (len(first) + len(later))


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_what_is_written_does_not_change_when_it_is_seen_again(values):
    once = published(values)
    again = as_published(with_what_is_known(merged([as_learned(once), *map(schema_of, values)])))
    assert again == once


ALBUM = {"id": 1, "name": "a", "sub": [{"id": 2}], "options": {}}


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (ALBUM, None),
        ({**ALBUM, "more": 1}, None),
        ({**ALBUM, "options": []}, None),
        ({**ALBUM, "sub": []}, None),
        ({**ALBUM, "id": "1"}, "result.id is text, not of type integer"),
        ({**ALBUM, "id": True}, "result.id is of type boolean, not of type integer"),
        ({**ALBUM, "name": None}, "result.name is null, not text"),
        ({**ALBUM, "sub": {}}, "result.sub is a map, not a list"),
        ({**ALBUM, "sub": [{"id": 2}, {}]}, "result.sub[] lacks id"),
        ({**ALBUM, "options": [1]}, "result.options is a list, not a map"),
        ({"id": 1, "name": "a", "options": {}}, "result lacks sub"),
        ([], "result is a list, not a map"),
    ],
)
def test_difference_is_told_with_its_path(result, told):
    assert Shape(published([ALBUM])).misfit(result) == told


def test_field_that_was_seen_as_null_alone_may_be_anything():
    shape = Shape(published([{"coi": None}]))
    assert shape.misfit({"coi": "aaaa"}) is None
    assert shape.misfit({}) == "result lacks coi"


def test_field_that_was_not_always_there_may_be_lacking():
    shape = Shape(published([{"id": 1, "name": "a"}, {"id": 1}]))
    assert shape.misfit({"id": 1}) is None
    assert shape.misfit({"name": "a"}) == "result lacks id"


def test_keys_that_are_data_are_no_fields():
    shape = Shape(published([{32 * "a": "1", 32 * "b": None}]))
    assert shape.misfit({32 * "c": "7"}) is None
    assert shape.misfit([]) is None
    assert shape.misfit({32 * "c": 7}) == f"result.{32 * 'c'} is of type integer, not null or text"


def test_fields_beside_are_told():
    shape = Shape(published([ALBUM]))
    found = shape.additions({**ALBUM, "secret": 1, "sub": [{"id": 2, "own": 3}, {"id": 2, "own": 3}]})
    assert list(found) == ["result.secret", "result.sub[].own"]
    assert list(shape.additions(ALBUM)) == []


def test_every_shape_is_that_of_a_method():
    assert set(shapes()) <= set(method_data())


def test_most_methods_that_read_have_a_shape():
    reading = {name for name, known in method_data().items() if known.effect == "reads"}
    assert reading - set(shapes()) == {"pwg.activity.downloadLog", "pwg.userComments.getList"}


def test_gallery_that_answers_alike_teaches_nothing_new(tmp_path, capsys):
    with start(Reference(release="16.4")) as server:
        asked = ["--target", server.url, "--webmaster", server.banner["webmaster"], "-o", str(tmp_path / "shapes")]
        before = set(server.gallery.store.users), set(server.gallery.store.photos), set(server.gallery.store.albums)
        assert main(asked) == 0
        learned = {path.name: path.read_text() for path in (tmp_path / "shapes").iterdir()}
        assert main(asked) == 0
        store = server.gallery.store
        assert (set(store.users), set(store.photos), set(store.albums)) == before
        assert not store.groups
        assert not store.tags
    assert capsys.readouterr().out.splitlines()[-1] == "0 shapes changed"
    assert {path.name: path.read_text() for path in (tmp_path / "shapes").iterdir()} == learned
    assert len(learned) > 20


def test_shape_that_is_no_schema(tmp_path):
    (tmp_path / "pwg.getVersion.json").write_text(json.dumps({"type": "nothing"}))
    with pytest.raises(UsageError) as caught:
        shapes(tmp_path)
    assert "pwg.getVersion.json" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "arguments", [[], ["--target", "nowhere"], ["--target", "http://127.0.0.1:1/", "--webmaster", "x"]]
)
def test_mistake_ends_in_one_line(arguments, capsys):
    try:
        ended = main(arguments)
    except SystemExit as exit:
        ended = exit.code
    assert ended == 4
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_no_answer_teaches_nothing(tmp_path, capsys):
    with closed_port() as url:
        assert main(["--target", url, "--webmaster", "a:b", "-o", str(tmp_path / "shapes")]) == 2
    assert not (tmp_path / "shapes").exists()
    assert len(capsys.readouterr().err.splitlines()) == 1
