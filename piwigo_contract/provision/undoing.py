"""How each kind of thing that a ledger speaks of is taken away from a target, whatever process made it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from piwigo_contract.client.credentials import Account, Session
from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.contract.costs import DELETED_AT_ONCE
from piwigo_contract.errors import Hindered, OutOfReach
from piwigo_contract.methods.results import fields, number
from piwigo_contract.provision.kinds import KINDS
from piwigo_contract.provision.ledger import UNDOING_FAILS, Entry, lost
from piwigo_contract.provision.nameless import NAMELESS_KINDS, nameless_since
from piwigo_contract.provision.names import is_key_name_of, is_name_of_a_run, name_by_a_run, run_of
from piwigo_contract.provision.webmaster import WebmasterApi, required_result

if TYPE_CHECKING:
    from piwigo_contract.provision.target import Target


@dataclass(frozen=True)
class Deletion:
    """How things of a kind are deleted, one or several in a call. number: the parameter for their numbers."""

    method: str
    number: str
    more: Mapping[str, str] = field(default_factory=dict)


DELETIONS = {
    "photo": Deletion("pwg.images.delete", "image_id"),
    "tag": Deletion("pwg.tags.delete", "tag_id"),
    "group": Deletion("pwg.groups.delete", "group_id"),
    "album": Deletion("pwg.categories.delete", "category_id", {"photo_deletion_mode": "no_delete"}),
    "user": Deletion("pwg.users.delete", "user_id"),
}
"""By the kind of an entry; a user goes last, and all sessions with it."""


@contextmanager
def _left_to_each_entry() -> Iterator[None]:
    """What fails here is tried again with each entry, and told then; unless the target does not answer."""
    try:
        yield
    except UNDOING_FAILS as error:
        if lost(error):
            raise


PAUSES = (0.3, 0.6, 1.2)
"""Seconds to wait, one time after another, for a target that does not answer to come back."""


def fingerprint(pkid: str) -> str:
    """What a ledger knows a key of somebody's by."""
    return hashlib.sha256(pkid.encode()).hexdigest()[:16]


