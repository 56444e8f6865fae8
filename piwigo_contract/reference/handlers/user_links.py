"""Ways into an account that an administrator hands out. Source: include/ws_functions/pwg.users.php.

All three methods are on the list of those forbidden to API keys.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.handlers.users import existing
from piwigo_contract.reference.model import AuthKey, PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.store import random_text

AUTH_KEY_LIFE = timedelta(days=3)


@method("pwg.users.getAuthKey")
def get_auth_key(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    user = gallery.store.users.get(params["user_id"])
    if user is None or user.status not in ("normal", "generic"):
        raise PwgError(INVALID, "invalid user_id")
    now = gallery.now()
    key = AuthKey(random_text(30), user.id, now, now + AUTH_KEY_LIFE)
    gallery.store.auth_keys[key.text] = key
    return {
        "auth_key": key.text,
        "user_id": user.id,
        "created_on": stamp(now),
        "duration": int(AUTH_KEY_LIFE.total_seconds()),
        "expired_on": stamp(key.expired_on),
        "key_type": "auth_key",
        "auth_key_id": gallery.store.next_id("auth_key"),
    }


@method("pwg.users.generatePasswordLink")
def generate_password_link(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    user = existing(gallery, params["user_id"])
    if user.status in ("guest", "generic"):
        raise PwgError(403, "Password reset is not allowed for this user")
    if call.caller.user.status == "admin" and user.status == "webmaster":
        raise PwgError(403, "You cannot perform this action")
    # password.php is not served: the link leads nowhere, and no mail is sent
    return {
        "generated_link": f"{call.root}password.php?key={user.id}-{random_text(20)}",
        "send_by_mail": None,
        "time_validation": "1 hour",
    }


@method("pwg.users.setMainUser", check_token=False)
def set_main_user(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if call.caller.user.status != "webmaster":
        raise PwgError(403, "You cannot perform this action")
    gallery.check_token(call.caller, params)
    user = existing(gallery, params["user_id"])
    if user.status != "webmaster":
        raise PwgError(403, "This user cannot become a main user because he is not a webmaster.")
    gallery.store.main_user = user.id
    return "The main user has been changed."
