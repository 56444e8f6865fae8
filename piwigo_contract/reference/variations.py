"""Good galleries in odd places: each keeps every promise but those that it names, and nothing else about it may make
the suite see a fault.

A variation is a subclass of Gallery or a Proxy, as a mutant is; but it is right, or the fault is not the gallery's.
"""

from __future__ import annotations

import gzip
import json
import random
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import CLOSE, Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, Caller, Photo, PwgError
from piwigo_contract.reference.proxy import Proxy
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.sessions import COOKIE
from piwigo_contract.reference.signatures import Parameter, Signature
from piwigo_contract.reference.store import random_text

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

V = TypeVar("V", bound=type[Gallery] | type[Proxy])


@dataclass(frozen=True)
class Variation:
    """An odd place. breaks: ids of the clauses that turn red in it, and no other."""

    layer: type[Gallery] | type[Proxy]
    breaks: frozenset[str]


VARIATIONS: dict[str, Variation] = {}


def variation(name: str, *, breaks: Collection[str] = ()) -> Callable[[V], V]:
    """Register a class as a variation; its docstring says what is odd about it."""

    def register(odd: V) -> V:
        VARIATIONS[name] = Variation(odd, frozenset(breaks))
        return odd

    return register


# --- time


@variation("jitter")
class Jitter(Proxy):
    """Answers take now and then up to 30 ms longer, as over a bad line."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        time.sleep(random.choice((0, 0, 0, 0.001, 0.005, 0.03)))
        return self.forward(environ)


@variation("clock-ahead")
class ClockAhead(Gallery):
    """The gallery's clock is eleven hours ahead of that of whoever asks."""

    def now(self) -> datetime:
        return super().now() + timedelta(hours=11)


@variation("clock-behind")
class ClockBehind(Gallery):
    """The gallery's clock is seven hours and eleven minutes behind that of whoever asks."""

    def now(self) -> datetime:
        return super().now() - timedelta(hours=7, minutes=11)


# --- place


@variation("folder")
class Folder(Gallery):
    """The gallery is in a folder of its host, and knows it."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path or "/photos/of/2026")


@variation("path-rewritten", breaks=("JRN-04", "JRN-13", "JRN-16", "JRN-51"))
class PathRewritten(Proxy):
    """A proxy shows the gallery in a folder that the gallery knows nothing of, and which its addresses lack."""

    path = "/gallery"

    def handle(self, environ: WSGIEnvironment) -> Response:
        inside = environ["PATH_INFO"]
        if not inside.startswith(self.path + "/"):
            return Response("Not found\n", 404, content_type="text/plain")
        environ["PATH_INFO"] = inside.removeprefix(self.path)
        response = self.forward(environ)
        location = response.headers.get("Location")
        if location is not None and location.startswith("/"):
            response.headers["Location"] = self.path + location
        cookies = response.headers.getlist("Set-Cookie")
        response.headers.remove("Set-Cookie")
        for cookie in cookies:
            response.headers.add("Set-Cookie", cookie.replace("Path=/", f"Path={self.path}/"))
        return response


@variation("balanced")
class Balanced(Proxy):
    """A load balancer adds its cookie and headers, writes names in lower case, and closes after each answer."""

    ADDED: ClassVar[Mapping[str, str]] = {
        "via": "1.1 varnish (Varnish/7.1)",
        "x-cache": "MISS",
        "age": "0",
        "vary": "Accept-Encoding",
        "server-timing": "app;dur=12.3",
    }

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        told = [(name.lower(), value) for name, value in response.headers]
        response.headers.clear()
        for name, value in told:
            response.headers.add(name, value)
        response.headers.add("set-cookie", "SERVERID=one; Path=/; HttpOnly")
        response.headers.update(self.ADDED)
        response.headers["x-request-id"] = random_text(40)
        response.status = f"{response.status_code} "  # HTTP/2 has no words for it
        environ[CLOSE] = True
        return response


def takes(environ: WSGIEnvironment, coding: str) -> bool:
    """Whether a client says that it takes answers in a coding (RFC 9110, section 12.5.3)."""
    for each in environ.get("HTTP_ACCEPT_ENCODING", "").lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() == coding:
            return weight.strip() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@variation("compressed")
class Compressed(Proxy):
    """What is in front compresses every answer, whatever its type and its length, for those who take that."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        response.headers.add("Vary", "Accept-Encoding")
        coding = self.coding(environ, response)
        if coding is not None and environ["REQUEST_METHOD"] != "HEAD" and response.get_data():
            response.set_data(self.compress(response.get_data(), coding))
            response.headers["Content-Encoding"] = coding
        return response

    def compress(self, data: bytes, coding: str) -> bytes:
        return gzip.compress(data) if coding == "gzip" else zlib.compress(data)

    def coding(self, environ: WSGIEnvironment, response: Response) -> str | None:
        """The coding for an answer, gzip or deflate, or None to leave it as it is."""
        return next((name for name in ("gzip", "deflate") if takes(environ, name)), None)


