"""What decides whether somebody sees a photo: each is opened and closed by the gallery's webmaster."""

from __future__ import annotations

from collections.abc import Mapping

from piwigo_contract.client.answers import Answer
from piwigo_contract.provision.exhibition import LEVEL, MANY, Marks, Params, lists_with, photos_told
from piwigo_contract.provision.keys import Keys
from piwigo_contract.provision.sandbox import Sandbox


class Gate:
    """A photo in an album, and a key whose owner sees it while the gate is open; at first it is closed."""

    def __init__(self, sandbox: Sandbox, keys: Keys) -> None:
        self.sandbox = sandbox
        self.key = keys.new(sandbox.users.new())
        self.owner = keys.owner_of(self.key)
        self.album = sandbox.new_album()
        self.photo = sandbox.new_photo(self.album)
        self.marks = Marks.new(sandbox)
        self.marks.put_on(sandbox, self.photo)
        sandbox.admit(self.owner, sandbox.album)
        sandbox.users.set_level(self.owner, 0)
        self.build()
        self.close()

    def build(self) -> None:
        """Make what it takes besides."""

    def open(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def keep_a_favourite(self) -> None:
        """Have the photo among the owner's favourites; a gallery may drop one that is hidden when they are listed."""
        self.sandbox.keep_favourites(self.owner, [self.photo])

    def lists(self) -> Mapping[str, tuple[str, Params]]:
        """A call of each method that lists photos, by what is asked for."""
        album: tuple[str, Params] = ("pwg.categories.getImages", {"cat_id": self.album.id, **MANY})
        return {"of the album": album, **lists_with(self.marks)}

    def is_told(self, answer: Answer) -> bool:
        """Whether a list tells of the photo."""
        return self.photo.number in photos_told(answer)

    def _set_album(self, **params: str) -> None:
        self.sandbox.webmaster("pwg.categories.setInfo", category_id=self.album.id, **params)

    def _change_group(self, method: str, group_id: int) -> None:
        self.sandbox.webmaster(method, group_id=group_id, user_id=self.sandbox.users.id_of(self.owner))


class PhotosLevel(Gate):
    """The privacy level of the photo."""

    def build(self) -> None:
        self.sandbox.admit(self.owner, self.album)

    def open(self) -> None:
        self._set(0)

    def close(self) -> None:
        self._set(LEVEL)

    def _set(self, level: int) -> None:
        self.sandbox.webmaster("pwg.images.setPrivacyLevel", image_id=self.photo.id, level=level)


class OwnersLevel(Gate):
    """The privacy level of the owner."""

    def build(self) -> None:
        self.sandbox.admit(self.owner, self.album)
        self.sandbox.webmaster("pwg.images.setPrivacyLevel", image_id=self.photo.id, level=LEVEL)

    def open(self) -> None:
        self.sandbox.users.set_level(self.owner, LEVEL)

    def close(self) -> None:
        self.sandbox.users.set_level(self.owner, 0)


class UsersOfTheAlbum(Gate):
    """Whom the album is open to."""

    def open(self) -> None:
        self.sandbox.admit(self.owner, self.album)

    def close(self) -> None:
        self.sandbox.shut_out(self.owner, self.album)


class MembersOfAGroup(Gate):
    """Who is in a group that the album is open to (pwg.groups)."""

    def build(self) -> None:
        self.group = self.sandbox.groups.new()
        self.sandbox.webmaster("pwg.permissions.add", cat_id=self.album.id, group_id=self.group.id)

    def open(self) -> None:
        self._change_group("pwg.groups.addUser", self.group.id)

    def close(self) -> None:
        self._change_group("pwg.groups.deleteUser", self.group.id)


class GroupsOfTheOwner(MembersOfAGroup):
    """Which groups the owner is in (pwg.users.setInfo)."""

    def open(self) -> None:
        self._change_group("pwg.users.setInfo", self.group.id)

    def close(self) -> None:
        self._change_group("pwg.users.setInfo", -1)


class AlbumsOfThePhoto(Gate):
    """Which albums the photo is in."""

    def build(self) -> None:
        self.sandbox.admit(self.owner, self.album)
        self.elsewhere = self.sandbox.new_album()
        self.sandbox.shut_out(self.owner, self.elsewhere)
        self._set(self.elsewhere.number, "associate")

    def open(self) -> None:
        self._set(self.album.number, "associate")

    def close(self) -> None:
        self._set(self.album.number, "dissociate")

    def _set(self, album: int, action: str) -> None:
        self.sandbox.webmaster("pwg.images.setCategory", image_id=self.photo.id, category_id=album, action=action)


class LockOfTheAlbum(Gate):
    """Whether the album is locked, so that administrators alone see it."""

    def build(self) -> None:
        self.sandbox.admit(self.owner, self.album)

    def open(self) -> None:
        self._set_album(visible="true")

    def close(self) -> None:
        self._set_album(visible="false")


class StatusOfTheOwner(Gate):
    """Whether the owner is an administrator, who sees locked albums."""

    def build(self) -> None:
        self.sandbox.admit(self.owner, self.album)
        self._set_album(visible="false")

    def open(self) -> None:
        self.sandbox.users.set_status(self.owner, "admin")

    def close(self) -> None:
        self.sandbox.users.set_status(self.owner, "normal")


GATES: Mapping[str, type[Gate]] = {
    "the photo's level": PhotosLevel,
    "the owner's level": OwnersLevel,
    "a group's members": MembersOfAGroup,
    "the owner's groups": GroupsOfTheOwner,
    "the photo's albums": AlbumsOfThePhoto,
    "the owner's status": StatusOfTheOwner,
}
"""By what it is that decides."""

DOORS: Mapping[str, type[Gate]] = {"its users": UsersOfTheAlbum, "its lock": LockOfTheAlbum}
"""Gates of a whole album, by what it is that decides."""
