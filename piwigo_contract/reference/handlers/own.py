"""What a user keeps for themselves: favourites, preferences, the caddie. Source: pwg.users.php, pwg.php."""

from __future__ import annotations

import json
import re
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.encoders import Items, Struct
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.views import IMAGE_ATTRIBUTES, ordered, page_of, photo_row


def _member(call: Call) -> None:
    if call.caller.is_guest:
        raise PwgError(403, "User must be logged in.")


@method("pwg.users.favorites.add")
def add_favorite(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    _member(call)
    photo = gallery.photo(params["image_id"])
    if photo.id not in call.caller.user.favorites:
        call.caller.user.favorites.append(photo.id)
    return True


@method("pwg.users.favorites.remove")
def remove_favorite(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    _member(call)
    photo = gallery.photo(params["image_id"])
    if photo.id in call.caller.user.favorites:
        call.caller.user.favorites.remove(photo.id)
    return True


@method("pwg.users.favorites.getList")
def get_favorites(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if call.caller.is_guest:
        return False
    user = call.caller.user
    chosen = [gallery.store.photos[image_id] for image_id in user.favorites if image_id in gallery.store.photos]
    seen = ordered([photo for photo in chosen if gallery.sees_photo(user, photo)], params["order"])
    rows = []
    for photo in page_of(seen, params):
        row = photo_row(gallery, call, photo)
        del row["is_favorite"]
        rows.append(row)
    paging = {"page": params["page"], "per_page": params["per_page"], "count": len(seen)}
    return {"paging": Struct(paging), "images": Items(rows, "image", IMAGE_ATTRIBUTES)}


@method("pwg.users.preferences.set")
def set_preference(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    name = params["param"]
    if not re.fullmatch(r"[a-zA-Z0-9_-]+", name):
        raise PwgError(INVALID, f"Invalid param name #{name}#")
    value: Any = params["value"] if params["value"] is not None else ""
    if params["is_json"]:
        try:
            value = json.loads(value)
        except ValueError:
            # PHP's json_decode gives null for what is no JSON
            value = None
    preferences: dict[str, Any] = call.caller.user.settings.setdefault("preferences", {})
    preferences[name] = value
    return preferences


@method("pwg.caddie.add")
def add_to_caddie(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    held = call.caller.user.caddie
    new = [i for i in dict.fromkeys(params["image_id"]) if i in gallery.store.photos and i not in held]
    held += new
    return len(new)
