"""What a probe tries to make with a blank name: how such things are found and deleted, should a target make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from piwigo_contract.provision.webmaster import WebmasterApi

NEWEST = 500
"""Users that are looked through, the newest first."""


@dataclass(frozen=True)
class Nameless:
    """A kind of thing that a probe tries to make with a blank name, and how such things are found and deleted."""

    word: str
    listed_by: str
    params: Mapping[str, str | int]
    rows: str
    name: str
    deleted_by: str
    number: str


_KINDS = (
    Nameless(
        "user",
        "pwg.users.getList",
        {"order": "id desc", "per_page": NEWEST, "display": "username"},
        *("users", "username", "pwg.users.delete", "user_id"),
    ),
    Nameless("group", "pwg.groups.getList", {"per_page": 1000}, *("groups", "name", "pwg.groups.delete", "group_id")),
    Nameless(
        "album", "pwg.categories.getAdminList", {}, *("categories", "name", "pwg.categories.delete", "category_id")
    ),
)
NAMELESS_KINDS: Mapping[str, Nameless] = {kind.word: kind for kind in _KINDS}
"""By their words."""


def nameless_things(webmaster: WebmasterApi, kind: Nameless) -> set[int]:
    """The numbers of those that have a blank name now."""
    listed = webmaster(kind.listed_by, **kind.params)[kind.rows]
    return {int(row["id"]) for row in listed if not str(row.get(kind.name, "?")).strip()}