@variation("cookie-renamed")
class CookieRenamed(Proxy):
    """The session's cookie has a name of the site's own ($conf['session_name'])."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        given = environ.get("HTTP_COOKIE", "")
        environ["HTTP_COOKIE"] = given.replace(f"{COOKIE}=", "other=").replace("gallery=", f"{COOKIE}=")
        response = self.forward(environ)
        cookies = response.headers.getlist("Set-Cookie")
        response.headers.remove("Set-Cookie")
        for cookie in cookies:
            response.headers.add("Set-Cookie", cookie.replace(f"{COOKIE}=", "gallery="))
        return response


# --- language

FRENCH = {
    "Access denied": "Accès refusé",
    "Acces Denied": "Accès refusé",
    "Invalid api_key": "Clé d'API non valide",
    "Invalid security token": "Jeton de sécurité non valide",
    "Invalid username/password": "Nom d'utilisateur ou mot de passe erroné",
    "Method name is not valid": "Le nom de la méthode n'est pas valide",
    "Never": "Jamais",
}


@variation("french")
class French(Gallery):
    """Every message, every word for a time and the pages are in French."""

    def told(self, text: str) -> str:
        return FRENCH.get(text, f"Désolé, ça n'a pas marché : {text.lower()}")

    def encode(self, format_name: str, result: Any) -> str:
        # a missing parameter is told by its name, which is no word of any language
        if isinstance(result, PwgError) and result.code != 1002:
            result = PwgError(result.code, self.told(result.message))
        return super().encode(format_name, result)

    def listed(self, key: Any, now: datetime) -> dict[str, Any]:
        row = super().listed(key, now)
        words = ("expiration", "expired_on_since", "last_used_on_since", "revoked_on_since", "revoked_on_message")
        return row | {name: f"il y a {row[name]}" for name in words if row[name]}

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        return (
            "Tout s'est bien passé." if isinstance(result, str) and result.endswith(("edited.", "revoked.")) else result
        )

    def html(self, title: str, body: str, status: int = 200) -> Response:
        french = body.replace("API Keys", "Clés API").replace("API Key", "Clé API").replace("Logout", "Déconnexion")
        return super().html(title.replace("Home", "Accueil"), french, status)


# --- more of it

PLUGIN_METHODS = (
    Signature("pwg.stats.getCounts", {}, ()),
    Signature(
        "pwg.stats.getVisitors", {"admin_only": True}, (Parameter("page", True, type="int positive", default=0),)
    ),
    Signature("pwg.stats.reset", {"admin_only": True, "post_only": True}, (Parameter("pwg_token"),)),
    Signature("community.session.getStatus", {}, ()),
    Signature(
        "stats_addLine", {"post_only": True}, (Parameter("line"), Parameter("times", True, type="int", default=1))
    ),
    Signature(
        "stats.lines.list",
        {},
        (
            Parameter("ids", True, "always", "int positive notnull", [1, 2]),
            Parameter("name", True),
            Parameter("many", True, default=10, max=100),
            Parameter("ratio", True, type="float positive", default=0.5),
        ),
    ),
    Signature("stats.admin.getSettings", {}, ()),
    Signature("STATS_Upload", {"post_only": True}, (Parameter("file"), Parameter("album"))),
)


@variation("plugin")
class Plugin(Gallery):
    """A plugin adds methods: for all and for administrators, with a token and without, and with names of its own.

    One of them has no flag, and asks by itself who is an administrator.
    """

    def methods(self) -> Mapping[str, Signature]:
        return dict(sorted({**super().methods(), **{each.name: each for each in PLUGIN_METHODS}}.items()))

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if call.requested("method") in {each.name for each in PLUGIN_METHODS}:
            if "pwg_token" in params:
                self.check_token(call.caller, params)
            if call.requested("method") == "stats.admin.getSettings" and not call.caller.user.is_admin:
                raise PwgError(403, "Forbidden")
            return {"done": True}
        return super().run(entry, call, params)


@variation("empty")
class Empty(Gallery):
    """Nobody has put anything into the gallery yet: no album, no photo, no tag, no group."""

    _emptied = False

    def respond(self, call: Call) -> Response:
        if not self._emptied:
            self._emptied = True
            for kept in (self.store.albums, self.store.photos, self.store.tags, self.store.groups):
                kept.clear()
        return super().respond(call)


@variation("private")
class Private(Gallery):
    """Every album is private, and open to administrators alone."""

    _closed = False

    def respond(self, call: Call) -> Response:
        if not self._closed:
            self._closed = True
            for album in self.store.albums.values():
                self.set_album_status(album, "private", self.store.users[self.store.main_user])
        return super().respond(call)


@variation("shut")
class Shut(Gallery):
    """Guests see nothing ($conf['guest_access']): they may call the methods of sessions and of reflection alone."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if call.caller.is_guest and not self.method_name(call).startswith(("pwg.session.", "reflection.")):
            raise PwgError(401, "Access denied")
        return super().run(entry, call, params)

    def home_page(self, call: Call, caller: Caller) -> Response:
        return self.to_login(call) if caller.is_guest else super().home_page(call, caller)


