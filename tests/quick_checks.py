"""Chooses the checks of a quick run, by the mutants and the releases' own faults: `python -m tests.quick_checks`.

It makes a run on each mutant, a quarter of an hour in all. tests/test_effort.py says when it is due.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections import Counter, defaultdict

from piwigo_contract.contract.clauses import load_contract
from piwigo_contract.contract.quick_checks import FILE, quick_checks
from piwigo_contract.contract.releases import profiles
from piwigo_contract.detection.command import job_of
from piwigo_contract.detection.runs import Job, RunPool
from piwigo_contract.effort import DEEP, QUICK, spread
from piwigo_contract.reference import Reference
from piwigo_contract.reference.mutants import MUTANTS
from piwigo_contract.results.outcomes import BROKEN


def reds_of(run, named):
    """The checks that are red, of each of the clauses that are named."""
    red = {
        row["id"]: {check["nodeid"] for check in row["checks"] if check["outcome"] in BROKEN} for row in run.clauses()
    }
    return {clause: red[clause] for clause in named if red.get(clause)}


def functions_of(checks):
    """The checks of a clause by their function."""
    alike = defaultdict(list)
    for check in checks:
        alike[check["nodeid"].partition("[")[0]].append(check["nodeid"])
    return alike


def runs_on_mutants(effort, clauses):
    """The runs on the mutants of these clauses, every check of them made that the effort has."""
    contract, jobs = load_contract(), []
    for mutant in MUTANTS.values():
        if named := clauses & set(mutant.clauses):
            needed = {each for name in named for each in contract.prerequisites(name)}
            job = job_of(mutant, contract, all_checks=False)
            jobs.append(dataclasses.replace(job, clauses=frozenset(named | needed), every_check=True))
    return pool(effort).run_all(jobs, os.cpu_count() or 1)


def pool(effort):
    return RunPool("--effort", effort, "--hypothesis-profile", "unshrunk", "--hypothesis-seed", "1")


def chosen(clause, functions, red):
    """As few of a clause's checks as leave no mutant out, and at least one of each function.

    functions: the checks of each; red: of each mutant those that are red on it.
    """
    taken = {checks[0] for checks in functions.values() if len(checks) == 1}
    while left := [each for each in red if taken.isdisjoint(each)]:
        sees = Counter(check for each in left for check in each)
        taken.add(max(sorted(sees), key=sees.__getitem__))
    for checks in functions.values():
        if taken.isdisjoint(checks):
            taken.update(spread(checks, 1, clause))
    return taken


def write(functions, red):
    """Choose, and write it down. red: the red checks by clause and mutant."""
    found = defaultdict(set)
    for clause, there in functions.items():
        for nodeid in chosen(clause, there, [each for (name, _), each in red.items() if name == clause and each]):
            function, _, example = nodeid.partition("[")
            if len(there[function]) != 1:
                found[function].add(example.removesuffix("]"))
    told = {function: sorted(examples) for function, examples in sorted(found.items())}
    FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    quick_checks.cache_clear()


def main():
    (good,) = pool(DEEP).run_all([Job("good", Reference())], 1)
    functions = {row["id"]: functions_of(row["checks"]) for row in good.clauses()}
    functions = {clause: each for clause, each in functions.items() if max(map(len, each.values()), default=0) > 1}
    red = {}
    as_released = [Job(release, Reference(release, fixed=False), every_check=True) for release in profiles()]
    for run in pool(DEEP).run_all(as_released, os.cpu_count() or 1):
        red.update({(clause, run.job.name): checks for clause, checks in reds_of(run, functions).items()})
    for run in runs_on_mutants(DEEP, functions.keys()):
        named = MUTANTS[run.job.name].clauses
        red.update({(clause, run.job.name): checks for clause, checks in reds_of(run, named).items()})
    # alone a check may be green that was red for what an earlier one of its clause had left behind
    again = True
    while again:
        write(functions, red)
        again = False
        for run in runs_on_mutants(QUICK, functions.keys()):
            seen = reds_of(run, MUTANTS[run.job.name].clauses)
            made = {check["nodeid"] for row in run.clauses() for check in row["checks"]}
            for clause in set(MUTANTS[run.job.name].clauses) - seen.keys():
                if (checks := red.get((clause, run.job.name))) and checks & made:
                    checks -= made
                    again |= bool(checks)


if __name__ == "__main__":
    main()
