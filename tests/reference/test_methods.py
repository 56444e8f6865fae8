"""Every method of every release has its signature, and a function that survives what may be sent to it."""

from __future__ import annotations

from typing import Any

import pytest

from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.registry import entries
from piwigo_contract.reference.signatures import Parameter, Signature, methods

from .replay import World


def test_every_method_has_its_function_and_no_other() -> None:
    assert set(entries) == set(methods("17.0"))


def test_the_signatures_are_those_of_each_release() -> None:
    assert all(len(methods(release)) == 97 for release in VERSIONS)
    offset = [any(p.name == "offset" for p in methods(r)["pwg.activity.getList"].params) for r in VERSIONS]
    assert offset == [False, False, False, True, True, True]


def value(parameter: Parameter) -> str:
    """Something that the parameter's type allows."""
    if parameter.name in ("order", "param"):
        return "name"
    if parameter.type.startswith(("int", "float")):
        return "1"
    return {"status": "public", "md5sum_list": "abc", "original_sum": "0" * 32}.get(parameter.name, "1")


def calls(signature: Signature) -> list[dict[str, Any]]:
    """With nothing, with what is required, with everything."""
    required = {p.name: value(p) for p in signature.params if not p.optional}
    everything = {f"{p.name}[]" if p.array else p.name: value(p) for p in signature.params}
    return [{}, required, everything]


@pytest.mark.parametrize("who", ["nobody", "alice", "webmaster", "key"])
def test_every_method_answers_in_an_envelope(who: str) -> None:
    world = World("16.4", fixed=True)
    client = {"alice": world.alice_web, "webmaster": world.web}.get(who)
    for signature in methods("16.4").values():
        for params in calls(signature):
            if "pwg_token" in params:
                params["pwg_token"] = world.token(client) if client else "1"
            key = world.good if who == "key" else None
            answer = world.post(client, signature.name, key, **params)
            envelope = answer.json()
            assert envelope["stat"] in ("ok", "fail"), signature.name
            assert envelope.get("err") != 501, signature.name
            if client is world.web and signature.name == "pwg.session.logout":
                client = world.web = world.log_in("webmaster", "webmaster-password")
            elif signature.name in ("pwg.session.login", "pwg.session.logout"):
                world.alice_web = client = world.log_in("alice", "alice-password") if who == "alice" else client


def test_reflection_shows_each_method(world: World) -> None:
    listed = world.post(None, "reflection.getMethodList").json()["result"]["methods"]
    assert listed == sorted(methods("16.4"))
    shown = world.post(None, "reflection.getMethodDetails", methodName="pwg.images.getInfo").json()["result"]
    assert [p["name"] for p in shown["params"]] == ["image_id", "comments_page", "comments_per_page"]
    assert shown["params"][2]["maxValue"] == 20
    assert shown["options"] == []
    unknown = world.post(None, "reflection.getMethodDetails", methodName="nope").json()
    assert unknown["err"] == 1003


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"per_page": "x"}, "per_page must be an positive integer"),
        ({"per_page": "01"}, "per_page must be an positive integer"),
        ({"recursive": "perhaps"}, "recursive must be a boolean"),
        ({"f_min_rate": "x"}, "f_min_rate must be a float"),
        ({"cat_id[]": "x"}, "cat_id must only contain positive integers"),
        ({"order[]": "id"}, "order must be scalar"),
    ],
)
def test_parameters_are_read_as_php_reads_them(world: World, sent: dict[str, str], message: str) -> None:
    answer = world.post(None, "pwg.categories.getImages", **sent).json()
    assert (answer["err"], answer["message"]) == (1003, message)


def test_a_value_above_the_maximum_is_lowered(world: World) -> None:
    answer = world.post(None, "pwg.categories.getImages", per_page=9999).json()
    assert answer["result"]["paging"]["per_page"] == 500
