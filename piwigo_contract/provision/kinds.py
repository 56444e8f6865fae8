"""The kinds of things that a run makes, by the word that their entries in the ledger have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Kind:
    """What is known of a kind, besides how it is taken away (`undoing`) and found by name (`sweep`).

    plural: for messages. listed: whether the gallery lists it under the name in the ledger. counted: whether a run says
    before it starts how many it makes. kept: whether `--keep` names it: once the gallery gave it a number ("made"), for
    an account that was given ("account"; what a throw-away user has goes with that user), always, or never. secret:
    whether it takes a secret to take it away, so that no other process can, and it is in no file.
    """

    plural: str
    listed: bool = False
    counted: bool = False
    kept: Literal["always", "made", "account", "never"] = "never"
    secret: bool = False


KINDS: Mapping[str, Kind] = {
    "user": Kind("users", listed=True, counted=True, kept="always"),
    "key": Kind("keys", listed=True, counted=True, kept="account"),
    "album": Kind("albums", listed=True, counted=True, kept="always"),
    "photo": Kind("photos", counted=True, kept="made"),
    "tag": Kind("tags", listed=True, counted=True, kept="made"),
    "group": Kind("groups", listed=True, counted=True, kept="made"),
    "chunk": Kind("chunks"),
    "keys": Kind("keys"),
    "keys of a guest": Kind("keys of a guest"),
    "nameless": Kind("nameless"),
    "session": Kind("sessions", secret=True),
}
