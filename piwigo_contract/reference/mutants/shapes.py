"""Results and errors of another shape than the release's."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import ApiKey, PwgError
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature


class Changed(Gallery):
    """Changes a result before it is sent."""

    def changed(self, name: str, call: Call, result: Any) -> Any:
        return result

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        return self.changed(self.method_name(call), call, super().run(entry, call, params))


@mutant("field-of-a-photo-gone", "SHAPE-01", "SHAPE-02", "SHAPE-03")
class FieldGone(Changed):
    """Lists of photos tell no date_available any more."""

    def changed(self, name: str, call: Call, result: Any) -> Any:
        if name == "pwg.categories.getImages":
            for row in result["images"]:
                del row["date_available"]
        return result


@mutant("number-becomes-text", "SHAPE-01", "SHAPE-02", "SHAPE-03", also=("WRITE-01",))
class NumberBecomesText(Changed):
    """The number of an album is text."""

    def changed(self, name: str, call: Call, result: Any) -> Any:
        if name == "pwg.categories.getList":
            for row in result["categories"]:
                row["id"] = str(row["id"])
        return result


@mutant("list-becomes-map", "SHAPE-01")
class ListBecomesMap(Changed):
    """A list of albums has their numbers as its keys, as PHP's arrays with gaps have them."""

    def changed(self, name: str, call: Call, result: Any) -> Any:
        if name == "pwg.permissions.getList":
            result["categories"] = {str(row["id"]): row for row in result["categories"]}
        return result


@mutant("password-hash-shown", "SHAPE-04")
class PasswordHashShown(Changed):
    """The list of users shows a hash of each password."""

    def changed(self, name: str, call: Call, result: Any) -> Any:
        if name == "pwg.users.getList" and isinstance(result, dict):
            for row in result["users"]:
                row["password"] = "$P$BkHjwHqWmVxvkBsbgRrCuUUkzFqTEk1"
        return result


@mutant("error-without-message", "SHAPE-05")
class ErrorWithoutMessage(Gallery):
    """One method tells an error without a message."""

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        try:
            return super().check_parameters(call, signature, given)
        except PwgError as error:
            raise PwgError(error.code, "" if signature.name == "pwg.images.rate" else error.message) from error


@mutant("error-with-its-parameters", "SHAPE-05")
class ErrorWithItsParameters(Gallery):
    """An error repeats all that it was asked, in a field of its own."""

    def encode(self, format_name: str, result: Any) -> str:
        body = super().encode(format_name, result)
        return body[:-1] + ',"asked":{}}' if format_name == "json" and isinstance(result, PwgError) else body


@mutant("error-below-debug-output", "SHAPE-05")
class ErrorBelowDebugOutput(Gallery):
    """What somebody printed while looking for a fault stands before the errors of one method."""

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if isinstance(result, PwgError) and self.method_name(call) == "pwg.tags.rename":
            response.set_data(b"tag_id: NULL\n" + response.get_data())
        return response


# --- texts that look like numbers


def _as_php_reads_it(value: Any) -> Any:
    """A result in which each text that PHP takes for a number is one."""
    if isinstance(value, dict):
        return type(value)({name: _as_php_reads_it(each) for name, each in value.items()})
    if isinstance(value, list):
        return [_as_php_reads_it(each) for each in value]
    if isinstance(value, str) and (number := php.to_float(value)) is not None:
        return int(number) if number.is_integer() and abs(number) < php.MAX_INT else number
    return value


_ALL_SHAPES = ("SHAPE-01", "SHAPE-02", "SHAPE-03", "GEN-04", "WRITE-01", "METH-19")


@mutant("numbers-found-in-texts", "SHAPE-11", also=("LIFE-30", "LIFE-31", "LIFE-32", "FMT-33", *_ALL_SHAPES))
class NumbersFoundInTexts(Gallery):
    """JSON is written with JSON_NUMERIC_CHECK: every text that looks like a number is one."""

    def encode(self, format_name: str, result: Any) -> str:
        if format_name == "json" and not isinstance(result, PwgError):
            result = _as_php_reads_it(result)
        return super().encode(format_name, result)


@mutant("whole-numbers-found-in-php-s-format", "SHAPE-11")
class WholeNumbersFoundInPhpsFormat(Gallery):
    """In PHP's own format a text of digits is an integer."""

    def encode(self, format_name: str, result: Any) -> str:
        body = super().encode(format_name, result)
        return re.sub(r's:\d+:"(0|[1-9]\d{0,15})";', r"i:\1;", body) if format_name == "php" else body


@mutant("names-of-keys-are-numbers", "SHAPE-11")
class NamesOfKeysAreNumbers(Gallery):
    """The name of a key is read from the database as a number where it can be."""

    def listed(self, key: ApiKey, now: datetime) -> dict[str, Any]:
        row = super().listed(key, now)
        return row | {"apikey_name": _as_php_reads_it(row["apikey_name"])}


@mutant("words-of-the-format-found-in-texts", "SHAPE-11")
class WordsOfTheFormatFoundInTexts(Changed):
    """Comments are read as settings are, where true is no text."""

    def changed(self, name: str, call: Call, result: Any) -> Any:
        if name == "pwg.categories.getAdminList":
            for row in result["categories"]:
                row["comment"] = {"true": True, "null": None}.get(row["comment"], row["comment"])
        return result
