"""Good galleries with settings, of theirs or of what runs them, that few have; see `variations`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, User
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.sessions import COOKIE
from piwigo_contract.reference.store import GUEST_ID, Store
from piwigo_contract.reference.variations import variation


@variation("php-in-another-zone")
class PhpInAnotherZone(Gallery):
    """PHP's clock is 14 hours ahead of the database's: identifiers of keys have its date, all else the database's."""

    def new_pkid(self, now: datetime) -> str:
        return super().new_pkid(now + timedelta(hours=14))


class _Steps(Store):
    """Numbers go up by seven, as where seven databases share the work (auto_increment_increment)."""

    def next_id(self, kind: str) -> int:
        number = super().next_id(kind)
        if number > GUEST_ID:
            number += 6
            self.count_from(kind, number)
        return number


@variation("numbers-with-gaps")
class NumbersWithGaps(Gallery):
    """The gallery's database is one of a cluster."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.store = _Steps()


@variation("new-albums-private")
class NewAlbumsPrivate(Gallery):
    """New albums are private unless somebody says otherwise ($conf['newcat_default_status'])."""

    def add_album(
        self, name: str, parent: Album | None, status: str | None, creator: User, *, last: bool = False
    ) -> Album:
        return super().add_album(name, parent, status or "private", creator, last=last)


@variation("cookies-renewed")
class CookiesRenewed(Gallery):
    """The session's cookie is told with each answer, to last for another hour, and is for the site's own pages alone
    (session.cookie_lifetime, session.cookie_samesite).
    """

    def finish(self, call: Call, response: Response) -> Response:
        response = super().finish(call, response)
        told = response.headers.getlist("Set-Cookie")
        if COOKIE in call.cookies and not any(each.startswith(f"{COOKIE}=") for each in told):
            told.append(f"{COOKIE}={call.cookies[COOKIE]}; HttpOnly; Path={self.cookie_path()}")
        response.headers.setlist("Set-Cookie", [f"{each}; Max-Age=3600; SameSite=Strict" for each in told])
        return response


@variation("fields-added", breaks=["SHAPE-04"])
class FieldsAdded(Gallery):
    """A plugin adds fields to whatever is told of a thing that has a number, and to who is asking."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        return _with_more(result) if call.requested("method") != "reflection.getMethodDetails" else result


def _with_more(result: Any) -> Any:
    if isinstance(result, list):
        return [_with_more(each) for each in result]
    if not isinstance(result, dict):
        return result
    # what a method was asked for, as one tells it, is no thing
    told = {name: each if name == "params" else _with_more(each) for name, each in result.items()}
    more = {"rating_stars": 4.5, "plugin": {"id": "stars", "shown": True, "since": None}}
    return told | more if {"id", "username"} & told.keys() else told
