"""`python -m piwigo_contract.commands.contract_pages`: the contract, or the table of releases, as Markdown."""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from piwigo_contract.command_line import Arguments, run, write_out
from piwigo_contract.contract.clauses import ACCESS, Clause, load_contract
from piwigo_contract.contract.releases import KnownDeviation, profiles
from piwigo_contract.contract.resources import SPECS, load
from piwigo_contract.contract.sources import OWN

CONTRACT = """\
# The contract

{number} clauses, as `piwigo-contract --explain ID` has them. `#HDR-13` after this page's address leads to a clause.
What the words mean is in the [glossary](glossary.md); [the releases](releases.md) tell which one breaks what.
"""

RELEASES = """\
---
hide: [toc]
---
# Releases

Which clause each release of Piwigo breaks. All that is not here held, or could not be asked. Your own gallery may
differ by its settings, its plugins and what stands in front of it. An id leads to the causes, and to what helps.
`specs/releases/` has the same as data, and `--waivers known` accepts it.

Known deviations as last recorded, of real galleries: {measured}.

| in the table | it means |
|---|---|
| **breaks** | it is broken on every installation |
| *some* | it is broken where the gallery has a certain setting, which the clause's entry names |
| holds | what an earlier or later release breaks, and this one keeps |
| - | no promise of this release |
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = Arguments(prog="python -m piwigo_contract.commands.contract_pages", description=__doc__)
    result.add_argument("page", choices=("contract", "releases"))
    result.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: standard output")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 4 for a usage error."""
    return run(parser(), arguments, _page)


def _page(asked: argparse.Namespace) -> None:
    write_out(contract_page() if asked.page == "contract" else releases_page(), asked.output)


def contract_page() -> str:
    """Every clause of this project's own contract, by chapter, each with its id as anchor."""
    contract = load_contract(OWN)
    lines = [CONTRACT.format(number=len(contract.clauses))]
    for chapter, title in contract.titles.items():
        lines += [f"## {_text(title)} {{ #{chapter} }}", ""]
        for clause in contract.clauses.values():
            if clause.chapter == chapter:
                lines += _entry(clause)
    return "\n".join(lines)


def _entry(clause: Clause) -> Iterator[str]:
    """A clause as Markdown."""
    yield f"### {clause.id} {{ #{clause.id} }}"
    yield f"\n**{clause.level}** {_text(clause.statement)}\n"
    yield f"- Why it matters: {_text(clause.why)}"
    yield f"- Promised in: {'; '.join(_source(source) for source in clause.source)}"
    if len(clause.releases) < len(profiles()):
        yield f"- Releases: {', '.join(release for release in profiles() if release in clause.releases)}"
    yield f"- Needs: {'; '.join(_text(ACCESS[need]) for need in clause.access)}"
    if clause.depends:
        yield f"- Depends on: {', '.join(f'[{each}](#{each})' for each in clause.depends)}"
    for deviation, releases in _deviations(clause):
        yield f"- Known deviation of {', '.join(releases)}: {_told(deviation)}"
    yield ""


def _deviations(clause: Clause) -> list[tuple[KnownDeviation, list[str]]]:
    """What releases are known for, each with those of which it is told in the same words."""
    told: dict[str, tuple[KnownDeviation, list[str]]] = {}
    for profile in profiles().values():
        if (deviation := profile.known_deviations.get(clause.id)) is not None:
            told.setdefault(_told(deviation), (deviation, []))[1].append(profile.release)
    return list(told.values())


def _told(deviation: KnownDeviation) -> str:
    only = f" Only where {_text(deviation.only_where.rstrip('.'))}." if deviation.only_where else ""
    issue = f" ([upstream issue]({deviation.upstream}))" if deviation.upstream else ""
    return f"{_text(deviation.summary)}{only}{issue} What helps: {_text(deviation.remedy)}"


def releases_page() -> str:
    """The table of clauses that at least one release breaks, with the day on which each release was last recorded."""
    contract = load_contract(OWN)
    seen = load(SPECS / "measured" / "releases.yaml", "measured")["releases"]
    measured = ", ".join(f"{seen[name]['version']} on {seen[name]['day']}" for name in profiles())
    lines = [RELEASES.format(measured=measured)]
    lines += [f"| clause | promise | {' | '.join(profiles())} |", f"|---|---|{'---|' * len(profiles())}"]
    lines += [_row(clause) for clause in contract.clauses.values() if _deviations(clause)]
    return "\n".join([*lines, ""])


def _row(clause: Clause) -> str:
    cells = [_cell(clause, release) for release in profiles()]
    return f"| [{clause.id}](contract.md#{clause.id}) | {_text(clause.statement)} | {' | '.join(cells)} |"


def _cell(clause: Clause, release: str) -> str:
    deviation = profiles()[release].known_deviations.get(clause.id)
    if deviation is not None:
        return "*some*" if deviation.only_where else "**breaks**"
    return "holds" if release in clause.releases else "-"


def _source(source: str) -> str:
    return f"<{source}>" if re.fullmatch(r"https://\S+", source) else _text(source)


def _text(text: str) -> str:
    """Text of the data as Markdown that is nothing but text, its `code` apart."""
    parts = re.split(r"(`[^`]+`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else _plain(part) for part in parts)


def _plain(text: str) -> str:
    return re.sub(r"([\\*_\[\]|{}])", r"\\\1", html.escape(text, quote=False))


if __name__ == "__main__":
    sys.exit(main())
