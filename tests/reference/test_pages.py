"""The pages a person logs in through."""

from __future__ import annotations

import pytest

from piwigo_contract.reference import store
from piwigo_contract.reference.reference import Reference
from piwigo_contract.reference.seed import ACCOUNT

from .replay import World


def form(username: str, password: str, **more: str) -> dict[str, str]:
    return {"username": username, "password": password, "login": "1", **more}


def test_the_login_form_wants_a_cookie(world: World) -> None:
    answer = world.client().post("identification.php", data=form(*ACCOUNT))
    assert answer.status_code == 200
    assert "Cookies are blocked" in answer.text


def test_a_wrong_password_shows_the_form_again(world: World) -> None:
    client = world.client()
    client.get("identification.php")
    answer = client.post("identification.php", data=form(ACCOUNT[0], "wrong"))
    assert answer.status_code == 200
    assert "Invalid username or password!" in answer.text
    assert 'name="password"' in answer.text


def test_a_login_gives_a_new_session_id(world: World) -> None:
    client = world.client()
    client.get("identification.php")
    before = client.cookies["pwg_id"]
    answer = client.post("identification.php", data=form(*ACCOUNT))
    assert answer.headers["location"] == "/"
    assert client.cookies["pwg_id"] != before
    assert world.post(client, "pwg.session.getStatus").json()["result"]["connected_with"] == "pwg_ui"
    assert client.get("identification.php").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "location"),
    [("%2Fprofile.php", "/profile.php"), ("https://evil.example/", "/"), ("//evil.example/", "/"), ("/\\evil", "/")],
)
def test_a_login_leads_to_nowhere_else(world: World, wanted: str, location: str) -> None:
    client = world.client()
    client.get("identification.php")
    answer = client.post("identification.php", data=form(*ACCOUNT, redirect=wanted))
    assert answer.headers["location"] == location


def test_the_halves_of_a_key_are_no_web_login(world: World) -> None:
    client = world.client()
    client.get("identification.php")
    assert client.post("identification.php", data=form(*world.alice)).status_code == 200


def test_the_profile_page_is_for_who_is_logged_in(world: World) -> None:
    answer = world.client().get("profile.php")
    assert answer.status_code == 302
    assert answer.headers["location"] == "identification.php?redirect=%252Fprofile.php"
    page = world.alice_web.get("profile.php").text
    assert "API Keys" in page
    assert all(f'value="{days}"' in page for days in (30, 90, 180, 365, "custom"))


def test_a_key_opens_no_page(world: World) -> None:
    assert world.client().get("profile.php", headers=world.headers(world.good)).status_code == 302


def test_logout(world: World) -> None:
    assert world.alice_web.get("index.php?act=logout").status_code == 302
    assert world.post(world.alice_web, "pwg.session.getStatus").json()["result"]["username"] == "guest"


def test_guests_crowd_nobody_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_SESSIONS", 10)
    for _ in range(30):
        world.status()
    assert world.post(world.alice_web, "pwg.session.getStatus").json()["result"]["username"] == "alice"
    assert len(world.gallery.store.sessions) <= 10


def test_a_page_that_is_not_there(world: World) -> None:
    answer = world.client().get("nope.php")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_gallery_in_a_folder() -> None:
    world = World("16.4", fixed=True)
    folder, _ = Reference(path="/photos").build()
    world.gallery = folder
    client = world.client()
    assert client.get("/photos").headers["location"] == "/photos/"
    assert client.get("/").status_code == 404
    answer = client.get("/photos/ws.php?method=pwg.getVersion&format=json")
    assert answer.json()["result"] == "16.4.0"
    assert "Path=/photos/" in answer.headers["set-cookie"]
    client.get("/photos/identification.php")
    login = client.post("/photos/identification.php", data=form(*ACCOUNT))
    assert login.headers["location"] == "/photos/"
    listed = client.get("/photos/ws.php?method=pwg.categories.getList&format=json").json()["result"]["categories"]
    assert listed[0]["url"].startswith("http://gallery.example/photos/index.php?/category/")
