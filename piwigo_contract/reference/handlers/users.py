"""pwg.users.*: accounts. Source: include/ws_functions/pwg.users.php, include/functions_user.inc.php."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import since, spoken, stamp
from piwigo_contract.reference.encoders import Items, Struct
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import STATUSES, Caller, PwgError, User
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.store import GUEST_ID, digest, random_text

LEVELS = (0, 1, 2, 4, 8)
BASICS = ("username", "email", "status", "level", "groups")
SETTINGS: dict[str, Any] = {
    "nb_image_page": 15,
    "recent_period": 7,
    "expand": False,
    "show_nb_comments": False,
    "show_nb_hits": False,
    "enabled_high": True,
}
"""A person's own settings and what they are to begin with."""
_TAG = re.compile(r"<[^>]*>")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def user_row(gallery: Gallery, user: User, display: set[str], now: datetime) -> dict[str, Any]:
    """One row of pwg.users.getList."""
    groups = [group.id for group in gallery.store.groups.values() if user.id in group.members]
    values: dict[str, Any] = {
        "username": user.username,
        "email": user.email,
        "status": user.status,
        "level": str(user.level),
        "groups": groups,
        "language": user.language,
        "theme": user.theme,
        **{name: _column(user.settings.get(name, default)) for name, default in SETTINGS.items()},
        "registration_date": stamp(user.registered),
        "registration_date_string": spoken(user.registered),
        "registration_date_since": since(user.registered, now),
        "last_visit": None,
        "last_visit_string": "N/A",
        "last_visit_since": "N/A",
    }
    return {"id": user.id, **{name: value for name, value in values.items() if name in display}}


def _column(value: Any) -> str:
    """As the database gives it: text, true and false as words."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@method("pwg.users.getList")
def get_list(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    found = _filtered(gallery, params)
    per_page = params["per_page"]
    first = per_page * params["page"]
    page = found[first : first + per_page] if per_page else found
    asked = {name.strip() for name in str(params["display"]).split(",")}
    if params["display"] == "none" or "only_id" in asked:
        asked = set()
    if "basics" in asked:
        asked |= set(BASICS)
    if "all" in asked:
        asked |= {*user_row(gallery, call.caller.user, set(), gallery.now()), *BASICS, "total_count"}
        asked |= {"language", "theme", *SETTINGS, "registration_date", "last_visit"}
        asked |= {f"{name}_{form}" for name in ("registration_date", "last_visit") for form in ("string", "since")}
    if not asked and not per_page:
        return [user.id for user in found]
    now = gallery.now()
    rows = [user_row(gallery, user, asked, now) for user in page]
    total = len(found) if "total_count" in asked else 0
    paging = {"page": params["page"], "per_page": per_page, "count": len(rows), "total_count": total}
    result: dict[str, Any] = {"paging": Struct(paging), "users": Items(rows, "user")}
    if "total_count" in asked:
        result["total_count"] = total
    return result


def _filtered(gallery: Gallery, params: dict[str, Any]) -> list[User]:
    order = re.fullmatch(r"(id|username|email|status|level|language|theme)( asc| desc)?", str(params["order"]), re.I)
    if order is None:
        raise PwgError(INVALID, "Invalid input parameter order")
    if params["min_level"] not in (*LEVELS, ""):
        raise PwgError(INVALID, "Invalid level")
    groups = {u for g in gallery.store.groups.values() if g.id in params["group_id"] for u in g.members}
    like = re.compile(
        re.escape(params["username"] or "%").replace("%", ".*").replace("_", "."), re.IGNORECASE | re.DOTALL
    )
    part = str(params["filter"] or "").casefold()

    def wanted(user: User) -> bool:
        return (
            (not params["user_id"] or user.id in params["user_id"])
            and user.id not in params["exclude"]
            and (not params["status"] or user.status in params["status"])
            and (not params["group_id"] or user.id in groups)
            and user.level >= (params["min_level"] or 0)
            and like.fullmatch(user.username) is not None
            and (part in user.username.casefold() or part in (user.email or "").casefold())
        )

    column, backwards = order[1].lower(), (order[2] or "").strip().lower() == "desc"
    found = [user for user in gallery.store.users.values() if wanted(user)]
    return sorted(found, key=lambda user: _sort_key(getattr(user, column)), reverse=backwards)


def _sort_key(value: Any) -> tuple[bool, Any]:
    return value is not None, value.casefold() if isinstance(value, str) else value or 0


def check_name(gallery: Gallery, name: str, user: User | None = None) -> None:
    """Raises PwgError 1003 for a user name that can't be had."""
    if not name.replace(" ", ""):
        raise PwgError(INVALID, "Name field must not be empty")
    if name.startswith(" ") or name.endswith(" "):
        where = "start" if name.startswith(" ") else "end"
        raise PwgError(INVALID, f"login mustn't {where} with a space character")
    holder = gallery.store.user_named(name)
    if holder is not None and holder is not user:
        raise PwgError(INVALID, "this login is already used")
    if _TAG.search(name):
        raise PwgError(INVALID, "html tags are not allowed in login")


