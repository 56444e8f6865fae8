"""Groups of users that a run makes; they are deleted at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from piwigo_contract.provision.ledger import Ledger
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.webmaster import WebmasterApi


@dataclass(frozen=True)
class Group:
    """A group of users that this run made; it has no members."""

    id: int
    name: str


class Groups:
    """Makes groups on one target, as the webmaster."""

    def __init__(self, names: Names, ledger: Ledger, webmaster: WebmasterApi) -> None:
        self._names = names
        self._ledger = ledger
        self._webmaster = webmaster

    def new(self) -> Group:
        """Make a group without members, for a write that can be seen and hurts nobody."""
        made: list[int] = []
        name = self.new_name(made)
        made.append(int(self._webmaster("pwg.groups.add", name=name)["groups"][0]["id"]))
        return Group(self._names.named_id(f"GROUP_{name.rpartition(' ')[2]}_ID", made[0]), name)

    def new_name(self, made: list[int] | None = None) -> str:
        """A name for a group about to be made; whatever group has it, or was made under it, is deleted at the end."""
        name = self._names.new("group")
        self._ledger.enter(f"group {name!r}", lambda: self._delete(name, [] if made is None else made))
        return name

    def name_of(self, group: Group) -> str:
        """The name that the webmaster sees the group have now."""
        rows = self._webmaster("pwg.groups.getList", group_id=group.id)["groups"]
        return str(rows[0]["name"]) if rows else ""

    def _delete(self, name: str, made: list[int]) -> None:
        """Delete the group, by its number where that is known: a check may have given it another name."""
        listed: dict[str, Any] = {"group_id": made[0]} if made else {"name": name}
        # Piwigo ends in a fatal error where there is no such group
        for row in self._webmaster("pwg.groups.getList", **listed)["groups"]:
            self._webmaster("pwg.groups.delete", group_id=int(row["id"]))