class Undoing:
    """Undoes entries on a target, as the webmaster and the account that were given.

    earlier: they are an earlier run's, so that a number may be somebody else's by now: it counts only where what has
    it bears a name of that run. at_once: entries of this run, all of which are to be undone: what can be deleted in a
    few calls goes when the first of them is undone, and what is left of it then with its own entry.
    """

    def __init__(self, target: Target, *, earlier: bool = False, at_once: Sequence[Entry] = ()) -> None:
        self._target = target
        self._earlier = earlier
        self._at_once = at_once
        self._users_gone: set[str] = set()
        self._deleted: dict[tuple[str, int], str | None] = {}
        self._tried: dict[int, Entry] = {}
        self._forget()

    def _forget(self) -> None:
        """What is known of the target is asked for once more."""
        self._tried.clear()
        self._listed: dict[str, dict[int, str]] = {}
        self._by_sum: dict[str, int] = {}
        self._photos_gone: set[int] = set()
        self._lounge_is_empty = False

    def __call__(self, entry: Entry) -> None:
        """Take away what an entry speaks of, if it is there. Raises one of `ledger.UNDOING_FAILS`."""
        if id(entry) in self._tried:  # it may have been in the making
            self._forget()
        self._tried[id(entry)] = entry
        with self._target.gallery.unbounded():
            if self._at_once:
                entries, self._at_once = self._at_once, ()
                self._delete_at_once(entries)
            if entry.kind in DELETIONS:
                for each in _FOUND[entry.kind](self, entry):
                    self._delete(entry.kind, each)
            else:
                _UNDO[entry.kind](self, entry)

    def _delete_at_once(self, entries: Sequence[Entry]) -> None:
        """Delete what many entries speak of in a few calls. Raises what says that the target does not answer."""
        for kind in DELETIONS:
            own = [entry for entry in entries if entry.kind == kind]
            with _left_to_each_entry():
                if kind == "photo":
                    self._look_for_sums(own)
                numbers = list(dict.fromkeys(each for entry in own for each in _FOUND[kind](self, entry)))
                for first in range(0, len(numbers), DELETED_AT_ONCE):
                    self._delete(kind, *numbers[first : first + DELETED_AT_ONCE])
            self._listed.pop(kind, None)  # to be asked for anew: what is still there goes with its own entry
        with _left_to_each_entry():
            self._see_what_is_gone(entries)

    def _see_what_is_gone(self, entries: Sequence[Entry]) -> None:
        """Look whether photos and users are gone: Piwigo stops at the first file that it can't delete, passes over a
        user whom it does not delete, and says each time that all is well.
        """
        by_sum = dict(self._by_sum)
        self._look_for_sums([entry for entry in entries if entry.kind == "photo"])
        self._photos_gone = {each for one, each in by_sum.items() if not self._by_sum[one]}
        if users := {entry.name for entry in entries if entry.kind == "user"}:
            self._users_gone = users - set(self._there("user", self._users).values())

    def _delete(self, kind: str, *numbers: int) -> None:
        how = DELETIONS[kind]
        places = [""] if len(numbers) == 1 else [f"[{place}]" for place in range(len(numbers))]
        named = {how.number + place: each for place, each in zip(places, numbers, strict=True)}
        self._webmaster(how.method, **named, **how.more)
        for each in numbers:
            self._deleted[kind, each] = self._listed.get(kind, {}).pop(each, None)

    def come_back(self) -> bool:
        """Wait a while for the target to answer, and log in anew; whether it is worth another try."""
        gallery = self._target.gallery
        for pause in PAUSES:
            try:
                with gallery.unbounded():
                    if gallery.whoami(verb="GET").envelope is not None:
                        self._target.log_out()  # the session may be what is wrong
                        return True
            except (NoAnswer, Hindered):
                pass
            gallery.pace.wait(pause)
        return False

    # ------------------------------------------------------------------ what is there of each kind

    def _user(self, entry: Entry) -> list[int]:
        return [each for each, name in self._there("user", self._users).items() if name == entry.name]

    def _users(self) -> dict[int, str]:
        rows = self._target_webmaster().paged("pwg.users.getList", "users", username="pc-%", display="username")
        return {int(row["id"]): str(row["username"]) for row in rows}

    def _there(self, what: str, listed: Callable[[], dict[int, str]]) -> dict[int, str]:
        """Number and name of each thing that is there, which is asked once for all that is to be taken away."""
        if what not in self._listed:
            self._listed[what] = listed()
        return self._listed[what]

    def _album(self, entry: Entry) -> list[int]:
        """By its number where that is known: a check may have renamed it. Those inside go with it."""
        try:
            there = self._there("album", self._albums)
        except UNDOING_FAILS as error:
            if lost(error) or self._earlier or not entry.numbers:
                raise
            return entry.numbers
        return self._numbers(entry, there)

    def _albums(self) -> dict[int, str]:
        rows = self._webmaster("pwg.categories.getAdminList")["categories"]
        return {int(row["id"]): str(row["name"]) for row in rows}

    def _tag(self, entry: Entry) -> list[int]:
        return self._numbers(entry, self._there("tag", self._tags))

    def _tags(self) -> dict[int, str]:
        return {int(row["id"]): str(row["name"]) for row in self._webmaster("pwg.tags.getAdminList")["tags"]}

    def _group(self, entry: Entry) -> list[int]:
        return self._numbers(entry, self._there("group", lambda: dict(self._target_webmaster().groups())))

    def _numbers(self, entry: Entry, there: Mapping[int, str]) -> list[int]:
        """The numbers of what an entry speaks of. there: number and name of what there is: Piwigo ends in a fatal error
        where a group is to be deleted that is not there.
        """
        if entry.numbers and not self._earlier:
            # one that has another name than what was deleted is another thing, with its number
            return [
                each
                for each in entry.numbers
                if self._deleted.get((entry.kind, each)) in (None, there.get(each)) and each in there
            ]
        own = run_of(entry.name)
        return [
            found
            for found, name in (there.items() if own is not None else ())
            if name == entry.name or (found in entry.numbers and run_of(name) == own)
        ]

    def _look_for_sums(self, entries: Sequence[Entry]) -> None:
        """Ask once which photos of these entries are there, by the sums of their files: 0 is none."""
        if sums := [entry.name for entry in entries if entry.name]:
            known = self._webmaster("pwg.images.exist", md5sum_list=",".join(sums))
            told = known if isinstance(known, dict) else {}
            self._by_sum.update({each: int(told.get(each) or 0) for each in sums})

    def _photo(self, entry: Entry) -> list[int]:
        numbers = set(entry.numbers)
        if entry.name and (self._earlier or not numbers):
            if entry.name not in self._by_sum:
                self._look_for_sums([entry])
            numbers |= {self._by_sum[entry.name]}
        numbers -= {0, *self._photos_gone}
        if self._earlier:
            numbers = {each for each in numbers if self._is_the_photo(each, entry)}
        if entry.more.get("waits") and numbers and not self._lounge_is_empty:
            self._webmaster("pwg.images.emptyLounge")  # which keeps what it knows of a photo that is deleted
            self._lounge_is_empty = True
        return sorted(numbers)

    def _is_the_photo(self, image_id: int, entry: Entry) -> bool:
        found = self._target.gallery.call("pwg.images.getInfo", self._target.webmaster().session, image_id=image_id)
        row = found.result if isinstance(found.result, dict) else {}
        own = entry.more.get("run")
        return row.get("md5sum") == entry.name or (own is not None and name_by_a_run(row, own) is not None)

    def _chunk(self, entry: Entry) -> None:
        """A chunk that nobody made a photo of would stay in the gallery's buffer."""
        given = {"original_sum": entry.name, "original_filename": str(entry.fact("file"))}
        made = self._target_webmaster().ask("pwg.images.add", **given).result
        if fields(image_id=number)(made):
            self._delete("photo", int(made["image_id"]))

    def _key(self, entry: Entry) -> None:
        if not is_name_of_a_run(str(entry.of)):  # a throw-away user's keys go with it
            self._revoke(self._account(entry).session, lambda row: is_key_name_of(entry.name, str(row["apikey_name"])))

    def _nameless_keys(self, entry: Entry) -> None:
        known = set(entry.fact("known"))

        def is_new(row: Mapping[str, Any]) -> bool:
            if str(row["apikey_name"] or "").strip() or fingerprint(str(row["auth_key"])) in known:
                return False
            if self._earlier and not row.get("revoked_on"):
                raise OutOfReach(detail=f"to know whose a key of {entry.of} without a name is")
            return True

        if not is_name_of_a_run(str(entry.of)):
            self._revoke(self._account(entry).session, is_new)

    def _guests_keys(self, entry: Entry) -> None:
        """Keys that a guest was able to make: usually none, as guests may not."""
        session = entry.held if entry.held is not None else self._target.sessions.of_nobody()
        listed = self._target.gallery.manage("get", session)
        if listed.envelope is not None and listed.envelope.ok:
            self._revoke(session, lambda row: run_of(str(row["apikey_name"])) == entry.name)

    def _revoke(self, session: Session, wanted: Callable[[Mapping[str, Any]], bool]) -> None:
        gallery = self._target.gallery
        for row in required_result(gallery.manage("get", session), "pwg.users.api_key.get") or ():
            if wanted(row) and not row.get("revoked_on"):
                revoked = gallery.manage("revoke", session, pkid=str(row["auth_key"]))
                required_result(revoked, "pwg.users.api_key.revoke")

    def _session(self, entry: Entry) -> None:
        if entry.of not in self._users_gone:
            self._target.gallery.call("pwg.session.logout", entry.held)

    def _nameless(self, entry: Entry) -> None:
        kind, webmaster = NAMELESS_KINDS[entry.fact("word")], self._target_webmaster()
        for each in nameless_since(webmaster, kind, entry.fact("highest")):
            if self._earlier:  # others may have made one since
                raise OutOfReach(detail=f"to know whose {kind.word} {each} is, which has no name")
            webmaster(kind.deleted_by, **{kind.number: each}, **kind.more)

    # ------------------------------------------------------------------ by whom

    def _webmaster(self, method: str, **params: Any) -> Any:
        return self._target_webmaster()(method, **params)

    def _target_webmaster(self) -> WebmasterApi:
        return WebmasterApi(self._target.gallery, self._target.webmaster())

    def _account(self, entry: Entry) -> Account:
        """The account whose an entry is, where it is one of those that were given."""
        settings = self._target.settings
        for given, account in (
            (settings.account, self._target.given_account),
            (settings.webmaster, self._target.webmaster),
        ):
            if given is not None and given[0] == entry.of:
                return account()
        raise OutOfReach(detail=f"the password of {entry.of}: give --account {entry.of}:PASSWORD")


_FOUND: Mapping[str, Callable[[Undoing, Entry], list[int]]] = {
    "user": Undoing._user,
    "album": Undoing._album,
    "tag": Undoing._tag,
    "group": Undoing._group,
    "photo": Undoing._photo,
}
_UNDO: Mapping[str, Callable[[Undoing, Entry], None]] = {
    "chunk": Undoing._chunk,
    "key": Undoing._key,
    "keys": Undoing._nameless_keys,
    "keys of a guest": Undoing._guests_keys,
    "session": Undoing._session,
    "nameless": Undoing._nameless,
}
"""By the kind of an entry: the numbers of what is there, to be deleted; or how it is undone else."""
assert _FOUND.keys() == DELETIONS.keys() == KINDS.keys() - _UNDO.keys()
