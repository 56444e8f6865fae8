"""Shapes as they are learned from the results that galleries give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from piwigo_contract.methods.shapes.rules import with_what_is_known
from piwigo_contract.methods.shapes.schema import Schema, as_learned, as_published, merged, schema_of


class Learned:
    """Shapes as they are learned, beginning with those that are in a folder already."""

    def __init__(self, folder: Path, *, afresh: bool = False) -> None:
        self._folder = folder
        self._schemas: dict[str, Schema] = {}
        if not afresh:
            for path in sorted(folder.glob("*.json")):
                self._schemas[path.stem] = as_learned(json.loads(path.read_text(encoding="utf-8")))

    def learn(self, method: str, result: Any) -> None:
        """Extend the schema of a method so that it accepts this result."""
        known = [self._schemas[method]] if method in self._schemas else []
        self._schemas[method] = merged([*known, schema_of(result)])

    def written(self) -> dict[Path, str]:
        """The files, with what is known beside what was learned."""
        return {
            self._folder / f"{name}.json": json.dumps(
                {"$schema": "https://json-schema.org/draft/2020-12/schema", **as_published(with_what_is_known(schema))},
                indent=1,
            )
            + "\n"
            for name, schema in sorted(self._schemas.items())
        }
