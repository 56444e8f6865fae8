"""What a stand-in gallery starts with: accounts, keys in each state, albums and photos."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import md5

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey

WEBMASTER = ("webmaster", "webmaster-password")
ACCOUNT = ("alice", "alice-password")
"""Names and passwords are fixed: the server listens on loopback and holds nothing."""


@dataclass(frozen=True)
class Seed:
    """The keys of the account, each as `PKID:SECRET`."""

    api_key: str
    expired_key: str
    revoked_key: str


def plant(gallery: Gallery) -> Seed:
    """Fill an empty gallery."""
    store, now = gallery.store, gallery.now()
    webmaster = store.add_user(*WEBMASTER, "webmaster", now)
    webmaster.level = 8
    webmaster.email = "webmaster@example.org"
    store.add_user("guest", None, "guest", now)
    account = store.add_user(*ACCOUNT, "normal", now)

    def key(name: str, age: int, days: int) -> tuple[ApiKey, str]:
        created = now - timedelta(days=age)
        secret = gallery.new_secret()
        expires = created + timedelta(days=days)
        made = store.add_key(account, gallery.new_pkid(created), secret, name, created, expires)
        return made, f"{made.pkid}:{secret}"

    _, good = key("reference", 0, 365)
    old, expired = key("reference, expired", 40, 30)
    old.last_used_on = old.expired_on - timedelta(days=1)
    withdrawn, revoked = key("reference, revoked", 10, 365)
    withdrawn.last_used_on = now - timedelta(days=2)
    withdrawn.revoked_on = now - timedelta(days=1)

    trips = store.add_album("Trips")
    store.add_album("Mountains", trips.id)
    private = store.add_album("Family")
    gallery.set_album_status(private, "private", webmaster)
    for name, album in (("lake.jpg", trips), ("cake.jpg", private)):
        photo = store.add_photo(name, md5(name.encode()).hexdigest(), 1024, webmaster, now)
        photo.albums = [album.id]
        album.representative = photo.id
    return Seed(good, expired, revoked)
