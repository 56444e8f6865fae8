"""What is made for one walk of a journey: an album to use, and a photo's file that is on no gallery."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import cached_property

from piwigo_contract.client.credentials import Account, ApiKey
from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.journeys.data import Journey, Step
from piwigo_contract.journeys.values import Values
from piwigo_contract.methods.results import number
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.uploading import File, new_photo_file, sum_of

KB = 1024
LARGEST = 4 * KB * KB
"""Bytes of the largest part that is sent."""
TOLD_IN_KB = "chunk_kb"
"""What a client reads the size of a part under, where the gallery tells it."""


class Made:
    """values: what all of this, and what steps read, is called. owner: whose key the client has."""

    def __init__(self, journey: Journey, sandbox: Sandbox, owner: Account) -> None:
        self._journey, self._sandbox = journey, sandbox
        top = sandbox.public_album if journey.home == "public" else sandbox.album
        home = sandbox.new_album(top)
        if journey.home == "private":
            sandbox.admit(owner, home)
        for _ in range(journey.photos):
            sandbox.new_photo(home)
        self.values = values = Values()
        values["home"], values["top"] = home.id, top.id
        values["album"] = lambda: Text.of(self._album)
        values["tag"] = lambda: Text.of(self._tag)
        values["photo.md5"] = lambda: Text.of(Secret("MD5SUM", self._file.md5sum))
        values["photo.name"] = lambda: Text.of(self._file.upload.name)
        values["owner.name"], values["owner.status"] = Text.of(owner.user.name), Text.of(owner.user.status)
        values["owner.id"] = lambda: Text.of(sandbox.users.id_of(owner))
        for name in ("key.id", "key.secret", "part.md5", "part.data"):
            values[name] = Text()

    def key_is(self, key: ApiKey) -> None:
        """Whose halves are sent from now on."""
        self.values["key.id"], self.values["key.secret"] = key.pkid, key.secret

    def file_for(self, step: Step) -> File | None:
        """The file, or the part of it, that a step is about."""
        if step.part is None:
            return self._file if step.file else None
        last = step.part == self._journey.parts - 1
        content = self._file.upload.content[step.part * self._length :]
        part = replace(self._file.upload, content=content if last else content[: self._length])
        data = base64.b64encode(part.content).decode()
        self.values["part.md5"] = Text.of(Secret("PART_SUM", sum_of(part.content)))
        self.values["part.data"] = Text.of(Secret("PART", data))
        return File(part, sum_of(part.content))

    def read(self, name: str, value: str) -> None:
        """A step has read this of its answer; evidence shows its name."""
        if name == "token":
            self.values[name] = self._sandbox.gallery.vault.secret("PIWIGO_CLIENT_TOKEN", value).text
        else:
            self.values[name] = Text.of(Secret(name.upper(), value))

    @cached_property
    def _album(self) -> str:
        return self._sandbox.name_of_an_album()

    @cached_property
    def _tag(self) -> str:
        return self._sandbox.name_of_a_tag()

    @cached_property
    def _length(self) -> int:
        """Bytes of a part but the last: what the gallery told, where the client asked for it."""
        if TOLD_IN_KB in self.values and number(told := self.values[TOLD_IN_KB].reveal()):
            return min(int(told) * KB, LARGEST)
        return KB

    @cached_property
    def _file(self) -> File:
        """A photo of as many parts as the journey has; whatever becomes of it is deleted at the end."""
        return new_photo_file(self._sandbox, (self._journey.parts - 1) * self._length)
