"""What a stand-in gallery starts with: accounts and keys in each state; albums and photos, if it has none of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, User
from piwigo_contract.reference.store import WEBMASTER_ID

WEBMASTER = ("webmaster", "webmaster-password")
ACCOUNT = ("alice", "alice-password")
"""Names and passwords are fixed and known to all: whoever reaches the server can log in."""


@dataclass(frozen=True)
class Seed:
    """Keys of the account in each state, as `PKID:SECRET`."""

    api_key: str
    expired_key: str
    revoked_key: str
    keys: Sequence[Mapping[str, str]] = ()
    """Those of a file of one's own: user, name, state and key."""


def plant(gallery: Gallery, live: timedelta) -> Seed:
    """Put accounts and keys into an empty gallery. live: how long the key that is good is so."""
    store, now = gallery.store, gallery.now()
    webmaster = store.add_user(*WEBMASTER, "webmaster", now)
    webmaster.level = 8
    webmaster.email = "webmaster@example.org"
    store.add_user("guest", None, "guest", now)
    account = store.add_user(*ACCOUNT, "normal", now)
    _, good = _key(gallery, account, "reference", 0, live)
    old, expired = _key(gallery, account, "reference, expired", 40, timedelta(days=30))
    old.last_used_on = old.expired_on - timedelta(days=1)
    withdrawn, revoked = _key(gallery, account, "reference, revoked", 10, timedelta(days=365))
    withdrawn.last_used_on = now - timedelta(days=2)
    withdrawn.revoked_on = now - timedelta(days=1)
    return Seed(good, expired, revoked)


def plant_webmaster_key(gallery: Gallery, live: timedelta) -> str:
    """A key of the webmaster's, `PKID:SECRET`."""
    _, key = _key(gallery, gallery.store.users[WEBMASTER_ID], "reference, webmaster", 0, live)
    return key


def _key(gallery: Gallery, owner: User, name: str, age: int, lifetime: timedelta) -> tuple[ApiKey, str]:
    """age: in days."""
    created = gallery.now() - timedelta(days=age)
    secret = gallery.new_secret()
    made = gallery.store.add_key(owner, gallery.new_pkid(created), secret, name, created, created + lifetime)
    return made, f"{made.pkid}:{secret}"


def plant_photos(gallery: Gallery) -> None:
    """Albums and photos: two that anybody sees, one inside the other, and one of the webmaster's own."""
    store, now = gallery.store, gallery.now()
    webmaster = store.users[WEBMASTER_ID]
    trips = store.add_album("Trips")
    store.add_album("Mountains", trips.id)
    private = store.add_album("Family")
    gallery.set_album_status(private, "private", webmaster)
    for name, album in (("lake.jpg", trips), ("cake.jpg", private)):
        photo = store.add_photo(name, md5(name.encode()).hexdigest(), 1024, webmaster, now)
        photo.albums = [album.id]
        album.representative = photo.id
