"""What a run made on a target, written down before it is made, to be taken away here or by another run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.errors import Hindered, OutOfReach, PiwigoContractError, UsageError
from piwigo_contract.provision.kinds import KINDS
from piwigo_contract.provision.ledger_file import LedgerFile, read_lines
from piwigo_contract.provision.names import is_name_of_a_run

PRIVILEGED = "privileged"
"""What users with the rights of an administrator are counted as."""

NAMELESS = "nameless"
"""The kind of things that may have been made without a name; the entry's name says what they are."""

IN_FLIGHT = 3
"""Entries that may be in the making when a run is interrupted, at most."""

UNDOING_FAILS = (PiwigoContractError, OutOfReach, LookupError, TypeError, ValueError)
"""What undoing raises: the target can't be reached or refuses; or an answer has not the form that it should have."""


@dataclass
class Entry:
    """One thing that is made. name: as the gallery knows it. target: its URL. of: the name of the account whose it is,
    where it is somebody's. more: what else it takes to find it. numbers: what the target calls it, once it is made.
    held: what it takes to undo it that is not written down.
    """

    kind: str
    name: str
    target: str
    of: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    held: Any = field(default=None, repr=False)
    number: int = 0
    privileged_since: float | None = None
    """since when a user is a webmaster or an administrator, by this process's clock"""
    privileged_for: float | None = None
    """for how many seconds it was one before"""
    _ledger: Ledger | None = field(default=None, repr=False)

    def made(self, number: int) -> None:
        """Note the number that the target gave it."""
        self.numbers.append(number)
        if self._ledger is not None:
            self._ledger.note(self, number=number)

    def fact(self, name: str) -> Any:
        """One of `more`. Raises OutOfReach where its ledger, of another version, does not have it."""
        if name not in self.more:
            raise OutOfReach(
                detail=f"to find {self.in_words}: its ledger is of another version, and does not say {name!r}"
            )
        return self.more[name]

    @property
    def can_be_kept(self) -> bool:
        """Whether it is something to look at: not what goes with its owner, nor what probably was never made."""
        match KINDS[self.kind].kept:
            case "always":
                return True
            case "made":
                return bool(self.numbers)
            case "account":
                return not is_name_of_a_run(str(self.of))
        return False

    @property
    def in_words(self) -> str:
        """Such as `user 'pc-0123abcd-user-1'` or `photo 17`."""
        numbered = self.kind == "photo" and self.numbers
        named = ", ".join(map(str, self.numbers)) if numbered else repr(self.name) if self.name else ""
        words = self.name if self.kind == NAMELESS else f"{self.kind} {named}".rstrip()
        return f"{words} of {self.of}" if self.of else words


