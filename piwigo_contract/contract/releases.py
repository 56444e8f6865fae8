"""Release profiles: what is particular to each Piwigo release that has API keys.

The data is in `specs/releases/`, one file a release, with what differs from the release that it extends; this module
reads it, and chooses the profile that applies to a target from the version that the target reports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from piwigo_contract.contract.resources import SPECS, load
from piwigo_contract.errors import NoVerdict, UsageError

EMBEDDED_RELEASE = "16.4"
"""The release that the embedded reference plays unless asked otherwise: the newest stable one."""

TokenRule = Literal["must-be-present", "needless"]
"""See ReleaseProfile.token_with_key."""


@dataclass(frozen=True)
class KnownDeviation:
    """A clause that this release is known to break; the clause is red all the same."""

    clause: str
    summary: str
    remedy: str
    """What can be done about it."""
    upstream: str | None
    """Link of the upstream issue, or None where nobody has reported it yet."""
    found: tuple[str, ...]
    """Regular expressions, one of which is found in whatever the checks find wrong: another cause is not this one."""
    only_where: str | None = None
    """What must be so for the clause to be broken, or None where it is on every installation."""

    def explains(self, causes: Sequence[str]) -> bool:
        """Whether all of these, of which there is at least one, are what the release is known for."""
        return bool(causes) and explains(self.found, causes)


def explains(patterns: Sequence[str], causes: Sequence[str]) -> bool:
    """Whether one of the patterns is found in each of the causes; yes where there are no patterns."""
    return not patterns or all(any(re.search(pattern, cause) for pattern in patterns) for cause in causes)


@dataclass(frozen=True)
class ReleaseProfile:
    """One release's own terms.

    extends: the earlier release from which its file says what differs, or None where it says everything.
    header: the name of the header that carries `PKID:SECRET`.
    other_header: the name that another release uses, which this one ignores.
    token_with_key: `needless`, or `must-be-present` where a call with a key answers 1002 without a
        `pwg_token` parameter although any value of it does (upstream issue 2539).
    forbidden_methods: default of `$conf['api_key_forbidden_methods']` (include/config_default.inc.php).
    """

    release: str
    header: str
    other_header: str
    token_with_key: TokenRule
    forbidden_methods: tuple[str, ...]
    known_deviations: Mapping[str, KnownDeviation]
    extends: str | None = None

    def known_for(self, clause: str, causes: Sequence[str]) -> KnownDeviation | None:
        """What the release is known for, where a clause is broken in that way and in no other."""
        deviation = self.known_deviations.get(clause)
        return deviation if deviation is not None and deviation.explains(causes) else None

    @property
    def if_no_key_is_seen(self) -> str:
        """What to look at where a target answers as if there were no key in the request."""
        cgi = ", as Apache and CGI do with Authorization unless told otherwise (CGIPassAuth On)"
        drops = f"drop the header {self.header}{cgi if self.header == 'Authorization' else ''}"
        return f"does something in front of it {drops}, or answer from a cache?"

    @property
    def order(self) -> tuple[int, int]:
        """Sorts profiles by age: (16, 4) for release 16.4."""
        return _order(self.release)


def _order(release: str) -> tuple[int, int]:
    major, minor = release.split(".")
    return int(major), int(minor)


@cache
def profiles(folder: Path = SPECS / "releases") -> Mapping[str, ReleaseProfile]:
    """All release profiles by release (`16.0`, ...), oldest first. Raises UsageError for bad data."""
    files = {path: load(path, "release") for path in sorted(folder.glob("*.yaml"))}
    for path, data in files.items():
        if data["release"] != path.stem:
            raise UsageError(f"{path}: says release {data['release']!r}, its name says {path.stem!r}")
    found: dict[str, ReleaseProfile] = {}
    for path in sorted(files, key=lambda path: _order(path.stem)):
        found[path.stem] = _profile(path, files[path], found)
    return found


def _profile(path: Path, data: Mapping[str, Any], earlier: Mapping[str, ReleaseProfile]) -> ReleaseProfile:
    own = {name: value for name, value in data.items() if name != "mended"}
    if "forbidden_methods" in own:
        own["forbidden_methods"] = tuple(own["forbidden_methods"])
    deviations = {
        row["clause"]: KnownDeviation(**{**row, "found": tuple(row["found"])})
        for row in data.get("known_deviations", ())
    }
    if "extends" not in data:
        return ReleaseProfile(**{**own, "known_deviations": deviations})
    if data["extends"] not in earlier:
        raise UsageError(f"{path}: extends {data['extends']}, which is no earlier release")
    extended = earlier[data["extends"]]
    mended = data.get("mended", ())
    if never := [clause for clause in mended if clause not in extended.known_deviations]:
        raise UsageError(f"{path}: {never[0]}: is mended, but no known deviation of {extended.release}")
    kept = {clause: each for clause, each in extended.known_deviations.items() if clause not in mended}
    return replace(extended, **{**own, "known_deviations": kept | deviations})


@dataclass(frozen=True)
class ProfileChoice:
    """The chosen profile. note: one line for the user where the choice is a guess; else None."""

    profile: ReleaseProfile
    note: str | None = None


def choose_profile(reported: str | None, asked: str = "auto") -> ProfileChoice:
    """Choose the profile for a target that reports version `reported` (None where it does not say).

    `asked` is `--release`: a release, or `auto`. Raises UsageError for an unknown release, NoVerdict for
    a Piwigo from before API keys (16.0 brought them: wiki page, "API Key authentication").
    """
    known = profiles()
    newest = list(known.values())[-1]
    if asked != "auto":
        if asked not in known:
            raise UsageError(f"--release {asked}: not a known release; choose auto or one of {', '.join(known)}")
        note = None
        if reported is not None and _release_of(reported) != known[asked].order:
            note = f"the target reports version {reported}, but is held to the contract of {asked} as asked"
        return ProfileChoice(known[asked], note)
    order = _release_of(reported)
    if order is None:
        said = "says no version" if not reported else f"says its version is {reported!r}"
        return ProfileChoice(
            newest, f"the target {said}: held to the newest known contract, {newest.release} (--release tells better)"
        )
    oldest = next(iter(known.values()))
    if order < oldest.order:
        raise NoVerdict(
            f"the target reports Piwigo {reported}, which has no API keys (they came with {oldest.release}): "
            "nothing to judge"
        )
    profile = max((p for p in known.values() if p.order <= order), key=lambda p: p.order)
    if profile.order != order:
        return ProfileChoice(
            profile, f"no profile for Piwigo {reported}: held to the nearest known contract, {profile.release}"
        )
    return ProfileChoice(profile)


def _release_of(version: str | None) -> tuple[int, int] | None:
    """`16.4.0` and `17.0.0beta1` give (16, 4) and (17, 0); anything else None."""
    match = re.match(r"(\d{1,4})\.(\d{1,4})(?!\d)", version or "")
    return (int(match[1]), int(match[2])) if match else None
