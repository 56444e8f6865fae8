"""pwg.tags.*. Source: include/ws_functions/pwg.tags.php."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.encoders import Items
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Photo, PwgError, Tag
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.views import TAG_ATTRIBUTES, photo_list, photo_row, picture_url, plain, tag_row, url_name


def _tag(gallery: Gallery, tag_id: int) -> Tag:
    tag = gallery.store.tags.get(tag_id)
    if tag is None:
        raise PwgError(INVALID, "This tag does not exist.")
    return tag


def _named(gallery: Gallery, name: str) -> Tag | None:
    return next((tag for tag in gallery.store.tags.values() if tag.name == name), None)


def _new(gallery: Gallery, call: Call, name: str) -> Tag:
    tag = Tag(gallery.store.next_id("tag"), name, gallery.now())
    gallery.store.tags[tag.id] = tag
    gallery.store.log("tag", tag.id, "add", call.caller.user, gallery.now())
    return tag


@method("pwg.tags.add")
def add(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    name = plain(params["name"])
    if _named(gallery, name) is not None:
        raise PwgError(INVALID, f'Tag "{name}" already exists')
    tag = _new(gallery, call, name)
    return {"info": f'Tag "{name}" was added', "id": tag.id, "name": name, "url_name": url_name(name)}


@method("pwg.tags.getList")
def get_list(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    seen = [photo for photo in gallery.store.photos.values() if gallery.sees_photo(call.caller.user, photo)]
    rows = []
    for tag in gallery.store.tags.values():
        counter = sum(tag.id in photo.tags for photo in seen)
        if counter:
            rows.append({**tag_row(call, tag), "counter": counter})
    rows.sort(key=lambda row: -row["counter"] if params["sort_by_counter"] else row["name"].casefold())
    return {"tags": Items(rows, "tag", TAG_ATTRIBUTES)}


@method("pwg.tags.getAdminList")
def get_admin_list(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    rows = []
    for tag in sorted(gallery.store.tags.values(), key=lambda tag: tag.name.casefold()):
        row = tag_row(call, tag)
        del row["url"]
        rows.append({**row, "id": str(tag.id)})
    return {"tags": Items(rows, "tag", TAG_ATTRIBUTES)}


@method("pwg.tags.getImages")
def get_images(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    names, urls = params["tag_name"], params["tag_url_name"]
    wanted = {
        tag.id
        for tag in gallery.store.tags.values()
        if tag.id in params["tag_id"] or tag.name in names or url_name(tag.name) in urls
    }

    def has(photo: Photo) -> bool:
        found = wanted.intersection(photo.tags)
        return found == wanted if params["tag_mode_and"] else bool(found)

    def row(gallery: Gallery, call: Call, photo: Photo) -> dict[str, Any]:
        tags = [tag_row(call, gallery.store.tags[tag_id]) for tag_id in photo.tags if tag_id in wanted]
        shown = [{"id": tag["id"], "url": tag["url"], "page_url": picture_url(call, photo)} for tag in tags]
        return {**photo_row(gallery, call, photo), "tags": Items(shown, "tag", TAG_ATTRIBUTES)}

    seen = (photo for photo in gallery.store.photos.values() if gallery.sees_photo(call.caller.user, photo))
    found = photo_list(gallery, call, [photo for photo in seen if wanted and has(photo)], params, row)
    for rank, photo in enumerate(found["images"], params["per_page"] * params["page"]):
        photo["rank"] = rank
    return found


def _delete(gallery: Gallery, call: Call, tag_id: int) -> None:
    del gallery.store.tags[tag_id]
    for photo in gallery.store.photos.values():
        photo.tags = [other for other in photo.tags if other != tag_id]
    gallery.store.log("tag", tag_id, "delete", call.caller.user, gallery.now())


@method("pwg.tags.delete")
def delete(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    wanted = list(dict.fromkeys(params["tag_id"]))
    if not all(tag_id in gallery.store.tags for tag_id in wanted):
        raise PwgError(INVALID, "All tags does not exist.")
    for tag_id in wanted:
        _delete(gallery, call, tag_id)
    return {"id": wanted}


@method("pwg.tags.rename")
def rename(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    tag = _tag(gallery, params["tag_id"])
    name = plain(params["new_name"])
    if _named(gallery, name) not in (None, tag):
        raise PwgError(INVALID, "This name is already token")
    tag.name = name or tag.name
    tag.modified = gallery.now()
    shown = {"id": str(tag.id), "name": tag.name, "url_name": url_name(tag.name)}
    return {**shown, "raw_name": tag.name, "alt_names": []}


@method("pwg.tags.duplicate")
def duplicate(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    source = _tag(gallery, params["tag_id"])
    if _named(gallery, params["copy_name"]) is not None:
        raise PwgError(INVALID, "This name is already taken.")
    copy = _new(gallery, call, params["copy_name"])
    photos = [photo for photo in gallery.store.photos.values() if source.id in photo.tags]
    for photo in photos:
        photo.tags.append(copy.id)
    return {"id": copy.id, "name": copy.name, "url_name": url_name(copy.name), "count": len(photos)}


@method("pwg.tags.merge")
def merge(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    target = params["destination_tag_id"]
    merged = [tag_id for tag_id in dict.fromkeys(params["merge_tag_id"]) if tag_id != target]
    if not all(tag_id in gallery.store.tags for tag_id in (target, *merged)):
        raise PwgError(INVALID, "All tags does not exist.")
    for photo in gallery.store.photos.values():
        if set(merged).intersection(photo.tags) and target not in photo.tags:
            photo.tags.append(target)
    for tag_id in merged:
        _delete(gallery, call, tag_id)
    images = [str(photo.id) for photo in gallery.store.photos.values() if target in photo.tags]
    return {"destination_tag": target, "deleted_tag": params["merge_tag_id"], "images_in_merged_tag": images}
