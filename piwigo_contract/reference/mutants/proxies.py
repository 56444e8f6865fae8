"""Faults of what stands in front of a gallery: headers lost, renamed or doubled, answers kept or changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.proxy import Proxy, body_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

KEY = "HTTP_X_PIWIGO_API"

# --- on the way in


@mutant("proxy-drops-the-header", "HDR-01")
class ProxyDropsTheHeader(Proxy):
    """A proxy lets known headers through, and that of the key is not among them."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        environ.pop(KEY, None)
        return self.forward(environ)


@mutant("proxy-renames-the-header", "HDR-01", "HDR-02")
class ProxyRenamesTheHeader(Proxy):
    """A proxy puts the key into Authorization, where the release before looked for it, and back."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        given, other = environ.pop(KEY, None), environ.pop("HTTP_AUTHORIZATION", None)
        if given is not None:
            environ["HTTP_AUTHORIZATION"] = given
        if other is not None:
            environ[KEY] = other
        return self.forward(environ)


@mutant("proxy-doubles-the-header", "HDR-01")
class ProxyDoublesTheHeader(Proxy):
    """A proxy adds the header once more, and the server joins the two."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ.get(KEY):
            environ[KEY] = f"{environ[KEY]}, {environ[KEY]}"
        return self.forward(environ)


@mutant("proxy-adds-its-own-key", "HDR-02", "HDR-08", "HDR-10", "HDR-11", "HDR-12", "HDR-13")
class ProxyAddsItsOwnKey(Proxy):
    """A proxy sends a key that it has seen for those who send none."""

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__(application)
        self._seen = ""

    def handle(self, environ: WSGIEnvironment) -> Response:
        browser = "HTTP_COOKIE" in environ and "pwg_id" in environ["HTTP_COOKIE"]
        if not environ.get(KEY) and self._seen and not browser and environ["PATH_INFO"].endswith("/ws.php"):
            environ[KEY] = self._seen
        response = self.forward(environ)
        if environ.get(KEY) and response.status_code == 200:
            self._seen = environ[KEY]
        return response


@mutant("proxy-lowers-the-value", "HDR-01")
class ProxyLowersTheValue(Proxy):
    """A proxy writes all of a header in lower case, its value too."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ.get(KEY):
            environ[KEY] = environ[KEY].lower()
        return self.forward(environ)


@mutant("proxy-cuts-long-headers", "HDR-06", "REJ-08")
class ProxyCutsLongHeaders(Proxy):
    """A proxy cuts the header to the length that a key has."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ.get(KEY):
            environ[KEY] = environ[KEY][:75]
        return self.forward(environ)


@mutant("proxy-drops-the-header-of-a-get", "WHO-01")
class ProxyDropsTheHeaderOfAGet(Proxy):
    """A cache in front asks the gallery for what may be cached without the header."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ["REQUEST_METHOD"] == "GET":
            environ.pop(KEY, None)
        return self.forward(environ)


@mutant("proxy-drops-the-key-beside-basic", "HDR-14")
class ProxyDropsTheKeyBesideBasic(Proxy):
    """A proxy that asks for a password takes one kind of credentials and drops the other."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ.get("HTTP_AUTHORIZATION", "").startswith("Basic "):
            environ.pop(KEY, None)
        return self.forward(environ)


@mutant("proxy-copies-the-query-into-the-header", "HDR-10", also=("WHO-13",))
class ProxyCopiesTheQueryIntoTheHeader(Proxy):
    """A rule of the proxy makes a header of `api_key` in the URL, for an old client."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        given = Request(environ).args.get("api_key")
        if given is not None and KEY not in environ:
            environ[KEY] = given
        return self.forward(environ)


@mutant("proxy-drops-the-query-of-a-post", "FORB-07", "FMT-10")
class ProxyDropsTheQueryOfAPost(Proxy):
    """A proxy drops the query of a POST but for the format, and what it names is not there any more."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ["REQUEST_METHOD"] == "POST":
            pairs = environ.get("QUERY_STRING", "").split("&")
            environ["QUERY_STRING"] = "&".join(pair for pair in pairs if pair.startswith("format="))
        return self.forward(environ)


# --- on the way back


@mutant("proxy-shows-a-page-of-its-own-for-errors", "REJ-01")
class ProxyShowsAPageOfItsOwnForErrors(Proxy):
    """A proxy replaces the body of errors by a page of its own."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        if response.status_code == 401 and KEY in environ:
            response = Response("<h1>401 Authorization Required</h1>", 401, content_type="text/html")
        return response


@mutant("proxy-makes-a-refusal-a-redirect", "REJ-01")
class ProxyMakesARefusalARedirect(Proxy):
    """A proxy sends whoever is refused to the login page."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        if response.status_code == 401 and KEY in environ:
            response = Response("", 302, headers={"Location": "identification.php"})
        return response


@mutant("proxy-lets-every-origin-read", "FMT-19")
class ProxyLetsEveryOriginRead(Proxy):
    """A proxy adds the header that lets every page read the answer."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        return response


class _LetsOriginsReadWithCookies(Proxy):
    """A proxy lets pages of some origins read what their visitors' cookies open."""

    def lets(self, origin: str, environ: WSGIEnvironment) -> bool:
        return True

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        origin = environ.get("HTTP_ORIGIN", "")
        if origin and "HTTP_COOKIE" in environ and self.lets(origin, environ):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
        return response


