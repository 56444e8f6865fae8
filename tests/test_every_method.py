"""How methods are called so that nothing comes of it: what is known of Piwigo's own, and the rules for all others."""

import copy
import re
from collections import Counter
from dataclasses import replace

import pytest
import yaml

from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.contract.sources import Source
from piwigo_contract.errors import UsageError
from piwigo_contract.methods.calls import filled_in
from piwigo_contract.methods.data import method_data
from piwigo_contract.methods.harmless_calls import EveryMethod, reads_by_its_name
from piwigo_contract.methods.openapi.descriptions import closed_methods, released_methods
from piwigo_contract.methods.reflection import TOKEN, Method, Parameter, Reflection, load_reflection
from piwigo_contract.methods.undescribed import breaking, undescribed
from tests.reference.replay import World
from tests.running import ROOT

RECORDED = sorted((ROOT / "tests" / "data" / "reflection").glob("*.json"))


def recorded(path):
    return load_reflection(path)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_every_method_of_every_release_is_known(path):
    assert {method.name for method in recorded(path)} == set(method_data())


def named(arguments):
    """The parameters; the values of a list are told one by one."""
    return {name.partition("[")[0] for name in arguments}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_arguments_are_parameters_of_the_method(path):
    for method in recorded(path):
        known = method_data()[method.name]
        for arguments in (known.arguments or {}, known.refused or {}, *known.calls):
            # a parameter of a later release is one that this release passes over
            passed_over = method.name == "pwg.activity.getList" and path.stem < "16.3"
            later = {"offset", "object", "action"} if passed_over else set()
            assert named(arguments) <= {*method.names, *later}, method.name


THINGS = {name: Text.of("7") for name in ("album", "photo", "tag", "group", "user", "md5sum", "word")}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_what_reads_something_is_given_all_that_it_requires(path):
    """Each method that reads is called, once at least and as often as the data say."""
    readings = list(EveryMethod(recorded(path)).readings(THINGS))
    reading = {name: known for name, known in method_data().items() if known.effect == "reads"}
    assert Counter(each.name for each in readings) == {name: len(known.calls) or 1 for name, known in reading.items()}
    for each in readings:
        assert set(each.method.required) <= named(each.arguments), each.name
        assert not [value for value in each.arguments.values() if re.search(r"\{\w+\}", value.reveal())], each.name


NAMES = {"image_id", "user_id", "comment_id", "format_id", "format_of", "pkid"}
"""Parameters that say which thing a method is about."""
NOTHING = {"2147483647", "pkid-20250101-00000000000000000000"}
"""The number and the identifier of nothing."""
NO_SUCH = {("type", "none"), ("action", "none"), ("block_size", "0"), ("duration", "0")}
"""Kinds, actions and amounts that there are not."""


def why_it_does_not_run(method, arguments):
    """What is wrong with a call; empty where nothing is."""
    numbers = {parameter.name for parameter in method.parameters if parameter.type.startswith(("int", "float"))}
    return {
        "lacks": set(method.required) - {TOKEN} - named(arguments),
        "no number": {name for name in numbers & arguments.keys() if arguments[name].isalpha()},
        "of nothing": {name for name, value in arguments.items() if value in NOTHING and name in NAMES},
        "no such": NO_SUCH & set(arguments.items()),
    }


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_methods_with_effects_outside_are_never_called_so_that_they_run(path):
    """Their arguments lack something, name what can't exist, or are no number; the rest are left out with a reason."""
    every = EveryMethod(recorded(path))
    outside = {name: known for name, known in method_data().items() if known.effect == "outside"}
    calls = {method.name: (method, arguments) for method, arguments in every.calls() if method.name in outside}
    for name, (method, arguments) in calls.items():
        only_lists = name == "pwg.users.api_key.get"
        assert any(why_it_does_not_run(method, arguments).values()) != only_lists, name
    left_out = outside.keys() - calls.keys()
    assert calls
    assert left_out
    assert all(f"{name} ({outside[name].why.rstrip('.')})" in every.left_out() for name in left_out)


def kept(world):
    """All that a gallery keeps but for sessions, its log and what that tells of the request."""
    held = vars(world.gallery.store).items()
    return copy.deepcopy({name: value for name, value in held if name not in ("sessions", "events", "details")})


