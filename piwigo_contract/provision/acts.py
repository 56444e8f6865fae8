"""What somebody does that a gallery keeps a record of: who did what, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from piwigo_contract.client.credentials import Carrier
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.uploading import NO_TOKEN, given


@dataclass(frozen=True)
class Act:
    """A call, and the line that it leaves. object, action: the words of pwg.activity.getList. number: of the thing that
    it is done to, from the call's result.
    """

    method: str
    params: Mapping[str, Any]
    object: str
    action: str
    number: Callable[[Any], int]

    def by(self, *auth: Carrier, agent: str | None = None) -> ApiCall:
        """The call, by this caller. agent: the program that sends it."""
        headers = {} if agent is None else {"User-Agent": agent}
        return ApiCall(self.method, given({**self.params, "pwg_token": NO_TOKEN}), auth=auth, headers=given(headers))


def how_it_was_done(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what, and by which program, by a line of pwg.activity.getList."""
    details = line.get("details")
    told = details if isinstance(details, dict) else {}
    return {name: told.get(name) for name in ("connected_with", "agent")}


def _add_an_album(sandbox: Sandbox) -> Act:
    params = {"name": sandbox.name_of_an_album(), "parent": sandbox.album.id}
    return Act("pwg.categories.add", params, "album", "add", lambda result: int(result["id"]))


def _describe_an_album(sandbox: Sandbox) -> Act:
    album = sandbox.new_album()
    params = {"category_id": album.id, "comment": "a comment"}
    return Act("pwg.categories.setInfo", params, "album", "edit", lambda _: album.number)


def _describe_a_photo(sandbox: Sandbox) -> Act:
    photo = sandbox.new_photo()
    params = {"image_id": photo.id, "comment": "a comment"}
    return Act("pwg.images.setInfo", params, "photo", "edit", lambda _: photo.number)


def _keep_a_photo_private(sandbox: Sandbox) -> Act:
    photo = sandbox.new_photo()
    params = {"image_id": photo.id, "level": 4}
    return Act("pwg.images.setPrivacyLevel", params, "photo", "edit", lambda _: photo.number)


def _delete_a_photo(sandbox: Sandbox) -> Act:
    photo = sandbox.new_photo()
    return Act("pwg.images.delete", {"image_id": photo.id}, "photo", "delete", lambda _: photo.number)


def _add_a_tag(sandbox: Sandbox) -> Act:
    params = {"name": sandbox.name_of_a_tag()}
    return Act("pwg.tags.add", params, "tag", "add", lambda result: int(result["id"]))


def _add_a_group(sandbox: Sandbox) -> Act:
    params = {"name": sandbox.groups.new_name()}
    return Act("pwg.groups.add", params, "group", "add", lambda result: int(result["groups"][0]["id"]))


ACTS: Mapping[str, Callable[[Sandbox], Act]] = {
    "add an album": _add_an_album,
    "describe an album": _describe_an_album,
    "describe a photo": _describe_a_photo,
    "keep a photo private": _keep_a_photo_private,
    "delete a photo": _delete_a_photo,
    "add a tag": _add_a_tag,
    "add a group": _add_a_group,
}
"""By what is done; each prepares what it takes."""
