"""The words of a verdict, the same on the terminal, the page and in CI; all are made from compliance.json alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from piwigo_contract.results.compare import Kind, changes
from piwigo_contract.results.outcomes import BROKEN, ORDER
from piwigo_contract.results.verdicts import VERDICTS, why_no_verdict

WORDS: Mapping[str, str] = {
    "pass": "passed",
    "fail": "broken",
    "warning": "warnings",
    "waived": "waived",
    "error": "suite errors",
    "not-assessed": "not assessed",
    "not-applicable": "not applicable",
}
"""Each outcome in words."""


VERDICT_WORDS: Mapping[str, str] = {
    "fail": "broken",
    "no-verdict": "without a verdict",
    "not-fully-verified": "not fully verified",
    "pass": "in order",
}
"""Each verdict in words, the worst first."""


def counts(target: Mapping[str, Any]) -> dict[str, int]:
    """How many clauses of a target have each outcome, in ORDER; those that none has are left out."""
    found = Counter(clause["outcome"] for clause in target["clauses"])
    return {outcome: found[outcome] for outcome in ORDER if found[outcome]}


def counts_in_words(target: Mapping[str, Any]) -> str:
    """Such as "3 fail, 1 warning, 200 pass"."""
    return ", ".join(f"{number} {WORDS[outcome]}" for outcome, number in counts(target).items())


def verdict_sentence(target: Mapping[str, Any]) -> str:
    """The verdict on one target, as a sentence. What is waived or a warning is never said to hold."""
    found = Counter(counts(target))  # a result may lack clauses
    clauses = len(target["clauses"]) - found["not-applicable"]
    but = " and ".join(_but(each, found[each]) for each in ("waived", "warning") if each in found)
    match target["verdict"]:
        case "fail":
            broken = found["fail"]
            missing = f"; {found['not-assessed']} could not be assessed" if "not-assessed" in found else ""
            told = f"The contract is broken: {broken} of {clauses} clauses {_do(broken)} not hold{missing}."
            return f"{told} {stock_sentence(target)}"
        case "no-verdict":
            return f"No verdict: {why_none(target)}."
        case "not-fully-verified":
            broken_else = f"Nothing is broken but {but}" if but else "Nothing is broken"
            return f"{broken_else}; {found['not-assessed']} of {clauses} clauses could not be assessed."
        case _:
            return f"All {clauses} clauses hold but {but}." if but else f"All {clauses} clauses hold."


def particular_first(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Clauses of one target: those that are broken as no gallery of the release is known to be, then the others."""
    return sorted(rows, key=lambda row: bool(row["stock"]))


def stock_sentence(target: Mapping[str, Any]) -> str:
    """What of that which is broken every gallery of the release has, and what this one alone."""
    release = f"known of Piwigo {target['release']}"
    broken = [row for row in target["clauses"] if row["outcome"] == "fail"]
    own = [row["id"] for row in target["clauses"] if row["outcome"] in BROKEN and not row["stock"]]
    own_broken = [row["id"] for row in broken if not row["stock"]]
    known = len(broken) - len(own_broken)
    all_known = f"{'It' if known == 1 else 'All ' + str(known)} {_are(known)} {release}"
    if not own:
        return f"{all_known}; nothing is particular to this gallery."
    if not known:
        return f"None of it is {release}."
    if not own_broken:
        return f"{all_known}; particular to this gallery {_are(len(own))} {', '.join(own)}."
    return f"Particular to this gallery: {', '.join(own_broken)}; the other {known} {_are(known)} {release}."


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _but(outcome: str, number: int) -> str:
    return f"{number} that {_are(number)} waived" if outcome == "waived" else _plural(number, "warning")


def _plural(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _do(number: int) -> str:
    return "does" if number == 1 else "do"


def since_the_baseline(document: Mapping[str, Any], baseline: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    """What got worse and better, a line each."""
    found = changes(document, baseline)
    kinds: tuple[Kind, Kind] = ("worse", "better")
    for kind in kinds:
        ids = [change.clause for change in found if change.kind == kind]
        if ids:
            yield kind, f"since the baseline {kind}: {len(ids)}: {', '.join(ids)}"
    if all(change.kind == "other" for change in found):
        yield "other", "since the baseline nothing got worse or better"


def overall_sentence(targets: Sequence[Mapping[str, Any]]) -> str:
    """The verdict on all targets of a run, as a sentence."""
    if len(targets) == 1:
        return verdict_sentence(targets[0])
    verdicts = Counter(target["verdict"] for target in targets)
    told = [f"{number} {words}" for verdict, words in VERDICT_WORDS.items() if (number := verdicts[verdict])]
    return f"Of {len(targets)} galleries: {', '.join(told)}."


def overall_verdict(targets: Sequence[Mapping[str, Any]]) -> str:
    """The worst verdict of a run's targets."""
    verdicts = {target["verdict"] for target in targets}
    return next(each for each in VERDICTS if each in verdicts)


def why_none(target: Mapping[str, Any]) -> str | None:
    """Why there is no verdict on a target, where there is none or would be none but for what is broken."""
    told = {clause["reason_kind"]: clause["reason"] for clause in target["clauses"]}
    return why_no_verdict(
        stopped=told.get("no-verdict"),
        interrupted="interrupted" in told,
        failed=[clause["id"] for clause in target["clauses"] if clause["outcome"] == "error"],
        hindered=[
            clause["reason"]
            for clause in target["clauses"]
            if clause["reason_kind"] == "environment"
            and any(check["outcome"] == "not-assessed" for check in clause["checks"])
        ],
        no_key=target["verdict"] == "no-verdict",  # the one cause that clauses do not show
    )
