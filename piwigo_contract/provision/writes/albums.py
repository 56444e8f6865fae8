"""Writes to albums."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares


@prepares("pwg.categories.add")
def add_an_album(sandbox: Sandbox, method: str) -> Write:
    name = sandbox.name_of_an_album()
    return Write(
        method,
        {"name": name, "parent": sandbox.album.id},
        what="the albums of that name",
        seen=lambda: [number for number, row in sandbox.webmaster_sees.albums().items() if row["name"] == name],
        wanted=lambda result: [sandbox.names.seen_id("ALBUM", int(result["id"]))],
    )


@prepares("pwg.categories.setInfo")
def rename_an_album(sandbox: Sandbox, method: str) -> Write:
    """Its comment stays."""
    album, name = sandbox.new_album(), sandbox.names.new("album")
    sandbox.webmaster("pwg.categories.setInfo", category_id=album.id, comment="a comment")
    return Write(
        method,
        {"category_id": album.id, "name": name},
        what="the album's name and comment",
        seen=lambda: sandbox.webmaster_sees.album_fields(album, "name", "comment"),
        wanted=[name, "a comment"],
    )


@prepares("pwg.categories.setInfo")
def describe_an_album(sandbox: Sandbox, method: str) -> Write:
    """Its name stays."""
    album = sandbox.new_album()
    return Write(
        method,
        {"category_id": album.id, "comment": "a comment"},
        what="the album's name and comment",
        seen=lambda: sandbox.webmaster_sees.album_fields(album, "name", "comment"),
        wanted=[album.name, "a comment"],
    )


@prepares("pwg.categories.move")
def move_an_album(sandbox: Sandbox, method: str) -> Write:
    album, parent = sandbox.new_album(), sandbox.new_album()
    return Write(
        method,
        {"category_id": album.id, "parent": parent.id},
        what="the album that it lies in",
        seen=lambda: sandbox.webmaster_sees.parent(album),
        wanted=parent.number,
    )


@prepares("pwg.categories.setRank")
def rank_an_album(sandbox: Sandbox, method: str) -> Write:
    parent = sandbox.new_album()
    made = [sandbox.new_album(parent) for _ in range(3)]
    order = sandbox.webmaster_sees.order(parent)
    last = next(album for album in made if album.name == order[-1])
    return Write(
        method,
        {"category_id": last.id, "rank": 1},
        what="the order of the albums",
        seen=lambda: sandbox.webmaster_sees.order(parent),
        wanted=[order[-1], *order[:-1]],
    )


@prepares("pwg.categories.setRepresentative")
def choose_the_photo_of_an_album(sandbox: Sandbox, method: str) -> Write:
    album = sandbox.new_album()
    sandbox.new_photo(album)
    return Write(
        method,
        {"category_id": album.id, "image_id": sandbox.photo.id},
        what="the album's photo",
        seen=lambda: sandbox.webmaster_sees.representative(album),
        wanted=sandbox.photo.number,
    )


# who saw an album's photo keeps seeing it after its removal (user_cache_categories), so nobody looks first


@prepares("pwg.categories.deleteRepresentative")
def leave_an_album_without_a_photo(sandbox: Sandbox, method: str) -> Write:
    album = sandbox.new_album()
    sandbox.webmaster("pwg.categories.setRepresentative", category_id=album.id, image_id=sandbox.photo.id)
    return Write(
        method,
        {"category_id": album.id},
        what="the album's photo",
        seen=lambda: sandbox.webmaster_sees.representative(album),
        wanted=None,
        look_first=False,
    )


@prepares("pwg.categories.refreshRepresentative")
def choose_the_photo_of_an_album_anew(sandbox: Sandbox, method: str) -> Write:
    """From the photos in the album: there is one, and another one stood for the album."""
    album = sandbox.new_album()
    inside = sandbox.new_photo(album)
    sandbox.webmaster("pwg.categories.setRepresentative", category_id=album.id, image_id=sandbox.photo.id)
    return Write(
        method,
        {"category_id": album.id},
        what="the album's photo",
        seen=lambda: sandbox.webmaster_sees.representative(album),
        wanted=inside.number,
        look_first=False,
    )


@prepares("pwg.categories.delete")
def delete_an_album(sandbox: Sandbox, method: str) -> Write:
    album, other = sandbox.new_album(), sandbox.new_album()
    return Write(
        method,
        {"category_id": album.id, "photo_deletion_mode": "no_delete"},
        what="whether the album, and another one, are there",
        seen=lambda: [each.number in sandbox.webmaster_sees.albums() for each in (album, other)],
        wanted=[False, True],
    )
