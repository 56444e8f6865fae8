"""Results of several runs as one: of shards of a fleet, each with targets of its own."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from piwigo_contract.errors import UsageError
from piwigo_contract.results.document_file import Document
from piwigo_contract.results.har.entry import Entry, about_entry
from piwigo_contract.results.har.file import Archive, read_har


def merged_head(heads: Sequence[Document]) -> Document:
    """All but the targets of one result of these: it began with the first and ended with the last of them.

    Raises UsageError where they were not made by one version of the suite in one way.
    """
    first = heads[0]
    for head in heads[1:]:
        for name in ("version", "commit", "effort"):
            told = [each["suite"].get(name) for each in (first, head)]
            if told[0] != told[1]:
                raise UsageError(f"results of one way to run alone are merged: {name} is {told[0]} and {told[1]}")
    seeds = {head["suite"]["seed"] for head in heads}
    began = [datetime.datetime.fromisoformat(head["started"]) for head in heads]
    ended = [start + datetime.timedelta(seconds=each["seconds"]) for start, each in zip(began, heads, strict=True)]
    return {
        **first,
        "suite": {**first["suite"], "seed": seeds.pop() if len(seeds) == 1 else None},
        "started": heads[began.index(min(began))]["started"],
        "seconds": round((max(ended) - min(began)).total_seconds(), 3),
        "targets": [],
    }


def merged_archive(parts: Iterable[tuple[int, Path | None]]) -> Archive:
    """Archives of results as one, of which one at a time is held; each entry is about its target's new number.

    parts: the number of targets of each result, and its archive, if it has one. Notes of how a run ended are kept from
    the first that has any. Raises UsageError as `read_har`.
    """
    every = list(parts)
    about: dict[str, Any] = {}
    for _, path in every:
        told = {} if path is None else read_har(path).about
        about |= {name: value for name, value in told.items() if name not in about}
    return Archive(_entries(every), about)


def _entries(parts: Iterable[tuple[int, Path | None]]) -> Iterator[Entry]:
    before = 0
    for targets, path in parts:
        for entry in () if path is None else read_har(path).entries:
            told = dict(about_entry(entry))
            if isinstance(told.get("target"), int):
                told["target"] += before
            yield {**entry, "comment": json.dumps(told)}
        before += targets
