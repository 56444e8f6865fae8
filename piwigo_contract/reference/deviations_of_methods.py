"""Where methods of real releases break the promises of all methods, found by generated calls on real galleries.

As in deviations.py, each class is put before Gallery by `--faithful`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.deviations import ALL, deviation, fatal
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import PwgError
from piwigo_contract.reference.registry import Entry
from piwigo_contract.reference.signatures import Signature
from piwigo_contract.reference.views import ids


@deviation(ALL)
class BadInputIsAServerError(Gallery):
    """What a method itself finds wrong with a call is told as HTTP 500 (PwgError(500, ...) in many methods)."""

    def bad_input(self, message: str) -> PwgError:
        return PwgError(500, message)


@deviation(ALL)
class NoFunctionBehindAMethod(Gallery):
    """pwg.activity.downloadLog is a fatal error: ws.php names a function that there is none of."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == "pwg.activity.downloadLog":
            fatal("Uncaught TypeError: call_user_func_array(): Argument #1 ($callback) must be a valid callback")
        return super().run(entry, call, params)


@deviation(ALL)
class NothingInAQuery(Gallery):
    """The number of an album that is not there ends in SQL with nothing between brackets, and a fatal error."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        name = self.method_name(call)
        if name == "pwg.categories.calculateOrphans" and ids(params["category_id"])[:1] != self._known(params, 1):
            fatal("Uncaught mysqli_sql_exception: You have an error in your SQL syntax")
        lost = name in ("pwg.permissions.add", "pwg.permissions.remove") and not self._known(params)
        if lost and (params["group_id"] or params["user_id"]):
            fatal("Uncaught mysqli_sql_exception: You have an error in your SQL syntax")
        return super().run(entry, call, params)

    def _known(self, params: dict[str, Any], first: int | None = None) -> list[int]:
        asked = params.get("category_id") or params.get("cat_id")
        return [album_id for album_id in ids(asked)[:first] if album_id in self.store.albums]


@deviation(("16.0", "16.1", "16.2"))
class ActivityByWhatIsNotDescribed(Gallery):
    """pwg.activity.getList puts an offset and an id, which it does not describe, into its statement as they came.

    Without an offset that is a fatal error, and so is a date that is none.
    """

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == "pwg.activity.getList":
            if not php.is_digits(str(params.get("offset"))) or not php.is_digits(str(params.get("id") or 0)):
                fatal("Uncaught mysqli_sql_exception: You have an error in your SQL syntax")
            for name in ("date_min", "date_max"):
                if params.get(name) and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(params[name])):
                    fatal("Uncaught TypeError: date_format(): Argument #1 ($object) must be of type DateTimeInterface")
        return super().run(entry, call, params)


@deviation(("16.0", "16.1", "16.2"))
class HistoryForEverybody(Gallery):
    """pwg.history.search answers everybody (CVE-2026-27833)."""

    def is_for_administrators(self, signature: Signature) -> bool:
        return bool(signature.options.get("admin_only"))


@deviation(ALL)
class UnknownGroupIsFatal(Gallery):
    """Deleting a group that is not there is a fatal error (delete_groups gives null, and array_keys wants an array)."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        if self.method_name(call) == "pwg.groups.delete" and not set(params["group_id"]) & set(self.store.groups):
            fatal("Uncaught TypeError: array_keys(): Argument #1 ($array) must be of type array, null given")
        return super().run(entry, call, params)


