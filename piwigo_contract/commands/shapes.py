"""`python -m piwigo_contract.commands.shapes`: learn from galleries what their methods' results look like."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from piwigo_contract.command_line import Arguments, run, write_file
from piwigo_contract.commands.open_target import open_target
from piwigo_contract.errors import UsageError
from piwigo_contract.methods.calls import Reading
from piwigo_contract.methods.harmless_calls import EveryMethod
from piwigo_contract.methods.shapes.learning import Learned
from piwigo_contract.methods.shapes.shape import FOLDER
from piwigo_contract.provision.target import Target
from piwigo_contract.provision.writes import albums, groups, own, permissions, photos, tags, uploads, users, writes_of


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = Arguments(
        prog="python -m piwigo_contract.commands.shapes",
        description="Learn from galleries what their methods' results look like. What is learned is added to what "
        "the folder holds; what is made on a gallery for the purpose is taken away again.",
    )
    add = result.add_argument
    add("--target", metavar="URL", action="append", required=True, help="root of a gallery (repeatable)")
    add("--webmaster", metavar="USER:PASSWORD", help="default: PIWIGO_WEBMASTER")
    add("--release", default="auto", help="whose header and lists apply (default: as reported)")
    add("-o", "--output", metavar="FOLDER", type=Path, default=FOLDER, help="default: %(default)s")
    add("--afresh", action="store_true", help="forget what the folder holds")
    return result


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 2 where a gallery can't be used; 4 for a usage error."""
    return run(parser(), arguments, _learn)


def _learn(asked: argparse.Namespace) -> None:
    learned = Learned(asked.output, afresh=asked.afresh)
    for url in asked.target:
        with open_target(url, asked.webmaster, asked.release) as target:
            if target.settings.webmaster is None:
                raise UsageError("--webmaster: things must be made on the gallery to be read")
            for method, result in observed(target):
                learned.learn(method, result)
    files = learned.written()
    changed = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        write_file(files[path], path)
    print(f"{len(changed)} shapes changed{': ' if changed else ''}{', '.join(path.stem for path in changed)}")


def observed(target: Target) -> Iterator[tuple[str, Any]]:
    """(method name, result) of each reading call, on things made for this."""
    sandbox, identities, owner_of = target.sandbox(), target.identities, target.makers.keys.owner_of
    webmaster, user = owner_of(identities.webmaster_key()), owner_of(identities.key_of_another_user())
    things = sandbox.things()
    target.gallery.call("pwg.users.favorites.add", webmaster.session, image_id=things["photo"])
    sandbox.new_photo()
    every = EveryMethod(target.reflection(), forbidden=target.forbidden_methods())
    for callers in ((webmaster.session,), (user.session,), ()):
        for reading in every.readings(
            things, for_administrators=None if callers[:1] == (webmaster.session,) else False
        ):
            yield from _asked(target, reading, *callers)

    for preparation in writes_of(albums, groups, own, permissions, photos, tags, uploads, users):
        answer = target.gallery.send(preparation.on(sandbox).by(*webmaster.session.with_token))
        if answer.envelope is not None and answer.envelope.ok:
            yield preparation.method, answer.envelope.result


def _asked(target: Target, reading: Reading, *callers: Any) -> Iterator[tuple[str, Any]]:
    envelope = target.gallery.send(reading.sent("POST", *callers)).envelope
    if envelope is not None and envelope.ok:
        yield reading.name, envelope.result


if __name__ == "__main__":
    sys.exit(main())
