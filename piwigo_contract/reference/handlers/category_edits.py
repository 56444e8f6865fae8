"""Changing albums. Source: include/ws_functions/pwg.categories.php."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.views import derivative_url, ids, picture_url, plain

MODES = ("no_delete", "delete_orphans", "force_delete")


def _text(call: Call, params: dict[str, Any], name: str) -> str:
    """HTML is kept only where a pwg_token came along."""
    return str(params[name]) if params["pwg_token"] is not None else plain(str(params[name]))


@method("pwg.categories.add")
def add(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    name = _text(call, params, "name")
    if not name.strip():
        raise gallery.bad_input("The name of an album must not be empty")
    parent = gallery.store.albums.get(params["parent"] or 0)
    album = gallery.add_album(name, parent, params["status"], call.caller.user, last=params["position"] == "last")
    if params["comment"] is not None:
        album.comment = _text(call, params, "comment")
    album.commentable = params["commentable"]
    gallery.store.log("album", album.id, "add", call.caller.user, gallery.now())
    return {"info": "Album added", "id": album.id}


@method("pwg.categories.setInfo")
def set_info(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    album = gallery.album(params["category_id"])
    if params["status"] and params["status"] not in ("private", "public"):
        raise PwgError(INVALID, "Invalid status, only public/private")
    flags = {}
    for name in ("visible", "commentable"):
        if params[name] is not None:
            if str(params[name]).lower() not in ("true", "false"):
                raise PwgError(INVALID, f"Invalid param {name} : {params[name]}")
            flags[name] = str(params[name]).lower() == "true"
    if params["status"] and params["status"] != album.status:
        gallery.set_album_status(album, params["status"], call.caller.user)
    if params["name"] is not None:
        album.name = _text(call, params, "name")
    if params["comment"] is not None:
        album.comment = _text(call, params, "comment")
    album.visible = flags.get("visible", album.visible)
    album.commentable = flags.get("commentable", album.commentable)
    gallery.store.log("album", album.id, "edit", call.caller.user, gallery.now())


def _known(gallery: Gallery, value: Any) -> list[Album]:
    return [gallery.store.albums[album_id] for album_id in ids(value) if album_id in gallery.store.albums]


@method("pwg.categories.delete")
def delete(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    mode = params["photo_deletion_mode"]
    if mode not in MODES:
        listed = ", ".join(MODES)
        raise gallery.bad_input(
            f'[ws_categories_delete] invalid parameter photo_deletion_mode "{mode}", possible values are {{{listed}}}.',
        )
    for album in _known(gallery, params["category_id"]):
        if album.id in gallery.store.albums:
            gallery.delete_album(album, mode)
            gallery.store.log("album", album.id, "delete", call.caller.user, gallery.now())


@method("pwg.categories.move")
def move(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    wanted = ids(params["category_id"])
    if not wanted:
        raise PwgError(403, "Invalid category_id input parameter, no category to move")
    unknown = [album_id for album_id in wanted if album_id not in gallery.store.albums]
    if unknown:
        raise PwgError(403, f"Category {unknown[0]} does not exist")
    parent = gallery.store.albums.get(params["parent"])
    if params["parent"] and parent is None:
        raise PwgError(403, "Unknown parent category id")
    albums = [gallery.store.albums[album_id] for album_id in wanted]
    if parent is not None and any(album in gallery.above(parent) for album in albums):
        raise PwgError(403, "You cannot move an album in its own sub album")
    touched = {one.id for album in albums for one in gallery.above(album)[:-1]}
    for album in albums:
        album.parent = parent.id if parent else None
        if parent is not None and parent.status == "private" and album.status == "public":
            gallery.set_album_status(album, "private", call.caller.user)
        gallery.store.log("album", album.id, "move", call.caller.user, gallery.now())
    touched |= {one.id for album in albums for one in gallery.above(album)[:-1]}
    return {
        "new_ariane_string": " / ".join(plain(one.name) for one in gallery.above(albums[-1])),
        "updated_cats": [
            {
                "cat_id": str(album_id),
                "nb_sub_photos": len(gallery.photos_in(one.id for one in gallery.below(gallery.album(album_id)))),
            }
            for album_id in sorted(touched)
        ],
    }


@method("pwg.categories.setRank")
def set_rank(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    album = gallery.album(params["category_id"][0])
    siblings = [one for one in gallery.store.albums.values() if one.parent == album.parent]
    siblings.sort(key=gallery.order)
    if len(params["category_id"]) > 1:
        if set(params["category_id"]) != {one.id for one in siblings}:
            raise PwgError(INVALID, "you need to provide all sub-category ids for a given category")
        siblings = [gallery.store.albums[album_id] for album_id in params["category_id"]]
    else:
        siblings.remove(album)
        siblings.insert(params["rank"] - 1 if params["rank"] else len(siblings), album)
    for rank, one in enumerate(siblings, 1):
        one.rank = rank


@method("pwg.categories.setRepresentative")
def set_representative(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    album = gallery.album(params["category_id"])
    album.representative = gallery.photo(params["image_id"]).id
    gallery.store.log("album", album.id, "edit", call.caller.user, gallery.now())


@method("pwg.categories.deleteRepresentative")
def delete_representative(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    album = gallery.album(params["category_id"])
    if gallery.photos_in([album.id]):
        raise PwgError(401, "not permitted")
    album.representative = None


@method("pwg.categories.refreshRepresentative")
def refresh_representative(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    album = gallery.album(params["category_id"])
    photos = gallery.photos_in([album.id, *(one.id for one in gallery.below(album))])
    if not photos:
        raise PwgError(401, "not permitted")
    album.representative = photos[-1].id
    return {"src": derivative_url(call, photos[-1], "small"), "url": picture_url(call, photos[-1])}
