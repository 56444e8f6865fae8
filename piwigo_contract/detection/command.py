"""The command: which runs are made, and what comes of them. Exit code 0, 1 (see `main`), 4 for a usage error."""

from __future__ import annotations

import argparse
import dataclasses
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_file
from piwigo_contract.contract import sources
from piwigo_contract.contract.clauses import ACCESS, Contract, load_contract
from piwigo_contract.contract.releases import EMBEDDED_RELEASE, profiles
from piwigo_contract.detection import false_alarms, faults, tables
from piwigo_contract.detection.mutant_results import (
    FalseAlarm,
    MutantResult,
    enough_killed,
    false_alarm,
    judge,
    without_mutant,
)
from piwigo_contract.detection.runs import Job, RunPool
from piwigo_contract.effort import EFFORTS, STANDARD
from piwigo_contract.errors import UsageError
from piwigo_contract.option_values import browser
from piwigo_contract.reference import Reference, extensions
from piwigo_contract.reference.mutants import MUTANTS, Mutant

CORE = ("HDR-01", "HDR-02", "REJ-01", "REJ-02", "REJ-09")
"""Run on every mutant beside the clauses that it names: a fault must not turn these red by the way."""

RELEASE_DEPENDENT_CHAPTERS = frozenset(
    {"header", "rejection", "identity", "carriers", "beside", "forbidden", "derived", "token", "formats"}
)
"""Chapters in which releases differ: those that are run on the good reference of each, and on that of the embedded
release all. All of them, on every release, are left to `--all-checks` and to `tox -e contract`.
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = Arguments(
        prog="python -m piwigo_contract.detection",
        description="Runs the suite on every mutant of the reference server, each with the clauses that it names and a "
        "small core, and on the good reference of each release. Exit code 1 where a mutant was not caught as it should "
        "be, a clause has no mutant, or a good target turned red.",
    )
    result.add_argument("--mutant", metavar="NAME", action="append", default=[], help="this one alone (repeatable)")
    result.add_argument("--clause", metavar="ID", action="append", default=[], help="mutants that name it (repeatable)")
    result.add_argument(
        "--contract",
        metavar="FOLDER",
        action="append",
        default=[],
        help="clauses and mutants of your own, which alone are tried then (repeatable)",
    )
    result.add_argument("--part", type=_part, default=(1, 1), metavar="K/M", help="every M-th mutant, from the K-th on")
    result.add_argument(
        "--mutants-alone", action="store_true", help="without the runs on the good reference of each release"
    )
    result.add_argument(
        "--all-checks", action="store_true", help="the whole suite on each mutant, not its clauses alone"
    )
    result.add_argument(
        "--suite-faults",
        action="store_true",
        help="in place of mutants: take claims, controls, requests, fixtures or the target away from every check, or "
        "from those of each --clause; none may pass",
    )
    result.add_argument(
        "--no-false-alarm",
        type=int,
        metavar="SEEDS",
        help="in place of mutants: the suite, or each --clause, on good galleries in odd places, on every release with "
        "so many seeds; nothing may turn red",
    )
    result.add_argument("--release", choices=list(profiles()), help="in this release (default: in each mutant's own)")
    # the same few examples in each run, so that a mutant's fate is no matter of luck
    result.add_argument("--effort", choices=EFFORTS, default=STANDARD, help="of each run (%(default)s)")
    result.add_argument("--hypothesis-profile", default="unshrunk", metavar="NAME", help="of each run (%(default)s)")
    result.add_argument(
        "--hypothesis-seed",
        type=int,
        default=1,
        metavar="N",
        help="of each run (%(default)s); with --no-false-alarm the first of its SEEDS",
    )
    result.add_argument(
        "--share",
        type=_percent,
        default=100,
        metavar="PERCENT",
        help="of the mutants that have to be killed (%(default)s): a quick run need not see all",
    )
    result.add_argument("-n", type=int, default=os.cpu_count() or 1, metavar="N", help="runs at a time (%(default)s)")
    result.add_argument("--output", type=Path, default=Path("reports"), metavar="FOLDER", help="of the tables")
    result.add_argument(
        "--verbose", action="store_true", help="show what a run printed, where it was not as it should be"
    )
    return result


def _part(text: str) -> tuple[int, int]:
    """Which part of how many; from 1. Raises ArgumentTypeError for anything else."""
    found = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", text)
    if found is None or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no part such as 1/3")
    return int(found[1]), int(found[2])


def _percent(text: str) -> int:
    """From 1 to 100. Raises ArgumentTypeError for anything else."""
    if not re.fullmatch(r"[1-9]\d?|100", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 100")
    return int(text)


def main(command_line: list[str] | None = None) -> int:
    """0 where every mutant was killed (or the share asked for), every clause has one, and no good target turned red;
    else 1.
    """
    return run(parser(), command_line, _detect)


def _detect(asked: argparse.Namespace) -> int:
    sources.use(asked.contract)
    extensions.layers()  # registers their mutants
    contract = load_contract()
    chosen = chosen_mutants(asked, contract)
    if browser() is None:
        unseen = [each for each in chosen if any("browser" in contract[name].access for name in each.clauses)]
        chosen = [each for each in chosen if each not in unseen]
        if unseen:
            print(f"{len(unseen)} mutants are not tried: a clause of theirs needs {ACCESS['browser']}")
    partly = bool(asked.mutant or asked.clause or asked.contract)
    began = time.monotonic()
    pool = RunPool(
        *("--effort", asked.effort),
        *("--hypothesis-profile", asked.hypothesis_profile),
        *("--hypothesis-seed", str(asked.hypothesis_seed)),
        *(part for folder in asked.contract for part in ("--contract", str(Path(folder).absolute()))),
    )
    if asked.suite_faults:
        return _suite_faults(pool, frozenset(asked.clause) or None, asked.n)
    if asked.no_false_alarm is not None:
        seeds = range(asked.hypothesis_seed, asked.hypothesis_seed + asked.no_false_alarm)
        return false_alarms.run_all(pool, seeds, asked.release, frozenset(asked.clause) or None, asked.n)
    judged: list[MutantResult] = []
    alarms: list[FalseAlarm] = []
    jobs = [] if partly or asked.mutants_alone else list(_good(contract, asked.all_checks))
    jobs += [job_of(mutant, contract, asked.all_checks) for mutant in chosen]
    cpu = 0.0
    for made in pool.run_all(jobs, asked.n):
        cpu += made.cpu
        if made.job.name in MUTANTS:
            judged.append(judge(MUTANTS[made.job.name], made))
            told, bad = tables.line(judged[-1]), judged[-1].fate != "killed"
        else:
            alarm = false_alarm(made)
            alarms += [alarm] if alarm else []
            told, bad = (
                f"{'false alarm' if alarm else 'green':<12} {made.job.name} {alarm.explanation if alarm else ''}",
                bool(alarm),
            )
        print(told, flush=True)
        if bad and asked.verbose:
            print(made.output, flush=True)
    uncovered = [] if partly or asked.part[1] > 1 else without_mutant(contract, MUTANTS.values())
    summary = tables.summary(judged, contract, uncovered)
    print(f"\n{summary}\n{len(jobs)} runs in {time.monotonic() - began:.0f} s, {cpu:.0f} s of computing")
    judged.sort(key=lambda each: each.mutant.name)
    write_file("\n".join([*map(tables.line, judged), "", summary, ""]), asked.output / "detection.txt")
    write_file(tables.page(judged, alarms, contract, uncovered), asked.output / "detection.html")
    return 1 if alarms or uncovered or not enough_killed(judged, asked.share) else 0


def _suite_faults(pool: RunPool, clauses: frozenset[str] | None, processes: int) -> int:
    """1 where a check passed that had something taken away, or a target that is gone was judged; else 0."""
    wrong = 0
    for made in pool.run_all(faults.fault_jobs(pool.fixtures(clauses), clauses), processes):
        told = faults.fault_verdict(made)
        wrong += told is not None
        print(
            f"{'fine' if told is None else 'WRONG':<6} {made.job.name}: {told or faults.outcome_summary(made)}",
            flush=True,
        )
    print(f"{wrong} faults of the suite went unseen")
    return 1 if wrong else 0


def chosen_mutants(asked: argparse.Namespace, contract: Contract) -> Sequence[Mutant]:
    """The mutants to be run. Raises UsageError for a mistake in what was asked."""
    if unknown := [name for name in asked.mutant if name not in MUTANTS]:
        raise UsageError(f"--mutant {unknown[0]}: there is no such mutant")
    if unknown := [name for name in asked.clause if name not in contract.clauses]:
        raise UsageError(f"--clause {unknown[0]}: is no clause of the contract")
    if asked.n < 1:
        raise UsageError(f"-n {asked.n}: at least one run at a time")
    chosen = [mutant for mutant in MUTANTS.values() if not asked.mutant or mutant.name in asked.mutant]
    chosen = [mutant for mutant in chosen if not asked.clause or set(asked.clause) & set(mutant.clauses)]
    if asked.contract and not (asked.mutant or asked.clause):
        own = load_contract(sources.OWN).clauses
        chosen = [mutant for mutant in chosen if not own.keys() & set(mutant.clauses)]
    part, parts = asked.part
    chosen = chosen[part - 1 :: parts]
    if asked.release:
        chosen = [dataclasses.replace(mutant, release=asked.release) for mutant in chosen]
    return chosen


def job_of(mutant: Mutant, contract: Contract, all_checks: bool) -> Job:
    """The run on a mutant: of all clauses, or of those that it names, what they depend on, and the core."""
    named = set(mutant.clauses)
    needed = {each for name in named for each in contract.prerequisites(name)}
    site = () if mutant.site_list is None else ("--forbidden-methods", str(mutant.site_list))
    profile = () if mutant.profile is None else ("--hypothesis-profile", mutant.profile)
    return Job(
        mutant.name,
        Reference(release=mutant.release, mutant=mutant.name),
        None if all_checks else frozenset({*named, *needed, *CORE}),
        (*site, *profile),
    )


def _good(contract: Contract, all_checks: bool) -> Iterator[Job]:
    """Runs on the unmutated reference of each release."""
    clauses = contract.clauses.values()
    few = frozenset(clause.id for clause in clauses if clause.chapter in RELEASE_DEPENDENT_CHAPTERS)
    without_a_browser = frozenset(clause.id for clause in clauses if "browser" not in clause.access)
    for release in profiles():
        chosen = without_a_browser if release == EMBEDDED_RELEASE else few
        yield Job(f"good {release}", Reference(release=release), None if all_checks else chosen)
