"""Photos of which somebody may see some: by their privacy level, and by the albums that they are in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ADMINISTRATORS
from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.errors import OutOfReach
from piwigo_contract.methods.results import albums_in, unfit
from piwigo_contract.provision.keys import Keys
from piwigo_contract.provision.sandbox import Photo, Sandbox, Thing

LEVEL = 4
"""The privacy level of photos that those of level 0 do not see, and the level of somebody who does."""

Params = Mapping[str, Text | str | int]


@dataclass(frozen=True)
class Marks:
    """What photos have in common, so that lists of them can be asked for: a tag, and a word in their descriptions."""

    tag: Thing
    word: Text

    @classmethod
    def new(cls, sandbox: Sandbox) -> Marks:
        word = Secret("WORD", f"w{secrets.token_hex(8)}")
        sandbox.gallery.vault.mask(word.reveal(), "$WORD")
        return cls(sandbox.new_tag(), word.text)

    def put_on(self, sandbox: Sandbox, photo: Photo, *more: Thing) -> None:
        """Describe a photo so. more: tags that it has besides."""
        tags = ",".join(str(each.number) for each in (self.tag, *more))
        sandbox.webmaster("pwg.images.setInfo", image_id=photo.id, comment=self.word, tag_ids=tags)


MANY: Params = {"per_page": 500}


def lists_with(marks: Marks) -> Mapping[str, tuple[str, Params]]:
    """Calls that list photos, by what is asked for."""
    return {
        "with a word": ("pwg.images.search", {"query": marks.word, **MANY}),
        "with a tag": ("pwg.tags.getImages", {"tag_id": marks.tag.id, **MANY}),
        "favourites": ("pwg.users.favorites.getList", MANY),
    }


def _result(answer: Answer) -> Any:
    """The result; None where it is an error, or has not the form that is read."""
    envelope, exchange = answer.envelope, answer.exchange
    if envelope is None or not envelope.ok or exchange is None or unfit(answer, exchange.method):
        return None
    return envelope.result


def photo_rows(answer: Answer) -> Sequence[Mapping[str, Any]]:
    """What an answer tells of photos, be it a list or one photo; nothing where it is an error."""
    result = _result(answer)
    return () if not isinstance(result, dict) else result.get("images", ()) if "images" in result else [result]


def photos_told(answer: Answer) -> set[int]:
    """The numbers of the photos in an answer; none where it is an error."""
    return {int(row["id"]) for row in photo_rows(answer)}


def tells_an_original(answer: Answer) -> bool:
    """Whether an answer tells where a photo is to be had in its full size."""
    return any(row.get("element_url") or row.get("download_url") for row in photo_rows(answer))


class Exhibition:
    """Photos in two albums, one of them closed to a key's owner, and one above the owner's privacy level.

    key: whose owner is of privacy level 0, and sees `open` and not `closed`. sees_levels, sees_albums: users like the
    owner but for the level, or for the closed album, that they see. photos: by what hides them, or does not.
    """

    def __init__(self, sandbox: Sandbox, keys: Keys, status: str) -> None:
        self._sandbox = sandbox
        self.key = keys.new(sandbox.users.new(status))
        self.owner = keys.owner_of(self.key)
        self.sees_levels, self.sees_albums = sandbox.users.new(status), sandbox.users.new(status)
        self.open, self.closed = sandbox.new_album(), sandbox.new_album()
        for account in (self.owner, self.sees_levels, self.sees_albums):
            sandbox.admit(account, self.open)
            sandbox.users.set_level(account, LEVEL if account is self.sees_levels else 0)
            (sandbox.admit if account is self.sees_albums else sandbox.shut_out)(account, self.closed)
        self.marks = Marks.new(sandbox)
        self.tag_above, self.tag_inside = sandbox.new_tag(), sandbox.new_tag()
        self.photos: Mapping[str, Photo] = {
            "for all": self._new_photo(self.open),
            "above the level": self._new_photo(self.open, self.tag_above, level=LEVEL),
            "in the closed album": self._new_photo(self.closed, self.tag_inside),
            "in both albums": self._new_photo(self.open),
            "in no album": self._new_photo(self.open),
        }
        both, loose = self.photos["in both albums"], self.photos["in no album"]
        sandbox.webmaster("pwg.images.setCategory", image_id=both.id, category_id=self.closed.id, action="associate")
        sandbox.webmaster("pwg.images.setCategory", image_id=loose.id, category_id=self.open.id, action="dissociate")
        for account in (self.owner, self.sees_levels, self.sees_albums):
            sandbox.keep_favourites(account, self.photos.values())
        if status in ADMINISTRATORS:
            self._must_be_hidden(status)

    def _must_be_hidden(self, status: str) -> None:
        """Raise OutOfReach where the owner is shown in the web session what is closed to others of that status."""
        call, session = self._sandbox.gallery.call, self.owner.session
        listed = call("pwg.categories.getList", session, recursive="true")
        photos = call("pwg.categories.getImages", session, params={"cat_id": self.open.id, **MANY})
        if self.lists_the_closed_album(listed) or "above the level" in self.told(photos):
            raise OutOfReach(detail=f"a user of status {status} from whom the gallery hides anything")

    def _new_photo(self, album: Thing, *tags: Thing, level: int = 0) -> Photo:
        photo = self._sandbox.new_photo(album)
        self.marks.put_on(self._sandbox, photo, *tags)
        if level:
            self._sandbox.webmaster("pwg.images.setPrivacyLevel", image_id=photo.id, level=level)
        return photo

    def lists(self) -> Mapping[str, tuple[str, Params]]:
        """Every call that lists these photos, and maybe others, by what is asked for."""
        outermost, images = self._sandbox.album, "pwg.categories.getImages"
        both = {"cat_id[0]": self.open.id, "cat_id[1]": self.closed.id}
        return {
            "of an album and those in it": (images, {"cat_id": outermost.id, "recursive": "true", **MANY}),
            "of the open album": (images, {"cat_id": self.open.id, **MANY}),
            "of the closed album": (images, {"cat_id": self.closed.id, **MANY}),
            "of both albums": (images, {**both, **MANY}),
            "of no album in particular": (images, {"order": "id desc", "per_page": 100}),
            "with a tag, by its name": ("pwg.tags.getImages", {"tag_name": self.marks.tag.name, **MANY}),
            **lists_with(self.marks),
        }

    def albums_told(self, answer: Answer, photo: Photo) -> set[int]:
        """The numbers of the albums that a list, or all that is told of a photo, has for it."""
        row = next((row for row in photo_rows(answer) if int(row["id"]) == photo.number), {})
        return {int(album["id"]) for album in row.get("categories", ())}

    def stand_for_the_album(self, photo: str) -> None:
        """Have this photo stand for the open album."""
        chosen = self.photos[photo]
        self._sandbox.webmaster("pwg.categories.setRepresentative", category_id=self.open.id, image_id=chosen.id)

    @property
    def row_of_the_album(self) -> Params:
        """What pwg.categories.getList is asked for to tell of the open album."""
        return {"cat_id": self.open.id}

    def row(self, answer: Answer) -> Mapping[str, Any]:
        """What an answer tells of the open album."""
        return next((row for row in albums_in(_result(answer)) if int(row["id"]) == self.open.number), {})

    def lists_of_albums(self) -> Mapping[str, Params]:
        """How pwg.categories.getList is asked for albums, the closed one among them."""
        inside: Params = {"cat_id": self._sandbox.album.id}
        return {
            "all": {"recursive": "true"},
            "all, as a tree": {"recursive": "true", "tree_output": "true"},
            "all, with full names": {"recursive": "true", "fullname": "true"},
            "those in an album": inside,
            "some of those in an album": {**inside, "limit": 1000},
            "those with a word": {"recursive": "true", "search": self.closed.name},
            "the album itself": {"cat_id": self.closed.id},
        }

    def lists_the_closed_album(self, answer: Answer) -> bool:
        return any(int(row["id"]) == self.closed.number for row in albums_in(_result(answer)))

    def tags_told(self, answer: Answer) -> Mapping[int, int]:
        """How many photos each tag of an answer has."""
        result = _result(answer)
        rows = result.get("tags", ()) if isinstance(result, dict) else ()
        return {int(row["id"]): int(row["counter"]) for row in rows}

    def lists_of(self, photo: str) -> Mapping[str, tuple[str, Params]]:
        """Those of `lists` that tell of this photo to whoever may see it."""
        without = {"above the level": "of the closed album", "in the closed album": "of the open album"}[photo]
        return {asked: call for asked, call in self.lists().items() if asked != without}

    def told(self, answer: Answer) -> list[str]:
        """Which of the photos an answer tells of."""
        numbers = photos_told(answer)
        return [name for name, photo in self.photos.items() if photo.number in numbers]
