"""Photos and albums that a key is told of, or not, because that once was right: who sees what is remembered."""

from __future__ import annotations

from typing import Any, ClassVar

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, Photo, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry


class _Remembers(Gallery):
    """Remembers who sees which photo and album, until one of some methods is called.

    forgets_at: parts of these methods' names. keeps: whether this answer of `sees_...` is kept.
    """

    forgets_at: ClassVar[tuple[str, ...]] = ()

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._seen: dict[tuple[str, int, int], bool] = {}

    def keeps(self, seen: bool) -> bool:
        return True

    def sees_album(self, user: User, album: Album) -> bool:
        return self._remembered(("album", user.id, album.id), super().sees_album(user, album))

    def sees_photo(self, user: User, photo: Photo) -> bool:
        return self._remembered(("photo", user.id, photo.id), super().sees_photo(user, photo))

    def _remembered(self, about: tuple[str, int, int], now: bool) -> bool:
        return self._seen.setdefault(about, now) if self.keeps(now) or about in self._seen else now

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if any(part in self.method_name(call) for part in self.forgets_at):
            self._seen.clear()
        return result


_LEVELS = ("setPrivacyLevel",)
_GROUPS = ("groups.",)
_USERS = ("users.setInfo",)
_ALBUMS = ("permissions.", "categories.setInfo")
_PHOTOS = ("images.add", "setCategory", "images.setInfo")
_SHOWN_LATE = ("PHO-11", "PHO-14", "PHO-13", "WHO-05")


@mutant("level-of-a-photo-remembered", "PHO-10", also=_SHOWN_LATE)
class LevelOfAPhotoRemembered(_Remembers):
    """Who sees what is remembered when a photo's privacy level is raised."""

    forgets_at = (*_GROUPS, *_USERS, *_ALBUMS, *_PHOTOS)


@mutant("groups-of-the-owner-remembered", "PHO-10", also=_SHOWN_LATE)
class GroupsOfTheOwnerRemembered(_Remembers):
    """Who sees what is remembered when somebody is put out of a group, or has another status."""

    forgets_at = (*_LEVELS, *_GROUPS, *_ALBUMS, *_PHOTOS)


@mutant("members-of-a-group-remembered", "PHO-10", also=_SHOWN_LATE)
class MembersOfAGroupRemembered(_Remembers):
    """Who sees what is remembered when a group loses a member."""

    forgets_at = (*_LEVELS, *_USERS, *_ALBUMS, *_PHOTOS)


class _RemembersWhatIsHidden(_Remembers):
    """What was hidden from somebody is remembered, what was shown is looked at anew."""

    def keeps(self, seen: bool) -> bool:
        return not seen


_LATE = ("PHO-14", "WHO-05")


@mutant("level-that-was-too-high-remembered", "PHO-11", also=_LATE)
class LevelThatWasTooHighRemembered(_RemembersWhatIsHidden):
    """A photo whose privacy level is lowered stays hidden from whoever has asked for it."""

    forgets_at = (*_GROUPS, *_USERS, *_ALBUMS, *_PHOTOS)


@mutant("rights-that-were-lacking-remembered", "PHO-11", also=_LATE)
class RightsThatWereLackingRemembered(_RemembersWhatIsHidden):
    """What was hidden from a user stays hidden when the user is given another level, status or group."""

    forgets_at = (*_LEVELS, *_GROUPS, *_ALBUMS, *_PHOTOS)


@mutant("group-that-was-not-theirs-remembered", "PHO-11", also=_LATE)
class GroupThatWasNotTheirsRemembered(_RemembersWhatIsHidden):
    """What was hidden from a user stays hidden when the user is put into a group."""

    forgets_at = (*_LEVELS, *_USERS, *_ALBUMS, *_PHOTOS)


@mutant("rights-to-an-album-remembered", "PHO-13", "PHO-14", also=("WHO-05",))
class RightsToAnAlbumRemembered(_Remembers):
    """Who sees what is remembered when an album is opened, closed or locked."""

    forgets_at = (*_LEVELS, *_GROUPS, *_USERS, *_PHOTOS)


@mutant("lock-remembered", "PHO-13", "PHO-14", also=("WHO-05",))
class LockRemembered(_Remembers):
    """Who sees what is remembered when an album is locked or unlocked."""

    forgets_at = (*_LEVELS, *_GROUPS, *_USERS, *_PHOTOS, "permissions.")


@mutant("album-stays-open-to-who-was-in-it", "PHO-13", also=("WHO-05",))
class AlbumStaysOpenToWhoWasInIt(_Remembers):
    """An album that is closed to somebody who has been in it stays open to them; a new opening is seen at once."""

    forgets_at = (*_LEVELS, *_GROUPS, *_USERS, *_PHOTOS)

    def keeps(self, seen: bool) -> bool:
        return seen


@mutant("album-stays-closed-to-who-has-tried", "PHO-14", also=("WHO-05", "PHO-11"))
class AlbumStaysClosedToWhoHasTried(_RemembersWhatIsHidden):
    """An album that is opened to somebody who has asked for it stays closed to them; closing it is seen at once."""

    forgets_at = (*_LEVELS, *_GROUPS, *_USERS, *_PHOTOS)
