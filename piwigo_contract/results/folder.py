"""What each gallery of a fleet was found to be, on disk from the moment it is known: a run that is killed loses no more
than what was under way.

`targets/` beside the result has a folder for each gallery, with its own result, page, archive and scripts, and
`judged.jsonl`: a line on how the run was made, and one for each gallery that was judged.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from piwigo_contract.errors import UsageError
from piwigo_contract.results.stream import Stored, stored

FOLDER = "targets"
RESULT, PAGE, ARCHIVE, LOG = "compliance.json", "compliance.html", "run.har", "log.txt"
"""What a gallery's folder has; the scripts are in a folder of their own, as beside any page."""

_JOURNAL = "judged.jsonl"
_LONGEST = 80
"""Characters of an address that are in a folder's name."""


def folder_of(url: str) -> str:
    """The name of a gallery's folder: it can be read, and no two galleries share it."""
    parts = urlsplit(url)
    readable = re.sub(r"[^a-z0-9.]+", "-", f"{parts.netloc}{parts.path}".lower()).strip("-.")[:_LONGEST]
    return f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"


class Judged:
    """The folder of a fleet. beside: where the result of the whole goes."""

    def __init__(self, beside: Path) -> None:
        self.folder = beside / FOLDER
        self._folders: dict[str, str] = {}

    @property
    def urls(self) -> set[str]:
        """The galleries, as they were given, of which the result is known."""
        return set(self._folders)

    def begin(self, made: Mapping[str, str]) -> None:
        """Begin anew: what an earlier run left here goes. made: how this run is made, by option."""
        with suppress(FileNotFoundError):
            for name in self._read()[1].values():
                shutil.rmtree(self.folder / name, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(json.dumps({"made": made}), "w")

    def resume(self, made: Mapping[str, str]) -> None:
        """Go on with an earlier run, if there is one, whose results stand. Raises UsageError for one made otherwise."""
        try:
            before, folders = self._read()
        except FileNotFoundError:
            return self.begin(made)
        for name in sorted(before.keys() | made.keys()):
            if before.get(name) != made.get(name):
                was, now = (repr(each[name]) if name in each else "not given" for each in (before, made))
                raise UsageError(
                    f"--resume: the run that {self.folder} is of was made in another way: {name} was {was}, and is "
                    f"{now}; without --resume all begins anew"
                )
        for url, name in folders.items():
            with suppress(UsageError):  # what can't be read is judged again
                if next(stored(self.folder / name / RESULT).targets())["verdict"] != "no-verdict":
                    self._folders[url] = name

    def put(self, url: str, about: str, files: Mapping[str, bytes]) -> None:
        """Keep what is known of a gallery. url: as it was given; about: as its result has it. files: by their names."""
        name = folder_of(about)
        shutil.rmtree(self.folder / name, ignore_errors=True)
        for file, content in files.items():
            path = self.folder / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            if path.suffix == ".sh":
                path.chmod(0o755)
        self._folders[url] = name
        self._write(json.dumps({"url": url, "folder": name}), "a")

    def result(self, url: str) -> Stored:
        """The result of a gallery that is known. Raises UsageError where somebody took it away."""
        return stored(self.folder / self._folders[url] / RESULT)

    def file(self, url: str, name: str) -> Path:
        """One of its other files, which need not be there."""
        return self.folder / self._folders[url] / name

    def _read(self) -> tuple[dict[str, str], dict[str, str]]:
        """How the earlier run was made, and the folder of each gallery that it judged."""
        made: dict[str, str] = {}
        folders: dict[str, str] = {}
        for line in (self.folder / _JOURNAL).read_text(encoding="utf-8").splitlines():
            with suppress(ValueError, KeyError, TypeError):  # the last may be half a line
                told = json.loads(line)
                if "made" in told:
                    made = dict(told["made"])
                elif re.fullmatch(r"[a-z0-9.-]+-[0-9a-f]{8}", told["folder"]):
                    folders[told["url"]] = told["folder"]
        return made, folders

    def _write(self, line: str, mode: str) -> None:
        with (self.folder / _JOURNAL).open(mode, encoding="utf-8") as file:
            file.write(f"{line}\n")
