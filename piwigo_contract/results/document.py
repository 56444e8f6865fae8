"""`compliance.json`: the machine-readable result, of a fixed form (docs/compliance-json.md)."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from piwigo_contract import __version__
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.results.escaping import is_printable
from piwigo_contract.results.outcomes import outcome_of
from piwigo_contract.results.verdicts import TargetResult

SCHEMA = 2
"""Version of the form; see docs/compliance-json.md."""

_PERHAPS_UNSEEN = re.compile("[^\n -~]")


def compliance_document(
    targets: Sequence[TargetResult], *, seed: str | None, effort: str, started: str, seconds: float
) -> dict[str, Any]:
    """The whole result as plain data. `started` is UTC in ISO 8601, `seconds` the run's duration."""
    return {
        "schema": SCHEMA,
        "suite": {"version": __version__, "commit": suite_commit(), "seed": seed, "effort": effort},
        "started": started,
        "seconds": round(seconds, 3),
        "targets": [_target(target) for target in targets],
    }


def _target(target: TargetResult) -> dict[str, Any]:
    return {
        "url": target.url,
        "reported_version": target.reported_version,
        "release": target.release,
        "access": list(target.access),
        "verdict": target.verdict,
        "requests": target.requests,
        "not_implemented": list(target.not_implemented),
        "environment": list(target.environment),
        "left_behind": list(target.left_behind),
        "clauses": [
            {
                "id": result.clause.id,
                "chapter": result.clause.chapter,
                "level": result.clause.level,
                "statement": result.clause.statement,
                "outcome": result.outcome,
                "reason": result.reason,
                "reason_kind": None if result.why is None else result.why.kind,
                "blocked_by": [] if result.why is None else list(result.why.clauses),
                "requests": result.cost.requests,
                "keyed_requests": result.cost.keyed_requests,
                "seconds": round(result.cost.seconds, 3),
                "stock": result.stock,
                "checks": [
                    {
                        "nodeid": check.nodeid,
                        "outcome": outcome_of(check.outcome, result.clause.level),
                        "message": check.explanation,
                        "curl": check.curl,
                    }
                    for check in result.checks
                ],
                "known": result.known,
            }
            for result in target.clauses
        ],
    }


def write_document(document: dict[str, Any], path: Path) -> None:
    """Write the document, making the folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(document), encoding="utf-8")


def as_text(document: dict[str, Any]) -> str:
    """The document as it is written: what can't be seen as its escape."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    seen = _PERHAPS_UNSEEN.sub(lambda found: found[0] if is_printable(found[0]) else json.dumps(found[0])[1:-1], text)
    return seen + "\n"


@cache
def suite_commit() -> str | None:
    """The commit of the checkout that the suite runs from, or None where it is installed or git is missing."""
    if not (SUITE.parent / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", "HEAD"],
            cwd=SUITE.parent,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.strip() or None
