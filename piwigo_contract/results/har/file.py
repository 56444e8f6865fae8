"""HAR files: written entry by entry, read with an eye to what others may have made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from harfile import Creator, HarFile, Request, Response, Timings

from piwigo_contract import __version__
from piwigo_contract.errors import UsageError
from piwigo_contract.results.har.entry import Entry

CREATOR = "piwigo-contract"
"""`creator` of the HAR file; a file of another creator is refused."""


class _AsItIs:
    """What harfile asks its own classes for, of data that has that form already."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def asdict(self) -> Mapping[str, Any]:
        return self._data


@dataclass(frozen=True)
class Archive:
    """What a HAR file holds: its entries, and what its own comment says of the run."""

    entries: Iterable[Entry] = ()
    about: Mapping[str, Any] = field(default_factory=dict)


def write_har(path: Path, archive: Archive) -> None:
    """Write the archive, making the folder where it is missing. The log's comment is `about`, as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    creator = Creator(name=CREATOR, version=__version__)
    with (
        path.open("w", encoding="ascii") as stream,
        HarFile(stream, creator=creator, comment=json.dumps(archive.about)) as har,
    ):
        for entry in archive.entries:
            har.add_entry(
                startedDateTime=entry["startedDateTime"],
                time=entry["time"],
                request=cast(Request, _AsItIs(entry["request"])),
                response=cast(Response, _AsItIs(entry["response"])),
                timings=cast(Timings, _AsItIs(entry["timings"])),
                comment=entry["comment"],
            )


def read_har(path: Path) -> Archive:
    """Read a HAR file. Raises UsageError, in one line, for what can't be read or was not written by a run."""
    try:
        log = json.loads(path.read_text(encoding="utf-8"))["log"]
        if log["creator"]["name"] != CREATOR:
            raise UsageError(f"{path}: was not written by {CREATOR} --har")
        return Archive(log["entries"], json.loads(log["comment"]))
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: is no HAR file") from error
