"""`--sweep`: takes away what earlier runs left on galleries, after showing it and asking."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from piwigo_contract.client.gallery import NoAnswer
from piwigo_contract.client.vault import Vault
from piwigo_contract.command_line import NO_VERDICT, USAGE
from piwigo_contract.errors import Hindered, OutOfReach, PiwigoContractError, UsageError
from piwigo_contract.options import Settings
from piwigo_contract.provision.inspection import run_preflight
from piwigo_contract.provision.kinds import KINDS
from piwigo_contract.provision.ledger import Entry, entries_in
from piwigo_contract.provision.ledger_file import is_abandoned, ledgers
from piwigo_contract.provision.sweep import Leftovers, find_leftovers, take_away
from piwigo_contract.provision.target import Target
from piwigo_contract.results.escaping import escape_ci_commands, on_one_line


def sweep(settings: Settings, folder: Path) -> int:
    """Show what earlier runs left on the targets, and take it away where that is wanted.

    folder: where the runs were started. Returns the exit code: 0 where nothing is left, or nothing was to be removed;
    2 where something is left, or a target can't be swept; 4 where nobody can be asked. Raises UsageError.
    """
    if not settings.targets:
        raise UsageError("--sweep needs to know where: give --target URL")
    if settings.read_only:
        raise UsageError("--sweep removes things, and --read-only changes nothing: leave one of them out")
    vault, own = Vault(), [settings.for_target(number) for number in range(len(settings.targets))]
    if not all(each.webmaster or each.account for each in own):
        raise UsageError("--sweep needs --webmaster USER:PASSWORD (or --account, for the keys of that user alone)")
    return max(_sweep(Target(url, each, vault), folder) for url, each in zip(settings.targets, own, strict=True))


def _sweep(target: Target, folder: Path) -> int:
    url, found = target.preflight.url, Leftovers()
    try:
        run_preflight(target, try_command=False)
        if target.preflight.stopped:
            _say(f"ERROR: {target.preflight.stopped}", error=True)
            return NO_VERDICT
        found = find_leftovers(target, folder)
        _say(*told(found, url))
        if not found.told and not found.noted:
            return NO_VERDICT if found.elsewhere else 0
        if found.told and target.settings.sweep != "yes" and (code := _asked()) is not None:
            return code
        left = take_away(target, found)
    except (PiwigoContractError, OutOfReach) as error:
        if isinstance(error, UsageError):
            raise
        _say(f"ERROR: {url}: {target.vault.clean(str(error))}", error=True)
        return NO_VERDICT
    finally:
        found.close()
        with suppress(NoAnswer, Hindered):
            target.log_out()
        target.gallery.close()
    for entry, why in left:
        _say(f"left behind on {url}: {entry.in_words}: {target.vault.clean(why)}", error=True)
    if not left:
        _say(f"{url}: all of it is gone")
    return NO_VERDICT if left or (target.settings.sweep == "yes" and found.elsewhere) else 0


def _asked() -> int | None:
    """The exit code where nothing is to be removed, else None."""
    if not sys.stdin.isatty():
        _say("ERROR: nothing was removed, as nobody can be asked: --sweep=yes removes what is shown", error=True)
        return USAGE
    print("Remove all of this? [y/N] ", end="", flush=True)
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return None
    _say("nothing was removed")
    return 0


def told(found: Leftovers, url: str) -> Iterator[str]:
    """What was found, a line for each kind."""
    if found.elsewhere:
        yield (
            f"{url}: {', '.join(sorted(found.elsewhere))}: made users less than an hour ago, and no ledger of it is "
            "here: a run that may be under way elsewhere, which --sweep=yes lets be"
        )
    if not found.told:
        yield f"{url}: earlier runs left nothing"
    else:
        yield f"{url}: earlier runs left"
        yield from (f"  {line}" for line in by_kind(found.told))


def by_kind(entries: Iterable[Entry]) -> Iterator[str]:
    """Entries in words, a line for each kind."""
    gathered: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        gathered[entry.kind].append(entry.in_words)
    for kind, words in gathered.items():
        yield f"{len(words)} {kind if len(words) == 1 else KINDS[kind].plural}: {', '.join(words)}"


def abandoned(folder: Path) -> list[str]:
    """What is to be said at the start of a run of earlier ones that did not come to their end."""
    return [
        f"an earlier run left things on {url} ({', '.join(path.name for path in paths)}): "
        f"--target {url} --sweep shows and removes them"
        for url, paths in _abandoned(folder).items()
    ]


def left_by_earlier_runs(folder: Path, targets: Sequence[str]) -> list[str]:
    """On which of these targets runs left something that did not come to their end."""
    # a target may have redirected the run to its address with TLS
    places = {urlsplit(url)[1:3] for url in _abandoned(folder)}
    return [url for url in targets if urlsplit(url)[1:3] in places]


def _abandoned(folder: Path) -> dict[str, list[Path]]:
    """The ledgers of processes that are gone, by the target of what stands in them."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in ledgers(folder):
        if is_abandoned(path):
            with suppress(UsageError, OSError):  # what is no ledger is nobody's
                for entry in entries_in(path):
                    if path not in found[entry.target]:
                        found[entry.target].append(path)
    return found


def _say(*lines: str, error: bool = False) -> None:
    for line in lines:
        # two blanks at the beginning are kept
        indent = line[: len(line) - len(line.lstrip())]
        print(indent + escape_ci_commands(on_one_line(line)), file=sys.stderr if error else sys.stdout, flush=True)
