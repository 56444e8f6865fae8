"""Writes to photos that are there."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.errors import NotInUse
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares

TEXTS = {
    "name": "another name",
    "author": "another author",
    "comment": "another comment",
    "date_creation": "2001-02-03 04:05:06",
}


@prepares("pwg.images.setInfo")
def describe_a_photo(sandbox: Sandbox, method: str) -> Write:
    photo = sandbox.new_photo()
    return Write(
        method,
        {"image_id": photo.id, **TEXTS, "tag_ids": sandbox.tag.id, "single_value_mode": "replace"},
        what="what is told of the photo",
        seen=lambda: [sandbox.webmaster_sees.photo_fields(photo, *TEXTS), sandbox.webmaster_sees.tags_of(photo)],
        wanted=[list(TEXTS.values()), {sandbox.tag.number}],
    )


@prepares("pwg.images.setInfo")
def rename_a_photo(sandbox: Sandbox, method: str) -> Write:
    """All else that is told of it stays."""
    photo, others = sandbox.new_photo(), {**TEXTS, "name": "a name"}
    sandbox.webmaster("pwg.images.setInfo", image_id=photo.id, **others, single_value_mode="replace")
    return Write(
        method,
        {"image_id": photo.id, "name": TEXTS["name"], "single_value_mode": "replace"},
        what="what is told of the photo",
        seen=lambda: sandbox.webmaster_sees.photo_fields(photo, *TEXTS),
        wanted=list(TEXTS.values()),
    )


@prepares("pwg.images.setCategory")
def put_a_photo_into_an_album(sandbox: Sandbox, method: str) -> Write:
    photo, album = sandbox.new_photo(), sandbox.new_album()
    return Write(
        method,
        {"image_id": photo.id, "category_id": album.id, "action": "associate"},
        what="the albums that the photo is in",
        seen=lambda: sandbox.webmaster_sees.albums_of(photo),
        wanted={sandbox.album.number, album.number},
    )


@prepares("pwg.images.setCategory")
def take_a_photo_out_of_an_album(sandbox: Sandbox, method: str) -> Write:
    photo = sandbox.new_photo()
    return Write(
        method,
        {"image_id": photo.id, "category_id": sandbox.album.id, "action": "dissociate"},
        what="the albums that the photo is in",
        seen=lambda: sandbox.webmaster_sees.albums_of(photo),
        wanted=set(),
    )


@prepares("pwg.images.setPrivacyLevel")
def keep_a_photo_private(sandbox: Sandbox, method: str) -> Write:
    photo = sandbox.new_photo()
    return Write(
        method,
        {"image_id": photo.id, "level": 4},
        what="the photo's privacy level",
        seen=lambda: sandbox.webmaster_sees.photo_fields(photo, "level"),
        wanted=["4"],
    )


@prepares("pwg.images.setRank")
def rank_photos(sandbox: Sandbox, method: str) -> Write:
    album = sandbox.new_album()
    one, other = sandbox.new_photo(album), sandbox.new_photo(album)
    return Write(
        method,
        {"image_id[0]": other.id, "image_id[1]": one.id, "category_id": album.id},
        what="the order of the album's photos",
        seen=lambda: sandbox.webmaster_sees.order_of_photos(album),
        wanted=[other.number, one.number],
    )


@prepares("pwg.images.setRank")
def rank_a_photo(sandbox: Sandbox, method: str) -> Write:
    album = sandbox.new_album()
    first, second, third = (sandbox.new_photo(album) for _ in range(3))
    return Write(
        method,
        {"image_id": third.id, "category_id": album.id, "rank": 1},
        what="the order of the album's photos",
        seen=lambda: sandbox.webmaster_sees.order_of_photos(album),
        wanted=[third.number, first.number, second.number],
    )


@prepares("pwg.images.syncMetadata")
def read_what_the_file_of_a_photo_tells(sandbox: Sandbox, method: str) -> Write:
    """The file tells when the photo was taken; the gallery has been told otherwise since. Raises NotInUse."""
    photo = sandbox.new_photo(taken="2001:02:03 04:05:06")
    taken = sandbox.webmaster_sees.photo_fields(photo, "date_creation")
    if taken != ["2001-02-03 04:05:06"]:
        raise NotInUse("the gallery does not read when a photo was taken ($conf['use_exif'], or PHP's exif)")
    other = "1999-08-11 11:03:00"
    sandbox.webmaster("pwg.images.setInfo", image_id=photo.id, date_creation=other, single_value_mode="replace")
    return Write(
        method,
        {"image_id": photo.id},
        what="when the photo was taken",
        seen=lambda: sandbox.webmaster_sees.photo_fields(photo, "date_creation"),
        wanted=taken,
    )


@prepares("pwg.images.delete")
def delete_a_photo(sandbox: Sandbox, method: str) -> Write:
    photo, other = sandbox.new_photo(), sandbox.new_photo()
    return Write(
        method,
        {"image_id": photo.id},
        what="whether the photo, and another one, are there",
        seen=lambda: [sandbox.webmaster_sees.photo(each) is not None for each in (photo, other)],
        wanted=[False, True],
    )
