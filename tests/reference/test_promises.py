"""Tests of deviations: fixed keeps the promise that faithful breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.deviations import DEVIATIONS

from .replay import API_KEY, World

STATUS = "pwg.session.getStatus"


def identity(answer: httpx.Response) -> str:
    """Who the answer's caller is: the username, or the error."""
    envelope = answer.json()
    return str(envelope["result"]["username"] if envelope["stat"] == "ok" else envelope["err"])


def both(check: Any, release: str = "16.4") -> tuple[Any, Any]:
    """What a check gives for fixed and for faithful."""
    return check(World(release, fixed=True)), check(World(release))


def test_every_deviation_says_what_it_is() -> None:
    for deviation in DEVIATIONS:
        assert len(deviation.summary) > 30
        assert deviation.summary.endswith(".")
        assert set(deviation.releases) <= set(VERSIONS)
        assert deviation.issue is None or deviation.issue.startswith("https://github.com/Piwigo/Piwigo/issues/")


def test_basic_in_front_of_16_0() -> None:
    basic = {"Authorization": "Basic dTpw"}
    assert both(lambda w: identity(w.status(headers=basic)), "16.0") == ("guest", "401")
    assert both(lambda w: identity(w.status(headers=basic)), "16.1") == ("guest", "guest")


def link_key(world: World) -> str:
    made = world.post(world.web, "pwg.users.getAuthKey", user_id=3, pwg_token=world.token(world.web))
    return str(made.json()["result"]["auth_key"])


def test_a_link_key_in_the_header() -> None:
    assert both(lambda w: identity(w.status(link_key(w)))) == ("401", "alice")


def test_a_link_key_in_the_url_works(world: World) -> None:
    client = world.client()
    client.get("index.php", params={"auth": link_key(world)})
    assert identity(world.post(client, STATUS)) == "alice"


def test_the_case_of_the_pkid() -> None:
    def shouted(world: World) -> str:
        return identity(world.status(f"{world.good[0].upper()}:{world.good[1]}"))

    assert both(shouted) == ("401", "webmaster")


def test_a_key_in_the_url() -> None:
    def by_url(world: World) -> str:
        client = world.client()
        client.get("index.php", params={"auth": ":".join(world.alice)})
        return identity(world.post(client, STATUS))

    assert both(by_url) == ("guest", "alice")


def session_of(world: World, key: tuple[str, str]) -> httpx.Client:
    client = world.client()
    assert world.post(client, "pwg.session.login", username=key[0], password=key[1]).json()["stat"] == "ok"
    return client


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_session_of_a_key_that_ended(end: str) -> None:
    def later(world: World) -> str:
        client = session_of(world, world.alice)
        if end == "revoked":
            world.managed(world.alice_web, "revoke", pkid=world.alice[0])
        else:
            world.expire(world.alice)
        return identity(world.post(client, STATUS))

    assert both(later) == ("guest", "alice")


def uploaded(world: World, key: tuple[str, str]) -> httpx.Client:
    """What an upload with a key's halves leaves behind; the upload itself is refused, for its file is missing."""
    client = world.client()
    halves = {"username": key[0], "password": key[1], "chunk": 0, "chunks": 1}
    sums = {"chunk_sum": "x", "original_sum": "0" * 32, "filename": "a.jpg"}
    world.post(client, "pwg.images.uploadAsync", **halves, **sums)
    return client


def getting_auth_key(world: World, client: httpx.Client) -> int:
    return world.post(client, "pwg.users.getAuthKey", user_id=3, pwg_token=world.token(client)).status_code


def test_the_session_of_an_upload_with_a_key() -> None:
    assert both(lambda w: getting_auth_key(w, uploaded(w, w.good))) == (401, 200)


def test_the_session_of_a_login_with_a_key_is_restricted() -> None:
    assert both(lambda w: getting_auth_key(w, session_of(w, w.good))) == (401, 401)


def test_a_made_up_session_id() -> None:
    def sent_again(world: World) -> bool:
        answer = world.status(headers={"Cookie": "pwg_id=abcdefghijklmnopqrstuvwxyz"})
        return "set-cookie" in answer.headers

    assert both(sent_again) == (True, False)


@pytest.mark.parametrize("empty", ["", "0"])
def test_a_forbidden_method_in_the_url_behind_an_empty_one(empty: str) -> None:
    def hidden(world: World) -> int:
        body = {"method": empty, "user_id": "3", "pwg_token": "x"}
        url = "ws.php?format=json&method=pwg.users.getAuthKey"
        return world.client().post(url, data=body, headers=world.headers(world.good)).status_code

    assert both(hidden) == (401, 200)


@pytest.mark.parametrize("release", VERSIONS)
def test_pwg_token_with_a_key(release: str) -> None:
    def without(world: World) -> Any:
        return world.post(None, "pwg.images.delete", world.good, image_id=999999).json().get("err")

    assert both(without, release) == (None, 1002 if release < "16.4" else None)


