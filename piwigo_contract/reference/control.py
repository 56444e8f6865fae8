"""The server's own endpoints, beside the gallery: what is in it and what it was asked, and ways to end a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.expire import CONTROL
from piwigo_contract.reference.journal import shown
from piwigo_contract.reference.model import Album, ApiKey
from piwigo_contract.templating import templates

if TYPE_CHECKING:
    from piwigo_contract.reference.gallery import Gallery


def answer(gallery: Gallery, call: Call) -> Response:
    """The answer to a request below `/_reference/`."""
    verb, act = _ENDPOINTS.get(call.path.removeprefix(CONTROL), ("GET", _unknown))
    if call.verb != verb:
        return _text(f"{verb} only", 405)
    return act(gallery, call)


def _unknown(gallery: Gallery, call: Call) -> Response:
    return _text("no such page", 404)


def _text(words: str, status: int) -> Response:
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")


def _expire(gallery: Gallery, call: Call) -> Response:
    """With `pkid`: 204, or 404 where there is no such key. That key expires now."""
    return _ended(gallery.expire_now, call)


def _revoke(gallery: Gallery, call: Call) -> Response:
    """The same: that key is revoked now."""
    return _ended(gallery.revoke_now, call)


def _ended(end: Callable[[str], None], call: Call) -> Response:
    try:
        end(str(call.post.get("pkid", "")))
    except KeyError:
        return _text("no such key", 404)
    return Response(status=204)


def _move_clock(gallery: Gallery, call: Call) -> Response:
    """With `seconds`: 204, and the gallery's clock goes on that much later (or earlier)."""
    try:
        gallery.move_clock(timedelta(seconds=int(str(call.post.get("seconds", "")))))
    except ValueError:
        return _text("seconds: a whole number", 400)
    except OverflowError as error:
        return _text(f"seconds: {error}", 400)
    return Response(status=204)


def _requests(gallery: Gallery, call: Call) -> Response:
    """What was asked, the newest last, as a list in JSON."""
    return Response(json.dumps([asked.as_data() for asked in gallery.journal]), content_type="application/json")


def _page(gallery: Gallery, call: Call) -> Response:
    """What is in the gallery and what it was asked, for a person."""
    tables = (_users(gallery), _keys(gallery), _albums(gallery), _photos(gallery), _asked(gallery))
    page = _template().render(gallery=gallery, now=gallery.now(), tables=tables)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(page, headers={"Content-Security-Policy": policy}, content_type="text/html; charset=utf-8")


def _row(*cells: Any) -> tuple[Any, ...]:
    """Cells for people: what clients gave for a name may be a secret that they put into the wrong place."""
    return tuple(shown(cell) if isinstance(cell, str) else cell for cell in cells)


_Table = tuple[str, tuple[str, ...], list[tuple[Any, ...]]]
"""Title, heads of columns, rows."""


def _users(gallery: Gallery) -> _Table:
    rows = [_row(user.username, user.status, user.level, user.email) for user in gallery.store.users.values()]
    return "Users", ("name", "status", "privacy level", "mail address"), rows


def _keys(gallery: Gallery) -> _Table:
    now, people = gallery.now(), gallery.store.users

    def state(key: ApiKey) -> str:
        return "revoked" if key.revoked_on else "expired" if gallery.is_expired(key, now) else "live"

    rows = [
        _row(key.name, key.pkid, people[key.user_id].username, state(key), key.expired_on, key.last_used_on)
        for key in gallery.store.keys.values()
    ]
    return "API keys", ("name", "id", "owner", "state", "expires", "last use"), rows


def _albums(gallery: Gallery) -> _Table:
    rows = [
        _row(album.id, _place(gallery, album), album.status, album.comment) for album in gallery.store.albums.values()
    ]
    return "Albums", ("id", "name", "status", "comment"), rows


def _place(gallery: Gallery, album: Album) -> str:
    return " / ".join(one.name for one in gallery.above(album))


def _photos(gallery: Gallery) -> _Table:
    store, rows = gallery.store, list[tuple[Any, ...]]()
    for photo in store.photos.values():
        inside = [_place(gallery, store.albums[number]) for number in photo.albums if number in store.albums]
        where = ", ".join(inside) or ("in the lounge" if photo.lounge else "in no album")
        by = store.users.get(photo.added_by)
        who = None if by is None else by.username
        rows.append((*_row(photo.id, photo.file, photo.name, where, photo.level, who, photo.size), photo.md5sum))
    return "Photos", ("id", "file", "name", "albums", "privacy level", "added by", "bytes", "MD5"), rows


def _asked(gallery: Gallery) -> _Table:
    columns = ("when", "verb", "path", "method", "format", "parameters", "caller", "status", "error")
    rows = [tuple({**vars(each), "parameters": ", ".join(each.parameters)}.values()) for each in gallery.journal]
    return "Requests, the newest first", columns, rows[::-1]


@cache
def _template() -> jinja2.Template:
    return templates("piwigo_contract.reference").get_template("contents.html")


_ENDPOINTS: dict[str, tuple[str, Callable[[Gallery, Call], Response]]] = {
    "": ("GET", _page),
    "requests": ("GET", _requests),
    "expire": ("POST", _expire),
    "revoke": ("POST", _revoke),
    "clock": ("POST", _move_clock),
}
