"""What earlier runs left on a target: found by their ledgers, and by the names that runs give; and taken away."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from piwigo_contract.client.clock import parse_time
from piwigo_contract.errors import OutOfReach
from piwigo_contract.provision.kinds import KINDS
from piwigo_contract.provision.ledger import UNDOING_FAILS, Entry, Ledger, entries_in
from piwigo_contract.provision.ledger_file import LedgerFile, is_abandoned, ledgers
from piwigo_contract.provision.names import name_by_a_run, run_of, run_of_key
from piwigo_contract.provision.target import Target
from piwigo_contract.provision.undoing import Undoing
from piwigo_contract.provision.webmaster import PAGE, WebmasterApi, required_result

FRESH = datetime.timedelta(hours=1)
"""A run that made a user within this time may be under way elsewhere: no ledger of it is here to tell."""

Row = tuple[int, str]
"""Number and name of something on the target."""


@dataclass
class Leftovers:
    """What earlier runs left on a target. seen: by name, as the target lists it now. noted: ledgers that were taken
    over, with what stands in them of this target. running: prefixes of runs that are under way, which are let be.
    """

    seen: list[Entry] = field(default_factory=list)
    noted: list[tuple[LedgerFile, list[Entry], bool]] = field(default_factory=list)
    """with each, whether the ledger has entries of other targets, too"""
    running: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    """Prefixes of runs that may be under way on another machine, or in another folder."""
    absent: frozenset[str] = frozenset()
    """Sums of files that are no photo on the target: they never became one, or are none any more."""

    def close(self) -> None:
        """Give the ledgers out of hand: what stands in them is left to who looks for it next."""
        for file, _, _ in self.noted:
            file.close(all_gone=False)

    @property
    def told(self) -> list[Entry]:
        """What is shown to who is asked: all that is there, or may be."""
        listed = {(entry.kind, number) for entry in self.seen for number in entry.numbers}
        noted = [entry for _, entries, _ in self.noted for entry in entries if not KINDS[entry.kind].listed]
        unseen = {
            entry.in_words: entry
            for entry in noted
            if entry.name not in self.absent and listed.isdisjoint((entry.kind, number) for number in entry.numbers)
        }
        return [*self.seen, *unseen.values()]


def find_leftovers(target: Target, beside: Path) -> Leftovers:
    """What earlier runs left, to be closed. beside: the folder with their ledgers.

    Raises as `required_result` and `entries_in`.
    """
    found = Leftovers(running=frozenset(filter(None, map(run_of, _names_of_running(beside)))))
    with ExitStack() as otherwise:
        for path in ledgers(beside):
            file = LedgerFile.taken_over(path)
            if file is not None:
                otherwise.callback(file.close, all_gone=False)
                entries = entries_in(path)
                ours = [entry for entry in entries if entry.target == target.preflight.url]
                if ours or not entries:
                    found.noted.append((file, ours, len(ours) < len(entries)))
                else:
                    file.close(all_gone=False)
        noted = {run_of(entry.name) for _, entries, _ in found.noted for entry in entries}
        found.elsewhere = _fresh(target) - noted - found.running
        if target.settings.sweep == "yes":  # nobody is asked
            found.running |= found.elsewhere
        found.seen = list(_seen(target, found.running))
        found.absent = _absent(target, [entry for _, entries, _ in found.noted for entry in entries])
        otherwise.pop_all()
    return found


def _fresh(target: Target) -> frozenset[str]:
    """The prefixes of runs that made a user a short time ago, by the target's own clock."""
    if not target.settings.webmaster:
        return frozenset()
    try:
        since = target.clock.now() - FRESH
    except OutOfReach:  # a target that does not tell the time: nobody knows
        return frozenset()
    found = set[str]()
    users = WebmasterApi(target.gallery, target.webmaster()).paged(
        "pwg.users.getList", "users", username="pc-%", display="username,registration_date"
    )
    for row in users:
        run = run_of(str(row.get("username")))
        try:
            if run is not None and parse_time(row.get("registration_date")) > since:
                found.add(run)
        except OutOfReach:  # nothing is told of when
            continue
    return frozenset(found)


def _absent(target: Target, noted: list[Entry]) -> frozenset[str]:
    """The sums of photos in ledgers that the target has no photo of."""
    sums = sorted({entry.name for entry in noted if entry.kind == "photo" and entry.name})
    if not sums or not target.settings.webmaster:
        return frozenset()
    known = WebmasterApi(target.gallery, target.webmaster())("pwg.images.exist", md5sum_list=",".join(sums))
    return frozenset(each for each in sums if isinstance(known, dict) and not known.get(each))


