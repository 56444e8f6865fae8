"""What clients send from the first call to the last, answered as they need it."""

from __future__ import annotations

import base64
from hashlib import md5
from typing import Any

import httpx

from piwigo_contract.provision.picture import picture

from .replay import World

PHOTO = picture("a lake")
SUM = md5(PHOTO).hexdigest()


def upload(world: World, method: str, file: tuple[str, bytes], key: Any = None, **params: Any) -> httpx.Response:
    headers = world.headers(key)
    data = {"method": method, **params}
    return world.client().post("ws.php?format=json", data=data, files={file[0]: ("lake.jpg", file[1])}, headers=headers)


def result(answer: httpx.Response) -> Any:
    envelope = answer.json()
    assert envelope["stat"] == "ok", envelope
    return envelope["result"]


def test_publishing_from_lightroom(world: World) -> None:
    key = world.good
    album = result(world.post(None, "pwg.categories.add", key, name="New", parent=1))["id"]
    tag = result(world.post(None, "pwg.tags.add", key, name="blue"))["id"]
    listed = result(world.post(None, "pwg.categories.getAdminList", key))["categories"]
    assert [row["fullname"] for row in listed if row["id"] == str(album)] == ["Trips / New"]
    image = result(upload(world, "pwg.images.addSimple", ("image", PHOTO), key, category=album, name="Lake"))[
        "image_id"
    ]
    params = {"key": None, "cat_id": album}
    assert result(world.get(None, "pwg.categories.getImages", key, **params))["images"] == []
    moved = result(world.get(None, "pwg.images.uploadCompleted", key, image_id=image, category_id=album))
    assert moved["category"]["nb_photos"] == "1"
    replace = {"single_value_mode": "replace", "multiple_value_mode": "replace", "tag_ids": tag, "name": "Blue lake"}
    world.post(None, "pwg.images.setInfo", key, image_id=image, **replace)
    world.post(None, "pwg.categories.setRepresentative", key, category_id=album, image_id=image)
    shown = result(world.get(None, "pwg.images.getInfo", key, image_id=image))
    assert (shown["name"], [row["name"] for row in shown["tags"]]) == ("Blue lake", ["blue"])
    assert result(world.post(None, "pwg.images.delete", key, image_id=image)) == 1
    assert world.get(None, "pwg.images.getInfo", key, image_id=image).status_code == 404


def test_the_old_way_in_pieces(world: World) -> None:
    assert result(world.post(world.web, "pwg.images.exist", md5sum_list=SUM)) == {SUM: None}
    for position, part in enumerate((PHOTO[:9], PHOTO[9:])):
        data = base64.b64encode(part).decode()
        chunk = {"data": data, "original_sum": SUM, "type": "file", "position": position}
        assert result(world.post(world.web, "pwg.images.addChunk", **chunk)) is None
    added = result(world.post(world.web, "pwg.images.add", original_sum=SUM, categories="1", original_filename="a.jpg"))
    assert result(world.post(world.web, "pwg.images.exist", md5sum_list=SUM)) == {SUM: str(added["image_id"])}
    again = world.post(world.web, "pwg.images.add", original_sum=SUM)
    assert again.json()["message"] == "file already exists"


def test_uploading_in_chunks_with_a_key(world: World) -> None:
    common = {"chunks": 2, "original_sum": SUM, "filename": "lake.jpg", "category": 1}
    parts = (PHOTO[:9], PHOTO[9:])
    answers = []
    for number, part in enumerate(parts):
        sums = {"chunk": number, "chunk_sum": md5(part).hexdigest()}
        answers.append(result(upload(world, "pwg.images.uploadAsync", ("file", part), world.good, **common, **sums)))
    assert answers[0] == {"message": "chunks uploaded = 1"}
    assert answers[1]["md5sum"] == SUM


def test_uploading_with_a_password_of_its_own(world: World) -> None:
    login = {"username": "webmaster", "password": "webmaster-password"}
    sums = {"chunk": 0, "chunks": 1, "chunk_sum": SUM, "original_sum": SUM, "filename": "a.jpg", "category": 1}
    method = "pwg.images.uploadAsync"
    assert result(upload(world, method, ("file", PHOTO), **login, **sums))["md5sum"] == SUM
    wrong = upload(world, method, ("file", PHOTO), **{**login, "password": "x"}, **sums)
    assert wrong.json()["err"] == 999
    with_key = upload(world, method, ("file", PHOTO), world.good, **login, **sums)
    assert with_key.json()["message"] == "Cannot use this method with an api key"


def names(world: World, client: httpx.Client | None, method: str = "pwg.categories.getList") -> set[str]:
    listed = result(world.post(client, method, recursive="true"))["categories"]
    return {row["name"] for row in listed}


def test_a_private_album_is_for_those_it_was_opened_to(world: World) -> None:
    assert names(world, None) == names(world, world.alice_web) == {"Trips"}
    assert names(world, world.web) == {"Trips", "Mountains", "Family"}
    album = next(album for album in world.gallery.store.albums.values() if album.name == "Family")
    token = world.token(world.web)
    opened = world.post(world.web, "pwg.permissions.add", cat_id=album.id, user_id=3, pwg_token=token)
    assert result(opened)["categories"][0]["users"] == [1, 3]
    assert names(world, world.alice_web) == {"Trips", "Family"}
    assert result(world.post(None, "pwg.categories.getImages", cat_id=album.id))["images"] == []
    world.post(world.web, "pwg.permissions.remove", cat_id=album.id, user_id=3, pwg_token=token)
    assert names(world, world.alice_web) == {"Trips"}


def test_users_come_and_go(world: World) -> None:
    token = world.token(world.web)
    added = result(world.post(world.web, "pwg.users.add", username="bob", password="x", pwg_token=token))
    bob = added["users"][0]["id"]
    changes = {"status": "admin", "password": "y", "email": "bob@example.org", "pwg_token": token}
    world.post(world.web, "pwg.users.setInfo", user_id=bob, **changes)
    client = world.log_in("bob", "y")
    assert result(world.post(client, "pwg.session.getStatus"))["status"] == "admin"
    found = result(world.post(client, "pwg.users.getList", username="bo%"))["users"]
    assert [(row["id"], row["email"]) for row in found] == [(bob, "bob@example.org")]
    assert result(world.post(world.web, "pwg.users.delete", user_id=bob, pwg_token=token)) == "1 user deleted"
    assert result(world.post(client, "pwg.session.getStatus"))["username"] == "guest"


def test_extensions_are_left_alone(world: World) -> None:
    token = world.token(world.web)
    params = {"action": "activate", "plugin": "none", "pwg_token": token}
    assert world.post(world.web, "pwg.plugins.performAction", **params).json()["err"] == 1003
    assert result(world.post(world.web, "pwg.plugins.getList")) == []


def test_xml_of_a_list(world: World) -> None:
    text = world.post(None, "pwg.categories.getList", answer="rest").text
    assert '<category id="1"' in text
    assert "<name>Trips</name>" in text
    text = world.post(None, "pwg.images.getInfo", answer="rest", image_id=1).text
    assert '<image id="1"' in text
