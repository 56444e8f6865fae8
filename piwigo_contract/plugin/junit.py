"""What JUnit's XML says of the contract: each check by its clause, the rest as properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from _pytest.junitxml import LogXML, xml_key

from piwigo_contract.contract.clauses import Clause, Contract
from piwigo_contract.results.outcomes import CheckResult, outcome_of


def properties(
    result: CheckResult, clause: Clause, contract: Contract, url: str, known: str | None
) -> list[tuple[str, object]]:
    """Of one check, as pytest's `user_properties`, which travel from a worker too."""
    told = {
        "clause": clause.id,
        "level": clause.level,
        "chapter": contract.titles[clause.chapter],
        "statement": clause.statement,
        "outcome": outcome_of(result.outcome, clause.level),
        "target": url,
        "known": known,
    }
    return [(name, value) for name, value in told.items() if value is not None]


def _xml(config: pytest.Config) -> LogXML | None:
    """What writes `--junitxml`, or None in a run without it."""
    return config.stash.get(xml_key, None)


def name_by_clause(config: pytest.Config, report: pytest.TestReport, clause: Clause) -> None:
    """Have a check's test case bear the clause's id and the chapter. To be called before the report is logged."""
    xml = _xml(config)
    if xml is not None:
        case = xml.node_reporter(report)
        case.add_attribute("classname", clause.chapter)
        case.add_attribute("name", f"{clause.id} {report.nodeid.rpartition('::')[2]}")


def describe_run(config: pytest.Config, document: Mapping[str, Any]) -> None:
    """Say of the whole run what it was: the verdict on each target, and what judged it."""
    xml = _xml(config)
    if xml is None:
        return
    targets: Sequence[Mapping[str, Any]] = document["targets"]
    xml.add_global_property("suite", f"piwigo-contract {document['suite']['version']}")
    xml.add_global_property("seed", document["suite"]["seed"] or "none given")
    for number, target in enumerate(targets, 1):
        prefix = "" if len(targets) == 1 else f"target{number}."
        for name in ("url", "reported_version", "release", "verdict"):
            xml.add_global_property(f"{prefix}{name}", target[name] or "")