@pytest.mark.parametrize("fixed", [True, False], ids=["fixed", "faithful"])
def test_harmless_calls_do_nothing_even_to_who_may_do_all(fixed):
    world = World("17.0", fixed)
    before, token = kept(world), world.token(world.web)
    every = EveryMethod(recorded(RECORDED[-1]))
    calls = [*every.calls(to_be_refused=True), *((method, {}) for method in every.for_post_alone())]
    assert len(calls) > 100
    for method, arguments in calls:
        world.post(world.web, method.name, **{TOKEN: token, **arguments})
        assert kept(world) == before, method.name
    assert world.token(world.web) == token, "the session is still the same"


def test_what_a_release_forbids_to_keys_can_be_called_harmlessly():
    forbidden = {name for profile in profiles().values() for name in profile.forbidden_methods}
    assert forbidden
    assert all(method_data()[name].arguments for name in forbidden)


def everything(*methods, **settings):
    return EveryMethod(Reflection(tuple(methods)), **settings)


def called(every, **chosen):
    return {method.name: dict(arguments) for method, arguments in every.calls(**chosen)}


def test_plugin_method_lacks_what_it_requires():
    method = Method("plugin.delete", (Parameter("id"), Parameter(TOKEN)))
    assert called(everything(method)) == {"plugin.delete": {}}


def test_plugin_method_gets_text_for_a_number():
    method = Method("plugin.delete", (Parameter("name", optional=True), Parameter("size", True, type="int positive")))
    assert called(everything(method)) == {"plugin.delete": {"size": "none"}}


def test_plugin_method_that_needs_nothing_is_called_if_it_reads():
    every = everything(
        Method("plugin.getThings"), Method("plugin.empty"), Method("plugin.get"), Method("plugin.gather")
    )
    assert called(every) == {"plugin.getThings": {}, "plugin.get": {}}
    assert "plugin.empty" in every.left_out()
    assert "plugin.gather" in every.left_out()


def test_token_is_nothing_that_a_call_lacks():
    """With a key no token is asked for: such a call would run."""
    every = everything(Method("plugin.empty", (Parameter(TOKEN),)))
    assert called(every) == {}
    assert "plugin.empty" in every.left_out()


@pytest.mark.parametrize("name", ["a.getList", "a.search", "a.isThere", "a.hasMore", "a.exist"])
def test_name_that_says_that_it_reads(name):
    assert reads_by_its_name(name)


@pytest.mark.parametrize("name", ["a.issue", "a.hash", "a.delete", "a.listen", "a.getaway", "getList.delete"])
def test_name_that_does_not(name):
    assert not reads_by_its_name(name)


def test_forbidden_methods_and_those_of_the_web_form_are_not_for_keys():
    every = EveryMethod(recorded(RECORDED[-1]), forbidden=profiles()["17.0"].forbidden_methods)
    for_keys = called(every, by_key=True)
    assert "pwg.users.setInfo" not in for_keys
    assert "pwg.users.api_key.create" not in for_keys
    assert "pwg.images.getInfo" in for_keys


def test_read_only_keeps_to_methods_that_read():
    every = EveryMethod(recorded(RECORDED[-1]), read_only=True)
    assert {method_data()[name].effect for name in called(every, to_be_refused=True)} == {"reads"}


def test_methods_run_by_get_do_nothing_without_parameters():
    """A gallery that runs them loses the parameters as well (upstream issue 2573)."""
    names = {method.name for method in EveryMethod(recorded(RECORDED[-1])).for_post_alone()}
    assert names.isdisjoint({"pwg.images.deleteOrphans", "pwg.images.setMd5sum", "pwg.images.upload"})
    assert "pwg.images.delete" in names


def test_arguments_are_filled_in():
    things = {"album": Text.of(Secret("ALBUM_1", "17"))}
    filled = filled_in({"a": "{album}", "b": "{album},none", "c": '{"1": "x"}'}, things)
    assert {name: value.reveal() for name, value in filled.items()} == {"a": "17", "b": "17,none", "c": '{"1": "x"}'}
    assert str(filled["b"]) == "$ALBUM_1,none"
    assert filled_in({"a": "{photo}"}, things) is None


# --- what later releases say of a method


@pytest.fixture
def of_16_2():
    return load_reflection(ROOT / "tests" / "data" / "reflection" / "16.2.0.json")


def test_what_a_later_release_describes_is_tried_by_itself(of_16_2):
    groups = dict(undescribed(of_16_2.get("pwg.activity.getList"), "16.2"))
    assert {name for name, names in groups.items() if names == (name,)} == {
        *("action", "date_max", "date_min", "id", "object", "offset"),
    }
    others = groups["parameters of other methods"]
    assert {"uid", "page", "offset", TOKEN, "username"}.isdisjoint(others)
    assert {"cat_id", "filter", "max_level"} & {*others} == {"cat_id", "filter"}


