"""What is kept of all galleries of a fleet while their results go by: little of each, and all of the worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from piwigo_contract.contract.waivers import stale
from piwigo_contract.plugin.summary import SHOWN_LINES
from piwigo_contract.report.overview import SHOWN_WHOLE, Overview, Target
from piwigo_contract.report.words import overall_sentence, verdict_sentence, why_none
from piwigo_contract.results.compare import got_worse
from piwigo_contract.results.escaping import on_one_line
from piwigo_contract.results.verdicts import VERDICTS, Exit, Summed, exit_of

if TYPE_CHECKING:
    from piwigo_contract.plugin.run import ContractRun


class Whole:
    """few: all results, where they are few. worst: those that are told of one by one. verdicts: of each gallery no more
    than that. notes: what else a person should know.
    """

    def __init__(self, run: ContractRun, page_of: Callable[[Target], str | None]) -> None:
        self._run = run
        self.overview = Overview(page_of)
        self.few: list[Target] = []
        self.worst: list[Target] = []
        self.verdicts: list[Target] = []
        self.notes: list[str] = []
        self._sums: list[Summed] = []
        self._waived: list[tuple[str, str, dict[str, str]]] = []
        self._worse: list[str] = []

    def add(self, target: Target) -> None:
        """One gallery, in the order of the file."""
        stopped = any(row["reason_kind"] == "no-verdict" for row in target["clauses"])
        outcomes: dict[str, Any] = {row["id"]: row["outcome"] for row in target["clauses"]}
        judged = Counter[Any](() if stopped else outcomes.values())
        self._sums.append(Summed(judged, why_none(target)))
        self.overview.add(target)
        self.verdicts.append({"url": target["url"], "verdict": target["verdict"]})
        if not stopped:
            named = {waiver.clause for waiver in self._run.waivers}
            told = {clause: outcome for clause, outcome in outcomes.items() if clause in named}
            self._waived.append((target["url"], str(target["release"]), told))
        if self._run.baseline is not None:
            self._worse += [change.clause for change in got_worse({"targets": [target]}, self._run.baseline)]
        if len(self.few) < SHOWN_WHOLE:
            self.few.append(target)
        if target["verdict"] in ("fail", "no-verdict"):
            self.worst = sorted([*self.worst, target], key=_how_bad)[:SHOWN_LINES]
        self.notes += [f"left behind on {target['url']}: {line}" for line in target["left_behind"]]

    @property
    def told(self) -> list[Target]:
        """What a sentence on all is made of: the verdicts, and of a single gallery all that there is."""
        return self.few if len(self.verdicts) == 1 else self.verdicts

    def ends(self) -> Exit:
        """How the run ends."""
        told = stale(self._run.waivers, self._waived)
        self.notes += told
        worse = list(dict.fromkeys(self._worse))
        return exit_of(self._sums, self._run.settings.gate, worse=worse, stale=told)

    def lines(self) -> Iterator[str]:
        """For the terminal: the verdict on all, those that are not in order, and the notes."""
        yield overall_sentence(self.told)
        bad = sum(each["verdict"] in ("fail", "no-verdict") for each in self.verdicts)
        yield from (f"{each['url']}: {on_one_line(verdict_sentence(each))}" for each in self.worst)
        if len(self.worst) < bad:
            yield f"and {bad - len(self.worst)} more that are not in order, see the report"
        yield from (f"note: {on_one_line(note)}" for note in self.notes[:SHOWN_LINES])
        if len(self.notes) > SHOWN_LINES:
            yield f"and {len(self.notes) - SHOWN_LINES} more notes, see the report"


def _how_bad(target: Target) -> int:
    return VERDICTS.index(target["verdict"])