def _names_of_running(beside: Path) -> Iterator[str]:
    for path in ledgers(beside):
        if not is_abandoned(path):
            yield from (entry.name for entry in entries_in(path))


def take_away(target: Target, found: Leftovers) -> list[tuple[Entry, str]]:
    """Take it all away; what could not be, and why. The ledgers of what is gone are deleted."""
    failed: list[tuple[Entry, str]] = []
    undo = Undoing(target, earlier=True)
    for file, entries, others in reversed(found.noted):
        left = Ledger.of_another(target.preflight.url, file, entries).undo_all(undo, undo.come_back)
        file.close(all_gone=not left and not others)
        failed += left
    # what no ledger knew of, and what had another name than it says
    try:
        undo, there = Undoing(target), list(_seen(target, found.running))
    except UNDOING_FAILS:  # `undo` looks whether a number is still that of what was seen at first
        there = found.seen
    told = {(entry.kind, entry.name) for entry, _ in failed}
    again = Ledger.of_another(target.preflight.url, None, [e for e in there if (e.kind, e.name) not in told])
    return failed + again.undo_all(undo, undo.come_back)


# ---------------------------------------------------------------------- by name


def _seen(target: Target, running: frozenset[str]) -> Iterator[Entry]:
    """What the target lists under a name that an earlier run gave; what is taken away last comes first."""
    url, runs, users = target.preflight.url, set[str](), dict[int, str]()

    def entries(kind: str, rows: Iterator[Row]) -> Iterator[Entry]:
        for number, name in rows:
            run = run_of(name)
            if run is not None and run not in running:
                runs.add(run)
                if kind == "user":
                    users[number] = run
                yield Entry(kind, name, url, more={"run": run}, numbers=[number])

    if target.settings.webmaster:
        webmaster = WebmasterApi(target.gallery, target.webmaster())
        yield from entries("user", _rows(webmaster.paged("pwg.users.getList", "users", username="pc-%"), "username"))
        yield from entries("group", iter(webmaster.groups().items()))
        yield from entries("album", _rows(webmaster("pwg.categories.getAdminList")["categories"], "name"))
        yield from entries("tag", _rows(webmaster("pwg.tags.getAdminList")["tags"], "name"))
    for account in _accounts(target):
        listed = target.gallery.manage("get", account().session)
        for row in required_result(listed, "pwg.users.api_key.get") or ():
            run = run_of_key(str(row["apikey_name"]))
            if run is not None and run not in running and not row.get("revoked_on"):
                runs.add(run)
                yield Entry("key", str(row["apikey_name"]), url, of=account().user.name)
    if target.settings.webmaster:
        photos = {number: name for run in sorted(runs) for number, name in _photos(target, run)}
        for user, run in users.items():
            photos.update(_uploads(target, user, run))
        yield from entries("photo", iter(photos.items()))


def _accounts(target: Target) -> Iterator[Callable[[], Any]]:
    if target.settings.account:
        yield target.given_account
    if target.settings.webmaster:
        yield target.webmaster


def _rows(listed: Iterable[Mapping[str, Any]], name: str) -> Iterator[Row]:
    for row in listed:
        yield int(row["id"]), str(row.get(name))


def _photos(target: Target, run: str) -> Iterator[Row]:
    """The photos of a run: it names them, or their files."""
    found = target.gallery.call("pwg.images.search", target.webmaster().session, query=run, per_page=PAGE)
    result = required_result(found, "pwg.images.search")
    for row in result.get("images", ()) if isinstance(result, dict) else ():
        yield from _if_named_by(run, row)


def _uploads(target: Target, user: int, run: str) -> Iterator[Row]:
    """The photos that a user of a run uploaded, which may be in no album, where no search finds them."""
    session = target.webmaster().session
    listed = target.gallery.call("pwg.activity.getList", session, uid=user, object="photo", action="add", offset=0)
    result = required_result(listed, "pwg.activity.getList")
    for line in result.get("result_lines", ()) if isinstance(result, dict) else ():
        if (line.get("object"), line.get("action"), str(line.get("user_id"))) == ("photo", "add", str(user)):
            for photo in line["object_id"]:
                found = target.gallery.call("pwg.images.getInfo", session, image_id=int(photo)).result
                if isinstance(found, dict):
                    yield from _if_named_by(run, found)


def _if_named_by(run: str, photo: Mapping[str, Any]) -> Iterator[Row]:
    if (name := name_by_a_run(photo, run)) is not None:
        yield int(photo["id"]), name
