"""What is done with a key is put down to somebody else or to nobody, or it is done to the owner's rights."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Event
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.store import WEBMASTER_ID

ASYNC = "pwg.images.uploadAsync"


class _Recorded(Gallery):
    """Changes what is recorded of a call, once it is done."""

    def photo_of(self, call: Call) -> int | None:
        """Who is said to have added a photo in this call; None for whoever did."""
        return None

    def line_of(self, call: Call, event: Event) -> Event | None:
        """The line of the list of activities; None for no line."""
        return event

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        known, lines = set(self.store.photos), len(self.store.events)
        result = super().run(entry, call, params)
        if (author := self.photo_of(call)) is not None:
            for number in set(self.store.photos) - known:
                self.store.photos[number].added_by = author
        changed = (self.line_of(call, event) for event in self.store.events[lines:])
        self.store.events[lines:] = [event for event in changed if event is not None]
        return result


# --- who added a photo


@mutant("upload-with-a-key-is-the-webmaster-s", "WHO-51")
class UploadWithAKeyIsTheWebmasters(_Recorded):
    """The uploader is taken from the session, and is the gallery's webmaster where there is none."""

    def photo_of(self, call: Call) -> int | None:
        return (call.caller.session.user_id or WEBMASTER_ID) if call.caller.by_header else None


@mutant("upload-is-that-of-the-session-beside-the-key", "WHO-51")
class UploadIsThatOfTheSessionBesideTheKey(_Recorded):
    """With a session beside the key the uploader is whoever is logged in."""

    def photo_of(self, call: Call) -> int | None:
        return call.caller.session.user_id if call.caller.by_header else None


@mutant("upload-that-logs-in-is-the-webmaster-s", "WHO-51")
class UploadThatLogsInIsTheWebmasters(_Recorded):
    """An upload that brings its own login is a program's, and programs act for the webmaster."""

    def photo_of(self, call: Call) -> int | None:
        return WEBMASTER_ID if "password" in call.post and call.requested("method") == ASYNC else None


# --- the list of activities


@mutant("activity-is-that-of-the-session-beside-the-key", "WHO-52", also=("WHO-54",))
class ActivityIsThatOfTheSessionBesideTheKey(_Recorded):
    """With a session beside the key the list blames whoever is logged in."""

    def line_of(self, call: Call, event: Event) -> Event | None:
        by = call.caller.session.user_id if call.caller.by_header else None
        return replace(event, user_id=by or event.user_id)


@mutant("activity-about-photos-is-the-uploader-s", "WHO-52")
class ActivityAboutPhotosIsTheUploaders(_Recorded):
    """What is done to a photo with a key is put down to whoever added the photo."""

    def line_of(self, call: Call, event: Event) -> Event | None:
        photo = self.store.photos.get(event.object_id) if event.object == "photo" and call.caller.by_header else None
        return event if photo is None else replace(event, user_id=photo.added_by)


@mutant("activity-about-albums-is-the-webmaster-s", "WHO-52")
class ActivityAboutAlbumsIsTheWebmasters(_Recorded):
    """Albums are the webmaster's, and so is what is done to them with a key."""

    def line_of(self, call: Call, event: Event) -> Event | None:
        theirs = event.object == "album" and call.caller.by_header
        return replace(event, user_id=WEBMASTER_ID) if theirs else event


class _NoLine(_Recorded):
    """Some uploads leave no line."""

    def leaves_none(self, call: Call) -> bool:
        raise NotImplementedError

    def line_of(self, call: Call, event: Event) -> Event | None:
        return None if event.object == "photo" and event.action == "add" and self.leaves_none(call) else event


@mutant("upload-in-chunks-leaves-no-line", "WHO-53", also=("WHO-54",))
class UploadInChunksLeavesNoLine(_NoLine):
    """Calls of pwg.images.uploadAsync are many, and none of them is in the list of activities."""

    def leaves_none(self, call: Call) -> bool:
        return self.method_name(call) == ASYNC


@mutant("upload-that-logs-in-leaves-no-line", "WHO-53")
class UploadThatLogsInLeavesNoLine(_NoLine):
    """An upload that brings its own login is not in the list of activities, so that the login is not."""

    def leaves_none(self, call: Call) -> bool:
        return "password" in call.post


@mutant("upload-by-the-page-leaves-no-line", "WHO-53", also=("WHO-54",))
class UploadByThePageLeavesNoLine(_NoLine):
    """Uploads as the page makes them are in the list once they are completed."""

    def leaves_none(self, call: Call) -> bool:
        return self.method_name(call) == "pwg.images.upload"