@deviation(ALL)
class WhatTheDatabaseRefuses(Gallery):
    """A group's name of nothing but markup, and a number too large for its column, are fatal errors."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        name = self.method_name(call)
        if name == "pwg.groups.setInfo" and params["name"] and not re.sub(r"<[^>]*>?", "", params["name"]):
            fatal("Uncaught mysqli_sql_exception: Column 'name' cannot be null")
        if name == "pwg.users.setMyInfo" and php.to_int(params["nb_image_page"] or 0, 0) not in range(65536):
            fatal("Uncaught mysqli_sql_exception: Out of range value for column 'nb_image_page' at row 1")
        return super().run(entry, call, params)


_OPERANDS = "Uncaught TypeError: Unsupported operand types: "
_NULL = "Uncaught mysqli_sql_exception: Column '{}' cannot be null"
_SYNTAX = "Uncaught mysqli_sql_exception: You have an error in your SQL syntax"
_NO_LENGTH = "Uncaught TypeError: array_slice(): Argument #3 ($length) must be of type ?int, string given"

_FATAL_IF_EMPTY: Mapping[str, Mapping[str, str]] = {
    "pwg.activity.getList": {"offset": _SYNTAX, "uid": _SYNTAX},
    "pwg.categories.getImages": {"per_page": f"{_OPERANDS}string * int", "page": f"{_OPERANDS}int * string"},
    "pwg.categories.getList": {"limit": f"{_OPERANDS}string * int"},
    "pwg.getMissingDerivatives": {"max_urls": f"{_OPERANDS}string / int"},
    "pwg.groups.add": {"is_default": _NULL.format("is_default")},
    "pwg.groups.getList": {"per_page": f"{_OPERANDS}string * int", "page": f"{_OPERANDS}int * string"},
    "pwg.history.search": {"pageNumber": f"{_OPERANDS}string * int"},
    "pwg.images.add": {"level": _NULL.format("level")},
    "pwg.images.addSimple": {"level": _NULL.format("level")},
    "pwg.images.deleteOrphans": {"block_size": _NO_LENGTH},
    "pwg.images.formats.delete": {"format_id": _SYNTAX},
    "pwg.images.search": {"page": f"{_OPERANDS}string * int", "per_page": f"{_OPERANDS}int * string"},
    "pwg.images.setInfo": {"level": _NULL.format("level")},
    "pwg.images.upload": {"level": _NULL.format("level")},
    "pwg.images.uploadAsync": {"level": _NULL.format("level")},
    "pwg.tags.getImages": {"per_page": f"{_OPERANDS}string * int", "page": f"{_OPERANDS}int * string"},
    "pwg.users.favorites.getList": {"per_page": f"{_OPERANDS}string * int", "page": f"{_OPERANDS}int * string"},
    "pwg.users.getList": {"per_page": f"{_OPERANDS}string * int", "page": f"{_OPERANDS}int * string"},
}
"""What PHP or the database says of nothing, given for that parameter of that method."""


@deviation(ALL)
class EmptyValueOfAType(Gallery):
    """Nothing, given for a number or a boolean, is handed on as it came, and fatal where it is reckoned with."""

    def without_what_is_empty(self, signature: Signature, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return given

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        for name, told in _FATAL_IF_EMPTY.get(self.method_name(call), {}).items():
            if params.get(name) == "":
                fatal(told)
        return super().run(entry, call, params)


_NO_OFFSET = "Uncaught TypeError: array_slice(): Argument #2 ($offset) must be of type int, float given"
_PAGED = {
    "pwg.categories.getImages": _SYNTAX,
    "pwg.groups.getList": _SYNTAX,
    "pwg.images.search": _NO_OFFSET,
    "pwg.tags.getImages": _NO_OFFSET,
    "pwg.users.favorites.getList": _NO_OFFSET,
    "pwg.users.getList": _SYNTAX,
}


@deviation(ALL)
class PageBeyondTheLargestInteger(Gallery):
    """A page so far off that its first row has no integer for a number is a fatal error."""

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        told = _PAGED.get(self.method_name(call))
        if told and "" not in (params["page"], params["per_page"]) and params["page"] * params["per_page"] >= 2**63:
            fatal(told)
        return super().run(entry, call, params)


@deviation(ALL)
class WarningBeforeTheAnswer(Gallery):
    """A list of file names that is no list, a preference without a value, and an album's place among others without
    a rank put a warning before the answer.
    """

    def answer(self, call: Call, result: Any) -> Response:
        response = super().answer(call, result)
        if isinstance(result, PwgError) or call.format != "json":
            return response
        name, given = self.method_name(call), self.parameters(call)
        if name == "pwg.images.formats.searchImage" and not _is_list(str(given.get("filename_list", ""))):
            warn(response, "foreach() argument must be of type array|object, null given")
        if name == "pwg.users.preferences.set" and "value" not in given:
            warn(response, 'Undefined array key "value"')
        if name == "pwg.categories.setRank" and "rank" not in given:
            for _ in range(self._compared_with_a_rank(given["category_id"])):
                warn(response, 'Undefined array key "rank"')
        return response

    def _compared_with_a_rank(self, given: Any) -> int:
        """The number of albums beside that one; none if an order of several is given, which needs no rank."""
        listed = given if isinstance(given, list) else list(given.values()) if isinstance(given, dict) else [given]
        if len(listed) > 1:
            return 0
        album = self.album(int(listed[0]))
        return sum(one.parent == album.parent for one in self.store.albums.values() if one is not album)


def _is_list(text: str) -> bool:
    try:
        return isinstance(json.loads(text), list | dict)
    except ValueError:
        return False


def warn(response: Response, message: str) -> None:
    response.set_data(f"<br />\n<b>Warning</b>:  {message} on line <b>1</b><br />\n".encode() + response.get_data())
