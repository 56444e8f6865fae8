"""What the webmaster of the gallery sees: an observer that is never the caller of the write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from piwigo_contract.client.vault import NamedId, Text
from piwigo_contract.errors import OutOfReach
from piwigo_contract.methods.results import albums_in, number
from piwigo_contract.provision.names import Names
from piwigo_contract.provision.webmaster import WebmasterApi, required_result

if TYPE_CHECKING:
    from piwigo_contract.provision.sandbox import Thing

NO_PHOTO = 2147483647
"""The number of no photo: Piwigo's own are at most 16777215."""


class SeenByWebmaster:
    """Reads as the webmaster. outermost: the album that all albums of the run lie in."""

    def __init__(self, webmaster: WebmasterApi, names: Names, outermost: Thing) -> None:
        self._webmaster, self._names, self._outermost = webmaster, names, outermost

    def albums(self) -> Mapping[int, Mapping[str, Any]]:
        """The row of every album of the run, by its number."""
        rows = self._webmaster("pwg.categories.getAdminList", cat_id=self._outermost.id)["categories"]
        return {self._names.seen_id("ALBUM", int(row["id"])): row for row in rows}

    def album(self, album: Thing | int) -> Mapping[str, Any] | None:
        """An album's row, or None where it is not there."""
        return self.albums().get(album if isinstance(album, int) else album.number)

    def album_fields(self, album: Thing, *names: str) -> list[Any]:
        """These fields of an album's row."""
        row = self.album(album) or {}
        return [row.get(name) for name in names]

    def parent(self, album: Thing) -> int | None:
        """The number of the album that an album lies in."""
        row = self.album(album)
        above = str(row["uppercats"]).split(",")[:-1] if row is not None else []
        return self._names.seen_id("ALBUM", int(above[-1])) if above else None

    def order(self, parent: Thing) -> list[str]:
        """Names of the albums in an album, in the gallery's order."""
        inside = [row for row in self.albums().values() if row["uppercats"].split(",")[-2:-1] == [parent.id.reveal()]]
        return [row["name"] for row in sorted(inside, key=lambda row: [int(n) for n in row["global_rank"].split(".")])]

    def representative(self, album: Thing) -> int | None:
        """The number of the photo that stands for an album."""
        rows = albums_in(self._webmaster("pwg.categories.getList", cat_id=album.id))
        told = next((row.get("representative_picture_id") for row in rows if row["id"] == album.number), None)
        return self._names.seen_id("PHOTO", int(told)) if told is not None and number(told) else None

    def photo(self, photo: Thing | int | None) -> Mapping[str, Any] | None:
        """All that is told of a photo, or None where it is not there, or none is named."""
        if photo is None:
            return None
        answer = self._webmaster.ask("pwg.images.getInfo", image_id=photo if isinstance(photo, int) else photo.id)
        envelope = answer.envelope
        if envelope is not None and envelope.err == 404:
            return None
        return required_result(answer, "pwg.images.getInfo")  # type: ignore[no-any-return]

    def photo_fields(self, photo: Thing, *names: str) -> list[Any]:
        """These fields of what is told of a photo."""
        told = self.photo(photo) or {}
        return [told.get(name) for name in names]

    def order_of_photos(self, album: Thing) -> list[int]:
        """The numbers of an album's photos, in the order given to them by hand.

        No method that reads shows it: one that is to rank photos that are not there ranks nothing, and answers it.
        Raises OutOfReach where it does not.
        """
        answer = self._webmaster.ask(
            "pwg.images.setRank", **{"image_id[0]": NO_PHOTO, "image_id[1]": NO_PHOTO - 1}, category_id=album.id
        )
        result = answer.envelope.result if answer.envelope is not None else None
        try:
            return [self._names.seen_id("PHOTO", int(number)) for number in result["image_id"]]  # type: ignore[index]
        except (TypeError, KeyError, ValueError):
            raise OutOfReach(detail="a gallery whose pwg.images.setRank answers the order of an album") from None

    def albums_of(self, photo: Thing | int) -> set[NamedId]:
        return {self._names.seen_id("ALBUM", row["id"]) for row in (self.photo(photo) or {}).get("categories", ())}

    def tags_of(self, photo: Thing) -> set[NamedId]:
        return {self._names.seen_id("TAG", row["id"]) for row in (self.photo(photo) or {}).get("tags", ())}

    def photo_with_sum(self, md5sum: str) -> int | None:
        """The number of the photo whose file has this sum."""
        found = self._webmaster("pwg.images.exist", md5sum_list=md5sum)
        known = found.get(md5sum) if isinstance(found, dict) else None
        return self._names.seen_id("PHOTO", int(known)) if known else None

    def photo_with_file(self, md5sum: str) -> int | None:
        """The number of the photo that is kept under this sum, where that is the sum of its file."""
        number = self.photo_with_sum(md5sum)
        if number is None:
            return None
        found = self._webmaster("pwg.images.checkFiles", image_id=number, file_sum=md5sum)
        return number if found == {"file": "equals"} else None

    def tags(self) -> Mapping[int, str]:
        """Every tag's name by its number."""
        rows = self._webmaster("pwg.tags.getAdminList")["tags"]
        return {self._names.seen_id("TAG", int(row["id"])): row["name"] for row in rows}

    def groups(self) -> Mapping[int, str]:
        """Every group's name by its number."""
        return {self._names.seen_id("GROUP", number): name for number, name in self._webmaster.groups().items()}

    def members(self, group_id: int | Text) -> set[int]:
        """The numbers of the users in a group."""
        found = self._webmaster("pwg.users.getList", group_id=group_id, display="username")
        return {self._names.known_id("USER", int(row["id"])) for row in found["users"]}

    def admitted(self, album: Thing) -> tuple[set[NamedId], set[NamedId]]:
        """The numbers of the users and of the groups that a private album is open to."""
        rows = self._webmaster("pwg.permissions.getList", cat_id=album.id)["categories"]
        row = next((row for row in rows if row["id"] == album.number), {"users": (), "groups": ()})
        users = {self._names.seen_id("USER", int(each)) for each in row["users"]}
        return users, {self._names.seen_id("GROUP", int(each)) for each in row["groups"]}

    def added_by(self, photo: int | None) -> int | None:
        """The number of the user who added a photo, or None where it is not there, or tells none."""
        told: Any = (self.photo(photo) or {}).get("added_by")
        return self._names.known_id("USER", int(told)) if number(told) else None

    def activity(self, object: str, action: str, number: int | None) -> Mapping[str, Any]:
        """The newest line of the gallery's list of activities about something; nothing where there is none."""
        lines = self._webmaster("pwg.activity.getList", page=0, offset=0)["result_lines"]
        about = (line for line in lines if (line["object"], line["action"]) == (object, action))
        return next((line for line in about if str(number) in map(str, line["object_id"])), {})

    def user(self, name: str, display: str = "username") -> Mapping[str, Any] | None:
        """A user's row, or None where there is none of that name."""
        rows = self._webmaster("pwg.users.getList", username=name, display=f"username,{display}")["users"]
        return next((row for row in rows if row.get("username") == name), None)
