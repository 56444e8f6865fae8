"""pwg.users.api_key.*: the hooks are in management.py."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.registry import method


@method("pwg.users.api_key.create", check_token=False)
def create(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    gallery.check_manager(call.caller, params)
    gallery.check_duration(params["duration"])
    gallery.check_key_name(params["key_name"])
    key, secret = gallery.create_key(call.caller.user, params["key_name"], params["duration"])
    return gallery.created(key, secret)


@method("pwg.users.api_key.edit", check_token=False)
def edit(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    gallery.check_manager(call.caller, params)
    key = gallery.owned_key(call.caller, params["pkid"])
    gallery.check_new_name(params["key_name"])
    gallery.rename_key(key, params["key_name"])
    return "API Key has been successfully edited."


@method("pwg.users.api_key.revoke", check_token=False)
def revoke(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    gallery.check_manager(call.caller, params)
    gallery.revoke_key(gallery.owned_key(call.caller, params["pkid"]), gallery.now())
    return "API Key has been successfully revoked."


@method("pwg.users.api_key.get", check_token=False)
def get(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    gallery.check_manager(call.caller, params)
    now = gallery.now()
    return gallery.key_list([gallery.listed(key, now) for key in gallery.keys_of(call.caller.user)])