@mutant("proxy-lets-every-origin-read-with-cookies", "FMT-40")
class ProxyLetsEveryOriginReadWithCookies(_LetsOriginsReadWithCookies):
    """The origin that asks is told that it may read, whichever it is."""


@mutant("proxy-lets-no-origin-read-with-cookies", "FMT-40")
class ProxyLetsNoOriginReadWithCookies(_LetsOriginsReadWithCookies):
    """Pages without an origin, such as those of a frame in a sandbox, are taken for local files."""

    def lets(self, origin: str, environ: WSGIEnvironment) -> bool:
        return origin == "null"


@mutant("proxy-lets-origins-alike-read-with-cookies", "FMT-40")
class ProxyLetsOriginsAlikeReadWithCookies(_LetsOriginsReadWithCookies):
    """Origins are let in that begin as the gallery's own does."""

    def lets(self, origin: str, environ: WSGIEnvironment) -> bool:
        return origin.startswith(f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST'].partition(':')[0]}")


@mutant("proxy-answers-preflights-itself", "FMT-20")
class ProxyAnswersPreflightsItself(Proxy):
    """A proxy answers the preflight of a browser by itself: every origin, every header."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if environ["REQUEST_METHOD"] != "OPTIONS" or "HTTP_ORIGIN" not in environ:
            return self.forward(environ)
        allowed = {"Origin": environ["HTTP_ORIGIN"], "Methods": "GET, POST", "Headers": "x-piwigo-api, content-type"}
        return Response("", 204, headers={f"Access-Control-Allow-{name}": value for name, value in allowed.items()})


@mutant("proxy-overwrites-cache-control", "FMT-18")
class ProxyOverwritesCacheControl(Proxy):
    """A proxy sets the same life-time for everything that it serves."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        for name in ("Expires", "Pragma"):
            response.headers.pop(name, None)
        response.headers["Cache-Control"] = "max-age=600, s-maxage=600"
        return response


# --- answers that are kept


class _Cache(Proxy):
    """Keeps good answers of the API to a GET, whatever they say of it themselves."""

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__(application)
        self._kept: dict[tuple[str, ...], tuple[bytes, list[tuple[str, str]]]] = {}
        self._lock = threading.Lock()

    def under(self, environ: WSGIEnvironment) -> tuple[str, ...]:
        """What an answer is kept under."""
        return (environ.get("QUERY_STRING", ""),)

    def may_keep(self, environ: WSGIEnvironment) -> bool:
        return bool(environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith("/ws.php"))

    def handle(self, environ: WSGIEnvironment) -> Response:
        if not self.may_keep(environ):
            return self.forward(environ)
        name = self.under(environ)
        with self._lock:
            kept = self._kept.get(name)
        if kept is not None:
            return Response(kept[0], 200, headers=kept[1])
        response = self.forward(environ)
        if response.status_code == 200:
            headers = [(key, value) for key, value in response.headers.items() if key != "Set-Cookie"]
            with self._lock:
                self._kept[name] = (response.get_data(), headers)
        return response


@mutant("cache-of-each-key", "END-01", "END-02", also=("WHO-08", "SEQ-01"))
class CacheOfEachKey(_Cache):
    """A cache keeps what was read with a key, under its header: a key that has ended still reads what is kept."""

    def under(self, environ: WSGIEnvironment) -> tuple[str, ...]:
        return (environ.get("QUERY_STRING", ""), environ.get("HTTP_COOKIE", ""), environ.get(KEY, ""))

    def may_keep(self, environ: WSGIEnvironment) -> bool:
        return super().may_keep(environ) and bool(environ.get(KEY))


@mutant("cache-for-whoever-brings-no-key", "FMT-18")
class CacheForWhoeverBringsNoKey(_Cache):
    """A cache keeps answers under the URL alone, and asks the gallery anew only for keys."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if KEY in environ:
            self._kept.pop(self.under(environ), None)
        return super().handle(environ)


@mutant("cache-in-place-of-a-slow-answer", "FMT-18")
class CacheInPlaceOfASlowAnswer(_Cache):
    """What was read with a key is kept, and given once to the next who asks for the same."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if not self.may_keep(environ):
            return self.forward(environ)
        kept = self._kept.pop(self.under(environ), None)
        if KEY not in environ:
            return self.forward(environ) if kept is None else Response(kept[0], 200, headers=kept[1])
        return super().handle(environ)


@mutant("cache-without-the-key", "WHO-01", also=("FMT-18",))
class CacheWithoutTheKey(_Cache):
    """A cache keeps answers under the URL and the cookies, and takes no notice of the header of a key."""

    def under(self, environ: WSGIEnvironment) -> tuple[str, ...]:
        return (environ.get("QUERY_STRING", ""), environ.get("HTTP_COOKIE", ""))


@mutant("cache-of-albums-without-the-key", "WHO-05")
class CacheOfAlbumsWithoutTheKey(Proxy):
    """A cache keeps the list of albums for all who ask by the same body, whoever they are."""

    def __init__(self, application: WSGIApplication) -> None:
        super().__init__(application)
        self._kept: dict[bytes, bytes] = {}

    def handle(self, environ: WSGIEnvironment) -> Response:
        body = body_of(environ)
        keyed = KEY in environ and b"pwg.categories.getList" in body and b"recursive" in body
        response = self.forward(environ)
        if keyed and response.status_code == 200:
            response.set_data(self._kept.setdefault(body, response.get_data()))
        return response
