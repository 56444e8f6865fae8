"""Reading photos. Source: include/ws_functions/pwg.images.php."""

from __future__ import annotations

import re
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.encoders import Items, Struct
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Photo, PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.store import random_text
from piwigo_contract.reference.views import (
    HEIGHT,
    TAG_ATTRIBUTES,
    WIDTH,
    album_url,
    photo_list,
    photo_row,
    photo_urls,
    picture_url,
    plain,
    tag_row,
)

_SEPARATORS = re.compile(r"[\s,;|]+")


def without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def details(gallery: Gallery, call: Call, photo: Photo, page: Any, per_page: Any) -> dict[str, Any]:
    """All of a photo, as pwg.images.getInfo shows it."""
    albums = sorted(gallery.albums_of(call.caller.user, photo), key=gallery.order)
    rates = list(photo.rates.values())
    average = round(sum(rates) / len(rates), 2) if rates else None
    categories = [
        {
            "id": album.id,
            "name": plain(album.name),
            "permalink": None,
            "uppercats": gallery.uppercats(album),
            "global_rank": gallery.global_rank(album),
            "url": album_url(call, album),
            "page_url": picture_url(call, photo, album),
        }
        for album in albums
    ]
    tags = [
        {**without(tag_row(call, gallery.store.tags[tag_id]), "name_raw"), "page_url": picture_url(call, photo)}
        for tag_id in photo.tags
        if tag_id in gallery.store.tags
    ]
    return {
        "id": photo.id,
        "file": photo.file,
        "date_available": stamp(photo.available),
        "date_creation": photo.created,
        "name": plain(photo.name or photo.file),
        "comment": photo.comment,
        "author": photo.author,
        "hit": photo.hits,
        "filesize": photo.size // 1024,
        "width": WIDTH,
        "height": HEIGHT,
        "coi": None,
        "representative_ext": None,
        "date_metadata_update": f"{photo.available:%Y-%m-%d}",
        "rating_score": None if average is None else str(average),
        "level": str(photo.level),
        "md5sum": photo.md5sum,
        "added_by": str(photo.added_by),
        "rotation": "0",
        "latitude": None,
        "longitude": None,
        "lastmodified": stamp(photo.modified or photo.available),
        **photo_urls(gallery, call, photo),
        "name_raw": photo.name,
        "comment_raw": photo.comment,
        "rates": Struct({"score": average, "count": len(rates), "average": average}),
        "categories": Items(categories, "category", ("id", "url", "page_url")),
        "tags": Items(tags, "tag", TAG_ATTRIBUTES),
        "comments_paging": Struct({"page": page, "per_page": per_page, "count": 0, "total_count": 0}),
        "comments": Items([], "comment", ("id", "date")),
    }


@method("pwg.images.getInfo")
def get_info(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    photo = gallery.photo(params["image_id"])
    user = call.caller.user
    if photo.level > user.level:
        raise PwgError(404, "image_id not found")
    if not gallery.albums_of(user, photo) and not user.is_admin:
        raise PwgError(401, "Access denied")
    shown = details(gallery, call, photo, params["comments_page"], params["comments_per_page"])
    if call.format != "rest":
        return shown
    plain_values = [key for key, value in shown.items() if not isinstance(value, (dict, list))]
    return {"image": Struct(shown, [key for key in plain_values if key not in ("name", "comment")])}


@method("pwg.images.search")
def search(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    words = params["query"].casefold().split()

    def text(photo: Photo) -> str:
        tags = (gallery.store.tags[tag_id].name for tag_id in photo.tags if tag_id in gallery.store.tags)
        albums = (album.name for album in gallery.albums_of(call.caller.user, photo))
        return " ".join((photo.file, photo.name or "", photo.comment or "", photo.author or "", *tags, *albums))

    seen = (photo for photo in gallery.store.photos.values() if gallery.sees_photo(call.caller.user, photo))
    found = [photo for photo in seen if words and all(word in text(photo).casefold() for word in words)]
    return photo_list(gallery, call, found, params, photo_row)


@method("pwg.images.exist")
def exist(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    known = {photo.md5sum: str(photo.id) for photo in gallery.store.photos.values()}
    return {md5: known.get(md5) for md5 in _SEPARATORS.split(str(params["md5sum_list"] or "")) if md5}


@method("pwg.images.checkFiles")
def check_files(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    photo = gallery.photo(params["image_id"])
    found = {} if params["thumbnail_sum"] is None else {"thumbnail": "equals"}
    if params["high_sum"] is not None:
        found["file"] = "equals"
    kind = "high" if params["high_sum"] is not None else "file"
    if params[f"{kind}_sum"] is not None:
        found[kind] = "equals" if params[f"{kind}_sum"] == (photo.file_sum or photo.md5sum) else "differs"
    return found


@method("pwg.images.checkUpload")
def check_upload(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return {"message": None, "ready_for_upload": True}


@method("pwg.images.rate")
def rate(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    photo = gallery.store.photos.get(params["image_id"])
    if photo is None or not gallery.sees_photo(call.caller.user, photo):
        raise PwgError(404, "Invalid image_id or access denied")
    if call.caller.is_guest or params["rate"] not in range(6):
        raise PwgError(403, "Forbidden or rate not in 0,1,2,3,4,5")
    photo.rates[call.caller.user.id] = params["rate"]
    average = sum(photo.rates.values()) / len(photo.rates)
    return {"score": round(average, 2), "average": round(average, 2), "count": len(photo.rates)}


@method("pwg.rates.delete")
def delete_rates(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    changed = 0
    for photo in gallery.store.photos.values():
        if params["image_id"] in (None, "", photo.id):
            changed += photo.rates.pop(params["user_id"], None) is not None
    return changed


@method("pwg.images.filteredSearch.create")
def create_search(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    search_id = f"psk-{gallery.now():%Y%m%d}-{random_text(10)}"
    return {"search_id": search_id, "search_url": f"{call.root}index.php?/search/{search_id}"}


@method("pwg.images.addComment")
def add_comment(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    raise PwgError(403, "Comments are disabled")


@method("pwg.userComments.getList")
def get_comments(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    raise PwgError(403, "Comments are disabled")