def check_mail(gallery: Gallery, address: str, user: User | None = None) -> None:
    """Raises PwgError 1003 for an address that is none, or is somebody's."""
    if not _MAIL.fullmatch(address):
        raise PwgError(INVALID, "mail address must be like xxx@yyy.eee (example : jack@altern.org)")
    if any(other.email == address and other is not user for other in gallery.store.users.values()):
        raise PwgError(INVALID, "this email address is already in use")


@method("pwg.users.add")
def add(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    name = str(params["username"])
    check_name(gallery, name)
    if params["email"]:
        check_mail(gallery, params["email"])
    password = random_text(18) if params["auto_password"] not in (False, "", "0") else str(params["password"] or "")
    user = gallery.store.add_user(name, password, "normal", gallery.now())
    user.email = params["email"] or None
    for group in gallery.store.groups.values():
        if group.is_default:
            group.members.add(user.id)
    gallery.store.log("user", user.id, "add", call.caller.user, gallery.now())
    row = user_row(gallery, user, set(BASICS), gallery.now())
    paging = {"page": 0, "per_page": 100, "count": 1, "total_count": 0}
    return {"paging": Struct(paging), "users": Items([row], "user")}


def protected(gallery: Gallery, caller: Caller) -> set[int]:
    """Users that this caller may not delete or change the status of."""
    found = {caller.user.id, GUEST_ID, gallery.store.main_user}
    if caller.user.status == "admin":
        found |= {user.id for user in gallery.store.users.values() if user.is_admin}
    return found


@method("pwg.users.delete")
def delete(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    ids = params["user_id"] if isinstance(params["user_id"], list) else list(params["user_id"].values())
    wanted = [user_id for user_id in ids if user_id not in protected(gallery, call.caller)]
    for user_id in wanted:
        user = gallery.store.users.get(user_id)
        if user is not None:
            gallery.store.remove_user(user)
            gallery.store.log("user", user_id, "delete", call.caller.user, gallery.now())
    return f"{len(wanted)} user{'' if len(wanted) == 1 else 's'} deleted"


def existing(gallery: Gallery, user_id: int) -> User:
    """Raises PwgError 1003 for no such user."""
    user = gallery.store.users.get(user_id)
    if user is None:
        raise PwgError(INVALID, "This user does not exist.")
    return user


def set_password(gallery: Gallery, user: User, password: str) -> None:
    """A new password; link keys of the user end, API keys go on (deactivate_user_auth_keys)."""
    user.password = digest(password)
    now = gallery.now()
    for key in gallery.store.auth_keys.values():
        if key.user_id == user.id and key.expired_on > now:
            key.expired_on = now


@method("pwg.users.setInfo")
def set_info(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    ids = list(dict.fromkeys(params["user_id"]))
    _check_info(gallery, call.caller, ids, params)
    infos: dict[str, Any] = {}
    account: dict[str, Any] = {}
    if len(ids) == 1:
        account = _set_account(gallery, existing(gallery, ids[0]), params)
    if params["status"]:
        for user_id in set(ids) - protected(gallery, call.caller):
            set_status(gallery, user_id, params["status"])
    for name in ("level", "language", "theme", *SETTINGS):
        if params[name] not in (None, ""):
            infos[name] = _column(params[name]) if isinstance(params[name], bool) else params[name]
            for user_id in ids:
                _set_setting(gallery, user_id, name, params[name])
    if params["group_id"]:
        for group in gallery.store.groups.values():
            group.members = (group.members - set(ids)) | (set(ids) if group.id in params["group_id"] else set())
    for user_id in ids:
        gallery.store.log("user", user_id, "edit", call.caller.user, gallery.now())
    return {"user_id": ids, "infos": infos, "account": account}


def _check_info(gallery: Gallery, caller: Caller, ids: list[int], params: dict[str, Any]) -> None:
    """Raises PwgError before anything is changed."""
    webmaster = caller.user.status == "webmaster"
    if params["username"] is not None and not params["username"].replace(" ", ""):
        raise PwgError(INVALID, "Name field must not be empty")
    if len(ids) == 1:
        user = existing(gallery, ids[0])
        if params["username"]:
            check_name(gallery, params["username"], user)
        if params["email"]:
            check_mail(gallery, params["email"], user)
        others = (user.is_admin and user is not caller.user) or user.id == GUEST_ID
        if params["password"] and not webmaster and others:
            raise PwgError(403, 'Only webmasters can change password of other "webmaster/admin" users')
    if params["status"] in ("webmaster", "admin") and not webmaster:
        raise PwgError(403, 'Only webmasters can grant "webmaster/admin" status')
    if params["status"] and params["status"] not in STATUSES:
        raise PwgError(INVALID, "Invalid status")
    if params["level"] not in (None, "", *LEVELS):
        raise PwgError(INVALID, "Invalid level")


def _set_account(gallery: Gallery, user: User, params: dict[str, Any]) -> dict[str, Any]:
    account: dict[str, Any] = {}
    if params["username"]:
        account["username"] = user.username = params["username"]
    if params["email"]:
        account["mail_address"] = user.email = params["email"]
    if params["password"]:
        set_password(gallery, user, params["password"])
        account["password"] = "*" * 8
    return account


def set_status(gallery: Gallery, user_id: int, status: Any) -> None:
    """A new status; who becomes a guest is put out of every session."""
    user = gallery.store.users.get(user_id)
    if user is not None:
        user.status = status
        if status == "guest":
            gallery.store.end_sessions(user_id)


def _set_setting(gallery: Gallery, user_id: int, name: str, value: Any) -> None:
    user = gallery.store.users.get(user_id)
    if user is not None:
        if name in SETTINGS:
            user.settings[name] = value
        else:
            setattr(user, name, value)


@method("pwg.users.setMyInfo")
def set_my_info(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    user = call.caller.user
    if call.caller.is_guest:
        raise PwgError(401, "Access Denied")
    if params["password"]:
        if params["new_password"] != params["conf_new_password"]:
            raise PwgError(403, "The passwords do not match")
        if not gallery.password_matches(user, params["password"]):
            raise PwgError(403, "Current password is wrong")
    if params["email"]:
        check_mail(gallery, params["email"], user)
        user.email = params["email"]
    if params["password"] and params["new_password"]:
        set_password(gallery, user, params["new_password"])
    for name in ("language", "theme", *SETTINGS):
        if name != "enabled_high" and params.get(name) not in (None, ""):
            _set_setting(gallery, user.id, name, params[name])
    return "Your changes have been applied."
