"""What a gallery was asked, for authors of clients to look at.

Kept of a request is what was asked for and by whom, never the value of a parameter or of a credential.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from piwigo_contract.reference.clock import stamp

if TYPE_CHECKING:
    from piwigo_contract.reference.call import Call
    from piwigo_contract.reference.gallery import Gallery

KEPT = 1000
"""Requests that are remembered."""
_LONGEST = 200
_SECRET = re.compile(r"[A-Za-z0-9]{24,}")
"""What may be a secret half, a pwg_token or a session's id where a client puts it in the wrong place."""


@dataclass(frozen=True)
class Asked:
    """One request and what became of it.

    when: by the gallery's clock. method: of the API. parameters: their names, fields of files among them.
    caller: who it was and by what, in words. status: HTTP. error: the number and words of a refusal.
    """

    when: str
    verb: str
    path: str
    method: str | None
    format: str | None
    parameters: tuple[str, ...]
    caller: str
    status: int
    error: str | None = None

    def as_data(self) -> dict[str, Any]:
        """What JSON can hold."""
        return {**asdict(self), "parameters": list(self.parameters)}


class Journal:
    """The last requests, the newest last. Several threads may use it at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: deque[Asked] = deque(maxlen=KEPT)

    def __iter__(self) -> Iterator[Asked]:
        with self._lock:
            return iter(list(self._asked))

    def _add(self, asked: Asked) -> None:
        with self._lock:
            self._asked.append(asked)

    def add(self, gallery: Gallery, call: Call, status: int) -> None:
        """Note a request that the gallery answered."""
        method = call.requested("method")
        error = None if call.refusal is None else f"{call.refusal.code} {call.refusal.message}"
        self._add(
            Asked(
                stamp(gallery.now()) or "",
                call.verb,
                shown(call.path),
                None if method is None else shown(method),
                shown(call.format) if call.path == "/ws.php" else None,
                tuple(map(shown, _names(call))),
                shown(_caller(gallery, call)),
                status,
                None if error is None else shown(error),
            )
        )

    def add_unanswered(self, when: str, verb: str, path: str, method: str | None, status: int, error: str) -> None:
        """Note a request that did not reach the gallery."""
        told = None if method is None else shown(method)
        self._add(Asked(when, verb, shown(path), told, None, (), "not looked at", status, error))


def _names(call: Call) -> list[str]:
    named: dict[str, Mapping[str, Any]] = {"get": call.get, "post": call.post, "files": call.files}
    return sorted({name for given in named.values() for name in given} - {"method", "format"})


def shown(text: object) -> str:
    """A text that came from a client, cut, and without what looks like a secret."""
    return _SECRET.sub("…", str(text))[:_LONGEST]


def _caller(gallery: Gallery, call: Call) -> str:
    caller = vars(call).get("caller")
    sent = gallery.read_key_header(call) if gallery.brings_key(call) else None
    if sent is not None and (caller is None or not caller.by_header):
        return f"key refused: {_fault(gallery, sent)}"
    other = call.headers.get(gallery.profile.other_header, "")
    beside = f" ({gallery.profile.other_header} is not read by {gallery.release})" if ":" in other else ""
    if caller is None:
        return "not asked" + beside
    if caller.by_header:
        return f"{caller.user.username}, {f'key “{caller.key.name}”' if caller.key else 'by the header'}"
    if caller.is_guest:
        return "guest" + beside
    return f"{caller.user.username}, session ({caller.connected_with}){beside}"


def _fault(gallery: Gallery, sent: str) -> str:
    """What is wrong with a key: told to the author of a client here, and in no answer."""
    pkid, colon, secret = sent.partition(":")
    key = gallery.store.keys.get(pkid)
    if not colon or not gallery.looks_like_pkid(pkid):
        return "not of the form PKID:SECRET"
    if key is None:
        return "nobody has that id"
    if not gallery.secret_matches(key, secret):
        return "another secret"
    if key.revoked_on is not None:
        return "revoked"
    return "expired" if gallery.is_expired(key, gallery.now()) else "accepted, and refused all the same"
