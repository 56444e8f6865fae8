"""Writes to who may see a private album."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares


@prepares("pwg.permissions.add")
def open_an_album_to_a_group(sandbox: Sandbox, method: str) -> Write:
    """To that group and no other."""
    album, group = sandbox.new_album(), sandbox.groups.new()
    sandbox.groups.new()
    users, groups = sandbox.webmaster_sees.admitted(album)
    return Write(
        method,
        {"cat_id": album.id, "group_id": group.id},
        what="whom the album is open to",
        seen=lambda: sandbox.webmaster_sees.admitted(album),
        wanted=(users, groups | {group.id}),
    )


@prepares("pwg.permissions.remove")
def close_an_album_to_a_user(sandbox: Sandbox, method: str) -> Write:
    album, user = sandbox.new_album(), sandbox.user_id
    sandbox.webmaster("pwg.permissions.add", cat_id=album.id, user_id=user)
    users, groups = sandbox.webmaster_sees.admitted(album)
    return Write(
        method,
        {"cat_id": album.id, "user_id": user},
        what="whom the album is open to",
        seen=lambda: sandbox.webmaster_sees.admitted(album),
        wanted=(users - {user}, groups),
    )
