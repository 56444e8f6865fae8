"""pwg.groups.* and pwg.permissions.*. Source: include/ws_functions/pwg.groups.php, pwg.permissions.php."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.encoders import Items, Struct
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, Group, PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.views import page_of, plain


def _shown(gallery: Gallery, groups: list[Group], params: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {
            "id": str(group.id),
            "name": group.name,
            "is_default": "true" if group.is_default else "false",
            "lastmodified": stamp(gallery.now()),
            "nb_users": str(len(group.members)),
        }
        for group in page_of(groups, params)
    ]
    paging = {"page": params["page"], "per_page": params["per_page"], "count": len(rows)}
    return {"paging": Struct(paging), "groups": Items(rows, "group")}


def _only(gallery: Gallery, group: Group) -> dict[str, Any]:
    return _shown(gallery, [group], {"page": 0, "per_page": 100})


@method("pwg.groups.getList")
def get_list(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if params["order"] not in ("id", "name"):
        raise PwgError(INVALID, "Invalid input parameter order")
    name = str(params["name"] or "").casefold()
    found = [
        group
        for group in gallery.store.groups.values()
        if (not params["group_id"] or group.id in params["group_id"]) and (not name or group.name.casefold() == name)
    ]
    found.sort(key=lambda group: group.id if params["order"] == "id" else group.name.casefold())
    return _shown(gallery, found, params)


def _group(gallery: Gallery, group_id: int) -> Group:
    group = gallery.store.groups.get(group_id)
    if group is None:
        raise PwgError(INVALID, "This group does not exist.")
    return group


def _free_name(gallery: Gallery, name: str, group: Group | None = None) -> str:
    name = plain(name)
    if not name.replace(" ", ""):
        raise PwgError(INVALID, "Name field must not be empty")
    if any(other.name == name and other is not group for other in gallery.store.groups.values()):
        raise PwgError(INVALID, "This name is already used by another group.")
    return name


@method("pwg.groups.add")
def add(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    name = _free_name(gallery, params["name"])
    group = Group(gallery.store.next_id("group"), name, params["is_default"])
    gallery.store.groups[group.id] = group
    gallery.store.log("group", group.id, "add", call.caller.user, gallery.now())
    return _only(gallery, group)


@method("pwg.groups.setInfo")
def set_info(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    group = _group(gallery, params["group_id"])
    if params["name"] is not None:
        group.name = _free_name(gallery, params["name"], group)
    if params["is_default"] not in (None, ""):
        group.is_default = params["is_default"]
    return _only(gallery, group)


@method("pwg.groups.duplicate")
def duplicate(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    name = _free_name(gallery, params["copy_name"])
    source = _group(gallery, params["group_id"])
    copy = Group(gallery.store.next_id("group"), name, source.is_default, set(source.members))
    gallery.store.groups[copy.id] = copy
    for album in gallery.store.albums.values():
        if source.id in album.groups:
            album.groups.add(copy.id)
    return _only(gallery, copy)


def _delete(gallery: Gallery, call: Call, group_id: int) -> str:
    name = gallery.store.groups.pop(group_id).name
    for album in gallery.store.albums.values():
        album.groups.discard(group_id)
    gallery.store.log("group", group_id, "delete", call.caller.user, gallery.now())
    return name


@method("pwg.groups.delete")
def delete(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    found = [group_id for group_id in dict.fromkeys(params["group_id"]) if group_id in gallery.store.groups]
    return Items([_delete(gallery, call, group_id) for group_id in found], "group_deleted")


@method("pwg.groups.merge")
def merge(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    target_id = params["destination_group_id"]
    merged = [group_id for group_id in dict.fromkeys(params["merge_group_id"]) if group_id != target_id]
    if not all(group_id in gallery.store.groups for group_id in (target_id, *merged)):
        raise PwgError(INVALID, "All groups does not exist.")
    target = gallery.store.groups[target_id]
    shown = _shown(gallery, [gallery.store.groups[group_id] for group_id in merged], {"page": 0, "per_page": 100})
    for group_id in merged:
        target.members |= gallery.store.groups[group_id].members
        _delete(gallery, call, group_id)
    return {"destination_group": _only(gallery, target), "deleted_group": shown}


@method("pwg.groups.addUser")
def add_user(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    group = _group(gallery, params["group_id"])
    group.members |= {user_id for user_id in params["user_id"] if user_id in gallery.store.users}
    return _only(gallery, group)


@method("pwg.groups.deleteUser")
def delete_user(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    group = _group(gallery, params["group_id"])
    group.members -= set(params["user_id"])
    return _only(gallery, group)


@method("pwg.permissions.getList")
def get_permissions(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    given = [name for name in ("cat_id", "group_id", "user_id") if params[name]]
    if len(given) > 1:
        raise PwgError(INVALID, "Too many parameters, provide cat_id OR user_id OR group_id")
    return _permissions(gallery, params["cat_id"], params["group_id"], params["user_id"])


def _permissions(gallery: Gallery, albums: list[int], groups: list[int], users: list[int]) -> dict[str, Any]:
    rows = []
    for album in gallery.store.albums.values():
        if album.status != "private" or (albums and album.id not in albums):
            continue
        indirect = {
            user_id
            for group_id in album.groups
            if group_id in gallery.store.groups
            for user_id in gallery.store.groups[group_id].members
        }
        if groups and not album.groups.intersection(groups):
            continue
        if users and not (album.users | indirect).intersection(users):
            continue
        row = {"id": album.id, "users": sorted(album.users), "groups": sorted(album.groups)}
        rows.append({**row, "users_indirect": sorted(indirect)})
    return {"categories": Items(rows, "category", ("id",))}


def _albums(gallery: Gallery, params: dict[str, Any]) -> list[Album]:
    wanted = params["cat_id"] if isinstance(params["cat_id"], list) else [params["cat_id"]]
    return [gallery.store.albums[album_id] for album_id in wanted if album_id in gallery.store.albums]


@method("pwg.permissions.add")
def add_permissions(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    albums = _albums(gallery, params)
    # who is let into an album is let into the ones it lies in
    opened = [one for album in albums for one in gallery.above(album)]
    if params["recursive"]:
        opened += [one for album in albums for one in gallery.below(album)]
    for album in opened:
        if album.status == "private":
            album.groups |= set(params["group_id"]) & set(gallery.store.groups)
            album.users |= set(params["user_id"]) & set(gallery.store.users)
    return _permissions(gallery, [album.id for album in albums], [], [])


@method("pwg.permissions.remove")
def remove_permissions(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    albums = _albums(gallery, params)
    for closed in [one for album in albums for one in (album, *gallery.below(album))]:
        closed.groups -= set(params["group_id"])
        closed.users -= set(params["user_id"])
    return _permissions(gallery, [album.id for album in albums], [], [])
