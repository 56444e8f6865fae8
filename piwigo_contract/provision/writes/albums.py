"""Writes to albums."""

from __future__ import annotations

from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.eyes import Eyes
from piwigo_contract.provision.writes.write import Act, write


@write("pwg.categories.add")
def add_an_album(sandbox: Sandbox) -> Act:
    eyes, name = Eyes(sandbox), sandbox.names.new("album")
    return Act(
        {"name": name, "parent": sandbox.album.id},
        what="the albums of that name",
        seen=lambda: [number for number, row in eyes.albums().items() if row["name"] == name],
        wanted=lambda result: [int(result["id"])],
    )


@write("pwg.categories.setInfo")
def rename_an_album(sandbox: Sandbox) -> Act:
    """Its comment stays."""
    eyes, album, name = Eyes(sandbox), sandbox.new_album(), sandbox.names.new("album")
    sandbox.webmaster("pwg.categories.setInfo", category_id=album.id, comment="a comment")
    return Act(
        {"category_id": album.id, "name": name},
        what="the album's name and comment",
        seen=lambda: eyes.told_of_album(album, "name", "comment"),
        wanted=[name, "a comment"],
    )


@write("pwg.categories.setInfo")
def describe_an_album(sandbox: Sandbox) -> Act:
    """Its name stays."""
    eyes, album = Eyes(sandbox), sandbox.new_album()
    return Act(
        {"category_id": album.id, "comment": "a comment"},
        what="the album's name and comment",
        seen=lambda: eyes.told_of_album(album, "name", "comment"),
        wanted=[album.name, "a comment"],
    )


@write("pwg.categories.move")
def move_an_album(sandbox: Sandbox) -> Act:
    eyes, album, parent = Eyes(sandbox), sandbox.new_album(), sandbox.new_album()
    return Act(
        {"category_id": album.id, "parent": parent.id},
        what="the album that it lies in",
        seen=lambda: eyes.parent(album),
        wanted=parent.number,
    )


@write("pwg.categories.setRank")
def rank_an_album(sandbox: Sandbox) -> Act:
    eyes, parent = Eyes(sandbox), sandbox.new_album()
    made = [sandbox.new_album(parent) for _ in range(3)]
    order = eyes.order(parent)
    last = next(album for album in made if album.name == order[-1])
    return Act(
        {"category_id": last.id, "rank": 1},
        what="the order of the albums",
        seen=lambda: eyes.order(parent),
        wanted=[order[-1], *order[:-1]],
    )


@write("pwg.categories.setRepresentative")
def choose_the_photo_of_an_album(sandbox: Sandbox) -> Act:
    eyes, album = Eyes(sandbox), sandbox.new_album()
    sandbox.new_photo(album)
    return Act(
        {"category_id": album.id, "image_id": sandbox.photo.id},
        what="the album's photo",
        seen=lambda: eyes.representative(album),
        wanted=sandbox.photo.number,
    )


# who has seen an album's photo goes on seeing it when it is taken away (user_cache_categories): nobody looks before


@write("pwg.categories.deleteRepresentative")
def leave_an_album_without_a_photo(sandbox: Sandbox) -> Act:
    eyes, album = Eyes(sandbox), sandbox.new_album()
    sandbox.webmaster("pwg.categories.setRepresentative", category_id=album.id, image_id=sandbox.photo.id)
    return Act(
        {"category_id": album.id},
        what="the album's photo",
        seen=lambda: eyes.representative(album),
        wanted=lambda _: None,
    )


@write("pwg.categories.refreshRepresentative")
def choose_the_photo_of_an_album_anew(sandbox: Sandbox) -> Act:
    """From the photos in the album: there is one, and another one stood for the album."""
    eyes, album = Eyes(sandbox), sandbox.new_album()
    inside = sandbox.new_photo(album)
    sandbox.webmaster("pwg.categories.setRepresentative", category_id=album.id, image_id=sandbox.photo.id)
    return Act(
        {"category_id": album.id},
        what="the album's photo",
        seen=lambda: eyes.representative(album),
        wanted=lambda _: inside.number,
    )


@write("pwg.categories.delete")
def delete_an_album(sandbox: Sandbox) -> Act:
    eyes, album, other = Eyes(sandbox), sandbox.new_album(), sandbox.new_album()
    return Act(
        {"category_id": album.id, "photo_deletion_mode": "no_delete"},
        what="whether the album, and another one, are there",
        seen=lambda: [each.number in eyes.albums() for each in (album, other)],
        wanted=[False, True],
    )
