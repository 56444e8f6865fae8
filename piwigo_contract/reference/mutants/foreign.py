"""Led astray by what others add to a request: cookies, headers, or their being left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, ApiKey, Caller, FatalError, PwgError, Session, User
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.proxy import Proxy
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.variations import Notices

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# --- cookies


@mutant("language-of-a-cookie-in-the-status", "HDR-31")
class LanguageOfACookieInTheStatus(Gallery):
    """A key is answered in the language that a cookie `lang` names, whoever set it."""

    def run(self, entry: Any, call: Call, params: dict[str, Any]) -> Any:
        result = super().run(entry, call, params)
        if call.caller.by_header and isinstance(result, dict) and "language" in result and "lang" in call.cookies:
            result["language"] = call.cookies["lang"]
        return result


@mutant("format-of-a-cookie", "HDR-31", "HDR-33")
class FormatOfACookie(Gallery):
    """The format is looked for in all that a request brings, and a cookie of that name goes before the rest."""

    def identify(self, call: Call) -> Caller:
        if "format" in call.cookies:
            call.get["format"] = call.cookies["format"]
        return super().identify(call)


@mutant("long-cookies-too-much", "HDR-31", "HDR-33")
class LongCookiesTooMuch(Proxy):
    """What is in front takes no more than 2 kB of cookies."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if len(environ.get("HTTP_COOKIE", "")) > 2048:
            return Response("Request Header Or Cookie Too Large\n", 400, content_type="text/plain")
        return self.forward(environ)


@mutant("cookie-without-a-value-is-fatal", "HDR-31", "HDR-33")
class CookieWithoutAValueIsFatal(Gallery):
    """Cookies are split by hand, and one without an equals sign is a warning before the answer."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if any("=" not in pair for pair in call.headers.get("Cookie", "=").split(";")):
            warning = (
                b"<b>Warning</b>:  Undefined array key 1 in <b>/var/www/include/cookies.php</b> on line <b>9</b>\n"
            )
            response.set_data(warning + response.get_data())
        return response


# --- headers


class _KeyedHeader(Gallery):
    """Looks at one more header of a request with a key."""

    def looked_at(self, call: Call) -> bool:
        return False

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        return None if self.looked_at(call) else super().header_caller(call, session)


@mutant("key-from-a-foreign-page-not-read", "HDR-32", "HDR-33", also=("FMT-19",))
class KeyFromAForeignPageNotRead(_KeyedHeader):
    """Where a browser says that a page of another site asks, the caller is a guest."""

    def looked_at(self, call: Call) -> bool:
        return call.headers.get("Sec-Fetch-Site") == "cross-site"


@mutant("keys-bound-to-the-address-that-is-forwarded", "HDR-32")
class KeysBoundToTheAddressThatIsForwarded(Gallery):
    """A key is good for the address alone that used it first, as any X-Forwarded-For tells it."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._addresses: dict[str, str] = {}

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        caller = super().header_caller(call, session)
        if caller is not None and caller.key is not None:
            address = call.headers.get("X-Forwarded-For", "direct")
            if self._addresses.setdefault(caller.key.pkid, address) != address:
                raise self.refuse_key()
        return caller


@mutant("format-of-the-accept-header", "HDR-32", "HDR-33")
class FormatOfTheAcceptHeader(Gallery):
    """An Accept that names XML goes before the format that is asked for."""

    def identify(self, call: Call) -> Caller:
        if call.headers.get("Accept", "").startswith("application/xml"):
            call.get["format"] = "rest"
        return super().identify(call)


@mutant("bad-key-of-a-script-is-a-guest", "HDR-33")
class BadKeyOfAScriptIsAGuest(Gallery):
    """A bad key that a script in a page sends is overlooked, lest the page be shown an error."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if call.headers.get("Sec-Fetch-Mode") == "cors":
                return None
            raise


# --- conditions


@mutant("part-of-an-answer", "HDR-34")
class PartOfAnAnswer(Proxy):
    """What is in front gives that part of an answer that a range asks for, and calls it all of it."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        response = self.forward(environ)
        if environ.get("HTTP_RANGE") == "bytes=0-9" and response.status_code == 200:
            response.set_data(response.get_data()[:10])
        return response


@mutant("nothing-changed-since", "HDR-34")
class NothingChangedSince(Proxy):
    """Whatever condition a request has, nothing is said to have changed."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if Request(environ).headers.get("If-None-Match") and environ["REQUEST_METHOD"] == "GET":
            return Response(status=304)
        return self.forward(environ)


@mutant("no-expectation-can-be-met", "HDR-34", "HDR-33")
class NoExpectationCanBeMet(Proxy):
    """An expectation is refused, whichever it is."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        return Response("", 417) if "HTTP_EXPECT" in environ else self.forward(environ)


# --- a login


class _LoginBesideACookie(Gallery):
    """A login looks at a cookie, whoever set it."""

    cookie = "lang"

    def log_in_beside_it(self, call: Call, user: User) -> None:
        """What becomes of the login."""

    def session_login(self, call: Call, session: Session, username: Any, password: Any) -> Session:
        opened = super().session_login(call, session, username, password)
        if f"{self.cookie}=" in call.headers.get("Cookie", ""):
            self.log_in_beside_it(call, self.store.users[opened.user_id or 0])
        return opened


