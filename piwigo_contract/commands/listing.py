"""`--list-clauses` and `--explain`: the contract without a run."""

from __future__ import annotations

import json

from piwigo_contract.commands.clause_table import FORMS, listed
from piwigo_contract.contract.clauses import ACCESS, Clause, load_contract
from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.suite_index import checks_of
from piwigo_contract.errors import UsageError


def list_clauses(form: str) -> str:
    """All clauses in order, as a `table` for a terminal or as `json`. Raises UsageError for another form."""
    if form not in FORMS:
        raise UsageError(f"--list-clauses is table or json, not {form!r}")
    rows = [_as_data(clause) for clause in load_contract().clauses.values()]
    return listed(json.dumps(rows, indent=1, ensure_ascii=False), form)


def explain(clause_id: str) -> str:
    """One clause with its reasons, sources, known deviations and checks. Raises UsageError for an unknown id.

    clause_id: in capitals or not.
    """
    contract = load_contract()
    if clause_id.upper() not in contract.clauses:
        raise UsageError(f"--explain {clause_id}: no such clause (--list-clauses shows them)")
    clause = contract[clause_id.upper()]
    lines = [
        f"{clause.id} ({clause.level}, {contract.titles[clause.chapter]})",
        clause.statement,
        f"Why it matters: {clause.why}",
        f"Promised in: {'; '.join(clause.source)}",
        f"Releases: {_range(clause)}",
        f"Needs: {'; '.join(ACCESS[need] for need in clause.access)}",
    ]
    if clause.depends:
        lines.append(f"Depends on: {', '.join(clause.depends)}")
    deviating: dict[str, list[str]] = {}
    for profile in profiles().values():
        if deviation := profile.known_deviations.get(clause.id):
            only = f"Only where {deviation.only_where.rstrip('.')}." if deviation.only_where else None
            told = " ".join(
                filter(None, (deviation.summary, only, deviation.upstream, f"What helps: {deviation.remedy}"))
            )
            deviating.setdefault(told, []).append(profile.release)
    lines += [f"Known deviation of {', '.join(releases)}: {told}" for told, releases in deviating.items()]
    lines.append("What is sent, and what is claimed of the answer:")
    for check in checks_of(clause.id):
        lines += ["", f"  {check.where}" + (f" with {' and '.join(check.cases)}" if check.cases else "")]
        lines += [f"    {line}".rstrip() for line in check.code.splitlines()]
    return "\n".join(lines)


def _range(clause: Clause) -> str:
    return (
        "all" if len(clause.releases) == len(profiles()) else ", ".join(r for r in profiles() if r in clause.releases)
    )


def _as_data(clause: Clause) -> dict[str, object]:
    return {
        "id": clause.id,
        "chapter": clause.chapter,
        "level": clause.level,
        "statement": clause.statement,
        "why": clause.why,
        "source": list(clause.source),
        "releases": [release for release in profiles() if release in clause.releases],
        "access": list(clause.access),
        "depends": list(clause.depends),
        "known": {
            p.release: p.known_deviations[clause.id].upstream
            for p in profiles().values()
            if clause.id in p.known_deviations
        },
    }
