"""Results of several runs as one: of shards of a fleet, each with targets of its own."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from typing import Any

from piwigo_contract.errors import UsageError
from piwigo_contract.results.document_file import Document
from piwigo_contract.results.har.entry import Entry, about_entry
from piwigo_contract.results.har.file import Archive


def merged(documents: Sequence[Document]) -> Document:
    """One result with the targets of all, in this order; it began with the first and ended with the last of them.

    Raises UsageError where they were not made by one version of the suite in one way.
    """
    first = documents[0]
    for document in documents[1:]:
        for name in ("version", "commit", "effort"):
            told = [each["suite"].get(name) for each in (first, document)]
            if told[0] != told[1]:
                raise UsageError(f"results of one way to run alone are merged: {name} is {told[0]} and {told[1]}")
    seeds = {document["suite"]["seed"] for document in documents}
    began = [datetime.datetime.fromisoformat(document["started"]) for document in documents]
    ended = [start + datetime.timedelta(seconds=each["seconds"]) for start, each in zip(began, documents, strict=True)]
    return {
        **first,
        "suite": {**first["suite"], "seed": seeds.pop() if len(seeds) == 1 else None},
        "started": documents[began.index(min(began))]["started"],
        "seconds": round((max(ended) - min(began)).total_seconds(), 3),
        "targets": [target for document in documents for target in document["targets"]],
    }


def merged_archive(documents: Sequence[Document], archives: Sequence[Archive]) -> Archive:
    """The archives of these results as one; each entry is about its target's new number.

    Notes of how a run ended are kept from the first that has any.
    """
    about: dict[str, Any] = {}
    for archive in archives:
        about |= {name: value for name, value in archive.about.items() if name not in about}
    return Archive(list(_entries(documents, archives)), about)


def _entries(documents: Sequence[Document], archives: Sequence[Archive]) -> Iterator[Entry]:
    before = 0
    for document, archive in zip(documents, archives, strict=True):
        for entry in archive.entries:
            told = dict(about_entry(entry))
            if isinstance(told.get("target"), int):
                told["target"] += before
            yield {**entry, "comment": json.dumps(told)}
        before += len(document["targets"])
