"""Writes to who may see a private album."""

from __future__ import annotations

from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.eyes import Eyes
from piwigo_contract.provision.writes.write import Act, write


@write("pwg.permissions.add")
def open_an_album_to_a_group(sandbox: Sandbox) -> Act:
    """To that group and no other."""
    eyes, album, group = Eyes(sandbox), sandbox.new_album(), sandbox.groups.new()
    sandbox.groups.new()
    users, groups = eyes.admitted(album)
    return Act(
        {"cat_id": album.id, "group_id": group.id},
        what="whom the album is open to",
        seen=lambda: eyes.admitted(album),
        wanted=(users, groups | {group.id}),
    )


@write("pwg.permissions.remove")
def close_an_album_to_a_user(sandbox: Sandbox) -> Act:
    eyes, album, user = Eyes(sandbox), sandbox.new_album(), sandbox.user_id
    sandbox.webmaster("pwg.permissions.add", cat_id=album.id, user_id=user)
    users, groups = eyes.admitted(album)
    return Act(
        {"cat_id": album.id, "user_id": user},
        what="whom the album is open to",
        seen=lambda: eyes.admitted(album),
        wanted=(users - {user}, groups),
    )
