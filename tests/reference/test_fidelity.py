"""The reference in its faithful mode answers as real galleries did, request shape by request shape."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from piwigo_contract.reference import deviations
from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.gallery import Gallery

from .replay import Row, World, send, shape

OBSERVED = Path(__file__).parent.parent / "data" / "observed"

WITHOUT_DEVIATIONS: dict[str, type[Gallery]] = {
    "format in the body": deviations.FormatInTheBodyIsIgnored,
    "Basic beside": deviations.BasicIsTakenForAKey,
    "pwg.images.getInfo": deviations.OwnSizeIsText,
    "pwg_token absent": deviations.TokenMustBePresent,
    **{
        f"pwg.users.{name} by GET": deviations.EveryKeyedRequestIsAPost
        for name in ("generatePasswordLink", "getAuthKey", "setMainUser", "setInfo")
    },
}
"""The rows that the reference answers otherwise than the real release where it keeps every promise, and the deviation
that makes the difference. With the deviations (`--faithful`) there is no difference at all.

Of 15.7.0, which has no API keys, there is no stand-in: no contract speaks of it.
"""


def recorded(version: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OBSERVED / f"{version}.json").read_text(encoding="utf-8"))
    return found


def observe(world: World, row: Row) -> Row:
    """What the reference answers, told the way the row tells it."""
    answer = send(world, row)
    seen: Row = {
        "name": row["name"],
        "who": row["who"],
        "sent": row["sent"],
        "status": answer.status_code,
        "content_type": answer.headers["content-type"],
    }
    if "body_starts" in row:
        seen["body_starts"] = squeezed(answer.text)[: len(row["body_starts"])]
        return seen
    envelope = answer.json()
    seen["stat"] = envelope["stat"]
    seen |= {field: envelope[field] for field in ("err", "message") if field in envelope}
    result = envelope.get("result")
    if isinstance(result, dict) and "connected_with" in result:
        seen |= {"username": result["username"], "user_status": result["status"]}
        seen["connected_with"] = result["connected_with"]
    if "result" in envelope:
        literal = isinstance(result, (str, bool)) and row.get("result") == result
        seen["result"] = result if literal else shape(result)
    seen["sets_cookie"] = sorted({line.split("=")[0] for line in answer.headers.get_list("set-cookie")})
    return seen


def squeezed(text: str) -> str:
    """Blanks and line ends are no part of what is compared in XML."""
    return " ".join(text.replace(">", "> ").replace("<", " <").split())


def comparable(row: Row) -> Row:
    if "body_starts" not in row:
        return row
    return {**row, "body_starts": squeezed(row["body_starts"])}


def differences(release: str, fixed: bool) -> dict[str, list[str]]:
    """What the reference answers otherwise than the real release did, by the name of the row."""
    world = World(release, fixed)
    found: dict[str, list[str]] = {}
    for row in recorded(VERSIONS[release])["rows"]:
        expected = comparable(row)
        seen = observe(world, expected)
        if seen != expected:
            wrong = {k: (expected.get(k), seen.get(k)) for k in expected | seen if expected.get(k) != seen.get(k)}
            found.setdefault(row["name"], []).append(f"({row['who']}; {row['sent']}): recorded, seen: {wrong}")
    return found


@pytest.mark.parametrize("release", VERSIONS)
def test_every_recorded_request_is_answered_as_the_real_release_did(release: str) -> None:
    assert differences(release, fixed=False) == {}


@pytest.mark.parametrize("release", VERSIONS)
def test_without_its_deviations_it_differs_in_what_they_explain(release: str) -> None:
    found = differences(release, fixed=True)
    there = deviations.deviations_of(release)
    assert found.keys() <= {name for name, deviation in WITHOUT_DEVIATIONS.items() if deviation in there}
    assert {WITHOUT_DEVIATIONS[name] for name in found} == set(WITHOUT_DEVIATIONS.values()) & set(there)


def use(world: World, key: tuple[str, str], what: str) -> None:
    """One use of a key, as a row of `last_used` names it."""
    status, halves = "pwg.session.getStatus", {"username": key[0], "password": key[1]}
    actions = {
        "before any use": lambda: None,
        "wrong secret": lambda: world.status(f"{key[0]}:{'x' * 40}"),
        "no method": lambda: world.post(None, None, key, foo="1"),
        "unknown method": lambda: world.post(None, "pwg.nope", key),
        "forbidden method": lambda: world.post(None, "pwg.users.getAuthKey", key),
        "getStatus": lambda: world.post(None, status, key),
        "getStatus by GET": lambda: world.get(None, status, key),
        "pwg.session.login with the halves": lambda: world.post(None, "pwg.session.login", **halves),
    }
    actions[what]()


@pytest.mark.parametrize("fixed", [False, True], ids=["faithful", "fixed"])
@pytest.mark.parametrize("release", VERSIONS)
def test_the_same_uses_move_last_used_on_as_at_the_real_release(release: str, fixed: bool) -> None:
    world = World(release, fixed)
    now = world.gallery.now()
    key = world.gallery.store.keys[world.second[0]]
    rows = recorded(VERSIONS[release])["last_used"]
    assert {row["moved"] for row in rows} == {True, False}
    for row in rows:
        now += timedelta(seconds=10)
        world.gallery.now = lambda now=now: now  # type: ignore[method-assign,misc]
        before = key.last_used_on
        use(world, world.second, row["sent"])
        moved = key.last_used_on != before
        assert moved == row["moved"], row["sent"]
        assert not moved or key.last_used_on == now
