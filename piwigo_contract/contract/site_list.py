"""What one gallery changes of its release's list of methods that a key may not call (`--forbidden-methods`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from piwigo_contract.contract.releases import ReleaseProfile, profiles
from piwigo_contract.errors import UsageError

_ENTRY = re.compile(r"[+-]?[A-Za-z_][\w.:]*")


@dataclass(frozen=True)
class SiteList:
    """What one gallery adds to the default of `$conf['api_key_forbidden_methods']` and takes away from it."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def applied_to(self, default: tuple[str, ...]) -> tuple[str, ...]:
        """This list of methods, changed as on the gallery."""
        kept = [method for method in default if method not in self.removed]
        return (*kept, *(method for method in self.added if method not in default))

    def added_to(self, profile: ReleaseProfile) -> tuple[str, ...]:
        """What is on the gallery's list beside the release's own."""
        return tuple(method for method in self.added if method not in profile.forbidden_methods)

    def removed_from(self, profile: ReleaseProfile) -> tuple[str, ...]:
        """The methods of the release's list that the gallery lets keys call."""
        return tuple(method for method in self.removed if method in profile.forbidden_methods)


def parse_site_list(source: str, text: str) -> SiteList:
    """Read `+METHOD,-METHOD`, or a file with one of them a line and comments after `#`.

    A method without a sign is added. source: the option, for the UsageError that anything amiss raises.
    """
    path = Path(text)
    try:
        is_file = path.exists()
    except OSError:
        is_file = False
    if is_file or "/" in text or "\\" in text:
        source = f"{source}: {text}"
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{source}: can't be read: {getattr(error, 'strerror', None) or 'no text'}") from error
    added: dict[str, None] = {}
    removed: dict[str, None] = {}
    known = {method for profile in profiles().values() for method in profile.forbidden_methods}
    for entry in _entries(text):
        if not _ENTRY.fullmatch(entry):
            raise UsageError(f"{source}: {entry!r} is not +METHOD or -METHOD, such as +pwg.images.delete")
        method = entry.lstrip("+-")
        if entry.startswith("-") and method not in known:
            raise UsageError(f"{source}: {method} can't be taken off the list: no release has it there")
        (removed if entry.startswith("-") else added)[method] = None
    if both := [method for method in added if method in removed]:
        raise UsageError(f"{source}: {both[0]} is both added and taken away")
    if not added and not removed:
        raise UsageError(f"{source}: names no method, such as +pwg.images.delete")
    return SiteList(tuple(added), tuple(removed))


def _entries(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from (entry for part in line.partition("#")[0].split(",") if (entry := part.strip()))
