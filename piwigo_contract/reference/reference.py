"""What is asked for (`Reference`) and what serves it (`RunningServer`)."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.errors import UsageError
from piwigo_contract.reference import (
    deviations_of_methods,  # noqa: F401  registers its deviations
    deviations_of_photos,  # noqa: F401  as well
    deviations_of_requests,  # noqa: F401  registers its deviations
    expire,
    extensions,
    handlers,  # noqa: F401  registers the functions behind the methods
    seed_file,
    variations_of_rights,  # noqa: F401  registers its variations
    variations_of_settings,  # noqa: F401  likewise
)
from piwigo_contract.reference.base import VERSIONS
from piwigo_contract.reference.conditions import Conditions, UnderConditions, short_lived
from piwigo_contract.reference.deviations import deviations_of
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.journal import Asked
from piwigo_contract.reference.mutants import MUTANTS
from piwigo_contract.reference.pictures import PicturesKept, kept_in
from piwigo_contract.reference.proxy import Proxy
from piwigo_contract.reference.seed import ACCOUNT, WEBMASTER, Seed, plant, plant_photos, plant_webmaster_key
from piwigo_contract.reference.server import HOST, HttpServer
from piwigo_contract.reference.variations import VARIATIONS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

L = TypeVar("L", Gallery, Proxy)


@dataclass(frozen=True)
class Reference:
    """A stand-in gallery to be started.

    release: `16.0` ... `17.0`. fixed: every promise kept; else the real release's deviations too.
    mutant: name of a fault of mutants.MUTANTS, or None. path: the gallery's folder, "" or "/photos".
    site_list: what it adds to the release's forbidden methods and takes away.
    variation: name of something about a good gallery that is not as usual, of variations.VARIATIONS, or None.
    tls: a PEM file with certificate and key; then it is served by https.
    host: the address to listen on. conditions: what makes it hard to ask. expire_after: seconds until a new key
    expires, whatever was asked for. content: a file to start with, in place of the albums and photos that it has.
    keep: a folder in which the files of photos are kept, and shown from.
    """

    release: str = "16.4"
    fixed: bool = True
    mutant: str | None = None
    path: str = ""
    site_list: SiteList = field(default_factory=SiteList)
    variation: str | None = None
    tls: Path | None = None
    host: str = HOST
    conditions: Conditions = field(default_factory=Conditions)
    expire_after: int | None = None
    content: Path | None = None
    keep: Path | None = None

    def gallery_class(self) -> type[Gallery]:
        """The Gallery with the deviations of the release, and the mutant before them."""
        if self.release not in VERSIONS:
            raise UsageError(f"release {self.release}: choose one of {', '.join(VERSIONS)}")
        layers: list[type[Gallery]] = [*extensions.layers(), *([] if self.fixed else deviations_of(self.release))]
        layers[:0] = [*self._mutations(Gallery), *self._variations(Gallery)]
        if self.expire_after is not None:
            layers[:0] = [short_lived(self.expire_after)]
        if self.content is not None or self.keep is not None:
            layers.append(kept_in(self.keep))
        return type("ReferenceGallery", (*layers, Gallery), {}) if layers else Gallery

    def in_front_of(self, gallery: Gallery) -> WSGIApplication:
        """The gallery, behind the variation and the mutant where those are proxies."""
        application: WSGIApplication = gallery
        for proxy in (*self._variations(Proxy), *self._mutations(Proxy)):
            application = proxy(application)
        return application

    def root(self, gallery: Gallery) -> str:
        """The folder that it is asked in: a proxy may show it in another than it knows of."""
        return "".join(proxy.path for proxy in self._variations(Proxy)) + gallery.path

    def _variations(self, kind: type[L]) -> list[type[L]]:
        """The variation's class, if there is one and it is of that kind. Raises UsageError for an unknown one."""
        if self.variation is None:
            return []
        if self.variation not in VARIATIONS:
            raise UsageError(f"variation {self.variation}: not known")
        layer = VARIATIONS[self.variation].layer
        return [layer] if issubclass(layer, kind) else []

    def _mutations(self, kind: type[L]) -> list[type[L]]:
        """The mutant's class, if there is one and it is of that kind. Raises UsageError for an unknown mutant."""
        if self.mutant is None:
            return []
        if self.mutant not in MUTANTS:
            raise UsageError(f"mutant {self.mutant}: not known")
        layer = MUTANTS[self.mutant].layer
        return [layer] if issubclass(layer, kind) else []

    def build(self) -> tuple[Gallery, Seed]:
        """A new gallery, filled. Raises UsageError for an unknown release or mutant, or a bad path."""
        path = self.path.rstrip("/")
        if path and (not path.startswith("/") or set(path) & set("?#% ;,\"'\\") or "//" in path):
            raise UsageError(f"path {self.path}: a folder such as /photos")
        gallery = self.gallery_class()(self.release, path)
        gallery.site_list = self.site_list
        gallery.description = self._mode
        self.conditions.check(gallery)
        seed = plant(gallery, self.lifetime)
        if isinstance(gallery, PicturesKept) and self.content is not None:
            seed = replace(seed, keys=seed_file.plant(gallery, self.content))
        else:
            plant_photos(gallery)
        return gallery, seed

    @property
    def lifetime(self) -> timedelta:
        """How long the good keys of the start are so."""
        return timedelta(days=365) if self.expire_after is None else timedelta(seconds=self.expire_after)

    @property
    def _mode(self) -> str:
        kept = "Every promise of the release is kept" if self.fixed else "It deviates as the real release does"
        return kept + ("." if self.mutant is None else f", but for one fault: {self.mutant}.")


