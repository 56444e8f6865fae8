"""Answers: formats that are forgotten, documents that are none, headers that are wrong, parameters that are lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import FormatInTheBodyIsIgnored
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, PwgError, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.signatures import Signature

# --- formats


@mutant("key-not-read-in-xmlrpc", "FMT-01", "USED-04", also=("END-04", "END-05", "END-06", "END-07"))
class KeyNotReadInXmlrpc(Gallery):
    """XML-RPC has a way of its own through the code, on which no key is read."""

    def key_is_looked_for(self, call: Call) -> bool:
        return super().key_is_looked_for(call) and call.format != "xmlrpc"


@mutant(
    "bad-key-is-a-guest-in-php-s-format",
    "FMT-02",
    also=("MAL-23", "END-04", "END-05", "END-06", "END-07", "FMT-14", "FMT-15"),
)
class BadKeyIsAGuestInPhpsFormat(Gallery):
    """In PHP's own format a bad key is taken for none, and the caller for a guest."""

    def header_caller(self, call: Call, session: Session) -> Caller | None:
        try:
            return super().header_caller(call, session)
        except PwgError:
            if call.format != "php" or self.key_ended(call):
                raise
            return None

    def key_ended(self, call: Call) -> bool:
        """Whether the key is one that was revoked or has expired."""
        halves = self.parse_key(self.read_key_header(call) or "")
        key = self.find_key(halves[0]) if halves else None
        return key is not None and (self.is_revoked(key) or self.is_expired(key, self.now()))


@mutant(
    "refusal-is-always-json",
    "FMT-02",
    also=("END-04", "END-05", "END-06", "END-07", "FMT-04", "FMT-06", "FMT-14", "FMT-15"),
)
class RefusalIsAlwaysJson(Gallery):
    """A bad key is refused before the format is looked at: in JSON, whatever was asked for."""

    def answer(self, call: Call, result: Any) -> Response:
        refused = isinstance(result, PwgError) and result.message == "Invalid api_key"
        if refused and call.format in ("rest", "xmlrpc", "php"):
            return Response(self.encode("json", result), 401, content_type=self.content_type(call.format))
        return super().answer(call, result)


@mutant("xmlrpc-tells-another-number", "FMT-03")
class XmlrpcTellsAnotherNumber(Gallery):
    """In XML-RPC every error has the number 1."""

    def encode(self, format_name: str, result: Any) -> str:
        if format_name == "xmlrpc" and isinstance(result, PwgError) and result.code >= 1000:
            result = PwgError(1, result.message)
        return super().encode(format_name, result)


@mutant("errors-in-php-s-format-are-fine", "FMT-03")
class ErrorsInPhpsFormatAreFine(Gallery):
    """In PHP's own format an unknown method is answered with `stat` ok and the error as the result."""

    def encode(self, format_name: str, result: Any) -> str:
        if format_name == "php" and isinstance(result, PwgError) and result.code == 501:
            return super().encode(format_name, {"err": result.code, "message": result.message})
        return super().encode(format_name, result)


@mutant("json-said-to-be-xml", "FMT-04")
class JsonSaidToBeXml(Gallery):
    """The content type is set once, to that of the default format."""

    def content_type(self, format_name: str) -> str:
        return "text/xml; charset=utf-8" if format_name == "json" else super().content_type(format_name)


@mutant("errors-said-to-be-plain-text", "FMT-04")
class ErrorsSaidToBePlainText(Gallery):
    """Errors in XML have the content type of text."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if isinstance(result, PwgError) and call.format == "rest" and result.code == 501:
            response.content_type = "text/plain; charset=utf-8"
        return response


@mutant("errors-said-to-be-a-page", "FMT-05", "FMT-04")
class ErrorsSaidToBeAPage(Gallery):
    """The content type of an error is forgotten, and the server's default is HTML."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if isinstance(result, PwgError) and result.code == 501:
            response.content_type = "text/html; charset=utf-8"
        return response


@mutant("notice-before-the-answer", "FMT-06")
class NoticeBeforeTheAnswer(Gallery):
    """A notice of PHP is printed before each answer to a key."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.caller.by_header and call.requested("method") == "pwg.session.getStatus":
            response.set_data(b"\nNotice: Undefined index: key in user.inc.php on line 92\n" + response.get_data())
        return response


@mutant("blank-line-before-the-xml", "FMT-06")
class BlankLineBeforeTheXml(Gallery):
    """An included file ends in a line end: it stands before the XML declaration of answers to a key."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.caller.by_header and call.format == "rest":
            response.set_data(b"\n" + response.get_data())
        return response


