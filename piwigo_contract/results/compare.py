"""What got worse and better since an earlier result; `--gate regression` goes by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["worse", "better", "other"]
"""worse and better as `got_worse` counts them; other: neither."""

_BROKEN = ("fail", "warning", "waived")


@dataclass(frozen=True)
class Change:
    """A clause of a target (its place, from 0) whose outcome is another than before; None for one unknown then."""

    target: int
    clause: str
    before: str | None
    now: str
    kind: Kind


def changes(document: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[Change]:
    """Every changed outcome, in the order of the document.

    A target is compared with the one of the same URL, or else with the one at the same position, as a gallery may have
    moved. A clause or target that the baseline does not have is listed only if it is broken.
    """
    found = []
    for number, target in enumerate(document["targets"]):
        before = _earlier(number, target, baseline["targets"])
        outcomes = {row["id"]: row["outcome"] for row in before["clauses"]} if before else {}
        for row in target["clauses"]:
            change = _change(number, row, outcomes.get(row["id"]))
            if change is not None:
                found.append(change)
    return found


def _earlier(number: int, target: Mapping[str, Any], targets: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    same = next((each for each in targets if each["url"] == target["url"]), None)
    if same is not None:
        return same
    return targets[number] if number < len(targets) else None


def _change(number: int, row: Mapping[str, Any], was: str | None) -> Change | None:
    now = row["outcome"]
    if now == was or row["reason_kind"] == "not-selected" or (was is None and now not in ("fail", "warning")):
        return None
    return Change(number, row["id"], was, now, _kind(was, row))


def _kind(was: str | None, row: Mapping[str, Any]) -> Kind:
    """Worse: broken now and not known to be so before, or judged before and out of sight now.

    A waiver is no change of the target's, nor is a warning that is a failure now: the clause has become a MUST.
    """
    now = row["outcome"]
    if now in _BROKEN:
        return "other" if now == "waived" or was in _BROKEN else "worse"
    if now == "not-assessed":
        return "worse" if was == "pass" else "other"
    return "better" if now == "pass" and was in _BROKEN else "other"


def got_worse(document: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[Change]:
    """The changes that fail `--gate regression`."""
    return [change for change in changes(document, baseline) if change.kind == "worse"]