class RunningServer:
    """A reference gallery that is being served. `banner` is what the command prints first."""

    def __init__(
        self, reference: Reference, gallery: Gallery, seed: Seed, server: HttpServer, front: UnderConditions
    ) -> None:
        self.gallery = gallery
        self.seed = seed
        self._server = server
        self._front = front
        scheme = "http" if reference.tls is None else "https"
        self.url = f"{scheme}://{_authority(reference.host)}:{server.port}{reference.root(gallery)}/"
        command = [sys.executable, "-I", "-S", expire.__file__, self.url]
        self.banner: dict[str, Any] = {
            "url": self.url,
            "release": gallery.release,
            "webmaster": ":".join(WEBMASTER),
            "account": ":".join(ACCOUNT),
            "api_key": seed.api_key,
            "expired_key": seed.expired_key,
            "revoked_key": seed.revoked_key,
            "expire_command": f"{shlex.join(command)} {{pkid}}",
            "webmaster_key": plant_webmaster_key(gallery, reference.lifetime),
            "header": gallery.profile.header,
        }
        if reference.content is not None:
            self.banner["keys"] = list(seed.keys)

    @property
    def asked(self) -> list[Asked]:
        """The last requests, the newest last; no value of a parameter or credential is in them."""
        return list(self.gallery.journal)

    def move_clock(self, by: timedelta) -> None:
        """Put the gallery's clock forward (or back): a key that expires until then is expired.

        Raises OverflowError where it would be more than a century off.
        """
        with self.gallery.exclusive():
            self.gallery.move_clock(by)

    def expire(self, key: str) -> None:
        """Make a key expire now. key: `PKID:SECRET`, or its id. Raises KeyError where there is none."""
        with self.gallery.exclusive():
            self.gallery.expire_now(key)

    def revoke(self, key: str) -> None:
        """Revoke a key now, likewise."""
        with self.gallery.exclusive():
            self.gallery.revoke_now(key)

    def stop(self) -> None:
        """Stop serving; afterwards no thread or socket is left. May be called again."""
        self._front.close()
        self._server.stop()

    def __enter__(self) -> RunningServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(reference: Reference, port: int = 0) -> RunningServer:
    """Serve a reference gallery in a thread, on loopback unless it says otherwise. `port` 0 is any free one.

    Raises UsageError for a bad Reference, or where the port can't be had.
    """
    gallery, seed = reference.build()
    front = UnderConditions(reference.in_front_of(gallery), gallery, reference.conditions, reference.root(gallery))
    server = HttpServer(front, port, gallery.http, reference.tls, reference.host)
    return RunningServer(reference, gallery, seed, server, front)


def _authority(host: str) -> str:
    """The host as it stands in the URL of whoever asks on this machine."""
    here = {"0.0.0.0": HOST, "::": "::1"}.get(host, host)
    return f"[{here}]" if ":" in here else here