@mutant("byte-order-mark-before-the-json", "FMT-06")
class ByteOrderMarkBeforeTheJson(Gallery):
    """A configuration file was saved with a byte order mark, which stands before each list of albums."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.caller.by_header and call.format == "json" and call.requested("method") == "pwg.categories.getList":
            response.set_data(b"\xef\xbb\xbf" + response.get_data())
        return response


@mutant("unknown-format-is-json", "FMT-07")
class UnknownFormatIsJson(Gallery):
    """An unknown format is answered in JSON with HTTP 200."""

    def check_format(self, call: Call) -> None:
        if call.format not in ("json", "rest", "xmlrpc", "php"):
            call.get["format"] = "json"


@mutant("example-of-the-wiki-page-answered-in-xml", "FMT-09")
class ExampleOfTheWikiPageAnsweredInXml(FormatInTheBodyIsIgnored):
    """The format is read from the query alone: the wiki page's own example is answered in XML."""


@mutant("body-lost-where-the-query-names-the-method", "FMT-10", also=("METH-16",))
class BodyLostWhereTheQueryNamesTheMethod(Gallery):
    """With a key and the method in the query the parameters are looked for there too."""

    def parameters(self, call: Call) -> dict[str, Any]:
        found = super().parameters(call)
        if call.caller.by_header and call.get.get("method") and self.is_post(call):
            return {name: value for name, value in call.get.items() if name not in ("method", "format")}
        return found


@mutant("parameters-of-a-get-lost-with-a-key", "FMT-11", also=("METH-15", "METH-17", "METH-18"))
class ParametersOfAGetLostWithAKey(Gallery):
    """With a key the parameters in the query of a GET are lost: the body is believed to be there."""

    def parameters(self, call: Call) -> dict[str, Any]:
        return {} if call.caller.by_header and not self.is_post(call) else super().parameters(call)


@mutant("query-lost-of-a-post-without-a-body", "FMT-11", also=("METH-17",))
class QueryLostOfAPostWithoutABody(Gallery):
    """The verb and not the body decides where parameters are looked for, with a key."""

    def parameters(self, call: Call) -> dict[str, Any]:
        empty = call.caller.by_header and call.verb == "POST" and not self.is_post(call)
        return {} if empty else super().parameters(call)


@mutant("key-makes-every-request-a-post", "FMT-11", "FMT-12", also=("METH-13", "METH-15", "METH-17", "METH-18"))
class KeyMakesEveryRequestAPost(Gallery):
    """With a key a token is put among the fields of the body, which is never empty then."""

    def posted(self, call: Call) -> Mapping[str, Any]:
        posted = super().posted(call)
        return {**posted, "pwg_token": "none"} if call.caller.by_header else posted


@mutant("post-only-methods-by-put", "FMT-12")
class PostOnlyMethodsByPut(Gallery):
    """With a key whatever is not a GET counts as a POST."""

    def gate_post(self, call: Call, signature: Signature) -> None:
        if not (call.caller.by_header and call.verb in ("PUT", "PATCH")):
            super().gate_post(call, signature)


@mutant("bad-key-is-a-guest-by-put", "FMT-13")
class BadKeyIsAGuestByPut(Gallery):
    """The header is looked at for GET and POST alone: with a bad key a PUT is a guest's."""

    def key_is_looked_for(self, call: Call) -> bool:
        return super().key_is_looked_for(call) and call.verb in ("GET", "POST", "HEAD")


@mutant("key-not-read-by-head", "FMT-39", "FMT-13")
class KeyNotReadByHead(Gallery):
    """The header is looked at for GET and POST alone: HEAD with a key is a guest's."""

    def key_is_looked_for(self, call: Call) -> bool:
        return super().key_is_looked_for(call) and call.verb != "HEAD"


