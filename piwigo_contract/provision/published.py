"""A photo that a key has published, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from piwigo_contract.claims.addresses import addresses_in
from piwigo_contract.client.credentials import ApiKey, Session
from piwigo_contract.client.gallery import Value
from piwigo_contract.client.vault import NamedId
from piwigo_contract.provision.sandbox import Sandbox, Thing
from piwigo_contract.provision.uploading import NO_TOKEN, new_photo_file
from piwigo_contract.provision.webmaster import required_result

Calls = Mapping[str, tuple[str, Mapping[str, Any]]]


class Published:
    """A photo in an album of its own, with a tag: uploaded as a form, out of the lounge.

    key: which published it. inside: the album that its own lies in.
    """

    def __init__(self, sandbox: Sandbox, key: ApiKey, inside: Thing) -> None:
        self._sandbox, self._gallery, self.key = sandbox, sandbox.gallery, key
        self.album, self.tag = sandbox.new_album(inside), sandbox.new_tag()
        add, done = "pwg.images.addSimple", "pwg.images.uploadCompleted"
        file = new_photo_file(sandbox)
        about: dict[str, Value] = {"category": self.album.id, "tags": self.tag.name}
        uploaded = self._gallery.call(add, key, params=about, files={"image": file.upload})
        self.number = int(required_result(uploaded, add)["image_id"])
        self.id = NamedId("PHOTO", self.number)
        params: dict[str, Value] = {"image_id": self.id, "category_id": self.album.id, "pwg_token": NO_TOKEN}
        required_result(self._gallery.call(done, key, params=params), done)

    @property
    def calls(self) -> Calls:
        """What tells addresses of it, and of what it is in."""
        album = {"cat_id": self.album.id}
        return {
            "the album": ("pwg.categories.getList", album),
            "the album's photos": ("pwg.categories.getImages", album),
            "the photo": ("pwg.images.getInfo", {"image_id": self.id}),
            "the tag's photos": ("pwg.tags.getImages", {"tag_id": self.tag.id}),
        }

    @cached_property
    def addresses(self) -> Mapping[str, str]:
        """The addresses of pictures that a visitor is told of it, below the gallery's own; by the field."""
        told: dict[str, str] = {}
        for method, params in self.calls.values():
            told |= dict(addresses_in(self._gallery.call(method, params=params).result))
        pages = ("page_url", ".categories[].url", ".tags[].url")
        below = {place: address.removeprefix(self._gallery.url) for place, address in told.items()}
        for page in below.values():
            self._gallery.vault.mask(page, "$ADDRESS")
        return {place: page for place, page in below.items() if not place.endswith(pages)}

    def delete(self, *, by: Session | ApiKey) -> None:
        """Delete it. by: its owner's session, or the key where keys may."""
        token = by.token_params if isinstance(by, Session) else {"pwg_token": NO_TOKEN}
        answer = self._gallery.call("pwg.images.delete", by, params={"image_id": self.id, **token})
        required_result(answer, "pwg.images.delete")
