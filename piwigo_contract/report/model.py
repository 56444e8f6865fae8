"""The model of the compliance page, in its order; the templates decide how it looks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from piwigo_contract.contract.clauses import Clause, Contract
from piwigo_contract.contract.releases import KnownDeviation, profiles
from piwigo_contract.report.evidence import Key, Shown, truncated
from piwigo_contract.report.words import counts, verdict_sentence
from piwigo_contract.results.escaping import escape_unprintable, on_one_line
from piwigo_contract.results.outcomes import BROKEN, ORDER
from piwigo_contract.urls import is_page

SHOWN_CHECKS = 5
"""Checks of a clause that are shown with their evidence."""

LISTED_CHECKS = 40
"""Checks of a clause that are listed besides, a line each."""

LISTED_TEXT = 300
"""Characters of the message of a check that is listed."""

SHOWN_TEXT = 2000
"""Characters of a message or a curl line that are shown."""

SHOWN_REASON = 6000
"""Most characters of the message of a clause: it may have a dozen causes, each with its smallest call."""

SCRIPTS = "reproduce"
"""The folder beside the page that scripts are in."""

SCRIPT = re.compile(r"[A-Z]{2,8}-\d{2}(?:-\d+)?\.sh")
"""The name of one of them."""

PAGE_BUDGET = 900_000
"""Most bytes of checks and evidence on a page. Clauses come worst first, so the worst get the space."""

MARKUP = 300
"""Estimated bytes of markup around one piece of evidence."""


@dataclass
class Budget:
    """The bytes left for checks and their evidence. held: how many of them are for what comes later."""

    left: int = PAGE_BUDGET
    held: int = 0

    def take(self, *texts: str) -> bool:
        """Reserve space for these texts; False if there is not enough, and then nothing is reserved."""
        needed = self._needed(texts)
        if needed > self.left - self.held:
            return False
        self.left -= needed
        return True

    def hold(self, pieces: Iterable[Iterable[str]]) -> int:
        """Keep space back for pieces of evidence that come later; how much, 0 if that is too much."""
        needed = sum(map(self._needed, pieces))
        if self.held + needed > self.left // 3:
            return 0
        self.held += needed
        return needed

    @staticmethod
    def _needed(texts: Iterable[str]) -> int:
        return MARKUP + sum(len(html.escape(text).encode()) for text in texts)


@dataclass(frozen=True)
class CheckPart:
    """One check that broke its clause. `left_out`: its evidence found no room."""

    name: str
    message: str
    curl: str | None
    exchanges: Sequence[Shown]
    left_out: bool


@dataclass(frozen=True)
class ClausePart:
    """One clause. `also` are broken checks with no evidence shown; `more` is how many are not even listed."""

    anchor: str
    id: str
    chapter: str
    level: str
    statement: str
    outcome: str
    reason: str
    why: str
    source: Sequence[str]
    known: str | None
    deviation: str
    """what is known of it in this release, and why; empty where nobody knew"""
    remedy: str = ""
    """what can be done about it, where it is broken as the release is known to break it"""
    stock: bool = False
    blocks: Sequence[str] = ()
    checks: Sequence[CheckPart] = ()
    also: Sequence[tuple[str, str]] = ()
    more: int = 0
    script: str = ""
    """a script that does it again; empty where there is none"""


@dataclass(frozen=True)
class ChapterPart:
    """One chapter: its title, and its clauses with one outcome. stock: they are broken on each gallery of the release;
    a chapter with others, too, comes twice.
    """

    name: str
    title: str
    clauses: Sequence[ClausePart]
    stock: bool = False


@dataclass(frozen=True)
class ReasonPart:
    """Clauses that were not assessed for one reason; `mendable` by giving access."""

    reason: str
    mendable: bool
    clauses: Sequence[ClausePart]


@dataclass
class TargetPart:
    """One target. In `chapters` each outcome has its clauses by chapter, those that need an eye worst first."""

    number: int
    url: str
    verdict: str
    sentence: str
    reported: str | None
    release: str
    access: Sequence[str]
    requests: int
    counts: Mapping[str, int]
    chapters: Mapping[str, Sequence[ChapterPart]]
    """by outcome; an outcome that no clause has is there with no chapter"""
    not_assessed: Sequence[ReasonPart]
    anchors: Mapping[str, str] = field(default_factory=dict)


def target_parts(
    document: Mapping[str, Any],
    evidence: Mapping[Key, Sequence[Shown]],
    contract: Contract,
    scripts: Mapping[str, str] | None = None,
) -> list[TargetPart]:
    """A part of the page for each target of compliance.json. scripts: by name, as `script_name` gives it."""
    budget = Budget()
    return [
        _Target(number, target, evidence, contract, budget, scripts or {}).part()
        for number, target in enumerate(document["targets"], 1)
    ]


class _Target:
    """Makes the part of one target."""

    def __init__(
        self,
        number: int,
        target: Mapping[str, Any],
        evidence: Mapping[Key, Sequence[Shown]],
        contract: Contract,
        budget: Budget,
        scripts: Mapping[str, str],
    ) -> None:
        self._number = number
        self._target = target
        self._evidence = evidence
        self._contract = contract
        self._budget = budget
        self._scripts = scripts
        # of each clause that must hold, the evidence of one check; the worst have what else there is room for
        self._held = {
            row["id"]: budget.hold(each.texts() for each in self._evidence_of(self._broken_in(row)[0]))
            for row in target["clauses"]
            if row["outcome"] == "fail" and self._broken_in(row)
        }
        profile = profiles().get(target["release"])
        self._deviations: Mapping[str, KnownDeviation] = profile.known_deviations if profile else {}
        self._blocked: dict[str, list[str]] = {}
        for row in target["clauses"]:
            for blocker in row["blocked_by"]:
                self._blocked.setdefault(blocker, []).append(row["id"])

    def part(self) -> TargetPart:
        target = self._target
        by_outcome: dict[str, Sequence[ChapterPart]] = {
            outcome: self._chapters(outcome) for outcome in ORDER if outcome != "not-assessed"
        }
        return TargetPart(
            number=self._number,
            url=escape_unprintable(target["url"]),
            verdict=target["verdict"],
            sentence=on_one_line(verdict_sentence(target)),
            reported=None if target["reported_version"] is None else escape_unprintable(target["reported_version"]),
            release=target["release"],
            access=target["access"],
            requests=target["requests"],
            counts=counts(target),
            chapters=by_outcome,
            not_assessed=self._not_assessed(),
            anchors={row["id"]: self._anchor(row["id"]) for row in target["clauses"]},
        )

    def _anchor(self, clause_id: str) -> str:
        return clause_id if self._number == 1 else f"{clause_id}-{self._number}"

    def _chapters(self, outcome: str) -> list[ChapterPart]:
        rows: dict[tuple[str, bool], list[Mapping[str, Any]]] = {}
        for row in self._target["clauses"]:
            if row["outcome"] == outcome:
                rows.setdefault((row["chapter"], row["stock"]), []).append(row)
        chapters = list(rows.items())
        if outcome in BROKEN | {"error"}:
            for each in rows.values():
                each.sort(key=self._how_bad)
            chapters.sort(key=lambda chapter: (self._how_bad(chapter[1][0]), -len(chapter[1])))
        return [
            ChapterPart(name, self._contract.titles.get(name, name), [self._clause(row) for row in each], stock)
            for (name, stock), each in chapters
        ]

    def _how_bad(self, row: Mapping[str, Any]) -> tuple[bool, int, int]:
        """Worst first: what is this gallery's own, what keeps most others from being judged, what most checks show."""
        broken = sum(check["outcome"] == row["outcome"] for check in row["checks"])
        return row["stock"], -len(self._blocked.get(row["id"], ())), -broken

    def _not_assessed(self) -> list[ReasonPart]:
        reasons: dict[tuple[str, bool], list[ClausePart]] = {}
        for row in self._target["clauses"]:
            if row["outcome"] == "not-assessed":
                told = row["reason"], row["reason_kind"] == "out-of-reach"
                reasons.setdefault(told, []).append(self._clause(row))
        parts = [
            ReasonPart(truncated(on_one_line(reason), SHOWN_TEXT), mendable, clauses)
            for (reason, mendable), clauses in reasons.items()
        ]
        # what can be mended by giving access goes before what was not asked for
        return sorted(parts, key=lambda part: (not part.mendable, -len(part.clauses)))

    def _clause(self, row: Mapping[str, Any]) -> ClausePart:
        clause = self._contract.clauses.get(row["id"])
        part = _plain(self._anchor(row["id"]), row, clause, self._deviations.get(row["id"]))
        if row["outcome"] not in BROKEN | {"error"}:
            return part
        broken = self._broken_in(row)
        self._budget.held -= self._held.pop(row["id"], 0)
        shown: list[CheckPart] = []
        also: list[tuple[str, str]] = []
        for check in broken:
            name, message = _name(check), truncated(on_one_line(check["message"]), SHOWN_TEXT)
            # the first is shown whatever there is room for
            if not shown or (len(shown) < SHOWN_CHECKS and self._budget.take(name, message, check["curl"] or "")):
                shown.append(self._check(check, name, message))
            elif len(also) < LISTED_CHECKS and self._budget.take(name, listed := truncated(message, LISTED_TEXT)):
                also.append((name, listed))
        blocks = self._blocked.get(row["id"], ())
        script = self._scripts.get(script_name(self._number, row["id"]), "")
        return replace(
            part,
            blocks=blocks,
            checks=shown,
            also=also,
            more=len(broken) - len(shown) - len(also),
            script=escape_unprintable(script) if self._budget.take(script) else "",
        )

    def _broken_in(self, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The checks that broke a clause, those with evidence first."""
        broken = [check for check in row["checks"] if check["outcome"] in ("fail", "error", "warning")]
        return sorted(broken, key=lambda check: not self._evidence_of(check))

    def _evidence_of(self, check: Mapping[str, Any]) -> Sequence[Shown]:
        return self._evidence.get((self._number, check["nodeid"]), ())

    def _check(self, check: Mapping[str, Any], name: str, message: str) -> CheckPart:
        exchanges = self._evidence_of(check)
        fits = all(self._budget.take(*exchange.texts()) for exchange in exchanges)
        curl = check["curl"] and truncated(escape_unprintable(check["curl"]), SHOWN_TEXT)
        return CheckPart(name, message, curl, exchanges if fits else (), left_out=bool(exchanges) and not fits)


def _plain(anchor: str, row: Mapping[str, Any], clause: Clause | None, deviation: KnownDeviation | None) -> ClausePart:
    return ClausePart(
        anchor=anchor,
        id=row["id"],
        chapter=row["chapter"],
        level=row["level"],
        statement=row["statement"],
        outcome=row["outcome"],
        reason=truncated(on_one_line(row["reason"]), SHOWN_REASON),
        why=clause.why if clause else "",
        source=clause.source if clause else (),
        known=row["known"],
        deviation=_told(deviation) if deviation is not None else "",
        remedy=deviation.remedy if deviation is not None and row["stock"] else "",
        stock=row["stock"],
    )


def _told(deviation: KnownDeviation) -> str:
    return f"{deviation.summary} Only where {deviation.only_where}." if deviation.only_where else deviation.summary


def _name(check: Mapping[str, Any]) -> str:
    """A check's nodeid without the chapter's file, which says nothing more."""
    return on_one_line(str(check["nodeid"]).partition("::")[2])


def script_name(target: int, clause: str) -> str:
    """The name of the file with the script that does again what broke a clause. target: its number, from 1."""
    return f"{clause}.sh" if target == 1 else f"{clause}-{target}.sh"


def all_scripts(about: Mapping[str, Any]) -> Mapping[str, str]:
    """The scripts of a HAR file's run, by name."""
    told = about.get("scripts")
    return {name: str(text) for name, text in told.items() if SCRIPT.fullmatch(name)} if isinstance(told, dict) else {}


def how_it_ended(about: Mapping[str, Any]) -> str | None:
    """The exit code of the run of a HAR file, and why it was that one; None where it does not say."""
    told = about.get("exit")
    return None if told is None else on_one_line(str(told))


def page_of_clauses(about: Mapping[str, Any]) -> str | None:
    """Where each clause has its anchor, as the run of a HAR file was told; None where that is no page."""
    told = str(about.get("contract_page") or "")
    return told if is_page(told) else None


def all_notes(about: Mapping[str, Any]) -> list[str]:
    """What a HAR file says of its run besides exchanges: things left behind, stale waivers."""
    notes: Iterable[Any] = about.get("notes", ())
    return [on_one_line(str(note)) for note in notes]
