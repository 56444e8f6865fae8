"""Writes to groups of users."""

from __future__ import annotations

from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.eyes import Eyes
from piwigo_contract.provision.writes.write import Act, write


@write("pwg.groups.add")
def add_a_group(sandbox: Sandbox) -> Act:
    eyes, name = Eyes(sandbox), sandbox.groups.new_name()
    return Act(
        {"name": name},
        what="the groups of that name",
        seen=lambda: [number for number, known in eyes.groups().items() if known == name],
        wanted=lambda result: [int(row["id"]) for row in result["groups"]],
    )


@write("pwg.groups.setInfo")
def rename_a_group(sandbox: Sandbox) -> Act:
    eyes, group = Eyes(sandbox), sandbox.groups.new()
    name = f"{group.name} renamed"
    return Act(
        {"group_id": group.id, "name": name},
        what="the group's name",
        seen=lambda: eyes.groups().get(group.id),
        wanted=name,
    )


@write("pwg.groups.addUser")
def add_a_user_to_a_group(sandbox: Sandbox) -> Act:
    eyes, group, user = Eyes(sandbox), sandbox.groups.new(), sandbox.user_id
    return Act(
        {"group_id": group.id, "user_id": user},
        what="the members of the group",
        seen=lambda: eyes.members(group.id),
        wanted={user},
    )


@write("pwg.groups.deleteUser")
def take_a_user_out_of_a_group(sandbox: Sandbox) -> Act:
    eyes, group, user = Eyes(sandbox), sandbox.groups.new(), sandbox.user_id
    sandbox.webmaster("pwg.groups.addUser", group_id=group.id, user_id=user)
    return Act(
        {"group_id": group.id, "user_id": user},
        what="the members of the group",
        seen=lambda: eyes.members(group.id),
        wanted=set(),
    )


@write("pwg.groups.duplicate")
def copy_a_group(sandbox: Sandbox) -> Act:
    """Its members are in the copy too."""
    eyes, group, user = Eyes(sandbox), sandbox.groups.new(), sandbox.user_id
    sandbox.webmaster("pwg.groups.addUser", group_id=group.id, user_id=user)
    name = sandbox.groups.new_name()
    return Act(
        {"group_id": group.id, "copy_name": name},
        what="the members of the groups of that name",
        seen=lambda: [eyes.members(number) for number, known in eyes.groups().items() if known == name],
        wanted=[{user}],
    )


@write("pwg.groups.merge")
def merge_groups(sandbox: Sandbox) -> Act:
    eyes, user = Eyes(sandbox), sandbox.user_id
    group, other = sandbox.groups.new(), sandbox.groups.new()
    sandbox.webmaster("pwg.groups.addUser", group_id=other.id, user_id=user)
    return Act(
        {"destination_group_id": group.id, "merge_group_id": other.id},
        what="the members of the group, and whether the merged one is there",
        seen=lambda: [eyes.members(group.id), other.id in eyes.groups()],
        wanted=[{user}, False],
    )


@write("pwg.groups.delete")
def delete_a_group(sandbox: Sandbox) -> Act:
    eyes, group, other = Eyes(sandbox), sandbox.groups.new(), sandbox.groups.new()
    return Act(
        {"group_id": group.id},
        what="whether the group, and another one, are there",
        seen=lambda: [each.id in eyes.groups() for each in (group, other)],
        wanted=[False, True],
    )