class Ledger:
    """Every maker enters here what it is about to make; the last entered is the first undone.

    file: where it is written down; None where that is not needed, as what was made ends with this process.
    """

    def __init__(self, target: str, file: LedgerFile | None = None) -> None:
        self.target = target
        self._file = file
        self._entries: list[Entry] = []
        self._last = 0
        self.entered: Counter[str] = Counter()
        """How many entries of each kind there were; and of users with the rights of an administrator."""
        self.privileged_for: list[float] = []
        """For how many seconds each of those had these rights, that is gone by now."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is there still."""
        return tuple(self._entries)

    def enter(self, kind: str, name: str, *, of: str | None = None, held: Any = None, **more: Any) -> Entry:
        """Write down what is about to be made; `provision.undoing` knows how each kind is undone."""
        self._last += 1
        entry = Entry(kind, name, self.target, of, more, held=held, number=self._last, _ledger=self)
        if self._file is not None and not KINDS[kind].secret:
            known = {name: value for name, value in (("of", of), ("more", more)) if value}
            self._file.write({"n": entry.number, "kind": kind, "name": name, "target": self.target, **known})
        self._entries.append(entry)
        self.entered[kind] += 1
        return entry

    def note(self, entry: Entry, **what: Any) -> None:
        """Write down what became of an entry."""
        if self._file is not None and not KINDS[entry.kind].secret:
            self._file.write({"n": entry.number, "target": self.target, **what})

    def privilege(self, name: str) -> None:
        """Note that a user that is entered has the rights of an administrator from now on."""
        for entry in self._entries:
            if (entry.kind, entry.name) == ("user", name) and entry.privileged_since is None:
                self.entered[PRIVILEGED] += entry.privileged_for is None
                entry.privileged_since, entry.privileged_for = time.monotonic(), entry.privileged_for or 0.0

    def unprivilege(self, name: str) -> None:
        """Note that it has them no more."""
        for entry in self._entries:
            if (entry.kind, entry.name) == ("user", name) and entry.privileged_since is not None:
                entry.privileged_for = (entry.privileged_for or 0.0) + time.monotonic() - entry.privileged_since
                entry.privileged_since = None

    @classmethod
    def of_another(cls, target: str, file: LedgerFile | None, entries: Iterable[Entry]) -> Ledger:
        """The ledger of a process that is gone, to have these entries of it undone. file: taken over from it."""
        ledger = cls(target, file)
        for entry in entries:
            entry._ledger = ledger
            ledger._entries.append(entry)
        return ledger

    def undo_all(
        self,
        undo: Callable[[Entry], object],
        come_back: Callable[[], bool],
        *,
        interrupted: bool = False,
    ) -> list[tuple[Entry, str]]:
        """Undo everything; what could not be undone stays, and is returned, with the reason.

        come_back: called where some of it failed; whether it is worth another try. interrupted: something may be
        in the making still, and is looked for once more at the end.
        """
        entries = self._entries[::-1]
        late = [entry for entry in entries[:IN_FLIGHT] if not entry.numbers] if interrupted else []
        again = {id(entry) for entry in late}
        failed = [left for left in self._undo(entries, undo, keep=again) if id(left[0]) not in again]
        failed += self._undo(late, undo)
        if failed and come_back():
            failed = self._undo([entry for entry, _ in failed], undo)
        return failed

    def _undo(
        self, entries: Iterable[Entry], undo: Callable[[Entry], object], keep: Container[int] = ()
    ) -> list[tuple[Entry, str]]:
        """Undo these, in this order. keep: ids of those that are not gone by that."""
        failed, waiting = [], list(entries)
        hindered: str | None = None
        for entry in waiting:
            if hindered is not None:  # each of them would wait as long in vain
                failed.append((entry, hindered))
                continue
            try:
                undo(entry)
            except UNDOING_FAILS as error:
                told = _told(error)
                failed.append((entry, told))
                hindered = told if lost(error) else None
            else:
                if id(entry) not in keep:
                    self._strike(entry)
        return failed

    def _strike(self, entry: Entry) -> None:
        self.unprivilege(entry.name)
        self._entries = [each for each in self._entries if each is not entry]
        self.note(entry, gone=True)
        if entry.privileged_for is not None:
            self.privileged_for.append(entry.privileged_for)


def lost(error: BaseException) -> bool:
    """Whether an error says that the target does not answer: then it answers nothing else either."""
    return isinstance(error, Hindered | NoAnswer)


def _told(error: BaseException) -> str:
    if isinstance(error, OutOfReach) and error.need is not None:
        return f"needs access: {error.need}"
    return str(error) if isinstance(error, PiwigoContractError | OutOfReach) else f"{type(error).__name__}: {error}"


def entries_in(path: Path) -> list[Entry]:
    """What stands in a ledger on disk and is not gone, the first entered first. Raises UsageError as `read_lines`."""
    found: dict[tuple[str, int], Entry] = {}
    gone = set[tuple[str, int]]()
    try:
        for line in read_lines(path):
            key = str(line["target"]), int(line["n"])
            if "kind" in line:
                kind, more = str(line["kind"]), dict(line.get("more", {}))
                KINDS[kind]  # another version's may be unknown
                found[key] = Entry(kind, str(line["name"]), key[0], line.get("of"), more, number=key[1])
            elif "number" in line:
                found[key].numbers.append(int(line["number"]))
            else:
                if key not in gone:
                    del found[key]
                gone.add(key)
    except (LookupError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is no ledger: look into it, and delete it ({error!r})") from error
    return list(found.values())


def by_target(entries: Iterable[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    """Entries by the URL of their target."""
    gathered: dict[str, list[Entry]] = {}
    for entry in entries:
        gathered.setdefault(entry.target, []).append(entry)
    yield from gathered.items()