class _Details(Gallery):
    """Changes what the list tells of how something was done with a key."""

    def change(self, call: Call, details: dict[str, Any]) -> None:
        raise NotImplementedError

    def key_in_details(self, call: Call) -> dict[str, Any]:
        details = super().key_in_details(call)
        if call.caller.by_header:
            self.change(call, details)
        return details


@mutant("list-does-not-tell-that-it-was-a-key", "WHO-54")
class ListDoesNotTellThatItWasAKey(_Details):
    """The list of activities tells of a key as of a person who is logged in."""

    def change(self, call: Call, details: dict[str, Any]) -> None:
        details["connected_with"] = "pwg_ui"


@mutant("list-does-not-tell-the-program-of-an-upload", "WHO-54")
class ListDoesNotTellTheProgramOfAnUpload(_Details):
    """Of an upload with a key the list does not tell which program sent it."""

    def change(self, call: Call, details: dict[str, Any]) -> None:
        if call.files:
            del details["agent"]


@mutant("list-tells-the-program-that-came-first", "WHO-54", also=("WHO-55",))
class ListTellsTheProgramThatCameFirst(_Details):
    """The list of activities tells of a key the program that used it first."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._first: dict[str, str] = {}

    def change(self, call: Call, details: dict[str, Any]) -> None:
        key = call.caller.key
        details["agent"] = self._first.setdefault(key.pkid if key else "", details["agent"])


@mutant("program-s-name-as-it-came", "WHO-55")
class ProgramsNameAsItCame(Gallery):
    """The name of a program is put into the list of activities as it came."""

    def without_markup(self, text: str) -> str:
        return text


@mutant("program-s-name-without-scripts-alone", "WHO-55")
class ProgramsNameWithoutScriptsAlone(Gallery):
    """Scripts are taken out of the name of a program, and other markup is left in it."""

    def without_markup(self, text: str) -> str:
        return re.sub(r"</?script[^>]*>", "", text)


@mutant("program-s-name-without-tags-that-end", "WHO-55")
class ProgramsNameWithoutTagsThatEnd(Gallery):
    """Tags that are closed are taken out of the name of a program, and those that stand alone are left in it."""

    def without_markup(self, text: str) -> str:
        return re.sub(r"<(\w+)>(.*?)</\1>", r"\2", text)


# --- the owner's rights


class _Rights(Gallery):
    """Lets a key change some of its owner's rights with its settings."""

    def grant(self, call: Call) -> None:
        raise NotImplementedError

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if self.method_name(call) == "pwg.users.setMyInfo" and call.caller.by_header:
            self.grant(call)
        return result


@mutant("key-raises-its-owner-s-level", "WHO-56")
class KeyRaisesItsOwnersLevel(_Rights):
    """A privacy level that comes with a user's own settings is kept."""

    def grant(self, call: Call) -> None:
        level = str(call.post.get("level", ""))
        call.caller.user.level = int(level) if level.isdigit() else call.caller.user.level


@mutant("key-puts-its-owner-into-a-group", "WHO-56")
class KeyPutsItsOwnerIntoAGroup(_Rights):
    """Groups that come with a user's own settings are kept."""

    def grant(self, call: Call) -> None:
        for group in self.store.groups.values():
            if str(group.id) == call.post.get("group_id"):
                group.members.add(call.caller.user.id)


@mutant("key-makes-its-owner-a-webmaster", "WHO-56")
class KeyMakesItsOwnerAWebmaster(_Rights):
    """A status that comes with a user's own settings is kept."""

    def grant(self, call: Call) -> None:
        if call.post.get("status") == "webmaster":
            call.caller.user.status = "webmaster"


@mutant("key-lets-its-owner-have-originals", "WHO-56")
class KeyLetsItsOwnerHaveOriginals(_Rights):
    """Whether somebody may have photos in their full size is one of the user's own settings."""

    def grant(self, call: Call) -> None:
        if "enabled_high" in call.post:
            call.caller.user.settings["enabled_high"] = call.post["enabled_high"] == "true"


@mutant("key-gives-its-owner-another-name", "WHO-56")
class KeyGivesItsOwnerAnotherName(_Rights):
    """A user name is one of the user's own settings."""

    def grant(self, call: Call) -> None:
        call.caller.user.username = str(call.post.get("username", call.caller.user.username))
