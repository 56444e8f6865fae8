"""What a probe tries to make with a blank name: how such things are found and deleted, should a target make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from piwigo_contract.provision.webmaster import WebmasterApi

NEWEST = 500
"""Users that are looked through, the newest first."""


@dataclass(frozen=True)
class Nameless:
    """A kind of thing that a probe tries to make with a blank name, and how such things are found and deleted."""

    word: str
    listed: Callable[[WebmasterApi], Mapping[int, str]]
    """The names of those there are, by number."""
    deleted_by: str
    number: str
    more: Mapping[str, str] = field(default_factory=dict)
    """What else it takes to delete one, and nothing else with it."""


def _users(webmaster: WebmasterApi) -> Mapping[int, str]:
    listed = webmaster("pwg.users.getList", order="id desc", per_page=NEWEST, display="username")["users"]
    return {int(row["id"]): str(row.get("username", "?")) for row in listed}


def _albums(webmaster: WebmasterApi) -> Mapping[int, str]:
    listed = webmaster("pwg.categories.getAdminList")["categories"]
    return {int(row["id"]): str(row["name"]) for row in listed}


_KINDS = (
    Nameless("user", _users, "pwg.users.delete", "user_id"),
    Nameless("group", WebmasterApi.groups, "pwg.groups.delete", "group_id"),
    # whose photos are deleted with it, where nothing is said of them
    Nameless("album", _albums, "pwg.categories.delete", "category_id", {"photo_deletion_mode": "no_delete"}),
)
NAMELESS_KINDS: Mapping[str, Nameless] = {kind.word: kind for kind in _KINDS}
"""By their words."""


def highest_number(webmaster: WebmasterApi, kind: Nameless) -> int:
    """The highest number that one has now: what is made later has a higher one."""
    return max(kind.listed(webmaster), default=0)


def nameless_since(webmaster: WebmasterApi, kind: Nameless, highest: int) -> list[int]:
    """The numbers above this one, of those that have a blank name now."""
    there = kind.listed(webmaster)
    return sorted(number for number, name in there.items() if number > highest and not name.strip())
