"""Changing photos. Source: include/ws_functions/pwg.images.php."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Photo, PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.views import ids, plain


def changed(gallery: Gallery, call: Call, photo: Photo) -> None:
    """Note a change in the log."""
    photo.modified = gallery.now()
    gallery.store.log("photo", photo.id, "edit", call.caller.user, photo.modified)


def set_tags(gallery: Gallery, photo: Photo, tags: Iterable[int], replace: bool = True) -> None:
    wanted = [tag_id for tag_id in tags if tag_id in gallery.store.tags]
    photo.tags = list(dict.fromkeys(([] if replace else photo.tags) + wanted))


def set_albums(gallery: Gallery, photo: Photo, text: str, replace: bool = False) -> None:
    """Albums as clients write them: `1,rank;2`. Raises PwgError for an unknown one."""
    wanted = [int(part.split(",")[0]) for part in text.split(";") if php.is_digits(part.split(",")[0].strip())]
    for album_id in wanted:
        if album_id not in gallery.store.albums:
            raise gallery.bad_input(
                f"[ws_add_image_category_relations] the following categories are unknown: {album_id}"
            )
    if replace:
        photo.albums = []
    gallery.put_into(photo, wanted)


@method("pwg.images.setInfo")
def set_info(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    photo = gallery.photo(params["image_id"])
    single, multiple = params["single_value_mode"], params["multiple_value_mode"]
    if single not in ("fill_if_empty", "replace"):
        raise gallery.bad_input(
            f'[ws_images_setInfo] invalid parameter single_value_mode "{single}", '
            "possible values are {fill_if_empty, replace}.",
        )
    if params["tag_ids"] is not None and multiple not in ("append", "replace"):
        raise gallery.bad_input(
            f'[ws_images_setInfo] invalid parameter multiple_value_mode "{multiple}", '
            "possible values are {replace, append}.",
        )
    columns = {"name": "name", "author": "author", "comment": "comment", "level": "level", "date_creation": "created"}
    for name, field in columns.items():
        if params[name] is not None and (single == "replace" or not getattr(photo, field)):
            value = params[name]
            kept = value if not isinstance(value, str) or params["pwg_token"] is not None else plain(value)
            setattr(photo, field, kept)
    if params["file"]:
        photo.file = plain(params["file"])
    if params["categories"] is not None:
        set_albums(gallery, photo, str(params["categories"]), multiple == "replace")
    if params["tag_ids"] is not None:
        set_tags(gallery, photo, ids(params["tag_ids"]), multiple == "replace")
    changed(gallery, call, photo)


@method("pwg.images.setCategory")
def set_category(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    album = gallery.album(params["category_id"])
    for image_id in params["image_id"]:
        photo = gallery.store.photos.get(image_id)
        if photo is None:
            continue
        if params["action"] == "move":
            photo.albums = []
        if params["action"] in ("associate", "move"):
            gallery.put_into(photo, [album.id])
        elif params["action"] == "dissociate" and album.id in photo.albums:
            photo.albums.remove(album.id)
        changed(gallery, call, photo)


@method("pwg.images.setPrivacyLevel")
def set_privacy_level(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if params["level"] not in (0, 1, 2, 4, 8):
        raise PwgError(INVALID, "Invalid level")
    photos = [gallery.store.photos[image_id] for image_id in params["image_id"] if image_id in gallery.store.photos]
    for photo in photos:
        photo.level = params["level"]
        changed(gallery, call, photo)
    return len(photos)


@method("pwg.images.setRank")
def set_rank(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    album_id = params["category_id"]
    inside = gallery.in_their_order(album_id)
    if len(params["image_id"]) > 1:
        wanted = {image_id: rank for rank, image_id in enumerate(params["image_id"], 1)}
        for photo in inside:
            photo.ranks[album_id] = wanted.get(photo.id, photo.ranks.get(album_id, 0))
        return {"image_id": [str(photo.id) for photo in gallery.in_their_order(album_id)], "category_id": album_id}
    if not params["rank"]:
        raise PwgError(1002, "rank is missing")
    photo = gallery.photo(params["image_id"][0])
    if photo not in inside:
        raise PwgError(404, "This image is not associated to this category")
    rank = min(params["rank"], 1 + max(one.ranks.get(album_id, 0) for one in inside))
    for one in inside:
        one.ranks[album_id] = one.ranks.get(album_id, 0) + (one.ranks.get(album_id, 0) >= rank)
    photo.ranks[album_id] = rank
    return {"image_id": photo.id, "category_id": album_id, "rank": rank}


@method("pwg.images.delete")
def delete(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    found = [gallery.store.photos[i] for i in dict.fromkeys(ids(params["image_id"])) if i in gallery.store.photos]
    for photo in found:
        gallery.delete_photo(photo)
        gallery.store.log("photo", photo.id, "delete", call.caller.user, gallery.now())
    return len(found)


@method("pwg.images.deleteOrphans")
def delete_orphans(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    orphans = [photo for photo in gallery.store.photos.values() if not photo.albums and not photo.lounge]
    gone = orphans[: params["block_size"]]
    for photo in gone:
        gallery.delete_photo(photo)
    return {"nb_deleted": len(gone), "nb_orphans": len(orphans) - len(gone)}


@method("pwg.images.setMd5sum")
def set_md5sum(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return {"nb_added": 0, "nb_no_md5sum": 0}


@method("pwg.images.syncMetadata")
def sync_metadata(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    found = [gallery.store.photos[i] for i in ids(params["image_id"]) if i in gallery.store.photos]
    if not found:
        raise PwgError(403, "No image found")
    for photo in found:
        photo.created = photo.taken or photo.created
    return {"nb_synchronized": len(found)}
