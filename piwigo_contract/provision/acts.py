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


def _add_an_album(sandbox: Sandbox, method: str) -> Act:
    params = {"name": sandbox.name_of_an_album(), "parent": sandbox.album.id}
    return Act(method, params, "album", "add", lambda result: int(result["id"]))


def _describe_an_album(sandbox: Sandbox, method: str) -> Act:
    album = sandbox.new_album()
    params = {"category_id": album.id, "comment": "a comment"}
    return Act(method, params, "album", "edit", lambda _: album.number)


def _describe_a_photo(sandbox: Sandbox, method: str) -> Act:
    photo = sandbox.new_photo()
    params = {"image_id": photo.id, "comment": "a comment"}
    return Act(method, params, "photo", "edit", lambda _: photo.number)


def _keep_a_photo_private(sandbox: Sandbox, method: str) -> Act:
    photo = sandbox.new_photo()
    params = {"image_id": photo.id, "level": 4}
    return Act(method, params, "photo", "edit", lambda _: photo.number)


def _delete_a_photo(sandbox: Sandbox, method: str) -> Act:
    photo = sandbox.new_photo()
    return Act(method, {"image_id": photo.id}, "photo", "delete", lambda _: photo.number)


def _add_a_tag(sandbox: Sandbox, method: str) -> Act:
    params = {"name": sandbox.name_of_a_tag()}
    return Act(method, params, "tag", "add", lambda result: int(result["id"]))


def _add_a_group(sandbox: Sandbox, method: str) -> Act:
    params = {"name": sandbox.groups.new_name()}
    return Act(method, params, "group", "add", lambda result: int(result["groups"][0]["id"]))


@dataclass(frozen=True)
class Preparation:
    """Prepares an act. method: by which it is done."""

    method: str
    _prepare: Callable[[Sandbox, str], Act]

    def on(self, sandbox: Sandbox) -> Act:
        """The act, with what it takes made here."""
        return self._prepare(sandbox, self.method)


ACTS: Mapping[str, Preparation] = {
    "add an album": Preparation("pwg.categories.add", _add_an_album),
    "describe an album": Preparation("pwg.categories.setInfo", _describe_an_album),
    "describe a photo": Preparation("pwg.images.setInfo", _describe_a_photo),
    "keep a photo private": Preparation("pwg.images.setPrivacyLevel", _keep_a_photo_private),
    "delete a photo": Preparation("pwg.images.delete", _delete_a_photo),
    "add a tag": Preparation("pwg.tags.add", _add_a_tag),
    "add a group": Preparation("pwg.groups.add", _add_a_group),
}
"""By what is done."""
