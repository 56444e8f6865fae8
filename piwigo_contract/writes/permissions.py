"""Writes to who may see a private album."""

from __future__ import annotations

from piwigo_contract.sandbox import Sandbox
from piwigo_contract.writes.eyes import Eyes
from piwigo_contract.writes.write import Act, write


@write("pwg.permissions.add")
def open_an_album_to_a_group(sandbox: Sandbox) -> Act:
    eyes, album, group = Eyes(sandbox), sandbox.new_album(), sandbox.workshop.new_group()
    return Act(
        {"cat_id": album.id, "group_id": group.id},
        what="whether the album is open to the group",
        seen=lambda: group.id in eyes.admitted(album)[1],
        wanted=True,
    )


@write("pwg.permissions.remove")
def close_an_album_to_a_user(sandbox: Sandbox) -> Act:
    eyes, album, user = Eyes(sandbox), sandbox.new_album(), sandbox.user_id
    sandbox.workshop.as_webmaster("pwg.permissions.add", cat_id=album.id, user_id=user)
    return Act(
        {"cat_id": album.id, "user_id": user},
        what="whether the album is open to the user",
        seen=lambda: user in eyes.admitted(album)[0],
        wanted=False,
    )