@variation("old")
class Old(Gallery):
    """The gallery is old: numbers are high, there are hundreds of users, and some of them have 500 keys."""

    _aged = False

    def respond(self, call: Call) -> Response:
        if not self._aged:
            self._aged = True
            self._age()
        return super().respond(call)

    def _age(self) -> None:
        now = self.now()
        for kind in ("album", "photo", "tag", "group", "user"):
            self.store.count_from(kind, 7_000_000)
        owners = list(self.store.users.values())
        for number in range(300):
            self.store.add_user(f"member {number}", None, "normal", now)
        for owner in owners:
            for number in range(500):
                made, ends = now - timedelta(days=number), now + timedelta(days=250 - number)
                key = self.store.add_key(owner, self.new_pkid(made), random_text(40), f"key {number}", made, ends)
                key.revoked_on = now if number % 3 == 0 else None


@variation("written-otherwise")
class WrittenOtherwise(Gallery):
    """JSON with blanks and line ends, slashes and accents as they are, and the fields in another order."""

    def encode(self, format_name: str, result: Any) -> str:
        body = super().encode(format_name, result)
        if format_name != "json":
            return body
        return json.dumps(json.loads(body, object_hook=_turned), indent=4, ensure_ascii=False) + "\n"


def _turned(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in reversed(fields)}


@variation("big")
class Big(Gallery):
    """50,000 photos in 500 albums: lists are long, and answers take their time."""

    ALBUMS, PHOTOS = 500, 50_000

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._inside: dict[int, list[Photo]] = {}
        self._filled = False

    def respond(self, call: Call) -> Response:
        if not self._filled:
            self._filled = True
            self._fill()
        return super().respond(call)

    def _fill(self) -> None:
        webmaster, now = self.store.users[self.store.main_user], self.now()
        albums: list[Album] = [self.store.add_album(f"Album {number}") for number in range(self.ALBUMS)]
        for number in range(self.PHOTOS):
            photo = self.store.add_photo(f"photo-{number}.jpg", f"{number:032x}", 1024, webmaster, now)
            photo.albums = [albums[number % self.ALBUMS].id]
        for photo in self.store.photos.values():
            for album_id in photo.albums:
                self._inside.setdefault(album_id, []).append(photo)

    def photos_in(self, albums: Iterable[int]) -> list[Photo]:
        wanted = set(albums)
        known = {photo.id: photo for album_id in wanted for photo in self._inside.get(album_id, ())}
        return [photo for photo in known.values() if photo.id in self.store.photos and wanted & set(photo.albums)]

    def put_into(self, photo: Photo, albums: Iterable[int]) -> None:
        wanted = list(albums)
        super().put_into(photo, wanted)
        for album_id in wanted:
            self._inside.setdefault(album_id, []).append(photo)


# --- what PHP prints beside


class _Printed(Gallery):
    """PHP prints something before an answer of the API."""

    def printed(self, call: Call) -> str:
        return ""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        response.set_data(self.printed(call).encode() + response.get_data())
        return response


@variation("notices", breaks=["FMT-31"])
class Notices(_Printed):
    """PHP shows its notices: one stands before every answer of the API."""

    def printed(self, call: Call) -> str:
        file = "<b>/var/www/include/env.php</b> on line <b>12</b>"
        return f"<br />\n<b>Deprecated</b>:  strftime() is deprecated in {file}<br />\n"


@variation("blank-lines", breaks=["FMT-31"])
class BlankLines(_Printed):
    """An included file of the site ends in line ends, which stand before every answer of the API."""

    def printed(self, call: Call) -> str:
        return "\n\n"
