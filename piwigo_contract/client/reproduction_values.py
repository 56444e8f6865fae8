"""What the values in a request come from, and what of an answer can be known again: for scripts that ask once more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from piwigo_contract.client.answers import Answer
from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.vault import Secret

INVERSE = {
    "pwg.users.add": ("USER", "pwg.users.delete", "user_id", "id"),
    "pwg.groups.add": ("GROUP", "pwg.groups.delete", "group_id", "id"),
    "pwg.tags.add": ("TAG", "pwg.tags.delete", "tag_id", "id"),
    "pwg.categories.add": ("ALBUM", "pwg.categories.delete", "category_id", "id"),
    "pwg.images.add": ("PHOTO", "pwg.images.delete", "image_id", "image_id"),
    "pwg.images.addSimple": ("PHOTO", "pwg.images.delete", "image_id", "image_id"),
}
"""By method that makes something: how variables with its number begin; the method that takes it away, and the
parameter of that; and the field of the answer that has the number.
"""

HARMLESS = re.compile(r"(?:MD5SUM|CHUNK_SUM|DATA|WORD|NONCE|PART|PART_SUM)(?:_\d+)?")
"""Variables whose values are no secrets, and stand in the script."""

_FIELD = re.compile(r'"\w+": ?(?:"[^"]*"|[^",}\]]+)')
"""A field of an answer in JSON, with its value."""

_SINCE = re.compile(r"\b(?:second|minute|hour|day)s?\b")
"""In a value that says how long ago something was."""


def secrets_of(exchange: Exchange) -> Iterator[Secret]:
    """The secrets in a request, repeated ones included."""
    sent = exchange.sent
    for _, value in (*sent.headers, *sent.query, *(sent.form or ())):
        yield from value.secrets()
    for segment in sent.written.segments if sent.written else ():
        yield from segment.secrets()


def needed_by(exchange: Exchange) -> set[tuple[str, str]]:
    """The variables of a request, with their values."""
    return {(secret.name, secret.reveal()) for secret in secrets_of(exchange)}


def values_of(exchange: Exchange) -> set[str]:
    """What the answer of an exchange may give."""
    if exchange.answer is None:
        return set()
    return {*(value for _, value in exchange.answer.cookies), *re.findall(r"[\w-]+", exchange.answer.text)}


def given_by(exchange: Exchange, name: str, value: str) -> str | None:
    """The shell expression that takes a value from the answer of an exchange; None where it is not in it."""
    answer = exchange.answer
    parts = value.split(":")
    if answer is None or HARMLESS.fullmatch(name) or name.endswith("_PASSWORD"):
        return None
    for cookie, held in answer.cookies:
        if held == value:
            return f"$(cookie {cookie})"
    if value.isdigit():  # a number is anybody's
        kind, _, _, field = INVERSE.get(exchange.method or "", ("?", "", "", ""))
        there = name.startswith(f"{kind}_") and re.search(rf'"{field}": ?"?{value}(?!\d)', answer.text)
        return f'"$(field {field} 1)"' if there else None
    if any(part.encode(errors="surrogateescape") not in answer.body for part in parts):
        return None
    found = [_field(answer.text, part) for part in parts]
    return f'"{":".join(filter(None, found))}"' if all(found) else None


def _field(body: str, value: str) -> str | None:
    found = re.search(rf'"(\w+)":\s*"?{re.escape(value)}(?![\w-])', body) if value else None
    if found is None:
        return None
    before = len(re.findall(rf'"{found[1]}":', body[: found.start()]))
    return f"$(field {found[1]} {before + 1})"


def sums_of(exchange: Exchange) -> set[str]:
    """The sums of photos' files that a request names."""
    values = (value.reveal() for name, value in exchange.sent.form or () if name == "original_sum")
    return set(values)


def answered_alike(one: Exchange, other: Exchange) -> bool:
    """Whether both were answered alike, but for what differs each time."""
    texts = [each.answer.text if each.answer is not None else "" for each in (one, other)]
    return not changed_fields(*texts)


def changed_fields(before: str, after: str) -> list[str]:
    """The names of fields in which two answers of one form differ, a few of them."""
    then, now = _FIELD.findall(before), _FIELD.findall(after)
    names = [told.partition(":")[0].strip('"') for told in then]
    if names != [told.partition(":")[0].strip('"') for told in now]:
        return []
    found = [
        name
        for place, name in enumerate(names)
        if then[place] != now[place] and name not in ("current_datetime", "pwg_token") and not _SINCE.search(now[place])
    ]
    return list(dict.fromkeys(found))[:3]


def signs_of(answer: Answer) -> list[str]:
    """What of an answer tells it from another one, and is the same each time."""
    found = re.findall(r'"(?:stat|err|username)": ?(?:"[^"]*"|\d+)', answer.text[:2000])
    found = found[:3] or re.findall(r"Fatal error|Warning|<rsp stat=\"\w+\">", answer.text[:4000])[:1]
    return found or re.findall("text/html", answer.header("content-type") or "")
