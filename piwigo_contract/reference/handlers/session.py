"""pwg.getVersion, pwg.getInfos and the session methods. Source: include/ws_functions/pwg.php."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.encoders import Items
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.views import SIZES


@method("pwg.getVersion")
def get_version(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return gallery.version


@method("pwg.getInfos")
def get_infos(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    store = gallery.store
    counts = {
        "version": gallery.version,
        "nb_elements": len(store.photos),
        "nb_categories": len(store.albums),
        "nb_virtual": len(store.albums),
        "nb_physical": 0,
        "nb_image_category": sum(len(photo.albums) for photo in store.photos.values()),
        "nb_tags": len(store.tags),
        "nb_image_tag": sum(len(photo.tags) for photo in store.photos.values()),
        "nb_users": len(store.users),
        "nb_groups": len(store.groups),
        "nb_comments": 0,
    }
    if store.photos:
        counts["first_date"] = stamp(min(photo.available for photo in store.photos.values())) or ""
    rows = [{"name": name, "value": str(value)} for name, value in counts.items()]
    return {"infos": Items([*rows, {"name": "cache_size", "value": 0}], "item")}


@method("pwg.session.login")
def login(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if call.caller.by_header:
        raise gallery.no_login_with_key()
    gallery.session_login(call, call.caller.session, params["username"], params["password"])
    return True


@method("pwg.session.logout")
def logout(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if call.caller.by_header:
        raise gallery.no_login_with_key()
    if not call.caller.is_guest:
        gallery.log_out(call, call.caller.session)
    return True


@method("pwg.session.getStatus")
def get_status(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    caller = call.caller
    status = {
        "username": "guest" if caller.is_guest else caller.user.username,
        "status": caller.user.status,
        "theme": caller.user.theme,
        "language": caller.user.language,
        "pwg_token": gallery.token_for(caller.session),
        "charset": "utf-8",
        "current_datetime": stamp(gallery.now()),
        "version": gallery.version,
        "save_visits": not caller.user.is_admin,
        "connected_with": caller.connected_with,
        "available_sizes": list(SIZES),
    }
    if caller.user.is_admin:
        status.update(gallery.config())
    return status