class _OtherHead(Gallery):
    """HEAD is answered by a part of the code of its own."""

    def head(self, call: Call, response: Response) -> None:
        """Change the answer to a HEAD."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.verb == "HEAD":
            self.head(call, response)
        return response


@mutant("head-is-always-fine", "FMT-39", "FMT-13", also=("FMT-12",))
class HeadIsAlwaysFine(_OtherHead):
    """HEAD is answered with 200 before anything is decided."""

    def head(self, call: Call, response: Response) -> None:
        response.status_code = 200


@mutant("head-tells-of-an-empty-answer", "FMT-39")
class HeadTellsOfAnEmptyAnswer(_OtherHead):
    """HEAD tells the length of what it sends, which is nothing."""

    def head(self, call: Call, response: Response) -> None:
        response.set_data(b"")


@mutant("head-of-a-page", "FMT-39")
class HeadOfAPage(_OtherHead):
    """HEAD has the content type of pages."""

    def head(self, call: Call, response: Response) -> None:
        response.content_type = "text/html; charset=utf-8"


@mutant("options-answered-before-the-key", "FMT-13")
class OptionsAnsweredBeforeTheKey(Gallery):
    """OPTIONS runs the method, and no key is looked at."""

    def key_is_looked_for(self, call: Call) -> bool:
        return super().key_is_looked_for(call) and call.verb != "OPTIONS"


# --- headers


class _Headers(Gallery):
    """Answers of the API have other headers."""

    def change(self, call: Call, headers: dict[str, str]) -> None:
        """Change them."""

    def answer_headers(self, call: Call) -> dict[str, str]:
        headers = dict(super().answer_headers(call))
        if call.path == "/ws.php":
            self.change(call, headers)
        return headers


@mutant("answers-may-be-cached", "FMT-18")
class AnswersMayBeCached(_Headers):
    """Answers to a GET may be kept for a minute by any cache."""

    def change(self, call: Call, headers: dict[str, str]) -> None:
        if call.verb == "GET":
            headers.pop("Expires"), headers.pop("Pragma")
            headers["Cache-Control"] = "public, max-age=60"


@mutant("no-word-about-caches", "FMT-18")
class NoWordAboutCaches(_Headers):
    """Without a session no headers about caches are sent, and an answer to a key has none."""

    def change(self, call: Call, headers: dict[str, str]) -> None:
        if self.read_key_header(call):
            headers.clear()


@mutant("every-origin-may-read", "FMT-19")
class EveryOriginMayRead(_Headers):
    """Every page may read the answers of the API."""

    def change(self, call: Call, headers: dict[str, str]) -> None:
        if call.verb != "OPTIONS":
            headers["Access-Control-Allow-Origin"] = "*"


@mutant("origin-null-may-read", "FMT-19")
class OriginNullMayRead(_Headers):
    """The origin is compared with a list on which `null` was put for a test."""

    def change(self, call: Call, headers: dict[str, str]) -> None:
        if call.headers.get("Origin") == "null":
            headers["Access-Control-Allow-Origin"] = "null"


@mutant("every-origin-is-repeated", "FMT-19", "FMT-20")
class EveryOriginIsRepeated(_Headers):
    """Whatever origin asks is allowed, with its cookies and its headers."""

    def change(self, call: Call, headers: dict[str, str]) -> None:
        if origin := call.headers.get("Origin"):
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Allow-Credentials"] = "true"
            headers["Access-Control-Allow-Headers"] = call.headers.get("Access-Control-Request-Headers", "")


@mutant("preflight-allows-every-header", "FMT-20")
class PreflightAllowsEveryHeader(_Headers):
    """The preflight of a browser is told that any header may be sent."""

    def change(self, call: Call, headers: dict[str, str]) -> None:
        if call.verb == "OPTIONS" and not php.is_empty(call.headers.get("Origin", "")):
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Access-Control-Allow-Headers"] = "*"


# --- errors and the HTTP status


@mutant("error-with-status-200", "FMT-41")
class ErrorWithStatus200(Gallery):
    """An error is told in the envelope alone: the HTTP status says 200."""

    def status_of(self, result: Any) -> int:
        return 200


@mutant("error-of-a-call-with-a-key-with-status-200", "FMT-41")
class ErrorOfACallWithAKeyWithStatus200(Gallery):
    """The same, where a key was accepted."""

    def answer(self, call: Call, result: Any) -> Response:
        answer = super().answer(call, result)
        if isinstance(result, PwgError) and result.message != "Invalid api_key" and self.read_key_header(call):
            answer.status_code = 200
        return answer


@mutant("error-with-status-500", "FMT-41")
class ErrorWithStatus500(Gallery):
    """Whatever goes wrong, the HTTP status says that the server did."""

    def status_of(self, result: Any) -> int:
        return 500 if isinstance(result, PwgError) else 200