@pytest.mark.parametrize("release", VERSIONS)
def test_parameters_of_a_get_with_a_key(release: str) -> None:
    def asked(world: World) -> Any:
        return world.get(None, "pwg.images.getInfo", world.good, image_id=1).json().get("err")

    def post_only(world: World) -> int:
        return world.get(None, "pwg.categories.setRepresentative", world.good).status_code

    lost = release >= "16.4"
    assert both(asked, release) == (None, 1002 if lost else None)
    assert both(post_only, release) == (405, 200 if lost else 405)


def test_method_as_an_array() -> None:
    def asked(world: World) -> str:
        return world.post(None, None, **{"method[]": "pwg.getVersion"}).headers["content-type"]

    assert both(asked) == ("text/plain; charset=utf-8", "text/html; charset=UTF-8")


def test_the_list_of_somebody_without_keys() -> None:
    def listed(world: World) -> Any:
        world.gallery.store.keys.clear()
        return world.managed(world.web, "get").json()["result"]

    assert both(listed) == ([], False)


NAME = 'it\'s a "name" \\ of <b>mine</b> é\n'


def test_a_name_is_listed_as_it_was_given() -> None:
    def names(world: World) -> tuple[str, str]:
        made = world.managed(world.web, "create", key_name=NAME, duration=1).json()["result"]["apikey_name"]
        return made, world.managed(world.web, "get").json()["result"][-1]["apikey_name"]

    escaped = 'it\\\\\\\'s a \\\\\\"name\\\\\\" \\\\\\\\ of <b>mine</b> é\\n'
    assert both(names) == ((NAME, NAME), (escaped, NAME))


@pytest.mark.parametrize(
    ("name", "fixed", "faithful"), [("é" * 100, 200, 400), ("'" * 60, 200, 400), ("n" * 100, 200, 200)]
)
def test_the_length_of_a_name(name: str, fixed: int, faithful: int) -> None:
    def made(world: World) -> int:
        return world.managed(world.web, "create", key_name=name, duration=1).status_code

    assert both(made) == (fixed, faithful)


def test_a_rename_that_is_too_long() -> None:
    def renamed(world: World) -> tuple[int, str]:
        answer = world.managed(world.web, "edit", key_name="n" * 101, pkid=world.good[0])
        return answer.status_code, answer.headers["content-type"].split(";")[0]

    assert both(renamed) == ((400, "text/plain"), (200, "text/html"))


def test_an_emoji_in_a_name() -> None:
    def made(world: World) -> str:
        answer = world.managed(world.web, "create", key_name="\N{GRINNING FACE}", duration=1)
        return str(answer.headers["content-type"]).split(";")[0]

    assert both(made) == ("text/plain", "text/html")


def test_an_unknown_format() -> None:
    def told(world: World) -> tuple[int, bool, int]:
        good = world.post(None, STATUS, world.good, answer="nope")
        bad = world.post(None, STATUS, "bad", answer="nope")
        return good.status_code, "__set_state" in good.text, bad.status_code

    assert both(told) == ((400, False, 400), (400, True, 401))


# --- what holds in both


@pytest.fixture(params=[True, False], ids=["fixed", "faithful"])
def either(request: pytest.FixtureRequest) -> World:
    return World("16.4", fixed=request.param)


def test_a_key_never_becomes_a_session(either: World) -> None:
    client = either.client()
    assert identity(either.post(client, STATUS, either.good)) == "webmaster"
    assert identity(either.post(client, STATUS)) == "guest"


def test_a_key_is_its_owner_no_more_and_no_less(either: World) -> None:
    assert either.post(None, "pwg.users.getList", either.alice).status_code == 401
    assert either.post(None, "pwg.users.getList", either.good).status_code == 200


def test_the_owner_deleted(either: World) -> None:
    user = either.post(either.web, STATUS).json()["result"]["pwg_token"]
    either.post(either.web, "pwg.users.delete", user_id=3, pwg_token=user)
    assert identity(either.status(either.alice)) == "401"
    assert identity(either.post(either.alice_web, STATUS)) == "guest"


def test_no_secret_is_kept_or_shown(either: World) -> None:
    pages = [either.managed(either.web, "get").text, either.web.get("profile.php").text]
    assert all(either.good[1] not in page for page in pages)
    assert all(either.good[0] in page for page in pages)
    kept = repr(either.gallery.store.keys)
    assert either.good[0] in kept
    assert either.good[1] not in kept


def test_expiry_is_exact_to_the_second(either: World) -> None:
    key = either.gallery.store.keys[either.good[0]]
    at = [key.expired_on]
    either.gallery.now = lambda: at[0]  # type: ignore[method-assign]
    assert identity(either.status(either.good)) == "webmaster"
    at[0] += timedelta(seconds=1)
    assert identity(either.status(either.good)) == "401"


def test_keys_of_one_user_are_not_anothers(either: World) -> None:
    listed = either.managed(either.alice_web, "get").json()["result"]
    assert either.good[0] not in [row["auth_key"] for row in listed]
    assert either.alice[0] in [row["auth_key"] for row in listed]


def test_a_generic_user_may_manage_keys_but_has_no_profile_page(either: World) -> None:
    either.gallery.store.users[3].status = "generic"
    assert either.alice_web.get("profile.php").status_code == 401
    assert either.post(either.alice_web, API_KEY + "get", pwg_token=either.token(either.alice_web)).status_code == 200
