"""Every method whose effect can be undone, called on things of the run's own so that the change can be seen.

Each module holds those of one area: functions that take a sandbox and prepare one write in it.
"""

from piwigo_contract.provision.writes import albums, groups, own, permissions, photos, tags, uploads, users
from piwigo_contract.provision.writes.preparation import Preparation, writes_of

__all__ = [
    "Preparation",
    "albums",
    "groups",
    "own",
    "permissions",
    "photos",
    "tags",
    "uploads",
    "users",
    "writes_of",
]
