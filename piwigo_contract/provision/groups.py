"""Groups of users that a run makes; they are deleted at the end."""

from __future__ import annotations

from dataclasses import dataclass

from piwigo_contract.provision.ledger import Entry, Ledger
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
        entry = self.enter()
        entry.made(int(self._webmaster("pwg.groups.add", name=entry.name)["groups"][0]["id"]))
        return Group(self._names.named_id(f"GROUP_{entry.name.rpartition(' ')[2]}_ID", entry.numbers[0]), entry.name)

    def enter(self) -> Entry:
        """Write down a group about to be made, with a name for it; whatever group has that name, or the number that the
        entry is told, is deleted at the end.
        """
        return self._ledger.enter("group", self._names.new("group"))

    def new_name(self) -> str:
        """A name for a group about to be made; whatever group has it is deleted at the end."""
        return self.enter().name

    def name_of(self, group: Group) -> str:
        """The name that the webmaster sees the group have now."""
        rows = self._webmaster("pwg.groups.getList", group_id=group.id)["groups"]
        return str(rows[0]["name"]) if rows else ""
