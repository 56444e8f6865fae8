"""Pages of a gallery that are not the same for a guest and for somebody who is logged in, and what tells them apart."""

from __future__ import annotations

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Account, Query, Session
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.errors import OutOfReach

Place = tuple[str, tuple[tuple[str, str], ...]]
"""A page, and the names and values in its URL."""

PLACES: tuple[Place, ...] = (
    *((page, ()) for page in ("index.php", "tags.php", "about.php", "identification.php", "profile.php", "admin.php")),
    *(("admin.php", (("page", page),)) for page in ("photos_add", "user_list")),
)
"""Open pages, a person's own, and those where photos are uploaded and users changed."""


def signs_of_login(page: Answer, account: Account) -> dict[str, int | bool]:
    """By what the page of somebody who is logged in is known."""
    return {
        "HTTP status": page.status,
        "a way to log out": "act=logout" in page.text,
        "the user's name": page.shows(account.user.name),
    }


def pages_that_know(gallery: Gallery, account: Account, visitor: Session) -> list[Place]:
    """Those of PLACES that show whether a guest looks at them or this user. Raises OutOfReach where none does."""

    def seen_by(session: Session, place: Place) -> dict[str, int | bool]:
        page, query = place
        return signs_of_login(gallery.page(page, session, *(Query(*each) for each in query)), account)

    known = [place for place in PLACES if seen_by(account.session, place) != seen_by(visitor, place)]
    if not known:
        raise OutOfReach(detail="a gallery with pages that are not the same for a guest and for a user")
    return known
