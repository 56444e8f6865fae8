"""What a run makes on a gallery to be read and changed: albums, photos, tags, groups; all taken away at the end.

Albums and photos lie in one private album, which only administrators and users of the run see, except those of
`new_private_album`; groups, tags and users lie beside it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from piwigo_contract.client.credentials import Account, Carrier
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import NamedId, Secret, Text
from piwigo_contract.provision.ledger import Entry
from piwigo_contract.provision.makers import Makers
from piwigo_contract.provision.picture import picture, picture_taken
from piwigo_contract.provision.seen_by_webmaster import SeenByWebmaster
from piwigo_contract.provision.webmaster import required_result


@dataclass(frozen=True)
class Thing:
    """Something that this run made. `id` is its number, shown in evidence by a name such as `$ALBUM_1`."""

    id: Text
    name: str

    @property
    def number(self) -> int:
        """The id as the number that the target gave; its repr is the name."""
        (of,) = self.id.secrets()
        return NamedId(of.name, int(self.id.reveal()))


@dataclass(frozen=True)
class Photo(Thing):
    """A photo; `md5sum` is that of its file."""

    md5sum: str


class Sandbox:
    """Makes things as the webmaster. owner: of the key that writes."""

    def __init__(self, makers: Makers, owner: Account) -> None:
        self.gallery, self.names, self.ledger, self.webmaster = (
            makers.gallery, makers.names, makers.ledger, makers.webmaster,
        )  # fmt: skip
        self.users, self.groups = makers.users, makers.groups
        self.owner = owner

    # ------------------------------------------------------------------ what is always there

    @cached_property
    def album(self) -> Thing:
        """A private album at the top level, the last in the gallery's order."""
        return self._add_album(status="private", position="last", comment="a comment")

    @cached_property
    def public_album(self) -> Thing:
        """An album at the top level that anybody sees, the last in the gallery's order."""
        return self._add_album(status="public", position="last")

    @cached_property
    def photo(self) -> Photo:
        """A photo in the album, with a tag and all its fields set."""
        photo = self.new_photo()
        self.webmaster(
            "pwg.images.setInfo",
            image_id=photo.id,
            comment="a comment",
            author="an author",
            date_creation="2020-02-29 12:34:56",
            tag_ids=self.tag.id,
            single_value_mode="replace",
        )
        return photo

    @cached_property
    def tag(self) -> Thing:
        """A tag made for this run; `photo` has it."""
        return self.new_tag()

    @cached_property
    def group(self) -> Thing:
        """A group that the user is in, and that sees the album."""
        group = self.groups.new()
        self.webmaster("pwg.groups.addUser", group_id=group.id, user_id=self.user_id)
        self.webmaster("pwg.permissions.add", cat_id=self.album.id, group_id=group.id)
        return Thing(Text.of(group.id), group.name)

    @cached_property
    def user(self) -> Account:
        """A user that nobody logs in as, with an address that can't exist (RFC 2606)."""
        user = self.users.new()
        assert user.id is not None
        self.webmaster("pwg.users.setInfo", user_id=user.id, email=f"{user.user.name}@example.invalid")
        return user

    @property
    def user_id(self) -> int:
        """The id of `user`."""
        assert self.user.id is not None
        return self.user.id

    def things(self) -> Mapping[str, Text]:
        """The values for the placeholders in specs/methods/ (`{album}`, ...), by name."""
        return {
            "album": self.album.id,
            "photo": self.photo.id,
            "md5sum": Text.of(Secret("MD5SUM", self.photo.md5sum)),
            "tag": self.tag.id,
            "group": self.group.id,
            "user": Text.of(self.user_id),
            "word": Text.of(Secret("WORD", self.photo.name.split()[0])),
        }

    def playground(self) -> Mapping[str, Text]:
        """As `things`, but of things made to be changed by generated values."""
        group = self.groups.new()
        return {
            "album": self.new_album().id,
            "photo": self.new_photo().id,
            "tag": self.new_tag().id,
            "group": Text.of(group.id),
        }

    def admit(self, account: Account, album: Thing) -> None:
        """Let a throw-away user see an album, and those that it lies in."""
        self.webmaster("pwg.permissions.add", cat_id=album.id, user_id=self.users.id_of(account))

    def shut_out(self, account: Account, album: Thing) -> None:
        """Close an album, and those inside, to a throw-away user."""
        self.webmaster("pwg.permissions.remove", cat_id=album.id, user_id=self.users.id_of(account))

    def keep_favourites(self, account: Account, photos: Iterable[Photo]) -> None:
        """Have a user make favourites of photos, as far as they may."""
        for photo in photos:
            self.gallery.call("pwg.users.favorites.add", account.session, image_id=photo.id)

    # ------------------------------------------------------------------ more of it

    def new_album(self, parent: Thing | None = None, *, name: str | None = None, comment: str = "") -> Thing:
        """An empty album inside the sandbox, which is private only where its parent is."""
        return self._add_album(name, status="public", parent=(parent or self.album).id, comment=comment)

    @cached_property
    def opens_new_albums(self) -> bool:
        """Whether an album in an open one is open where nobody says so ($conf['newcat_default_status'])."""
        album = self._add_album(parent=self.public_album.id)
        told = self.webmaster("pwg.categories.getList", cat_id=album.id)["categories"]
        return all(row.get("status") != "private" for row in told)

    def _add_album(self, name: str | None = None, **params: Text | str) -> Thing:
        entry = self.ledger.enter("album", self.names.new("album") if name is None else name)
        entry.made(int(self.webmaster("pwg.categories.add", name=entry.name, **params)["id"]))
        return Thing(self._id("ALBUM", entry.numbers[0]), entry.name)

    def name_of_an_album(self) -> str:
        """A name for an album about to be made; whatever album has it is deleted at the end."""
        return self.ledger.enter("album", self.names.new("album")).name

    def new_private_album(self, *admitted: Account) -> str:
        """An empty private album of its own, opened to these throw-away users; returns its name."""
        album = self._add_album(status="private")
        for account in admitted:
            self.admit(account, album)
        return album.name

    def new_photo(self, album: Thing | None = None, *, taken: str | None = None) -> Photo:
        """A photo in an album of the sandbox; into the album itself, not into the lounge.

        taken: when, as its file tells in EXIF's form (`2001:02:03 04:05:06`); else it tells nothing.
        """
        label = self.names.new("photo")
        words = secrets.token_hex(16)
        data, kind = (picture(words), "png") if taken is None else (picture_taken(taken, words), "jpg")
        md5sum = hashlib.md5(data, usedforsecurity=False).hexdigest()
        # chance, so that no gallery has it: evidence shows a name for what two runs would differ in
        self.gallery.vault.mask(md5sum, f"${self.names.label('MD5SUM')}")
        entry = self.enter_photo(md5sum)
        chunk = Text.of(Secret("DATA", base64.b64encode(data).decode()))
        self.webmaster("pwg.images.addChunk", data=chunk, original_sum=md5sum, type="file", position=0)
        added = self.webmaster(
            "pwg.images.add",
            original_sum=md5sum,
            original_filename=f"{md5sum}.{kind}",
            name=label,
            categories=(album or self.album).id,
        )
        entry.made(int(added["image_id"]))
        return Photo(self._id("PHOTO", entry.numbers[0]), label, md5sum)

    def enter_tag(self) -> Entry:
        """Write down a tag about to be made, with a name for it; whatever tag has that name, or the number that the
        entry is told, is deleted at the end.
        """
        return self.ledger.enter("tag", self.names.new("tag"))

    def name_of_a_tag(self) -> str:
        """A name for a tag about to be made; whatever tag has it is deleted at the end."""
        return self.enter_tag().name

    def new_tag(self) -> Thing:
        """Make a tag; it is deleted at the end."""
        entry = self.enter_tag()
        entry.made(int(self.webmaster("pwg.tags.add", name=entry.name)["id"]))
        return Thing(self._id("TAG", entry.numbers[0]), entry.name)

    def enter_photo(self, md5sum: str, *, waits: bool = False) -> Entry:
        """Write down a photo that is about to be uploaded, by the sum of its file.

        waits: whether it waits in the lounge, which is emptied before it is deleted. What others have there comes into
        its albums by that, as it does by every client that has uploaded something.
        """
        return self.ledger.enter("photo", md5sum, waits=waits, run=self.names.prefix)

    # ------------------------------------------------------------------ looking at it

    @cached_property
    def webmaster_sees(self) -> SeenByWebmaster:
        """What is there now, read by the gallery's own webmaster."""
        return SeenByWebmaster(self.webmaster, self.names, self.album)

    # ------------------------------------------------------------------ what is the owner's

    def as_owner(self, method: str, **params: Text | str | int) -> Any:
        """The result of a call in the web session of the key's owner. Raises as `required_result` does."""
        return required_result(self.gallery.call(method, self.owner.session, params=params), method)

    def favourites(self) -> set[int]:
        """The numbers of the owner's favourite photos, as the owner's session sees them."""
        return {
            self.names.seen_id("PHOTO", row["id"])
            for row in self.as_owner("pwg.users.favorites.getList", per_page=500)["images"]
        }

    def _id(self, kind: str, number: int) -> Text:
        return Text.of(self.names.named_id(self.names.label(kind), number))


def found_things(gallery: Gallery, *auth: Carrier) -> Mapping[str, Text]:
    """As Sandbox.things, of what the caller sees on the gallery; a thing that there is none of is left out."""
    found = {}
    for name, method, rows in (
        ("album", "pwg.categories.getList", "categories"),
        ("photo", "pwg.categories.getImages", "images"),
        ("tag", "pwg.tags.getList", "tags"),
    ):
        result = gallery.call(method, *auth).result
        listed = result.get(rows) if isinstance(result, dict) else None
        if isinstance(listed, list) and listed and isinstance(listed[0], dict) and "id" in listed[0]:
            found[name] = Text.of(Secret(name.upper(), str(listed[0]["id"])))
    return found
