"""Faults that only values show which nobody thought of."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import fatal
from piwigo_contract.reference.deviations_of_methods import BadInputIsAServerError
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature
from piwigo_contract.reference.variations import Notices


@mutant("search-for-anything-but-ascii-is-fatal", "GEN-01", profile="standard")
class AsciiSearch(Gallery):
    """A search for anything but plain letters is a fatal error."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if not str(params.get("query", "")).isascii():
            fatal("Uncaught mysqli_sql_exception: Illegal mix of collations")
        return super().run(entry, call, params)


@mutant("choice-that-is-none-is-a-server-error", "GEN-01", profile="standard")
class ServerErrorForAChoice(BadInputIsAServerError):
    """A value that is none of a parameter's choices is told as HTTP 500."""


@mutant("not-found-with-status-200", "GEN-01", "GEN-02")
class NotFoundWith200(Gallery):
    """What is not there is told as err 404 with HTTP 200."""

    def status_of(self, result: Any) -> int:
        status = super().status_of(result)
        return 200 if status == 404 else status


@mutant("warning-around-an-answer", "GEN-01")
class WarningAroundAnAnswer(Gallery):
    """An album that is not there puts a warning of PHP, with the path of a file, before the answer."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if self.parameters(call).get("cat_id") is not None and isinstance(result, PwgError):
            warning = b"<b>Warning</b>:  Undefined variable $row in <b>/var/www/piwigo/ws.php</b> on line <b>7</b>\n"
            response.set_data(warning + response.get_data())
        return response


@mutant("warning-among-notices", "GEN-01")
class WarningAmongNotices(Notices, WarningAroundAnAnswer):
    """The same, where PHP's notices stand before every answer already."""


@mutant("list-for-a-single-value-is-fatal", "GEN-02", profile="standard")
class ListForASingleValue(Gallery):
    """A list where one value is wanted is a fatal error, not a refusal."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        arrays = {parameter.name for parameter in signature.params if parameter.array}
        if any(isinstance(value, list | dict) and name not in arrays for name, value in given.items()):
            fatal("Uncaught TypeError: trim(): Argument #1 ($string) must be of type string, array given")
        return super().check_parameters(call, signature, given)


@mutant("text-for-a-number-is-a-server-error", "GEN-02", also=("LIFE-21", "LIFE-22"))
class TextForANumber(Gallery):
    """Text where a number is wanted is told as HTTP 500."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        try:
            return super().check_parameters(call, signature, given)
        except PwgError as error:
            raise PwgError(500 if "integer" in error.message else error.code, error.message) from error


@mutant("key-not-looked-at-beside-a-name", "GEN-03")
class KeyNotLookedAt(Gallery):
    """Where a name is among the parameters the header is not looked at, and the caller is a guest."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        return None if "name" in call.post else super().header_caller(call, session)


@mutant("new-album-unknown-to-a-list", "GEN-04")
class NewAlbumUnknown(Gallery):
    """An album that a key made is not found by its number where photos are listed."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self._by_key: set[int] = set()

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        name = self.method_name(call)
        if name == "pwg.categories.getImages" and self._by_key & set(params["cat_id"]):
            raise PwgError(404, "cat_id not found")
        result = super().run(entry, call, params)
        if name == "pwg.categories.add" and call.caller.by_header:
            self._by_key.add(result["id"])
        return result


@mutant("listed-photo-unknown-by-its-number", "GEN-04", also=("METH-14", "METH-15", "METH-16", "METH-17", "METH-18"))
class ListedPhotoUnknown(Gallery):
    """A photo that an album lists for a key is not found by its number."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == "pwg.images.getInfo" and call.caller.by_header:
            raise PwgError(404, "image_id not found")
        return super().run(entry, call, params)


@mutant("what-was-sent-in-the-status-line", "GEN-02", also=("GEN-01",), profile="standard")
class SentInTheStatusLine(Gallery):
    """An error repeats a value in the line of its HTTP status, control characters and all."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        texts = [value for value in self.parameters(call).values() if isinstance(value, str)]
        if isinstance(result, PwgError) and texts:
            told = f"{result.message} {texts[0]}".replace("\n", " ").replace("\r", " ")
            response.status = f"{response.status_code} {told.encode().decode('latin-1')}"
        return response
