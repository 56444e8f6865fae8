"""What every group of hooks can count on. Gallery brings the groups together."""

from __future__ import annotations

from piwigo_contract.contract.releases import ReleaseProfile, profiles
from piwigo_contract.reference.clock import Clock
from piwigo_contract.reference.store import Store

VERSIONS = {
    "16.0": "16.0.0",
    "16.1": "16.1.0",
    "16.2": "16.2.0",
    "16.3": "16.3.0",
    "16.4": "16.4.0",
    "17.0": "17.0.0beta1",
}
"""The version that each release's stand-in reports."""


class Base(Clock):
    """State and settings of one gallery. `path` is its folder: "" or "/photos"."""

    def __init__(self, release: str, path: str = "") -> None:
        self.profile: ReleaseProfile = profiles()[release]
        self.release = release
        self.version = VERSIONS[release]
        self.path = path
        self.store = Store()
