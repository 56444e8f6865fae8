"""What the suite itself reads of results: the form that each method's must have for that, and no more of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from piwigo_contract.client.answers import Answer

Form = Callable[[Any], bool]


DIGITS = 20
"""Most digits of a number in a database; Python makes no number of some thousands."""


def number(value: Any) -> bool:
    """A whole number, or digits; no longer than a database's are."""
    if isinstance(value, str):
        return value.isdecimal() and len(value) <= DIGITS
    return isinstance(value, int) and not isinstance(value, bool)


def text(value: Any) -> bool:
    return isinstance(value, str)


def anything(_: Any) -> bool:
    return True


def written(pattern: str) -> Form:
    """A text that is all of this pattern."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def fields(**forms: Form) -> Form:
    """A map with these fields; others may be there."""
    return lambda value: (
        isinstance(value, dict) and all(name in value and fits(value[name]) for name, fits in forms.items())
    )


def optional(**forms: Form) -> Form:
    """A map; these fields fit where they are there."""
    return lambda value: (
        isinstance(value, dict) and all(name not in value or fits(value[name]) for name, fits in forms.items())
    )


def rows(form: Form, least: int = 0) -> Form:
    """A list of so many of these at least."""
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(form, value))


def empty_or(form: Form) -> Form:
    """This; or nothing, as PHP has many ways to write it."""
    return lambda value: not value or form(value)


def _numbers_by_name(value: Any) -> bool:
    return not value or (isinstance(value, dict) and all(map(empty_or(number), value.values())))


def _several(value: Any) -> bool:
    return isinstance(value, list | dict)


def both(*forms: Form) -> Form:
    """All of these."""
    return lambda value: all(fits(value) for fits in forms)


def albums_in(result: Any) -> list[Mapping[str, Any]]:
    """The rows of all albums in a result of pwg.categories.getList, also where it is a tree."""
    rows = result.get("categories", ()) if isinstance(result, dict) else result or ()
    return [each for row in rows for each in (row, *albums_in(row.get("sub_categories")))]


def _albums(value: Any) -> bool:
    """A list of albums, in a map or, where it is a tree, without one."""
    return rows(_album)(value.get("categories") if isinstance(value, dict) else value)


def _album(value: Any) -> bool:
    return fields(id=number, name=text)(value) and ("sub_categories" not in value or _albums(value["sub_categories"]))


_ID = fields(id=number)
_PHOTO = both(_ID, optional(categories=rows(_ID), tags=rows(_ID)))
_PHOTOS = ("a list of photos", fields(images=rows(both(_ID, optional(categories=rows(_ID))))))
_ONE_ALBUM = fields(
    id=number,
    name=anything,
    uppercats=written(rf"\d{{1,{DIGITS}}}(,\d{{1,{DIGITS}}})*"),
    global_rank=written(rf"\d{{1,{DIGITS}}}(\.\d{{1,{DIGITS}}})*"),
)

FORMS: Mapping[str, tuple[str, Form]] = {
    "reflection.getMethodList": ("a list of names", fields(methods=rows(text))),
    "reflection.getMethodDetails": ("a map with a name", fields(name=text)),
    "pwg.activity.getList": (
        "a list of activities",
        fields(result_lines=rows(fields(username=anything, object=text, action=text, object_id=_several))),
    ),
    "pwg.caddie.add": ("a number", number),
    "pwg.categories.add": ("a map with the new id", _ID),
    "pwg.categories.getAdminList": ("a list of albums", fields(categories=rows(_ONE_ALBUM))),
    "pwg.categories.getImages": _PHOTOS,
    "pwg.categories.getList": ("a list of albums", _albums),
    "pwg.groups.add": ("a list with the new group", fields(groups=rows(_ID, 1))),
    "pwg.groups.getList": ("a list of groups", fields(groups=rows(fields(id=number, name=anything)))),
    "pwg.images.add": ("a map with the new image_id", fields(image_id=number)),
    "pwg.images.addSimple": ("a map with the new image_id", fields(image_id=number)),
    "pwg.images.exist": ("ids by sums", _numbers_by_name),
    "pwg.images.getInfo": ("a map of what is told of a photo", _PHOTO),
    "pwg.images.search": _PHOTOS,
    "pwg.images.upload": ("a map with the new image_id", fields(image_id=number)),
    "pwg.plugins.getList": ("a list of plugins", rows(fields(id=text, state=text))),
    "pwg.permissions.getList": (
        "a list of albums with their users and groups",
        fields(categories=rows(fields(id=number, users=rows(number), groups=rows(number)))),
    ),
    "pwg.tags.add": ("a map with the new id", _ID),
    "pwg.tags.getAdminList": ("a list of tags", fields(tags=rows(fields(id=number, name=anything)))),
    "pwg.tags.getImages": _PHOTOS,
    "pwg.tags.getList": ("a list of tags with their counters", fields(tags=rows(fields(id=number, counter=number)))),
    "pwg.users.add": ("a list with the new user", fields(users=rows(_ID, 1))),
    "pwg.users.api_key.create": (
        "a map with auth_key and apikey_secret",
        fields(auth_key=written(".+"), apikey_secret=written(".+")),
    ),
    "pwg.users.api_key.get": ("a list of keys", empty_or(rows(fields(auth_key=text, apikey_name=anything)))),
    "pwg.users.favorites.getList": _PHOTOS,
    "pwg.users.getAuthKey": ("a map with auth_key", fields(auth_key=text)),
    "pwg.users.getList": ("a list of users", fields(users=rows(_ID))),
    "pwg.users.preferences.set": ("a map of preferences", empty_or(fields())),
}
"""By method, in words and as a test of the result in JSON. A method that is not here may answer anything."""


def unfit(answer: Answer, method: str | None) -> str | None:
    """What was to be in a successful answer in JSON to a call of a method and is not, in words, or None.

    method: its name. Answers in other formats, where all values are texts, are never unfit.
    """
    if answer.format != "json" or answer.envelope is None or method is None or method not in FORMS:
        return None
    words, fits = FORMS[method]
    return None if fits(answer.envelope.result) else words