def test_what_a_method_is_known_to_read_is_tried_by_itself(of_16_2):
    assert ("max_level", ("max_level",)) in undescribed(of_16_2.get("pwg.users.getList"), "16.4")


def test_each_value_breaks_something_of_all_parameters():
    given = list(breaking(["a", "b"]))
    assert {"a": "'", "b": "'"} in given
    assert {"a[]": "'", "b[]": "'"} in given
    assert all({*each} in ({"a", "b"}, {"a[]", "b[]"}) for each in given)


def test_what_a_later_release_closes(of_16_2):
    history = of_16_2.get("pwg.history.search")
    assert not history.admin_only
    assert history.name in closed_methods("16.0") & closed_methods("16.4")
    assert "pwg.images.getInfo" not in closed_methods("16.0")


def test_method_may_be_closed_before_the_release_that_closes_it(of_16_2):
    history = of_16_2.get("pwg.history.search")
    released = {release: released_methods(release)[history.name] for release in ("16.2", "16.3")}
    assert released["16.2"].other_flags(history) == []
    assert released["16.2"].other_flags(replace(history, admin_only=True)) == []
    assert released["16.3"].other_flags(history) == ["not for administrators alone"]
    assert released["16.3"].other_flags(replace(history, admin_only=True, post_only=True)) == ["for POST alone"]


READS = {"effect": "reads", "arguments": {}, "harmless": "It reads."}


@pytest.fixture
def methods(tmp_path):
    """An empty folder of data about methods."""
    folder = tmp_path / "methods"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({**READS, "effect": "maybe"}, "effect is reads, writes or outside, not 'maybe'"),
        ({**READS, "effect": "outside"}, "lacks why"),
        ({"effect": "writes"}, "lacks why; a method without arguments"),
        ({**READS, "harmless": None}, "harmless"),
        ({"effect": "reads", "arguments": {}}, "lacks harmless"),
        ({**READS, "harmless": "It reads"}, "full stop"),
        ({**READS, "effect": "writes", "calls": [{}]}, "calls is for a method that reads"),
        ({**READS, "colour": "red"}, "has no field colour; a method has effect, and may have"),
        ({**READS, "arguments": {"visible": True}}, "arguments: visible is a text or a whole number, not True"),
        ({**READS, "volatile": {"a": ""}}, "volatile: a is a sentence"),
        ("reads", "is a method with its fields, not 'reads'"),
        ({**READS, "generated": {"free": []}}, "generated: lacks always"),
        ({**READS, "generated": {"always": {}, "free": ["name"]}}, "free is for a method that does more than"),
        ({**READS, "effect": "writes", "generated": {"always": {"name": [""]}, "free": ["name"]}}, "name is both"),
        ({**READS, "gives": {"into": {}}}, "gives: lacks field"),
        ({**READS, "gives": {"field": "/id", "into": {"pwg.no.such": "id"}}}, "pwg.no.such"),
        ({**READS, "gives": {"field": "/id", "into": {"pwg.tags.add": "id"}}}, "pwg.tags.add, which writes"),
    ],
    ids=["effect", "no why", "no arguments", "reason of a wrong type", "no reason", "no sentence", "calls of a write",
         "unknown", "argument of a wrong type", "volatile", "no map", "generated without always", "all is free",
         "always and free", "gives no field", "gives to no method", "gives to a write"],
)  # fmt: skip
def test_defect_of_the_data(methods, row, word):
    (methods / "tags.yaml").write_text("pwg.tags.add: {effect: writes, arguments: {}, harmless: It lacks the name.}")
    line = complaint(methods, {"pwg.getVersion": row})
    assert line.startswith(f"{methods / 'gallery.yaml'}: pwg.getVersion")
    assert word in line


def test_method_stands_in_one_file(methods):
    (methods / "a.yaml").write_text(yaml.safe_dump({"pwg.getVersion": READS}))
    line = complaint(methods, {"pwg.getVersion": READS})
    assert line.startswith(f"{methods / 'gallery.yaml'}: pwg.getVersion")
    assert str(methods / "a.yaml") in line


def complaint(folder, data):
    (folder / "gallery.yaml").write_text(yaml.safe_dump(data))
    with pytest.raises(UsageError) as caught:
        method_data(Source("", folder.parent, SUITE))
    line = str(caught.value)
    assert "\n" not in line
    return line
