"""Extensions, activity, history: what an administrator looks at. Source: pwg.extensions.php, pwg.php.

The gallery has no extension, so nothing that acts on one takes effect.
"""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import spoken, stamp
from piwigo_contract.reference.encoders import Items
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.views import SIZES, derivative_url, ordered

TYPES = ("plugins", "themes", "languages")
PAGE = 100


def webmaster_only(call: Call, code: int, message: str) -> None:
    if call.caller.user.status != "webmaster":
        raise PwgError(code, message)


@method("pwg.plugins.getList")
def get_plugins(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    about = {"version": "1", "state": "active", "description": ""}
    return [{"id": plugin, "name": plugin.capitalize(), **about} for plugin in gallery.plugins]


@method("pwg.plugins.performAction")
def act_on_plugin(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    webmaster_only(call, 403, "Webmaster status is required.")
    raise gallery.bad_input("CANNOT " + str(params["action"]).upper() + " - NO SUCH PLUGIN")


@method("pwg.themes.performAction")
def act_on_theme(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    raise gallery.bad_input("CANNOT " + str(params["action"]).upper() + " - NO SUCH THEME")


@method("pwg.extensions.update", check_token=False)
def update(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    webmaster_only(call, 401, "Webmaster status is required.")
    gallery.check_token(call.caller, params)
    if params["type"] not in TYPES:
        raise PwgError(403, "invalid extension type")
    raise gallery.bad_input("Can't download archive.")


@method("pwg.extensions.ignoreUpdate", check_token=False)
def ignore_update(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    webmaster_only(call, 401, "Access denied")
    gallery.check_token(call.caller, params)
    ignored = gallery.store.updates_ignored
    if params["reset"]:
        for kind in [params["type"]] if params["type"] in TYPES else TYPES:
            ignored[kind] = []
        return True
    if not params["id"] or params["type"] not in TYPES:
        raise PwgError(403, "Invalid parameters")
    if params["id"] not in ignored[params["type"]]:
        ignored[params["type"]].append(params["id"])
    return True


@method("pwg.extensions.checkUpdates")
def check_updates(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return {"piwigo_need_update": False, "ext_need_update": False}


@method("pwg.getCacheSize")
def get_cache_size(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    empty = {**dict.fromkeys(SIZES, 0), "custom": 0, "all": 0}
    rows = [
        {"name": "cache_size", "value": 0},
        {"name": "msizes", "value": empty},
        {"name": "tsizes", "value": 0},
        {"name": "last_date_calc", "value": stamp(gallery.now())},
    ]
    return {"infos": Items(rows, "item")}


@method("pwg.getMissingDerivatives")
def get_missing_derivatives(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    known = list(SIZES)
    wanted = [size for size in params["types"] if size in known] or known
    photos = [
        p for p in ordered(list(gallery.store.photos.values()), None) if not params["ids"] or p.id in params["ids"]
    ]
    urls = [derivative_url(call, photo, size) for photo in photos for size in wanted]
    return {"urls": urls[: params["max_urls"]]}


@method("pwg.activity.getList")
def get_activity(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    found = [
        event
        for event in reversed(gallery.store.events)
        if params.get("uid") in (None, "", event.user_id)
        and params.get("object") in (None, "", event.object)
        and params.get("action") in (None, "", event.action)
        and params.get("id") in (None, "", event.object_id)
    ]
    # not a declared parameter before 16.3, and so a text as it came
    first = php.to_int(params.get("offset") or 0) or PAGE * (params["page"] or 0)
    lines = []
    for number, event in enumerate(found[first : first + PAGE], 1):
        by = gallery.store.users.get(event.user_id)
        lines.append(
            {
                "id": number,
                "object": event.object,
                "object_id": [str(event.object_id)],
                "action": event.action,
                "ip_address": "127.0.0.1",
                "date": spoken(event.when),
                "hour": f"{event.when:%H:%M:%S}",
                "user_id": str(event.user_id),
                "detailsType": "method" if "method" in event.details else "script",
                "details": event.details,
                "counter": 1,
                "username": by.username if by else f"user#{event.user_id}",
            }
        )
    last = first + len(lines)
    return {"result_lines": lines, "page_offset": last, "end_page": last >= len(found), "params": params}


@method("pwg.activity.downloadLog")
def download_log(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    """Released without a function behind it: a gallery that keeps its word gives out something to read."""
    lines = ["date;object;id;action;user"]
    lines += [
        f"{stamp(event.when)};{event.object};{event.object_id};{event.action};{event.user_id}"
        for event in gallery.store.events
    ]
    return "\n".join(lines)


@method("pwg.history.log")
def log_visit(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    photo = gallery.store.photos.get(params["image_id"])
    if photo is not None and not params["is_download"]:
        photo.hits += 1


@method("pwg.history.search")
def search_history(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    summary = {"NB_LINES": "0 lines filtered", "FILESIZE": 0, "USERS": "0 users", "MEMBERS": [], "SORTED_MEMBERS": []}
    return {"lines": [], "params": params, "maxPage": 0, "summary": {**summary, "GUESTS": "0 guests"}}


@method("pwg.images.formats.searchImage")
def search_formats(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return []


@method("pwg.userComments.delete")
def delete_comments(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return "Comment successfully deleted"


@method("pwg.userComments.validate")
def validate_comments(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return "Comment successfully validated"
