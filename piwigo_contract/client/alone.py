"""A target for one process of this user and machine alone, as long as a measurement takes."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextmanager
def alone_with(url: str) -> Iterator[None]:
    """Wait until no other process is alone with this target, and be so until the end.

    Where there can be no lock that no other user could hold, or on a system without `flock`, nothing is waited for.
    """
    folder = _folder()
    if folder is None:
        yield
        return
    path = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.lock"
    file = _locked(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)  # before it is free: who waits for it finds that it is gone, and makes it anew
        os.close(file)


def _folder() -> Path | None:
    """This user's own folder for locks, which nobody else can write to; None where there is none."""
    if sys.platform == "win32":
        return None
    folder = Path(tempfile.gettempdir(), f"piwigo-contract-{os.getuid()}")
    with suppress(OSError):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        about = folder.lstat()
        if folder.is_dir() and not folder.is_symlink() and about.st_uid == os.getuid() and not about.st_mode & 0o077:
            return folder
    return None


def _locked(path: Path) -> int:
    """The file, opened and locked. Raises OSError where it can't be written."""
    assert sys.platform != "win32"
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), path.stat()):
                    return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)
