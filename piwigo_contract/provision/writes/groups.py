"""Writes to groups of users."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares


@prepares("pwg.groups.add")
def add_a_group(sandbox: Sandbox, method: str) -> Write:
    name = sandbox.groups.new_name()
    return Write(
        method,
        {"name": name},
        what="the groups of that name",
        seen=lambda: [number for number, known in sandbox.webmaster_sees.groups().items() if known == name],
        wanted=lambda result: [sandbox.names.seen_id("GROUP", int(row["id"])) for row in result["groups"]],
    )


@prepares("pwg.groups.setInfo")
def rename_a_group(sandbox: Sandbox, method: str) -> Write:
    group = sandbox.groups.new()
    name = sandbox.groups.new_name()
    return Write(
        method,
        {"group_id": group.id, "name": name},
        what="the group's name",
        seen=lambda: sandbox.webmaster_sees.groups().get(group.id),
        wanted=name,
    )


@prepares("pwg.groups.addUser")
def add_a_user_to_a_group(sandbox: Sandbox, method: str) -> Write:
    group, user = sandbox.groups.new(), sandbox.user_id
    return Write(
        method,
        {"group_id": group.id, "user_id": user},
        what="the members of the group",
        seen=lambda: sandbox.webmaster_sees.members(group.id),
        wanted={user},
    )


@prepares("pwg.groups.deleteUser")
def take_a_user_out_of_a_group(sandbox: Sandbox, method: str) -> Write:
    group, user = sandbox.groups.new(), sandbox.user_id
    sandbox.webmaster("pwg.groups.addUser", group_id=group.id, user_id=user)
    return Write(
        method,
        {"group_id": group.id, "user_id": user},
        what="the members of the group",
        seen=lambda: sandbox.webmaster_sees.members(group.id),
        wanted=set(),
    )


@prepares("pwg.groups.duplicate")
def copy_a_group(sandbox: Sandbox, method: str) -> Write:
    """Its members are in the copy too."""
    group, user = sandbox.groups.new(), sandbox.user_id
    sandbox.webmaster("pwg.groups.addUser", group_id=group.id, user_id=user)
    name = sandbox.groups.new_name()
    return Write(
        method,
        {"group_id": group.id, "copy_name": name},
        what="the members of the groups of that name",
        seen=lambda: [
            sandbox.webmaster_sees.members(number)
            for number, known in sandbox.webmaster_sees.groups().items()
            if known == name
        ],
        wanted=[{user}],
    )


@prepares("pwg.groups.merge")
def merge_groups(sandbox: Sandbox, method: str) -> Write:
    user = sandbox.user_id
    group, other = sandbox.groups.new(), sandbox.groups.new()
    sandbox.webmaster("pwg.groups.addUser", group_id=other.id, user_id=user)
    return Write(
        method,
        {"destination_group_id": group.id, "merge_group_id": other.id},
        what="the members of the group, and whether the merged one is there",
        seen=lambda: [sandbox.webmaster_sees.members(group.id), other.id in sandbox.webmaster_sees.groups()],
        wanted=[{user}, False],
    )


@prepares("pwg.groups.delete")
def delete_a_group(sandbox: Sandbox, method: str) -> Write:
    group, other = sandbox.groups.new(), sandbox.groups.new()
    return Write(
        method,
        {"group_id": group.id},
        what="whether the group, and another one, are there",
        seen=lambda: [each.id in sandbox.webmaster_sees.groups() for each in (group, other)],
        wanted=[False, True],
    )
