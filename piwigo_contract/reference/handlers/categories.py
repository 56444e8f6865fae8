"""Reading albums. Source: include/ws_functions/pwg.categories.php."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.encoders import Items
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.store import GUEST_ID
from piwigo_contract.reference.views import (
    ALBUM_ATTRIBUTES,
    DEFAULT_ORDER,
    SIZES,
    album_row,
    photo_list,
    photo_row_with_albums,
    plain,
)

SEARCH_LIMIT = 100


def _within(gallery: Gallery, params: dict[str, Any]) -> list[Album]:
    """The albums that cat_id, recursive and search choose, in the gallery's order."""
    start = gallery.store.albums.get(params["cat_id"] or 0)
    found = list(gallery.store.albums.values())
    if params["cat_id"]:
        inside = gallery.below(start) if start else []
        found = [album for album in inside if params["recursive"] or album.parent == params["cat_id"]]
        found += [start] if start else []
    elif not params["recursive"]:
        found = [album for album in found if album.parent is None]
    if params["search"]:
        found = [album for album in found if params["search"].casefold() in album.name.casefold()]
    return sorted(found, key=gallery.order)


@method("pwg.categories.getList")
def get_list(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if params["thumbnail_size"] not in SIZES:
        raise PwgError(INVALID, "Invalid thumbnail_size")
    if params["limit"] and params["recursive"]:
        raise PwgError(INVALID, "Cannot use both recursive and limit parameters at the same time")
    caller = call.caller
    viewer = gallery.store.users[GUEST_ID] if params["public"] else caller.user
    rows = []
    for album in _within(gallery, params):
        if not gallery.sees_album(viewer, album) or (params["public"] and album.status != "public"):
            continue
        row = album_row(gallery, call, caller, album, params["thumbnail_size"])
        if row["total_nb_images"] or (caller.user.is_admin and not params["public"]):
            rows.append(_full_name(gallery, album, row) if params["fullname"] else row)
    output: dict[str, Any] = {}
    if params["limit"]:
        limit, total = params["limit"], len(rows) - (1 if params["cat_id"] else 0)
        output["limit"] = {"limited_to": limit, "total_cats": total, "remaining_cats": max(total - limit, 0)}
        rows = rows[: limit + (1 if params["cat_id"] else 0)]
    if params["tree_output"]:
        return _tree(rows)
    output["categories"] = Items(rows, "category", ALBUM_ATTRIBUTES)
    return output


def _full_name(gallery: Gallery, album: Album, row: dict[str, Any]) -> dict[str, Any]:
    name = " / ".join(plain(one.name) for one in gallery.above(album))
    return {**{key: value for key, value in row.items() if key != "name_raw"}, "name": name}


def _tree(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    nodes = {str(row["id"]): {**row, "sub_categories": Items([], "category", ALBUM_ATTRIBUTES)} for row in rows}
    roots: list[dict[str, Any]] = []
    for node in nodes.values():
        parent = nodes.get(node["id_uppercat"] or "")
        (parent["sub_categories"] if parent else roots).append(node)
    return roots


@method("pwg.categories.getAdminList")
def get_admin_list(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    found = _within(gallery, params)
    rows = []
    for album in found:
        row: dict[str, Any] = {
            "id": str(album.id),
            "name": plain(album.name),
            "comment": album.comment or "",
            "uppercats": gallery.uppercats(album),
            "global_rank": gallery.global_rank(album),
            "dir": None,
            "status": album.status,
            "image_order": DEFAULT_ORDER,
            # counted by the database, where there is anything to count
            "nb_images": str(inside) if (inside := len(gallery.photos_in([album.id]))) else 0,
            "name_raw": album.name,
            "fullname": " / ".join(plain(one.name) for one in gallery.above(album)),
            "comment_raw": album.comment,
        }
        if not params["recursive"]:
            row["nb_categories"] = sum(one.parent == album.id for one in gallery.store.albums.values())
        rows.append(row)
    attributes = ("id", "nb_images", "name", "uppercats", "global_rank", "status")
    shown = rows[:SEARCH_LIMIT] if params["search"] else rows
    return {
        "categories": Items(shown, "category", attributes),
        "limit": SEARCH_LIMIT,
        "limit_reached": len(found) > SEARCH_LIMIT,
    }


@method("pwg.categories.getImages")
def get_images(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    user = call.caller.user
    asked = [album_id for album_id in params["cat_id"] if album_id]
    seen = {album.id for album in gallery.store.albums.values() if gallery.sees_album(user, album)}
    missing = [str(album_id) for album_id in asked if album_id not in gallery.store.albums]
    if missing:
        raise PwgError(404, f"cat_id {{{','.join(missing)}}} not found")
    wanted = set(asked) or seen
    if params["recursive"]:
        wanted |= {one.id for album_id in asked for one in gallery.below(gallery.album(album_id))}
    photos = [photo for photo in gallery.photos_in(wanted & seen) if gallery.sees_photo(user, photo)]
    return photo_list(gallery, call, photos, params, photo_row_with_albums)


@method("pwg.categories.calculateOrphans")
def calculate_orphans(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    rows = []
    for album_id in params["category_id"]:
        album = gallery.store.albums.get(album_id)
        inside = {album_id, *(one.id for one in gallery.below(album))} if album else {album_id}
        photos = gallery.photos_in(inside)
        outside = sum(bool(set(photo.albums) - inside) for photo in photos)
        rows.append(
            {
                "nb_images_associated_outside": outside,
                "nb_images_becoming_orphan": len(photos) - outside,
                "nb_images_recursive": len(photos),
            }
        )
    return rows