@mutant("unknown-language-is-fatal-to-a-login", "HDR-35")
class UnknownLanguageIsFatalToALogin(_LoginBesideACookie):
    """A cookie `lang` with an unknown language is taken for an attack, and PHP gives up."""

    def log_in_beside_it(self, call: Call, user: User) -> None:
        raise FatalError(f'[Hacking attempt] the input parameter "{call.cookies["lang"]}" is not valid', 500)


@mutant("unknown-language-is-the-user-s-from-a-login-on", "HDR-35")
class UnknownLanguageIsTheUsersFromALoginOn(_LoginBesideACookie):
    """A login makes what a cookie `lang` holds the user's language, whether there is such a language or not."""

    def log_in_beside_it(self, call: Call, user: User) -> None:
        user.language = call.cookies["lang"]


@mutant("list-of-languages-is-fatal-to-a-login", "HDR-35")
class ListOfLanguagesIsFatalToALogin(_LoginBesideACookie):
    """A cookie `lang[]` is an array to PHP, and no array can be the key of one."""

    cookie = "lang[]"

    def log_in_beside_it(self, call: Call, user: User) -> None:
        raise FatalError("array_key_exists(): Argument #1 ($key) must be a valid array offset type", 500)


@mutant("session-of-another-program-resumed", "HDR-35")
class SessionOfAnotherProgramResumed(_LoginBesideACookie):
    """The session of a login gets the id that a cookie PHPSESSID brings, and the answer sets no other."""

    cookie = "PHPSESSID"

    def log_in_beside_it(self, call: Call, user: User) -> None:
        call.cookies_set.pop("pwg_id", None)


@mutant("odd-cookies-refused-by-a-login", "HDR-35")
class OddCookiesRefusedByALogin(_LoginBesideACookie):
    """A login looks through all cookies for what might be SQL, and refuses it."""

    cookie = "odd"

    def log_in_beside_it(self, call: Call, user: User) -> None:
        raise PwgError(999, "Invalid username/password")


# --- what is lacking


@mutant("warning-without-a-program", "HDR-36")
class WarningWithoutAProgram(Notices):
    """The line in the log about a key's use takes the program from the request: a warning where it has none."""

    def printed(self, call: Call) -> str:
        return super().printed(call) if call.caller.by_header and "User-Agent" not in call.headers else ""


@mutant("no-key-without-a-program", "HDR-36")
class NoKeyWithoutAProgram(_KeyedHeader):
    """A request that names no program is taken for one of a robot, and its key is not read."""

    def looked_at(self, call: Call) -> bool:
        return not call.headers.get("User-Agent")


@mutant("programs-are-named-in-ascii", "HDR-36")
class ProgramsAreNamedInAscii(Proxy):
    """What is in front takes a program's name for an attack where it has other letters than English ones."""

    def handle(self, environ: WSGIEnvironment) -> Response:
        if not environ.get("HTTP_USER_AGENT", "").isascii():
            return Response("Forbidden\n", 403, content_type="text/plain")
        return self.forward(environ)


# --- chosen by the caller


class _Trusting(Gallery):
    """Believes a header, and closes no album to whoever sends it."""

    _opened = False

    def believes(self, call: Call) -> bool:
        return False

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        self._opened = self.believes(call)
        try:
            return super().run(entry, call, params)
        finally:
            self._opened = False

    def sees_album(self, user: User, album: Album) -> bool:
        return self._opened or super().sees_album(user, album)


@mutant("link-of-an-administration-opens-all", "HDR-37")
class LinkOfAnAdministrationOpensAll(_Trusting):
    """A request that comes from a page of the administration, as its Referer says, sees what an administrator sees."""

    def believes(self, call: Call) -> bool:
        return "/admin.php?page=" in call.headers.get("Referer", "")


@mutant("any-link-opens-all", "HDR-37")
class AnyLinkOpensAll(_Trusting):
    """A request that comes from a page, whichever, is taken for one of the gallery's own scripts."""

    def believes(self, call: Call) -> bool:
        return "Referer" in call.headers and call.caller.by_header


@mutant("link-of-an-administration-opens-lists", "HDR-37")
class LinkOfAnAdministrationOpensLists(LinkOfAnAdministrationOpensAll):
    """The same, in lists of photos alone."""

    def believes(self, call: Call) -> bool:
        return super().believes(call) and self.method_name(call) == "pwg.categories.getImages"


@mutant("address-of-the-machine-opens-all", "HDR-38")
class AddressOfTheMachineOpensAll(_Trusting):
    """Whoever asks from the machine itself, as X-Forwarded-For says, sees everything."""

    def believes(self, call: Call) -> bool:
        return call.headers.get("X-Forwarded-For", "").split(",")[0] == "127.0.0.1"


@mutant("address-before-it-was-written-anew-counts", "HDR-38")
class AddressBeforeItWasWrittenAnewCounts(_Trusting):
    """What the administration may see is decided by the address of the request, and X-Original-URL goes before it."""

    def believes(self, call: Call) -> bool:
        return call.headers.get("X-Original-URL", "").startswith("/admin.php")


@mutant("user-of-a-proxy-goes-before-the-key", "HDR-38")
class UserOfAProxyGoesBeforeTheKey(Gallery):
    """The user that a header of a proxy names is the caller, though anybody can send that header."""

    def caller_with_key(self, owner: User, key: ApiKey, session: Session) -> Caller:
        named = self.store.user_named(self._named)
        return super().caller_with_key(named or owner, key, session)

    _named = ""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        self._named = call.headers.get("X-Remote-User", "")
        return super().header_caller(call, session)
