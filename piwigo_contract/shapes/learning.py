"""Learning shapes from a gallery: what its methods answer to a webmaster, an ordinary user and nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from piwigo_contract.every_method import Reading
from piwigo_contract.shapes.known import with_what_is_known
from piwigo_contract.shapes.schema import Schema, as_learned, as_published, merged, schema_of
from piwigo_contract.target import Target
from piwigo_contract.writes import albums, groups, own, permissions, photos, tags, uploads, users, writes_of


def observed(target: Target) -> Iterator[tuple[str, Any]]:
    """Names of methods and results that they gave, with things made for the purpose to be read."""
    sandbox, workshop = target.sandbox(), target.workshop()
    webmaster, user = (workshop.owner_of(key) for key in (target.webmaster_key(), target.key_of_another_user()))
    things = sandbox.things()
    target.gallery.call("pwg.users.favorites.add", webmaster.session, image_id=things["photo"])
    sandbox.new_photo()
    every = target.every_method()
    for callers in ((webmaster.session,), (user.session,), ()):
        for reading in every.readings(
            things, for_administrators=None if callers[:1] == (webmaster.session,) else False
        ):
            yield from _asked(target, reading, *callers)

    for write in writes_of(albums, groups, own, permissions, photos, tags, uploads, users):
        act = write.prepare(sandbox)
        token = {} if webmaster.session.token is None else {"pwg_token": webmaster.session.token.text}
        answer = target.gallery.call(write.method, webmaster.session, params={**act.params, **token}, files=act.files)
        if answer.envelope is not None and answer.envelope.ok:
            yield write.method, answer.envelope.result


def _asked(target: Target, reading: Reading, *callers: Any) -> Iterator[tuple[str, Any]]:
    envelope = target.gallery.send(reading.sent("POST", *callers)).envelope
    if envelope is not None and envelope.ok:
        yield reading.name, envelope.result


class Learned:
    """Shapes as they are learned, beginning with those that are in a folder already."""

    def __init__(self, folder: Path, *, afresh: bool = False) -> None:
        self._folder = folder
        self._schemas: dict[str, Schema] = {}
        if not afresh:
            for path in sorted(folder.glob("*.json")):
                self._schemas[path.stem] = as_learned(json.loads(path.read_text(encoding="utf-8")))

    def learn(self, method: str, result: Any) -> None:
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
