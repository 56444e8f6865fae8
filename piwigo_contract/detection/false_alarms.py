"""False-positive test: good galleries in unusual setups, of which the suite must find none broken."""

from __future__ import annotations

from collections.abc import Iterator

from piwigo_contract.contract.releases import profiles
from piwigo_contract.contract.resources import SUITE
from piwigo_contract.detection.mutant_results import false_alarm
from piwigo_contract.detection.runs import Job, RunPool
from piwigo_contract.reference import Reference
from piwigo_contract.reference.variations import VARIATIONS

CERTIFICATE = SUITE.parent / "tests" / "data" / "self-signed.pem"
"""Exists in a checkout only; without it the variation `tls` is left out."""


def places() -> list[str]:
    """The names of all odd places, the usual one first."""
    return ["as-usual", *VARIATIONS, *(["tls"] if CERTIFICATE.exists() else [])]


def false_alarm_jobs(seeds: range, release: str | None, clauses: frozenset[str] | None) -> Iterator[Job]:
    """One run for each seed and release; the setups take turns, so that a seed always gets the same setup."""
    for seed in seeds:
        for number, each in enumerate([release] if release else profiles()):
            place = places()[(seed - 1 + number) % len(places())]
            reference = Reference(
                each,
                variation=place if place in VARIATIONS else None,
                tls=CERTIFICATE if place == "tls" else None,
            )
            yield Job(f"{each} {place} {seed}", reference, clauses, ("--hypothesis-seed", str(seed)))


def run_all(pool: RunPool, seeds: range, release: str | None, clauses: frozenset[str] | None, processes: int) -> int:
    """1 where anything turned red, or a run had no verdict; else 0."""
    alarms = made = 0
    for run in pool.run_all(false_alarm_jobs(seeds, release, clauses), processes):
        made += 1
        variation = VARIATIONS.get(run.job.reference.variation or "")
        alarm = false_alarm(run, variation.breaks if variation else ())
        alarms += alarm is not None
        print(
            f"{'green' if alarm is None else 'ALARM':<6} {run.job.name} {alarm.explanation if alarm else ''}",
            flush=True,
        )
    print(f"{alarms} false alarms in {made} runs")
    return 1 if alarms else 0
