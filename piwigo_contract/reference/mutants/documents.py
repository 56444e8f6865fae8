"""Documents that are none to a parser which forgives nothing, and formats that say different things."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import PwgError
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.variations import BlankLines, Notices

# --- around every answer


@mutant("notice-before-every-answer", "FMT-31")
class NoticeBeforeEveryAnswer(Notices):
    """PHP shows its notices: one stands before every answer, with a key or without."""


@mutant("notice-before-every-answer-in-php-s-format", "FMT-31")
class NoticeBeforeEveryAnswerInPhpsFormat(Notices):
    """The encoder of PHP's own format uses what PHP 8.4 has deprecated, and its notice stands before each answer."""

    def printed(self, call: Call) -> str:
        return super().printed(call) if call.format == "php" else ""


@mutant("blank-lines-before-every-answer", "FMT-31")
class BlankLinesBeforeEveryAnswer(BlankLines):
    """An included file of the site ends in line ends: no XML has them before its declaration."""


@mutant("shutdown-notice-after-the-answer", "FMT-31")
class ShutdownNoticeAfterTheAnswer(Gallery):
    """A function that runs at the end of each request prints a notice, after the answer."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        response.set_data(response.get_data() + b"\nNotice: Undefined variable $t in functions.inc.php on line 7\n")
        return response


@mutant("objects-in-php-s-format", "FMT-31")
class ObjectsInPhpsFormat(Gallery):
    """Lists in PHP's own format are objects of the gallery's classes, which nobody else has."""

    def encode(self, format_name: str, result: Any) -> str:
        body = super().encode(format_name, result)
        if format_name == "php":
            body = re.sub(
                r'(s:\d+:"(?:categories|methods)";)(a:\d+:\{)', r'\1O:13:"PwgNamedArray":1:{s:8:"_content";\2', body
            )
        return body


@mutant("numbers-that-json-has-not", "FMT-31")
class NumbersThatJsonHasNot(Gallery):
    """Settings that are not set are written as NaN, which JavaScript has and JSON has not."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.format == "json" and call.requested("method") == "pwg.session.getStatus":
            response.set_data(response.get_data().replace(b":null", b":NaN"))
        return response


# --- of single methods


class _OfOneMethod(Notices):
    """A notice stands before the answers of one method."""

    method = ""

    def printed(self, call: Call) -> str:
        return super().printed(call) if call.requested("method") == self.method else ""


@mutant("warning-about-a-missing-file", "FMT-32", also=("GEN-01", "GEN-02", "GEN-04"))
class WarningAboutAMissingFile(_OfOneMethod):
    """The file of one photo is gone, and a warning stands before each list that the photo is in."""

    method = "pwg.categories.getImages"


@mutant("notice-before-a-method-for-administrators", "FMT-32", also=("GEN-01", "GEN-02", "GEN-04"))
class NoticeBeforeAMethodForAdministrators(_OfOneMethod):
    """A method that only administrators may call prints a notice before what it answers."""

    method = "pwg.groups.getList"


@mutant("sums-as-names-in-xml", "FMT-32")
class SumsAsNamesInXml(Gallery):
    """Names of fields become names of elements as they are, though no element's begins with a digit."""

    def encode(self, format_name: str, result: Any) -> str:
        body = super().encode(format_name, result)
        return re.sub(r"<(/?)_(\d)", r"<\1\2", body) if format_name == "rest" else body


# --- text


@mutant("answer-cut-off-by-counted-characters", "FMT-33", also=("FMT-34",))
class AnswerCutOffByCountedCharacters(Gallery):
    """The length of an answer is counted in characters, and no more bytes than that are sent."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        response.set_data(response.get_data()[: len(response.get_data(as_text=True))])
        return response


@mutant("text-in-xmlrpc-escaped-twice", "FMT-33")
class TextInXmlrpcEscapedTwice(Gallery):
    """What XML-RPC has to escape is escaped twice."""

    def encode(self, format_name: str, result: Any) -> str:
        body = super().encode(format_name, result)
        return body if format_name != "xmlrpc" or isinstance(result, PwgError) else body.replace("&", "&amp;")


@mutant("text-in-latin-1", "FMT-33", also=("FMT-34",))
class TextInLatin1(Gallery):
    """The XML says that it is UTF-8, and is sent in Latin-1, with a question mark for what that has not."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if call.format == "rest":
            response.set_data(response.get_data(as_text=True).encode("latin-1", "replace"))
        return response


@mutant("long-text-cut-in-php-s-format", "FMT-33")
class LongTextCutInPhpsFormat(Gallery):
    """In PHP's own format a text of more than ten thousand bytes is cut off, and its length told as it was."""

    def encode(self, format_name: str, result: Any) -> str:
        body = super().encode(format_name, result)
        return re.sub(r'(s:\d{5,}:"[^"]{10000})[^"]*', r"\1", body) if format_name == "php" else body


# --- errors


@mutant("errors-in-xml-unescaped", "FMT-34")
class ErrorsInXmlUnescaped(Gallery):
    """The message of an error stands in XML as it is, with what it quotes."""

    def encode(self, format_name: str, result: Any) -> str:
        body = super().encode(format_name, result)
        return unescape(body) if format_name == "rest" and isinstance(result, PwgError) else body


@mutant("errors-in-xmlrpc-without-words", "FMT-34")
class ErrorsInXmlrpcWithoutWords(Gallery):
    """In XML-RPC every error says that there was one, and not which."""

    def encode(self, format_name: str, result: Any) -> str:
        if format_name == "xmlrpc" and isinstance(result, PwgError):
            result = PwgError(result.code, "An error occurred")
        return super().encode(format_name, result)


@mutant("errors-in-php-s-format-escaped", "FMT-34")
class ErrorsInPhpsFormatEscaped(Gallery):
    """In PHP's own format messages are escaped as if they stood in XML."""

    def encode(self, format_name: str, result: Any) -> str:
        if format_name == "php" and isinstance(result, PwgError):
            result = PwgError(result.code, result.message.replace("<", "&lt;"))
        return super().encode(format_name, result)
